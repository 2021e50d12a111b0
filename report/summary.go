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
		used, of := models[0].rowsUsed()
		s += ", " + used + " used" + of
	}
	if r.Data.Weight != "" {
		s += ", weighted by " + r.Data.Weight
	}
	return s + "."
}

func summary(models []*fitted) []Text {
	var lead []Text
	for _, m := range models {
		sentences := m.summary()
		if len(models) > 1 && len(sentences) > 0 {
			sentences[0] = say(capital(m.Name), ": ", sentences[0])
		}
		lead = append(lead, sentences...)
	}
	untested, hypotheses := false, false
	for _, m := range models {
		untested = untested || m.Inference == nil
		hypotheses = hypotheses || len(m.Hypotheses) > 0 && m.sound()
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
	lead := m.unsound()
	if n := m.Findings.Count(finding.Warning); n > 0 {
		rest := "warnings concern this model; they stand with it."
		if n == 1 {
			rest = "warning concerns this model; it stands with it."
		}
		lead = append(lead, say(capital(spelled(n, rest, rest))))
	}
	if !m.sound() {
		return lead
	}
	if t := m.aboveOne(); t != nil {
		lead = append(lead, t)
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
	if strongest < 0 || math.Abs(float64(into[strongest].Estimate)) > 1 { // said already, and not to be read
		return nil
	}
	p := into[strongest]
	direction := "higher"
	if p.Estimate < 0 {
		direction = "lower"
	}
	u := m.unsure.of("path", p.From, p.To)
	beta := say("(β = ", Bounded(float64(p.Estimate), 3))
	if bounded(u) {
		beta = say(beta, ", ", m.written(u))
	}
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
	if c.R2.Exists() {
		t = say(t, "; ", who, " for ", Percent(float64(c.R2)), " of its variance")
	}
	t = say(t, ".")
	if includesZero(u) {
		t = say(t, " The interval includes 0: the data do not show it.")
	}
	return say(t, m.notShown(into, strongest))
}

// notShown names the other predictors of an outcome whose interval includes 0.
func (m *fitted) notShown(into []study.PathRow, strongest int) Text {
	var names []string
	for i, p := range into {
		if i != strongest && includesZero(m.unsure.of("path", p.From, p.To)) {
			names = append(names, m.label(p.From))
		}
	}
	const few = 3
	switch {
	case len(names) == 0:
		return nil
	case len(names) > few:
		return say(" The intervals of ", inWords(len(names)), " other predictors include 0: the data do not show their effects.")
	case len(names) == 1:
		return say(" The interval of ", names[0], " includes 0: the data do not show its effect.")
	}
	return say(" The intervals of ", enumerated(names), " include 0: the data do not show their effects.")
}

// scalesInBrief reads the verdicts of the reliability table.
func (m *fitted) scalesInBrief() Text {
	table := m.reliabilityTable()
	if table == nil {
		return nil
	}
	judged, figures := 0, 0
	var only Text
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
			only = r.Cells[0].Text
		}
	}
	const few = 4
	switch {
	case judged == 0:
		return nil
	case len(remarks) == 0 && judged == 1:
		return say("The scale of ", only, " meets the usual thresholds of reliability and convergent validity.")
	case len(remarks) == 0:
		return say(capital(all(judged)), " scales meet the usual thresholds of reliability and convergent validity.")
	case len(remarks) > few:
		return say(fmt.Sprintf("%d of the %d figures of reliability and convergent validity lie outside the usual thresholds.", len(remarks), figures))
	}
	return say("Outside the usual thresholds of reliability and convergent validity: ", listed(remarks), ".")
}

// validityInBrief names the pairs of constructs that overlap.
func (m *fitted) validityInBrief() []Text {
	var over []string
	pairs, only := 0, ""
	htmt := m.Estimate.HTMT
	eachBelow(htmt, func(i, j int, x study.Number) {
		if !x.Exists() {
			return
		}
		pairs++
		a, b := htmt.Cols[j], htmt.Rows[i]
		only = m.label(a) + " and " + m.label(b)
		if v := m.htmtVerdict(a, b, x); v.Level > LevelGood {
			figures := Bounded(float64(x), 3)
			if u := m.unsure.of("htmt", a, b); bounded(u) {
				figures += ", " + m.written(u)
			}
			over = append(over, fmt.Sprintf("%s and %s (%s, %s)", m.label(a), m.label(b), figures, v.Word))
		}
	})
	judge, by := "", ""
	if m.tested() && m.Inference.Sides != "greater" {
		judge, by = "upper end of the interval ", " by the upper end of its interval"
	}
	defined := "" // when HTMT is not, for some pairs
	if n := len(htmt.Rows); pairs < n*(n-1)/2 {
		defined = " that have an HTMT"
	}
	var lead []Text
	const few = 3
	switch {
	case pairs == 0:
	case len(over) == 0 && pairs == 1:
		lead = append(lead, say(only, " are distinct by HTMT (", judge, "at most .85)."))
	case len(over) == 0:
		lead = append(lead, say(capital(all(pairs)), " pairs of constructs", defined, " are distinct by HTMT (", judge, "at most .85)."))
	case len(over) > few:
		lead = append(lead, say(fmt.Sprintf("HTMT is above .85 for %d of the %d pairs of constructs%s%s.", len(over), pairs, defined, by)))
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
