package grid_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"plumb/finding"
	"plumb/frame"
	"plumb/frame/grid"
)

// typed puts cells into one column.
func typed(o grid.Options, cells ...string) (*frame.Column, grid.Report) {
	c := make([]grid.Column, 1)
	for _, cell := range cells {
		c[0].Add(cell)
	}
	columns, report := grid.Typed([]string{"x"}, c, o)
	return columns[0], report
}

func show(c *frame.Column) string {
	var out []string
	for _, v := range c.Numbers {
		if math.IsNaN(v) {
			out = append(out, "NA")
			continue
		}
		out = append(out, strconv.FormatFloat(v, 'g', -1, 64))
	}
	for _, s := range c.Texts {
		out = append(out, strconv.Quote(s))
	}
	for _, cell := range c.NotNumbers {
		out = append(out, fmt.Sprintf("[%d %s]", cell.Row, cell.Text))
	}
	if c.Unit != "" {
		out = append(out, c.Unit)
	}
	return strings.Join(out, " ")
}

func TestTyped(t *testing.T) {
	semicolon := grid.Options{CommaLikely: true}
	tests := []struct {
		name  string
		o     grid.Options
		cells []string
		want  string
		code  finding.Code // "" asks for no finding
	}{
		{"whole", grid.Options{}, []string{"1", "-2", "", "+3", " 4 "}, "1 -2 NA 3 4", ""},
		{"decimals", grid.Options{}, []string{"1.5", ".5", "2.", "-0.25", "1e5", "1E-3"}, "1.5 0.5 2 -0.25 100000 0.001", ""},
		{"nearest number", grid.Options{}, []string{"0.1", "123456.789", "0.30000000000000004", "1.7976931348623157e308"}, "0.1 123456.789 0.30000000000000004 1.7976931348623157e+308", ""},
		{"tokens", grid.Options{}, []string{"1", "NA", "n/a", "NaN", ".", "-", "null", "#N/A"}, "1 NA NA NA NA NA NA NA", grid.CodeMissingToken},
		{"tokens in text", grid.Options{}, []string{"x", "NA", " "}, `"x" "NA" ""`, ""},
		{"nothing", grid.Options{}, []string{"", " "}, `"" ""`, ""},
		{"four of five", grid.Options{}, []string{"1", "2", "3", "4", "refused"}, "1 2 3 4 NA [4 refused]", ""},
		{"three of four", grid.Options{}, []string{"1", "2", "3", "refused"}, `"1" "2" "3" "refused"`, ""},
		{"infinite", grid.Options{}, []string{"1", "2", "3", "4", "inf"}, "1 2 3 4 NA [4 inf]", ""},
		{"too large", grid.Options{}, []string{"1", "2", "3", "4", "1e999"}, "1 2 3 4 NA [4 1e999]", ""},
		{"codes with zeros", grid.Options{}, []string{"007", "012", "100"}, `"007" "012" "100"`, ""},
		{"zeros of several widths", grid.Options{}, []string{"07", "12", "100"}, "7 12 100", ""},
		{"identifiers", grid.Options{}, []string{"110101199003074518", "110101199003074526"}, `"110101199003074518" "110101199003074526"`, ""},
		{"names with digits", grid.Options{}, []string{"R001", "R002"}, `"R001" "R002"`, ""},
		{"dates", grid.Options{}, []string{"2020-02-29", "29.02.2020", "10:30"}, `"2020-02-29" "29.02.2020" "10:30"`, ""},
		{"booleans", grid.Options{}, []string{"TRUE", "FALSE"}, `"TRUE" "FALSE"`, ""},
		{"hexadecimal", grid.Options{}, []string{"0x1F", "0x20"}, `"0x1F" "0x20"`, ""},
		{"percent", grid.Options{}, []string{"5 %", "7%", "2.5%"}, "5 7 2.5 %", grid.CodeUnit},
		{"some percent", grid.Options{}, []string{"5%", "7%", "8%", "9%", "10"}, "5 7 8 9 NA [4 10] %", grid.CodeUnit},
		{"currency", grid.Options{}, []string{"¥1,200", "￥900"}, "1200 900 ¥", grid.CodeUnit},
		{"negative currency", grid.Options{}, []string{"-$5", "$6"}, "-5 6 $", grid.CodeUnit},
		{"Arabic digits", grid.Options{}, []string{"١٢٣", "٤٥٫٥"}, "123 45.5", ""},
		{"wide digits", grid.Options{}, []string{"１２", "－３．５"}, "12 -3.5", ""},
		{"typographic minus", grid.Options{}, []string{"−5", "6"}, "-5 6", ""},
		{"thousands", grid.Options{}, []string{"1,234", "999"}, "1234 999", grid.CodeThousands},
		{"lakh", grid.Options{}, []string{"12,34,567.5", "1,00,000"}, "1.2345675e+06 100000", grid.CodeThousands},
		{"blanks between", grid.Options{}, []string{"1 234 567", "12\u00a0345", "1\u202f000"}, "1.234567e+06 12345 1000", grid.CodeThousands},
		{"wrong groups", grid.Options{}, []string{"1,23,4", "12,3456,7"}, `"1,23,4" "12,3456,7"`, ""},
		{"comma", semicolon, []string{"1,5", "2,25"}, "1.5 2.25", ""},
		{"comma and points", semicolon, []string{"1.234,5", "2.000"}, "1234.5 2000", grid.CodeThousands},
		{"point or comma", semicolon, []string{"1.234", "5.678"}, "1.234 5.678", grid.CodeDecimalMark},
		{"comma said", grid.Options{Decimal: ','}, []string{"1.234", "5.678"}, "1234 5678", grid.CodeThousands},
		{"point said", grid.Options{Decimal: '.'}, []string{"1,5", "2,5"}, `"1,5" "2,5"`, ""},
		{"declared", grid.Options{Missing: []string{"-99", "refused"}}, []string{"1", "-99", "refused", "-99.0"}, "1 NA NA NA", ""},
		{"declared in text", grid.Options{Missing: []string{"-99", "refused"}}, []string{"x", "-99", "refused"}, `"x" "" ""`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, report := typed(test.o, test.cells...)
			if got := show(c); got != test.want {
				t.Errorf("got %s, not %s", got, test.want)
			}
			if test.code == "" && len(report.Findings) > 0 || test.code != "" && !report.Findings.Has(test.code) {
				t.Errorf("findings %v, want %q", report.Findings, test.code)
			}
		})
	}
}

