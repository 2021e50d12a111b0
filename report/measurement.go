package report

import (
	"slices"
	"strings"

	"plumb/study"
)

// The measurement model: reliability and convergent validity, items,
// cross-loadings.

func measurementSection(m *fitted) Section {
	s := Section{ID: "measurement", Title: "Measurement Model"}
	if t := m.reliabilityTable(); t != nil {
		s.Blocks = append(s.Blocks, t)
	}
	return s
}

func (m *fitted) reliabilityTable() *Table {
	if len(m.Estimate.Constructs) == 0 {
		return nil
	}
	t := &Table{
		Title: "Reliability and Convergent Validity", Key: true,
		Columns: []Column{
			{Head: say("Construct"), Left: true},
			{Head: say("Items"), Format: FormatCount},
			{Head: say("α"), Threshold: reliabilityThreshold.Head, Format: FormatBounded},
			{Head: say("ρ", index("A")), Threshold: reliabilityThreshold.Head, Format: FormatBounded},
			{Head: say("ρ", index("C")), Threshold: reliabilityThreshold.Head, Format: FormatBounded},
			{Head: say("AVE"), Threshold: aveThreshold.Head, Format: FormatBounded},
		},
		Note: say("Reliability .70 to .95 (", reliabilityThreshold.Source, "), AVE at least .50 (", aveThreshold.Source, "). α is computed from correlations."),
	}
	if m.tested() {
		t.interleave(2, m.intervalHead())
		t.Note = say("Brackets: ", percentage(m.Inference.Level), " intervals. ", t.Note)
	}
	var raw []string
	for _, c := range m.Estimate.Constructs {
		cells := []Cell{words(m.label(c.Name)), count(len(m.constructs[c.Name].Indicators))}
		for _, x := range []struct {
			measure   string
			value     study.Number
			threshold *Threshold
		}{{"alpha", c.Alpha, reliabilityThreshold}, {"rho_a", c.RhoA, reliabilityThreshold}, {"rho_c", c.RhoC, reliabilityThreshold}, {"ave", c.AVE, aveThreshold}} {
			cells = append(cells, number(x.value).judged(x.threshold))
			if m.tested() {
				cells = append(cells, interval(m.unsure.of(x.measure, c.Name)))
			}
		}
		t.Rows = append(t.Rows, row(cells...))
		if c.AlphaRaw.Exists() {
			raw = append(raw, m.label(c.Name)+" "+Bounded(float64(c.AlphaRaw), 3))
		}
	}
	if len(raw) > 0 {
		t.Note = say(t.Note, " From covariances it is: ", strings.Join(raw, ", "), ".")
	}
	t.Note = say(t.Note, m.reasons())
	return t
}

// interleave puts a column of intervals behind each column from the first.
func (t *Table) interleave(first int, head string) {
	columns := t.Columns[:first:first]
	for _, c := range t.Columns[first:] {
		columns = append(columns, c, Column{Head: say(c.Head, " ", head), Format: c.Format, Aside: true, Under: true})
	}
	t.Columns = columns
}

// reasons explains the dashes of the constructs that have no reliability.
func (m *fitted) reasons() Text {
	var order []string
	concerned := map[string][]string{}
	for _, c := range m.Estimate.Constructs {
		if c.Reason == "" {
			continue
		}
		if concerned[c.Reason] == nil {
			order = append(order, c.Reason)
		}
		concerned[c.Reason] = append(concerned[c.Reason], m.label(c.Name))
	}
	var t Text
	for _, reason := range order {
		t = say(t, " No value for ", enumerated(concerned[reason]), " (", strings.TrimSuffix(reason, "."), ").")
	}
	return t
}

func itemsSection(m *fitted) Section {
	s := Section{ID: "items", Title: "Items"}
	if len(m.Estimate.Loadings) == 0 {
		return s
	}
	t := &Table{
		Title: "Items With Loadings and Weights", Key: true,
		Columns: []Column{
			{Head: say("Item"), Left: true},
			{Head: say("Question"), Left: true, Optional: true},
			{Head: say("Loading"), Threshold: loadingThreshold.Head, Format: FormatBounded},
		},
		Note: say("Loadings of reflective items at least .708; examine from .40 (", loadingThreshold.Source, "). Weights for standardised items."),
	}
	formative := m.tested() && slices.ContainsFunc(m.Model.Constructs, isFormative)
	if m.tested() {
		t.Columns = append(t.Columns, Column{Head: say(m.intervalHead()), Format: FormatBounded, Under: formative})
	}
	t.Columns = append(t.Columns, Column{Head: say("Weight"), Format: FormatBounded})
	if formative {
		t.Columns = append(t.Columns, Column{Head: say(m.intervalHead()), Format: FormatBounded, Under: true}, Column{Head: say(stat("p")), Format: FormatP})
		t.Note = say(t.Note, " Brackets: ", percentage(m.Inference.Level), " intervals. ", m.tests(), " of the weights of Mode B blocks: significant, or kept by a loading of at least .50, else by a significant loading (", weightThreshold.Source, "). ", starKey())
	}
	weights := byItem(m.Estimate.Weights)
	collinearity := map[[2]string]study.Number{}
	for _, i := range m.Estimate.Indicators {
		if m.constructs[i.Construct].Mode == "B" {
			collinearity[[2]string{i.Construct, i.Indicator}] = i.VIF
		}
	}
	if len(collinearity) > 0 {
		t.Columns = append(t.Columns, Column{Head: say("VIF"), Threshold: vifThreshold.Head})
		t.Note = say(t.Note, " VIF of the items of Mode B blocks (", vifThreshold.Source, ").")
	}
	last, asked := "", false
	for i, l := range m.Estimate.Loadings {
		c := m.constructs[l.Construct]
		if i == 0 || l.Construct != last {
			t.Rows = append(t.Rows, group(m.label(l.Construct)+kindInBrief(c)))
			last = l.Construct
		}
		loading := number(l.Estimate)
		if c.Kind == "reflective" && len(c.Indicators) > 1 {
			loading = loading.judged(loadingThreshold)
		}
		weight := Cell{}
		if w, ok := weights[[2]string{l.Construct, l.Indicator}]; ok {
			weight = number(w)
		}
		ofLoading, ofWeight := m.unsure.of("loading", l.Construct, l.Indicator), m.unsure.of("weight", l.Construct, l.Indicator)
		asked = asked || m.wording[l.Indicator] != ""
		cells := []Cell{words(l.Indicator), words(m.wording[l.Indicator]), loading}
		if m.tested() {
			cells = append(cells, interval(ofLoading))
		}
		switch {
		case formative && isFormative(c):
			weight = weight.starred(ofWeight)
			weight.Verdict = m.weightVerdict(ofWeight, ofLoading)
			cells = append(cells, weight, interval(ofWeight), number(ofWeight.P))
		case formative:
			cells = append(cells, weight, Cell{}, Cell{})
		default:
			cells = append(cells, weight)
		}
		if len(collinearity) > 0 {
			vif := Cell{}
			if v, ok := collinearity[[2]string{l.Construct, l.Indicator}]; ok {
				vif = number(v).judged(vifThreshold)
			}
			cells = append(cells, vif)
		}
		t.Rows = append(t.Rows, row(cells...))
	}
	if !asked {
		t.drop(1)
	}
	s.Blocks = append(s.Blocks, t)
	return s
}

