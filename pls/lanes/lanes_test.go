package lanes

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"plumb/assess"
	"plumb/estimate"
	"plumb/model"
	"plumb/moment"
	"plumb/pls"
	"plumb/sumscore"
)

func parse(t testing.TB, text string) *model.Model {
	t.Helper()
	m, findings := model.Parse(text, model.ParseOptions{})
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	return m
}

// correlated draws correlations of p variables that hang together: those of n
// rows with a common part and a part for each construct.
func correlated(r *rand.Rand, m *model.Model, n int) *mat.SymDense { return alike(r, m, n, 1) }

// alike makes constructs the harder to tell apart the smaller their own part is.
func alike(r *rand.Rand, m *model.Model, n int, part float64) *mat.SymDense {
	p := len(m.Indicators())
	rows := mat.NewDense(n, p, nil)
	for i := range n {
		a := 0
		common := r.NormFloat64()
		for h, c := range m.Constructs {
			own := .6*common + part*r.NormFloat64()
			for range c.Indicators {
				rows.Set(i, a, own+(.8+.2*float64(h%3))*r.NormFloat64())
				a++
			}
		}
	}
	return cor(rows)
}

func cor(rows *mat.Dense) *mat.SymDense {
	n, p := rows.Dims()
	cov := mat.NewSymDense(p, nil)
	for k := range p {
		mean := mat.Sum(rows.ColView(k)) / float64(n)
		for i := range n {
			rows.Set(i, k, rows.At(i, k)-mean)
		}
	}
	cov.SymOuterK(1/float64(n-1), rows.T())
	out := mat.NewSymDense(p, nil)
	for a := range p {
		for b := range a {
			out.SetSym(a, b, cov.At(a, b)/math.Sqrt(cov.At(a, a)*cov.At(b, b)))
		}
		out.SetSym(a, a, 1)
	}
	return out
}

// input puts correlation matrices side by side.
func input(cases float64, stride int, of ...*mat.SymDense) Input {
	p := of[0].SymmetricDim()
	in := Input{R: make([]float64, p*(p-1)/2*stride), Stride: stride, Cases: fill(cases), Bad: 0xff << len(of)}
	for l, c := range of {
		for a := range p {
			for b := range a {
				in.R[(a*(a-1)/2+b)*stride+l] = c.At(a, b)
			}
		}
	}
	return in
}

func moments(m *model.Model, n int, c *mat.SymDense) *moment.Set {
	p := c.SymmetricDim()
	rows := make([][]float64, p)
	for a := range rows {
		rows[a] = make([]float64, p)
		for b := range rows {
			rows[a][b] = c.At(a, b)
		}
	}
	return moment.FromCovariance(m.Indicators(), n, rows, nil)
}

// measured is the table of an estimate by package assess.
func measured(e *estimate.Estimate) []float64 {
	j := len(e.Blocks)
	out := append(append([]float64{}, e.Weights...), e.Loadings...)
	each := func(m mat.Matrix) {
		for _, p := range e.Model.Paths {
			out = append(out, m.At(e.Model.Index(p.To), e.Model.Index(p.From)))
		}
	}
	each(e.Paths)
	chains, _ := e.Model.Chains()
	for _, c := range chains {
		out = append(out, assess.Specific(e, c))
	}
	effects := func(m mat.Matrix, least int) {
		reach := assess.Reachable(e, least)
		for from := range j {
			for to := range j {
				if reach[to][from] {
					out = append(out, m.At(to, from))
				}
			}
		}
	}
	effects(assess.TotalIndirect(e), 2)
	effects(assess.Total(e), 1)
	for _, v := range [][]float64{e.R2, assess.R2Adjusted(e)} {
		for h := range j {
			if !math.IsNaN(e.R2[h]) {
				out = append(out, v[h])
			}
		}
	}
	for i, v := range [][]float64{assess.Alpha(e), e.RhoA, assess.RhoC(e), assess.AVE(e)} {
		for h := range j {
			if ok, _ := assess.Applies(e, h); ok && !(i == 1 && e.Estimator == "sumscore") {
				out = append(out, v[h])
			}
		}
	}
	each(assess.F2(e))
	htmt := assess.HTMT(e, assess.HTMTAbsolute)
	similar := func(h int) bool {
		ok, _ := assess.Applies(e, h)
		return ok || e.Blocks[h].Len() == 1
	}
	for h := range j {
		for k := range h {
			if similar(h) && similar(k) {
				out = append(out, htmt.At(h, k))
			}
		}
	}
	return append(out, assess.SRMR(e, assess.Saturated, assess.AsDeclared), assess.SRMR(e, assess.Estimated, assess.AsDeclared))
}

