package replicate

import "slices"

// maxDigits is the number of base-256 digits up to which a row of integers is
// multiplied digit by digit in bytes. The float64 product costs as much as eight
// digits with VNNI, six with AVX2 and eight in plain Go (README.md), and gives
// the same bits as long as sums stay below 2^53.
const maxDigits = 4

// builder computes the rows of Z one after the other and hands each to the
// product that suits it.
type builder struct {
	s       *Source
	weights []float64 // nil: 1 each
	plain   bool      // every row takes part, as a unit of its own
	unit    []float64 // scratch: a row of Z, one value a unit
	digit   []int8
}

// row tells what the row of Z at an index is made of.
type row struct {
	index int
	exact bool // integers whose sums stay below 2^53
}

func newBuilder(s *Source, weights []float64) *builder {
	s.ints = s.kernel.product(s.units)
	s.floats = &floatProduct{units: s.units}
	return &builder{
		s: s, weights: weights, plain: s.cluster == nil && !slices.Contains(s.active, false),
		unit: make([]float64, s.units), digit: make([]int8, s.units),
	}
}

// sum puts w_i left_i right_i, summed by unit, into b.unit; nil is 1. Products
// are rounded one by one (the conversions forbid fused operations), for the same
// bits on every platform.
func (b *builder) sum(left, right []float64, weighted bool) {
	if b.plain && !(weighted && b.weights != nil) && left != nil {
		if right == nil {
			copy(b.unit, left)
			return
		}
		right, unit := right[:len(left)], b.unit[:len(left)]
		for i, v := range left {
			unit[i] = v * right[i]
		}
		return
	}
	clear(b.unit)
	for i, active := range b.s.active {
		if !active {
			continue
		}
		v := 1.0
		if left != nil {
			v = left[i]
		}
		if right != nil {
			v = float64(v * right[i])
		}
		if weighted && b.weights != nil {
			v = float64(v * b.weights[i])
		}
		u := i
		if b.s.cluster != nil {
			u = b.s.cluster[i]
		}
		b.unit[u] += v
	}
}

// add makes the row of Z with the values w_i left_i right_i.
func (b *builder) add(left, right []float64, weighted bool) row {
	b.sum(left, right, weighted)
	return b.store()
}

// addUnlessZero is add for rows that may well be empty; index is -1 then.
func (b *builder) addUnlessZero(left, right []float64, weighted bool) int {
	b.sum(left, right, weighted)
	for _, v := range b.unit {
		if v != 0 {
			return b.store().index
		}
	}
	return -1
}

func (b *builder) store() row {
	s := b.s
	r := row{index: s.rows}
	s.rows++
	whole, lo, hi := true, b.unit[0], b.unit[0]
	for _, v := range b.unit {
		whole = whole && v == float64(int64(v))
		if v < lo {
			lo = v
		}
		if v > hi {
			hi = v
		}
	}
	// Counts add up to a few times the number of units at most.
	r.exact = whole && max(hi, -lo)*float64(s.units) < 1<<50
	n := digitsOf(lo, hi)
	if !whole || n > maxDigits {
		s.floats.add(b.unit)
		s.float = append(s.float, r.index)
		return r
	}
	scale := 1.0
	for d := range n {
		for i, v := range b.unit {
			low := int8(int64(v))
			b.digit[i] = low
			if d+1 < n {
				b.unit[i] = (v - float64(low)) / 256
			}
		}
		s.ints.add(b.digit)
		s.digits = append(s.digits, digit{row: int32(r.index), first: d == 0, scale: scale})
		scale *= 256
	}
	return r
}

// digitsOf returns how many signed base-256 digits (-128..127) integers from
// lo to hi take: D digits reach from -128 to 127 times (256^D-1)/255.
func digitsOf(lo, hi float64) int {
	ones := 1.0
	for d := 1; ; d++ {
		if -128*ones <= lo && hi <= 127*ones {
			return d
		}
		if d > maxDigits {
			return d
		}
		ones = 256*ones + 1
	}
}

// base makes the rows that every replicate needs, in the order of Source.rows,
// and reports for which columns all sums are exact.
func (b *builder) base() (exact []bool) {
	s := b.s
	weight := b.add(nil, nil, true)
	exact = make([]bool, len(s.columns))
	for a, c := range s.columns {
		r := b.add(c.x, nil, true)
		exact[a] = weight.exact && r.exact
	}
	for a, c := range s.columns {
		r := b.add(c.x, c.x, true)
		exact[a] = exact[a] && r.exact
	}
	for _, ab := range s.pairs {
		b.add(s.columns[ab[0]].x, s.columns[ab[1]].x, true)
	}
	if b.weights != nil {
		s.present = b.add(nil, nil, false).index
	}
	return exact
}

// gaps makes the rows that say how much of a column is missing.
func (b *builder) gaps() {
	s := b.s
	for a := range s.columns {
		c := &s.columns[a]
		c.gap, c.missing, c.sum = -1, -1, 1+a
		if c.hole == nil {
			continue
		}
		c.gap = b.add(c.hole, nil, true).index
		c.missing = c.gap
		if b.weights != nil {
			c.missing = b.add(c.hole, nil, false).index
			c.sum = b.add(c.x, nil, false).index
		}
	}
}

// tests makes the rows that tell a constant column for certain. Without holes
// and with exact sums the variance itself does.
func (b *builder) tests(exact []bool) {
	s := b.s
	for a := range s.columns {
		c := &s.columns[a]
		switch {
		case exact[a] && c.hole == nil:
		case exact[a]:
			s.constant = append(s.constant, constancy{column: a, sure: true, n: 0, gap: c.gap, sum: 1 + a, square: 1 + len(s.columns) + a})
		default:
			id := classes(c, s.active)
			s.constant = append(s.constant, constancy{
				column: a, n: s.present, gap: c.missing,
				sum: b.add(id, nil, false).index, square: b.add(id, id, false).index,
			})
		}
	}
}

// fillings makes the rows from which holes are filled (see fill).
func (b *builder) fillings() {
	s := b.s
	once := map[[2]int]int{} // x_a m_b is wanted by the pairs (a,b) and (b,a)
	cross := func(x, hole []float64, key [2]int) int {
		if hole == nil {
			return -1
		}
		if at, ok := once[key]; ok {
			return at
		}
		once[key] = b.addUnlessZero(x, hole, true)
		return once[key]
	}
	p := len(s.columns)
	for k, ab := range s.pairs {
		a, c := int(ab[0]), int(ab[1])
		x, y := &s.columns[a], &s.columns[c]
		if x.hole == nil && y.hole == nil {
			continue
		}
		f := filling{row: 1 + 2*p + k, a: a, b: c, ab: -1, ba: -1, both: x.gap}
		if a == c {
			s.filled = append(s.filled, f)
			continue
		}
		f.both = -1
		f.ab = cross(x.x, y.hole, [2]int{a, c})
		f.ba = cross(y.x, x.hole, [2]int{c, a})
		if x.hole != nil {
			f.both = cross(x.hole, y.hole, [2]int{p + min(a, c), p + max(a, c)})
		}
		s.filled = append(s.filled, f)
	}
}

// finish drops what no replicate asks for.
func (b *builder) finish() {
	s := b.s
	s.direct = len(s.float) == 0 && len(s.digits) == s.rows && len(s.constant) == 0 && s.units <= span
	for a := range s.columns {
		if !s.keeps(a) {
			s.columns[a].x, s.columns[a].hole = nil, nil
		}
	}
}
