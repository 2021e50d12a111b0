package reference

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"plumb/estimate"
	"plumb/frame"
	"plumb/infer"
	"plumb/infer/groups"
	"plumb/moment"
	"plumb/pls"
)

// compareCase compares the groups of a case, of every row its position in names.
func compareCase(t *testing.T, folder string, c *Case, group func(*frame.Frame) []int, names []string, o groups.Options) (groups.Problem, *groups.Comparison) {
	t.Helper()
	data, err := readData(folder, c.DataFile)
	if err != nil {
		t.Fatal(err)
	}
	m, err := buildModel(c)
	if err != nil {
		t.Fatal(err)
	}
	options, err := momentOptions(c, data, m)
	if err != nil {
		t.Fatal(err)
	}
	if c.Settings.Missing == "" { // cSEM was given data without holes
		for _, name := range m.Indicators() {
			x := data.Column(name).Numbers
			for i, v := range x {
				if v == -99 {
					x[i] = math.NaN()
				}
			}
			fillWithMean(x)
		}
	}
	rows, _, err := moment.LoadRows(data, m.Indicators(), options)
	if err != nil {
		t.Fatal(err)
	}
	p := groups.Problem{Rows: rows, Of: group(data), Names: names,
		Fit: func(s *moment.Set) (*estimate.Estimate, error) {
			return pls.Estimate(m, s, pls.Options{Tolerance: tight, MaxIterations: 20000})
		}}
	out, err := groups.Compare(t.Context(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	return p, out
}

func codes(c *frame.Column, names []string) []int {
	n := max(len(c.Numbers), len(c.Texts))
	out := make([]int, n)
	for i := range out {
		value := ""
		if c.Numeric() {
			value = fmt.Sprint(c.Numbers[i])
		} else {
			value = c.Texts[i]
		}
		out[i] = slices.Index(names, value)
	}
	return out
}

// TestMICOM holds the statistics of steps 2 and 3 to cSEM 0.6.1: the correlation
// of the scores, the difference of the means and that of the log variances,
// first group less second. Two things of cSEM's are not ours and show in its
// numbers to all digits. Step 2 puts the weights, which belong to standardised
// indicators, on raw ones: the same formula with covariances in place of
// correlations. Step 3 estimates the rows in the order of the file and then
// takes the first n1 of them for the first group, whoever they are; given that
// grouping, plumb finds the same.
func TestMICOM(t *testing.T) {
	folder := folderOrSkip(t)
	for _, k := range []struct{ name, column, a, b string }{
		{"corp_rep_data__micom-simple__cSEM", "servicetype", "1", "2"},
		{"satisfaction__micom-ecsi__cSEM", "gender", "female", "male"},
	} {
		c := oneCase(t, folder, k.name)
		names := []string{k.a, k.b}
		statistic := func(step string, keys ...string) map[string]float64 {
			raw := c.Results[step]
			for _, key := range append(keys, "Test_statistic", k.a+"_"+k.b) {
				var next map[string]json.RawMessage
				if err := json.Unmarshal(raw, &next); err != nil {
					t.Fatal(err)
				}
				raw = next[key]
			}
			var out map[string]float64
			if err := json.Unmarshal(raw, &out); err != nil {
				t.Fatal(err)
			}
			return out
		}
		correlation, mean, variance := statistic("step2"), statistic("step3", "Mean"), statistic("step3", "Var")
		near := func(what string, got, want float64) {
			if !(math.Abs(got-want) <= 1e-8) {
				t.Errorf("%s %s: %.12f, cSEM %.12f", k.name, what, got, want)
			}
		}
		p, real := compareCase(t, folder, c, func(f *frame.Frame) []int { return codes(f.Column(k.column), names) }, names, groups.Options{Permutations: 3})
		counts := make([]int32, p.Rows.Len())
		for i := range counts {
			counts[i] = 1
		}
		pooled := p.Rows.NewSummer().Sum(counts).Cov()
		first := real.Groups[0]
		constructs := first.Estimate.Model.Constructs
		if len(correlation) != len(constructs) || len(mean) != len(constructs) || len(variance) != len(constructs) {
			t.Fatalf("%s: %d, %d and %d statistics", k.name, len(correlation), len(mean), len(variance))
		}
		for g := range names {
			compareGroup(t, c, real.Groups[g].Estimate, names[g])
		}
		_, byPosition := compareCase(t, folder, c, func(f *frame.Frame) []int {
			of := make([]int, f.Rows)
			for i := first.N; i < f.Rows; i++ {
				of[i] = 1
			}
			return of
		}, names, groups.Options{Permutations: 3})
		for h, b := range first.Estimate.Blocks {
			name := constructs[h].Name
			u, v := first.Estimate.Weights[b.First:b.End], real.Groups[1].Estimate.Weights[b.First:b.End]
			near("correlation of "+name, groups.Congruence(pooled.SliceSym(b.First, b.End), u, v), correlation[name])
			near("mean of "+name, byPosition.Pairs[0].Invariance[h].Mean, mean[name])
			near("variance of "+name, byPosition.Pairs[0].Invariance[h].Variance, variance[name])
			// On standardised indicators the correlation is near: these items
			// share one scale.
			if got := real.Pairs[0].Invariance[h].Correlation; math.Abs(got-correlation[name]) > .002 {
				t.Errorf("%s correlation of %s in standardised indicators: %.6f", k.name, name, got)
			}
		}
	}
}

// compareGroup holds the weights, loadings and paths of one group to cSEM's.
func compareGroup(t *testing.T, c *Case, e *estimate.Estimate, name string) {
	t.Helper()
	var all map[string]map[string]json.RawMessage
	if err := json.Unmarshal(c.Results["group_estimates"], &all); err != nil {
		t.Fatal(err)
	}
	compared := 0
	near := func(what string, got, want float64) {
		compared++
		if !(math.Abs(got-want) <= 1e-8) {
			t.Errorf("%s, group %s, %s: %.12f, cSEM %.12f", c.Name, name, what, got, want)
		}
	}
	for key, values := range map[string][]float64{"weights": e.Weights, "loadings": e.Loadings} {
		want, ok := table(all[name][key])
		if !ok {
			t.Fatalf("no %s of group %s", key, name)
		}
		for h, b := range e.Blocks {
			for a := b.First; a < b.End; a++ {
				near(key+" of "+e.Indicators[a], values[a], want.At(e.Indicators[a], e.Model.Constructs[h].Name))
			}
		}
	}
	paths, _ := table(all[name]["paths_row_depends_on_col"])
	for _, p := range e.Model.Paths {
		near(p.From+" -> "+p.To, e.Paths.At(e.Model.Index(p.To), e.Model.Index(p.From)), paths.At(p.To, p.From))
	}
	if want := 2*len(e.Indicators) + len(e.Model.Paths); compared != want {
		t.Errorf("%d numbers compared, want %d", compared, want)
	}
}

// TestGroupsOfSmartPLS holds paths, differences and the two t tests to the
// digits that SmartPLS printed.
func TestGroupsOfSmartPLS(t *testing.T) {
	folder := folderOrSkip(t)
	c := oneCase(t, folder, "corp_rep_data__extended-mga-servicetype__smartpls4")
	names := []string{"2", "1"}
	_, got := compareCase(t, folder, c, func(f *frame.Frame) []int { return codes(f.Column("servicetype"), names) }, names, groups.Options{Permutations: 3, Bootstrap: infer.Options{Replicates: 1500}})
	estimates, _ := c.Table("bootstrap_by_group")
	tests, _ := c.Table("mga")
	from, to := got.Layout.Range(infer.Path)
	if to-from != 13 || got.Groups[0].N != 219 || got.Groups[1].N != 125 {
		t.Fatalf("%d paths, %d and %d people", to-from, got.Groups[0].N, got.Groups[1].N)
	}
	near := func(what string, got, want, allowed float64) {
		if !(math.Abs(got-want) <= allowed) {
			t.Errorf("%s: %.4f, SmartPLS %.4f", what, got, want)
		}
	}
	for _, d := range got.Pairs[0].Differences[from:to] {
		m := got.Layout.Model
		label := m.Constructs[d.From].Name + " -> " + m.Constructs[d.To].Name
		// Three digits, where the last may be rounded from the other side of a
		// half: SmartPLS stops at a weight change of 1e-7.
		near(label+" contract", d.A, estimates.At(label, "Original (Contract plan)"), 5.1e-4)
		near(label+" prepaid", d.B, estimates.At(label, "Original (Prepaid plan)"), 5.1e-4)
		near(label+" difference", d.Difference, tests.At(label, "difference_contract_minus_prepaid"), 5.1e-4)
		// Two bootstraps of unknown and of 1,500 replicates: p within four Monte
		// Carlo errors and what three digits of standard errors can tell.
		share := tests.At(label, "p_one_tailed_contract_vs_prepaid")
		near(label+" one-tailed p", d.Henseler.Share, share, 4*math.Sqrt(2*share*(1-share)/1000)+.005)
	}
}

// TestHenseler holds Henseler's test to seminr's fixture, which lists the rows
// of every resample: first each resample's paths, then the shares of pairs.
func TestHenseler(t *testing.T) {
	folder := folderOrSkip(t)
	c := oneCase(t, folder, "mobi__ecsi-mga-indices__seminr")
	f, rows := rowsOf(t, folder, c)
	var condition []int
	if err := json.Unmarshal(c.Results["condition"], &condition); err != nil {
		t.Fatal(err)
	}
	table, _ := c.Table("mga")
	var values [2][][]float64 // group, path, resample
	for g := range values {
		var of []int
		for i, first := range condition {
			if (first == 1) == (g == 0) {
				of = append(of, i)
			}
		}
		group := rows.Subset(of)
		var drawn [][]int
		var paths [][]float64
		for key, into := range map[string]any{"resample_rows": &drawn, "per_resample_paths": &paths} {
			if err := json.Unmarshal(c.Results[fmt.Sprintf("group%d_%s", g+1, key)], into); err != nil {
				t.Fatal(err)
			}
		}
		if len(drawn) != 100 || len(paths) != 100 {
			t.Fatalf("%d and %d resamples", len(drawn), len(paths))
		}
		values[g] = make([][]float64, len(table.Rows))
		sum, counts := group.NewSummer(), make([]int32, group.Len())
		for b, list := range drawn {
			clear(counts)
			for _, r := range list {
				counts[r-1]++
			}
			e, err := pls.Estimate(f.m, sum.Sum(counts), pls.Options{Tolerance: tight, MaxIterations: 20000})
			if err != nil {
				t.Fatal(err)
			}
			for k, label := range table.Rows {
				from, to, _ := strings.Cut(label, " -> ")
				v := e.Paths.At(f.m.Index(to), f.m.Index(from))
				if d := math.Abs(v - paths[b][k]); d > 1e-7 {
					t.Errorf("group %d, resample %d, %s: %.9f, seminr %.9f", g+1, b+1, label, v, paths[b][k])
				}
				values[g][k] = append(values[g][k], v)
			}
		}
	}
	for k, label := range table.Rows {
		got, want := groups.PairsNotAbove(values[0][k], values[1][k]), table.At(label, "pls_mga_p")
		if math.Abs(got-want) > 1e-12 {
			t.Errorf("%s: %.6f, seminr %.6f", label, got, want)
		}
	}
}
