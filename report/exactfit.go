package report

import (
	"strings"

	"plumb/study"
)

// The test of exact fit: what the distances would be by chance alone.

func exactFitSection(m *fitted) Section {
	s := Section{ID: "exact-fit", Title: "Test of Exact Fit", Appendix: true}
	if m.Inference == nil || m.Inference.ExactFit == nil {
		return s
	}
	x := m.Inference.ExactFit
	t := &Table{
		Title: "Bootstrap Test of Exact Fit",
		Columns: []Column{
			{Head: say("Distance"), Left: true},
			{Head: say("Value")},
			{Head: say("HI", index("95"))},
			{Head: say("HI", index("99"))},
			{Head: say(stat("p")), Format: FormatP},
			{Head: say("Exact fit"), Left: true},
		},
		Note: say("HI", index("95"), " and HI", index("99"), " are the quantiles of the distances in ", several(x.Replicates, "resample", "resamples"),
			" of data that were changed so that the model holds (", beran1985, "; ", dijkstra2015, "); a larger value is more than chance. The test supposes consistent estimates: consistent PLS for factors, Mode B for composites."),
	}
	for _, r := range []struct {
		name string
		test study.FitTest
	}{{"Saturated model", x.Saturated}, {"Estimated model", x.Estimated}} {
		t.Rows = append(t.Rows, group(r.name))
		for _, d := range []struct {
			name Text
			test study.DistanceTest
		}{
			{say("SRMR"), r.test.SRMR},
			{say(stat("d"), index("ULS")), r.test.DULS},
			{say(stat("d"), index("G")), r.test.DG},
		} {
			t.Rows = append(t.Rows, row(words(d.name), number(d.test.Value), number(d.test.HI95), number(d.test.HI99), number(d.test.P), words(d.test.Verdict)))
		}
		if n := r.test.Inadmissible; n > 0 && m.Inference.Kept {
			t.Note = say(t.Note, " Of those of the ", strings.ToLower(r.name), ", ", Count(float64(n)), " are inadmissible, which makes its quantiles too large.")
		}
		if out := x.Replicates - r.test.Used; out > 0 {
			t.Note = say(t.Note, " The test of the ", strings.ToLower(r.name), " rests on ", Count(float64(r.test.Used)), ".")
		}
	}
	s.Blocks = append(s.Blocks, t)
	return s
}
