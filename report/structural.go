package report

import (
	"math"
	"strings"

	"plumb/report/draw"
	"plumb/study"
)

// The structural model: paths, explained variance, hypotheses, effects.

func modelSection(m *fitted) Section {
	s := Section{ID: "model", Title: "Model"}
	s.Blocks = append(s.Blocks, Paragraph{Text: m.modelInBrief()})
	for _, t := range m.unsound() {
		s.Blocks = append(s.Blocks, Paragraph{Text: t})
	}
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
	t := say(capital(enumerated(parts)), ", measured by ", spelled(items, "item", "items"), ", ", m.method(), "; ", m.size(), ".")
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
	explained := m.explainedVariance()
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
		u := m.unsure.of("path", p.From, p.To)
		path := draw.Path{From: p.From, To: p.To, Value: float64(p.Estimate), Mark: stars(u.P), Significance: m.significance(u)}
		if bounded(u) {
			path.Extra = intervalOf(u)
		}
		f.Diagram.Paths = append(f.Diagram.Paths, path)
	}
	short := "loadings"
	if regression {
		short = "loadings, and weights of Mode B blocks"
	}
	n := say(m.size(), ".")
	claims, brackets := Text{}, Text{}
	if m.tested() {
		claims = say(" Heavy lines: ", m.significantAt(), "; dashed lines: not. ", starKey())
		brackets = say(" Brackets: ", percentage(m.Inference.Level), " intervals.")
	}
	f.Note = say(n, " Long arrows: path coefficients. Short arrows: ", short, ".", brackets, claims)
	f.Bare = say(n, " Arrows: path coefficients. Items are not drawn; they stand in the table of items.", brackets, claims)
	f.Plain = say(n, " Arrows: path coefficients; their intervals stand in the table of paths, and the items, which are not drawn, in the table of items.", claims)
	return f
}

// explainedVariance gives R² by construct.
func (m *fitted) explainedVariance() map[string]study.Number {
	out := map[string]study.Number{}
	for _, c := range m.Estimate.Constructs {
		out[c.Name] = c.R2
	}
	return out
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
		if m.tested() {
			if f := m.forest(); f != nil {
				s.Blocks = append(s.Blocks, f)
			}
		}
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
	adjusted := m.adjusted()
	t := &Table{
		Title: "Structural Paths", Key: true,
		Columns: append([]Column{{Head: say("Path"), Left: true}, {Head: say("β"), Format: FormatBounded}}, m.testColumns(adjusted)...),
		Note:    say(m.size(), ". Standardised coefficients."),
	}
	t.Columns = append(t.Columns,
		Column{Head: say(stat("f"), "²"), Threshold: f2Threshold.Head, Aside: m.tested()},
		Column{Head: say("VIF"), Threshold: vifThreshold.Head, Aside: m.tested()})
	single := m.tested() && m.singleCauses()
	if single {
		t.Columns = append(t.Columns, Column{Head: say(stat("R"), "²"), Format: FormatBounded, Aside: true})
	}
	if m.tested() {
		t.Note = say(t.Note, " ", m.methodNote(), m.contradictions())
	}
	if adjusted {
		t.Note = say(t.Note, " ", m.adjustedHead(), ": adjusted for ", several(len(m.Inference.Paths), "path", "paths"), " (", m.adjustmentName(), "). Stars, lines and intervals are not adjusted.")
	}
	t.Note = say(t.Note, " ", stat("f"), "²: from .02 small, .15 medium, .35 large (", f2Threshold.Source, "). VIF of the predictor among the predictors of its outcome (", vifThreshold.Source, ").")
	if m.tested() {
		t.Note = say(t.Note, " ", starKey())
	}
	explained := m.explainedVariance()
	for _, p := range m.Estimate.Paths {
		u := m.unsure.of("path", p.From, p.To)
		cells := append([]Cell{words(m.arrow(p.From, p.To)), number(p.Estimate).starred(u)}, m.testCells(u, adjusted)...)
		cells = append(cells, number(p.F2).judged(f2Threshold), number(p.VIF).judged(vifThreshold))
		if single {
			r2 := Cell{}
			if x, ok := explained[p.To]; ok {
				r2 = number(x)
			}
			cells = append(cells, r2)
		}
		t.Rows = append(t.Rows, row(cells...))
	}
	return t
}

// singleCauses reports whether every outcome has one path, so that its R² can
// stand in the row of the path.
func (m *fitted) singleCauses() bool {
	seen := map[string]bool{}
	for _, p := range m.Estimate.Paths {
		if seen[p.To] {
			return false
		}
		seen[p.To] = true
	}
	return true
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
			{Head: say("Reading"), Left: true},
			{Head: say("Estimate"), Format: FormatBounded},
		},
	}
	if m.tested() {
		t.Columns = append(t.Columns, Column{Head: say(m.intervalHead()), Format: FormatBounded}, Column{Head: say(stat("p")), Format: FormatP})
		t.Note = say(m.tests(), "; ", m.intervalName(), " intervals from ", m.drawn(), ". The interval decides. What is not supported is not shown to be false.")
	} else {
		t.Note = say("Not tested: a point estimate shows a direction and supports nothing.")
	}
	if !m.sound() {
		t.Note = say("The solution is no result, so no hypothesis is read.")
	}
	for _, h := range m.Hypotheses {
		reading := words(h.Verdict)
		switch {
		case !m.sound():
			reading = words("no result")
		case m.tested():
			reading.Verdict.Level = hypothesisLevels[h.Verdict]
		}
		cells := []Cell{words(h.Name), words(m.claim(h.Claim)), reading, number(h.Estimate)}
		if m.tested() {
			cells = append(cells, Cell{Kind: CellInterval, Interval: h.CI}, number(h.P))
		}
		t.Rows = append(t.Rows, row(cells...))
	}
	return t
}