// isFormative reports whether the weights of a construct are regression
// weights, which can be insignificant beside one another.
func isFormative(c study.Construct) bool { return c.Mode == "B" && len(c.Indicators) > 1 }

func kindInBrief(c study.Construct) string {
	switch {
	case c.Kind == "single" || len(c.Indicators) == 1:
		return ", single item"
	case c.Kind == "reflective" && c.Mode == "B", c.Kind == "composite" && c.Mode == "A":
		return ", " + c.Kind + ", Mode " + c.Mode
	}
	return ", " + c.Kind
}

// drop removes a column.
func (t *Table) drop(j int) {
	t.Columns = append(append([]Column(nil), t.Columns[:j]...), t.Columns[j+1:]...)
	for i, r := range t.Rows {
		if !r.Group {
			t.Rows[i].Cells = append(append([]Cell(nil), r.Cells[:j]...), r.Cells[j+1:]...)
		}
	}
}

func crossSection(m *fitted) Section {
	s := Section{ID: "cross-loadings", Title: "Cross-Loadings and Item Collinearity", Appendix: true}
	cross := m.Estimate.CrossLoadings
	if len(cross.Rows) > 0 {
		heads, key := m.heads(cross.Cols)
		t := &Table{
			Title:   "Cross-Loadings",
			Columns: append([]Column{{Head: say("Item"), Left: true}}, heads...),
			Note:    say("Correlations of items with construct scores; bold: on its own construct. ", key),
		}
		if m.Settings.Estimator == "plsc" {
			t.Note = say(t.Note, " Consistent PLS corrects the loadings in the table of items, not these correlations, so the two differ.")
		}
		owner := map[string]string{}
		for _, c := range m.Model.Constructs {
			for _, i := range c.Indicators {
				owner[i] = c.Name
			}
		}
		for i, item := range cross.Rows {
			cells := []Cell{words(item)}
			for j, c := range cross.Cols {
				cell := number(at(cross, i, j))
				if owner[item] == c {
					cell = cell.marked(MarkOwn)
				}
				cells = append(cells, cell)
			}
			t.Rows = append(t.Rows, row(cells...))
		}
		s.Blocks = append(s.Blocks, t)
	}
	if len(m.Estimate.Indicators) > 0 {
		t := &Table{
			Title: "Communality and Collinearity of the Items",
			Columns: []Column{
				{Head: say("Item"), Left: true},
				{Head: say("Construct"), Left: true},
				{Head: say("Communality"), Format: FormatBounded},
				{Head: say("VIF")},
			},
		}
		for _, i := range m.Estimate.Indicators {
			vif := number(i.VIF)
			if m.constructs[i.Construct].Mode == "B" {
				vif = vif.judged(vifThreshold)
			}
			t.Rows = append(t.Rows, row(words(i.Indicator), words(m.label(i.Construct)), number(i.Communality), vif))
		}
		const vif = 3
		if t.Note = say("Communality: squared loading. VIF of an item among the items of its construct"); t.Judged(vif) {
			t.Columns[vif].Threshold = vifThreshold.Head
			t.Note = say(t.Note, ", judged where the weights are regression weights (Mode B; ", vifThreshold.Source, ").")
		} else {
			t.Note = say(t.Note, "; not judged, for no weights are regression weights (Mode B).")
		}
		s.Blocks = append(s.Blocks, t)
	}
	return s
}

// heads gives the columns of a matrix of constructs, by name when they are
// few, else by number with the key to the numbers.
func (m *fitted) heads(constructs []string) (columns []Column, key string) {
	const few = 4
	var legend []string
	for i, c := range constructs {
		head := m.label(c)
		if len(constructs) > few {
			head = Count(float64(i + 1))
			legend = append(legend, head+" "+m.label(c))
		}
		columns = append(columns, Column{Head: say(head), Format: FormatBounded})
	}
	if len(legend) > 0 {
		key = "Columns: " + strings.Join(legend, ", ") + "."
	}
	return columns, key
}
