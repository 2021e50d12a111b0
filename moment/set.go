// Package moment turns rows into second moments, the only thing that
// estimators look at.
//
// A survey of any length, a subgroup, a bootstrap replicate, a training fold,
// a published correlation matrix: each becomes the same small Set of sums, and
// Sets about the same pivot add, subtract and scale. With whole-number answers
// every sum is a whole number below 2^53, so any partition of the rows and any
// number of workers give the same bits.
//
// Most people need two calls:
//
//	s, report, err := moment.Compute(f, m.Indicators(), moment.Options{})
//	r := s.Cor() // correlation matrix
package moment

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Weighting says what the row weights of a Set are; it decides the divisor of
// Cov. Correlations do not depend on it.
type Weighting uint8

const (
	// Unweighted: every row counts once. Divisor N-1.
	Unweighted Weighting = iota
	// Sampling: weights stand for the people a respondent represents; only
	// their ratios matter. Divisor W (N-1)/N.
	Sampling
	// Frequency: weights are repeat counts of a row. Divisor W-1.
	Frequency
)

// Set holds the moments of named variables about a fixed pivot c.
// All stored fields but Names, Pivot and Weighting are sums over rows.
type Set struct {
	Names     []string
	Pivot     []float64 // c, one a name; whole numbers for survey items
	Weighting Weighting

	N  int       // rows
	W  float64   // sum w
	W2 float64   // sum w^2
	S  []float64 // sum w (x-c)
	Q  []float64 // sum w (x-c)(x-c)', packed lower: Q_ab, a >= b, at a(a+1)/2+b
}

// New returns an empty Set about the pivot, which is copied.
func New(names []string, pivot []float64) *Set {
	if len(names) != len(pivot) {
		panic(fmt.Sprintf("moment: %d names, %d pivots", len(names), len(pivot)))
	}
	p := len(names)
	return &Set{
		Names: slices.Clone(names),
		Pivot: slices.Clone(pivot),
		S:     make([]float64, p),
		Q:     make([]float64, p*(p+1)/2),
	}
}

// FromCovariance returns the Set of a published covariance (or correlation)
// matrix of n cases: cov is p x p and symmetric, means may be nil (zero).
func FromCovariance(names []string, n int, cov [][]float64, means []float64) *Set {
	if means == nil {
		means = make([]float64, len(names))
	}
	s := New(names, means)
	s.N, s.W, s.W2 = n, float64(n), float64(n)
	k := 0
	for a := range names {
		for b := 0; b <= a; b++ {
			s.Q[k] = cov[a][b] * float64(n-1)
			k++
		}
	}
	return s
}

// Clone returns an independent copy.
func (s *Set) Clone() *Set {
	c := *s
	c.Names, c.Pivot = slices.Clone(s.Names), slices.Clone(s.Pivot)
	c.S, c.Q = slices.Clone(s.S), slices.Clone(s.Q)
	return &c
}

// Add adds o to s, times times: +1 merges, -1 removes, k repeats. Both must
// have the same names and pivot; anything else is a mistake of the caller and
// panics.
func (s *Set) Add(o *Set, times int) {
	if !slices.Equal(s.Names, o.Names) || !slices.Equal(s.Pivot, o.Pivot) {
		panic("moment: Add of Sets with different names or pivots")
	}
	k := float64(times)
	s.N += times * o.N
	s.W += k * o.W
	s.W2 += k * o.W2
	for i, v := range o.S {
		s.S[i] += k * v
	}
	for i, v := range o.Q {
		s.Q[i] += k * v
	}
	s.Weighting = max(s.Weighting, o.Weighting)
}

// Index returns the position of a name, or -1.
func (s *Set) Index(name string) int { return slices.Index(s.Names, name) }

// at returns Q_ab for any order of a and b.
func (s *Set) at(a, b int) float64 {
	if a < b {
		a, b = b, a
	}
	return s.Q[a*(a+1)/2+b]
}

