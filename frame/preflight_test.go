package frame

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"plumb/finding"
)

// repeat builds n lines by a rule.
func repeat(header string, n int, line func(i int) string) *Frame {
	lines := []string{header}
	for i := range n {
		lines = append(lines, line(i))
	}
	return sheet(lines...)
}

// scatter gives varied answers 1..5 that follow from no rule a check looks for.
func scatter(i, j int) int {
	h := uint32(i*7919+j*104729+12345) * 2654435761
	h ^= h >> 13
	h *= 0x5bd1e995
	return int(h>>16)%5 + 1
}

func items(n int) []string {
	names := make([]string, n)
	for j := range names {
		names[j] = "q" + strconv.Itoa(j+1)
	}
	return names
}

// survey has n rows and k clean items.
func survey(n, k int) *Frame {
	return repeat(strings.Join(items(k), ","), n, func(i int) string {
		cells := make([]string, k)
		for j := range cells {
			cells[j] = strconv.Itoa(scatter(i, j))
		}
		return strings.Join(cells, ",")
	})
}

func block(names ...string) []Block { return []Block{{Construct: "F", Columns: names}} }

func regression(names ...string) []Block {
	return []Block{{Construct: "F", Columns: names, Regression: true}}
}

func withRole(f *Frame, name string, r Role) *Frame {
	f.Column(name).Role = r
	return f
}

// TestWeightsAreToldOnce: a negative weight is no code for a missing answer,
// and not an answer outside the codebook as well.
func TestWeightsAreToldOnce(t *testing.T) {
	f := withRole(sheet("w,a", "1,1", "-1,2", "1,3"), "w", RoleWeight)
	f.Column("w").Allowed = Allowed{HasLow: true, LowOpen: true}
	list := Preflight(f, PreflightOptions{})
	if !list.Has(CodeWeights) || list.Has(CodeOutsideAllowed) || strings.Contains(fmt.Sprint(list), "missing-code") {
		t.Errorf("findings %v", list)
	}
}

