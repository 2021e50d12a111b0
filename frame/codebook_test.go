package frame

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"plumb/finding"
)

// sheet builds a frame from lines of cells separated by commas, the first with
// the names: a column is numeric when at least half of its cells are numbers.
func sheet(lines ...string) *Frame {
	f := &Frame{Source: Source{File: "data.csv"}, Rows: len(lines) - 1, FirstSheetRow: 2}
	for j, name := range strings.Split(lines[0], ",") {
		var texts []string
		numbers, filled := 0, 0
		for _, line := range lines[1:] {
			cell := strings.TrimSpace(strings.Split(line, ",")[j])
			if cell != "" {
				filled++
			}
			if _, ok := parseNumber(cell); ok {
				numbers++
			}
			texts = append(texts, cell)
		}
		c := &Column{Name: name}
		if numbers > 0 && 2*numbers >= filled {
			c.Numbers = make([]float64, len(texts))
			for i, t := range texts {
				v, ok := parseNumber(t)
				if !ok {
					v = math.NaN()
					if t != "" {
						c.NotNumbers = append(c.NotNumbers, Cell{Row: i, Text: t})
					}
				}
				c.Numbers[i] = v
			}
		} else {
			c.Texts = texts
		}
		f.Columns = append(f.Columns, c)
	}
	return f
}

// book builds a codebook table from lines of cells separated by tabs.
func book(lines ...string) *Frame {
	f := &Frame{Rows: len(lines) - 1, FirstSheetRow: 2}
	for j, name := range strings.Split(lines[0], "\t") {
		c := &Column{Name: name}
		for _, line := range lines[1:] {
			cells := strings.Split(line, "\t")
			cell := ""
			if j < len(cells) {
				cell = cells[j]
			}
			c.Texts = append(c.Texts, cell)
		}
		f.Columns = append(f.Columns, c)
	}
	return f
}

// show writes a spec so that a table of tests stays readable.
func show(s valueSpec) string {
	var parts []string
	if t := s.allowed.String(); t != "" {
		parts = append(parts, t)
	}
	for _, v := range s.allowed.Values {
		if v.Label != "" {
			parts = append(parts, v.Text+":"+v.Label)
		}
	}
	for _, v := range s.missing {
		parts = append(parts, "missing "+v.Text+":"+v.Label)
	}
	for _, v := range s.kept {
		parts = append(parts, "kept "+v.Text)
	}
	return strings.Join(parts, " / ")
}

