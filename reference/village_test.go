package reference

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"gonum.org/v1/gonum/mat"

	"plumb/frame"
	"plumb/model"
	"plumb/moment"
	"plumb/pls"
	"plumb/study"
)

// TestVillage runs the built-in study as a user does and holds its figures to
// those of separately written R code, and to the paper's printed ones.
func TestVillage(t *testing.T) {
	b, err := os.ReadFile("../examples/village/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		PLS struct {
			N              int
			OuterWeights   map[string]map[string]float64 `json:"outer_weights"`
			OuterLoadings  map[string]map[string]float64 `json:"outer_loadings"`
			CrossLoadings  map[string]map[string]float64 `json:"cross_loadings"`
			Paths          map[string]float64
			PaperPaths     map[string]float64 `json:"paper_paths"`
			R2             map[string]float64 `json:"r_squared"`
			R2Adjusted     map[string]float64 `json:"adj_r_squared"`
			Reliability    map[string]json.RawMessage
			HTMT           map[string]float64
			Latent         map[string]float64 `json:"latent_correlations"`
			FornellLarcker struct {
				SqrtAVE map[string]float64 `json:"sqrt_AVE"`
			} `json:"fornell_larcker"`
		} `json:"pls"`
	}
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	s, findings := study.Load("../examples/village")
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	s.Models[0].Estimate.Tolerance = 1e-14 // the reference stopped at 1e-15
	r, err := study.Run(t.Context(), s, study.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	f := r.Models[0]
	if f.RowsUsed != want.PLS.N {
		t.Errorf("%d rows used, want %d", f.RowsUsed, want.PLS.N)
	}
	compared := 0
	is := func(what string, got study.Number, want float64) {
		t.Helper()
		compared++
		if !(math.Abs(float64(got)-want) <= 1e-8) {
			t.Errorf("%s: %.12g, want %.12g", what, float64(got), want)
		}
	}
	for _, w := range f.Estimate.Weights {
		is("weight "+w.Indicator, w.Estimate, want.PLS.OuterWeights[w.Construct][w.Indicator])
	}
	for _, l := range f.Estimate.Loadings {
		is("loading "+l.Indicator, l.Estimate, want.PLS.OuterLoadings[l.Construct][l.Indicator])
	}
	cross := f.Estimate.CrossLoadings
	for i, item := range cross.Rows {
		for j, construct := range cross.Cols {
			is("cross-loading "+item, cross.Values[i][j], want.PLS.CrossLoadings[item][construct])
		}
	}
	for _, p := range f.Estimate.Paths {
		name := p.From + "->" + p.To
		is(name, p.Estimate, want.PLS.Paths[name])
		if math.Abs(float64(p.Estimate)-want.PLS.PaperPaths[name]) > .0005 {
			t.Errorf("%s: %v, the paper has %v", name, p.Estimate, want.PLS.PaperPaths[name])
		}
	}
	for h, c := range f.Estimate.Constructs {
		var rel struct {
			Alpha          float64 `json:"alpha"`
			Unstandardised float64 `json:"alpha_unstandardised"`
			RhoA           float64 `json:"rho_A"`
			RhoC           float64 `json:"rho_C"`
			AVE            float64
			Paper          struct {
				Alpha float64 `json:"alpha"`
				RhoA  float64 `json:"rho_A"`
				RhoC  float64 `json:"rho_C"`
				AVE   float64
			}
		}
		if err := json.Unmarshal(want.PLS.Reliability[c.Name], &rel); err != nil {
			t.Fatal(err)
		}
		is(c.Name+" alpha", c.Alpha, rel.Alpha)
		is(c.Name+" raw alpha", c.AlphaRaw, rel.Unstandardised)
		is(c.Name+" rho_A", c.RhoA, rel.RhoA)
		is(c.Name+" rho_C", c.RhoC, rel.RhoC)
		is(c.Name+" AVE", c.AVE, rel.AVE)
		for what, pair := range map[string][2]float64{"alpha": {float64(c.Alpha), rel.Paper.Alpha}, "rho_A": {float64(c.RhoA), rel.Paper.RhoA},
			"rho_C": {float64(c.RhoC), rel.Paper.RhoC}, "AVE": {float64(c.AVE), rel.Paper.AVE}} {
			if math.Abs(pair[0]-pair[1]) > .0005 {
				t.Errorf("%s %s: %v, the paper has %v", c.Name, what, pair[0], pair[1])
			}
		}
		if v, ok := want.PLS.R2[c.Name]; ok {
			is(c.Name+" R2", c.R2, v)
			is(c.Name+" adjusted R2", c.R2Adjusted, want.PLS.R2Adjusted[c.Name])
		}
		is(c.Name+" sqrt AVE", f.Estimate.FornellLarcker.Values[h][h], want.PLS.FornellLarcker.SqrtAVE[c.Name])
		for k := range h {
			pair := f.Estimate.HTMT.Rows[k] + "~" + c.Name
			is("HTMT "+pair, f.Estimate.HTMT.Values[h][k], want.PLS.HTMT[pair])
			is("correlation "+pair, f.Estimate.ConstructCorrelations.Values[h][k], want.PLS.Latent[pair])
		}
	}
	if compared < 110 {
		t.Errorf("only %d figures compared", compared)
	}
	for _, h := range f.Hypotheses {
		// The paper finds both effects significant.
		if h.Verdict != study.VerdictSupported {
			t.Errorf("%s: %s", h.Name, h.Verdict)
		}
	}
}

