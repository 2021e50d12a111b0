package resample

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// BenchmarkRows draws bootstrap replicates of n rows in three ways, in turn:
// Draw, Bytes, and n calls of IntN of a PCG of math/rand/v2. It reports the
// fastest of many short windows of each, in ns per replicate, and how many
// times faster than the last the first two are, so that a busy machine
// disturbs the figures, and above all the ratios, little.
//
//	go test ./resample -run - -bench Rows
func BenchmarkRows(b *testing.B) {
	for _, n := range []int{62, 344, 5000, 100000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			s := sampler(b, Bootstrap{N: n, Seed: 1})
			c, bytes := make([]int32, n), make([]uint8, n)
			ways := []func(r uint64){
				func(r uint64) { s.Draw(r, c) },
				func(r uint64) { s.Bytes(r, bytes) },
				func(r uint64) {
					rng := rand.New(rand.NewPCG(1, r))
					clear(c)
					for range n {
						c[rng.IntN(n)]++
					}
				},
			}
			window := max(1, 20000/n)
			fastest := []float64{math.Inf(1), math.Inf(1), math.Inf(1)}
			r := uint64(0)
			for b.Loop() {
				for i, draw := range ways {
					start := time.Now()
					for k := range window {
						draw(r + uint64(k))
					}
					fastest[i] = min(fastest[i], float64(time.Since(start).Nanoseconds())/float64(window))
				}
				r += uint64(window)
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(fastest[0], "draw-ns")
			b.ReportMetric(fastest[1], "bytes-ns")
			b.ReportMetric(fastest[2], "plain-ns")
			b.ReportMetric(fastest[2]/fastest[0], "plain/draw")
			b.ReportMetric(fastest[2]/fastest[1], "plain/bytes")
		})
	}
}

// BenchmarkPlans draws replicates of the other plans over 344 rows.
func BenchmarkPlans(b *testing.B) {
	for _, t := range plans(344) {
		s := sampler(b, t.plan)
		c := make([]int32, s.Units())
		b.Run(t.name, func(b *testing.B) {
			r := uint64(0)
			for b.Loop() {
				s.Draw(r%s.Replicates(), c)
				r++
			}
		})
	}
}

// BenchmarkNew makes the tables of one bootstrap.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := New(Bootstrap{N: 344, Seed: 1}); err != nil {
			b.Fatal(err)
		}
	}
}
