package study

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"plumb/estimate"
	"plumb/finding"
)

func villageFit(t *testing.T, change func(*ModelSpec)) *Result {
	t.Helper()
	s, list := Load("../examples/village")
	if err := list.Err(); err != nil {
		t.Fatal(err)
	}
	s.Models[0].Inference = InferenceSpec{Bootstrap: 60, Fit: true}
	change(&s.Models[0])
	r, err := Run(t.Context(), s, RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestExactFitInTheResult(t *testing.T) {
	r := villageFit(t, func(*ModelSpec) {})
	x := r.Models[0].Inference.ExactFit
	if x == nil || x.Replicates != 60 || x.Saturated.Used == 0 || x.Saturated.Used+x.Saturated.Degenerate != 60 {
		t.Fatalf("%+v", x)
	}
	fit := r.Models[0].Estimate.Fit
	for _, c := range []struct {
		test FitTest
		row  FitRow
	}{{x.Saturated, fit.Saturated}, {x.Estimated, fit.Estimated}} {
		for _, d := range []struct {
			got  DistanceTest
			want Number
		}{{c.test.SRMR, c.row.SRMR}, {c.test.DULS, c.row.DULS}, {c.test.DG, c.row.DG}} {
			if d.got.Value != d.want || !(d.got.HI95 > 0) || !(d.got.HI95 <= d.got.HI99) || !(d.got.P > 0 && d.got.P <= 1) {
				t.Errorf("%+v, fit %v", d.got, d.want)
			}
			if rejected := d.got.Verdict != "not rejected"; rejected != (d.got.P < .05) {
				t.Errorf("p %v, %s", d.got.P, d.got.Verdict)
			}
		}
	}
	var back struct {
		Inference struct {
			Exact struct {
				Saturated struct{ SRMR map[string]any }
			} `json:"exact_fit"`
		}
	}
	if err := json.Unmarshal(written(t, r), &back); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"value", "hi95", "hi99", "p", "verdict"} {
		if back.Inference.Exact.Saturated.SRMR[key] == nil {
			t.Errorf("result.json lacks %s", key)
		}
	}
	if villageFit(t, func(m *ModelSpec) { m.Inference.Fit = false }).Models[0].Inference.ExactFit != nil {
		t.Error("tested without being asked")
	}
}

// Consistent PLS finds a loading above 1 in these data: no Sigma, no test.
func TestExactFitWithoutInverse(t *testing.T) {
	r := villageFit(t, func(m *ModelSpec) { m.Estimate.Estimator = "plsc" })
	x := r.Models[0].Inference.ExactFit
	if x == nil || x.Saturated.SRMR.Verdict != "not tested" || !math.IsNaN(float64(x.Saturated.SRMR.HI95)) {
		t.Errorf("%+v", x)
	}
	if !slices.ContainsFunc(r.Models[0].Findings, func(f finding.Finding) bool { return f.Code == estimate.CodeNotPositiveDefinite }) {
		t.Errorf("findings %v", r.Models[0].Findings)
	}
}

func TestDoubleBootstrapOfAStudy(t *testing.T) {
	r := villageFit(t, func(m *ModelSpec) { m.Inference = InferenceSpec{Bootstrap: 20, Interval: "double"} })
	i := r.Models[0].Inference
	if i.Interval != "double" || i.Inner != calibrationDraws {
		t.Errorf("%s with %d inside", i.Interval, i.Inner)
	}
	for _, p := range i.Paths {
		if !(p.CI[0] < p.CI[1]) {
			t.Errorf("%s -> %s: %v", p.From, p.To, p.CI)
		}
	}
}
