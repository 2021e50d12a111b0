package resample

import (
	"fmt"
	"math"
	"math/big"
	"testing"
)

// exactPoisson lists e^-lambda lambda^k / k!, lambda = rate * 2^-32, with 600
// bits: the alternating series of e^-lambda, not the way the table is made.
func exactPoisson(rate uint64, counts int) []*big.Float {
	float := func(x float64) *big.Float { return new(big.Float).SetPrec(600).SetFloat64(x) }
	lambda := float(float64(rate)) // rate < 2^53
	lambda.SetMantExp(lambda, -32)
	sum, term := float(0), float(1)
	for j := 1.0; j < 80; j++ { // 1/80! < 2^-390
		sum.Add(sum, term)
		term.Mul(term, lambda).Quo(term, float(-j))
	}
	law := make([]*big.Float, counts)
	for k := range law {
		law[k] = float(0).Set(sum)
		sum.Mul(sum, lambda).Quo(sum, float(float64(k+1)))
	}
	return law
}

// law is the law of a cell, read off the finished tables.
func (t *cells) law() []*big.Rat {
	unit := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Lsh(big.NewInt(1), 32))
	var slots [16]int64
	for k := range t.alias {
		own := int64(t.threshold[k] >> 4)
		slots[k] += own
		slots[t.alias[k]] += 1<<28 - own
	}
	law := make([]*big.Rat, largest+1)
	before := new(big.Int)
	for k := range law {
		law[k] = new(big.Rat)
		if k < later {
			law[k].Mul(big.NewRat(slots[k], 1), unit)
		}
		upTo := new(big.Int).Lsh(big.NewInt(1), 64)
		if k < largest {
			upTo.SetUint64(t.residual[k])
		}
		part := new(big.Rat).SetFrac(new(big.Int).Sub(upTo, before), new(big.Int).Lsh(big.NewInt(1), 64))
		part.Mul(part, big.NewRat(slots[later], 1)).Mul(part, unit)
		law[k].Add(law[k], part)
		before = upTo
	}
	return law
}

// The bound that cells states, for the true law summed far into the tail.
func TestCellsArePoisson(t *testing.T) {
	bound := new(big.Float).SetMantExp(big.NewFloat(1), -87)
	for _, n := range []int{7, cellsFrom, 33, 62, 100, 344, 5000, 100000, 1 << 20, math.MaxInt32} {
		p := poisson(rate(n))
		law := newCells(p, roundDown(p)).law()
		distance, total := new(big.Float).SetPrec(600), new(big.Rat)
		for k, d := range exactPoisson(rate(n), 60) {
			if k < len(law) {
				if law[k].Sign() < 0 {
					t.Errorf("n = %d: count %d has a negative probability", n, k)
				}
				total.Add(total, law[k])
				d.Sub(d, new(big.Float).SetPrec(600).SetRat(law[k]))
			}
			distance.Add(distance, d.Abs(d))
		}
		distance.SetMantExp(distance, -1)
		if distance.Cmp(bound) >= 0 {
			f, _ := distance.Float64()
			t.Errorf("n = %d: total variation distance 2^%.1f, not below 2^-87", n, math.Log2(f))
		}
		if total.Cmp(big.NewRat(1, 1)) != 0 {
			t.Errorf("n = %d: probabilities sum to %v", n, total)
		}
	}
}

func TestRate(t *testing.T) {
	for _, n := range []int{7, 32, 100, 344, 1 << 20, math.MaxInt32} {
		want := 1 - 2.5/math.Sqrt(float64(n))
		if got := float64(rate(n)) / (1 << 32); math.Abs(got-want) > 1e-9 {
			t.Errorf("n = %d: rate %.10f, want %.10f", n, got, want)
		}
	}
	if got, want := rate(100), uint64(3<<30); got != want { // 1 - 2.5/10
		t.Errorf("n = 100: rate %d, want %d", got, want)
	}
}

// outcome reads the table right: over evenly spaced inputs, each outcome has
// its share.
func TestOutcome(t *testing.T) {
	p := poisson(rate(344))
	w := roundDown(p)
	table := newCells(p, w)
	var seen [16]int
	for u := uint64(0); u < 1<<32; u += 1 << 10 {
		seen[table.outcome(uint32(u))]++
	}
	for k, m := range w {
		if got := seen[k]; math.Abs(float64(got)-float64(m)/(1<<10)) > 16 {
			t.Errorf("outcome %d: %d of 2^22, want about %d", k, got, m>>10)
		}
	}
	for k := range uint32(16) { // to the last input
		own := table.threshold[k] >> 4
		if got := table.outcome(k<<28 | own); got != table.alias[k] {
			t.Errorf("slot %d: outcome %d from its threshold on, want %d", k, got, table.alias[k])
		}
		if own > 0 {
			if got := table.outcome(k<<28 | (own - 1)); got != k {
				t.Errorf("slot %d: outcome %d below its threshold", k, got)
			}
		}
	}
}

