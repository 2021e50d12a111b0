package pls_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

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

// population is a path model with known parameters: constructs in causal
// order, each with weights or loadings for its indicators.
type population struct {
	text    string
	paths   map[[2]int]float64 // {to, from}
	exo     map[[2]int]float64 // correlations of exogenous constructs
	load    [][]float64
	within  func(h, a, b int) float64 // correlation of indicators a, b of construct h
	weights [][]float64               // for composites
}

// constructs returns the construct correlations that the paths imply.
func (p population) constructs() *mat.SymDense {
	n := len(p.load)
	c := mat.NewSymDense(n, nil)
	for i := range n {
		c.SetSym(i, i, 1)
		for k := range i {
			r := p.exo[[2]int{i, k}]
			for from := range i {
				if b, ok := p.paths[[2]int{i, from}]; ok {
					r += b * c.At(from, k)
				}
			}
			c.SetSym(i, k, r)
		}
	}
	return c
}

// moments returns the population as a Set of n cases.
func (p population) moments(m *model.Model, n int) *moment.Set {
	c := p.constructs()
	names := m.Indicators()
	cov := make([][]float64, len(names))
	row := 0
	for h, lh := range p.load {
		for a, la := range lh {
			cov[row] = make([]float64, len(names))
			col := 0
			for k, lk := range p.load {
				for b, lb := range lk {
					switch {
					case h == k && a == b:
						cov[row][col] = 1
					case h == k:
						cov[row][col] = p.within(h, a, b)
					default:
						cov[row][col] = la * c.At(h, k) * lb
					}
					col++
				}
			}
			row++
		}
	}
	return moment.FromCovariance(names, n, cov, nil)
}

func check(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: %.15g, want %.15g", what, got, want)
	}
}

// Consistent PLS finds the parameters of a population of common factors.
func TestPLScRecoversFactors(t *testing.T) {
	p := population{
		text:  "A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3 + b4\nC =~ c1 + c2\nD =~ d1\nC ~ A + B\nD ~ C + A",
		paths: map[[2]int]float64{{2, 0}: .4, {2, 1}: -.3, {3, 2}: .5, {3, 0}: .2},
		exo:   map[[2]int]float64{{1, 0}: .35},
		load:  [][]float64{{.9, .8, .7}, {.6, .75, .85, .7}, {.8, .65}, {1}},
	}
	p.within = func(h, a, b int) float64 { return p.load[h][a] * p.load[h][b] }
	m := parse(t, p.text)
	for _, scheme := range []pls.Scheme{pls.Path, pls.Factorial, pls.Centroid} {
		e, err := pls.Estimate(m, p.moments(m, 200), pls.Options{Scheme: scheme, Consistent: true, Tolerance: 1e-15})
		if err != nil {
			t.Fatal(err)
		}
		recovered(t, e, p)
	}
}

// Mode B finds the weights and paths of a population of composites.
func TestModeBRecoversComposites(t *testing.T) {
	p := population{
		text:    "A <~ a1 + a2 + a3\nB <~ b1 + b2\nC <~ c1 + c2 + c3\nB ~ A\nC ~ A + B",
		paths:   map[[2]int]float64{{1, 0}: .5, {2, 0}: .3, {2, 1}: .4},
		weights: [][]float64{{.6, .4, .2}, {.3, .8}, {.5, .5, -.2}},
	}
	inner := [][]float64{{.2, .3, .4}, {.25}, {.1, .35, .15}} // pairs 12, 13, 23
	p.within = func(h, a, b int) float64 {
		if a > b {
			a, b = b, a
		}
		return inner[h][a+b-1]
	}
	for h, w := range p.weights { // scale to unit variance, then loadings = R w
		load := make([]float64, len(w))
		variance := 0.0
		for a := range w {
			for b := range w {
				r := 1.0
				if a != b {
					r = p.within(h, a, b)
				}
				load[a] += r * w[b]
			}
			variance += load[a] * w[a]
		}
		for a := range w {
			w[a] /= math.Sqrt(variance)
			load[a] /= math.Sqrt(variance)
		}
		p.load = append(p.load, load)
	}
	m := parse(t, p.text)
	for _, scheme := range []pls.Scheme{pls.Path, pls.Factorial, pls.Centroid} {
		e, err := pls.Estimate(m, p.moments(m, 200), pls.Options{Scheme: scheme, Tolerance: 1e-15})
		if err != nil {
			t.Fatal(err)
		}
		recovered(t, e, p)
		for h, w := range p.weights {
			for a, want := range w {
				check(t, fmt.Sprintf("weight %d of %d", a, h), e.Weights[e.Blocks[h].First+a], want, 1e-10)
			}
		}
	}
}

