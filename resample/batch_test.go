package resample

import (
	"fmt"
	"math"
	"testing"
	"time"
)

func (i instructions) String() string { return [...]string{"plain", "avx2", "avx512"}[i] }

// compareBatch draws a batch with every set of instructions and holds it
// against Draw.
func compareBatch(t *testing.T, s *Sampler, first uint64, stride int) {
	t.Helper()
	c := make([]int32, s.units)
	steps := (s.units + 3) / 4
	words := make([]uint32, steps*stride)
	for _, with := range available() {
		const untouched = 0xdeadbeef
		for i := range words {
			words[i] = untouched
		}
		bound := s.batch(with, first, words, stride)
		for l := range Batch {
			s.Draw(first+uint64(l), c)
			var all uint32
			for k := range steps {
				var want uint32
				for i, v := range c[4*k : min(4*k+4, len(c))] {
					want |= uint32(v) << (8 * i)
					all = max(all, uint32(v))
				}
				if got := words[k*stride+l]; got != want {
					t.Fatalf("n = %d, %v, replicate %d, word %d is %08x, want %08x", s.units, with, first+uint64(l), k, got, want)
				}
			}
			b := bound[l]
			if b = (b | b>>8 | b>>16 | b>>24) & 0xff; b < all || b > 127 {
				t.Fatalf("n = %d, %v, replicate %d: the bound is %d, the largest count %d", s.units, with, first+uint64(l), b, all)
			}
		}
		for i, w := range words {
			if i%stride >= Batch && w != untouched {
				t.Fatalf("n = %d, %v: word %d was written", s.units, with, i)
			}
		}
	}
}

func FuzzBatch(f *testing.F) {
	for _, n := range []uint16{32, 33, 34, 35, 62, 100, 344, 1001, 3000} {
		f.Add(n, uint64(n), uint64(7), false)
		f.Add(n, uint64(1), uint64(math.MaxUint64-5), true)
	}
	f.Fuzz(func(t *testing.T, n uint16, seed, first uint64, residual bool) {
		units := max(cellsFrom, int(n)%3001)
		s := sampler(t, Bootstrap{N: units, Seed: seed})
		if residual {
			// In the tables in use outcome 15 is as good as impossible.
			s.strata[0].cells = slow(rate(units))
		}
		compareBatch(t, s, first, Batch+int(seed%3)*24)
	})
}

// Cells that add up to more than n, in enough replicates, and clusters.
func TestBatch(t *testing.T) {
	s := sampler(t, Bootstrap{N: 47, Seed: 3})
	for first := uint64(0); first < 6000; first += Batch {
		compareBatch(t, s, first, Batch)
	}
	s.strata[0].cells = slow(1<<32 - 1) // half of the replicates
	for first := uint64(0); first < 600; first += Batch {
		compareBatch(t, s, first, 64)
	}
	of := make([]int, 200)
	for i := range of {
		of[i] = i % 40
	}
	compareBatch(t, sampler(t, Clusters{Of: of, Plan: Bootstrap{N: 40, Seed: 9}}), 11, 64)
}

// With so many units some uniform draws are rejected.
func TestBatchRejects(t *testing.T) {
	const n = 1_500_001
	s := sampler(t, Bootstrap{N: n, Seed: 5})
	compareBatch(t, s, 0, Batch)
	for _, with := range available() {
		var b batch
		for l := range Batch {
			b.set(l, newStream(5, uint64(l)))
		}
		var doubtful uint16
		for range 4 {
			doubtful |= b.spots(with, n, rounds)
		}
		if doubtful == 0 {
			t.Errorf("%v: no uniform draw was doubtful", with)
		}
	}
}

// The kernels are held to each other where Draw is not: with tables that only
// a test has.
func FuzzBatchKernels(f *testing.F) {
	f.Add(uint64(1), uint32(1), uint8(1))
	f.Add(uint64(2), uint32(math.MaxUint32), uint8(64))
	f.Fuzz(func(t *testing.T, seed uint64, n uint32, count uint8) {
		var table cells
		g := newStream(seed, 0)
		for k := range table.threshold {
			table.threshold[k], g = g.next()
			table.threshold[k] &^= 15
			table.alias[k], g = g.below(16)
		}
		draws := int(count)%rounds + 1
		var want batch
		var wantWords []uint32
		var wantRejected uint16
		all := available()
		for i := range all {
			with := all[len(all)-1-i] // plain first
			var b batch
			for l := range Batch {
				b.set(l, newStream(seed, uint64(l)))
			}
			words := make([]uint32, draws*Batch)
			b.cells(with, &table, words, Batch, draws)
			rejected := b.spots(with, n, draws)
			if i == 0 {
				want, wantWords, wantRejected = b, words, rejected
				continue
			}
			if b != want || rejected != wantRejected || fmt.Sprint(words) != fmt.Sprint(wantWords) {
				t.Fatalf("%v differs from plain Go: %v %x, want %v %x", with, b, rejected, want, wantRejected)
			}
		}
	})
}

