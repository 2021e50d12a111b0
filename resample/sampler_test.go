package resample

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
)

func sampler(t testing.TB, p Plan) *Sampler {
	t.Helper()
	s, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sum(c []int32) (n int) {
	for _, v := range c {
		n += int(v)
	}
	return n
}

// binomial is the law of one coefficient of n draws, cut at 6 and more.
func binomial(n int, p, draws float64) []float64 {
	law := make([]float64, 7)
	q := math.Pow(1-p, float64(n))
	for k := range n + 1 {
		law[min(k, 6)] += q * draws
		q *= float64(n-k) / float64(k+1) * p / (1 - p)
	}
	return law
}

// Every coefficient is Binomial(n, 1/n): first, last and middle units alike.
func TestBootstrapMarginals(t *testing.T) {
	const draws = 60000
	for _, n := range []int{12, cellsFrom - 1, cellsFrom, 62, 63, 65, 344} {
		s := sampler(t, Bootstrap{N: n, Seed: 100})
		units := []int{0, 1, 2, 3, n / 2, n - 2, n - 1}
		observed := make([][]int, len(units))
		for j := range observed {
			observed[j] = make([]int, 7)
		}
		c := make([]int32, n)
		for r := range uint64(draws) {
			s.Draw(r, c)
			if sum(c) != n {
				t.Fatalf("n = %d, replicate %d: %d draws", n, r, sum(c))
			}
			for j, i := range units {
				observed[j][min(c[i], 6)]++
			}
		}
		for j, i := range units {
			chiSquare(t, fmt.Sprintf("n = %d, unit %d", n, i), observed[j], binomial(n, 1/float64(n), draws))
		}
	}
}

// Mean 1, variance 1 - 1/n, covariance -1/n. X = sum (c_i - 1)^2 is Pearson's
// statistic, with mean n-1 and variance 2(n-2) + 2/n exactly.
func TestBootstrapMoments(t *testing.T) {
	for _, test := range []struct{ n, draws int }{{20, 100000}, {cellsFrom, 200000}, {62, 50000}, {344, 10000}, {5000, 1000}} {
		n, b := test.n, float64(test.draws)
		s := sampler(t, Bootstrap{N: n, Seed: 200})
		pairs := [][2]int{{0, 1}, {0, 2}, {0, 3}, {0, 4}, {1, 2}, {0, n - 1}, {n - 2, n - 1}, {3, n / 2}}
		var x, xx float64
		mean, cross := make([]float64, n), make([]float64, len(pairs))
		c := make([]int32, n)
		for r := range uint64(test.draws) {
			s.Draw(r, c)
			q := 0.0
			for i, v := range c {
				mean[i] += float64(v) / b
				q += float64((v - 1) * (v - 1))
			}
			x += q / b
			xx += q * q / b
			for j, p := range pairs {
				cross[j] += float64((c[p[0]]-1)*(c[p[1]]-1)) / b
			}
		}
		for i, m := range mean {
			if math.Abs(m-1) > 5/math.Sqrt(b) {
				t.Errorf("n = %d: unit %d has mean %.4f", n, i, m)
			}
		}
		variance := 2*float64(n-2) + 2/float64(n)
		if z := (x - float64(n-1)) / math.Sqrt(variance/b); math.Abs(z) > 4.5 {
			t.Errorf("n = %d: mean sum of squares %.4f, want %d (z = %.1f)", n, x, n-1, z)
		}
		// The statistic is close to chi-square, whose variance has a relative
		// standard error of about sqrt((2 + 12/n) / draws).
		if z := ((xx-x*x)/variance - 1) / math.Sqrt((2+12/float64(n))/b); math.Abs(z) > 4.5 {
			t.Errorf("n = %d: variance of the sum of squares %.3f, want %.3f (z = %.1f)", n, xx-x*x, variance, z)
		}
		for j, p := range pairs {
			if z := (cross[j] + 1/float64(n)) * math.Sqrt(b); math.Abs(z) > 4.5 {
				t.Errorf("n = %d: covariance of units %v is %.4f, want %.4f", n, p, cross[j], -1/float64(n))
			}
		}
	}
}

// The coefficients of replicates r and r + lag, of equal seeds and of
// neighbouring ones, are uncorrelated: sum (c_i - 1)(d_i - 1) has mean 0 and
// variance n - 1.
func TestReplicatesAreUncorrelated(t *testing.T) {
	const draws = 20000
	for _, n := range []int{20, 62, 344} {
		one, two := sampler(t, Bootstrap{N: n, Seed: 300}), sampler(t, Bootstrap{N: n, Seed: 301})
		for _, test := range []struct {
			name string
			s    *Sampler
			lag  uint64
		}{{"next", one, 1}, {"after next", one, 2}, {"16 on", one, 16}, {"64 on", one, 64}, {"2^32 on", one, 1 << 32}, {"next seed", two, 0}, {"next seed and replicate", two, 1}} {
			c, d := make([]int32, n), make([]int32, n)
			total := 0.0
			for r := range uint64(draws) {
				one.Draw(r, c)
				test.s.Draw(r+test.lag, d)
				for i := range c {
					total += float64((c[i] - 1) * (d[i] - 1))
				}
			}
			if z := total / math.Sqrt(draws*float64(n-1)); math.Abs(z) > 4.5 {
				t.Errorf("n = %d, %s: correlated (z = %.1f)", n, test.name, z)
			}
		}
	}
}

// Cells are thrown away as often as a Poisson total of mean n lambda exceeds
// n: rarely, as Bootstrap says.
func TestCellsAreRarelyThrownAway(t *testing.T) {
	const draws = 20000
	for _, n := range []int{cellsFrom, 62, 344, 5000} {
		s := sampler(t, Bootstrap{N: n, Seed: 7})
		c := make([]int32, n)
		redone := 0
		for r := range uint64(draws) {
			if _, total, _ := fill(s.strata[0].cells, newStream(7, r), c); total > int64(n) {
				redone++
			}
		}
		mean := float64(n) * float64(rate(n)) / (1 << 32)
		p := 1.0
		for k := range n + 1 {
			lg, _ := math.Lgamma(float64(k + 1))
			p -= math.Exp(float64(k)*math.Log(mean) - mean - lg)
		}
		if p <= 0 || p > 0.007 {
			t.Errorf("n = %d: cells are thrown away with probability %.4f", n, p)
		}
		if z := (float64(redone) - p*draws) / math.Sqrt(p*draws); math.Abs(z) > 4.5 {
			t.Errorf("n = %d: %d of %d thrown away, expected %.0f", n, redone, draws, p*draws)
		}
	}
}

// A bootstrap within strata draws each stratum's size from the stratum; one
// stratum, named or not, is the same draw.
func TestStrata(t *testing.T) {
	const n, draws = 120, 40000
	strata := make([]int, n)
	for i := range strata {
		strata[i] = min(i%4, 2) // sizes 30, 30, 60: without and with cells
	}
	s := sampler(t, Bootstrap{N: n, Strata: strata, Seed: 5})
	observed := [3][]int{make([]int, 7), make([]int, 7), make([]int, 7)}
	c := make([]int32, n)
	cross := 0.0
	for r := range uint64(draws) {
		s.Draw(r, c)
		var total [3]int
		for i, v := range c {
			total[strata[i]] += int(v)
		}
		if total != [3]int{30, 30, 60} {
			t.Fatalf("replicate %d draws %v from the strata", r, total)
		}
		for i := range observed {
			observed[i][min(c[i+4], 6)]++
		}
		cross += float64((c[0] - 1) * (c[1] - 1))
	}
	for i, size := range []int{30, 30, 60} {
		chiSquare(t, fmt.Sprintf("stratum %d", i), observed[i], binomial(size, 1/float64(size), draws))
	}
	if z := cross / math.Sqrt(draws); math.Abs(z) > 4.5 {
		t.Errorf("strata are correlated (z = %.1f)", z)
	}

	one := sampler(t, Bootstrap{N: n, Strata: make([]int, n), Seed: 5})
	none := sampler(t, Bootstrap{N: n, Seed: 5})
	d := make([]int32, n)
	for r := range uint64(2000) {
		one.Draw(r, c)
		none.Draw(r, d)
		if !slices.Equal(c, d) {
			t.Fatalf("replicate %d: one stratum and none differ", r)
		}
	}
}

// A double bootstrap draws unit i with probability (outer coefficient)/n.
func TestInner(t *testing.T) {
	const draws = 100000
	small := sampler(t, Bootstrap{N: 4, Seed: 9})
	position := make([]int32, 4)
	small.Positions([]int32{2, 0, 1, 1}, position)
	if !slices.Equal(position, []int32{0, 0, 2, 3}) {
		t.Fatalf("positions %v", position)
	}
	index, law := multinomialLaw(4, []float64{0.5, 0, 0.25, 0.25})
	observed, expected := make([]int, len(law)), make([]float64, len(law))
	c := make([]int32, 4)
	for r := range uint64(draws) {
		small.Inner(3, r, position, c)
		observed[index[code(c)]]++
	}
	for i, p := range law {
		expected[i] = p * draws
	}
	chiSquare(t, "4 units", observed, expected)

	const n = 62
	s := sampler(t, Bootstrap{N: n, Seed: 10})
	outer := make([]int32, n)
	for i := range outer {
		outer[i] = 1
	}
	outer[5], outer[6], outer[7] = 3, 0, 0
	position = make([]int32, n)
	s.Positions(outer, position)
	c = make([]int32, n)
	observed = make([]int, 7)
	for r := range uint64(draws) {
		s.Inner(r%10, r/10, position, c)
		if sum(c) != n || c[6] != 0 || c[7] != 0 {
			t.Fatalf("resample %d: %d draws, %d and %d of units that were not drawn", r, sum(c), c[6], c[7])
		}
		observed[min(c[5], 6)]++
	}
	chiSquare(t, "62 units", observed, binomial(n, 3.0/n, draws))
}

// Inner resamples stay within the strata.
func TestInnerStrata(t *testing.T) {
	for _, test := range plans(200) {
		if test.name != "strata" {
			continue
		}
		strata := test.plan.(Bootstrap).Strata
		s := sampler(t, test.plan)
		c, d, position := make([]int32, 200), make([]int32, 200), make([]int32, 200)
		for r := range uint64(200) {
			s.Draw(r, c)
			s.Positions(c, position)
			s.Inner(r, 1, position, d)
			diff := make([]int, 3)
			for i := range d {
				diff[strata[i]] += int(d[i] - c[i])
				if d[i] > 0 && c[i] == 0 {
					t.Fatalf("replicate %d: unit %d comes out of nowhere", r, i)
				}
			}
			if !slices.Equal(diff, []int{0, 0, 0}) {
				t.Fatalf("replicate %d: strata differ by %v", r, diff)
			}
		}
	}
}

// A coefficient of 256 does not fit a byte, and that is said; 255 does.
func TestLargeCoefficients(t *testing.T) {
	for _, test := range []struct {
		n    int
		fits bool
	}{{30, true}, {255, true}, {256, false}, {300, false}, {511, false}, {512, false}, {1000, false}} {
		s := sampler(t, Bootstrap{N: test.n, Seed: 1})
		position := make([]int32, test.n) // unit 0 every time
		c, bytes := make([]int32, test.n), make([]uint8, test.n)
		for r := range uint64(500) {
			s.Inner(0, r, position, c)
			if int(c[0]) != test.n {
				t.Fatalf("n = %d: coefficient %d", test.n, c[0])
			}
			if fits := s.InnerBytes(0, r, position, bytes); fits != test.fits {
				t.Fatalf("n = %d: fits a byte: %v", test.n, fits)
			}
			if test.fits && int(bytes[0]) != test.n {
				t.Fatalf("n = %d: byte %d", test.n, bytes[0])
			}
		}
	}
}

func TestJackknife(t *testing.T) {
	s := sampler(t, Jackknife{N: 5})
	if s.Replicates() != 5 {
		t.Errorf("%d replicates", s.Replicates())
	}
	c := make([]int32, 5)
	for r := range s.Replicates() {
		s.Draw(r, c)
		for i, v := range c {
			if (v == 0) != (uint64(i) == r) || v > 1 {
				t.Errorf("replicate %d: %v", r, c)
			}
		}
	}
}

// All relabellings that keep group sizes are equally likely, on the whole or
// within strata.
func TestPermutationIsUniform(t *testing.T) {
	const draws = 60000
	tests := []struct {
		name   string
		plan   Permutation
		number int
	}{
		{"2 + 2 + 1", Permutation{Of: []int{0, 1, 0, 2, 1}, Seed: 1}, 30},
		{"3 + 3", Permutation{Of: []int{0, 0, 0, 1, 1, 1}, Seed: 2}, 20},
		{"all different", Permutation{Of: []int{3, 1, 2, 0}, Seed: 3}, 24},
		{"three pairs", Permutation{Of: []int{0, 1, 0, 1, 1, 0}, Strata: []int{0, 0, 1, 1, 2, 2}, Seed: 4}, 8},
		{"crossed strata", Permutation{Of: []int{0, 1, 0, 1, 1, 0}, Strata: []int{1, 0, 1, 1, 0, 0}, Seed: 5}, 9},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := sampler(t, test.plan)
			seen := make(map[string]int)
			label := make([]int32, s.Units())
			for r := range uint64(draws) {
				s.Labels(r, label)
				seen[fmt.Sprint(label)]++
			}
			if len(seen) != test.number {
				t.Fatalf("%d relabellings, want %d", len(seen), test.number)
			}
			var observed []int
			for _, n := range seen {
				observed = append(observed, n)
			}
			chiSquare(t, "relabellings", observed, even(test.number, draws))
		})
	}
}

