package replicate

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestNewErrors(t *testing.T) {
	x := [][]float64{{1, 2, 3}, {2, 3, 1}}
	for _, c := range []struct {
		x    [][]float64
		o    Options
		want string
	}{
		{nil, Options{}, "no columns"},
		{[][]float64{{}}, Options{}, "no rows"},
		{[][]float64{{1, 2}, {1}}, Options{}, "column 1 has 1 rows"},
		{[][]float64{{1, math.Inf(-1)}}, Options{}, "column 0 is infinite in row 1"},
		{x, Options{Weights: []float64{1}}, "1 weights for 3 rows"},
		{x, Options{Weights: []float64{1, 1, -1}}, "weight of row 2 is -1"},
		{x, Options{Weights: []float64{1, math.NaN(), 1}}, "weight of row 1 is NaN"},
		{x, Options{Clusters: []int{0, 1}}, "2 cluster numbers"},
		{x, Options{Clusters: []int{0, 1, 3}}, "row 2 is in cluster 3"},
		{x, Options{Clusters: []int{0, -1, 1}}, "row 1 is in cluster -1"},
		{x, Options{Pairs: [][2]int{{1, 0}, {2, 0}}}, "pair 1 is of columns 2 and 0"},
	} {
		if _, err := New(c.x, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: want %q", err, c.want)
		}
	}
}

func TestBlockPairs(t *testing.T) {
	want := [][2]int{{1, 0}, {2, 0}, {2, 1}, {3, 0}, {3, 1}, {3, 2}}
	if got := BlockPairs(4); !slices.Equal(got, want) {
		t.Errorf("one block: %v", got)
	}
	if got := BlockPairs(1, 1, 1, 1); !slices.Equal(got, want) {
		t.Errorf("blocks of one: %v", got)
	}
	want = [][2]int{{1, 0}, {2, 0}, {2, 1}, {3, 0}, {3, 1}, {4, 0}, {4, 1}, {3, 2}, {4, 2}, {4, 3}}
	if got := BlockPairs(2, 1, 2); !slices.Equal(got, want) {
		t.Errorf("blocks of 2, 1, 2: %v", got)
	}
}

func TestDigitsOf(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		want   int
	}{
		{0, 0, 1}, {-128, 127, 1}, {0, 128, 2}, {-129, 0, 2},
		{-128 * 257, 127 * 257, 2}, {0, 127*257 + 1, 3}, {-128*65793 - 1, 0, 4}, {0, 1e30, 5},
	} {
		if got := digitsOf(c.lo, c.hi); got != c.want {
			t.Errorf("digitsOf(%v, %v) = %d, want %d", c.lo, c.hi, got, c.want)
		}
	}
}

func TestDecimals(t *testing.T) {
	for _, c := range []struct {
		x    []float64
		want float64
	}{
		{[]float64{1, -7, 0}, 1},
		{[]float64{1.5, 2}, 10},
		{[]float64{0.29, 0.3}, 100},
		{[]float64{0.1234}, 1e4},
		{[]float64{0.12345}, 0},
		{[]float64{1.0 / 3}, 0},
		{[]float64{1e20}, 0},
	} {
		if got := decimals(c.x); got != c.want {
			t.Errorf("decimals(%v) = %v, want %v", c.x, got, c.want)
		}
	}
}

// TestExtremeScales: the size of the numbers is no matter.
func TestExtremeScales(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 1))
	x := continuous(r, 50, 3)
	big, small := make([][]float64, 3), make([][]float64, 3)
	for a := range x {
		big[a], small[a] = make([]float64, 50), make([]float64, 50)
		for i, v := range x[a] {
			big[a][i] = math.Ldexp(v, 1000)
			small[a][i] = math.Ldexp(v, -900)
		}
	}
	counts := sixtyFour(r, 50)
	_, p := panelOf(t, best, x, Options{}, counts)
	for _, y := range [][][]float64{big, small} {
		_, q := panelOf(t, best, y, Options{}, counts)
		for g := range p.R {
			if !slices.Equal(p.R[g], q.R[g]) {
				t.Fatal("powers of two change correlations")
			}
		}
	}
}

