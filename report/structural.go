package report

import (
	"fmt"
	"math"
	"strings"

	"plumb/report/draw"
	"plumb/study"
)

// The structural model: paths, explained variance, hypotheses, effects.

func modelSection(m *fitted) Section {
	s := Section{ID: "model", Title: "Model"}
	s.Blocks = append(s.Blocks, Paragraph{Text: m.modelInBrief()})
	if len(m.Model.Constructs) > 0 {
		s.Blocks = append(s.Blocks, m.figure())
	}
	if len(m.Findings) > 0 {
		s.Blocks = append(s.Blocks, &Findings{m.Findings})
	}
	return s
}

func (m *fitted) modelInBrief() Text {
	kinds := map[string]int{}
	items := 0
	for _, c := range m.Model.Constructs {
		kinds[c.Kind]++
		items += len(c.Indicators)
	}
	var parts []string
	for _, k := range []string{"reflective", "composite", "single"} {
		if n := kinds[k]; n > 0 {
			adjective := map[string]string{"reflective": "reflective", "composite": "composite", "single": "single-item"}[k]
			parts = append(parts, spelled(n, adjective+" construct", adjective+" constructs"))
		}
	}
	t := say(capital(enumerated(parts)), ", measured by ", spelled(items, "item", "items"), ", ", m.method(), "; ", stat("n"), " = ", Count(float64(m.RowsUsed)), ".")
	if m.Estimate.Converged && m.Estimate.Iterations > 0 {
		t = say(t, " The algorithm converged in ", several(m.Estimate.Iterations, "iteration", "iterations"), ".")
	}
	return t
}

// figure draws the model with its estimates: loadings on the short arrows of
// factors and Mode A composites, weights where the weights are regression
// weights (Mode B).
func (m *fitted) figure() *Figure {
	f := &Figure{Title: "Standardised Estimates of the Path Model", Diagram: draw.Diagram{Title: "Path model"}}
	loadings, weights := byItem(m.Estimate.Loadings), byItem(m.Estimate.Weights)
	explained := map[string]study.Number{}
	for _, c := range m.Estimate.Constructs {
		explained[c.Name] = c.R2
	}
	regression := false
	for _, c := range m.Model.Constructs {
		d := draw.Construct{Name: c.Name, Label: m.label(c.Name), R2: math.NaN()}
		if r2, ok := explained[c.Name]; ok {
			d.R2 = float64(r2)
		}
		switch c.Kind {
		case "composite":
			d.Kind = draw.Composite
		case "single":
			d.Kind = draw.Single
		}
		values := loadings
		if c.Mode == "B" && c.Kind != "single" {
			values, regression = weights, true
		}
		for _, i := range c.Indicators {
			item := draw.Item{Name: i, Value: math.NaN(), FromItem: c.Kind == "composite"}
			if v, ok := values[[2]string{c.Name, i}]; ok {
				item.Value = float64(v)
			}
			d.Items = append(d.Items, item)
		}
		f.Diagram.Constructs = append(f.Diagram.Constructs, d)
	}
	for _, p := range m.Estimate.Paths {
		f.Diagram.Paths = append(f.Diagram.Paths, draw.Path{From: p.From, To: p.To, Value: float64(p.Estimate)})
	}
	short := "loadings"
	if regression {
		short = "loadings, and weights of Mode B blocks"
	}
	n := say(stat("n"), " = ", Count(float64(m.RowsUsed)), ".")
	f.Note = say(n, " Long arrows: path coefficients. Short arrows: ", short, ".")
	f.Bare = say(n, " Arrows: path coefficients. Items are not drawn; they stand in the table of items.")
	return f
}

// byItem finds the estimate of an indicator of a construct.
func byItem(rows []study.IndicatorRow) map[[2]string]study.Number {
	out := make(map[[2]string]study.Number, len(rows))
	for _, r := range rows {
		out[[2]string{r.Construct, r.Indicator}] = r.Estimate
	}
	return out
}

