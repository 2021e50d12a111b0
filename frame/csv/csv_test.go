package csv_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"plumb/finding"
	"plumb/frame"
	"plumb/frame/csv"
	"plumb/frame/grid"
)

// show writes a frame so that a person can compare it: one line a column.
func show(f *frame.Frame) string {
	var b strings.Builder
	for _, c := range f.Columns {
		b.WriteString(c.Name + ":")
		for i := range f.Rows {
			switch {
			case !c.Numeric():
				fmt.Fprintf(&b, " %q", c.Texts[i])
			case math.IsNaN(c.Numbers[i]):
				b.WriteString(" NA")
			default:
				fmt.Fprintf(&b, " %.15g", c.Numbers[i])
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestRead(t *testing.T) {
	tests := []struct {
		name, text string
		o          frame.Options
		want       string
		codes      []finding.Code // in any order; nil asks for none
	}{
		{name: "plain", text: "a,b\n1,x\n2,y\n", want: "a: 1 2\nb: \"x\" \"y\"\n"},
		{name: "no line end", text: "a,b\n1,2", want: "a: 1\nb: 2\n"},
		{name: "quoted delimiter and line end", text: "a,b\n\"x,y\n\"\"z\"\"\",2\n", want: "a: \"x,y\\n\\\"z\\\"\"\nb: 2\n"},
		{name: "quoted numbers", text: "a,b\n\"1\",\"-2.5\"\n", want: "a: 1\nb: -2.5\n"},
		{name: "comma decimals in quotes", text: "a,b\n\"1,5\",2\n\"2,25\",3\n", want: "a: 1.5 2.25\nb: 2 3\n"},
		{name: "tail behind a quote", text: "a,b\n\"x\"y,1\n", want: "a: \"xy\"\nb: 1\n", codes: []finding.Code{csv.CodeStrayText}},
		{name: "rows below the table", text: "a,b\n1,2\n,\n,\n", want: "a: 1\nb: 2\n", codes: []finding.Code{csv.CodeEmptyRows}},
		{name: "row of no answers", text: "a,b\n1,2\n,\n3,4\n", want: "a: 1 NA 3\nb: 2 NA 4\n"},
		{name: "no header", text: "1,2\n3,4\n", want: "V1: 1 3\nV2: 2 4\n", codes: []finding.Code{csv.CodeNoHeader}},
		{name: "no header, said so", text: "a,b\n3,4\n", o: frame.Options{HeaderRow: -1}, want: "V1: \"a\" \"3\"\nV2: \"b\" \"4\"\n"},
		{name: "numbers as header, said so", text: "2020,2021\n3,4\n", o: frame.Options{HeaderRow: 1}, want: "2020: 3\n2021: 4\n"},
		{name: "second header row", text: "A,B\na,b\n1,2\n", o: frame.Options{HeaderRow: 2}, want: "a: 1\nb: 2\n"},
		{name: "comments", text: "# x\na,b\n# y, z\n1,2\n", o: frame.Options{Comment: "#"}, want: "a: 1\nb: 2\n"},
		{name: "delimiter said", text: "a;b,c\n1;2,3\n", o: frame.Options{Delimiter: ';'}, want: "a: 1\nb,c: 2.3\n"},
		{name: "blanks", text: "  a   b\n 1   2.5\n10   3\n", want: "a: 1 10\nb: 2.5 3\n"},
		{name: "prose is one column", text: "comment\nsome words here\nmore words still\n", want: "comment: \"some words here\" \"more words still\"\n"},
		{name: "missing codes", text: "a,b\n-99,x\n1,n/a\n", o: frame.Options{Missing: []string{"-99", "n/a"}}, want: "a: NA 1\nb: \"x\" \"\"\n"},
		{name: "one bad cell", text: "a\n1\n2\n3\n4\nfive\n", want: "a: 1 2 3 4 NA\n"},
		{name: "NUL", text: "a,b\nx\x00y,1\n", want: "a: \"x\\x00y\"\nb: 1\n", codes: []finding.Code{csv.CodeNUL}},
		{name: "trailing delimiter", text: "a,b,\n1,2,\n", want: "a: 1\nb: 2\n", codes: []finding.Code{"empty-column"}},
		{name: "latin1", text: "a,b\nl'\xe9t\xe9,1\n", want: "a: \"l'été\"\nb: 1\n", codes: []finding.Code{csv.CodeEncoding}},
		{name: "encoding said", text: "a,b\n\xe9,1\n", o: frame.Options{Encoding: "cp1251"}, want: "a: \"й\"\nb: 1\n"},
		{name: "sep line", text: "sep=|\na|b\n1|2\n", want: "a: 1\nb: 2\n"},
		{name: "padded title", text: "My survey;;\n;;\nname;b;c\nx;2;3\ny;5;6\n", want: "name: \"x\" \"y\"\nb: 2 5\nc: 3 6\n", codes: []finding.Code{csv.CodeTitleRows}},
		{name: "no title but a sparse first name", text: "id;;\n1;2;3\n4;5;6\n", want: "id: 1 4\nV2: 2 5\nV3: 3 6\n", codes: []finding.Code{grid.CodeEmptyName}},
		{name: "sparse data without a header", text: "1;;\n2;3;4\n5;6;7\n", want: "V1: 1 2 5\nV2: NA 3 6\nV3: NA 4 7\n", codes: []finding.Code{csv.CodeNoHeader}},
		{name: "title", text: "My survey\na,b\n1,2\n3,4\n", want: "a: 1 3\nb: 2 4\n", codes: []finding.Code{csv.CodeTitleRows}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f, err := csv.Format{}.Read(input("t.csv", test.text), test.o)
			if err != nil {
				t.Fatal(err)
			}
			if got := show(f); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
			for _, code := range test.codes {
				if !f.Findings.Has(code) {
					t.Errorf("no finding %s in %v", code, f.Findings)
				}
			}
			if test.codes == nil && len(f.Findings) > 0 {
				t.Errorf("unasked: %v", f.Findings)
			}
		})
	}
}

func TestRefuse(t *testing.T) {
	ragged := "a,b\n" + strings.Repeat("1\n", 25)
	tests := []struct {
		name, text string
		o          frame.Options
		code       finding.Code
		line, n    int // line of the first such finding; how many there are
	}{
		{"short line", "a,b\n1,2\n3\n", frame.Options{}, csv.CodeRagged, 3, 1},
		{"line behind a quoted line end", "a,b\n\"x\ny\",2\n3\n", frame.Options{}, csv.CodeRagged, 4, 1},
		{"many", ragged, frame.Options{}, csv.CodeRagged, 2, 1},
		{"open quote", "a,b\n1,2\n3,\"x\n5,6\n", frame.Options{}, csv.CodeUnclosedQuote, 3, 1},
		{"long field", "a,b\n1," + strings.Repeat("x", 2<<20) + "\n", frame.Options{}, csv.CodeLongField, 2, 1},
		{"long name", strings.Repeat("x", 300000), frame.Options{}, csv.CodeNotText, 1, 1},
		{"blank lines", "\n\n\n", frame.Options{}, csv.CodeNoTable, 0, 1},
		{"zeros", strings.Repeat("\x00", 5000), frame.Options{}, csv.CodeNotText, 0, 1},
		{"bytes of a program", "a,b\n\x01\x02\x03\x04,\x90\x80\x05\n", frame.Options{}, csv.CodeNotText, 0, 1},
		{"control characters in UTF-8", "a,b\n\x01\x02\x03\x04,\x05\n", frame.Options{}, csv.CodeNotText, 0, 1},
		{"unknown encoding", "a\n1\n", frame.Options{Encoding: "windoes-1252"}, csv.CodeEncoding, 0, 1},
		{"header beyond the end", "a\n1\n", frame.Options{HeaderRow: 9}, csv.CodeOption, 0, 1},
		{"digit as delimiter", "a\n1\n", frame.Options{Delimiter: '1'}, csv.CodeOption, 0, 1},
		{"quote is delimiter", "a\n1\n", frame.Options{Delimiter: '|', Quote: '|'}, csv.CodeOption, 0, 1},
		{"decimal mark", "a\n1\n", frame.Options{Decimal: ':'}, csv.CodeOption, 0, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := csv.Format{}.Read(input("t.csv", test.text), test.o)
			var list *finding.Errors
			if !errors.As(err, &list) {
				t.Fatalf("error %v", err)
			}
			n := 0
			for _, f := range list.List {
				if f.Code == test.code {
					if n == 0 && f.Place.Line != test.line {
						t.Errorf("line %d, not %d: %v", f.Place.Line, test.line, f)
					}
					n++
				}
			}
			if n != test.n {
				t.Errorf("%d findings %s, not %d: %v", n, test.code, test.n, list.List)
			}
		})
	}
}

// TestGrouped: what is wrong with many lines is one finding that names the
// lines and the likeliest cause.
func TestGrouped(t *testing.T) {
	tests := []struct {
		name, text string
		code       finding.Code
		says       []string
	}{
		{"decimal commas between commas", "a,b,c\n" + strings.Repeat("x,1,5,2,5\n", 20), csv.CodeRagged,
			[]string{"20 of 20 lines have 5 fields where the header has 3: lines 2, 3,", "and 10 more", "decimal comma"}},
		{"short lines", "a;b;c\n" + strings.Repeat("1;2;3\n", 5) + strings.Repeat("1;2\n3\n", 3), csv.CodeRagged,
			[]string{"6 of 11 lines have between 1 and 2 fields", "7 (2), 8 (1)", "delimiter semicolon", "--delimiter WORD, or delimiter: in the study file"}},
		{"single lines", "a,b\n" + strings.Repeat("1,2\n", 20) + strings.Repeat("1\n", 6), csv.CodeRagged,
			[]string{"6 of 26 lines have 1 field", "missing cells"}},
		{"two encodings", "a,b\né,1\n\xe9,2\né,3\n\xe8,4\nü,5\n", csv.CodeMixedEncodings,
			[]string{"not 2 of its lines (3, 5)", "E9 as é, E8 as è", "--encoding NAME, or encoding: in the study file"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			list := findingsOf(t, test.text)
			if len(list) != 1 || list[0].Code != test.code {
				t.Fatalf("findings %v", list)
			}
			for _, want := range test.says {
				if !strings.Contains(list[0].String(), want) {
					t.Errorf("%q lacks %q", list[0], want)
				}
			}
		})
	}
}

func TestSheetRows(t *testing.T) {
	f, err := csv.Format{}.Read(input("t.csv", "\na,b\n1,2\n\n\n3,\"x\ny\"\n5,6\n"), frame.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for i := range f.Rows {
		got = append(got, f.SheetRow(i))
	}
	if want := []int{3, 6, 7}; !slices.Equal(got, want) {
		t.Errorf("rows %v, not %v", got, want)
	}
}

func TestChoices(t *testing.T) {
	f, err := csv.Format{}.Read(input("t.csv", "a;b\n1,5;2\n"), frame.Options{Encoding: "utf-8"})
	if err != nil {
		t.Fatal(err)
	}
	want := []frame.Choice{
		{Name: "encoding", Value: "utf-8", Given: true}, {Name: "delimiter", Value: "semicolon"},
		{Name: "header row", Value: "1"}, {Name: "decimal mark", Value: ","},
	}
	if !slices.Equal(f.Source.Choices, want) {
		t.Errorf("got %v\nwant %v", f.Source.Choices, want)
	}
}

// TestEncodings: the same text in any Unicode encoding, and in legacy ones that
// are guessed, gives the same frame.
func TestEncodings(t *testing.T) {
	text := "номер,ответ\n1,согласен\n2,не согласен\n3,Затрудняюсь ответить\n"
	units := utf16.Encode([]rune(text))
	var little, big strings.Builder
	for _, u := range units {
		little.Write([]byte{byte(u), byte(u >> 8)})
		big.Write([]byte{byte(u >> 8), byte(u)})
	}
	single := func(m *charmap.Charmap) string {
		s, err := m.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	tests := map[string]string{
		"utf-8": text, "utf-8 with mark": "\xef\xbb\xbf" + text,
		"utf-16le": little.String(), "utf-16le with mark": "\xff\xfe" + little.String(),
		"utf-16be": big.String(), "utf-16be with mark": "\xfe\xff" + big.String(),
		"windows-1251": single(charmap.Windows1251), "koi8-r": single(charmap.KOI8R), "ibm866": single(charmap.CodePage866),
	}
	const want = "номер: 1 2 3\nответ: \"согласен\" \"не согласен\" \"Затрудняюсь ответить\"\n"
	for name, raw := range tests {
		t.Run(name, func(t *testing.T) {
			f, err := csv.Format{}.Read(input("t.csv", raw), frame.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := show(f); got != want {
				t.Errorf("got\n%s", got)
			}
		})
	}
}

// FuzzCSV: whatever the bytes, there is a well-formed frame or a list of
// findings.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{
		"a,b\n1,2\n", "a;b\r\n\"x\"\"y\";1,5\r\n", "a b\n1  2\n", "sep=;\na;b\n1;2\n", "\xff\xfea\x00,\x00b\x00\n\x00",
		"a,a,\n,,\n1,2,\x1a", "\"a\n", "\xe9,\xc3\xa9\n1,2\n", "a\r\rb\r", "1.234;1,5\n", ",\n,", "a,b\n1\n1,2,3\n",
	} {
		f.Add(seed, uint8(0), false)
	}
	f.Fuzz(func(t *testing.T, text string, delimiter uint8, headless bool) {
		o := frame.Options{Delimiter: rune(delimiter), Missing: []string{"-99", "x"}}
		if headless {
			o.HeaderRow = -1
		}
		fr, err := csv.Format{}.Read(input("fuzz.csv", text), o)
		if err != nil {
			var list *finding.Errors
			if !errors.As(err, &list) || list.List.Count(finding.Error) == 0 {
				t.Fatalf("error without findings: %v", err)
			}
			return
		}
		wellFormed(t, fr)
	})
}

func wellFormed(t *testing.T, f *frame.Frame) {
	t.Helper()
	seen := map[string]bool{}
	for _, c := range f.Columns {
		if c.Name == "" || seen[c.Name] {
			t.Fatalf("the name %q is empty or not unique", c.Name)
		}
		seen[c.Name] = true
		if (c.Numbers == nil) == (c.Texts == nil) || len(c.Numbers)+len(c.Texts) != f.Rows {
			t.Fatalf("column %s has %d numbers and %d texts for %d rows", c.Name, len(c.Numbers), len(c.Texts), f.Rows)
		}
		for _, cell := range c.NotNumbers {
			if !math.IsNaN(c.Numbers[cell.Row]) {
				t.Fatalf("column %s, row %d is a number and none", c.Name, cell.Row)
			}
		}
	}
	for i := 1; i < f.Rows; i++ {
		if f.SheetRow(i) <= f.SheetRow(i-1) {
			t.Fatalf("row %d does not follow row %d", f.SheetRow(i), f.SheetRow(i-1))
		}
	}
}
