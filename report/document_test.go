package report

import (
	"slices"
	"strings"
	"testing"

	"plumb/study"
)

func TestOrder(t *testing.T) {
	d := Build(village(t))
	var ids, numbers []string
	appendix := false
	for _, s := range d.Sections {
		ids = append(ids, s.ID)
		appendix = appendix || s.Appendix
		for _, b := range s.Blocks {
			if table, ok := b.(*Table); ok {
				numbers = append(numbers, table.Number)
			}
		}
	}
	want := []string{"data", "model", "paths", "measurement", "validity", "items", "cross-loadings", "effects", "htmt", "fit", "selection", "admissibility", "thresholds", "references", "settings"}
	if !slices.Equal(ids, want) {
		t.Errorf("sections %v, want %v", ids, want)
	}
	if want := strings.Fields("1 2 3 4 5 6 7 A1 A2 A3 A4 A5 A6 A7"); !slices.Equal(numbers, want) {
		t.Errorf("tables %v, want %v", numbers, want)
	}
}

// Every row of every table has a cell for every column.
func TestTablesAreWhole(t *testing.T) {
	for _, r := range []*study.Result{village(t), large(), testedVillage(t), testedLarge()} {
		for _, s := range Build(r).Sections {
			for _, b := range s.Blocks {
				table, ok := b.(*Table)
				if !ok {
					continue
				}
				for i, row := range table.Rows {
					if row.Group && len(row.Cells) != 1 || !row.Group && len(row.Cells) != len(table.Columns) {
						t.Errorf("%s, row %d: %d cells for %d columns", table.Title, i+1, len(row.Cells), len(table.Columns))
					}
				}
			}
		}
	}
}

func TestSummary(t *testing.T) {
	var got []string
	for _, l := range Build(village(t)).Lead {
		got = append(got, l.String())
	}
	for _, want := range []string{
		"Where Cross-border e-commerce is higher, Inflation is higher (β = .815); it accounts for 66% of its variance.",
		"Where Cross-border e-commerce is higher, Family income is higher (β = .626); it accounts for 39% of its variance.",
		"Overlap by HTMT: Inflation and Family income (.855, above .85).",
		"The Fornell–Larcker criterion does not hold for Cross-border e-commerce.",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is not in the summary:\n%s", want, strings.Join(got, "\n"))
		}
	}
}

