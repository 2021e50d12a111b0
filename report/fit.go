package report

import (
	"slices"
	"strings"

	"plumb/study"
)

// Model fit: distances between the correlations that were observed and those
// that the model implies.

func fitSection(m *fitted) Section {
	s := Section{ID: "fit", Title: "Model Fit", Appendix: true}
	f := m.Estimate.Fit
	t := &Table{
		Title: "Model Fit", Key: true,
		Columns: []Column{
			{Head: say("Model"), Left: true},
			{Head: say("SRMR"), Threshold: srmrThreshold.Head, Format: FormatBounded},
		},
		Note: say("SRMR at most .08 (", srmrThreshold.Source, "); schools disagree on its use. ", stat("d"), index("G"), " with natural logarithms."),
	}
	if m.tested() {
		t.Columns = append(t.Columns, Column{Head: say(m.intervalHead()), Format: FormatBounded})
		t.Note = say(t.Note, " Resampling adds misfit, so that the interval of SRMR lies high and is no test of fit.")
	}
	t.Columns = append(t.Columns,
		Column{Head: say(stat("d"), index("ULS"))},
		Column{Head: say(stat("d"), index("G"))},
		Column{Head: say("NFI"), Format: FormatBounded},
		Column{Head: say("χ²"), Format: FormatTwo},
		Column{Head: say(stat("df")), Format: FormatCount})
	some := t.addFit("Blocks "+f.Blocks, f.Saturated, f.Estimated, m.srmrIntervals()...)
	declared := study.FitPair{Saturated: f.Saturated, Estimated: f.Estimated}
	if p := f.AsFactors; p != nil && !same(*p, declared) {
		some = t.addFit("All blocks as common factors", p.Saturated, p.Estimated, m.blankIntervals()...) || some
	}
	if p := f.AsComposites; p != nil && !same(*p, declared) {
		some = t.addFit("All blocks as composites", p.Saturated, p.Estimated, m.blankIntervals()...) || some
	}
	if f.RMSTheta.Exists() {
		t.Note = say(t.Note, " RMS", index("theta"), " = ", Bounded(float64(f.RMSTheta), 3), ".")
	}
	if some {
		s.Blocks = append(s.Blocks, t)
	}
	return s
}

// same reports whether two treatments of the blocks fit alike, with the same
// numbers missing.
func same(a, b study.FitPair) bool {
	measures := func(p study.FitPair) []study.Number {
		s, e := p.Saturated, p.Estimated
		return []study.Number{s.SRMR, s.DULS, s.DG, s.NFI, s.Chi2, s.DF, e.SRMR, e.DULS, e.DG, e.NFI, e.Chi2, e.DF}
	}
	return slices.EqualFunc(measures(a), measures(b), func(x, y study.Number) bool {
		return x == y || !x.Exists() && !y.Exists()
	})
}

// srmrIntervals are the intervals of the saturated and of the estimated model,
// blankIntervals their cells where a treatment of the blocks is not resampled.
// Without replicates there are none.
func (m *fitted) srmrIntervals() []Cell {
	if !m.tested() {
		return nil
	}
	return []Cell{interval(m.unsure.of("srmr_saturated")), interval(m.unsure.of("srmr_estimated"))}
}

func (m *fitted) blankIntervals() []Cell {
	if !m.tested() {
		return nil
	}
	return make([]Cell, 2)
}

// addFit adds the two rows of one treatment of the blocks, with the intervals
// of their SRMR where there are any, and reports whether they hold any number.
func (t *Table) addFit(treatment string, saturated, estimated study.FitRow, intervals ...Cell) bool {
	t.Rows = append(t.Rows, group(treatment))
	some := false
	for k, r := range []struct {
		name string
		fit  study.FitRow
	}{{"Saturated", saturated}, {"Estimated", estimated}} {
		srmr := number(r.fit.SRMR).judged(srmrThreshold)
		srmr.About = say("SRMR of the ", strings.ToLower(r.name), " model (", strings.ToLower(treatment), ")")
		cells := []Cell{words(r.name), srmr}
		if len(intervals) > 0 {
			cells = append(cells, intervals[k])
		}
		for _, x := range []study.Number{r.fit.DULS, r.fit.DG, r.fit.NFI, r.fit.Chi2, r.fit.DF} {
			cells = append(cells, number(x))
		}
		for _, c := range cells[1:] {
			some = some || c.Kind == CellNumber && c.Number.Exists()
		}
		t.Rows = append(t.Rows, row(cells...))
	}
	return some
}
