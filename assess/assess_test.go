package assess_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"plumb/assess"
	"plumb/estimate"
	"plumb/model"
	"plumb/moment"
	"plumb/pls"
)

func estimateOf(t testing.TB, text string, n int, cov [][]float64) *estimate.Estimate {
	t.Helper()
	m, findings := model.Parse(text, model.ParseOptions{})
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	e, err := pls.Estimate(m, moment.FromCovariance(m.Indicators(), n, cov, nil), pls.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Total effects in causal order must be (I - B)^-1 - I, and the specific
// effects along all chains must add up to the total indirect ones.
func TestEffects(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(2, 7).Draw(rt, "constructs")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		m := &model.Model{}
		e := &estimate.Estimate{Model: m, Paths: mat.NewDense(n, n, nil)}
		place := r.Perm(n) // the causal order is not the model order
		for i := range n {
			m.Constructs = append(m.Constructs, model.Construct{Name: fmt.Sprint("C", i), Indicators: []string{fmt.Sprint("x", i)}})
			e.Blocks = append(e.Blocks, estimate.Block{First: i, End: i + 1})
		}
		for i := range n {
			for k := range i {
				if r.IntN(3) > 0 {
					to, from := place[i], place[k]
					m.Paths = append(m.Paths, model.Path{From: m.Constructs[from].Name, To: m.Constructs[to].Name})
					e.Paths.Set(to, from, r.NormFloat64())
				}
			}
		}
		var left, want mat.Dense
		left.Scale(-1, e.Paths)
		for i := range n {
			left.Set(i, i, 1)
		}
		if err := want.Inverse(&left); err != nil {
			rt.Fatal(err)
		}
		for i := range n {
			want.Set(i, i, 0)
		}
		if !mat.EqualApprox(assess.Total(e), &want, 1e-9) {
			rt.Fatalf("total %v, want %v", mat.Formatted(assess.Total(e)), mat.Formatted(&want))
		}
		sum := mat.NewDense(n, n, nil)
		chains, complete := m.Chains()
		if !complete {
			rt.Fatal("chains cut off")
		}
		reach := assess.Reachable(e, 2)
		for _, c := range chains {
			to, from := c[len(c)-1], c[0]
			sum.Set(to, from, sum.At(to, from)+assess.Specific(e, c))
			if !reach[to][from] {
				rt.Fatalf("%v not reachable", c)
			}
		}
		if !mat.EqualApprox(assess.TotalIndirect(e), sum, 1e-9) {
			rt.Fatalf("indirect %v, sum of chains %v", mat.Formatted(assess.TotalIndirect(e)), mat.Formatted(sum))
		}
	})
}

// A saturated structural model implies its own construct correlations.
func TestSaturatedIsEstimated(t *testing.T) {
	cov := [][]float64{{1, .5, .4, .3}, {.5, 1, .3, .2}, {.4, .3, 1, .35}, {.3, .2, .35, 1}}
	e := estimateOf(t, "A =~ x1 + x2\nB =~ x3\nC =~ x4\nB ~ A\nC ~ A + B", 100, cov)
	if !mat.EqualApprox(assess.ImpliedConstructs(e), e.Constructs, 1e-14) {
		t.Error("implied and observed construct correlations differ")
	}
	for _, b := range []assess.Blocks{assess.AsDeclared, assess.AsFactors, assess.AsComposites} {
		x, y := assess.FitOf(e, assess.Saturated, b), assess.FitOf(e, assess.Estimated, b)
		if math.Abs(x.SRMR-y.SRMR) > 1e-14 || x.DF != y.DF {
			t.Errorf("%v: saturated %+v, estimated %+v", b, x, y)
		}
	}
	f := assess.FitOf(e, assess.Saturated, assess.AsComposites)
	if math.Abs(f.DULS-f.SRMR*f.SRMR*10) > 1e-15 || f.DULS <= 0 {
		t.Errorf("SRMR %v and d_ULS %v of 4 indicators disagree", f.SRMR, f.DULS)
	}
}

func TestHTMTVariants(t *testing.T) {
	// Items of B are coded the other way round; one pair has mixed signs.
	cov := [][]float64{
		{1, .6, -.3, -.4, .2}, {.6, 1, -.35, -.25, -.1}, {-.3, -.35, 1, .5, .3}, {-.4, -.25, .5, 1, .4}, {.2, -.1, .3, .4, 1}}
	e := estimateOf(t, "A =~ x1 + x2\nB =~ x3 + x4\nC =~ x5\nB ~ A\nC ~ A + B", 100, cov)
	signed, plus, two := assess.HTMT(e, assess.HTMTSigned), assess.HTMT(e, assess.HTMTAbsolute), assess.HTMT(e, assess.HTMT2)
	root := math.Sqrt(.6 * .5)
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"signed A B", signed.At(0, 1), (.3 + .4 + .35 + .25) / 4 / root},
		{"absolute A B", plus.At(0, 1), (.3 + .4 + .35 + .25) / 4 / root},
		{"HTMT2 A B", two.At(0, 1), math.Pow(.3*.4*.35*.25, .25) / root},
		{"signed A C", signed.At(0, 2), .05 / math.Sqrt(.6)},
		{"absolute A C", plus.At(0, 2), .15 / math.Sqrt(.6)},
	} {
		if math.Abs(c.got-c.want) > 1e-14 {
			t.Errorf("%s: %v, want %v", c.what, c.got, c.want)
		}
	}
	if !math.IsNaN(two.At(0, 2)) {
		t.Errorf("HTMT2 of mixed signs is %v", two.At(0, 2))
	}
}

func TestApplies(t *testing.T) {
	cov := [][]float64{{1, .5, .4, .3}, {.5, 1, .3, .2}, {.4, .3, 1, .35}, {.3, .2, .35, 1}}
	e := estimateOf(t, "A <~ x1 + x2\nB =~ x3\nC =~ x4\nB ~ A\nC ~ B", 100, cov)
	for h, want := range []bool{false, false, false} {
		if ok, why := assess.Applies(e, h); ok != want || why == "" {
			t.Errorf("construct %d: %v %q", h, ok, why)
		}
	}
	for _, a := range assess.Admissibility(e) {
		if !a.Pass {
			t.Errorf("%s %s", a.Question, a.Detail)
		}
	}
	e.Loadings[0], e.Converged = 1.2, false
	failed := 0
	for _, a := range assess.Admissibility(e) {
		if !a.Pass {
			failed++
			if a.Detail == "" {
				t.Errorf("%s fails without a detail", a.Question)
			}
		}
	}
	if failed < 2 {
		t.Errorf("%d questions failed", failed)
	}
}

func TestSingularBlockHasInfiniteVIF(t *testing.T) {
	h := math.Sqrt2 / 2
	cov := [][]float64{{1, 0, h, .3}, {0, 1, h, .1}, {h, h, 1, .4 * h}, {.3, .1, .4 * h, 1}}
	e := estimateOf(t, "A <~ x1 + x2 + x3\nB =~ x4\nB ~ A", 60, cov)
	for _, v := range assess.OuterVIF(e)[:3] {
		if !math.IsInf(v, 1) {
			t.Errorf("VIF %v", v)
		}
	}
}