func TestParseValues(t *testing.T) {
	for _, c := range []struct {
		text string
		kind ValueType
		want string
	}{
		{"R001-R004", TypeText, "R001, R002, R003 and R004"},
		{"R001–R003", TypeUnknown, "R001, R002 and R003"},
		{"V9-V11", TypeText, "V9, V10 and V11"},
		{"01-03", TypeText, "01, 02 and 03"},
		{"A-D", TypeText, "A, B, C and D"},
		{"A|B|C|D", TypeText, "A, B, C and D"},
		{"female|male", TypeUnknown, "female and male"},
		{"farmer, small business", TypeText, "farmer and small business"},
		{"yes/no", TypeUnknown, "yes and no"},
		{"18-24|25-34|35+", TypeText, "18-24, 25-34 and 35+"},
		{"18-24|25-34", TypeUnknown, "18-24 and 25-34"},
		{"6-14", TypeNumber, "6 to 14"},
		{"1..5", TypeUnknown, "1 to 5"},
		{"1...5", TypeUnknown, "1 to 5"},
		{"1 to 5", TypeUnknown, "1 to 5"},
		{"1…5", TypeUnknown, "1 to 5"},
		{"-3 to 3", TypeNumber, "-3 to 3"},
		{"-5--1", TypeNumber, "-5 to -1"},
		{"−2 – 2", TypeNumber, "-2 to 2"},
		{"0.5-2.5", TypeNumber, "0.5 to 2.5"},
		{"1-3, 7-8", TypeNumber, "1, 2, 3, 7 and 8"},
		{"1-5, 99", TypeNumber, "1 to 5; 99"},
		{"21-69; empty = not answered", TypeNumber, "21 to 69"},
		{"> 0", TypeNumber, "> 0"},
		{">=18", TypeNumber, ">= 18"},
		{"≤ 100", TypeNumber, "<= 100"},
		{"18+", TypeNumber, ">= 18"},
		{"0 or more", TypeNumber, ">= 0"},
		{"> 0 and < 1", TypeNumber, "> 0 and < 1"},
		{"> 0; <= 1", TypeNumber, "> 0 and <= 1"},
		{"free text", TypeText, ""},
		{"0 = no; 1 = yes", TypeNumber, "0 and 1 / 0:no / 1:yes"},
		{"1=yes|2=no", TypeUnknown, "1 and 2 / 1:yes / 2:no"},
		{"1=yes, 2=no", TypeUnknown, "1 and 2 / 1:yes / 2:no"},
		{"1: yes, definitely, 2: no", TypeUnknown, "1 and 2 / 1:yes, definitely / 2:no"},
		{"A = Anhui; B = Beijing", TypeText, "A and B / A:Anhui / B:Beijing"},
		{"1 = strongly disagree ... 5 = strongly agree", TypeNumber, "1 to 5 in whole numbers; 1 and 5 / 1:strongly disagree / 5:strongly agree"},
		{"1 = never … 3 = sometimes … 5 = always", TypeNumber, "1 to 5 in whole numbers; 1, 3 and 5 / 1:never / 3:sometimes / 5:always"},
		{"1 (never) ... 7 (always)", TypeNumber, "1 to 7 in whole numbers; 1 and 7 / 1:never / 7:always"},
		{"5 = agree ... 1 = disagree", TypeNumber, "1 to 5 in whole numbers; 5 and 1 / 5:agree / 1:disagree"},
		{"1 = never ... 5 = always, 9 = don't know", TypeNumber, "1 to 5 in whole numbers; 1 and 5 / 1:never / 5:always / missing 9:don't know"},
		{"1-5; -99 = refused", TypeNumber, "1 to 5 / missing -99:refused"},
		{"1-5; 99 = don't know (missing)", TypeNumber, "1 to 5 / missing 99:don't know (missing)"},
		{"0-10; 99 = other", TypeNumber, "0 to 10; 99 / 99:other"},
		{"1 = yes; 2 = no; 3 = don't know", TypeNumber, "1, 2 and 3 / 1:yes / 2:no / 3:don't know / kept 3"},
		{"1 = yes; 2 = no; 3 = missing", TypeNumber, "1 and 2 / 1:yes / 2:no / missing 3:missing"},
		{"> 0; -98 = refused", TypeNumber, "> 0 / missing -98:refused"},
	} {
		spec, err := parseValues(c.text, c.kind)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
		} else if got := show(spec); got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestParseValuesRefuses(t *testing.T) {
	for _, c := range []struct {
		text string
		kind ValueType
		want string
	}{
		{"5-1", TypeNumber, "backwards"},
		{"R9-R1", TypeText, "backwards"},
		{"see the questionnaire", TypeUnknown, "neither a range nor a list"},
		{"> 5 and < 3", TypeNumber, "no number"},
		{"> 0; 1-5", TypeNumber, "contradict"},
		{"1 = a; 1 = b", TypeNumber, "twice"},
		{"1, two, 3", TypeNumber, "not a number"},
		{"0-1e14, 7-9", TypeNumber, "too long"},
		{"R0-R99999999999999999999", TypeText, "too long"},
		{"1.5-2.5, 3-4", TypeNumber, "whole"},
		{"a, > 3 b", TypeUnknown, "not understood"},
	} {
		_, err := parseValues(c.text, c.kind)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want one with %q", c.text, err, c.want)
		}
	}
}

func FuzzParseValues(f *testing.F) {
	for _, seed := range []string{"R001-R062", "A|B", "6-14", "21-69; empty = x", "> 0", "0 = no; 1 = yes", "1 = a ... 5 = b", "1…5",
		"-99 = refused", "1=yes, 2=no", "-1.5..-0.5", "18+", "> 0 and < 1", "1(a)…", "=", ";;", "1-2-3", "…=…", "(", "99999-199998|1"} {
		f.Add(seed, uint8(0))
		f.Add(seed, uint8(2))
	}
	f.Fuzz(func(t *testing.T, text string, kind uint8) {
		parseMissing(text)
		spec, err := parseValues(text, ValueType(kind%3))
		if err != nil {
			return
		}
		a := spec.allowed
		if a.HasLow && a.HasHigh && a.Low > a.High {
			t.Errorf("%q: bounds %v to %v", text, a.Low, a.High)
		}
		if math.IsNaN(a.Low) || math.IsNaN(a.High) || math.IsInf(a.Low, 0) || math.IsInf(a.High, 0) {
			t.Errorf("%q: bounds %v to %v", text, a.Low, a.High)
		}
		if len(a.Values) > maxExpanded {
			t.Errorf("%q: %d values", text, len(a.Values))
		}
		for _, v := range a.Values[:min(len(a.Values), 50)] {
			if v.Text == "" || !math.IsNaN(v.Number) && !a.Permits(v.Number) {
				t.Errorf("%q: does not permit its own value %+v", text, v)
			}
		}
	})
}

