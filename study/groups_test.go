package study

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"plumb/finding"
)

// survey is a study on 90 people: two genders, three regions, two years and 45
// persons, the third of whom gives no gender.
func survey(t *testing.T, data DataSpec, models ...ModelSpec) *Study {
	t.Helper()
	r := rand.New(rand.NewPCG(4, 4))
	var b strings.Builder
	b.WriteString("who,gender,region,year,income,a1,a2,b1,b2\n")
	for i := range 90 {
		gender := fmt.Sprint(2 - i%2)
		if i == 2 {
			gender = ""
		}
		a := r.NormFloat64()
		y := .6*a + r.NormFloat64()
		answer := func(x float64) int { return int(math.Round(4 + x + .6*r.NormFloat64())) }
		fmt.Fprintf(&b, "p%d,%s,%s,%d,%.3f,%d,%d,%d,%d\n", i%45, gender, []string{"south", "north", "east"}[i%3], 2020+i/45, math.Exp(a),
			answer(a), answer(a), answer(y), answer(y))
	}
	folder := t.TempDir()
	data.File = filepath.Join(folder, "d.csv")
	if err := os.WriteFile(data.File, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	data.Codebook = filepath.Join(folder, "book.csv")
	if err := os.WriteFile(data.Codebook, []byte("variable,values\ngender,1=female;2=male\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for i := range models {
		models[i].Text = twoByTwo
	}
	return &Study{Data: data, Models: models}
}

func compared(t *testing.T, s *Study) (*Groups, finding.List) {
	t.Helper()
	r, err := Run(t.Context(), s, RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return r.Models[0].Groups, slices.Concat(r.Findings, r.Models[0].Findings)
}

func codesOf(list finding.List) map[finding.Code]int {
	out := map[finding.Code]int{}
	for _, f := range list {
		out[f.Code]++
	}
	return out
}

func TestGroupsOfAStudy(t *testing.T) {
	spec := ModelSpec{Groups: GroupSpec{By: "gender", Permutations: 59}, Inference: InferenceSpec{Bootstrap: 40, Adjust: "holm", Seed: 9, Level: .9}}
	g, list := compared(t, survey(t, DataSpec{}, spec))
	if g.By != "gender" || g.Permutations != 59 || g.Bootstrap != 40 || g.Adjustment != "holm" || g.Seed != 9 || g.Level != .9 || g.Interval != "percentile" || g.Exchanged != "people" {
		t.Errorf("settings %+v", g)
	}
	if len(g.Groups) != 2 || g.Groups[0].Name != "female" || g.Groups[0].N != 45 || g.Groups[1].Name != "male" || g.Groups[1].N != 44 {
		t.Errorf("groups %+v", g.Groups)
	}
	if codesOf(list)[CodeNoGroup] != 1 {
		t.Errorf("nothing about the person without gender in %v", list)
	}
	p := g.Pairs[0]
	if len(p.Weights) != 4 || len(p.Loadings) != 4 || len(p.Paths) != 1 || len(p.Total) != 1 || p.Indirect == nil || len(p.Invariance.Constructs) != 2 {
		t.Fatalf("rows %+v", p)
	}
	d := p.Paths[0]
	if d.From != "A" || d.To != "B" || d.A != g.Groups[0].Paths[0].Estimate || float64(d.A)-float64(d.B) != float64(d.Difference) {
		t.Errorf("path %+v", d)
	}
	for name, p := range map[string]Number{"permutation": d.Permutation.PAdjusted, "Henseler": d.Henseler.PAdjusted, "t": d.Parametric.PAdjusted, "Welch": d.Welch.PAdjusted} {
		if !p.Exists() {
			t.Errorf("no adjusted p of the %s test", name)
		}
	}
	if c := g.Groups[1].Paths[0].CI; !(c[0] < d.B && d.B < c[1]) || d.Overlap == "" {
		t.Errorf("interval %v around %v, %q", c, d.B, d.Overlap)
	}
}

func TestGroupsComeBackFromJSON(t *testing.T) {
	r, err := Run(t.Context(), survey(t, DataSpec{}, ModelSpec{Groups: GroupSpec{By: "region", Permutations: 19}}), RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var first, second bytes.Buffer
	if err := WriteJSON(&first, r); err != nil {
		t.Fatal(err)
	}
	back := &Result{}
	if err := json.Unmarshal(first.Bytes(), back); err != nil {
		t.Fatal(err)
	}
	if err := WriteJSON(&second, back); err != nil {
		t.Fatal(err)
	}
	if first.String() != second.String() || back.Models[0].Groups == nil {
		t.Error("what comes back is not what was written")
	}
	g := back.Models[0].Groups
	names := []string{g.Groups[0].Name, g.Groups[1].Name, g.Groups[2].Name}
	if !reflect.DeepEqual(names, []string{"east", "north", "south"}) || len(g.Pairs) != 3 {
		t.Errorf("groups %v, %d pairs", names, len(g.Pairs))
	}
	if g.Distances.Squared.P < .05 || !g.Distances.Geodesic.P.Exists() {
		t.Errorf("distances %+v", g.Distances)
	}
}

func TestWhoIsCompared(t *testing.T) {
	for _, k := range []struct {
		name      string
		data      DataSpec
		spec      GroupSpec
		groups    int
		exchanged string
		code      finding.Code
	}{
		{"the column of the data section", DataSpec{Group: "region"}, GroupSpec{Permutations: 19}, 3, "people", ""},
		{"waves without persons", DataSpec{Wave: "year"}, GroupSpec{Permutations: 19}, 2, "people", CodeNoPerson},
		{"waves of the same persons", DataSpec{Wave: "year", ID: "who"}, GroupSpec{Permutations: 19}, 2, "waves within persons", ""},
		{"clusters across groups", DataSpec{Cluster: "region"}, GroupSpec{By: "year", Permutations: 19}, 2, "people within clusters", ""},
		{"strata across groups", DataSpec{Strata: "region"}, GroupSpec{By: "year", Permutations: 19}, 2, "people within strata", ""},
		{"nobody asked", DataSpec{Group: "region"}, GroupSpec{}, 0, "", CodeNotCompared},
	} {
		t.Run(k.name, func(t *testing.T) {
			g, list := compared(t, survey(t, k.data, ModelSpec{Groups: k.spec}))
			if g == nil {
				g = &Groups{}
			}
			if len(g.Groups) != k.groups || g.Exchanged != k.exchanged {
				t.Errorf("%d groups, %q", len(g.Groups), g.Exchanged)
			}
			seen := codesOf(list)
			for _, code := range []finding.Code{CodeNoPerson, CodeNotCompared} {
				if (seen[code] == 1) != (code == k.code) {
					t.Errorf("findings %v", seen)
				}
			}
		})
	}
}

// A blank or doubled identifier makes no panel of groups.
func TestDoubledIdentifiers(t *testing.T) {
	for _, k := range []struct {
		name      string
		ids       func(i int) string // of 90 people, 45 in each group
		exchanged string
		rows      string // that the warning names
	}{
		{"all different", func(i int) string { return fmt.Sprint("p", i) }, "people", ""},
		{"two blanks", func(i int) string { return map[bool]string{true: "", false: fmt.Sprint("p", i)}[i == 3 || i == 50] }, "people", ""},
		{"all blank", func(int) string { return "" }, "people", ""},
		{"one pair", func(i int) string { return map[bool]string{true: "twin", false: fmt.Sprint("p", i)}[i == 3 || i == 50] }, "people", "(rows 5, 52)"},
		{"numbers that start again", func(i int) string { return fmt.Sprint(i % 9) }, "people", "(rows 2, 3, 4, 5, 6, 7 and 84 more)"},
		{"a panel with a few blanks", func(i int) string { return map[bool]string{true: "", false: fmt.Sprint("p", i%45)}[i%45 < 4] }, "waves within persons", ""},
	} {
		t.Run(k.name, func(t *testing.T) {
			s := survey(t, DataSpec{ID: "id"}, ModelSpec{Groups: GroupSpec{By: "year", Permutations: 59}})
			text, err := os.ReadFile(s.Data.File)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(string(text)), "\n")
			lines[0] += ",id"
			for i := range 90 {
				lines[i+1] += "," + k.ids(i)
			}
			if err := os.WriteFile(s.Data.File, []byte(strings.Join(lines, "\n")+"\n"), 0o666); err != nil {
				t.Fatal(err)
			}
			g, list := compared(t, s)
			if g.Exchanged != k.exchanged || g.Pairs[0].Shuffles.Exchanged != k.exchanged || g.Pairs[0].Shuffles.Untestable || !g.Pairs[0].Paths[0].Permutation.CI[0].Exists() {
				t.Errorf("%q, %+v", g.Exchanged, g.Pairs[0].Shuffles)
			}
			i := slices.IndexFunc(list, func(f finding.Finding) bool { return f.Code == CodeSharedIDs })
			if (i >= 0) != (k.rows != "") || i >= 0 && !strings.Contains(list[i].Message, k.rows) {
				t.Errorf("findings %v", list)
			}
		})
	}
}

func TestWhatCannotBeCompared(t *testing.T) {
	for _, k := range []struct {
		name string
		by   string
		code finding.Code
		hint string
	}{
		{"unknown column", "gendre", "unknown-column", "gender"},
		{"no column", "", CodeNoGroupColumn, "by:"},
		{"no groups", "income", CodeManyGroups, "few groups"},
	} {
		t.Run(k.name, func(t *testing.T) {
			list := refusal(t, survey(t, DataSpec{}, ModelSpec{Groups: GroupSpec{By: k.by, Permutations: 19}}))
			i := slices.IndexFunc(list, func(f finding.Finding) bool { return f.Code == k.code })
			if i < 0 || !strings.Contains(list[i].Hint, k.hint) {
				t.Errorf("findings %v", list)
			}
		})
	}
	// The check of a study finds a wrong name without estimating anything.
	s, list := Parse([]byte("data: {file: d.csv}\nmodels:\n  - text: |\n      A =~ a1 + a2\n      B =~ b1 + b2\n      B ~ A\n    groups: {by: gendre}\n"), "")
	if len(list) > 0 || s.Models[0].Groups != (GroupSpec{By: "gendre", Permutations: 1000}) {
		t.Fatalf("%+v %v", s.Models[0].Groups, list)
	}
	s.Data.File = survey(t, DataSpec{}).Data.File
	list, err := Check(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(f finding.Finding) bool { return f.Place.Key == "models.groups.by" })
	if i < 0 || list[i].Place.Line != 7 {
		t.Errorf("findings %v", list)
	}
}
