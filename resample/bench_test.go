package resample

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkRows draws bootstrap replicates of n rows, and for comparison does
// the same with n calls of IntN of math/rand/v2's PCG. In each size the plain
// run comes first; the others report the ratio to it as "x-plain".
//
//	go test ./resample -run - -bench Rows
func BenchmarkRows(b *testing.B) {
	for _, n := range []int{62, 344, 5000, 100000} {
		var plain float64
		c := make([]int32, n)
		bytes := make([]uint8, n)
		s, err := New(Bootstrap{N: n, Seed: 1})
		if err != nil {
			b.Fatal(err)
		}
		run := func(name string, replicate func(r uint64)) {
			b.Run(fmt.Sprintf("n=%d/%s", n, name), func(b *testing.B) {
				b.ReportAllocs()
				r := uint64(0)
				for b.Loop() {
					replicate(r)
					r++
				}
				each := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
				if name == "plain" {
					plain = each
				} else if plain > 0 {
					b.ReportMetric(plain/each, "x-plain")
				}
				b.ReportMetric(each/float64(n), "ns/row")
			})
		}
		run("plain", func(r uint64) {
			rng := rand.New(rand.NewPCG(1, r))
			clear(c)
			for range n {
				c[rng.IntN(n)]++
			}
		})
		run("draw", func(r uint64) { s.Draw(r, c) })
		run("bytes", func(r uint64) { s.Bytes(r, bytes) })
		run("uniform", func(r uint64) {
			clear(c)
			uniform(newStream(1, r), n, n, nil, c)
		})
	}
}

// BenchmarkPlans draws replicates of the other plans over 344 rows.
func BenchmarkPlans(b *testing.B) {
	for _, t := range plans(344) {
		s, err := New(t.plan)
		if err != nil {
			b.Fatal(err)
		}
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