// method says how the model was estimated.
func (m *fitted) method() string {
	switch m.Settings.Estimator {
	case "plsc":
		return "estimated by consistent partial least squares, " + m.Settings.Scheme + " scheme"
	case "sumscore":
		return "with unit-weighted sum scores"
	}
	return "estimated by partial least squares, " + m.Settings.Scheme + " scheme"
}

func structuralSection(m *fitted) Section {
	s := Section{ID: "paths", Title: "Structural Model"}
	if len(m.Estimate.Paths) > 0 {
		s.Blocks = append(s.Blocks, m.pathTable())
	}
	if t := m.explainedTable(); len(t.Rows) > 0 {
		s.Blocks = append(s.Blocks, t)
	}
	if len(m.Hypotheses) > 0 {
		s.Blocks = append(s.Blocks, m.hypothesisTable())
	}
	return s
}

func (m *fitted) pathTable() *Table {
	t := &Table{
		Title: "Structural Paths", Key: true,
		Columns: []Column{
			{Head: say("Path"), Left: true},
			{Head: say("β"), Format: FormatBounded},
			{Head: say(stat("f"), "²"), Threshold: f2Threshold.Head},
			{Head: say("VIF"), Threshold: vifThreshold.Head},
		},
		Note: say(stat("n"), " = ", Count(float64(m.RowsUsed)), ". Standardised coefficients. ", stat("f"), "²: from .02 small, .15 medium, .35 large (", f2Threshold.Source, "). VIF of the predictor among the predictors of its outcome (", vifThreshold.Source, ")."),
	}
	for _, p := range m.Estimate.Paths {
		t.Rows = append(t.Rows, row(words(m.arrow(p.From, p.To)), number(p.Estimate), number(p.F2).judged(f2Threshold), number(p.VIF).judged(vifThreshold)))
	}
	return t
}

func (m *fitted) explainedTable() *Table {
	t := &Table{
		Title: "Explained Variance", Key: true,
		Columns: []Column{
			{Head: say("Construct"), Left: true},
			{Head: say(stat("R"), "²"), Format: FormatBounded},
			{Head: say("Adjusted ", stat("R"), "²"), Format: FormatBounded},
		},
	}
	for _, c := range m.Estimate.Constructs {
		if c.R2.Exists() {
			t.Rows = append(t.Rows, row(words(m.label(c.Name)), number(c.R2).judged(r2Threshold), number(c.R2Adjusted)))
		}
	}
	return t
}

func (m *fitted) hypothesisTable() *Table {
	t := &Table{
		Title: "Hypotheses", Key: true,
		Columns: []Column{
			{Head: say("Name"), Left: true},
			{Head: say("Claim"), Left: true},
			{Head: say("Estimate"), Format: FormatBounded},
			{Head: say("Reading"), Left: true},
		},
	}
	if m.Inference == nil {
		t.Note = say("Not tested: a point estimate shows a direction and supports nothing.")
	}
	for _, h := range m.Hypotheses {
		t.Rows = append(t.Rows, row(words(h.Name), words(m.claim(h.Claim)), number(h.Estimate), words(h.Verdict)))
	}
	return t
}

// claim sets a claim as the paths are set: an arrow, constructs by label.
func (m *fitted) claim(written string) string {
	parts := strings.Fields(strings.ReplaceAll(written, "->", " → "))
	for i, p := range parts {
		parts[i] = m.label(p)
	}
	return strings.Join(parts, " ")
}