// drawModel draws a model of 2 to 8 constructs with 1 to 6 indicators, its
// causal order not that of the text.
func drawModel(t *rapid.T) *model.Model {
	j := rapid.IntRange(2, 8).Draw(t, "constructs")
	m := &model.Model{}
	a := 0
	for h := range j {
		c := model.Construct{Name: fmt.Sprint("C", h), Kind: rapid.SampledFrom([]model.Kind{model.Reflective, model.Reflective, model.Composite}).Draw(t, "kind"),
			Mode: rapid.SampledFrom([]model.Mode{model.ModeDefault, model.ModeDefault, model.ModeA, model.ModeB}).Draw(t, "mode")}
		for range rapid.IntRange(1, 6).Draw(t, "items") {
			c.Indicators = append(c.Indicators, fmt.Sprint("x", a))
			a++
		}
		m.Constructs = append(m.Constructs, c)
	}
	place := rapid.Permutation(m.Names()).Draw(t, "causal order")
	join := func(from, to int) {
		m.Paths = append(m.Paths, model.Path{From: place[from], To: place[to]})
	}
	for to := 1; to < j; to++ {
		first := rapid.IntRange(0, to-1).Draw(t, "cause")
		join(first, to)
		for from := range to {
			if from != first && rapid.IntRange(0, 2).Draw(t, "path") == 0 {
				join(from, to)
			}
		}
	}
	return m
}

// close allows for rounding. A ratio that is large because what it is divided by
// is next to 0 (f2 where R2 is next to 1) has the rounding of the latter, which
// its own size multiplies.
func close(x, y, tolerance float64) bool {
	return math.Abs(x-y) <= tolerance*max(1, x*x) || math.IsNaN(x) && math.IsNaN(y)
}

// The lanes and package pls must find the same, statistic by statistic.
func TestAgreement(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawModel(rt)
		o := pls.Options{
			Scheme:      rapid.SampledFrom([]pls.Scheme{pls.Path, pls.SchemeDefault, pls.Factorial, pls.Centroid}).Draw(rt, "scheme"),
			Consistent:  rapid.Bool().Draw(rt, "consistent"),
			Orientation: rapid.SampledFrom([]estimate.Orientation{estimate.Majority, estimate.OrientationDefault, estimate.Dominant, estimate.AsFound}).Draw(rt, "orientation"),
		}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		n := rapid.IntRange(80, 300).Draw(rt, "n")
		var of []*mat.SymDense
		for range rapid.IntRange(1, Width).Draw(rt, "lanes") {
			of = append(of, correlated(r, m, n))
		}
		s, err := New(m, o)
		if err != nil {
			rt.Fatal(err)
		}
		out := s.Solve(input(float64(n), rapid.SampledFrom([]int{8, 9, 64}).Draw(rt, "stride"), of...))
		table := s.Measure()
		for l, c := range of {
			e, err := pls.Estimate(m, moments(m, n, c), o)
			if err != nil {
				rt.Fatal(err)
			}
			if out.Degenerate>>l&1 == 1 {
				rt.Fatalf("lane %d is degenerate", l)
			}
			if converged := out.Converged>>l&1 == 1; converged != e.Converged || out.Iterations[l] != e.Iterations {
				rt.Fatalf("lane %d: %d iterations, converged %v; want %d, %v", l, out.Iterations[l], converged, e.Iterations, e.Converged)
			}
			if improper := judge(e); improper != (out.Inadmissible>>l&1 == 1) {
				rt.Fatalf("lane %d inadmissible: %v", l, !improper)
			}
			if !e.Converged {
				continue // a cycle without end, of which rounding shifts the phase
			}
			compare(rt, table, l, measured(e), rounding(e))
		}
	})
}