// TestRowsWithPopulationCovariance draws rows whose sample covariance equals
// that of a population of common factors to rounding, and asks consistent PLS
// for the population's parameters back: the whole way from rows to paths.
func TestRowsWithPopulationCovariance(t *testing.T) {
	load := [][]float64{{.8, .7, .9}, {.75, .85, .65}, {.7, .9}}
	phi := mat.NewSymDense(3, []float64{1, .5, .5*.3 + .2, .5, 1, .3 + .5*.2, .5*.3 + .2, .3 + .5*.2, 1})
	const p, n = 8, 150
	sigma := mat.NewSymDense(p, nil)
	owner, l := []int{}, []float64{}
	for h, row := range load {
		for _, x := range row {
			owner, l = append(owner, h), append(l, x)
		}
	}
	for a := range p {
		for b := range a {
			sigma.SetSym(a, b, l[a]*phi.At(owner[a], owner[b])*l[b])
		}
		sigma.SetSym(a, a, 1)
	}
	// Orthonormal, centred columns times the root of sigma.
	r := rand.New(rand.NewPCG(7, 7))
	raw := mat.NewDense(n, p+1, nil)
	for i := range n {
		raw.Set(i, 0, 1)
		for j := 1; j <= p; j++ {
			raw.Set(i, j, r.NormFloat64())
		}
	}
	var qr mat.QR
	qr.Factorize(raw)
	var q mat.Dense
	qr.QTo(&q)
	var chol mat.Cholesky
	if !chol.Factorize(sigma) {
		t.Fatal("population not positive definite")
	}
	var lower mat.TriDense
	chol.LTo(&lower)
	var rows mat.Dense
	rows.Mul(q.Slice(0, n, 1, p+1), lower.T())
	f := &frame.Frame{Rows: n, FirstSheetRow: 2}
	names := []string{"a1", "a2", "a3", "b1", "b2", "b3", "c1", "c2"}
	for j, name := range names {
		c := &frame.Column{Name: name, Numbers: make([]float64, n)}
		for i := range n {
			c.Numbers[i] = 50 + 10*math.Sqrt(n-1)*rows.At(i, j)
		}
		f.Columns = append(f.Columns, c)
	}
	m, findings := model.Parse("A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3\nC =~ c1 + c2\nB ~ A\nC ~ A + B", model.ParseOptions{})
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	s, _, err := moment.Compute(f, m.Indicators(), moment.Options{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := pls.Estimate(m, s, pls.Options{Consistent: true, Tolerance: 1e-15})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		to, from int
		b        float64
	}{{1, 0, .5}, {2, 0, .2}, {2, 1, .3}} {
		if got := e.Paths.At(want.to, want.from); math.Abs(got-want.b) > 1e-10 {
			t.Errorf("path %d -> %d: %.14g, want %g", want.from, want.to, got, want.b)
		}
	}
	for a, want := range l {
		if math.Abs(e.Loadings[a]-want) > 1e-10 {
			t.Errorf("loading of %s: %.14g, want %g", names[a], e.Loadings[a], want)
		}
	}
}