func TestPermits(t *testing.T) {
	spec, err := parseValues("> 0 and <= 10; 99 = other", TypeNumber)
	if err != nil {
		t.Fatal(err)
	}
	a := spec.allowed
	for v, want := range map[float64]bool{0: false, 0.5: true, 10: true, 10.5: false, 99: true, -1: false} {
		if a.Permits(v) != want {
			t.Errorf("Permits(%v) = %v", v, !want)
		}
	}
	a.Integer = true
	if a.Permits(0.5) || !a.Permits(3) || !a.Permits(math.NaN()) {
		t.Error("whole numbers")
	}
}

func TestParseCodebookSynonyms(t *testing.T) {
	b, list := ParseCodebook(book(
		"Variable_Name\tQuestion wording\tMEASUREMENT\tvalue labels\tMissing codes\tUse\tUnits\tLable",
		"w\tSampling weight\tratio\t> 0\t\tWeight\t\t",
		"OS1\tI can list products\t5-point Likert\t1 = no ... 5 = yes\t-99; -98 = refused\t\t\t",
		"inc\tIncome\tyuan\t> 0\tn/a|-9\t\t\tx",
		"share\tShare sold\tpercent\t0-100\t\t\t\t",
		"kids\tChildren\tcount\t\t\t\tchildren\t",
		"g\tGender\tbinary\tfemale|male\tnone\tgroup\t\t",
	), "codebook.csv")
	if !list.Has(CodeCodebookColumn) || len(list) != 1 || list[0].Severity != finding.Info {
		t.Fatalf("findings: %v", list)
	}
	byName := map[string]Variable{}
	for _, v := range b.Variables {
		byName[v.Name] = v
	}
	if v := byName["w"]; v.Role != RoleWeight || v.Level != Ratio || !v.Allowed.LowOpen || v.Row != 2 {
		t.Errorf("w: %+v", v)
	}
	if v := byName["OS1"]; v.Level != Ordinal || !v.Allowed.Integer || len(v.Missing) != 2 || v.Missing[1].Label != "refused" || v.Label != "I can list products" {
		t.Errorf("OS1: %+v", v)
	}
	if v := byName["inc"]; v.Unit != "yuan" || v.Level != Ratio || len(v.Missing) != 2 || v.Missing[0].Text != "n/a" || v.Missing[1].Number != -9 {
		t.Errorf("inc: %+v", v)
	}
	if v := byName["share"]; v.Unit != "percent" || v.Allowed.High != 100 {
		t.Errorf("share: %+v", v)
	}
	if v := byName["kids"]; v.Unit != "children" || !v.Allowed.Integer || v.Level != Ratio {
		t.Errorf("kids: %+v", v)
	}
	if v := byName["g"]; v.Level != Nominal || v.Role != RoleGroup || len(v.Missing) != 0 {
		t.Errorf("g: %+v", v)
	}
}

