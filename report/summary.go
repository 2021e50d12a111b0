package report

import (
	"fmt"
	"math"
	"strings"

	"plumb/finding"
	"plumb/study"
)

// The summary: what a reader should know who reads nothing else. Each sentence
// comes from the numbers of the tables and from the verdicts that stand there.

func byline(r *study.Result, models []*fitted) string {
	note := ""
	if r.Note != "" {
		note = strings.TrimSpace(r.Note) + " "
	}
	if r.Data.Matrix {
		return note + "A published matrix in place of rows: " + r.Data.File + "."
	}
	s := note + fmt.Sprintf("%s in %s", several(r.Data.Rows, "row", "rows"), r.Data.File)
	if len(models) == 1 && models[0].RowsUsed != r.Data.Rows {
		s += fmt.Sprintf(", %s used", Count(float64(models[0].RowsUsed)))
	}
	return s + "."
}

func summary(models []*fitted) []Text {
	var lead []Text
	for _, m := range models {
		sentences := m.summary()
		if len(models) > 1 && len(sentences) > 0 {
			sentences[0] = say(m.Name, ". ", sentences[0])
		}
		lead = append(lead, sentences...)
	}
	untested, hypotheses := false, false
	for _, m := range models {
		untested = untested || m.Inference == nil
		hypotheses = hypotheses || len(m.Hypotheses) > 0
	}
	if !untested {
		return lead
	}
	t := say("Point estimates only: there was no resampling in this run, so the report has no standard errors, intervals or ", stat("p"), " values")
	if hypotheses {
		t = say(t, ", and a hypothesis shows no more than whether the direction agrees")
	}
	return append(lead, say(t, "."))
}

func (m *fitted) summary() []Text {
	var lead []Text
	if !m.Estimate.Converged {
		lead = append(lead, say(fmt.Sprintf("The algorithm did not converge in %s: no number below is a result yet.", several(m.Estimate.Iterations, "iteration", "iterations"))))
	}
	if n := m.Findings.Count(finding.Warning); n > 0 {
		rest := "warnings concern this model; they stand with it."
		if n == 1 {
			rest = "warning concerns this model; it stands with it."
		}
		lead = append(lead, say(capital(spelled(n, rest, rest))))
	}
	for _, c := range m.Estimate.Constructs {
		if t := m.explained(c); t != nil {
			lead = append(lead, t)
		}
	}
	if t := m.scalesInBrief(); t != nil {
		lead = append(lead, t)
	}
	return append(lead, m.validityInBrief()...)
}

// explained says what goes with one outcome, strongest predictor first.
func (m *fitted) explained(c study.ConstructRow) Text {
	var into []study.PathRow
	strongest := -1
	for _, p := range m.Estimate.Paths {
		if p.To != c.Name || !p.Estimate.Exists() {
			continue
		}
		into = append(into, p)
		if strongest < 0 || math.Abs(float64(p.Estimate)) > math.Abs(float64(into[strongest].Estimate)) {
			strongest = len(into) - 1
		}
	}
	if strongest < 0 {
		return nil
	}
	p := into[strongest]
	direction := "higher"
	if p.Estimate < 0 {
		direction = "lower"
	}
	beta := say("(β = ", Bounded(float64(p.Estimate), 3))
	who := "it accounts"
	t := say("Where ", m.label(p.From), " is higher, ", m.label(p.To), " is ", direction, " ", beta)
	if len(into) > 1 {
		others := "others"
		who = "together they account"
		if len(into) == 2 {
			others, who = "other", "both together account"
		}
		t = say(t, ", the strongest of ", inWords(len(into)), " predictors, the ", others, " held constant)")
	} else {
		t = say(t, ")")
	}
	if !c.R2.Exists() {
		return say(t, ".")
	}
	return say(t, "; ", who, " for ", Percent(float64(c.R2)), " of its variance.")
}

// scalesInBrief reads the verdicts of the reliability table.
func (m *fitted) scalesInBrief() Text {
	table := m.reliabilityTable()
	if table == nil {
		return nil
	}
	judged, figures := 0, 0
	var remarks []Text
	for _, r := range table.Rows {
		seen := false
		for j, c := range r.Cells {
			if c.Verdict == (Verdict{}) {
				continue
			}
			seen = true
			figures++
			if c.Verdict.Level > LevelGood {
				col := table.Columns[j]
				remarks = append(remarks, say(col.Head, " of ", r.Cells[0].Text, " (", col.Write(c), ", ", c.Verdict.Word, ")"))
			}
		}
		if seen {
			judged++
		}
	}
	const few = 4
	switch {
	case judged == 0:
		return nil
	case len(remarks) == 0 && judged == 1:
		return say("The one scale meets the usual thresholds of reliability and convergent validity.")
	case len(remarks) == 0:
		return say("All ", inWords(judged), " scales meet the usual thresholds of reliability and convergent validity.")
	case len(remarks) > few:
		return say(fmt.Sprintf("%d of the %d figures of reliability and convergent validity lie outside the usual thresholds.", len(remarks), figures))
	}
	return say("Outside the usual thresholds of reliability and convergent validity: ", listed(remarks), ".")
}

// validityInBrief names the pairs of constructs that overlap.
func (m *fitted) validityInBrief() []Text {
	var over []string
	pairs := 0
	htmt := m.Estimate.HTMT
	eachBelow(htmt, func(i, j int, x study.Number) {
		if !x.Exists() {
			return
		}
		pairs++
		if v := htmtThreshold.Judge(x); v.Level > LevelGood {
			over = append(over, fmt.Sprintf("%s and %s (%s, %s)", m.label(htmt.Cols[j]), m.label(htmt.Rows[i]), Bounded(float64(x), 3), v.Word))
		}
	})
	var lead []Text
	const few = 3
	switch {
	case pairs == 0:
	case len(over) == 0 && pairs == 1:
		lead = append(lead, say("The two constructs are distinct by HTMT (at most .85)."))
	case len(over) == 0:
		lead = append(lead, say("All ", inWords(pairs), " pairs of constructs are distinct by HTMT (at most .85)."))
	case len(over) > few:
		lead = append(lead, say(fmt.Sprintf("HTMT is above .85 for %d of the %d pairs of constructs.", len(over), pairs)))
	default:
		lead = append(lead, say("Overlap by HTMT: ", enumerated(over), "."))
	}
	var fails []string
	for i := range m.Estimate.FornellLarcker.Rows {
		if m.fornellLarcker(i).Level == LevelPoor {
			fails = append(fails, m.label(m.Estimate.FornellLarcker.Rows[i]))
		}
	}
	if len(fails) > 0 {
		lead = append(lead, say("The Fornell–Larcker criterion does not hold for ", enumerated(fails), "."))
	}
	return lead
}

// listed joins texts as a sentence does.
func listed(texts []Text) Text {
	var out Text
	for i, t := range texts {
		switch i {
		case 0:
		case len(texts) - 1:
			out = say(out, " and ")
		default:
			out = say(out, ", ")
		}
		out = say(out, t)
	}
	return out
}
