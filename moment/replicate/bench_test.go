package replicate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// shortest returns the nanoseconds of the fastest of many short runs of f: the
// machine may be shared and noisy.
func shortest(f func()) float64 {
	best := math.Inf(1)
	for spent := 0.0; spent < 3e8; {
		calls, d := 1, 0.0
		for {
			start := time.Now()
			for range calls {
				f()
			}
			d = float64(time.Since(start).Nanoseconds())
			if d > 2e5 {
				break
			}
			calls *= 2
		}
		best = min(best, d/float64(calls))
		spent += d
	}
	return best
}

// peaks of this machine by kernel name: int8 and float64 multiply-adds a
// nanosecond.
var peaks = map[string]struct{ bytes, floats func(n int) (count int) }{}

// BenchmarkStages prints nanoseconds a replicate of every stage on every
// kernel, and how much of the machine's peak the product reaches.
//
//	go test -run xxx -bench Stages -benchtime 1x
func BenchmarkStages(b *testing.B) {
	type rate struct{ bytes, floats float64 }
	reach := map[string]rate{}
	for name, p := range peaks {
		of := func(f func(n int) int) float64 {
			const rounds = 1 << 14
			n := 0
			d := shortest(func() { n = f(rounds) })
			return float64(n) / d
		}
		reach[name] = rate{of(p.bytes), of(p.floats)}
		fmt.Printf("peak of %s: int8 %.1f GMAC/s, float64 %.1f GMAC/s\n", name, reach[name].bytes, reach[name].floats)
	}
	r := rand.New(rand.NewPCG(1, 2))
	some := func(x [][]float64) [][]float64 {
		for a := range x {
			for i := range x[a] {
				if r.IntN(50) == 0 {
					x[a][i] = math.NaN()
				}
			}
		}
		return x
	}
	weights := make([]float64, 344)
	clusters := make([]int, 344)
	for i := range weights {
		weights[i], clusters[i] = float64(50+r.IntN(200))/100, i%40
	}
	for _, c := range []struct {
		name string
		x    [][]float64
		o    Options
	}{
		{"344 x 10, 1..7", likert(r, 344, 10, 1, 7), Options{}},
		{"344 x 31, 1..7", likert(r, 344, 31, 1, 7), Options{}},
		{"62 x 17, 1..7", likert(r, 62, 17, 1, 7), Options{}},
		{"5000 x 46, 1..7", likert(r, 5000, 46, 1, 7), Options{}},
		{"344 x 200, 1..7", likert(r, 344, 200, 1, 7), Options{}},
		{"344 x 31, 1..5", likert(r, 344, 31, 1, 5), Options{}},
		{"344 x 31, 0..10", likert(r, 344, 31, 0, 10), Options{}},
		{"344 x 31, 0..100", likert(r, 344, 31, 0, 100), Options{}},
		{"344 x 31, 0..10000", likert(r, 344, 31, 0, 10000), Options{}},
		{"344 x 31, continuous", continuous(r, 344, 31), Options{}},
		{"344 x 31, 2 % holes", some(likert(r, 344, 31, 1, 7)), Options{}},
		{"344 x 31, weights", likert(r, 344, 31, 1, 7), Options{Weights: weights}},
		{"344 x 31, 40 clusters", likert(r, 344, 31, 1, 7), Options{Clusters: clusters}},
	} {
		p := len(c.x)
		for _, k := range kernels() {
			s, err := newSource(c.x, c.o, k)
			if err != nil {
				b.Fatal(err)
			}
			n := s.Units()
			counts := s.NewCounts()
			bytes := make([][]uint8, Lanes)
			for l := range bytes {
				bytes[l] = make([]uint8, n)
				for i, v := range draw(r, n) {
					bytes[l][i] = uint8(v)
				}
			}
			one := func(f func()) float64 { return shortest(f) / Lanes }
			pack := one(func() {
				for l, v := range bytes {
					counts.SetBytes(l, v)
				}
			})
			var panel Panel
			s.Fill(&panel, counts)
			var product, correlations float64
			if s.direct {
				product = one(func() { s.ints.multiply(panel.t, counts, 0, 0, s.units, &panel.work) })
				correlations = one(func() { s.correlateDirect(&panel) })
			} else {
				product = one(func() { s.moments(&panel, counts) })
				correlations = one(func() { s.correlate(&panel, counts) })
			}
			mac := float64(n) * float64(p*(p+1)/2+p)
			share := ""
			if peak := reach[k.name]; peak.bytes > 0 {
				share = fmt.Sprintf("%3.0f %% of int8 peak", 100*mac/product/peak.bytes)
				if len(s.float) > 0 {
					share = fmt.Sprintf("%3.0f %% of float64 peak", 100*mac/product/peak.floats)
				}
			}
			fmt.Printf("%-22s %-12s pack %5.0f  product %8.0f ns (%6.1f GMAC/s %-21s)  correlations %5.0f\n",
				c.name, k.name, pack, product, mac/product, share, correlations)
		}
	}
}
