package xlsx

import (
	"fmt"
	"strconv"
	"strings"

	"plumb/finding"
	"plumb/frame"
	"plumb/frame/grid"
)

// heading is where the names stand and what they are.
type heading struct {
	names []string // of the columns from left on
	left  int      // first column of the table, from 0
	row   int      // as the spreadsheet numbers it; 0 where there is none
	above bool     // a row of merged group names stands above it
	body  int      // index of the first data row among the rows
}

func (h heading) describe() string {
	switch {
	case h.row == 0:
		return "none"
	case h.above:
		return fmt.Sprintf("%d and %d", h.row-1, h.row)
	}
	return strconv.Itoa(h.row)
}

// firstRow returns the spreadsheet row of the first data row.
func (h heading) firstRow(rows []row) int {
	if h.body < len(rows) {
		return rows[h.body].number
	}
	return maxRows + 1
}

// header finds the names: in the row given, or in the first row that looks like
// a header. The table reaches from the first to the last column that has a cell
// there or below.
func (w *workbook) header(c *content, o frame.Options) (heading, finding.List, error) {
	var found finding.List
	add := func(code finding.Code, s finding.Severity, row int, message, hint string) {
		found = append(found, finding.Finding{Code: code, Severity: s,
			Place: finding.Place{File: w.file, Row: row}, Message: message, Hint: hint})
	}
	at := -1
	switch {
	case o.HeaderRow < 0:
		h := heading{body: 0}
		h.left, h.names = span(c.rows, nil)
		h.names = grid.NoHeader(len(h.names))
		return h, nil, nil
	case o.HeaderRow > 0:
		for i, r := range c.rows {
			if r.number == o.HeaderRow {
				at = i
			}
		}
		if at < 0 {
			add(CodeOption, finding.Error, o.HeaderRow, "The row named as the header is empty or beyond the end of the sheet.",
				"Name the row that holds the column names, counted from 1: "+frame.Setting("header", "ROW")+".")
			return heading{}, nil, found.Err()
		}
	default:
		at = headerRow(c.rows)
		if grid.LooksLikeData(texts(c.rows[at])) && len(c.rows) > at+1 {
			add(CodeNoHeader, finding.Warning, c.rows[at].number,
				"The first row holds numbers alone, so it was read as data; the columns are called V1, V2, ...",
				fmt.Sprintf("If these numbers are names, say so: --header %d, or header: %[1]d in the study file.", c.rows[at].number))
			h := heading{body: at}
			h.left, h.names = span(c.rows[at:], nil)
			h.names = grid.NoHeader(len(h.names))
			return h, found, nil
		}
	}
	h := heading{}
	if o.HeaderRow == 0 {
		switch {
		case groups(c, at):
			h.above = true
			at++
		case at > 0 && groups(c, at-1):
			h.above = true
		}
	}
	h.row, h.body = c.rows[at].number, at+1
	h.left, h.names = span(c.rows[at:], &c.rows[at])
	title := at
	if h.above {
		title--
		prefixGroups(&h, c, at-1)
	}
	if title > 0 && o.HeaderRow == 0 {
		add(CodeTitleRows, finding.Info, c.rows[0].number, fmt.Sprintf("What stands above the header was passed over (rows: %d).", title),
			"If they belong to the table, name the header row: "+frame.Setting("header", "ROW")+".")
	}
	return h, found, nil
}

func texts(r row) []string {
	out := make([]string, len(r.cells))
	for i, c := range r.cells {
		out[i] = c.text
	}
	return out
}

// span returns the first column of the rows and one name for each column up to
// the last, from the row of names if there is one.
func span(rows []row, names *row) (left int, out []string) {
	left, right := maxColumns, 0
	for _, r := range rows {
		left = min(left, r.cells[0].column)
		right = max(right, r.cells[len(r.cells)-1].column+1)
	}
	out = make([]string, max(0, right-left))
	if names != nil {
		for _, c := range names.cells {
			out[c.column-left] = c.text
		}
	}
	return left, out
}

// headerRow returns the index of the likeliest header among the first rows.
// That is the first row that fills most of the table's width. When the rows
// below it are thinner again, as in a block of notes, it is rather the first
// full row of texts.
func headerRow(rows []row) int {
	const looked = 30
	rows = rows[:min(len(rows), looked)]
	wide := 0
	for _, r := range rows {
		wide = max(wide, len(r.cells))
	}
	first, full := -1, -1
	for i, r := range rows {
		if first < 0 && 5*len(r.cells) >= 3*wide {
			first = i
		}
		if full < 0 && len(r.cells) == wide && namesOnly(r) {
			full = i
		}
	}
	if first >= 0 && full > first {
		for _, r := range rows[first:full] {
			if 5*len(r.cells) < 3*wide {
				return full
			}
		}
	}
	// A header may lack names, so the row above a first wide row of numbers
	// counts when it holds texts.
	if first > 0 && !namesOnly(rows[first]) && namesOnly(rows[first-1]) && 2*len(rows[first-1].cells) >= wide {
		return first - 1
	}
	return max(first, 0)
}

func namesOnly(r row) bool {
	for _, c := range r.cells {
		if c.kind != textCell || grid.IsNumber(c.text) {
			return false
		}
	}
	return true
}

// groups reports whether a row heads groups of columns: at least two of its
// cells are merged across columns, and the row right below has more cells.
func groups(c *content, at int) bool {
	if at+1 >= len(c.rows) || c.rows[at+1].number != c.rows[at].number+1 {
		return false
	}
	n := 0
	for _, m := range c.merges {
		if m.top == c.rows[at].number && m.bottom == m.top && m.right > m.left {
			n++
		}
	}
	return n > 1 && len(c.rows[at+1].cells) > len(c.rows[at].cells)
}

// prefixGroups puts the group names before the names below them.
func prefixGroups(h *heading, c *content, at int) {
	for _, g := range c.rows[at].cells {
		right := g.column
		for _, m := range c.merges {
			if m.top == c.rows[at].number && m.left == g.column {
				right = max(right, m.right)
			}
		}
		for column := g.column; column <= right; column++ {
			if i := column - h.left; i >= 0 && i < len(h.names) {
				h.names[i] = strings.TrimSpace(g.text + " " + h.names[i])
			}
		}
	}
}
