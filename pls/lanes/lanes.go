// Package lanes estimates one path model on the correlations of eight
// replicates at a time: what package pls and package assess do for a sample,
// for resamples by the thousand.
//
//	s, err := lanes.New(m, pls.Options{})       // an error: use pls.Estimate
//	out := s.Solve(lanes.Input{R: r, Cases: n}) // weights, paths, R2, status
//	table := s.Measure()                        // every statistic
//
// # Idea
//
// The loop of partial least squares needs a few hundred multiplications of
// correlations by weights, too few and too ragged for vector registers. So a
// register holds one number of eight replicates (a Vector, each place in it a
// lane) and the loop runs once for all eight. Nothing in the model changes from
// one replicate to the next; New therefore writes the estimator down as lists of
// operations on Vectors, each list without branches or allocations: the blocks
// and the neighbours of constructs, one factorisation for each distinct set of
// predecessors, every chain of paths. Solve plays the lists and decides, lane by
// lane, when to stop.
//
// # Layout
//
// Correlations come as R[pair*Stride+lane]. Indicators a > b in model order (the
// blocks of the constructs one after another) are pair a(a-1)/2 + b: packed
// lower by rows, without the diagonal. Replicates that stand eight by eight
// (Stride 8, as a group of a replicate.Panel does) are read where they are, best
// at an address that 64 divides; any other stride is copied first.
//
// Statistics come as table[statistic][lane], in the order of Result.
//
// # Determinism
//
// A lane's bits depend on its own correlations alone. A lane that has converged
// is frozen: the mask of active lanes keeps its weights while its neighbours go
// on. A division by a pivot that is not positive, a lane of NaN, a neighbour
// that never converges stay within their lane.
//
// They do not depend on the machine either. Each operation is defined by a
// function in plain Go (kernel.go, blocks.go) down to the order of its sums;
// every sum of products is a chain of fused multiply-adds (math.FMA), division
// and square root are those of IEEE 754. The assembly for AVX2 and AVX-512
// executes the same operations in the same order on more lanes at once, and a
// fuzz test holds it to the same bits.
//
// Against pls.Estimate on the same correlations: the same rule for stopping and
// the same number of iterations, numbers equal but for rounding.
package lanes

import (
	"math"
	"math/bits"
	"unsafe"
)

// Input is the correlations of up to eight replicates.
type Input struct {
	// R[pair*Stride+lane]; see the layout in the package's documentation. It
	// is only read, and not after Solve has returned but by the Measure that
	// follows.
	R []float64
	// Stride is the distance from a pair to the next; 0 is Width.
	Stride int
	// Bad has a bit for each lane that holds no replicate, or one with a
	// constant indicator. Its correlations may be anything.
	Bad uint8
	// Cases is the number of cases behind each lane, for the adjusted R2.
	Cases Vector
	// Weights[indicator*Stride+lane] are the weights of scores that were made
	// by NewSum, on the standardised indicators; nil: all 1. Others ignore it.
	Weights []float64
}