func TestPreflightFindings(t *testing.T) {
	ordinal := func(f *Frame, low, high float64) *Frame {
		f.Columns[0].Allowed = Allowed{Low: low, High: high, HasLow: true, HasHigh: true, Integer: true}
		return f
	}
	set := func(f *Frame, name string, row int, v float64) *Frame {
		f.Column(name).Numbers[row] = v
		return f
	}
	sum := func(f *Frame, of string, b ...float64) *Frame { // of = sum b_j q_j + 7
		for i := range f.Rows {
			v := 7.0
			for j, w := range b {
				v += w * f.Columns[j].Numbers[i]
			}
			f.Column(of).Numbers[i] = v
		}
		return f
	}
	for _, c := range []struct {
		name     string
		f        *Frame
		o        PreflightOptions
		code     finding.Code
		severity finding.Severity
		place    string
		says     string
	}{
		{"text in numbers, in use", sheet("a,b", "1,2", "n/a,3", "3,1", "?,4", "5,2"), PreflightOptions{Blocks: block("a", "b")},
			CodeTextInNumbers, finding.Error, "data.csv, row 3, column a", `row 3 "n/a" and row 5 "?"`},
		{"text in numbers, hint", sheet("a,b", "1,2", "n/a,3", "3,1", "4,4"), PreflightOptions{},
			CodeTextInNumbers, finding.Warning, "data.csv, row 3, column a", `--missing-code n/a, or missing: ["n/a"]`},
		{"text column in use", sheet("a,b", "1,x", "2,y"), PreflightOptions{Blocks: block("a", "b")},
			CodeTextColumn, finding.Error, "data.csv, row 2, column b", `holds words, as "x"`},
		{"numbers as text", sheet("a", "¥ 14 500", "¥ 36 600"), PreflightOptions{},
			CodeNumbersAsText, finding.Warning, "data.csv, column a", "2 of its 2 answers look like numbers"},
		{"outside allowed", ordinal(sheet("a", "4", "5", "7"), 1, 5), PreflightOptions{},
			CodeOutsideAllowed, finding.Warning, "data.csv, row 4, column a", "1 to 5 in whole numbers): 7 in row 4"},
		{"outside allowed, in use", ordinal(sheet("a,b", "4,1", "5,2", "7,2"), 1, 5), PreflightOptions{Blocks: block("a", "b")},
			CodeOutsideAllowed, finding.Error, "data.csv, row 4, column a", "7 in row 4"},
		{"outside allowed, a code", ordinal(sheet("a", "4", "99", "3"), 1, 5), PreflightOptions{},
			CodeOutsideAllowed, finding.Warning, "data.csv, row 3, column a", "missing: [99]"},
		{"not whole", ordinal(sheet("a", "4", "4.5", "3"), 1, 5), PreflightOptions{},
			CodeNotWhole, finding.Warning, "data.csv, row 3, column a", "4.5 in row 3"},
		{"not whole, undeclared", set(survey(40, 3), "q2", 7, 2.5), PreflightOptions{Blocks: block("q1", "q2", "q3")},
			CodeNotWhole, finding.Warning, "data.csv, row 9, column q2", "2.5 in row 9"},
		{"undeclared 99", set(set(survey(40, 3), "q2", 7, 99), "q3", 9, 99), PreflightOptions{},
			CodeUndeclaredMissing, finding.Warning, "data.csv, row 9", "2 cells of q2 (row 9) and q3 (row 11)"},
		{"undeclared -99", set(survey(40, 3), "q2", 7, -99), PreflightOptions{},
			CodeUndeclaredMissing, finding.Warning, "data.csv, row 9, column q2", "--missing-code -99, or missing: [-99]"},
		{"undeclared 9 on 1 to 5", set(survey(40, 3), "q2", 7, 9), PreflightOptions{},
			CodeUndeclaredMissing, finding.Warning, "data.csv, row 9, column q2", "9 looks like a code"},
		{"empty in use", set(sheet("a,b", "1,1", "2,1"), "b", 0, math.NaN()), PreflightOptions{Blocks: block("c")},
			CodeColumnNotFound, finding.Error, "data.csv, column c, construct F", "no column c"},
		{"empty", set(set(sheet("a,b", "1,1", "2,1"), "b", 0, math.NaN()), "b", 1, math.NaN()), PreflightOptions{Blocks: block("a", "b")},
			CodeEmptyColumn, finding.Error, "data.csv, column b", "no answers"},
		{"constant in use", sheet("a,b", "1,5", "2,5", "3,5"), PreflightOptions{Blocks: block("a", "b")},
			CodeConstantColumn, finding.Error, "data.csv, column b", "All 3 answers of b are 5"},
		{"constant", sheet("a,b", "1,5", "2,5", "3,5"), PreflightOptions{},
			CodeConstantColumn, finding.Warning, "data.csv, column b", "All 3 answers of b are 5"},
		{"constant, unused", sheet("a,b", "1,5", "2,5", "3,5"), PreflightOptions{Blocks: block("a")},
			CodeConstantColumn, finding.Info, "data.csv, column b", "are 5"},
		{"near-constant", repeat("a", 40, func(i int) string { return map[bool]string{true: "4", false: "5"}[i == 3] }), PreflightOptions{},
			CodeNearConstant, finding.Warning, "data.csv, column a", "39 of the 40 answers of a are 5 (97.5%)"},
		{"near-constant in few rows", repeat("a", 12, func(i int) string { return map[bool]string{true: "4", false: "5"}[i > 9] }), PreflightOptions{},
			CodeNearConstant, finding.Warning, "data.csv, column a", "10 of the 12"},
		{"duplicate columns", sheet("a,b,c", "1,2,1", "2,2,2", "4,3,4"), PreflightOptions{},
			CodeDuplicateColumn, finding.Warning, "data.csv, column c", "columns a and c"},
		{"duplicate columns in a regression", sheet("a,b,c", "1,2,1", "2,2,2", "4,3,4"), PreflightOptions{Blocks: regression("a", "b", "c")},
			CodeDuplicateColumn, finding.Error, "data.csv, column c", "columns a and c"},
		{"perfect correlation", sum(survey(30, 3), "q3", 0, -2), PreflightOptions{},
			CodePerfectCorrelation, finding.Warning, "data.csv, column q3", "q2 and q3 correlate perfectly (q3 = -2 q2 + constant)"},
		{"collinear", sum(survey(30, 4), "q4", 1, 2, -1), PreflightOptions{},
			CodeCollinear, finding.Warning, "data.csv, column q4", "q1, q2, q3 and q4 are perfectly collinear: q4 = q1 + 2 q2 - q3 + constant."},
		{"collinear in a regression", sum(survey(30, 4), "q4", 1, 2, -1), PreflightOptions{Blocks: regression("q1", "q2", "q3", "q4")},
			CodeCollinear, finding.Error, "", "q1, q2, q3 and q4"},
		{"collinear across blocks", sum(survey(30, 4), "q4", 1, 2, -1), PreflightOptions{Blocks: append(regression("q1", "q2"), regression("q3", "q4")...)},
			CodeCollinear, finding.Warning, "", "q1, q2, q3 and q4"},
		{"dummy trap", repeat("n,s,w", 12, func(i int) string {
			return []string{"1,0,0", "0,1,0", "0,0,1", "1,0,0", "0,1,0"}[i%5]
		}), PreflightOptions{}, CodeDummyTrap, finding.Warning, "", "n, s and w add up"},
		{"dummy trap of two", repeat("m,f", 12, func(i int) string { return []string{"1,0", "0,1", "0,1"}[i%3] }), PreflightOptions{},
			CodeDummyTrap, finding.Warning, "", "m and f add up"},
		{"duplicate id", withRole(sheet("id,a", "R1,1", "R2,2", "R1,3"), "id", RoleID), PreflightOptions{},
			CodeDuplicateID, finding.Warning, "data.csv, row 4, column id", "R1 (again in row 4)"},
		{"duplicate respondent", sheet("a,b,c,d,e", "4,2,5,3,1", "1,2,3,4,5", "4,2,5,3,1"), PreflightOptions{},
			CodeDuplicateRespondent, finding.Warning, "data.csv, row 4", "row 4 as row 2"},
		{"straight-lining", func() *Frame {
			f := survey(20, 8)
			for _, c := range f.Columns {
				c.Numbers[4] = 3
			}
			return f
		}(), PreflightOptions{}, CodeStraightLining, finding.Warning, "data.csv, row 6", "1 respondent gave the same answer to all of the 8 rating items (5.0% of the rows): row 6"},
		{"straight-lining in two blocks", func() *Frame {
			f := survey(20, 6)
			for _, c := range f.Columns {
				c.Numbers[4] = 3
			}
			return f
		}(), PreflightOptions{Blocks: append(block("q1", "q2", "q3"), block("q4", "q5", "q6")...)},
			CodeStraightLining, finding.Warning, "data.csv, row 6", "all of the 6 rating items"},
		{"missing per item", set(set(survey(20, 3), "q2", 0, math.NaN()), "q2", 1, math.NaN()), PreflightOptions{},
			CodeMissingItem, finding.Warning, "data.csv, column q2", "q2 2 (10.0%)"},
		{"missing per case", set(set(survey(20, 3), "q2", 5, math.NaN()), "q3", 5, math.NaN()), PreflightOptions{},
			CodeMissingCase, finding.Warning, "data.csv, row 7", "1 row has more than 15% of the 3 answers missing: row 7"},
		{"two rows", survey(2, 2), PreflightOptions{}, CodeTooFewRows, finding.Error, "data.csv", "The data hold 2 rows"},
		{"one row", survey(1, 2), PreflightOptions{}, CodeTooFewRows, finding.Error, "data.csv", "The data hold 1 row;"},
		{"no complete row", sheet("a,b", "1,", ",2", "3,", ",5", "1,"), PreflightOptions{Blocks: block("a", "b")},
			CodeTooFewRows, finding.Error, "data.csv", "0 complete rows (of 5)"},
		{"small sample", survey(62, 3), PreflightOptions{Blocks: block("q1", "q2")}, CodeSmallSample, finding.Info, "data.csv", "about .32"},
		{"very small sample", survey(20, 3), PreflightOptions{Blocks: block("q1", "q2")}, CodeSmallSample, finding.Warning, "data.csv", "about .56"},
		{"fewer rows than parameters", survey(20, 3), PreflightOptions{Blocks: block("q1", "q2"), Parameters: 21},
			CodeFewerRowsThanParameters, finding.Warning, "data.csv", "21 free parameters and the data 20 rows"},
		{"block too wide", survey(5, 6), PreflightOptions{Blocks: regression(items(6)...)},
			CodeBlockTooWide, finding.Error, "data.csv, construct F", "regression on 6 columns"},
		{"negative weight", withRole(sheet("w,a", "1,1", "-0.4,2", "1,3"), "w", RoleWeight), PreflightOptions{},
			CodeWeights, finding.Error, "data.csv, row 3, column w", "negative"},
		{"missing weight", withRole(sheet("w,a", "1,1", ",2", "1,3"), "w", RoleWeight), PreflightOptions{},
			CodeWeights, finding.Warning, "data.csv, row 3, column w", "missing"},
		{"zero weight", withRole(sheet("w,a", "1,1", "0,2", "1,3"), "w", RoleWeight), PreflightOptions{},
			CodeWeights, finding.Warning, "data.csv, row 3, column w", "count for nothing"},
		{"no weight", withRole(sheet("w,a", "0,1", "0,2", ",3"), "w", RoleWeight), PreflightOptions{},
			CodeWeights, finding.Error, "data.csv, column w", "No row has a weight"},
		{"text weight", withRole(sheet("w,a", "x,1", "y,2"), "w", RoleWeight), PreflightOptions{}, CodeWeights, finding.Error, "data.csv, column w", "are text"},
		{"one cluster", withRole(sheet("v,a", "x,1", "x,2", "x,3"), "v", RoleCluster), PreflightOptions{ByCluster: true},
			CodeFewClusters, finding.Error, "data.csv, column v", "has 1 cluster"},
		{"few clusters", withRole(sheet("v,a", "x,1", "y,2", "z,3"), "v", RoleCluster), PreflightOptions{ByCluster: true},
			CodeFewClusters, finding.Warning, "data.csv, column v", "only 3 clusters"},
		{"one cluster, of no consequence", withRole(sheet("v,a", "x,1", "x,2", "x,3"), "v", RoleCluster), PreflightOptions{},
			CodeFewClusters, finding.Warning, "data.csv, column v", "has 1 cluster"},
		{"few clusters, of no consequence", withRole(sheet("v,a", "x,1", "y,2", "z,3"), "v", RoleCluster), PreflightOptions{},
			CodeFewClusters, finding.Info, "data.csv, column v", "only 3 clusters"},
		{"several columns of words", sheet("a,b,c", "x,1,y", "y,2,z"), PreflightOptions{Blocks: block("a", "b", "c")},
			CodeTextColumn, finding.Error, "data.csv", `2 columns that hold words, as "x": a and c. Give the words (x, y and z) numbers`},
		{"outside allowed in several columns", func() *Frame {
			f := sheet("a,b,c", "4,8,1", "9,5,2", "3,9,8", "3,8,8")
			for _, c := range f.Columns {
				c.Allowed = Allowed{Low: 1, High: 5, HasLow: true, HasHigh: true}
			}
			return f
		}(), PreflightOptions{}, CodeOutsideAllowed, finding.Warning, "data.csv, row 3, column a", "9 in row 3"},
		{"outside allowed alike in two columns", func() *Frame {
			f := sheet("a,b", "4,9", "9,5", "3,3")
			for _, c := range f.Columns {
				c.Allowed = Allowed{Low: 1, High: 5, HasLow: true, HasHigh: true}
			}
			return f
		}(), PreflightOptions{}, CodeOutsideAllowed, finding.Warning, "data.csv", "2 answers are outside what the codebook permits (1 to 5): 9, in a (row 3) and b (row 2). If they mean no answer"},
		{"no cluster", withRole(sheet("v,a", "x,1", ",2", "z,3"), "v", RoleCluster), PreflightOptions{},
			CodeNoCluster, finding.Warning, "data.csv, row 3, column v", "row 3"},
		{"too few complete rows", func() *Frame {
			f := survey(20, 5)
			for i := range f.Rows {
				f.Columns[i%5].Numbers[i] = math.NaN()
			}
			return f
		}(), PreflightOptions{}, CodeCollinearUnchecked, finding.Info, "data.csv", "only 0 rows are complete"},
		{"too many columns", survey(40, 301), PreflightOptions{}, CodeCollinearUnchecked, finding.Info, "data.csv", "301 columns"},
	} {
		list := Preflight(c.f, c.o)
		k := slices.IndexFunc(list, func(f finding.Finding) bool { return f.Code == c.code })
		if k < 0 {
			t.Errorf("%s: no %s in %v", c.name, c.code, list)
			continue
		}
		f := list[k]
		if f.Severity != c.severity || c.place != "" && f.Place.String() != c.place || !strings.Contains(f.String(), c.says) {
			t.Errorf("%s: %s, want %s at %q with %q", c.name, f, c.severity, c.place, c.says)
		}
		if f.Hint == "" || !strings.HasSuffix(f.Hint, ".") && !strings.HasSuffix(f.Hint, "?") || !strings.HasSuffix(f.Message, ".") {
			t.Errorf("%s: not whole sentences: %q %q", c.name, f.Message, f.Hint)
		}
	}
}