// All assignments to folds of the given sizes are equally likely.
func TestFoldsAreUniform(t *testing.T) {
	const draws = 60000
	s := sampler(t, Folds{N: 5, K: 3, Seed: 1}) // sizes 2, 2, 1
	seen := make(map[string]int)
	label := make([]int32, 5)
	for r := range uint64(draws) {
		s.Labels(r, label)
		seen[fmt.Sprint(label)]++
	}
	var observed []int
	for _, n := range seen {
		observed = append(observed, n)
	}
	if len(seen) != 30 {
		t.Fatalf("%d assignments, want 30", len(seen))
	}
	chiSquare(t, "assignments", observed, even(30, draws))
}

// A replicate depends on nothing but the plan and its number: not on what was
// drawn before, by whom, or into what.
func TestWorkersShareASampler(t *testing.T) {
	const replicates = 200
	for _, p := range plans(150) {
		s := sampler(t, p.plan)
		b := min(replicates, s.Replicates())
		want := make([][]int32, b)
		for r := range want {
			want[r] = make([]int32, s.Units())
			s.Draw(uint64(r), want[r])
		}
		for _, workers := range []int{1, 2, 7} {
			var wait sync.WaitGroup
			for w := range workers {
				wait.Go(func() {
					c := make([]int32, s.Units())
					for i := range c {
						c[i] = -7 // left over from something else
					}
					for r := int(b) - 1 - w; r >= 0; r -= workers {
						s.Draw(uint64(r), c)
						if !slices.Equal(c, want[r]) {
							t.Errorf("%s: replicate %d differs with %d workers", p.name, r, workers)
						}
					}
				})
			}
			wait.Wait()
		}
	}
}

