package frame_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plumb/finding"
	"plumb/frame"
	"plumb/frame/open"
)

// shared returns a path under the reference material, which lies beside the
// repository and not in it.
func shared(t *testing.T, elements ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{"..", "..", "shared", "reference"}, elements...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skip("the reference material is not beside the repository: " + err.Error())
	}
	return path
}

func decode(t *testing.T, path string, into any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, path string, o frame.Options) *frame.Frame {
	t.Helper()
	f, err := open.File(path, o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// digits scores an answer by its correct digits, at most 15: the certified
// values carry 15.
func digits(got, want float64) float64 {
	if got == want {
		return 15
	}
	e := math.Abs(got - want)
	if want != 0 {
		e /= math.Abs(want)
	}
	return min(15, -math.Log10(e))
}

// NIST StRD, univariate: correct digits of the mean and the standard
// deviation. The data are decimal and their doubles are not: where the mean is
// large beside the spread the standard deviation of the doubles themselves has
// fewer digits, 8 for a mean/sd of 1e8 (NumAcc4) and
// 13 for 4e3 (Michelso).
func TestCertifiedUnivariate(t *testing.T) {
	var sets map[string]struct {
		Kind      string
		N         int
		Certified map[string]any
	}
	decode(t, shared(t, "nist", "certified.json"), &sets)
	least := map[string][2]float64{ // mean, sd
		"PiDigits": {15, 14.5}, "Lottery": {14.5, 14.5}, "Lew": {14.5, 14.5}, "Michelso": {14.5, 13.5},
		"NumAcc1": {15, 15}, "NumAcc2": {15, 14.5}, "NumAcc4": {15, 8},
	}
	seen := 0
	for name, set := range sets {
		if set.Kind != "univariate" {
			continue
		}
		seen++
		want, ok := least[name]
		if !ok {
			t.Errorf("%s has no stated number of digits", name)
		}
		s := frame.Describe(load(t, shared(t, "nist", name+".csv"), frame.Options{}))[0]
		if s.N != set.N {
			t.Errorf("%s: n = %d, want %d", name, s.N, set.N)
		}
		mean, sd := digits(s.Mean, set.Certified["mean"].(float64)), digits(s.SD, set.Certified["sd_n_minus_1"].(float64))
		t.Logf("%s: %.1f digits of the mean, %.1f of the standard deviation", name, mean, sd)
		if mean < want[0] || sd < want[1] {
			t.Errorf("%s: mean %v (%.1f digits, want %v), sd %v (%.1f digits, want %v)", name, s.Mean, mean, want[0], s.SD, sd, want[1])
		}
	}
	if seen != len(least) {
		t.Errorf("%d sets, want %d", seen, len(least))
	}
}

type table struct {
	Rows, Cols []string
	Values     [][]*float64
}

func (t table) cell(row, col string) float64 {
	v := t.Values[slices.Index(t.Rows, row)][slices.Index(t.Cols, col)]
	if v == nil {
		return math.NaN()
	}
	return *v
}

func byName(f *frame.Frame) map[string]frame.Summary {
	out := map[string]frame.Summary{}
	for _, s := range frame.Describe(f) {
		out[s.Name] = s
	}
	return out
}

// SmartPLS 3, project file: full precision. It divides the variance by n and
// takes the upper of the two middle values as the median.
func TestAgreesWithSmartPLS(t *testing.T) {
	var want struct {
		Results struct{ Descriptives table }
	}
	decode(t, shared(t, "expected", "corp_rep_data__descriptives__smartpls3.json"), &want)
	f := load(t, shared(t, "data", "corp_rep_data.csv"), frame.Options{Missing: []string{"-99"}})
	got := byName(f)
	d := want.Results.Descriptives
	if len(d.Rows) < 40 {
		t.Fatalf("%d rows of reference", len(d.Rows))
	}
	for _, name := range d.Rows {
		s := got[name]
		n := float64(s.N)
		var sorted []float64
		for _, x := range f.Column(name).Numbers {
			if !math.IsNaN(x) {
				sorted = append(sorted, x)
			}
		}
		slices.Sort(sorted)
		// The upper median, from the type-7 one only where n is odd.
		if s.N%2 == 1 && s.Median != sorted[s.N/2] || s.N%2 == 0 && s.Median != (sorted[s.N/2-1]+sorted[s.N/2])/2 {
			t.Errorf("%s: median %v", name, s.Median)
		}
		for _, c := range []struct {
			what      string
			got       float64
			tolerance float64 // agreement of the reference with exact computation: 6e-14
		}{
			{"mean", s.Mean, 1e-13}, {"median", sorted[s.N/2], 0}, {"min", s.Min, 0}, {"max", s.Max, 0},
			{"sd_n", s.SD * math.Sqrt((n-1)/n), 1e-13}, {"skewness", s.Skewness, 1e-12}, {"excess_kurtosis", s.Kurtosis, 1e-12},
			{"missing", float64(s.Missing), 0},
		} {
			if w := d.cell(name, c.what); !(math.Abs(c.got-w) <= c.tolerance*max(1, math.Abs(w))) {
				t.Errorf("%s: %s = %v, want %v", name, c.what, c.got, w)
			}
		}
	}
}

// psych 2.2.9: type 2 skewness and kurtosis are G1 and G2, type 1 the plain
// moment ratios, type 3 (describe) those with the variance of divisor n-1.
func TestAgreesWithPsych(t *testing.T) {
	for _, set := range []string{"mobi", "satisfaction"} {
		var want struct {
			Results struct {
				Descriptives table
				Skew1        map[string]float64 `json:"skew_type1"`
				Skew2        map[string]float64 `json:"skew_type2"`
				Kurtosis1    map[string]float64 `json:"kurtosis_type1"`
				Kurtosis2    map[string]float64 `json:"kurtosis_type2"`
			}
		}
		decode(t, shared(t, "expected", set+"__screening__psych.json"), &want)
		got := byName(load(t, shared(t, "data", set+".csv"), frame.Options{}))
		r := want.Results
		if len(r.Descriptives.Rows) < 8 || len(r.Skew2) < 8 {
			t.Fatalf("%s: too little reference", set)
		}
		for _, name := range r.Descriptives.Rows {
			s := got[name]
			n := float64(s.N)
			g1 := s.Skewness * (n - 2) / math.Sqrt(n*(n-1))
			g2 := (s.Kurtosis*(n-2)*(n-3)/(n-1) - 6) / (n + 1)
			shrink := (n - 1) / n
			for _, c := range []struct {
				what      string
				got, want float64
			}{
				{"n", n, r.Descriptives.cell(name, "n")}, {"mean", s.Mean, r.Descriptives.cell(name, "mean")}, {"sd", s.SD, r.Descriptives.cell(name, "sd")},
				{"median", s.Median, r.Descriptives.cell(name, "median")}, {"min", s.Min, r.Descriptives.cell(name, "min")}, {"max", s.Max, r.Descriptives.cell(name, "max")},
				{"skew 1", g1, r.Skew1[name]}, {"skew 2", s.Skewness, r.Skew2[name]}, {"skew 3", g1 * math.Pow(shrink, 1.5), r.Descriptives.cell(name, "skew")},
				{"kurtosis 1", g2, r.Kurtosis1[name]}, {"kurtosis 2", s.Kurtosis, r.Kurtosis2[name]},
				{"kurtosis 3", (g2+3)*shrink*shrink - 3, r.Descriptives.cell(name, "kurtosis")},
			} {
				if !(math.Abs(c.got-c.want) <= 1e-13*max(1, math.Abs(c.want))) { // 15 printed digits
					t.Errorf("%s %s: %s = %v, want %v", set, name, c.what, c.got, c.want)
				}
			}
		}
	}
}

// The codes of the corporate reputation data are found when nobody declares
// them, and nothing is found where they are declared.
func TestFindsUndeclaredCodes(t *testing.T) {
	path := shared(t, "data", "corp_rep_data.csv")
	blocks := []frame.Block{{Construct: "LIKE", Columns: []string{"like_1", "like_2", "like_3"}}, {Construct: "CUSL", Columns: []string{"cusl_1", "cusl_2", "cusl_3"}}}
	list := frame.Preflight(load(t, path, frame.Options{}), frame.PreflightOptions{Blocks: blocks})
	k := slices.IndexFunc(list, func(f finding.Finding) bool { return f.Code == frame.CodeUndeclaredMissing })
	if k < 0 || !strings.HasPrefix(list[k].Message, "-99 ") || !strings.Contains(list[k].Message, "cusl_1") || !strings.Contains(list[k].Hint, "--missing-code -99") {
		t.Errorf("findings %v", list)
	}
	list = frame.Preflight(load(t, path, frame.Options{Missing: []string{"-99"}}), frame.PreflightOptions{Blocks: blocks})
	if list.Has(frame.CodeUndeclaredMissing) || list.Count(finding.Error) > 0 {
		t.Errorf("findings %v", list)
	}
}

// The village study agrees with its codebook in every cell.
func TestVillage(t *testing.T) {
	folder := filepath.Join("..", "examples", "village")
	f := load(t, filepath.Join(folder, "village_survey.csv"), frame.Options{})
	book, list := frame.ParseCodebook(load(t, filepath.Join(folder, "codebook.csv"), frame.Options{}), "codebook.csv")
	if len(list) > 0 || len(book.Variables) != 35 {
		t.Fatalf("%d variables, findings %v", len(book.Variables), list)
	}
	if list := book.Apply(f); len(list) > 0 {
		t.Errorf("findings %v", list)
	}
	f.Column("respondent_id").Role, f.Column("village").Role = frame.RoleID, frame.RoleCluster
	for name, want := range map[string]frame.Column{
		"OS1":         {Level: frame.Ordinal, Allowed: frame.Allowed{Low: 1, High: 5, HasLow: true, HasHigh: true, Integer: true}},
		"income_2020": {Level: frame.Ratio, Unit: "yuan", Allowed: frame.Allowed{HasLow: true, LowOpen: true, Integer: true}},
		"education":   {Level: frame.Ordinal},
		"village":     {Level: frame.Nominal},
	} {
		c := f.Column(name)
		a := c.Allowed
		a.Values = nil
		if c.Level != want.Level || c.Unit != want.Unit || a.String() != want.Allowed.String() || c.Label == "" {
			t.Errorf("%s: %+v", name, c)
		}
	}
	blocks := []frame.Block{
		{Construct: "CBE", Columns: []string{"OS1", "OS2", "OS3", "CS1", "CS2", "CS3", "RE1", "RE2", "RE3"}},
		{Construct: "INF", Columns: []string{"INF1", "INF2", "INF3", "INF4"}},
		{Construct: "FI", Columns: []string{"FI1", "FI2", "FI3", "FI4"}},
	}
	for _, found := range frame.Preflight(f, frame.PreflightOptions{Blocks: blocks, Parameters: 19}) {
		t.Log(found)
		if found.Code != frame.CodeSmallSample {
			t.Errorf("unexpected finding: %v", found)
		}
	}
	for _, s := range frame.Describe(f) {
		if s.N+s.Missing != 62 || s.Label == "" {
			t.Errorf("%+v", s)
		}
	}
}
