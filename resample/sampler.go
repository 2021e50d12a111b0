package resample

import (
	"fmt"
	"math"
)

// Sampler draws the replicates of a plan. It never changes: any number of
// goroutines may share one. No method but New allocates.
//
// Draw and its relatives panic if a slice has the wrong length, if a jackknife
// has no such replicate, or if the plan has no such thing; these are mistakes
// of the program, not of the data.
type Sampler struct {
	kind   kind
	units  int
	seed   uint64
	of     []int     // unit of each row; nil if units are rows
	order  []int32   // units sorted by stratum; nil for the natural order
	strata []stratum // parts of order
	groups int       // number of groups or folds
	labels []int32   // group or fold of each unit before shuffling
}

type kind uint8

const (
	bootstrap kind = iota
	jackknife
	permutation
	folds
)

// stratum is the part from..to-1 of Sampler.order.
type stratum struct {
	from, to int
	cells    *cells // nil: too small, uniform draws only
}

// number is the type of a coefficient. Bytes are what integer kernels want;
// a bootstrap coefficient above 255 needs more than 255 units and even then
// has a probability below 1/255!, but it is possible.
type number interface{ int32 | uint8 }

// New checks a plan and prepares to draw from it. The plan's slices are not
// changed, and may be changed afterwards.
func New(p Plan) (*Sampler, error) {
	if p == nil {
		return nil, fmt.Errorf("resample: there is no plan")
	}
	s := new(Sampler)
	if err := p.prepare(s); err != nil {
		return nil, err
	}
	return s, nil
}

// Units is the number of coefficients of a replicate.
func (s *Sampler) Units() int { return s.units }

// Of is the unit (cluster) of each row, for [Expand]; nil if every row is a
// unit. It must not be changed.
func (s *Sampler) Of() []int { return s.of }

// Groups is the number of groups of a Permutation, of folds of Folds, and 0
// for other plans.
func (s *Sampler) Groups() int { return s.groups }

// Replicates is the number of replicates there are: N of a jackknife, and
// without end (math.MaxUint64) of a random plan.
func (s *Sampler) Replicates() uint64 {
	if s.kind == jackknife {
		return uint64(s.units)
	}
	return math.MaxUint64
}

// Draw sets c[i] to the coefficient of unit i in replicate r.
func (s *Sampler) Draw(r uint64, c []int32) {
	draw(s, r, c)
}

// Bytes is Draw for coefficients of one byte. It reports whether all of them
// fit; if not, the contents of c are not the replicate, and Draw must be used.
func (s *Sampler) Bytes(r uint64, c []uint8) bool {
	return draw(s, r, c)
}

// Labels sets label[i] to the group (of a Permutation) or the fold (of Folds)
// of unit i in shuffle q, which makes the replicates q*Groups ..
// q*Groups + Groups-1.
func (s *Sampler) Labels(q uint64, label []int32) {
	if s.kind != permutation && s.kind != folds {
		panic("resample: only permutations and folds have labels")
	}
	check(s.units, len(label))
	copy(label, s.labels)
	shuffle(s, newStream(s.seed, q), label)
}

// Positions prepares the resampling of a resample. c is a replicate drawn by
// Draw from a Bootstrap; position lists its units, each as often as it was
// drawn, stratum by stratum.
func (s *Sampler) Positions(c, position []int32) {
	if s.kind != bootstrap {
		panic("resample: only a bootstrap can be resampled")
	}
	check(s.units, len(c))
	check(s.units, len(position))
	k := 0
	for j := range c {
		i := s.at(j)
		for range c[i] {
			position[k] = int32(i)
			k++
		}
	}
	if k != len(position) {
		panic("resample: the coefficients are not those of a replicate")
	}
}

// Inner draws resample number inner of replicate number outer (double
// bootstrap, Beran 1987): N draws among the N positions of the outer
// replicate, counted by unit. position comes from [Sampler.Positions] for that
// replicate. The stream depends on the seed, outer and inner alone.
func (s *Sampler) Inner(outer, inner uint64, position, c []int32) {
	nested(s, outer, inner, position, c)
}

// InnerBytes is Inner for coefficients of one byte, and like [Sampler.Bytes]
// reports whether all of them fit. Inner coefficients may reach 256 when the
// outer coefficients are large.
func (s *Sampler) InnerBytes(outer, inner uint64, position []int32, c []uint8) bool {
	return nested(s, outer, inner, position, c)
}

// Expand sets row[i] to the coefficient (or label) of the unit that row i
// belongs to, of being [Sampler.Of] and not nil.
func Expand[T int32 | uint8](of []int, unit, row []T) {
	check(len(of), len(row))
	for i, u := range of {
		row[i] = unit[u]
	}
}

