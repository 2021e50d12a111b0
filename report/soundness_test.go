package report

import (
	"strings"
	"testing"

	"plumb/finding"
	"plumb/study"
)

// readings are beginnings of sentences and words that only a sound solution has.
var readings = []string{"is higher (β", "meet the usual thresholds", "Outside the usual thresholds", "figures of reliability", "distinct by HTMT", "Overlap by HTMT", "HTMT is above", "Fornell–Larcker criterion does not", "direction agrees", "supported"}

func TestNoVerdictsOnWhatIsNoResult(t *testing.T) {
	failed := func(question, detail string) func(*study.Fitted) {
		return func(m *study.Fitted) {
			m.Estimate.Admissibility = append(m.Estimate.Admissibility, study.Verdict{Question: question, Detail: detail})
		}
	}
	for _, c := range []struct {
		name   string
		change func(*study.Fitted)
		first  string
	}{
		{"not converged", func(m *study.Fitted) {
			m.Estimate.Converged, m.Estimate.Iterations = false, 1
			m.Estimate.Admissibility = []study.Verdict{{Question: "Did the weights converge?", Detail: "still changing after 1 iteration"}}
		}, "The algorithm did not converge in 1 iteration: no number below is a result yet."},
		{"loadings", failed("Are all loadings at most 1?", "INF1 1.014, INF2 1.005"),
			"The solution is inadmissible: loadings above 1 (INF1 1.014, INF2 1.005). Read its numbers as a symptom, not as results."},
		{"matrix", failed("Are the implied correlations of the indicators positive definite?", "smallest eigenvalue -0.0412"),
			"The solution is inadmissible: implied correlations of the indicators not positive definite (smallest eigenvalue −0.0412). Read its numbers as a symptom, not as results."},
		{"R2", failed("Are all R2 at most 1?", "FI 1.200"),
			"The solution is inadmissible: R² above 1 (FI 1.200). Read its numbers as a symptom, not as results."},
		{"another question", failed("Is anything amiss?", ""),
			"The solution is inadmissible: Is anything amiss? No. Read its numbers as a symptom, not as results."},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, r := range []*study.Result{village(t), testedVillage(t)} {
				c.change(&r.Models[0])
				if got := Build(r).Lead[0].String(); got != c.first {
					t.Errorf("the first sentence is %q", got)
				}
				_, html := parse(t, page(t, r))
				for where, text := range map[string]string{"terminal": terminal(t, r, TerminalOptions{Width: 200}), "page": html} {
					if !strings.Contains(strings.ReplaceAll(text, " ", ""), strings.ReplaceAll(c.first, " ", "")) { // the page parts R from its ²
						t.Errorf("%s: %q is missing", where, c.first)
					}
					for _, never := range readings {
						if strings.Contains(text, never) {
							t.Errorf("%s: it says %q", where, never)
						}
					}
					if !strings.Contains(text, "no hypothesis is read") || !strings.Contains(text, "Is the Solution Admissible?") {
						t.Errorf("%s: the hypotheses or the questions are missing", where)
					}
				}
			}
		})
	}
	text := terminal(t, testedVillage(t), TerminalOptions{Width: 200})
	for _, always := range []string{"is higher (β", "Overlap by HTMT", "supported"} {
		if !strings.Contains(text, always) {
			t.Errorf("a sound solution lacks %q", always)
		}
	}
}

// One of several models that is no result silences no other.
func TestOnlyTheModelThatIsNoResultIsSilent(t *testing.T) {
	r := twoModels(t)
	r.Models[1].Name = "second try"
	r.Models[1].Estimate.Converged = false
	lead := Build(r).Lead
	if got, want := lead[len(lead)-3].String(), "Second try: The algorithm did not converge"; !strings.HasPrefix(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := lead[0].String(), "Cross-border e-commerce, inflation and family income: Where Cross-border"; !strings.HasPrefix(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Groups are not compared in words by a solution that is none.
func TestGroupsOfWhatIsNoResult(t *testing.T) {
	for _, sound := range []bool{true, false} {
		r := grouped(t, 0, "none", "full")
		r.Models[0].Estimate.Converged = sound
		s := section(Build(r), "groups")
		got := paragraphs(s)
		for _, reading := range []string{"The model as a whole differs", "Full measurement invariance"} {
			if strings.Contains(got, reading) != sound {
				t.Errorf("sound %v: %s", sound, got)
			}
		}
		if strings.Contains(got, "no result, so the groups are not compared") == sound {
			t.Errorf("sound %v: %s", sound, got)
		}
		tableCalled(t, s, "Paths in the Groups")
	}
}

// A number that cannot be is never called good.
func TestNothingAboveOneIsGood(t *testing.T) {
	for _, th := range []*Threshold{loadingThreshold, reliabilityThreshold, aveThreshold, r2Threshold} {
		if got, want := th.Judge(1.014), (Verdict{LevelPoor, "above 1"}); got != want {
			t.Errorf("%s: %+v", th.Measure, got)
		}
		if got := th.Judge(1 + 1e-15); got.Level == LevelPoor {
			t.Errorf("%s: rounding makes it %+v", th.Measure, got)
		}
	}
}

func TestPathsBeyondOne(t *testing.T) {
	r := village(t)
	e := &r.Models[0].Estimate
	if m := look(r, 0); m.aboveOne() != nil {
		t.Errorf("%q", m.aboveOne())
	}
	e.Paths[0].Estimate, e.Paths[0].VIF = 2.456, 10.175
	e.Paths[1].Estimate = -2.221
	want := "Paths beyond 1: Cross-border e-commerce → Inflation (2.456, VIF 10.2) and Cross-border e-commerce → Family income (−2.221). " +
		"Predictors that are nearly the same share an effect out among themselves arbitrarily: do not read them one by one."
	lead := Build(r).Lead
	if got := lead[0].String(); got != want {
		t.Errorf("%q", got)
	}
	if got := lead[1].String(); strings.Contains(got, "is higher (β") {
		t.Errorf("a path beyond 1 is read: %q", got)
	}
	e.Paths[0].Estimate = .5
	if got, want := Build(r).Lead[0].String(), "A path beyond 1: Cross-border e-commerce → Family income (−2.221). Do not read it as an effect before its cause is known."; got != want {
		t.Errorf("%q", got)
	}
}

// With several models a finding names its model, at most once.
func TestFindingsNameTheirModel(t *testing.T) {
	list := finding.List{
		{Message: "plain", Place: finding.Place{Construct: "INF"}},
		{Message: "named", Place: finding.Place{Model: "other"}},
		{Message: "read back", Place: finding.Place{Written: "construct INF"}},
		{Message: "read back with its model", Place: finding.Place{Written: "study.yaml, model mediated, line 3"}},
	}
	for i, want := range []string{"model mediated, construct INF", "model other", "model mediated, construct INF", "study.yaml, model mediated, line 3"} {
		if got := placed(list, "mediated")[i].Place.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if got, want := placed(list, "")[i].Place.String(), list[i].Place.String(); got != want {
			t.Errorf("one model: %q, want %q", got, want)
		}
	}
	if text := terminal(t, twoModels(t), TerminalOptions{}); !strings.Contains(text, "! model Once more") {
		t.Errorf("the warning of the second model does not name it:\n%s", text)
	}
}
