package reference

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"plumb/estimate"
	"plumb/infer"
	"plumb/moment"
	"plumb/pls"
)

// rowsOf loads the rows of a case as its settings say.
func rowsOf(t *testing.T, folder string, c *Case) (*fitted, *moment.Rows) {
	t.Helper()
	f, err := run(folder, c)
	if err != nil {
		t.Fatal(err)
	}
	data, err := readData(folder, c.DataFile)
	if err != nil {
		t.Fatal(err)
	}
	o, err := momentOptions(c, data, f.m)
	if err != nil {
		t.Fatal(err)
	}
	rows, _, err := moment.LoadRows(data, f.m.Indicators(), o)
	if err != nil {
		t.Fatal(err)
	}
	return f, rows
}

func oneCase(t *testing.T, folder, name string) *Case {
	t.Helper()
	cases, err := Cases(folder, func(n string) bool { return n == name })
	if err != nil || len(cases) != 1 {
		t.Fatalf("%s: %d cases, %v", name, len(cases), err)
	}
	return cases[0]
}

// TestResampleByResample estimates the very resamples whose rows seminr's
// fixtures list, and holds each to seminr's paths. It goes the way of every
// bootstrap: rows with counts, moments, estimate.
func TestResampleByResample(t *testing.T) {
	folder := folderOrSkip(t)
	for name, key := range map[string]string{
		"mobi__basic-bootstrap-indices__seminr": "per_resample",
		"mobi__ecsi-bootstrap-indices__seminr":  "per_resample_paths",
	} {
		c := oneCase(t, folder, name)
		f, rows := rowsOf(t, folder, c)
		var drawn [][]int
		var each struct {
			Cols   []string
			Values [][]float64
		}
		if err := json.Unmarshal(c.Results["resample_rows"], &drawn); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(c.Results[key], &each); err != nil {
			t.Fatal(err)
		}
		if len(drawn) < 100 {
			t.Fatalf("%s: %d resamples", name, len(drawn))
		}
		sum := rows.NewSummer()
		counts := make([]int32, rows.Len())
		worst := 0.0
		for b, list := range drawn {
			clear(counts)
			for _, r := range list {
				counts[r-1]++
			}
			e, err := pls.Estimate(f.m, sum.Sum(counts), pls.Options{Tolerance: tight, MaxIterations: 20000})
			if err != nil {
				t.Fatal(err)
			}
			for k, col := range each.Cols {
				from, to, isPath := strings.Cut(col, " -> ")
				if !isPath {
					continue // weights follow
				}
				got := e.Paths.At(f.m.Index(to), f.m.Index(from))
				// Signs of whole constructs are conventions.
				worst = max(worst, math.Abs(math.Abs(got)-math.Abs(each.Values[b][k])))
			}
		}
		// seminr's own fixtures stop at a weight change of 1e-7.
		if worst > 1e-7 {
			t.Errorf("%s: largest difference of a path %.1e", name, worst)
		}
	}
}

// TestBootstrapWithinMonteCarloError holds standard errors and percentile
// limits to those of seminr's long bootstraps. Two independent bootstraps of R
// and B replicates differ in an SE by about se sqrt(1/2R + 1/2B), in a 2.5 %
// quantile by about 2.7 se sqrt(1/R + 1/B); four times that is allowed.
func TestBootstrapWithinMonteCarloError(t *testing.T) {
	folder := folderOrSkip(t)
	for name, resamples := range map[string]float64{"corp_rep_data__simple-bootstrap__seminr": 10000, "corp_rep_data__extended-bootstrap__seminr": 2000} {
		c := oneCase(t, folder, name)
		f, rows := rowsOf(t, folder, c)
		const draws = 4000
		r, err := infer.Bootstrap(t.Context(), infer.Problem{
			Rows: rows, Estimate: f.e,
			Fit: func(s *moment.Set) (*estimate.Estimate, error) { return pls.Estimate(f.m, s, pls.Options{}) },
		}, infer.Options{Replicates: draws, Seed: 20230903})
		if err != nil {
			t.Fatal(err)
		}
		table := r.Summarise(infer.Summary{})
		if table.Used != draws {
			t.Errorf("%s: %d replicates used", name, table.Used)
		}
		names := f.m.Names()
		find := func(kind infer.Kind, match func(infer.Statistic) bool) *infer.Row {
			from, to := r.Layout.Range(kind)
			for i := from; i < to; i++ {
				if match(table.Rows[i].Statistic) {
					return &table.Rows[i]
				}
			}
			return nil
		}
		compared := 0
		for key, kind := range map[string]infer.Kind{"paths": infer.Path, "total_paths": infer.Total, "weights": infer.Weight, "loadings": infer.Loading, "htmt": infer.HTMT} {
			table, ok := c.Table(key)
			if !ok {
				t.Fatalf("%s has no %s", name, key)
			}
			for _, label := range table.Rows {
				a, b, _ := strings.Cut(label, "  ->  ")
				row := find(kind, func(s infer.Statistic) bool {
					switch kind {
					case infer.Weight, infer.Loading:
						return f.e.Indicators[s.Indicator] == a
					case infer.HTMT:
						return names[s.From] == a && names[s.To] == b || names[s.From] == b && names[s.To] == a
					}
					return names[s.From] == a && names[s.To] == b
				})
				se := table.At(label, "Bootstrap SD")
				if row == nil || math.IsNaN(se) || se < 1e-12 {
					continue // HTMT of formative blocks, single items
				}
				compared++
				near := func(what string, got, want, allowed float64) {
					if !(math.Abs(got-want) <= allowed) {
						t.Errorf("%s %s %s: %.5f, seminr %.5f, allowed %.5f", name, label, what, got, want, allowed)
					}
				}
				near("SE", row.SE, se, 4*se*math.Sqrt(1/(2*resamples)+1/(2.0*draws)))
				near("mean", row.Mean, table.At(label, "Bootstrap Mean"), 4*se*math.Sqrt(1/resamples+1.0/draws))
				end := 4 * 2.7 * se * math.Sqrt(1/resamples+1.0/draws)
				near("low end", row.Low, table.At(label, "2.5% CI"), end)
				near("high end", row.High, table.At(label, "97.5% CI"), end)
			}
		}
		if compared < 25 {
			t.Errorf("%s: only %d rows compared", name, compared)
		}
	}
}