func draw[T number](s *Sampler, r uint64, c []T) bool {
	check(s.units, len(c))
	switch {
	case s.kind == bootstrap:
		if s.order != nil {
			clear(c)
		}
		return resample(s, newStream(s.seed, r), s.order, c)
	case s.kind == jackknife:
		if r >= uint64(s.units) {
			panic(fmt.Sprintf("resample: replicate %d of a jackknife of %d", r, s.units))
		}
		for i := range c {
			c[i] = 1
		}
		c[r] = 0
	case s.units > 0:
		// Shuffling the coefficients moves them as it moves the labels.
		chosen, other := T(1), T(0)
		if s.kind == folds {
			chosen, other = other, chosen
		}
		g := int32(r % uint64(s.groups))
		for i, label := range s.labels {
			c[i] = other
			if label == g {
				c[i] = chosen
			}
		}
		shuffle(s, newStream(s.seed, r/uint64(s.groups)), c)
	}
	return true
}

func nested[T number](s *Sampler, outer, inner uint64, position []int32, c []T) bool {
	if s.kind != bootstrap {
		panic("resample: only a bootstrap can be resampled")
	}
	check(s.units, len(position))
	check(s.units, len(c))
	clear(c)
	return resample(s, newStream(innerSeed(s.seed, outer), inner), position, c)
}

// resample adds a bootstrap to c: draw k counts for unit at[k], or for unit k
// if at is nil. c holds zeros if at is given.
func resample[T number](s *Sampler, g stream, at []int32, c []T) bool {
	fits := true
	for _, t := range s.strata {
		var ok bool
		if at == nil {
			g, ok = multinomial(t.cells, g, nil, c)
		} else {
			g, ok = multinomial(t.cells, g, at[t.from:t.to], c)
		}
		fits = fits && ok
	}
	return fits
}

// multinomial draws as many positions as there are, with replacement, as told
// at Bootstrap, and reports whether the counts fit T. Its use of the stream,
// which other implementations must repeat: cells are drawn in fours, those
// beyond the last one dropped; then outcomes left to the residual law are
// decided in order, two words each; then come the uniform draws.
func multinomial[T number](t *cells, g stream, at []int32, c []T) (stream, bool) {
	n := len(c)
	if at != nil {
		n = len(at)
	}
	if t == nil {
		if at == nil {
			clear(c)
		}
		return uniform(g, n, n, at, c)
	}
	start := g
	var total int64
	var residual, fits bool
	if at == nil {
		g, total, residual = fill(t, g, c)
		fits = true
	} else {
		g, total, residual, fits = scatter(t, g, at, c)
	}
	for k := n; k%4 != 0; k++ {
		_, g = g.next()
	}
	if residual {
		var u, count uint32
		for k := range n {
			u, start = start.next()
			if t.outcome(u) == later {
				count, g = t.decide(g)
				total += int64(count)
				fits = add(c, index(at, k), T(count)) && fits
			}
		}
	}
	if total > int64(n) {
		if at == nil {
			clear(c)
		}
		for _, i := range at {
			c[i] = 0
		}
		return uniform(g, n, n, at, c)
	}
	g, ok := uniform(g, n, n-int(total), at, c)
	return g, fits && ok
}

// fill sets c to independent cells, 0 where the residual law decides, and
// returns their total and whether there is such a one.
func fill[T number](t *cells, g stream, c []T) (_ stream, total int64, residual bool) {
	var u uint32
	for k := range c {
		u, g = g.next()
		a := t.outcome(u)
		if a == later {
			a, residual = 0, true
		}
		c[k] = T(a)
		total += int64(a)
	}
	return g, total, residual
}

// scatter is fill for cells that are added to c[at[k]].
func scatter[T number](t *cells, g stream, at []int32, c []T) (_ stream, total int64, residual, fits bool) {
	var u uint32
	fits = true
	for _, i := range at {
		u, g = g.next()
		a := t.outcome(u)
		if a == later {
			a, residual = 0, true
		}
		fits = add(c, int(i), T(a)) && fits
		total += int64(a)
	}
	return g, total, residual, fits
}

// uniform adds draws uniform draws among n positions to c.
func uniform[T number](g stream, n, draws int, at []int32, c []T) (stream, bool) {
	fits := true
	var u uint32
	for range draws {
		u, g = g.next()
		m := uint64(u) * uint64(n)
		if uint32(m) < uint32(n) {
			m, g = g.reject(m, uint32(n))
		}
		fits = add(c, index(at, int(m>>32)), 1) && fits
	}
	return g, fits
}

// shuffle permutes x within the strata, all orders equally likely (Fisher &
// Yates 1938, in the form of Durstenfeld 1964).
func shuffle[T number](s *Sampler, g stream, x []T) {
	var j uint32
	for _, t := range s.strata {
		for i := t.to - 1; i > t.from; i-- {
			j, g = g.below(uint32(i - t.from + 1))
			a, b := s.at(i), s.at(t.from+int(j))
			x[a], x[b] = x[b], x[a]
		}
	}
}

// add adds a to c[i] and reports whether the sum fits.
func add[T number](c []T, i int, a T) bool {
	c[i] += a
	return c[i] >= a
}

// at is the k-th unit in the order of strata.
func (s *Sampler) at(k int) int { return index(s.order, k) }

// index is at[k], or k if at is nil.
func index(at []int32, k int) int {
	if at == nil {
		return k
	}
	return int(at[k])
}

func check(want, have int) {
	if want != have {
		panic(fmt.Sprintf("resample: a slice of %d for %d units", have, want))
	}
}
