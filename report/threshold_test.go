package report

import (
	"math"
	"testing"

	"plumb/study"
)

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		name string
		t    *Threshold
		x    float64
		want Verdict
	}{
		{"loading", loadingThreshold, .708, Verdict{LevelGood, "good"}},
		{"loading rounds up to the threshold", loadingThreshold, .7079999, Verdict{LevelBorderline, "examine"}},
		{"loading", loadingThreshold, .40, Verdict{LevelBorderline, "examine"}},
		{"loading", loadingThreshold, .3999, Verdict{LevelPoor, "below .40"}},
		{"negative loading", loadingThreshold, -.9, Verdict{LevelPoor, "below .40"}},
		{"alpha", reliabilityThreshold, .70, Verdict{LevelGood, "good"}},
		{"alpha", reliabilityThreshold, .69999, Verdict{LevelBorderline, "below .70"}},
		{"alpha", reliabilityThreshold, .5999, Verdict{LevelPoor, "below .60"}},
		{"alpha", reliabilityThreshold, .95, Verdict{LevelGood, "good"}},
		{"alpha", reliabilityThreshold, .9501, Verdict{LevelBorderline, "above .95"}},
		{"AVE", aveThreshold, .5, Verdict{LevelGood, "good"}},
		{"AVE", aveThreshold, .49999, Verdict{LevelPoor, "below .50"}},
		{"HTMT", htmtThreshold, .85, Verdict{LevelGood, "good"}},
		{"HTMT rounds down to the threshold", htmtThreshold, .8501, Verdict{LevelBorderline, "above .85"}},
		{"HTMT", htmtThreshold, .9001, Verdict{LevelPoor, "above .90"}},
		{"VIF", vifThreshold, 2.9999, Verdict{LevelGood, "good"}},
		{"VIF", vifThreshold, 3, Verdict{LevelBorderline, "3 to 5"}},
		{"VIF", vifThreshold, 5, Verdict{LevelPoor, "5 or more"}},
		{"f2", f2Threshold, .0199, Verdict{LevelNone, "negligible"}},
		{"f2", f2Threshold, .02, Verdict{LevelNone, "small"}},
		{"f2", f2Threshold, .15, Verdict{LevelNone, "medium"}},
		{"f2", f2Threshold, .35, Verdict{LevelNone, "large"}},
		{"R2", r2Threshold, .90, Verdict{}},
		{"R2", r2Threshold, .91, Verdict{LevelBorderline, "above .90"}},
		{"SRMR", srmrThreshold, .08, Verdict{LevelGood, "good"}},
		{"SRMR", srmrThreshold, .0801, Verdict{LevelBorderline, "above .08"}},
		{"no number", htmtThreshold, math.NaN(), Verdict{}},
		{"no number", aveThreshold, math.Inf(1), Verdict{}},
	} {
		if got := c.t.Judge(study.Number(c.x)); got != c.want {
			t.Errorf("%s %v: %+v, want %+v", c.name, c.x, got, c.want)
		}
	}
}

func TestFornellLarcker(t *testing.T) {
	for _, c := range []struct {
		root, largest float64
		want          Verdict
	}{
		{.765, .815, Verdict{LevelPoor, "below .815"}}, {.949, .815, Verdict{LevelGood, "good"}}, {.8, .8, Verdict{LevelPoor, "below .800"}},
		{math.NaN(), .5, Verdict{}}, {.8, math.NaN(), Verdict{}},
	} {
		if got := fornellLarcker(study.Number(c.root), study.Number(c.largest)); got != c.want {
			t.Errorf("%v against %v: %+v, want %+v", c.root, c.largest, got, c.want)
		}
	}
}
