package report

import (
	"math"
	"testing"

	"plumb/study"
)

// resampled gives every number of a model an uncertainty by formula: a standard
// error of spread (1 - x²), as correlations have, with normal intervals and p
// values. Numbers that do not exist have none, and what is 1 for certain has a
// standard error of 0.
func resampled(f *study.Fitted, spread float64) *study.Inference {
	i := &study.Inference{Method: "bootstrap", Units: "rows", UnitCount: f.RowsUsed, Replicates: 5000, Used: 5000, Kept: true,
		Seed: 20230903, Interval: "percentile", Level: .95, Sides: "two-sided", Adjustment: "none"}
	of := func(x study.Number) study.Uncertainty {
		switch {
		case !x.Exists():
			return unknown
		case x == 1:
			return study.Uncertainty{Estimate: 1, Mean: 1, T: nan, P: nan, CI: [2]study.Number{1, 1}, PAdjusted: nan}
		}
		se := spread * math.Max(.01, math.Abs(1-float64(x*x)))
		z := float64(x) / se
		return study.Uncertainty{Estimate: x, Mean: x + .001, Bias: .001, SE: study.Number(se), T: study.Number(z), P: study.Number(math.Erfc(math.Abs(z) / math.Sqrt2)),
			CI: [2]study.Number{x - study.Number(1.96*se), x + study.Number(1.96*se)}, PAdjusted: nan}
	}
	measured := func(x study.Number) study.Uncertainty {
		u := of(x)
		u.T, u.P = nan, nan
		return u
	}
	e := f.Estimate
	for k := range e.Weights {
		i.Weights = append(i.Weights, study.IndicatorInference{Construct: e.Weights[k].Construct, Indicator: e.Weights[k].Indicator, Uncertainty: of(e.Weights[k].Estimate)})
		i.Loadings = append(i.Loadings, study.IndicatorInference{Construct: e.Loadings[k].Construct, Indicator: e.Loadings[k].Indicator, Uncertainty: of(e.Loadings[k].Estimate)})
	}
	for _, p := range e.Paths {
		i.Paths = append(i.Paths, study.EffectInference{From: p.From, To: p.To, Uncertainty: of(p.Estimate)})
		i.F2 = append(i.F2, study.EffectInference{From: p.From, To: p.To, Uncertainty: measured(p.F2)})
	}
	for _, c := range e.Indirect {
		i.Indirect = append(i.Indirect, study.ChainInference{Path: c.Path, Uncertainty: of(c.Estimate)})
	}
	for _, p := range e.TotalIndirect {
		i.TotalIndirect = append(i.TotalIndirect, study.EffectInference{From: p.From, To: p.To, Uncertainty: of(p.Estimate)})
	}
	for _, p := range e.Total {
		i.Total = append(i.Total, study.EffectInference{From: p.From, To: p.To, Uncertainty: of(p.Estimate)})
	}
	for _, c := range e.Constructs {
		for _, x := range []struct {
			measure string
			value   study.Number
		}{{"r2", c.R2}, {"r2_adjusted", c.R2Adjusted}, {"alpha", c.Alpha}, {"rho_a", c.RhoA}, {"rho_c", c.RhoC}, {"ave", c.AVE}} {
			if x.value.Exists() {
				i.Constructs = append(i.Constructs, study.MeasureInference{Name: c.Name, Measure: x.measure, Uncertainty: measured(x.value)})
			}
		}
	}
	for a, name := range e.HTMT.Rows {
		for b := range a {
			i.HTMT = append(i.HTMT, study.PairInference{A: name, B: e.HTMT.Cols[b], Uncertainty: measured(e.HTMT.Values[a][b])})
		}
	}
	i.Fit = []study.MeasureInference{
		{Measure: "srmr_saturated", Uncertainty: measured(e.Fit.Saturated.SRMR)},
		{Measure: "srmr_estimated", Uncertainty: measured(e.Fit.Estimated.SRMR)},
	}
	return i
}

// testedVillage is the village study after a bootstrap over its villages.
func testedVillage(t testing.TB) *study.Result {
	r := village(t)
	m := &r.Models[0]
	m.Inference = resampled(m, .09)
	m.Inference.Units, m.Inference.UnitCount = "village", 11
	m.Inference.Inadmissible, m.Inference.NotConverged, m.Inference.Degenerate, m.Inference.Used = 12, 3, 2, 4998
	for k, path := range []int{1, 0} {
		h, u := &m.Hypotheses[k], m.Inference.Paths[path]
		h.P, h.CI, h.Verdict = u.P, u.CI, study.VerdictSupported
	}
	return r
}

// testedLarge is the large study after a bootstrap: effects that the data do
// not show, a formative block, a single item, indirect effects, adjusted p
// values and hypotheses of every verdict.
func testedLarge() *study.Result {
	r := large()
	m := &r.Models[0]
	last := m.Estimate.Constructs[len(m.Estimate.Constructs)-1].Name
	for k := range m.Estimate.Weights {
		if m.Estimate.Weights[k].Construct == last {
			m.Estimate.Weights[k].Estimate, m.Estimate.Loadings[k].Estimate = 1, 1
		}
	}
	m.Estimate.Converged, m.Estimate.Admissibility[0].Pass = true, true
	m.Inference = resampled(m, .2)
	m.Inference.Adjustment = "holm"
	for k := range m.Inference.Paths {
		p := &m.Inference.Paths[k]
		p.PAdjusted = min(1, 3*p.P)
	}
	for k, path := range []int{0, 4, 2, 3} {
		u := m.Inference.Paths[path]
		m.Hypotheses = append(m.Hypotheses, study.Hypothesis{Name: "H" + string(rune('1'+k)), Claim: "`" + u.From + "` -> `" + u.To + "` > 0", Estimate: u.Estimate, P: u.P, CI: u.CI,
			Verdict: []string{study.VerdictSupported, study.VerdictNotSupported, study.VerdictContradicted, study.VerdictNotSupported}[k]})
	}
	return r
}
