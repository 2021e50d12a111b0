package resample

import "math/big"

const (
	// scale is the number of fractional bits of the fixed-point numbers in
	// which the tables are computed.
	scale = 192
	// largest is the largest count a Poisson cell can have. With a rate below
	// 1 the law puts less than 1/32! < 2^-117 on larger ones. It does not
	// limit the coefficient of a unit, to which uniform draws may be added.
	largest = 31
	// later is the outcome of the alias table that stands for "decided by the
	// residual law"; the outcomes 0..14 are counts.
	later = 15
)

// cells draws counts that follow a Poisson law.
//
// 32 random bits u pick one of 16 outcomes by the alias method (Walker 1977,
// Vose 1991): slot k = top four bits, the slot's own outcome if the other 28
// bits lie below its threshold, else its alias. Outcome k <= 14 has a
// probability that is p_k rounded DOWN to a multiple of 2^-32; what rounding
// left over, and all counts above 14, is outcome 15 and has a probability
// near 2^-29. Then 64 more bits choose among the left-overs in proportion. So
// the law of a cell is not rounded to 2^-32 but to 2^-64 of 2^-28:
//
// Let R <= 16 * 2^-32 be the probability of outcome 15. The residual law has
// its 31 inner boundaries rounded to multiples of 2^-64, which moves the
// probability of each of the 32 counts by less than R * 2^-64 <= 2^-92; half
// the sum over counts is 2^-88. Counts above 31 are left out (2^-117). The
// total variation distance from the Poisson law is below 2^-87 a cell, hence
// below n * 2^-87 for n independent cells and for anything computed from them.
type cells struct {
	threshold [16]uint32
	alias     [16]uint32
	residual  [largest]uint64 // residual[k]: 2^64 times the probability of a count <= k, given outcome 15
}

// rate is the Poisson rate for n > 6 units in units of 2^-32:
// 1 - 2.5/sqrt(n), the subtrahend rounded down. The total of n cells then
// exceeds n in at most 0.7 % of replicates, and 2.5 sqrt(n) draws remain.
func rate(n int) uint64 {
	q := big.NewInt(25)
	q.Lsh(q, 62) // (2.5 * 2^32)^2 = 6.25 * 2^64
	q.Div(q, big.NewInt(int64(n)))
	return 1<<32 - q.Sqrt(q).Uint64()
}

// poisson returns e^-lambda lambda^k / k! for k = 0..largest in units of
// 2^-scale, lambda = rate * 2^-32 <= 1. Integer arithmetic only: the digits
// are the same on every platform. Each value is at most 100 units off.
func poisson(rate uint64) []*big.Int {
	lambda := new(big.Int).SetUint64(rate)
	one := new(big.Int).Lsh(big.NewInt(1), scale)
	next := func(p *big.Int, k int) *big.Int {
		q := new(big.Int).Mul(p, lambda)
		return q.Rsh(q, 32).Div(q, big.NewInt(int64(k)))
	}
	exp := new(big.Int) // e^lambda
	for term, k := one, 1; term.Sign() > 0; k++ {
		exp.Add(exp, term)
		term = next(term, k)
	}
	p := make([]*big.Int, largest+1)
	p[0] = new(big.Int).Lsh(one, scale)
	p[0].Div(p[0], exp)
	for k := 1; k <= largest; k++ {
		p[k] = next(p[k-1], k)
	}
	return p
}

// roundDown returns p[0..14] in units of 2^-32, rounded down.
func roundDown(p []*big.Int) [later]uint32 {
	var w [later]uint32
	for k := range w {
		w[k] = uint32(new(big.Int).Rsh(p[k], scale-32).Uint64())
	}
	return w
}

// newCells makes the tables of the law p (units of 2^-scale) whose counts
// 0..14 are decided by the alias table with probability w (units of 2^-32,
// nowhere above p) and otherwise by the residual law. The law of a cell is p
// for every such w; the larger w, the faster.
func newCells(p []*big.Int, w [later]uint32) *cells {
	t := new(cells)
	var mass [16]uint64
	mass[later] = 1 << 32
	for k, m := range w {
		mass[k] = uint64(m)
		mass[later] -= uint64(m)
	}
	total := new(big.Int).SetUint64(mass[later])
	total.Lsh(total, scale-32)
	below := new(big.Int)
	for k := range t.residual {
		below.Add(below, p[k])
		if k < later {
			taken := new(big.Int).SetUint64(mass[k])
			below.Sub(below, taken.Lsh(taken, scale-32))
		}
		part := new(big.Int).Lsh(below, 64)
		t.residual[k] = part.Div(part, total).Uint64()
	}

	// Every slot holds 2^28. The lowest slot that has less is filled up from
	// the fullest outcome, until all that are left hold 2^28.
	const height = 1 << 28
	var closed [16]bool
	for k := range t.alias {
		t.alias[k] = uint32(k)
	}
	for {
		low, high := -1, -1
		for k, m := range mass {
			switch {
			case closed[k]:
			case m < height && low < 0:
				low = k
			case m > height && (high < 0 || m > mass[high]):
				high = k
			}
		}
		if low < 0 {
			return t
		}
		t.threshold[low], t.alias[low] = uint32(mass[low]<<4), uint32(high)
		mass[high] -= height - mass[low]
		closed[low] = true
	}
}

// outcome maps 32 random bits to an outcome of the alias table.
func (t *cells) outcome(u uint32) uint32 {
	k := u >> 28
	a := t.alias[k]
	if u<<4 < t.threshold[k] {
		a = k
	}
	return a
}

// decide draws from the residual law.
func (t *cells) decide(g stream) (uint32, stream) {
	high, g := g.next()
	low, g := g.next()
	u := uint64(high)<<32 | uint64(low)
	for k, bound := range t.residual {
		if u < bound {
			return uint32(k), g
		}
	}
	return largest, g
}
