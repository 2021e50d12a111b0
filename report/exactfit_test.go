package report

import (
	"math"
	"slices"
	"strings"
	"testing"

	"plumb/study"
)

func TestExactFitSection(t *testing.T) {
	none := study.Number(math.NaN())
	rejected := study.DistanceTest{Value: .0587, HI95: .0434, HI99: .0468, P: .0004, Verdict: "rejected at .01"}
	untested := study.DistanceTest{Value: .0866, HI95: none, HI99: none, P: none, Verdict: "not tested"}
	r := testedVillage(t)
	if slices.ContainsFunc(Build(r).Sections, func(s Section) bool { return s.ID == "exact-fit" }) {
		t.Error("a test that was not made is shown")
	}
	r.Models[0].Inference.ExactFit = &study.ExactFit{Replicates: 1000,
		Saturated: study.FitTest{Used: 990, SRMR: rejected, DULS: rejected, DG: rejected},
		Estimated: study.FitTest{Used: 0, SRMR: untested, DULS: untested, DG: untested}}
	var table *Table
	for _, s := range Build(r).Sections {
		if s.ID == "exact-fit" {
			table = s.Blocks[0].(*Table)
		}
	}
	if table == nil {
		t.Fatal("no section")
	}
	if !strings.Contains(table.Note.String(), "The test of the saturated model rests on 990.") {
		t.Errorf("note: %s", table.Note)
	}
	var got []string
	for _, row := range table.Rows {
		line := []string{}
		for j, c := range row.Cells {
			line = append(line, table.Columns[j].Write(c))
		}
		got = append(got, strings.Join(line, " | "))
	}
	want := []string{"Saturated model", "SRMR | 0.059 | 0.043 | 0.047 | <.001 | rejected at .01", "Estimated model", "d_G | 0.087 | — | — | — | not tested"}
	for k, i := range []int{0, 1, 4, 7} {
		if got[i] != want[k] {
			t.Errorf("row %d: %s, want %s", i, got[i], want[k])
		}
	}
}
