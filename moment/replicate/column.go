package replicate

import (
	"math"
	"slices"
)

// column is a variable as it enters the products.
type column struct {
	// x = (value - pivot) * scale, 0 in holes and in rows that take no part.
	// Correlations know neither pivot nor scale.
	x []float64
	// hole is 1 where a cell is missing; nil if none is.
	hole []float64

	// Rows of M: the sum of x and the number of holes that the mean of a
	// replicate is taken from (not weighted), and the weight of the holes.
	sum, missing, gap int
}

// newColumn takes the pivot off. Integers, and decimals of up to four places
// once multiplied by a power of ten, keep an integer pivot and stay exact;
// anything else is centred at its mean, which keeps the digits that raw
// moments would lose (error of r about (offset/sd)^2 2^-53).
func newColumn(values []float64, active []bool) column {
	c := column{x: make([]float64, len(values))}
	var have []float64 // cells that count
	for i, v := range values {
		switch {
		case !active[i]:
		case math.IsNaN(v):
			if c.hole == nil {
				c.hole = make([]float64, len(values))
			}
			c.hole[i] = 1
		default:
			have = append(have, v)
		}
	}
	if len(have) == 0 {
		return c
	}
	if f := decimals(have); f > 0 {
		for k, v := range have {
			have[k] = math.Round(v * f)
		}
		shift(have)
	} else {
		scaleToOne(have)
		pivot := mean(have)
		for k := range have {
			have[k] -= pivot
		}
		scaleToOne(have)
	}
	k := 0
	for i := range values {
		if active[i] && (c.hole == nil || c.hole[i] == 0) {
			c.x[i] = have[k]
			k++
		}
	}
	return c
}

// shift takes an integer pivot off integers: the middle of the range where
// that lets the values fit a byte (the smallest products), else the rounded
// mean (the smallest error, should sums grow beyond 2^53).
func shift(x []float64) {
	lo, hi := slices.Min(x), slices.Max(x)
	pivot := math.Floor((lo + hi) / 2)
	if hi-lo > 2*math.MaxInt8 {
		pivot = math.Round(lo + mean(deviations(x, lo)))
	}
	for i := range x {
		x[i] -= pivot
	}
}

func deviations(x []float64, from float64) []float64 {
	d := slices.Clone(x)
	for i := range d {
		d[i] -= from
	}
	return d
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// decimals returns the power of ten up to 10^4 that makes all values integers
// of at most 2^48, 0 if there is none. 0.29 times 100 is not 29 in binary, so
// the test goes back: 29/100 is the double that "0.29" stands for.
func decimals(x []float64) float64 {
next:
	for f := 1.0; f <= 1e4; f *= 10 {
		for _, v := range x {
			r := math.Round(v * f)
			if math.Abs(r) > 1<<48 || r/f != v {
				continue next
			}
		}
		return f
	}
	return 0
}

// scaleToOne multiplies by the power of two, exactly, that brings the largest
// value near 1: squares of very large or small data then neither overflow nor
// vanish.
func scaleToOne(x []float64) {
	top := 0.0
	for _, v := range x {
		top = max(top, math.Abs(v))
	}
	if top == 0 {
		return
	}
	_, e := math.Frexp(top)
	for i, v := range x {
		x[i] = math.Ldexp(v, -e)
	}
}

// classes numbers the values of a column from 0 to 10, the commonest value 0,
// so that equal values have equal numbers. A resample whose numbers differ has
// a variance for certain; one whose numbers are all equal, which is rare, must
// be looked at.
func classes(c *column, active []bool) []float64 {
	count := map[float64]int{}
	for i, v := range c.x {
		if c.counts(i, active) {
			count[v]++
		}
	}
	values := make([]float64, 0, len(count))
	for v := range count {
		values = append(values, v)
	}
	slices.Sort(values)
	common := 0
	for k, v := range values {
		if count[v] > count[values[common]] {
			common = k
		}
	}
	number := map[float64]float64{}
	for k, v := range values {
		number[v] = float64(1 + k%10)
		if k == common {
			number[v] = 0
		}
	}
	id := make([]float64, len(c.x))
	for i, v := range c.x {
		if c.counts(i, active) {
			id[i] = number[v]
		}
	}
	return id
}

// counts reports whether row i has a value of its own in the column.
func (c *column) counts(i int, active []bool) bool {
	return active[i] && (c.hole == nil || c.hole[i] == 0)
}