// Where constructs cannot be told apart the consistent correlations become
// improper: the lanes must say so when the generic path does.
func TestInadmissible(t *testing.T) {
	improper := 0
	rapid.Check(t, func(rt *rapid.T) {
		m := drawModel(rt)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		c := alike(r, m, 100, .2)
		s, err := New(m, pls.Options{Consistent: true})
		if err != nil {
			rt.Fatal(err)
		}
		e, err := pls.Estimate(m, moments(m, 100, c), pls.Options{Consistent: true})
		if err != nil {
			rt.Fatal(err)
		}
		out := s.Solve(input(100, Width, c))
		if out.Degenerate&1 == 1 {
			return // a pivot next to 0; the generic path decides
		}
		if judge(e) {
			improper++
		}
		if out.Inadmissible != 0 != judge(e) {
			rt.Fatalf("inadmissible %08b, want %v", out.Inadmissible, judge(e))
		}
		// Nearly singular correlations amplify the rounding of either side.
		for i, want := range measured(e) {
			if got := s.Measure()[i][0]; !close(want, got, 1e-7) {
				rt.Fatalf("statistic %d: %v, want %v", i, got, want)
			}
		}
	})
	if improper == 0 {
		t.Error("no sample was improper")
	}
}

func judge(e *estimate.Estimate) (improper bool) {
	for _, x := range e.Loadings {
		improper = improper || math.Abs(x) > mostAdmissible
	}
	for h := range e.R2 {
		improper = improper || e.R2[h] > mostAdmissible || e.Reliability[h] > mostAdmissible
	}
	var chol mat.Cholesky
	return improper || !chol.Factorize(e.Constructs)
}

// rounding is what two ways of computing an estimate may differ by. That of
// every iteration stays for as long as the convergence is slow.
func rounding(e *estimate.Estimate) float64 {
	return max(1e-12, 1e-14*float64(e.Iterations*e.Iterations))
}

func compare(t interface{ Fatalf(string, ...any) }, table []Vector, lane int, want []float64, tolerance float64) {
	if len(table) != len(want) {
		t.Fatalf("%d statistics, want %d", len(table), len(want))
	}
	for i, x := range want {
		if !close(x, table[i][lane], tolerance) {
			t.Fatalf("lane %d, statistic %d: %.17g, want %.17g", lane, i, table[i][lane], x)
		}
	}
}

// Models of the size that people have, with blocks too large for registers.
func TestAgreementOnSurveys(t *testing.T) {
	for _, shape := range append(shapes[1:4:4], shape{200, []int{12, 9, 14, 1}, [][]int{nil, nil, {0, 1}, {0, 1, 2}}}) {
		m := shape.model()
		of := shape.likert(m)
		for _, o := range []pls.Options{{}, {Consistent: true}, {Scheme: pls.Factorial}} {
			s, err := New(m, o)
			if err != nil {
				t.Fatal(err)
			}
			out := s.Solve(input(float64(shape.n), Width, of...))
			table := s.Measure()
			for l, c := range of {
				e, err := pls.Estimate(m, moments(m, shape.n, c), o)
				if err != nil {
					t.Fatal(err)
				}
				if out.Degenerate != 0 || out.Iterations[l] != e.Iterations {
					t.Errorf("%v, lane %d: degenerate %08b, %d iterations, want %d", shape, l, out.Degenerate, out.Iterations[l], e.Iterations)
				}
				compare(t, table, l, measured(e), 1e-12)
			}
		}
	}
}