// Result is what Solve found, one Vector for each quantity. It lives in the
// solver's memory until the next Solve. Lanes that are Degenerate hold NaN.
type Result struct {
	// Converged lanes have weights that change less than the tolerance.
	Converged uint8
	// Inadmissible lanes have a loading, R2 or reliability above 1, or
	// construct correlations that are not positive definite.
	Inadmissible uint8
	// Degenerate lanes have no numbers: they were Bad, predecessors or the
	// indicators of a Mode B block are collinear or nearly so (a pivot not
	// above 1e-10), a score lost its variance, or a correlation is NaN. Those
	// not Bad may still have an answer, of least norm, by pls.Estimate.
	Degenerate uint8
	// Iterations of each lane.
	Iterations [Width]int

	Weights    []Vector // P
	Loadings   []Vector // P; consistent ones where rho_A was used
	Proxies    []Vector // correlations of the scores h > k at h(h-1)/2 + k
	Constructs []Vector // the same, corrected for unreliability
	Paths      []Vector // in the order of model.Paths
	R2         []Vector // of constructs with predecessors, in model order

	// What Measure adds.
	Indirect      []Vector // chains as from model.Chains
	TotalIndirect []Vector // pairs joined by two and more paths: by cause, then effect
	Total         []Vector // pairs joined at all, likewise
	R2Adjusted    []Vector // like R2
	Alpha         []Vector // of multi-item constructs not of Mode B (assess.Applies)
	RhoA          []Vector // like Alpha; none for sums
	RhoC          []Vector // like Alpha
	AVE           []Vector // like Alpha
	F2            []Vector // like Paths
	HTMT          []Vector // absolute, of h > k, by h: single items and those of Alpha
	SRMR          []Vector // saturated, estimated; blocks as declared

	// Statistics is the table of Measure: weights, loadings, paths, specific,
	// total indirect and total effects, R2, adjusted R2, alpha, rho_A, rho_C,
	// AVE, f2, HTMT, SRMR.
	Statistics []Vector
}

// Solver estimates one model. It is for one goroutine; see Clone.
type Solver struct {
	*plan
	run    *kernels
	v      []Vector // all Vectors of the plan by position
	r      []Vector // R of the Input
	packed []Vector // room for R of another stride
	cases  Vector   // for which ratio holds
	result Result
}

func newSolver(p *plan, k *kernels) *Solver {
	s := &Solver{plan: p, run: k, v: vectors(p.size), cases: fill(math.NaN())}
	for _, c := range p.constants {
		s.v[c.at] = fill(c.x)
	}
	view := func(r span) []Vector { return s.v[r.from:r.to:r.to] }
	t := &p.table
	s.result = Result{
		Weights: view(t.weights), Loadings: view(t.loadings), Proxies: view(p.proxies), Constructs: view(p.constructs),
		Paths: view(t.paths), R2: view(t.r2),
		Indirect: view(t.indirect), TotalIndirect: view(t.totalIndirect), Total: view(t.total), R2Adjusted: view(t.r2Adjusted),
		Alpha: view(t.alpha), RhoA: view(t.rhoA), RhoC: view(t.rhoC), AVE: view(t.ave), F2: view(t.f2),
		HTMT: view(t.htmt), SRMR: view(t.srmr), Statistics: view(span{t.weights.from, t.srmr.to}),
	}
	return s
}

// Clone returns a solver of the same model with memory of its own.
func (s *Solver) Clone() *Solver { return newSolver(s.plan, s.run) }

// Pairs returns the number of correlations of a lane.
func (s *Solver) Pairs() int { return s.pairs }

// Instructions names what the machine executes: go, avx2 or avx512. Numbers do
// not depend on it.
func (s *Solver) Instructions() string { return s.run.name }

// Solve estimates the model in every lane. It panics when R is too short.
func (s *Solver) Solve(in Input) *Result {
	s.load(in)
	out := &s.result
	out.Converged, out.Inadmissible, out.Degenerate = 0, 0, in.Bad
	out.Iterations = [Width]int{}
	going := ^in.Bad
	s.v[fault], s.v[s.improper] = Vector{}, Vector{}
	s.mask(going)
	s.play(s.start)
	going &^= s.faulty(going)
	if s.iterates {
		going = s.iterate(going)
	}
	out.Converged = going
	s.v[fault] = Vector{}
	s.play(s.finish)
	out.Degenerate |= s.faulty(0xff)
	out.Converged &^= out.Degenerate
	out.Inadmissible = negative(&s.v[s.improper]) &^ out.Degenerate
	s.blank(out.Weights, out.Loadings, out.Proxies, out.Constructs, out.Paths, out.R2)
	return out
}