func TestSummaryOfGoodScales(t *testing.T) {
	r := village(t)
	e := &r.Models[0].Estimate
	for i := range e.Constructs {
		c := &e.Constructs[i]
		c.Alpha, c.RhoA, c.RhoC, c.AVE = .8, .81, .82, .6
	}
	for _, row := range e.HTMT.Values {
		for j := range row {
			row[j] /= 2
		}
	}
	text := terminal(t, r, TerminalOptions{Width: 200})
	for _, want := range []string{"All three scales meet the usual thresholds", "All three pairs of constructs are distinct by HTMT"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
}

func TestSummaryWarnsFirst(t *testing.T) {
	lead := Build(large()).Lead
	if got := lead[0].String(); got != "The algorithm did not converge in 300 iterations: no number below is a result yet." {
		t.Errorf("the first sentence is %q", got)
	}
	if got := lead[1].String(); got != "Three warnings concern this model; they stand with it." {
		t.Errorf("the second sentence is %q", got)
	}
}

// The measurement table has verdicts where they apply and nowhere else.
func TestVerdictsApply(t *testing.T) {
	m := look(large(), 0)
	for _, row := range m.reliabilityTable().Rows {
		formative := row.Cells[0].Text.String() == hostile[2]
		for j := 2; j < len(row.Cells); j++ {
			if judged := row.Cells[j].Verdict != (Verdict{}); judged == formative {
				t.Errorf("%s, column %d: judged %v", row.Cells[0].Text, j, judged)
			}
		}
	}
}

func TestQuoted(t *testing.T) {
	for name, want := range map[string]string{
		"village.csv": "village.csv", "a b.csv": "'a b.csv'", "it's.csv": `'it'\''s.csv'`, "$(rm).csv": "'$(rm).csv'", "köy.csv": "köy.csv", "": "''",
	} {
		if got := quoted(name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}

func TestClaimIsSetLikeThePaths(t *testing.T) {
	m := look(village(t), 0)
	for claim, want := range map[string]string{"CBE->FI > 0": "Cross-border e-commerce → Family income > 0", "CBE -> FI != 0": "Cross-border e-commerce → Family income ≠ 0"} {
		if got := m.claim(claim); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A result with holes is reported, not a reason to stop.
func TestHolesDoNotStopTheReport(t *testing.T) {
	for name, change := range map[string]func(*study.Result){
		"nothing at all":        func(r *study.Result) { *r = study.Result{} },
		"no models":             func(r *study.Result) { r.Models = nil },
		"no estimate":           func(r *study.Result) { r.Models[0].Estimate = study.Estimate{} },
		"no model":              func(r *study.Result) { r.Models[0].Model = study.Model{} },
		"matrices without rows": func(r *study.Result) { r.Models[0].Estimate.HTMT.Values = nil },
		"short rows":            func(r *study.Result) { r.Models[0].Estimate.CrossLoadings.Values[2] = nil },
		"a matrix in place of rows": func(r *study.Result) {
			r.Data.Matrix, r.Data.Rows = true, 0
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := village(t)
			change(r)
			parse(t, page(t, r))
			terminal(t, r, TerminalOptions{})
		})
	}
}

// The command of the run stands in the settings; without one, a command that
// the data file and the model text are enough for.
func TestCommand(t *testing.T) {
	r := village(t)
	m := look(r, 0)
	m.Settings = study.Settings{Estimator: "plsc", Tolerance: 1e-7, Seed: 7}
	r.Data.Cluster, r.Data.Weight = "", "w 1"
	if got, want := command(r, m), "plumb fit village_survey.csv --model model.txt --estimator plsc --tolerance 1e-7 --weight 'w 1' --seed 7"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	r.Command = "plumb run study.yaml"
	if got := command(r, m); got != r.Command {
		t.Errorf("%q, want %q", got, r.Command)
	}
}

func TestSeveralModelsStandApart(t *testing.T) {
	d := Build(twoModels(t))
	parts := map[string][]string{}
	for _, s := range d.Sections {
		parts[s.Part] = append(parts[s.Part], s.ID)
	}
	if n, m := len(parts["Once more"]), len(parts["Cross-border e-commerce, inflation and family income"]); n == 0 || n != m {
		t.Errorf("%d sections of the second model, %d of the first", n, m)
	}
	if !slices.Contains(parts["Once more"], "paths-2") {
		t.Errorf("sections of the second model: %v", parts["Once more"])
	}
	text := terminal(t, twoModels(t), TerminalOptions{})
	if !strings.Contains(text, "\nOnce more\n\nTable") {
		t.Error("the terminal does not name the second model above its tables")
	}
}

// Weights change every estimate: they stand beside n, and what is not weighted
// says so.
func TestWeightsAreSaid(t *testing.T) {
	const beside, unweighted, replaced = "n = 62, weighted by w_2", "This table is not weighted; the models are, by w_2.", "Means that replace missing answers are not weighted either."
	r := village(t)
	if _, html := parse(t, page(t, r)); strings.Contains(html, "weighted by") || strings.Contains(html, "not weighted") {
		t.Error("weights where there are none")
	}
	r.Data.Weight = "w_2"
	text := terminal(t, r, TerminalOptions{Width: 200})
	for _, want := range []string{"62 rows in village_survey.csv, weighted by w_2.", beside} {
		if !strings.Contains(text, want) {
			t.Errorf("terminal: %q is missing", want)
		}
	}
	// Beside n: the model, three notes of the figure, the paths.
	notes := func() string { return strings.Join(slices.Collect(Build(r).texts), "\n") }
	if got := notes(); strings.Count(got, beside) != 5 || !strings.Contains(got, unweighted) || strings.Contains(got, replaced) {
		t.Errorf("%d times beside n:\n%s", strings.Count(got, beside), got)
	}
	r.Models[0].Settings.Missing = "mean"
	if strings.Contains(notes(), replaced) {
		t.Error("means although nothing is missing")
	}
	r.Data.Columns[0].Missing = 1
	if got := notes(); !strings.Contains(got, replaced) {
		t.Errorf("%q is missing", replaced)
	}
	g := grouped(t, 0, "none", "full")
	g.Data.Weight = "w_2"
	if got := paragraphs(section(Build(g), "groups")); !strings.Contains(got, "(n = 31), weighted by w_2.") {
		t.Errorf("groups: %s", got)
	}
}

// A treatment of the blocks that fits as the declared one does is not repeated,
// with numbers that do not exist either.
func TestFitIsNotRepeated(t *testing.T) {
	r := village(t)
	f := &r.Models[0].Estimate.Fit
	f.Saturated.DG, f.Estimated.NFI = nan, nan
	f.AsFactors = &study.FitPair{Saturated: f.Saturated, Estimated: f.Estimated}
	if rows := fitSection(look(r, 0)).Blocks[0].(*Table).Rows; len(rows) != 6 {
		t.Errorf("%d rows, want two treatments of three", len(rows))
	}
	f.AsFactors.Saturated.DG = 1.5
	if rows := fitSection(look(r, 0)).Blocks[0].(*Table).Rows; len(rows) != 9 {
		t.Errorf("%d rows, want three treatments of three", len(rows))
	}
}

func TestPairsAndScalesInWords(t *testing.T) {
	r := village(t)
	e := &r.Models[0].Estimate
	for i := range e.Constructs {
		c := &e.Constructs[i]
		c.Alpha, c.RhoA, c.RhoC, c.AVE = .8, .81, .82, .6
	}
	e.Constructs[0].Alpha, e.Constructs[0].RhoA, e.Constructs[0].RhoC, e.Constructs[0].AVE = nan, nan, nan, nan
	e.HTMT.Values[1][0], e.HTMT.Values[2] = nan, []study.Number{.5, .4, nan}
	text := strings.Join(slices.Collect(Build(r).texts), "\n")
	for _, want := range []string{"Both scales meet the usual thresholds", "Both pairs of constructs that have an HTMT are distinct by HTMT"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	e.Constructs[1].Alpha, e.Constructs[1].RhoA, e.Constructs[1].RhoC, e.Constructs[1].AVE = nan, nan, nan, nan
	if text, want := terminal(t, r, TerminalOptions{Width: 200}), "• The scale of Family income meets the usual thresholds"; !strings.Contains(text, want) {
		t.Errorf("%q is missing", want)
	}
	e.HTMT.Values[2][0] = nan
	if text, want := terminal(t, r, TerminalOptions{Width: 200}), "• Inflation and Family income are distinct by HTMT (at most .85)."; !strings.Contains(text, want) {
		t.Errorf("%q is missing", want)
	}
}

// A head names a threshold where something is judged by it.
func TestCollinearityIsJudgedOrNot(t *testing.T) {
	vif := func(r *study.Result) (head, note string) {
		table := crossSection(look(r, 0)).Blocks[1].(*Table)
		return table.Columns[3].Threshold, table.Note.String()
	}
	if head, note := vif(village(t)); head != "" || !strings.Contains(note, "not judged") {
		t.Errorf("no Mode B: %q, %s", head, note)
	}
	if head, note := vif(large()); head != "< 3" || !strings.Contains(note, "judged where") {
		t.Errorf("Mode B: %q, %s", head, note)
	}
}

func TestCrossLoadingsOfConsistentPLS(t *testing.T) {
	const note = "Consistent PLS corrects the loadings in the table of items, not these correlations"
	r := village(t)
	for _, estimator := range []string{"pls", "plsc"} {
		r.Models[0].Settings.Estimator = estimator
		got := crossSection(look(r, 0)).Blocks[0].(*Table).Note.String()
		if strings.Contains(got, note) != (estimator == "plsc") {
			t.Errorf("%s: %s", estimator, got)
		}
	}
}

func TestAdmissibilityTable(t *testing.T) {
	r := village(t)
	of := func() *Table {
		blocks := admissibilitySection(look(r, 0)).Blocks
		return blocks[len(blocks)-1].(*Table)
	}
	r.Models[0].Estimate.Admissibility = []study.Verdict{{Question: "Are all R2 at most 1?", Pass: true}}
	table := of()
	if len(table.Columns) != 2 || table.Key {
		t.Errorf("%d columns without a detail, key %v", len(table.Columns), table.Key)
	}
	if got := table.Rows[0].Cells[0].Text.String(); got != "Are all R² at most 1?" {
		t.Errorf("%q", got)
	}
	r.Models[0].Estimate.Admissibility[0] = study.Verdict{Question: "Are all R2 at most 1?", Detail: "FI -1.2 (x-1)"}
	table = of()
	if len(table.Columns) != 3 || !table.Key || table.Rows[0].Cells[2].Text.String() != "FI −1.2 (x-1)" {
		t.Errorf("%d columns, key %v, %q", len(table.Columns), table.Key, table.Rows[0].Cells[2].Text)
	}
}

// With pairwise deletion, n is the fewest rows behind a correlation.
func TestRowsUsedPairwise(t *testing.T) {
	r := village(t)
	r.Data.Rows = 70
	if got, want := Build(r).Note, "70 rows in village_survey.csv, 62 used."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	r.Models[0].Settings.Missing = "pairwise"
	if got, want := Build(r).Note, "70 rows in village_survey.csv, 62 or more used for each correlation."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
