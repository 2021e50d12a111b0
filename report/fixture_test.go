package report

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	"plumb/examples"
	"plumb/finding"
	"plumb/frame"
	"plumb/study"
)

var nan = study.Number(math.NaN())

// village is the built-in study as its reference figures have it
// (examples/village/expected.json), so that the report is tested without an
// estimator.
func village(t testing.TB) *study.Result {
	t.Helper()
	text, err := examples.FS.ReadFile("village/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		PLS struct {
			N, Iterations int
			Weights       map[string]map[string]study.Number `json:"outer_weights"`
			Loadings      map[string]map[string]study.Number `json:"outer_loadings"`
			Cross         map[string]map[string]study.Number `json:"cross_loadings"`
			Paths         map[string]study.Number
			R2            map[string]study.Number `json:"r_squared"`
			R2Adjusted    map[string]study.Number `json:"adj_r_squared"`
			Reliability   map[string]struct {
				Alpha    study.Number
				AlphaRaw study.Number `json:"alpha_unstandardised"`
				RhoA     study.Number `json:"rho_A"`
				RhoC     study.Number `json:"rho_C"`
				AVE      study.Number
			}
			Correlations map[string]study.Number `json:"latent_correlations"`
			HTMT         map[string]study.Number
		}
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	pls := want.PLS
	constructs := []study.Construct{
		{Name: "CBE", Label: "Cross-border e-commerce", Kind: "reflective", Mode: "A", Indicators: []string{"OS1", "OS2", "OS3", "CS1", "CS2", "CS3", "RE1", "RE2", "RE3"}},
		{Name: "INF", Label: "Inflation", Kind: "reflective", Mode: "A", Indicators: []string{"INF1", "INF2", "INF3", "INF4"}},
		{Name: "FI", Label: "Family income", Kind: "reflective", Mode: "A", Indicators: []string{"FI1", "FI2", "FI3", "FI4"}},
	}
	names := []string{"CBE", "INF", "FI"}
	e := study.Estimate{Converged: true, Iterations: pls.Iterations}
	r := &study.Result{
		Plumb: "0.1.0", Title: "Cross-border e-commerce and household income in eleven villages",
		Data: study.Data{
			Source: frame.Source{File: "village_survey.csv", SHA256: "1c80e74c93b1706809fd238a2cc93b2a1c80e74c93b1706809fd238a2cc93b2a", Format: "csv", Bytes: 7000,
				Choices: []frame.Choice{{Name: "delimiter", Value: "comma"}, {Name: "encoding", Value: "utf-8"}}},
			Rows: pls.N, Cluster: "village",
		},
		Findings: finding.List{{Code: "missing-values", Severity: finding.Info, Place: finding.Place{File: "village_survey.csv", Column: "age"},
			Message: "Two of 62 rows have no age.", Hint: "No model uses the column."}},
	}
	for _, c := range constructs {
		for k, i := range c.Indicators {
			e.Weights = append(e.Weights, study.IndicatorRow{Construct: c.Name, Indicator: i, Estimate: pls.Weights[c.Name][i]})
			e.Loadings = append(e.Loadings, study.IndicatorRow{Construct: c.Name, Indicator: i, Estimate: pls.Loadings[c.Name][i]})
			e.Indicators = append(e.Indicators, study.ItemRow{Construct: c.Name, Indicator: i, Communality: pls.Loadings[c.Name][i] * pls.Loadings[c.Name][i], VIF: study.Number(1.5 + float64(k))})
			e.CrossLoadings.Rows = append(e.CrossLoadings.Rows, i)
			e.CrossLoadings.Values = append(e.CrossLoadings.Values, []study.Number{pls.Cross[i]["CBE"], pls.Cross[i]["INF"], pls.Cross[i]["FI"]})
			r.Data.Columns = append(r.Data.Columns, study.Column{Name: i, Label: "Question " + i, Kind: "number", Level: "ordinal",
				Mean: 3.25, SD: 1.375, Min: 1, Max: 5, Skewness: -0.25, Kurtosis: -1.125, Distinct: 5,
				Top: []study.Frequency{{Value: "1", Count: 8}, {Value: "2", Count: 12}, {Value: "3", Count: 14}, {Value: "4", Count: 12}, {Value: "5", Count: 16}}})
		}
		q := pls.Reliability[c.Name]
		row := study.ConstructRow{Name: c.Name, R2: nan, R2Adjusted: nan, Alpha: q.Alpha, AlphaRaw: q.AlphaRaw, RhoA: q.RhoA, RhoC: q.RhoC, AVE: q.AVE}
		if v, ok := pls.R2[c.Name]; ok {
			row.R2, row.R2Adjusted = v, pls.R2Adjusted[c.Name]
		}
		e.Constructs = append(e.Constructs, row)
	}
	e.CrossLoadings.Cols = names
	for _, to := range []string{"INF", "FI"} {
		b := pls.Paths["CBE->"+to]
		e.Paths = append(e.Paths, study.PathRow{From: "CBE", To: to, Estimate: b, F2: b * b / (1 - b*b), VIF: 1})
		e.Total = append(e.Total, study.EffectRow{From: "CBE", To: to, Estimate: b})
		e.Selection = append(e.Selection, study.SelectionRow{Construct: to, AIC: -63.5, AICc: -63.1, AICu: -60, BIC: -59.25, FPE: .351, GM: 66.5, HQ: -61.875, HQc: -61.5, Cp: 2})
	}
	lower := func(values map[string]study.Number, diagonal func(string) study.Number) study.Matrix {
		m := study.Matrix{Rows: names, Cols: names}
		for i, a := range names {
			row := []study.Number{nan, nan, nan}
			for j, b := range names[:i] {
				row[j] = values[b+"~"+a]
			}
			row[i] = diagonal(a)
			m.Values = append(m.Values, row)
		}
		return m
	}
	none := func(string) study.Number { return nan }
	e.ConstructCorrelations = lower(pls.Correlations, func(string) study.Number { return 1 })
	e.FornellLarcker = lower(pls.Correlations, func(c string) study.Number {
		return study.Number(math.Sqrt(float64(pls.Reliability[c].AVE)))
	})
	e.HTMT, e.HTMTSigned, e.HTMT2 = lower(pls.HTMT, none), lower(pls.HTMT, none), lower(pls.HTMT, none)
	fit := study.FitRow{SRMR: .1125, DULS: 1.9375, DG: 2.375, NFI: .625, Chi2: 412.5, DF: 116}
	e.Fit = study.Fit{Saturated: fit, Estimated: study.FitRow{SRMR: .125, DULS: 2.25, DG: 2.5, NFI: .6125, Chi2: 425.25, DF: 117}, Blocks: "as declared", RMSTheta: .25}
	e.Fit.AsComposites = &study.FitPair{Saturated: fit, Estimated: fit}
	e.Admissibility = []study.Verdict{{Question: "Did the algorithm converge?", Pass: true}, {Question: "Are all loadings at most 1?", Pass: true, Detail: "largest .983 (INF3)"}}
	r.Models = []study.Fitted{{
		Name: "Cross-border e-commerce, inflation and family income", RowsUsed: pls.N,
		Settings: study.Settings{Estimator: "pls", Scheme: "path", Missing: "listwise", Tolerance: 1e-7, MaxIterations: 3000, Orientation: "majority of loadings positive", Seed: 1},
		Model: study.Model{Text: "CBE =~ OS1 + OS2 + OS3 + CS1 + CS2 + CS3 + RE1 + RE2 + RE3\nINF =~ INF1 + INF2 + INF3 + INF4\nFI =~ FI1 + FI2 + FI3 + FI4\nINF ~ CBE\nFI ~ CBE\n",
			Constructs: constructs, Paths: []study.Path{{From: "CBE", To: "INF"}, {From: "CBE", To: "FI"}}},
		Estimate: e,
		Hypotheses: []study.Hypothesis{{Name: "H1", Claim: "CBE -> FI > 0", Estimate: pls.Paths["CBE->FI"], Verdict: "direction agrees"},
			{Name: "H2", Claim: "CBE -> INF > 0", Estimate: pls.Paths["CBE->INF"], Verdict: "direction agrees"}},
	}}
	return r
}