// A count above 127 shows in the bound, even if it has run over since.
func TestBatchBound(t *testing.T) {
	const n = 4
	for _, draws := range []int{4 * 127, 4*127 + 4, 5000} {
		for _, with := range available() {
			words := make([]uint32, Batch)
			var b batch
			var left [Batch]int
			var exact [Batch][n]int
			for l := range Batch {
				g := newStream(1, uint64(l))
				b.set(l, g)
				left[l] = draws
				for range draws {
					var i uint32
					i, g = g.below(n)
					exact[l][i]++
				}
			}
			b.topUp(with, &left, words, Batch, n)
			for l := range Batch {
				fits := max(exact[l][0], exact[l][1], exact[l][2], exact[l][3]) < 128
				if got := b.bound[l]&0x80808080 == 0; got != fits {
					t.Errorf("%v: lane %d with %v: the bound is %x", with, l, exact[l], b.bound[l])
				}
			}
		}
	}
}

func TestBatches(t *testing.T) {
	strata := make([]int, 64)
	for i := range strata {
		strata[i] = i % 2
	}
	for _, test := range []struct {
		plan Plan
		want bool
	}{
		{Bootstrap{N: cellsFrom}, true},
		{Bootstrap{N: cellsFrom - 1}, false},
		{Bootstrap{}, false},
		{Bootstrap{N: maxBatch}, true},
		{Bootstrap{N: maxBatch + 1}, false},
		{Bootstrap{N: 64, Strata: strata}, false},
		{Clusters{Of: strata, Plan: Bootstrap{N: 2}}, false},
		{Jackknife{N: 64}, false},
		{Permutation{Of: strata}, false},
		{Folds{N: 64, K: 2}, false},
	} {
		s := sampler(t, test.plan)
		if got := s.batches(); got != test.want || s.Batches() != (got && fastest != plain) {
			t.Errorf("%T of %d units: batches is %v, Batches %v", test.plan, s.Units(), got, s.Batches())
		}
	}
	for name, call := range map[string]func(){
		"plan":   func() { sampler(t, Jackknife{N: 64}).Batch(0, make([]uint32, 256), 16) },
		"stride": func() { sampler(t, Bootstrap{N: 64}).Batch(0, make([]uint32, 256), 15) },
		"wild":   func() { sampler(t, Bootstrap{N: 64}).Batch(0, make([]uint32, 256), math.MaxInt/15+1) },
		"words":  func() { sampler(t, Bootstrap{N: 64}).Batch(0, make([]uint32, 255), 16) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			call()
		})
	}
}

func TestBatchDoesNotAllocate(t *testing.T) {
	s := sampler(t, Bootstrap{N: 344, Seed: 1})
	words := make([]uint32, 86*Batch)
	if n := testing.AllocsPerRun(20, func() { s.Batch(0, words, Batch) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkBatch draws replicates of n rows by Draw and in batches, in turn, and
// reports the fastest of many short windows of each in ns per replicate.
//
//	go test ./resample -run - -bench Batch
func BenchmarkBatch(b *testing.B) {
	for _, n := range []int{62, 344, 5000, 100000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			s := sampler(b, Bootstrap{N: n, Seed: 1})
			c, words := make([]int32, n), make([]uint32, (n+3)/4*64)
			names := []string{"draw-ns"}
			ways := []func(r uint64){func(r uint64) {
				for k := range uint64(Batch) {
					s.Draw(r+k, c)
				}
			}}
			for _, with := range available() {
				names = append(names, with.String()+"-ns")
				ways = append(ways, func(r uint64) { s.batch(with, r, words, 64) })
			}
			least := make([]float64, len(ways))
			window := max(1, 2000/n)
			r := uint64(0)
			for b.Loop() {
				for i, way := range ways {
					start := time.Now()
					for k := range window {
						way(r + uint64(k*Batch))
					}
					d := float64(time.Since(start).Nanoseconds()) / float64(window*Batch)
					if least[i] == 0 || d < least[i] {
						least[i] = d
					}
				}
				r += uint64(window * Batch)
			}
			b.ReportMetric(0, "ns/op")
			for i, name := range names {
				b.ReportMetric(least[i], name)
			}
		})
	}
}