// Select returns the Set of some variables, in the order given; a name may
// occur twice. It fails for a name that is not there.
func (s *Set) Select(names ...string) (*Set, error) {
	index := make([]int, len(names))
	pivot := make([]float64, len(names))
	for i, name := range names {
		k := s.Index(name)
		if k < 0 {
			return nil, fmt.Errorf("moment: no variable %q", name)
		}
		index[i], pivot[i] = k, s.Pivot[k]
	}
	out := New(names, pivot)
	out.N, out.W, out.W2, out.Weighting = s.N, s.W, s.W2, s.Weighting
	k := 0
	for a, ia := range index {
		out.S[a] = s.S[ia]
		for _, ib := range index[:a+1] {
			out.Q[k] = s.at(ia, ib)
			k++
		}
	}
	return out, nil
}

// Project returns the Set of the linear combinations B'x: composites, scores,
// differences of waves. b is len(s.Names) x len(names).
func (s *Set) Project(names []string, b mat.Matrix) *Set {
	p, q := b.Dims()
	if p != len(s.Names) || q != len(names) {
		panic(fmt.Sprintf("moment: Project of %d variables to %d by a %d x %d matrix", len(s.Names), len(names), p, q))
	}
	var pivot, sum mat.VecDense
	pivot.MulVec(b.T(), mat.NewVecDense(p, slices.Clone(s.Pivot)))
	sum.MulVec(b.T(), mat.NewVecDense(p, slices.Clone(s.S)))
	full := mat.NewSymDense(p, nil)
	for a := range p {
		for c := 0; c <= a; c++ {
			full.SetSym(a, c, s.at(a, c))
		}
	}
	var qb, bqb mat.Dense
	qb.Mul(full, b)
	bqb.Mul(b.T(), &qb)
	out := New(names, pivot.RawVector().Data)
	out.N, out.W, out.W2, out.Weighting = s.N, s.W, s.W2, s.Weighting
	copy(out.S, sum.RawVector().Data)
	k := 0
	for a := range q {
		for c := 0; c <= a; c++ {
			out.Q[k] = bqb.At(a, c)
			k++
		}
	}
	return out
}

// Mean returns c + S/W.
func (s *Set) Mean() []float64 {
	mean := make([]float64, len(s.Names))
	for i, c := range s.Pivot {
		mean[i] = c + s.S[i]/s.W
	}
	return mean
}

// divisor returns d of Cov.
func (s *Set) divisor() float64 {
	switch s.Weighting {
	case Frequency:
		return s.W - 1
	case Sampling:
		return s.W * float64(s.N-1) / float64(s.N)
	}
	return float64(s.N - 1)
}

// centred returns W times the sum of squares and products about the mean,
// W Q_ab - S_a S_b: a whole number when the data are, so a zero variance is an
// exact test.
func (s *Set) centred(a, b int) float64 {
	return float64(s.W*s.at(a, b)) - float64(s.S[a]*s.S[b])
}

// Cov returns the covariance matrix (Q - S S'/W) / d, d by the Weighting.
func (s *Set) Cov() *mat.SymDense {
	p := len(s.Names)
	cov := mat.NewSymDense(p, nil)
	d := s.W * s.divisor()
	for a := range p {
		for b := 0; b <= a; b++ {
			cov.SetSym(a, b, s.centred(a, b)/d)
		}
	}
	return cov
}

// SD returns the standard deviations, the square roots of the diagonal of Cov.
func (s *Set) SD() []float64 {
	sd := make([]float64, len(s.Names))
	d := s.W * s.divisor()
	for a := range sd {
		sd[a] = math.Sqrt(max(0, s.centred(a, a)/d))
	}
	return sd
}

// Cor returns the correlation matrix, with an exact unit diagonal. The row and
// column of a variable without variance are NaN.
func (s *Set) Cor() *mat.SymDense {
	p := len(s.Names)
	cor := mat.NewSymDense(p, nil)
	root := make([]float64, p)
	for a := range p {
		v := s.centred(a, a)
		if !(v > 0) || v <= float64(s.W*s.at(a, a))*1e-14 {
			v = math.NaN()
		}
		root[a] = math.Sqrt(v)
	}
	for a := range p {
		for b := range a {
			cor.SetSym(a, b, s.centred(a, b)/(root[a]*root[b]))
		}
		cor.SetSym(a, a, root[a]/root[a])
	}
	return cor
}