// TestOtherColumnsDecide: a column that can be read both ways follows the rest
// of the file.
func TestOtherColumnsDecide(t *testing.T) {
	c := make([]grid.Column, 2)
	c[0].Add("1.234")
	c[1].Add("0,5")
	columns, _ := grid.Typed([]string{"a", "b"}, c, grid.Options{CommaLikely: true})
	if got := show(columns[0]) + "; " + show(columns[1]); got != "1234; 0.5" {
		t.Error(got)
	}
}

// TestMissingCodesRecorded: the pre-flight must know what was declared.
func TestMissingCodesRecorded(t *testing.T) {
	c, _ := typed(grid.Options{Missing: []string{"-99", "n/a"}}, "1")
	if !slices.Equal(c.MissingCodes, []float64{-99}) || !slices.Equal(c.MissingTexts, []string{"n/a"}) {
		t.Errorf("codes %v, texts %v", c.MissingCodes, c.MissingTexts)
	}
}

func TestNamed(t *testing.T) {
	raw := []string{" id ", "q1", "", "q1", "", "q1", "Q1"}
	cells := make([]grid.Column, len(raw))
	for i := range cells {
		cells[i].Add("1")
	}
	cells[4] = grid.Column{}
	cells[4].Cell(" ")
	names, left, kept, found := grid.Named(raw, cells, grid.Options{})
	if want := []string{"id", "q1", "V3", "q1_2", "q1_3", "Q1"}; !slices.Equal(names, want) || len(left) != len(want) {
		t.Errorf("%q, not %q", names, want)
	}
	if want := []int{0, 1, 2, 3, 5, 6}; !slices.Equal(kept, want) {
		t.Errorf("kept %v, not %v", kept, want)
	}
	for _, code := range []finding.Code{grid.CodeDuplicateName, grid.CodeEmptyName, grid.CodeEmptyColumn} {
		if !found.Has(code) {
			t.Errorf("no finding %s", code)
		}
	}
}

// TestManyEqualNames holds the time and the findings of a header of one name.
func TestManyEqualNames(t *testing.T) {
	const n = 100000
	names, _, _, found := grid.Named(slices.Repeat([]string{"x"}, n), make([]grid.Column, n), grid.Options{})
	if names[n-1] != "x_"+strconv.Itoa(n) || len(found) != 1 || !strings.Contains(found[0].Message, "99999 columns") {
		t.Errorf("last name %s, findings %v", names[n-1], found)
	}
}

// TestNumbersSurvive: a number written in the usual way is read back to the
// bit, whatever the marks.
func TestNumbersSurvive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(-1e12, 1e12).Draw(t, "v")
		decimals := rapid.IntRange(0, 10).Draw(t, "decimals")
		text := strconv.FormatFloat(v, 'f', decimals, 64)
		want, _ := strconv.ParseFloat(text, 64)
		o := grid.Options{Decimal: '.'}
		if rapid.Bool().Draw(t, "comma") {
			text, o.Decimal = strings.Replace(text, ".", ",", 1), ','
		}
		c, _ := typed(o, text)
		if !c.Numeric() || c.Numbers[0] != want {
			t.Fatalf("%q became %s", text, show(c))
		}
	})
}

// TestTextsSurvive: text is kept to the byte, whether the cells look like
// numbers or not.
func TestTextsSurvive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(rapid.StringMatching(`[a-z]{0,3}|[0-9]{1,4}`), 1, 20).Draw(t, "cells")
		cells = append(cells, slices.Repeat([]string{"text"}, len(cells))...)
		c, _ := typed(grid.Options{}, cells...)
		if !slices.Equal(c.Texts, cells) {
			t.Fatalf("%q became %q", cells, c.Texts)
		}
	})
}
