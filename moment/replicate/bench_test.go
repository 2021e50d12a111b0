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

// BenchmarkStages prints nanoseconds a replicate of every stage on every
// kernel, beside the rates that the machine can reach.
//
//	go test -run xxx -bench Stages -benchtime 1x
func BenchmarkStages(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		name string
		x    [][]float64
	}{
		{"344 x 10, 1..7", likert(r, 344, 10, 1, 7)},
		{"344 x 31, 1..7", likert(r, 344, 31, 1, 7)},
		{"62 x 17, 1..7", likert(r, 62, 17, 1, 7)},
		{"5000 x 46, 1..7", likert(r, 5000, 46, 1, 7)},
		{"344 x 31, 1..5", likert(r, 344, 31, 1, 5)},
		{"344 x 31, 0..10", likert(r, 344, 31, 0, 10)},
		{"344 x 31, 0..100", likert(r, 344, 31, 0, 100)},
		{"344 x 31, continuous", continuous(r, 344, 31)},
	} {
		n, p := len(c.x[0]), len(c.x)
		mac := float64(n) * float64(p*(p+1)/2+p)
		for _, k := range kernels() {
			s, err := newSource(c.x, Options{}, k)
			if err != nil {
				b.Fatal(err)
			}
			counts := s.NewCounts()
			bytes := make([]uint8, n)
			for l := range Lanes {
				v := draw(r, n)
				for i := range v {
					bytes[i] = uint8(v[i])
				}
				counts.Set(l, v)
			}
			var panel Panel
			s.Fill(&panel, counts)
			one := func(f func()) float64 { return shortest(f) / Lanes }
			pack := one(func() {
				for l := range Lanes {
					counts.SetBytes(l, bytes)
				}
			})
			for l := range Lanes {
				counts.Set(l, draw(r, n))
			}
			product := one(func() {
				if s.direct {
					s.ints.multiply(panel.t, counts, 0, 0, s.units, &panel.work)
				} else {
					s.moments(&panel, counts)
				}
			})
			all := one(func() { s.Fill(&panel, counts) })
			fmt.Printf("%-22s %-12s pack %6.0f  product %9.0f (%6.1f GMAC/s)  correlations %6.0f  ns a replicate\n",
				c.name, k.name, pack, product, mac/product, all-product)
		}
	}
}