// A construct alone, and one indicator alone, are no path models and still
// have sums.
func TestLonelySums(t *testing.T) {
	for _, p := range []int{1, 3} {
		m := &model.Model{Constructs: []model.Construct{{Name: "A", Indicators: []string{"x0", "x1", "x2"}[:p]}}}
		s, err := NewSum(m, estimate.Majority)
		if err != nil {
			t.Fatal(err)
		}
		c := identity(p, nil)
		for a := range p {
			for b := range a {
				c.SetSym(a, b, .3)
			}
		}
		out := s.Solve(input(40, Width, c))
		e, err := sumscore.Estimate(m, moments(m, 40, c), sumscore.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if out.Degenerate != 0xfe {
			t.Errorf("%d indicators: degenerate %08b", p, out.Degenerate)
		}
		compare(t, s.Measure(), 0, measured(e), 1e-12)
	}
}

func TestSums(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawModel(rt)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		c := correlated(r, m, 50)
		s, err := NewSum(m, estimate.Majority)
		if err != nil {
			rt.Fatal(err)
		}
		out := s.Solve(input(50, 8, c))
		if out.Converged != 1 || out.Degenerate != 0xfe || out.Iterations[0] != 0 {
			rt.Fatalf("%+v", out)
		}
		e, err := sumscore.Estimate(m, moments(m, 50, c), sumscore.Options{})
		if err != nil {
			rt.Fatal(err)
		}
		compare(rt, s.Measure(), 0, measured(e), 1e-12)
	})
}

func ExampleNew() {
	m, _ := model.Parse("Trust =~ t1 + t2\nUse =~ u1\nUse ~ Trust", model.ParseOptions{})
	s, err := New(m, pls.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	// Correlations t2 t1, u1 t1, u1 t2 of two resamples, then six empty lanes.
	r := []float64{
		.5, .4, 0, 0, 0, 0, 0, 0,
		.4, .3, 0, 0, 0, 0, 0, 0,
		.3, .5, 0, 0, 0, 0, 0, 0,
	}
	out := s.Solve(Input{R: r, Bad: 0b1111_1100})
	fmt.Printf("%.3f %.3f\n", out.Paths[0][0], out.Paths[0][1])
	// Output: 0.411 0.501
}

func TestRefused(t *testing.T) {
	for _, c := range []struct{ text, words string }{
		{"A =~ x0\nB =~ x1 + x2\nM =~ x3\nB ~ A + M + A:M", "interaction"},
		{"A =~ x0\nB =~ x2\nC =~ A + B\nD =~ x1\nD ~ C", "no indicators of its own"},
	} {
		if _, err := New(parse(t, c.text), pls.Options{}); err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%q: %v", c.text, err)
		}
	}
	one := func(names ...string) (out []model.Construct) {
		for _, name := range names {
			out = append(out, model.Construct{Name: name, Indicators: []string{name + "1", name + "2"}})
		}
		return out
	}
	for _, c := range []struct {
		m     model.Model
		words string
	}{
		{model.Model{}, "empty"},
		{model.Model{Constructs: one("A", "B"), Paths: []model.Path{{From: "A", To: "B"}, {From: "B", To: "A"}}}, "cycle"},
		{model.Model{Constructs: one("A", "B"), Paths: []model.Path{{From: "A", To: "B"}, {From: "A", To: "B"}}}, "twice"},
		{model.Model{Constructs: one("A", "B"), Paths: []model.Path{{From: "A", To: "C"}}}, "no construct"},
		{model.Model{Constructs: one("A", "B", "C"), Paths: []model.Path{{From: "A", To: "B"}}}, "C has no neighbours"},
	} {
		if _, err := New(&c.m, pls.Options{}); err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%q: %v", c.words, err)
		}
	}
}