// slow has the law of cells but leaves half of every count to the residual
// law, a path that otherwise one cell in 2^29 takes.
func slow(rate uint64) *cells {
	p := poisson(rate)
	w := roundDown(p)
	for k := range w {
		w[k] /= 2
	}
	return newCells(p, w)
}

func TestResidualLaw(t *testing.T) {
	const draws = 1 << 20
	table := slow(1 << 31)
	observed, expected := make([]int, 7), make([]float64, 7)
	g := newStream(41, 0)
	for range draws {
		var k uint32
		k, g = table.decide(g)
		observed[min(k, 6)]++
	}
	for k, law := range exactPoisson(1<<31, 40) {
		p, _ := law.Float64()
		expected[min(k, 6)] += p * draws
	}
	chiSquare(t, "residual law", observed, expected)

	// In the table in use the residual law reaches counts beyond the alias
	// table, and its last boundary leaves the largest count its place.
	p := poisson(rate(344))
	table = newCells(p, roundDown(p))
	beyond := false
	for k := later; k < largest; k++ {
		beyond = beyond || table.residual[k] > table.residual[k-1]
	}
	if !beyond {
		t.Error("counts above 14 are impossible")
	}
	// The next two outputs of this stream are 2^32-1 and 2^32-1, the last value
	// of the last part.
	ones := stream{0, 0x7bf921dd ^ math.MaxUint32, 0, math.MaxUint32}
	first, second := ones.next()
	if again, _ := second.next(); first != math.MaxUint32 || again != math.MaxUint32 {
		t.Fatalf("the outputs are %x %x", first, again)
	}
	if k, _ := table.decide(ones); k != largest {
		t.Errorf("the last residual count is %d, want %d", k, largest)
	}
}

// compositions calls f with every way to distribute n over len(c) cells.
func compositions(n int, c []int32, k int, f func()) {
	if k == len(c)-1 {
		c[k] = int32(n)
		f()
		return
	}
	for v := 0; v <= n; v++ {
		c[k] = int32(v)
		compositions(n-v, c, k+1, f)
	}
}

// code numbers small coefficients.
func code(c []int32) int {
	n := 0
	for _, v := range c {
		n = n*16 + int(v)
	}
	return n
}

// multinomialLaw lists the probabilities of all outcomes of n draws with
// probabilities p, and numbers the outcomes.
func multinomialLaw(n int, p []float64) (index map[int]int, law []float64) {
	index = make(map[int]int)
	c := make([]int32, len(p))
	compositions(n, c, 0, func() {
		f := math.Gamma(float64(n + 1))
		for i, v := range c {
			f *= math.Pow(p[i], float64(v)) / math.Gamma(float64(v)+1)
		}
		index[code(c)] = len(law)
		law = append(law, f)
	})
	return index, law
}

// Poisson cells with top-up against all probabilities of the multinomial law,
// for tiny n, where T > n is frequent; with a table in which half of the cells
// are decided by the residual law; and in the order that strata use.
func TestCellsWithTopUpAreMultinomial(t *testing.T) {
	const draws = 100000
	for n := 2; n <= 5; n++ {
		p := make([]float64, n)
		at := make([]int32, n)
		for i := range p {
			p[i] = 1 / float64(n)
			at[i] = int32(n - 1 - i)
		}
		index, law := multinomialLaw(n, p)
		for _, lambda := range []uint64{1 << 30, 3 << 30, 1<<32 - 1} {
			fast := poisson(lambda)
			for name, table := range map[string]*cells{"fast": newCells(fast, roundDown(fast)), "residual": slow(lambda), "uniform": nil} {
				for order, at := range map[string][]int32{"direct": nil, "indirect": at} {
					t.Run(fmt.Sprintf("n=%d/lambda=%d/%s/%s", n, lambda>>30, name, order), func(t *testing.T) {
						observed, expected := make([]int, len(law)), make([]float64, len(law))
						c := make([]int32, n)
						for r := range uint64(draws) {
							if at != nil {
								clear(c)
							}
							multinomial(table, newStream(lambda+uint64(n), r), at, c)
							observed[index[code(c)]]++
						}
						for i, p := range law {
							expected[i] = p * draws
						}
						chiSquare(t, "outcomes", observed, expected)
					})
				}
			}
		}
	}
}
