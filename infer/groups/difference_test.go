package groups

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"plumb/finding"
	"plumb/infer"
)

// p and the bounds come from one distribution: p is below the risk exactly
// where the statistic lies beyond a bound.
func TestPermutationPAgreesWithItsBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		permuted := make([]float64, rapid.IntRange(1, 300).Draw(t, "n"))
		for i := range permuted {
			permuted[i] = r.NormFloat64()
		}
		observed := rapid.Float64Range(-4, 4).Draw(t, "observed")
		if rapid.Bool().Draw(t, "tie") {
			observed = permuted[0]
		}
		level := rapid.SampledFrom([]float64{.8, .9, .95, .99}).Draw(t, "level")
		got := twoSided(permuted, observed, risk(level))
		a := risk(level)
		if outside := observed < got.Low || observed > got.High; outside != (got.P < a-1e-12) {
			t.Fatalf("%v to %v, p %v of %v at %v", got.Low, got.High, got.P, observed, a)
		}
		x := newReference(permuted)
		if below := observed < x.smallest(a); below != (x.lower(observed) < a-1e-12) {
			t.Fatalf("quantile %v, p %v of %v at %v", x.smallest(a), x.lower(observed), observed, a)
		}
		if math.IsNaN(got.Low) && len(permuted) >= 2*int(math.Ceil(2/a)) {
			t.Fatalf("no bounds from %d permutations", len(permuted))
		}
	})
}

// The observed labels count among the relabellings: no p is 0.
func TestReferenceByHand(t *testing.T) {
	r := newReference([]float64{3, 1, math.NaN(), 2, 2, 5, 4, 6, 7, 8})
	for _, k := range []struct{ v, upper, lower float64 }{{9, .1, 1}, {0, 1, .1}, {2, .9, .4}, {8, .2, 1}} {
		if got := r.upper(k.v); math.Abs(got-k.upper) > 1e-15 {
			t.Errorf("upper(%v) = %v", k.v, got)
		}
		if got := r.lower(k.v); math.Abs(got-k.lower) > 1e-15 {
			t.Errorf("lower(%v) = %v", k.v, got)
		}
	}
	if !math.IsNaN(r.upper(math.NaN())) || !math.IsNaN(newReference(nil).upper(1)) {
		t.Error("p of nothing")
	}
}