func TestNothingIsAllocated(t *testing.T) {
	for _, p := range plans(150) {
		s := sampler(t, p.plan)
		c, bytes, position := make([]int32, s.Units()), make([]uint8, s.Units()), make([]int32, s.Units())
		r := uint64(0)
		if n := testing.AllocsPerRun(100, func() {
			s.Draw(r%s.Replicates(), c)
			s.Bytes(r%s.Replicates(), bytes)
			switch s.kind {
			case bootstrap:
				s.Draw(r, c)
				s.Positions(c, position)
				s.Inner(r, 0, position, c)
			case permutation, folds:
				s.Labels(r, c)
			}
			r++
		}); n != 0 {
			t.Errorf("%s: %g allocations", p.name, n)
		}
	}
}

func TestMistakesPanic(t *testing.T) {
	boot, jack := sampler(t, Bootstrap{N: 3}), sampler(t, Jackknife{N: 3})
	three, two := make([]int32, 3), make([]int32, 2)
	for name, f := range map[string]func(){
		"short slice":            func() { boot.Draw(0, two) },
		"short bytes":            func() { boot.Bytes(0, make([]uint8, 4)) },
		"replicate out of range": func() { jack.Draw(3, three) },
		"labels of a bootstrap":  func() { boot.Labels(0, three) },
		"inner of a jackknife":   func() { jack.Inner(0, 0, three, three) },
		"positions of jackknife": func() { jack.Positions(three, three) },
		"too few positions":      func() { boot.Positions([]int32{1, 1, 0}, three) },
		"rows":                   func() { Expand([]int{0, 1}, two, three) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if said, ok := recover().(string); !ok || !strings.HasPrefix(said, "resample: ") {
					t.Errorf("said %q", said)
				}
			}()
			f()
		})
	}
}