// hostile are construct names that a report must survive.
var hostile = []string{
	`<script>alert("1")</script>`, "客户满意度与品牌忠诚度的总体评价", "Müşteri bağlılığı ve İstanbul'da değer algısı",
	"Perceived organisational responsibility towards neighbouring communities", "A & B", "\x1b[31mred", `back\slash "quoted"`, "loyalty",
}

// large is a study of 8 constructs and 31 indicators made by a formula: names
// that a report must survive, a formative block, missing numbers, findings of
// every severity.
func large() *study.Result {
	value := func(i, j int) study.Number { return study.Number(math.Sin(float64(3*i+7*j)) * .95) }
	var e study.Estimate
	e.Iterations = 300
	var m study.Model
	r := &study.Result{Plumb: "0.1.0", Title: `A <large> & "hostile" study`, Data: study.Data{Source: frame.Source{File: "data <b>.csv", SHA256: "00ff"}, Rows: 344}}
	item := 0
	for k, name := range hostile {
		c := study.Construct{Name: name, Kind: "reflective", Mode: "A"}
		n := 4
		switch k {
		case 0, 3:
			n = 5
		case 2:
			c.Kind, c.Mode = "composite", "B"
		case 7:
			c.Kind, n = "single", 1
		}
		row := study.ConstructRow{Name: name, R2: nan, R2Adjusted: nan, Alpha: study.Number(.55 + .06*float64(k)), RhoA: study.Number(.6 + .05*float64(k)), RhoC: .8, AVE: study.Number(.4 + .03*float64(k)), AlphaRaw: nan}
		if c.Mode == "B" {
			row.Alpha, row.RhoA, row.RhoC, row.AVE, row.Reason = nan, nan, nan, nan, "a formative block has no internal consistency"
		}
		for range n {
			id := fmt.Sprintf("item_%02d", item+1)
			c.Indicators = append(c.Indicators, id)
			e.Loadings = append(e.Loadings, study.IndicatorRow{Construct: name, Indicator: id, Estimate: value(item, k)})
			e.Weights = append(e.Weights, study.IndicatorRow{Construct: name, Indicator: id, Estimate: value(k, item) / 3})
			e.Indicators = append(e.Indicators, study.ItemRow{Construct: name, Indicator: id, Communality: value(item, k) * value(item, k), VIF: study.Number(1 + float64(item)/5)})
			e.CrossLoadings.Rows = append(e.CrossLoadings.Rows, id)
			values := make([]study.Number, len(hostile))
			for j := range values {
				values[j] = value(item, j)
			}
			e.CrossLoadings.Values = append(e.CrossLoadings.Values, values)
			col := study.Column{Name: id, Label: "Wie <b>zufrieden</b> sind Sie & 问题 " + id, Kind: "number", Missing: item % 3, Mean: study.Number(item) * 1000, SD: 1.2, Min: -3, Max: 40000, Skewness: nan, Kurtosis: nan, Distinct: 40}
			r.Data.Columns = append(r.Data.Columns, col)
			item++
		}
		for j := range k {
			if (j+k)%3 == 0 {
				continue
			}
			m.Paths = append(m.Paths, study.Path{From: hostile[j], To: name})
			e.Paths = append(e.Paths, study.PathRow{From: hostile[j], To: name, Estimate: value(j, k), F2: study.Number(float64(j*k) / 60), VIF: study.Number(1 + float64(j))})
			e.Total = append(e.Total, study.EffectRow{From: hostile[j], To: name, Estimate: value(j, k) + .1})
			row.R2, row.R2Adjusted = study.Number(.2+.1*float64(k)), study.Number(.19+.1*float64(k))
		}
		e.Constructs = append(e.Constructs, row)
		m.Constructs = append(m.Constructs, c)
	}
	e.Paths[3].Estimate = nan
	e.Indirect = []study.SpecificRow{{Path: hostile[:4], Estimate: -.0004}, {Path: []string{hostile[0], hostile[1], hostile[7]}, Estimate: .212}}
	e.TotalIndirect = []study.EffectRow{{From: e.Total[0].From, To: e.Total[0].To, Estimate: .1}}
	square := func(scale study.Number) study.Matrix {
		x := study.Matrix{Rows: hostile, Cols: hostile}
		for i := range hostile {
			row := make([]study.Number, len(hostile))
			for j := range row {
				row[j] = nan
				if j < i && i != 2 && j != 2 {
					row[j] = study.Number(math.Abs(float64(value(i, j)))) * scale
				}
			}
			x.Values = append(x.Values, row)
		}
		return x
	}
	e.CrossLoadings.Cols = slices.Clone(hostile)
	e.ConstructCorrelations, e.FornellLarcker = square(.8), square(.8)
	for i := range hostile {
		e.FornellLarcker.Values[i][i] = study.Number(math.Sqrt(float64(e.Constructs[i].AVE)))
	}
	e.HTMT, e.HTMTSigned, e.HTMT2 = square(1.1), square(1), square(1.2)
	e.Fit = study.Fit{Saturated: study.FitRow{SRMR: .05, DULS: .3, DG: nan, NFI: .9, Chi2: 1234.5, DF: 406}, Estimated: study.FitRow{SRMR: .08, DULS: .4, DG: nan, NFI: .88, Chi2: 1300, DF: 410}, Blocks: "as declared", RMSTheta: nan}
	e.Admissibility = []study.Verdict{{Question: "Did the algorithm converge?", Detail: "not in 300 iterations"}}
	var notes finding.List
	for i := range 14 {
		notes = append(notes, finding.Finding{Code: "made-up", Severity: finding.Severity(i % 3), Place: finding.Place{File: "data <b>.csv", Row: i + 2, Column: "item_01", Construct: hostile[i%8]},
			Message: fmt.Sprintf("Cell %d holds <i>text</i> where a number should stand, so the row is left out of every model that uses the column.", i), Hint: "Mend the cell & read again."})
	}
	r.Findings = notes[:7]
	r.Models = []study.Fitted{{RowsUsed: 336, Settings: study.Settings{Estimator: "plsc", Scheme: "factorial", Missing: "mean", Tolerance: 1e-7, MaxIterations: 300}, Model: m, Estimate: e, Findings: notes[7:]}}
	return r
}