func recovered(t *testing.T, e *estimate.Estimate, p population) {
	t.Helper()
	if !e.Converged || len(e.Findings) > 0 {
		t.Errorf("converged %v, findings %v", e.Converged, e.Findings)
	}
	for to := range p.load {
		for from := range p.load {
			check(t, fmt.Sprintf("path %d -> %d", from, to), e.Paths.At(to, from), p.paths[[2]int{to, from}], 1e-10)
		}
		for a, want := range p.load[to] {
			check(t, fmt.Sprintf("loading %d of %d", a, to), e.Loadings[e.Blocks[to].First+a], want, 1e-10)
		}
	}
	c := p.constructs()
	for i := range p.load {
		for k := range i {
			check(t, "construct correlation", e.Constructs.At(i, k), c.At(i, k), 1e-10)
		}
	}
}

// correlations draws a random positive definite correlation matrix that is
// also that of n rows of data.
func correlations(r *rand.Rand, p int) [][]float64 {
	const n = 60
	rows := mat.NewDense(n, p, nil)
	for i := range n {
		common := r.NormFloat64()
		for j := range p {
			rows.Set(i, j, .8*common+r.NormFloat64())
		}
	}
	out := make([][]float64, p)
	cov := mat.NewSymDense(p, nil)
	cov.SymOuterK(1, rows.T())
	for i := range out {
		out[i] = make([]float64, p)
		for j := range out[i] {
			out[i][j] = cov.At(i, j) / n
		}
	}
	return out
}

// Scales of the columns, the order of the constructs, of the indicators within
// a block and of the model lines are conventions: nothing that is estimated may
// depend on them.
func TestInvariance(t *testing.T) {
	const text = "A =~ x0 + x1 + x2\nB <~ x3 + x4\nC =~ x5\nD =~ x6 + x7 + x8\nB ~ A\nD ~ A + B + C"
	const other = "D ~ C + B\nD =~ x8 + x6 + x7\nC =~ x5\nB <~ x4 + x3\nA =~ x1 + x2 + x0\nB ~ A\nD ~ A"
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "seed")
		r := rand.New(rand.NewPCG(seed, 1))
		cov := correlations(r, 9)
		names := make([]string, 9)
		scaled := make([][]float64, 9)
		scale := make([]float64, 9)
		for i := range names {
			names[i] = fmt.Sprintf("x%d", i)
			scale[i] = math.Exp(3 * r.NormFloat64())
		}
		for i := range scaled {
			scaled[i] = make([]float64, 9)
			for j := range scaled[i] {
				scaled[i][j] = cov[i][j] * scale[i] * scale[j]
			}
		}
		o := pls.Options{
			Scheme:     rapid.SampledFrom([]pls.Scheme{pls.Path, pls.Factorial, pls.Centroid}).Draw(rt, "scheme"),
			Consistent: rapid.Bool().Draw(rt, "consistent"),
			Tolerance:  1e-15, MaxIterations: 5000,
		}
		m, changed := parse(t, text), parse(t, other)
		e, err := pls.Estimate(m, moment.FromCovariance(names, 60, cov, nil), o)
		if err != nil {
			rt.Fatal(err)
		}
		f, err := pls.Estimate(changed, moment.FromCovariance(names, 60, scaled, nil), o)
		if err != nil {
			rt.Fatal(err)
		}
		if e.Converged != f.Converged || !e.Converged {
			return // near a tie the iteration may end elsewhere; nothing to compare
		}
		for i, a := range e.Indicators {
			k := indexOf(f.Indicators, a)
			if math.Abs(e.Weights[i]-f.Weights[k]) > 1e-9 || math.Abs(e.Loadings[i]-f.Loadings[k]) > 1e-9*math.Max(1, math.Abs(e.Loadings[i])) {
				rt.Fatalf("%s: weight %v, %v; loading %v, %v", a, e.Weights[i], f.Weights[k], e.Loadings[i], f.Loadings[k])
			}
		}
		for _, p := range m.Paths {
			x := e.Paths.At(m.Index(p.To), m.Index(p.From))
			y := f.Paths.At(changed.Index(p.To), changed.Index(p.From))
			if math.Abs(x-y) > 1e-8*math.Max(1, math.Abs(x)) {
				rt.Fatalf("%s -> %s: %v, %v", p.From, p.To, x, y)
			}
		}
	})
}