func TestParseCodebookFindings(t *testing.T) {
	for _, c := range []struct {
		name     string
		table    *Frame
		code     finding.Code
		severity finding.Severity
		row      int
		says     string
	}{
		{"nothing", &Frame{}, CodeCodebookUnreadable, finding.Error, 0, "one variable a row"},
		{"no variable column", book("varable\tlabel", "a\tb"), CodeCodebookUnreadable, finding.Error, 1, "Is it the column varable?"},
		{"unknown column", book("variable\tlable", "a\tb"), CodeCodebookColumn, finding.Info, 0, "Did you mean label?"},
		{"twice", book("variable\tlabel", "a\tb", "a\tc"), CodeCodebookDuplicate, finding.Error, 3, "first in row 2"},
		{"no name", book("variable\tlabel", "a\tb", "\tc"), CodeCodebookNoName, finding.Warning, 3, "names no variable"},
		{"values", book("variable\tvalues", "a\t5-1"), CodeCodebookValues, finding.Warning, 2, "runs backwards"},
		{"missing", book("variable\tmissing", "a\t-1--9"), CodeCodebookValues, finding.Warning, 2, "runs backwards"},
		{"scale", book("variable\tscale", "a\tordnal"), CodeCodebookWord, finding.Warning, 2, "Did you mean ordinal?"},
		{"role", book("variable\trole", "a\tclutser"), CodeCodebookWord, finding.Warning, 2, "Did you mean cluster?"},
		{"kept", book("variable\tvalues", "a\t1=yes;2=no;3=unknown"), CodeCodebookNonAnswer, finding.Info, 2, "3 = unknown (missing)"},
	} {
		b, list := ParseCodebook(c.table, "codebook.csv")
		if b == nil || len(list) != 1 {
			t.Errorf("%s: findings %v", c.name, list)
			continue
		}
		f := list[0]
		if f.Code != c.code || f.Severity != c.severity || f.Place.Row != c.row || f.Place.File != "codebook.csv" || !strings.Contains(f.String(), c.says) {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
}

func TestApply(t *testing.T) {
	f := sheet("id,OS1,OS2,g,inc,note,x",
		"R1,strongly agree,5,1,100,hello,1",
		"R2,2,-99,2,n/a,,2",
		"R3,Strongly_Disagree,strongly agree,1,-9,,3",
		"R4,refused,3,2,300,bye,4",
		"R5,strongly agree,4,2,400,bye,4")
	b, list := ParseCodebook(book("variable\tlabel\ttype\tscale\tvalues\tmissing\trole",
		"id\tWho\ttext\tnominal\tR1-R5\t\tid",
		"OS1\tItem 1\tinteger\tlikert\t1 = strongly disagree ... 5 = strongly agree; -99 = refused",
		"OS2\tItem 2\tinteger\tlikert\t1 = strongly disagree ... 5 = strongly agree; -99 = refused",
		"g\tGender\t\tnominal\tfemale|male",
		"inc\tIncome\t\tyuan\t> 0\tn/a; -9",
		"X\tCapital\t\t\t\t",
	), "codebook.csv")
	if len(list) > 0 {
		t.Fatal(list)
	}
	list = b.Apply(f)
	nan := math.NaN()
	if c := f.Column("OS1"); !sameNumbers(c.Numbers, []float64{5, 2, 1, nan, 5}) || c.Texts != nil || c.Level != Ordinal || c.Allowed.Values[1].Label != "strongly agree" {
		t.Errorf("OS1 %+v", c)
	}
	if c := f.Column("OS2"); !sameNumbers(c.Numbers, []float64{5, nan, 5, 3, 4}) || len(c.NotNumbers) != 0 || !slices.Contains(c.MissingCodes, -99) {
		t.Errorf("OS2 %+v", c)
	}
	if c := f.Column("inc"); !sameNumbers(c.Numbers, []float64{100, nan, nan, 300, 400}) || len(c.NotNumbers) != 0 || c.Unit != "yuan" || c.Label != "Income" {
		t.Errorf("inc %+v", c)
	}
	if c := f.Column("id"); c.Role != RoleID || len(c.Allowed.Values) != 5 || c.Allowed.Values[2].Text != "R3" {
		t.Errorf("id %+v", c)
	}
	for _, want := range []struct {
		code finding.Code
		says string
	}{
		{CodeTextConverted, "answers of OS1 became numbers"},
		{CodeTextConverted, "Labels among the numbers of OS2 became numbers by the codebook (1 cell)"},
		{CodeKindMismatch, "lists words for g"},
		{CodeVariableNotInData, "Did you mean x?"},
		{CodeColumnNotInCodebook, "2 columns of the data: note and x"},
	} {
		if !slices.ContainsFunc(list, func(f finding.Finding) bool { return f.Code == want.code && strings.Contains(f.String(), want.says) }) {
			t.Errorf("no finding %s with %q in %v", want.code, want.says, list)
		}
	}
}

// TestApplyGroups: what holds for many columns is told once.
func TestApplyGroups(t *testing.T) {
	lines := []string{"a,b,c,d"}
	for range 5 {
		lines = append(lines, "no,perhaps,yes,1", "yes,no,never,2")
	}
	rows := []string{"variable\tvalues"}
	for _, name := range []string{"a", "b", "c", "e"} {
		rows = append(rows, name+"\t0 = no; 1 = yes")
	}
	f := sheet(lines...)
	b, _ := ParseCodebook(book(rows...), "codebook.csv")
	var unmatched finding.List
	for _, f := range b.Apply(f) {
		if f.Code == CodeTextUnmatched {
			unmatched = append(unmatched, f)
		}
	}
	const want = `2 columns (b and c), but 10 cells hold words that it does not list, so the columns stay text: "perhaps" and "never".`
	if len(unmatched) != 1 || !strings.Contains(unmatched[0].Message, want) {
		t.Errorf("findings %v", unmatched)
	}
	if list := Preflight(f, PreflightOptions{}); list.Has(CodeOutsideAllowed) {
		t.Errorf("told twice: %v", list)
	}

	b, _ = ParseCodebook(book("variable\tvalues", "a\t0 = no; 1 = yes", "b\t0 = no; 1 = perhaps"), "codebook.csv")
	list := b.Apply(sheet("a,b", "no,perhaps", "yes,no"))
	if len(list) != 1 || list[0].Message != "The answers of 2 columns (a and b) became numbers, by the labels of the codebook (4 cells)." {
		t.Errorf("findings %v", list)
	}
}

func TestApplyLeavesUnmatchedWords(t *testing.T) {
	f := sheet("a", "yes", "no", "yess")
	b, _ := ParseCodebook(book("variable\tvalues", "a\t0 = no; 1 = yes"), "codebook.csv")
	list := b.Apply(f)
	if len(list) != 1 || list[0].Code != CodeTextUnmatched || list[0].Place.Row != 4 || !strings.Contains(list[0].String(), "Did you mean yes?") {
		t.Errorf("findings %v", list)
	}
	if f.Columns[0].Numeric() || f.Columns[0].Texts[0] != "yes" {
		t.Errorf("column %+v", f.Columns[0])
	}
}

func sameNumbers(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return x == y || math.IsNaN(x) && math.IsNaN(y) })
}

