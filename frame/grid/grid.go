// Package grid turns rows of text cells into the typed columns of a frame. It
// is the one home of the rules that csv, xlsx and matrix share: what counts as
// a number, what as missing, how names are made unique.
//
//	c := make([]grid.Column, len(names))
//	c[0].Number(5); c[1].Cell("Anju")              // row by row
//	columns, report := grid.Typed(names, c, grid.Options{})
//
// # What becomes a number
//
// A column is numeric when at least 80 % of its cells that are neither blank
// nor a missing token read as numbers, and at least one does; the other cells
// are kept in NotNumbers. Read as numbers: 12, +3, -0.5, .5, 1e5, "12,5" where
// the decimal mark is a comma, digits of any script, thousands set off by
// comma, point, apostrophe or any blank where the column is consistent, and
// amounts that all carry the same percent or currency sign (which becomes the
// unit; "5 %" is 5). Columns of whole numbers that all have the same width and
// of which one begins with 0 ("007") are codes and stay text, as do whole
// numbers of more than 15 digits, dates, clock times, hexadecimals and
// TRUE/FALSE. Inf is no number.
//
// Blank cells and, in numeric columns, the tokens NA, N/A, NaN, NULL, #N/A
// (any case), "." and "-" are missing. Text is kept as it stands.
package grid

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"plumb/finding"
	"plumb/frame"
)

// Column collects the cells of one column, row by row.
type Column struct {
	values []float64 // of cells known to be numbers; NaN for the others
	cells  []frame.Cell
	blank  int // cells without text
}

// Grow makes room for so many rows.
func (c *Column) Grow(rows int) {
	if c.values == nil {
		c.values = make([]float64, 0, rows)
	}
}

// Number adds a cell that is a number, whatever its column. Its text is its
// shortest form: no plus sign, no leading zero, no needless decimals.
func (c *Column) Number(v float64) { c.values = append(c.values, v) }

// Add adds a cell: as a number when it is a plain whole one, else as it stands.
func (c *Column) Add(text string) {
	if v, ok := integer(text); ok {
		c.Number(v)
		return
	}
	c.Cell(text)
}

// Cell adds a cell. The text is kept, so it must not change.
func (c *Column) Cell(text string) {
	if text == "" {
		c.blank++
	} else {
		c.cells = append(c.cells, frame.Cell{Row: len(c.values), Text: text})
	}
	c.values = append(c.values, math.NaN())
}

// TrimEnd takes the rows off the end of all columns in which no cell holds
// text, as spreadsheets write them below a table, and returns how many.
func TrimEnd(columns []Column) int {
	for n := 0; ; n++ {
		if len(columns) == 0 {
			return n
		}
		for i := range columns {
			if !columns[i].endsBlank() {
				return n
			}
		}
		for i := range columns {
			columns[i].values = columns[i].values[:len(columns[i].values)-1]
			columns[i].blank--
		}
	}
}

func (c *Column) endsBlank() bool {
	last := len(c.values) - 1
	return last >= 0 && math.IsNaN(c.values[last]) && (len(c.cells) == 0 || c.cells[len(c.cells)-1].Row != last)
}

// numbers returns how many cells are known to be numbers.
func (c *Column) numbers() int { return len(c.values) - c.blank - len(c.cells) }

// Empty reports whether no cell holds more than blanks.
func (c *Column) Empty() bool {
	return c.numbers() == 0 && !slices.ContainsFunc(c.cells, func(cell frame.Cell) bool {
		return strings.TrimSpace(cell.Text) != ""
	})
}

// Lines are the cells of a file as text, before anything is typed.
type Lines struct {
	Lines    []Line
	Choices  []frame.Choice
	Findings finding.List
}

// Line is one row that is not blank.
type Line struct {
	Row   int // as a spreadsheet numbers it, from 1
	Cells []string
}

// Options say how cells are to be understood.
type Options struct {
	File    string   // for findings
	Decimal rune     // '.' or ','; 0 detects
	Missing []string // codes for "no answer"
	// CommaLikely is set where columns are not separated by commas, so that a
	// cell such as 1,234 has a decimal comma unless the file shows otherwise.
	CommaLikely bool
}

// Report is what was decided about the numbers.
type Report struct {
	Decimal  rune // mark in use, 0 where no number has one
	Findings finding.List
}

// isMissingToken reports whether a trimmed cell of a numeric column means "no
// answer" without being declared.
func isMissingToken(s string) bool {
	switch len(s) {
	case 0:
		return true
	case 1:
		return s == "." || s == "-"
	case 2, 3, 4:
		return strings.EqualFold(s, "NA") || strings.EqualFold(s, "N/A") || strings.EqualFold(s, "NaN") ||
			strings.EqualFold(s, "NULL") || strings.EqualFold(s, "#N/A")
	}
	return false
}

// integer reads a whole number in its shortest form, of up to 15 digits.
func integer(s string) (float64, bool) {
	digits := s
	if s != "" && s[0] == '-' {
		digits = s[1:]
	}
	if digits == "" || len(digits) > 15 || digits[0] == '0' && len(s) > 1 {
		return 0, false
	}
	n := 0
	for i := 0; i < len(digits); i++ {
		d := digits[i] - '0'
		if d > 9 {
			return 0, false
		}
		n = n*10 + int(d)
	}
	if len(digits) < len(s) {
		n = -n
	}
	return float64(n), true
}

// IsNumber reports whether a cell reads as a number in some style.
func IsNumber(cell string) bool {
	return look(cell).styles != 0
}

// Value reads a single cell as a number with the given decimal mark, '.' or ','.
// Blanks between thousands are allowed, other marks between them are not.
func Value(cell string, decimal rune) (float64, bool) {
	n := look(cell)
	for i, st := range styles {
		if rune(st.decimal) == decimal && (st.thousands == 0 || st.thousands == ' ') && n.styles&(1<<i) != 0 {
			return st.value(n.text)
		}
	}
	return 0, false
}

// Absent reports whether a cell is blank or a token for "no value".
func Absent(cell string) bool { return isMissingToken(strings.TrimSpace(cell)) }

// numberText writes a value of Column.Number back as it stood.
func numberText(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