func indexOf(list []string, s string) int {
	for i, x := range list {
		if x == s {
			return i
		}
	}
	return -1
}

// identity returns uncorrelated variables but for the pairs given.
func identity(p int, pairs map[[2]int]float64) [][]float64 {
	out := make([][]float64, p)
	for i := range out {
		out[i] = make([]float64, p)
		out[i][i] = 1
	}
	for k, r := range pairs {
		out[k[0]][k[1]], out[k[1]][k[0]] = r, r
	}
	return out
}

// Trouble that leaves numbers is a finding beside them; no number is NaN.
func TestGradedTrouble(t *testing.T) {
	names := func(p int) []string {
		out := make([]string, p)
		for i := range out {
			out[i] = fmt.Sprintf("x%d", i)
		}
		return out
	}
	for _, c := range []struct {
		name, text string
		cov        [][]float64
		n          int
		o          pls.Options
		code       string
	}{
		{"one iteration is not enough", "A =~ x0 + x1\nB =~ x2 + x3\nB ~ A",
			identity(4, map[[2]int]float64{{0, 1}: .5, {2, 3}: .3, {0, 2}: .4, {1, 3}: .1, {0, 3}: .2}), 50, pls.Options{MaxIterations: 1}, "not-converged"},
		{"nothing in common", "A =~ x0 + x1\nB =~ x2 + x3\nB ~ A", identity(4, nil), 50, pls.Options{}, "not-converged"},
		{"a block without a common factor", "A =~ x0 + x1\nB =~ x2 + x3\nB ~ A",
			identity(4, map[[2]int]float64{{0, 1}: -.2, {2, 3}: .5, {0, 2}: .4, {1, 3}: .4, {0, 3}: .3, {1, 2}: .3}), 50, pls.Options{Consistent: true}, "above-one"},
		{"two names of one factor", "A =~ x0 + x1\nB =~ x2 + x3\nC =~ x4\nC ~ A + B",
			identity(5, map[[2]int]float64{{0, 1}: .3, {2, 3}: .3, {0, 2}: .5, {1, 3}: .5, {0, 3}: .5, {1, 2}: .5, {0, 4}: .2, {2, 4}: .3}), 50, pls.Options{Consistent: true}, "above-one"},
		{"a total beside its parts", "A <~ x0 + x1 + x2\nB =~ x3\nB ~ A",
			identity(4, map[[2]int]float64{{0, 2}: math.Sqrt2 / 2, {1, 2}: math.Sqrt2 / 2, {0, 3}: .3, {1, 3}: .1, {2, 3}: .4 * math.Sqrt2 / 2}), 50, pls.Options{}, "collinear-block"},
		{"the same predictor twice", "A =~ x0\nB =~ x1\nC =~ x2\nC ~ A + B",
			identity(3, map[[2]int]float64{{0, 1}: 1, {0, 2}: .4, {1, 2}: .4}), 50, pls.Options{}, "collinear-predictors"},
		{"as many predictors as cases", "A =~ x0\nB =~ x1\nC =~ x2\nC ~ A + B",
			identity(3, map[[2]int]float64{{0, 2}: .4, {1, 2}: .4}), 3, pls.Options{}, "few-cases"},
		{"Mode B and consistent", "A =~ x0 + x1 [B]\nB =~ x2 + x3\nB ~ A",
			identity(4, map[[2]int]float64{{0, 1}: .5, {2, 3}: .5, {0, 2}: .4, {1, 3}: .3, {0, 3}: .3, {1, 2}: .2}), 50, pls.Options{Consistent: true}, "mode-b-factor"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, err := pls.Estimate(parse(t, c.text), moment.FromCovariance(names(len(c.cov)), c.n, c.cov, nil), c.o)
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, f := range e.Findings {
				found = found || string(f.Code) == c.code
				if f.Message == "" || f.Hint == "" {
					t.Errorf("a finding without words: %+v", f)
				}
			}
			if !found {
				t.Errorf("no %s among %v", c.code, e.Findings)
			}
			for i := range e.Weights {
				if math.IsNaN(e.Weights[i]) || math.IsNaN(e.Loadings[i]) {
					t.Errorf("%s: weight %v, loading %v", e.Indicators[i], e.Weights[i], e.Loadings[i])
				}
			}
			for _, v := range e.Paths.RawMatrix().Data {
				if math.IsNaN(v) {
					t.Error("a path is NaN")
				}
			}
		})
	}
}

