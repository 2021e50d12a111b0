package csv_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"plumb/finding"
	"plumb/frame"
	"plumb/frame/csv"
)

// TestStrayQuote: one quote too many or too few is told at the line where it
// stands, whatever else the file holds.
func TestStrayQuote(t *testing.T) {
	tests := []struct {
		name, text string
		code       finding.Code
		severity   finding.Severity
		line       int
	}{
		{"before decimal commas", "id;a;b;c;d\n1;\"Smith; 1,5;2;3\n2;x;2,5;3;4\n3;y;3,5;1;2\n", csv.CodeUnclosedQuote, finding.Error, 2},
		{"in the header", "id;\"a;b\n1;2;3\n4;5;6\n", csv.CodeUnclosedQuote, finding.Error, 1},
		{"at the very start", "\"id,a\n1,2\n3,4\n", csv.CodeUnclosedQuote, finding.Error, 1},
		{"up to the next quoted cell", "a;b\n\"x;1\ny;2\n\"z\";3\n", csv.CodeRunawayQuote, finding.Error, 2},
		{"before another that never closes", "a;b\n\"x;1\n\"y\";2\nz;\"3\n", csv.CodeRunawayQuote, finding.Error, 2},
		{"after another that closes late", "a;b\n\"x;1\n\"y\";2\nz;\"3\n", csv.CodeUnclosedQuote, finding.Error, 4},
		{"up to an inch mark", "a;b;c\n1;2;\"3\n4;5;6\"\n7;8;9\n", csv.CodeRunawayQuote, finding.Warning, 2},
		{"a cell cut in two", "a;b;c\n1;\"x;\";y\"\n2;z;w\n", csv.CodeRunawayQuote, finding.Warning, 2},
		{"doubled by mistake", "a;b\n\"x\"\";1\n\"y\";2\n", csv.CodeRunawayQuote, finding.Error, 2},
		{"header name with a tail", "\"\"a\",b\n1,2\n", csv.CodeStrayText, finding.Warning, 1},
		{"blanks", "a b\n1 \"2\n3 4\n5 6\n", csv.CodeUnclosedQuote, finding.Error, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			list := findingsOf(t, test.text)
			for _, f := range list {
				if f.Code == test.code && f.Severity == test.severity && f.Place.Line == test.line {
					return
				}
			}
			t.Errorf("no %s %s on line %d: %v", test.code, test.severity, test.line, list)
		})
	}
}

// TestLongCells: cells of several lines that are what they seem are not
// suspected.
func TestLongCells(t *testing.T) {
	for _, text := range []string{
		"a,b,c\n1,2,\"one\ntwo, three\"\n4,5,\"six\"\n",
		"a,b\n\"x,y\n\"\"z\"\"\",2\n",
		"size,name\n5\",\"Smith, J\"\n6\",\"Doe, J\"\n",
	} {
		if list := findingsOf(t, text); len(list) > 0 {
			t.Errorf("%q: %v", text, list)
		}
	}
}

// TestTitleOfOtherDelimiter: a first line that is passed over although another
// delimiter would cut it into columns is told.
func TestTitleOfOtherDelimiter(t *testing.T) {
	list := findingsOf(t, "id;a;b\n1,5\n2,5\n3,5\n")
	if !list.Has(csv.CodeDelimiter) {
		t.Errorf("findings %v", list)
	}
}

func findingsOf(t *testing.T, text string) finding.List {
	t.Helper()
	f, err := csv.Format{}.Read(input("t.csv", text), frame.Options{})
	var list *finding.Errors
	switch {
	case err == nil:
		return f.Findings
	case errors.As(err, &list):
		return list.List
	}
	t.Fatal(err)
	return nil
}

// TestStrayQuoteProperty: a quote put anywhere into a well-formed file changes
// one cell or name, which then holds it, or is told.
func TestStrayQuoteProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := wellFormedText(t)
		before, err := csv.Format{}.Read(input("t.csv", text), frame.Options{})
		if err != nil || before.Findings.Count(finding.Warning) > 0 {
			t.Skip("not well-formed to begin with")
		}
		at := rapid.IntRange(0, len(text)).Draw(t, "at")
		after, err := csv.Format{}.Read(input("t.csv", text[:at]+`"`+text[at:]), frame.Options{})
		if err != nil || after.Findings.Count(finding.Warning) > 0 {
			return
		}
		if d := differences(before, after); d > 1 {
			t.Fatalf("%d differences and nothing told:\n%s\nwas\n%s", d, show(after), show(before))
		}
	})
}

// differences counts the names and cells in which two frames differ; a frame of
// another shape differs everywhere. A cell counts as the same whether its
// column was read as numbers or as text.
func differences(a, b *frame.Frame) int {
	if a.Rows != b.Rows || len(a.Columns) != len(b.Columns) {
		return max(a.Rows, 1) * max(len(a.Columns), 2)
	}
	n := 0
	for j, c := range a.Columns {
		d := b.Columns[j]
		if c.Name != d.Name {
			n++
		}
		for i := range a.Rows {
			if cellText(c, i) != cellText(d, i) {
				n++
			}
		}
	}
	return n
}

func cellText(c *frame.Column, i int) string {
	if !c.Numeric() {
		return strings.Replace(c.Texts[i], ",", ".", 1)
	}
	for _, odd := range c.NotNumbers {
		if odd.Row == i {
			return odd.Text
		}
	}
	if math.IsNaN(c.Numbers[i]) {
		return ""
	}
	return fmt.Sprint(c.Numbers[i])
}

// wellFormedText draws a table as spreadsheets write it: every quote belongs
// to a quoted cell.
func wellFormedText(t *rapid.T) string {
	delimiter := rapid.SampledFrom([]string{",", ";", "\t", "|"}).Draw(t, "delimiter")
	mark := "."
	if delimiter == ";" {
		mark = ","
	}
	columns, rows := rapid.IntRange(2, 6).Draw(t, "columns"), rapid.IntRange(2, 12).Draw(t, "rows")
	kinds := make([]int, columns)
	quoteAll := rapid.Bool().Draw(t, "quote all")
	var b strings.Builder
	line := func(cell func(j int) string) {
		for j := range columns {
			if j > 0 {
				b.WriteString(delimiter)
			}
			b.WriteString(cell(j))
		}
		b.WriteString("\n")
	}
	quoted := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
	line(func(j int) string {
		kinds[j] = rapid.IntRange(0, 3).Draw(t, "kind")
		if quoteAll {
			return quoted(fmt.Sprintf("q%d", j))
		}
		return fmt.Sprintf("q%d", j)
	})
	words := []string{"Smith", "Nankai", "Łódź", "one two", "f"}
	texts := []string{"Smith" + delimiter + " J", "5\" tall", "one\ntwo", "", delimiter + "x", "a" + delimiter + "b" + delimiter + "c", "\"q\"", "x\n1" + delimiter + "2"}
	for range rows {
		line(func(j int) string {
			cell := ""
			switch kinds[j] {
			case 0:
				cell = fmt.Sprint(rapid.IntRange(1, 7).Draw(t, "answer"))
			case 1:
				cell = fmt.Sprintf("%d%s%d", rapid.IntRange(0, 99).Draw(t, "whole"), mark, rapid.IntRange(1, 9).Draw(t, "tenths"))
			case 2:
				cell = rapid.SampledFrom(words).Draw(t, "word")
			default:
				return quoted(rapid.SampledFrom(texts).Draw(t, "text"))
			}
			if quoteAll {
				return quoted(cell)
			}
			return cell
		})
	}
	return b.String()
}