// Counted pair by pair.
func TestPairsNotAbove(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.IntRange(-8, 8).Draw(t, "v")) / 4 })
		// As many as a power of two, so that means are exact and ties are ties.
		a, b := rapid.SliceOfN(value, 4, 4).Draw(t, "a"), rapid.SliceOfN(value, 8, 8).Draw(t, "b")
		mean := func(x []float64) float64 {
			s := 0.0
			for _, v := range x {
				s += v
			}
			return s / float64(len(x))
		}
		above := 0
		for _, x := range a {
			for _, y := range b {
				if 2*mean(a)-x > 2*mean(b)-y {
					above++
				}
			}
		}
		if got, want := PairsNotAbove(a, b), 1-float64(above)/32; math.Abs(got-want) > 1e-15 {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

// The t tests that SmartPLS prints for ATTR -> COMP of the corporate reputation
// model: difference -.114, standard errors .067 (n = 219) and .087 (n = 125),
// t 1.036 and 1.042 for unrounded figures.
func TestTTests(t *testing.T) {
	for _, k := range []struct {
		got    TTest
		t1, df float64
	}{
		{equalVariances(-.114, .067, .087, 219, 125), -1.036, 342},
		{welch(-.114, .067, .087, 219, 125), -1.042, 260.606},
	} {
		if math.Abs(k.got.T-k.t1) > .012 || math.Abs(k.got.DF-k.df) > .01 {
			t.Errorf("%+v, want %v with %v", k.got, k.t1, k.df)
		}
	}
	// Equal sizes and errors: both are the plain t of two means.
	same := equalVariances(1, .5, .5, 10, 10)
	if want := 1 / (.5 * 9 * math.Sqrt(2.0/18*2/10)); math.Abs(same.T-want) > 1e-12 {
		t.Errorf("t %v, want %v", same.T, want)
	}
	// With 2 degrees of freedom the tail has a closed form.
	if p := tTest(-2, 2).P; math.Abs(p-(1-2/math.Sqrt(6))) > 1e-12 {
		t.Errorf("p %v", p)
	}
	if p := tTest(2, 0).P; !math.IsNaN(p) {
		t.Errorf("p %v without degrees of freedom", p)
	}
}

func TestOverlap(t *testing.T) {
	nan := math.NaN()
	row := func(low, estimate, high float64) infer.Row {
		return infer.Row{Low: low, Estimate: estimate, High: high}
	}
	for _, k := range []struct {
		a, b infer.Row
		want Overlap
	}{
		{row(0, 1, 2), row(3, 4, 5), Apart},
		{row(0, 1, 3.5), row(3, 4, 5), Touching},
		{row(0, 1, 4.5), row(3, 4, 5), Overlapping},
		{row(3, 4, 5), row(.5, 4.5, 9), Overlapping},
		{row(nan, 1, 2), row(nan, 4, 5), Overlapping}, // open below: 1 lies under 5
		{row(nan, nan, nan), row(3, 4, 5), NoIntervals},
	} {
		if got := overlap(k.a, k.b); got != k.want {
			t.Errorf("%v and %v: %v, want %v", k.a, k.b, got, k.want)
		}
	}
}

func TestRelabellings(t *testing.T) {
	for _, k := range []struct {
		of, blocks []int
		want       float64
	}{
		{[]int{0, 0, 1, 1}, nil, 6},
		{[]int{0, 1, 0, 1}, []int{0, 0, 1, 1}, 4},
		{[]int{0, 0, 1, 1}, []int{0, 0, 1, 1}, 1},
	} {
		if got := math.Exp(relabellings(k.of, k.blocks)); math.Abs(got-k.want) > 1e-9 {
			t.Errorf("%v %v: %v, want %v", k.of, k.blocks, got, k.want)
		}
	}
}

// Permutations and relabellings that are too few for adjusted p values are told,
// one fewer than enough and not enough.
func TestTooFewForAdjustment(t *testing.T) {
	for _, k := range []struct {
		name         string
		permutations int
		adjust       infer.Adjustment
		villages     int // in each group; 0 is none
		want         []finding.Code
		words        string
	}{
		{"one too few", 119, infer.Holm, 0, []finding.Code{CodeFewPermutations}, "At least 120 permutations"},
		{"Bonferroni", 119, infer.Bonferroni, 0, []finding.Code{CodeFewPermutations}, "bonferroni adjustment of 3 p values"},
		{"enough", 120, infer.Holm, 0, nil, ""},
		{"not adjusted", 119, infer.None, 0, nil, ""},
		{"a false discovery rate", 119, infer.BenjaminiHochberg, 0, nil, ""},
		{"70 ways", 120, infer.Holm, 4, []finding.Code{CodeRelabellings, CodeRelabellings, CodeRelabellings}, "only 70 ways of dealing out clusters to x and y, too few"},
		{"252 ways", 120, infer.Holm, 5, nil, ""},
	} {
		t.Run(k.name, func(t *testing.T) {
			group := population{n: 20, path: .5}
			p := simulate(t, 3, nil, group, group, group)
			if k.villages > 0 {
				p.Units = make([]int, 60)
				for i := range p.Units {
					p.Units[i] = i / (20 / k.villages)
				}
			}
			c := compare(t, p, Options{Permutations: k.permutations, Adjust: k.adjust})
			var codes []finding.Code
			text := ""
			for _, f := range c.Findings {
				codes = append(codes, f.Code)
				text += f.Message + f.Hint
			}
			if !slices.Equal(codes, k.want) || !strings.Contains(text, k.words) {
				t.Errorf("findings %v: %s", codes, text)
			}
		})
	}
}