func TestPreflightPassesCleanData(t *testing.T) {
	f := survey(200, 9)
	for _, o := range []PreflightOptions{{}, {Blocks: append(block("q1", "q2", "q3"), regression("q4", "q5")...), Parameters: 20}} {
		if list := Preflight(f, o); len(list) > 0 {
			t.Errorf("findings in clean data: %v", list)
		}
	}
}

func TestLooksLikeNumber(t *testing.T) {
	for text, want := range map[string]bool{"¥14,500": true, "1 200": true, "12 %": true, "-3.5": true, "$ -4": true, "€1.200,50": true,
		"25-34": false, "2020-05-01": false, "R1": false, "": false, "%": false, "1+": false} {
		if looksLikeNumber(text) != want {
			t.Errorf("looksLikeNumber(%q) = %v", text, !want)
		}
	}
	f := &Frame{Rows: 2, Columns: []*Column{{Name: "district", Texts: []string{"0101", "1101"}}}}
	if list := Preflight(f, PreflightOptions{}); list.Has(CodeNumbersAsText) {
		t.Errorf("a code with leading noughts: %v", list)
	}
}

func TestSuspiciousCodes(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []float64
		want   []float64
	}{
		{"likert", []float64{1, 2, 3, 4, 5, -99, 99}, []float64{-99, 99}},
		{"seven points and 9", []float64{1, 2, 3, 4, 5, 6, 7, 9}, []float64{9}},
		{"seven points and 8, which adjoins", []float64{1, 2, 4, 7, 8}, nil},
		{"nought to ten", []float64{0, 3, 8, 9, 10}, nil},
		{"ages to 85", []float64{18, 40, 70, 85, 97, 99}, nil},
		{"ages to 60", []float64{18, 40, 60, 99}, []float64{99}},
		{"changes about zero", []float64{-5, -2, -1, 0, 3}, nil},
		{"years and -1", []float64{2, 12, 30, -1}, []float64{-1}},
		{"income and 99", []float64{14500, 36600, 99}, []float64{99}},
		{"income and 9999", []float64{5000, 20000, 9999}, nil},
		{"cylinders", []float64{4, 6, 8}, nil},
		{"only codes", []float64{99, 99}, nil},
		{"percent", []float64{0, 55, 98, 99, 100}, nil},
		{"nothing", nil, nil},
	} {
		if got := suspiciousCodes(c.values); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// A wave column lets a person occur once a wave.
func TestDuplicateIDsAcrossWaves(t *testing.T) {
	f := sheet("id,wave,a", "R1,2020,1", "R1,2022,2", "R2,2020,3", "R2,2020,4")
	f.Column("id").Role, f.Column("wave").Role = RoleID, RoleWave
	list := Preflight(f, PreflightOptions{})
	k := slices.IndexFunc(list, func(f finding.Finding) bool { return f.Code == CodeDuplicateID })
	if k < 0 || !strings.Contains(list[k].Message, "within a wave") || !strings.Contains(list[k].Message, "R2 (again in row 5)") || strings.Contains(list[k].Message, "R1") {
		t.Errorf("findings %v", list)
	}
}

// A dependency that holds on the probed rows alone must not be told, and one
// that holds on all rows is told although most rows are not probed.
func TestCollinearProbe(t *testing.T) {
	f := survey(4000, 3)
	for i := range f.Rows {
		f.Columns[2].Numbers[i] = f.Columns[0].Numbers[i] + f.Columns[1].Numbers[i]
	}
	if list := Preflight(f, PreflightOptions{}); !list.Has(CodeCollinear) {
		t.Errorf("not found: %v", list)
	}
	f.Columns[2].Numbers[1] += 1 // a row between the probed ones
	if list := Preflight(f, PreflightOptions{}); list.Has(CodeCollinear) {
		t.Errorf("found what does not hold: %v", list)
	}
}

// Wide blocks go through the blocked Cholesky factorisation.
func TestCollinearWide(t *testing.T) {
	f := survey(600, 150)
	for i := range f.Rows {
		f.Columns[149].Numbers[i] = f.Columns[3].Numbers[i] - 2*f.Columns[80].Numbers[i] + 0.5*f.Columns[120].Numbers[i]
	}
	list := Preflight(f, PreflightOptions{Blocks: regression(items(150)...)})
	k := slices.IndexFunc(list, func(f finding.Finding) bool { return f.Code == CodeCollinear })
	if k < 0 || !strings.Contains(list[k].Message, "q4, q81, q121 and q150 are") {
		t.Errorf("findings %v", list)
	}
}

func TestPreflightMatrix(t *testing.T) {
	f := &Frame{Source: Source{File: "r.csv"}, Matrix: &Matrix{Names: []string{"a", "b", "c"}, N: 20,
		Values: [][]float64{{1, 0, math.Sqrt(0.5)}, {0, 1, math.Sqrt(0.5)}, {math.Sqrt(0.5), math.Sqrt(0.5), 1}}}}
	for _, name := range f.Matrix.Names {
		f.Columns = append(f.Columns, &Column{Name: name})
	}
	list := Preflight(f, PreflightOptions{Blocks: block("a", "b", "c"), Parameters: 30})
	if !list.Has(CodeCollinear) || !list.Has(CodeFewerRowsThanParameters) || len(list) != 3 {
		t.Errorf("findings %v", list)
	}
	f.Matrix.Values[0][2], f.Matrix.Values[2][0] = 0.9, 0.9 // no data have this matrix
	if list := Preflight(f, PreflightOptions{}); list.Has(CodeCollinear) {
		t.Errorf("findings %v", list)
	}
}

// Whatever the frame holds, the pre-flight returns whole findings and changes
// nothing; so does the description.
func TestPreflightNeverPanics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(0, 12).Draw(t, "rows")
		f := &Frame{Source: Source{File: "data.csv"}, Rows: rows, FirstSheetRow: 2}
		number := rapid.OneOf(rapid.SampledFrom([]float64{0, 1, 2, 3, 5, 99, -99, math.NaN(), math.Inf(1), math.Inf(-1), 1e308, -1e308, 5e-324}), rapid.Float64())
		for j := range rapid.IntRange(0, 7).Draw(t, "columns") {
			c := &Column{Name: fmt.Sprint("v", j), Level: Level(rapid.IntRange(0, 4).Draw(t, "level")), Role: Role(rapid.IntRange(0, 6).Draw(t, "role"))}
			if rapid.Bool().Draw(t, "numeric") {
				c.Numbers = rapid.SliceOfN(number, rows, rows).Draw(t, "numbers")
				if rows > 0 && rapid.Bool().Draw(t, "strange") {
					c.NotNumbers = []Cell{{Row: rows - 1, Text: rapid.String().Draw(t, "text")}}
				}
				spec, _ := parseValues(rapid.SampledFrom([]string{"", "1-5", "> 0", "0|1", "1 = a ... 5 = b"}).Draw(t, "allowed"), TypeNumber)
				c.Allowed = spec.allowed
			} else {
				c.Texts = rapid.SliceOfN(rapid.SampledFrom([]string{"", "a", "b", "1", "¥2"}), rows, rows).Draw(t, "texts")
			}
			f.Columns = append(f.Columns, c)
		}
		var o PreflightOptions
		if rapid.Bool().Draw(t, "model") {
			o.Blocks = []Block{{Construct: "F", Columns: []string{"v0", "v1", "v2"}, Regression: true}, {Construct: "G", Columns: []string{"v3", "v0", "v9"}}}
			o.Parameters = rapid.IntRange(0, 20).Draw(t, "parameters")
			o.KeepsIncomplete = rapid.Bool().Draw(t, "keeps")
		}
		before := cloneFrame(f)
		for _, x := range Preflight(f, o) {
			if x.Code == "" || x.Message == "" || x.Place.File == "" {
				t.Fatalf("half a finding: %+v", x)
			}
		}
		Describe(f)
		if !sameFrame(before, f) {
			t.Fatal("the frame was changed")
		}
	})
}
