package moment

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// The pass reads each value once: its rate is quoted beside that of adding up
// the same columns, which does nothing but read memory.
func BenchmarkCompute(b *testing.B) {
	for _, shape := range []struct{ n, p int }{{344, 31}, {60000, 40}, {1000000, 31}} {
		f := survey(likert(rand.New(rand.NewPCG(1, 1)), shape.n, shape.p)...)
		bytes := int64(8 * shape.n * shape.p)
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("n=%d/p=%d/workers=%d", shape.n, shape.p, workers), func(b *testing.B) {
				b.SetBytes(bytes)
				for b.Loop() {
					compute(b, f, Options{Workers: workers})
				}
			})
		}
		b.Run(fmt.Sprintf("n=%d/p=%d/read-only", shape.n, shape.p), func(b *testing.B) {
			b.SetBytes(bytes)
			total := 0.0
			for b.Loop() {
				for _, c := range f.Columns {
					s0, s1, s2, s3 := 0.0, 0.0, 0.0, 0.0
					x := c.Numbers
					for len(x) >= 4 {
						s0, s1, s2, s3 = s0+x[0], s1+x[1], s2+x[2], s3+x[3]
						x = x[4:]
					}
					total += s0 + s1 + s2 + s3
				}
			}
			_ = total
		})
	}
}
