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
	if got, want := m.claim("CBE->FI > 0"), "Cross-border e-commerce → Family income > 0"; got != want {
		t.Errorf("%q, want %q", got, want)
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
