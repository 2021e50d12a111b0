package lanes

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"plumb/estimate"
	"plumb/pls"
)

// snapshot is all that a solver says of one lane.
func snapshot(s *Solver, in Input, lane int) string {
	out := s.Solve(in)
	s.Measure()
	bit := func(mask uint8) uint8 { return mask >> lane & 1 }
	text := fmt.Sprint(bit(out.Converged), bit(out.Inadmissible), bit(out.Degenerate), out.Iterations[lane])
	for _, t := range [][]Vector{out.Statistics, out.Proxies, out.Constructs} {
		for _, v := range t {
			text += fmt.Sprintf(" %x", math.Float64bits(v[lane]))
		}
	}
	return text
}

// What stands in the other lanes, good or bad, must not change a bit of a lane,
// nor which lane it is.
func TestNeighbours(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawModel(rt)
		o := pls.Options{
			Scheme:     rapid.SampledFrom([]pls.Scheme{pls.Path, pls.Factorial, pls.Centroid}).Draw(rt, "scheme"),
			Consistent: rapid.Bool().Draw(rt, "consistent"),
			// A few iterations are enough for some lanes and not for others.
			MaxIterations: rapid.SampledFrom([]int{5, 8, 100}).Draw(rt, "iterations"),
		}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		s, err := New(m, o)
		if err != nil {
			rt.Fatal(err)
		}
		of := make([]*mat.SymDense, Width)
		for l := range of {
			of[l] = correlated(r, m, 60)
		}
		want := make([]string, Width)
		for l, c := range of {
			want[l] = snapshot(s.Clone(), input(60, 8, c), 0) // alone
		}
		p := of[0].SymmetricDim()
		ones, none, wild := mat.NewSymDense(p, nil), mat.NewSymDense(p, nil), mat.NewSymDense(p, nil)
		for a := range p {
			for b := range a {
				ones.SetSym(a, b, 1)
				wild.SetSym(a, b, math.NaN())
			}
		}
		bad := []*mat.SymDense{ones, none, wild}
		order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6, 7}).Draw(rt, "order")
		kept := rapid.IntRange(1, Width).Draw(rt, "kept")
		mixed := make([]*mat.SymDense, Width)
		for place, l := range order {
			mixed[place] = of[l]
			if place >= kept {
				mixed[place] = bad[place%3]
			}
		}
		in := input(60, 64, mixed...)
		for place, l := range order[:kept] {
			if got := snapshot(s, in, place); got != want[l] {
				rt.Fatalf("lane %d as lane %d:\n%s\nwant\n%s", l, place, got, want[l])
			}
		}
		for i, v := range s.result.Statistics {
			for place, x := range v {
				if degenerate := s.result.Degenerate>>place&1 == 1; math.IsNaN(x) != degenerate {
					rt.Fatalf("lane %d is degenerate: %v, and statistic %d is %v", place, degenerate, i, x)
				}
			}
		}
		for place := kept; place < Width; place++ {
			if bad[place%3] == wild && s.result.Degenerate>>place&1 == 0 {
				rt.Fatalf("lane %d holds NaN and is not degenerate", place)
			}
		}
	})
}

func TestStatus(t *testing.T) {
	m := parse(t, "A =~ x0 + x1\nB =~ x2 + x3\nC =~ x4\nC ~ A + B")
	good := identity(5, map[[2]int]float64{{0, 1}: .5, {2, 3}: .5, {0, 2}: .2, {1, 3}: .21, {0, 3}: .2, {1, 2}: .2, {0, 4}: .3, {1, 4}: .29, {2, 4}: .3, {3, 4}: .3})
	for _, c := range []struct {
		name                                string
		text                                string
		cor                                 *mat.SymDense
		o                                   pls.Options
		converged, inadmissible, degenerate bool
	}{
		{"fine", "", good, pls.Options{}, true, false, false},
		{"fine and consistent", "", good, pls.Options{Consistent: true}, true, false, false},
		{"one iteration is not enough", "", good, pls.Options{MaxIterations: 1}, false, false, false},
		{"nothing in common", "", identity(5, nil), pls.Options{}, false, false, true},
		{"two names of one factor", "", identity(5, map[[2]int]float64{{0, 1}: .3, {2, 3}: .3, {0, 2}: .5, {1, 3}: .5, {0, 3}: .5, {1, 2}: .5, {0, 4}: .2, {1, 4}: .2, {2, 4}: .3, {3, 4}: .3}),
			pls.Options{Consistent: true}, true, true, false},
		{"a negative reliability, so left uncorrected", "", identity(5, map[[2]int]float64{{0, 1}: -.2, {2, 3}: .5, {0, 2}: .4, {1, 3}: .4, {0, 3}: .3, {1, 2}: .3, {0, 4}: .4, {1, 4}: .3, {2, 4}: .3}),
			pls.Options{Consistent: true}, true, false, false},
		{"the same predecessor twice", "A =~ x0\nB =~ x1\nC =~ x2 + x3\nC ~ A + B", identity(4, map[[2]int]float64{{0, 1}: 1, {0, 2}: .4, {1, 2}: .4, {2, 3}: .5}), pls.Options{}, false, false, true},
		{"the same predecessor twice, by signs", "A =~ x0\nB =~ x1\nC =~ x2 + x3\nC ~ A + B", identity(4, map[[2]int]float64{{0, 1}: 1, {0, 2}: .4, {1, 2}: .4, {2, 3}: .5}),
			pls.Options{Scheme: pls.Centroid}, false, false, true},
		{"a total beside its parts", "A <~ x0 + x1 + x2\nB =~ x3\nB ~ A", identity(4, map[[2]int]float64{{0, 2}: math.Sqrt2 / 2, {1, 2}: math.Sqrt2 / 2, {0, 3}: .3, {1, 3}: .1, {2, 3}: .4 * math.Sqrt2 / 2}),
			pls.Options{}, false, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			of := m
			if c.text != "" {
				of = parse(t, c.text)
			}
			s, err := New(of, c.o)
			if err != nil {
				t.Fatal(err)
			}
			out := s.Solve(input(50, 8, c.cor))
			for what, pair := range map[string][2]bool{
				"converged": {out.Converged == 1, c.converged}, "inadmissible": {out.Inadmissible == 1, c.inadmissible}, "degenerate": {out.Degenerate == 0xff, c.degenerate}} {
				if pair[0] != pair[1] {
					t.Errorf("%s: %v", what, pair[0])
				}
			}
			if out.Converged&out.Degenerate != 0 || out.Inadmissible&out.Degenerate != 0 {
				t.Errorf("%08b %08b %08b", out.Converged, out.Inadmissible, out.Degenerate)
			}
		})
	}
}