func effectsSection(m *fitted) Section {
	s := Section{ID: "effects", Title: "Indirect and Total Effects", Appendix: true}
	if len(m.Estimate.Paths) == 0 {
		return s
	}
	if len(m.Estimate.Indirect) == 0 {
		s.Blocks = append(s.Blocks, Paragraph{Text: say("The model has no indirect path: every total effect is its path coefficient.")})
		return s
	}
	specific := &Table{
		Title:   "Specific Indirect Effects",
		Columns: []Column{{Head: say("Path"), Left: true}, {Head: say("Effect"), Format: FormatBounded}},
	}
	for _, e := range m.Estimate.Indirect {
		specific.Rows = append(specific.Rows, row(words(m.arrow(e.Path...)), number(e.Estimate)))
	}
	total := &Table{
		Title: "Direct, Total Indirect and Total Effects",
		Columns: []Column{
			{Head: say("Effect"), Left: true},
			{Head: say("Direct"), Format: FormatBounded},
			{Head: say("Total indirect"), Format: FormatBounded},
			{Head: say("Total"), Format: FormatBounded},
		},
		Note: say("An empty cell: the model has no such path."),
	}
	for _, e := range m.Estimate.Total {
		cells := []Cell{words(m.arrow(e.From, e.To)), {}, {}, number(e.Estimate)}
		for _, p := range m.Estimate.Paths {
			if p.From == e.From && p.To == e.To {
				cells[1] = number(p.Estimate)
			}
		}
		for _, p := range m.Estimate.TotalIndirect {
			if p.From == e.From && p.To == e.To {
				cells[2] = number(p.Estimate)
			}
		}
		total.Rows = append(total.Rows, row(cells...))
	}
	s.Blocks = append(s.Blocks, specific, total)
	return s
}

func selectionSection(m *fitted) Section {
	s := Section{ID: "selection", Title: "Model Selection Criteria", Appendix: true}
	if len(m.Estimate.Selection) == 0 {
		return s
	}
	t := &Table{
		Title:   "Information Criteria of the Outcomes",
		Columns: []Column{{Head: say("Construct"), Left: true}},
		Note:    say("Smaller is better among models of the same outcome on the same rows; a value alone says nothing."),
	}
	measures := []struct {
		head   string
		format Format
		value  func(study.SelectionRow) study.Number
	}{
		{"AIC", FormatTwo, func(r study.SelectionRow) study.Number { return r.AIC }},
		{"AICc", FormatTwo, func(r study.SelectionRow) study.Number { return r.AICc }},
		{"AICu", FormatTwo, func(r study.SelectionRow) study.Number { return r.AICu }},
		{"BIC", FormatTwo, func(r study.SelectionRow) study.Number { return r.BIC }},
		{"FPE", FormatDefault, func(r study.SelectionRow) study.Number { return r.FPE }},
		{"GM", FormatTwo, func(r study.SelectionRow) study.Number { return r.GM }},
		{"HQ", FormatTwo, func(r study.SelectionRow) study.Number { return r.HQ }},
		{"HQc", FormatTwo, func(r study.SelectionRow) study.Number { return r.HQc }},
		{"Cp", FormatTwo, func(r study.SelectionRow) study.Number { return r.Cp }},
	}
	for _, v := range measures {
		t.Columns = append(t.Columns, Column{Head: say(v.head), Format: v.format})
	}
	for _, r := range m.Estimate.Selection {
		cells := []Cell{words(m.label(r.Construct))}
		for _, v := range measures {
			cells = append(cells, number(v.value(r)))
		}
		t.Rows = append(t.Rows, row(cells...))
	}
	s.Blocks = append(s.Blocks, t)
	return s
}

func admissibilitySection(m *fitted) Section {
	s := Section{ID: "admissibility", Title: "Admissibility", Appendix: true}
	if len(m.Estimate.Admissibility) == 0 {
		return s
	}
	t := &Table{
		Title: "Is the Solution Admissible?",
		Columns: []Column{
			{Head: say("Question"), Left: true},
			{Head: say("Answer"), Left: true},
			{Head: say("Detail"), Left: true},
		},
	}
	failed := 0
	for _, v := range m.Estimate.Admissibility {
		answer := words("yes")
		answer.Verdict = Verdict{LevelGood, "good"}
		if !v.Pass {
			failed++
			answer = words("no")
			answer.Verdict = Verdict{LevelPoor, "not admissible"}
		}
		t.Rows = append(t.Rows, row(words(v.Question), answer, words(v.Detail)))
	}
	verdict := "All questions about the solution are answered as they should be."
	if failed > 0 {
		verdict = fmt.Sprintf("%s of %d questions point to an inadmissible solution: read its numbers as a symptom, not as results.", capital(inWords(failed)), len(t.Rows))
	}
	s.Blocks = append(s.Blocks, Paragraph{Text: say(verdict)}, t)
	return s
}