// hypothesisLevels grades the verdicts on hypotheses; any other word is read
// without a glyph.
var hypothesisLevels = map[string]Level{study.VerdictSupported: LevelGood, study.VerdictNotSupported: LevelBorderline, study.VerdictContradicted: LevelPoor}

// claim sets a claim as the paths are set: an arrow, constructs by label.
func (m *fitted) claim(written string) string {
	c, err := study.ParseClaim("", written)
	if err != nil {
		return written
	}
	return m.arrow(c.Path...) + " " + strings.Replace(c.Sign.String(), "!=", "≠", 1)
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
		Title: "Specific Indirect Effects", Key: m.tested(),
		Columns: append([]Column{{Head: say("Path"), Left: true}, {Head: say("Effect"), Format: FormatBounded}}, m.testColumns(false)...),
	}
	if m.tested() {
		specific.Note = say(m.methodNote(), " ", starKey())
	}
	for _, e := range m.Estimate.Indirect {
		u := m.unsure.of("indirect", e.Path...)
		specific.Rows = append(specific.Rows, row(append([]Cell{words(m.arrow(e.Path...)), number(e.Estimate).starred(u)}, m.testCells(u, false)...)...))
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
	if m.tested() {
		s.Blocks = append(s.Blocks, m.testedEffects())
	}
	return s
}

// testedEffects gives total indirect and total effects with their tests.
func (m *fitted) testedEffects() *Table {
	t := &Table{
		Title: "Tests of Total Indirect and Total Effects", Key: true,
		Columns: append([]Column{{Head: say("Effect"), Left: true}, {Head: say("Estimate"), Format: FormatBounded}}, m.testColumns(false)...),
		Note:    say(m.methodNote(), " ", starKey()),
	}
	for _, part := range []struct {
		name, kind string
		effects    []study.EffectRow
	}{{"Total indirect", "total_indirect", m.Estimate.TotalIndirect}, {"Total", "total", m.Estimate.Total}} {
		if len(part.effects) > 0 {
			t.Rows = append(t.Rows, group(part.name))
		}
		for _, e := range part.effects {
			u := m.unsure.of(part.kind, e.From, e.To)
			t.Rows = append(t.Rows, row(append([]Cell{words(m.arrow(e.From, e.To)), number(e.Estimate).starred(u)}, m.testCells(u, false)...)...))
		}
	}
	return t
}

// intervalSection gives the intervals of explained variance and effect sizes,
// for which 0 is no hypothesis: they cannot be negative.
func intervalSection(m *fitted) Section {
	s := Section{ID: "intervals", Title: "Intervals of Explained Variance and Effect Sizes", Appendix: true}
	if !m.tested() {
		return s
	}
	head := say(m.intervalHead())
	note := say(capital(m.intervalName()), " intervals from ", m.drawn(), ".")
	explained := &Table{
		Title: "Explained Variance With Intervals",
		Columns: []Column{
			{Head: say("Construct"), Left: true},
			{Head: say(stat("R"), "²"), Format: FormatBounded}, {Head: say(stat("SE")), Format: FormatBounded}, {Head: head, Format: FormatBounded},
			{Head: say("Adjusted ", stat("R"), "²"), Format: FormatBounded}, {Head: say(stat("SE")), Format: FormatBounded}, {Head: head, Format: FormatBounded},
		},
		Note: note,
	}
	for _, c := range m.Estimate.Constructs {
		if c.R2.Exists() {
			u, v := m.unsure.of("r2", c.Name), m.unsure.of("r2_adjusted", c.Name)
			explained.Rows = append(explained.Rows, row(words(m.label(c.Name)), number(c.R2), number(u.SE), interval(u), number(c.R2Adjusted), number(v.SE), interval(v)))
		}
	}
	sizes := &Table{
		Title:   "Effect Sizes With Intervals",
		Columns: []Column{{Head: say("Path"), Left: true}, {Head: say(stat("f"), "²"), Threshold: f2Threshold.Head}, {Head: say(stat("SE"))}, {Head: head}},
		Note:    note,
	}
	for _, p := range m.Estimate.Paths {
		u := m.unsure.of("f2", p.From, p.To)
		sizes.Rows = append(sizes.Rows, row(words(m.arrow(p.From, p.To)), number(p.F2).judged(f2Threshold), number(u.SE), interval(u)))
	}
	for _, t := range []*Table{explained, sizes} {
		if len(t.Rows) > 0 {
			s.Blocks = append(s.Blocks, t)
		}
	}
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