// Where a measure does not exist the lanes say NaN, as packages estimate and
// assess do, and the lane is none the worse.
func TestNoSuchMeasure(t *testing.T) {
	for name, c := range map[string]struct {
		cor   *mat.SymDense
		cases int
	}{
		"one indicator has all the weight": {identity(3, map[[2]int]float64{{0, 1}: .5, {0, 2}: .4}), 50},
		"items that do not correlate":      {identity(3, map[[2]int]float64{{0, 2}: .5, {1, 2}: .4}), 50},
		"two cases":                        {identity(3, map[[2]int]float64{{0, 1}: .5, {0, 2}: .5, {1, 2}: .4}), 2},
	} {
		m := parse(t, "A =~ x0 + x1\nB =~ x2\nB ~ A")
		for _, o := range []pls.Options{{}, {Consistent: true}} {
			e, err := pls.Estimate(m, moments(m, c.cases, c.cor), o)
			if err != nil {
				t.Fatal(err)
			}
			s, err := New(m, o)
			if err != nil {
				t.Fatal(err)
			}
			if out := s.Solve(input(float64(c.cases), Width, c.cor)); out.Degenerate != 0xfe || out.Converged != 1 {
				t.Errorf("%s: degenerate %08b, converged %08b", name, out.Degenerate, out.Converged)
			}
			want, missing := measured(e), 0
			compare(t, s.Measure(), 0, want, 1e-12)
			for _, x := range want {
				if math.IsNaN(x) {
					missing++
				}
			}
			if missing == 0 {
				t.Errorf("%s: every measure exists", name)
			}
		}
	}
}

func identity(p int, pairs map[[2]int]float64) *mat.SymDense {
	out := mat.NewSymDense(p, nil)
	for i := range p {
		out.SetSym(i, i, 1)
	}
	for k, r := range pairs {
		out.SetSym(k[0], k[1], r)
	}
	return out
}

// A solver's numbers are not those of its clone, and a solver may be used again.
func TestCloneAndReuse(t *testing.T) {
	m := parse(t, "A =~ x0 + x1 + x2\nB <~ x3 + x4\nC =~ x5\nB ~ A\nC ~ A + B")
	r := rand.New(rand.NewPCG(1, 2))
	x, y := input(60, 8, correlated(r, m, 60)), input(60, 8, correlated(r, m, 60))
	s, err := New(m, pls.Options{Consistent: true})
	if err != nil {
		t.Fatal(err)
	}
	first := snapshot(s, x, 0)
	other := s.Clone()
	second := snapshot(other, y, 0)
	if first == second {
		t.Fatal("two samples, one result")
	}
	s.Solve(Input{R: x.R, Bad: 0xff})
	if again := snapshot(s, y, 0); again != second {
		t.Error("a used solver finds something else")
	}
	if again := snapshot(other, x, 0); again != first {
		t.Error("a clone finds something else")
	}
	if n := testing.AllocsPerRun(20, func() { s.Solve(x); s.Measure() }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// Weights of sums are scaled, and each lane has its own.
func TestGivenWeights(t *testing.T) {
	m := parse(t, "A =~ x0 + x1\nB =~ x2\nB ~ A")
	s, err := NewSum(m, estimate.AsFound)
	if err != nil {
		t.Fatal(err)
	}
	c := identity(3, map[[2]int]float64{{0, 1}: .5, {0, 2}: .5, {1, 2}: .6})
	in := input(30, 9, c, c)
	in.Weights = slices.Repeat([]float64{1}, 27)
	in.Weights[0] = 2
	out := s.Solve(in)
	for lane, want := range []float64{(1 + .6) / math.Sqrt(4+1+2), (.5 + .6) / math.Sqrt(1+1+2*.5)} {
		if got := out.Paths[0][lane]; math.Abs(got-want) > 1e-15 {
			t.Errorf("lane %d: %v, want %v", lane, got, want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic over too few correlations")
		}
	}()
	s.Solve(Input{R: make([]float64, 8)})
}
