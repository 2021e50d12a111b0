package report

import "plumb/study"

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
			{Head: say(stat("d"), index("ULS"))},
			{Head: say(stat("d"), index("G"))},
			{Head: say("NFI"), Format: FormatBounded},
			{Head: say("χ²"), Format: FormatTwo},
			{Head: say(stat("df")), Format: FormatCount},
		},
		Note: say("SRMR at most .08 (", srmrThreshold.Source, "); schools disagree on its use. ", stat("d"), index("G"), " with natural logarithms."),
	}
	some := t.addFit("Blocks "+f.Blocks, f.Saturated, f.Estimated)
	declared := study.FitPair{Saturated: f.Saturated, Estimated: f.Estimated}
	if p := f.AsFactors; p != nil && *p != declared {
		some = t.addFit("All blocks as common factors", p.Saturated, p.Estimated) || some
	}
	if p := f.AsComposites; p != nil && *p != declared {
		some = t.addFit("All blocks as composites", p.Saturated, p.Estimated) || some
	}
	if f.RMSTheta.Exists() {
		t.Note = say(t.Note, " RMS", index("theta"), " = ", Bounded(float64(f.RMSTheta), 3), ".")
	}
	if some {
		s.Blocks = append(s.Blocks, t)
	}
	return s
}

// addFit adds the two rows of one treatment of the blocks and reports whether
// they hold any number.
func (t *Table) addFit(treatment string, saturated, estimated study.FitRow) bool {
	t.Rows = append(t.Rows, group(treatment))
	some := false
	for _, r := range []struct {
		name string
		fit  study.FitRow
	}{{"Saturated", saturated}, {"Estimated", estimated}} {
		cells := []Cell{words(r.name), number(r.fit.SRMR).judged(srmrThreshold)}
		for _, x := range []study.Number{r.fit.DULS, r.fit.DG, r.fit.NFI, r.fit.Chi2, r.fit.DF} {
			cells = append(cells, number(x))
		}
		for _, c := range cells[1:] {
			some = some || c.Number.Exists()
		}
		t.Rows = append(t.Rows, row(cells...))
	}
	return some
}