func TestErrors(t *testing.T) {
	constant := identity(3, nil)
	constant[1][1] = 0
	for _, c := range []struct{ text, code string }{
		{"A =~ x0\nB =~ x1 + x2\nB ~ A", "constant-column"},
		{"A =~ x0\nB =~ x2\nC =~ A + B\nD =~ x1\nD ~ C", "not-linear"},
	} {
		_, err := pls.Estimate(parse(t, c.text), moment.FromCovariance([]string{"x0", "x1", "x2"}, 20, constant, nil), pls.Options{})
		if err == nil || !strings.Contains(err.Error(), c.code) {
			t.Errorf("%q: %v, want %s", c.text, err, c.code)
		}
	}
}

// Two items with opposite signs and the turn of a whole construct.
func TestOrientation(t *testing.T) {
	m := parse(t, "A =~ x0 + x1 + x2\nB =~ x3\nB ~ A")
	cov := identity(4, map[[2]int]float64{{0, 1}: -.6, {0, 2}: -.5, {1, 2}: .6, {0, 3}: .5, {1, 3}: -.4, {2, 3}: -.4})
	s := moment.FromCovariance([]string{"x0", "x1", "x2", "x3"}, 50, cov, nil)
	for _, c := range []struct {
		o     estimate.Orientation
		first float64 // sign of the loading of x0
	}{{estimate.OrientationDefault, -1}, {estimate.Majority, -1}, {estimate.Dominant, 1}} {
		e, err := pls.Estimate(m, s, pls.Options{Orientation: c.o})
		if err != nil {
			t.Fatal(err)
		}
		if e.Loadings[0]*c.first <= 0 || e.Loadings[0]*e.Paths.At(1, 0) <= 0 {
			t.Errorf("%v: loading %v, path %v", c.o, e.Loadings[0], e.Paths.At(1, 0))
		}
	}
}

func TestSumScore(t *testing.T) {
	m := parse(t, "A =~ x0 + x1\nB =~ x2\nB ~ A")
	cov := [][]float64{{4, 1, 1}, {1, 1, .6}, {1, .6, 1}}
	s := moment.FromCovariance([]string{"x0", "x1", "x2"}, 30, cov, nil)
	e, err := sumscore.Estimate(m, s, sumscore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	check(t, "standardised sum", e.Paths.At(1, 0), (.5+.6)/math.Sqrt(1+1+2*.5), 1e-15)
	if e, err = sumscore.Estimate(m, s, sumscore.Options{Raw: true}); err != nil {
		t.Fatal(err)
	}
	check(t, "raw sum", e.Paths.At(1, 0), (1+.6)/math.Sqrt(4+1+2), 1e-15)
	if !math.IsNaN(e.RhoA[0]) || e.RhoA[1] != 1 || !e.Converged {
		t.Errorf("rho_A %v, converged %v", e.RhoA, e.Converged)
	}
}

func ExampleEstimate() {
	m, _ := model.Parse("Trust =~ t1 + t2\nUse =~ u1\nUse ~ Trust", model.ParseOptions{})
	// A published correlation matrix of 120 cases.
	s := moment.FromCovariance([]string{"t1", "t2", "u1"}, 120,
		[][]float64{{1, .5, .4}, {.5, 1, .3}, {.4, .3, 1}}, nil)
	e, err := pls.Estimate(m, s, pls.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("Trust -> Use %.3f, R2 %.3f\n", e.Paths.At(1, 0), e.R2[1])
	// Output: Trust -> Use 0.411, R2 0.169
}

func BenchmarkEstimate(b *testing.B) {
	m := parse(b, "A =~ x0 + x1 + x2 + x3\nB =~ x4 + x5 + x6 + x7\nC =~ x8 + x9 + x10\nD =~ x11 + x12 + x13\nB ~ A\nC ~ A + B\nD ~ B + C")
	names := m.Indicators()
	s := moment.FromCovariance(names, 60, correlations(rand.New(rand.NewPCG(1, 1)), len(names)), nil)
	for b.Loop() {
		if _, err := pls.Estimate(m, s, pls.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