// iterate runs the loop in the lanes going, and returns those that converged.
func (s *Solver) iterate(going uint8) (converged uint8) {
	out := &s.result
	for k := 1; k <= s.most && going != 0; k++ {
		s.mask(going)
		s.v[change] = Vector{}
		s.play(s.loop)
		going &^= s.faulty(going)
		for l, x := range &s.v[change] {
			if bit := uint8(1) << l; going&bit != 0 {
				out.Iterations[l] = k
				if x < s.tolerance {
					converged |= bit
				}
			}
		}
		going &^= converged
	}
	return converged
}

// Measure completes the statistics of the last Solve and returns them all,
// Result.Statistics. Where a statistic does not exist in a lane that is not
// degenerate it is NaN, as elsewhere: the adjusted R2 without enough cases,
// HTMT where items of a construct do not correlate at all, rho_A where one of
// them has all the weight.
func (s *Solver) Measure() []Vector {
	s.play(s.measure)
	s.blank(s.result.Statistics)
	return s.result.Statistics
}

// load brings R and the other inputs to where the lists look for them.
func (s *Solver) load(in Input) {
	stride := in.Stride
	if stride == 0 {
		stride = Width
	}
	s.adjust(in.Cases)
	for i := range int(s.given.len()) {
		w := &s.v[int(s.given.from)+i]
		if *w = fill(1); in.Weights != nil {
			*w = Vector(in.Weights[i*stride:])
		}
	}
	if s.pairs == 0 {
		return
	}
	if stride == Width {
		_ = in.R[s.pairs*Width-1]
		s.r = unsafe.Slice((*Vector)(unsafe.Pointer(&in.R[0])), s.pairs)
		return
	}
	if s.packed == nil {
		s.packed = vectors(s.pairs)
	}
	for i := range s.packed {
		s.packed[i] = Vector(in.R[i*stride:])
	}
	s.r = s.packed
}

// adjust prepares what the adjusted R2 takes of the number of cases,
// (n-1)/(n-k-1), NaN unless n > k+1.
func (s *Solver) adjust(cases Vector) {
	if cases == s.cases {
		return
	}
	s.cases = cases
	for i, k := range s.predictors {
		ratio := &s.v[int(s.ratio.from)+i]
		for l, n := range cases {
			ratio[l] = math.NaN()
			if free := n - float64(k) - 1; free > 0 {
				ratio[l] = (n - 1) / free
			}
		}
	}
}

func (s *Solver) play(list []group) {
	for i := range list {
		s.run.run[list[i].kind](list[i].ops, s.v, s.r)
	}
}

// mask tells scale which lanes it may change.
func (s *Solver) mask(going uint8) {
	for l := range Width {
		s.v[active][l] = 0 - float64(going>>l&1)
	}
}

// faulty returns the lanes of those given in which a guard found fault, and
// clears the fault of all: that of a frozen lane must not depend on how long
// its neighbours keep the loop going.
func (s *Solver) faulty(lanes uint8) uint8 {
	found := negative(&s.v[fault]) & lanes
	s.v[fault] = Vector{}
	s.result.Degenerate |= found
	return found
}

func negative(v *Vector) (lanes uint8) {
	for l, x := range v {
		lanes |= uint8(math.Float64bits(x)>>63) << l
	}
	return lanes
}

// blank puts NaN into degenerate lanes.
func (s *Solver) blank(tables ...[]Vector) {
	for lanes := s.result.Degenerate; lanes != 0; lanes &= lanes - 1 {
		l := bits.TrailingZeros8(lanes)
		for _, t := range tables {
			for i := range t {
				t[i][l] = math.NaN()
			}
		}
	}
}

func fill(x float64) Vector { return Vector{x, x, x, x, x, x, x, x} }

// vectors returns n of them at an address that their size divides, so that none
// lies in two lines of the cache.
func vectors(n int) []Vector {
	const size = int(unsafe.Sizeof(Vector{}))
	room := make([]float64, (n+1)*Width)
	skip := -int(uintptr(unsafe.Pointer(&room[0]))) & (size - 1) / 8
	return unsafe.Slice((*Vector)(unsafe.Pointer(&room[skip])), n)
}