// TestShared lets workers share a Source, and a Panel serve two Sources.
func TestShared(t *testing.T) {
	r := rand.New(rand.NewPCG(10, 1))
	x, y := likert(r, 100, 6, 1, 7), continuous(r, 70, 4)
	for _, k := range kernels() {
		cx, cy := sixtyFour(r, 100), sixtyFour(r, 70)
		sx, px := panelOf(t, k, x, Options{}, cx)
		sy, py := panelOf(t, k, y, Options{}, cy)
		var wait sync.WaitGroup
		for range 3 {
			wait.Go(func() {
				var p Panel
				a, b := sx.NewCounts(), sy.NewCounts()
				for l := range Lanes {
					a.Set(l, cx[l])
					b.Set(l, cy[l])
				}
				for range 3 {
					sx.Fill(&p, a)
					for g := range p.R {
						if !slices.Equal(p.R[g], px.R[g]) {
							t.Error("another result for the same counts")
						}
					}
					sy.Fill(&p, b)
					for g := range p.R {
						if !slices.Equal(p.R[g], py.R[g]) {
							t.Error("another result for the same counts")
						}
					}
				}
			})
		}
		wait.Wait()
	}
}

// TestNoGarbage: a panel costs no allocation.
func TestNoGarbage(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 1))
	hole := likert(r, 50, 3, 1, 7)
	hole[1][3] = math.NaN()
	for name, x := range map[string][][]float64{"items": likert(r, 50, 5, 1, 7), "continuous": continuous(r, 50, 4), "holes": hole} {
		for _, k := range kernels() {
			s, err := newSource(x, Options{}, k)
			if err != nil {
				t.Fatal(err)
			}
			c, v, b := s.NewCounts(), draw(r, 50), make([]uint8, 50)
			var p Panel
			s.Fill(&p, c)
			n := testing.AllocsPerRun(10, func() {
				for l := range Lanes {
					c.Set(l, v)
					c.SetBytes(l, b)
				}
				s.Fill(&p, c)
			})
			if n != 0 {
				t.Errorf("%s, %s: %v allocations", name, k.name, n)
			}
		}
	}
}

// FuzzKernels gives every kernel the same random survey and counts.
func FuzzKernels(f *testing.F) {
	f.Add(uint64(1), uint16(344), uint8(31), uint8(0), uint16(6))
	f.Add(uint64(2), uint16(2999), uint8(3), uint8(1), uint16(300))
	f.Add(uint64(3), uint16(61), uint8(7), uint8(2), uint16(18))
	f.Add(uint64(4), uint16(1), uint8(1), uint8(3), uint16(127))
	f.Add(uint64(5), uint16(1027), uint8(5), uint8(7), uint16(128))
	f.Add(uint64(6), uint16(200), uint8(9), uint8(12), uint16(5))
	f.Add(uint64(7), uint16(130), uint8(4), uint8(31), uint16(40000))
	f.Fuzz(func(t *testing.T, seed uint64, n uint16, p, kind uint8, top uint16) {
		r := rand.New(rand.NewPCG(seed, 77))
		rows, columns := 1+int(n)%3000, 1+int(p)%40
		tops := []int{2, 5, 7, 10, 22, 23, 100, 10000}
		x := likert(r, rows, columns, 1, tops[seed%8])
		if kind&1 != 0 {
			x = append(x[:columns/2], continuous(r, rows, columns-columns/2)...)
		}
		if kind&2 != 0 {
			for range rows * columns / 20 {
				x[r.IntN(columns)][r.IntN(rows)] = math.NaN()
			}
		}
		var o Options
		units := rows
		if kind&4 != 0 {
			o.Weights = make([]float64, rows)
			for i := range o.Weights {
				o.Weights[i] = r.Float64()
			}
		}
		if kind&8 != 0 {
			units = 1 + rows/4
			o.Clusters = make([]int, rows)
			for i := range o.Clusters {
				o.Clusters[i] = i % units
			}
		}
		counts := make([][]int32, 1+r.IntN(Lanes))
		for l := range counts {
			if kind&16 != 0 {
				counts[l] = draw(r, units)
				continue
			}
			counts[l] = make([]int32, units)
			for i := range counts[l] {
				counts[l][i] = r.Int32N(int32(top) + 1)
			}
		}
		_, want := panelOf(t, plain, x, o, counts)
		for _, k := range kernels() {
			_, got := panelOf(t, k, x, o, counts)
			if got.Bad != want.Bad || got.N != want.N {
				t.Fatalf("%s: bad lanes %x, want %x", k.name, got.Bad, want.Bad)
			}
			for g := range want.R {
				for i, v := range want.R[g] {
					if math.Float64bits(got.R[g][i]) != math.Float64bits(v) {
						t.Fatalf("%s: group %d, element %d: %v, want %v", k.name, g, i, got.R[g][i], v)
					}
					if math.IsNaN(v) || math.Abs(v) > 1+1e-9 && want.Bad == 0 {
						t.Fatalf("a correlation of %v", v)
					}
				}
			}
		}
	})
}