// Applying a codebook twice changes nothing that applying it once did not.
func TestApplyTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.SampledFrom([]string{"1", "2", "5", "-99", "99", "yes", "no", "refused", "", "x", "2.5", "n/a"})
		values := rapid.SampledFrom([]string{"", "1-5", "1 = no; 2 = yes", "1 = no ... 5 = yes; 99 = refused", "yes|no", "> 0", "bad text", "1-5; -99 = missing", "1 = yes; 2 = no; x = refused (missing)"})
		missing := rapid.SampledFrom([]string{"", "-99", "n/a", "99; refused", "x"})
		kind := rapid.SampledFrom([]string{"", "text", "integer", "likert", "binary"})
		lines := []string{"a,b"}
		for range rapid.IntRange(1, 8).Draw(t, "rows") {
			lines = append(lines, cell.Draw(t, "a")+","+cell.Draw(t, "b"))
		}
		f := sheet(lines...)
		b, _ := ParseCodebook(book("variable\tvalues\tmissing\ttype",
			strings.Join([]string{"a", values.Draw(t, "va"), missing.Draw(t, "ma"), kind.Draw(t, "ka")}, "\t"),
			strings.Join([]string{"b", values.Draw(t, "vb"), missing.Draw(t, "mb"), kind.Draw(t, "kb")}, "\t")), "codebook.csv")
		b.Apply(f)
		once := cloneFrame(f)
		b.Apply(f)
		if !sameFrame(once, f) {
			t.Fatalf("once  %+v %+v\ntwice %+v %+v", once.Columns[0], once.Columns[1], f.Columns[0], f.Columns[1])
		}
		Preflight(f, PreflightOptions{})
	})
}

func cloneFrame(f *Frame) *Frame {
	g := *f
	g.Columns = nil
	for _, c := range f.Columns {
		d := *c
		d.Numbers, d.Texts = slices.Clone(c.Numbers), slices.Clone(c.Texts)
		d.NotNumbers, d.MissingCodes, d.MissingTexts = slices.Clone(c.NotNumbers), slices.Clone(c.MissingCodes), slices.Clone(c.MissingTexts)
		g.Columns = append(g.Columns, &d)
	}
	return &g
}

func sameFrame(f, g *Frame) bool {
	for i, c := range f.Columns {
		d := *g.Columns[i]
		if !sameNumbers(c.Numbers, d.Numbers) {
			return false
		}
		d.Numbers = c.Numbers
		if len(c.NotNumbers)+len(d.NotNumbers) == 0 {
			d.NotNumbers = c.NotNumbers // nil and empty are the same
		}
		if c.Numeric() != g.Columns[i].Numeric() || !reflect.DeepEqual(*c, d) {
			return false
		}
	}
	return true
}
