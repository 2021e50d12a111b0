// Package xlsx reads a sheet of an Excel workbook (XLSX, XLSM): the first one
// that holds a table, or the one named in frame.Options.
//
//	f, err := xlsx.Format{}.Read(input, frame.Options{Sheet: "Wave 2022"})
//
// Formulas give the value that was saved with them. Cells shown as dates are
// text in ISO form (2020-02-29, 2020-02-29T06:59:59, 12:00:00), booleans are
// the texts TRUE and FALSE, #N/A is missing, any other error in a cell refuses
// the sheet and names the cell. Percentages and amounts are the numbers behind
// them: a cell shown as 12 % is 0.12. Numbers stored as text are read as
// numbers, with a finding. Rows above the header, blank rows and columns
// without name and values are left out; frame.SheetRow knows where a data row
// came from. A first header row whose merged cells head groups of columns is
// put before the names below it.
//
// The reader is written for bad files: sizes are checked in the archive's
// directory before a part is unpacked, document types are refused, and nothing
// grows beyond the cells that are there.
package xlsx

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"plumb/finding"
	"plumb/frame"
	"plumb/frame/grid"
)

const (
	// CodeBroken: the archive or one of its parts is cut or damaged. Smallest
	// example: the first hundred bytes of a workbook.
	CodeBroken finding.Code = "broken-workbook"
	// CodeNotWorkbook: a zip archive that is no workbook. Smallest example: an
	// empty zip archive.
	CodeNotWorkbook finding.Code = "not-a-workbook"
	// CodeBomb: the archive unpacks to far more than data do. Smallest example:
	// one cell of 60 million letters.
	CodeBomb finding.Code = "archive-bomb"
	// CodeLongCell: a cell is longer than Excel's own limit. Smallest example:
	// a cell of 40,000 letters.
	CodeLongCell finding.Code = "long-cell"
	// CodeUnknownSheet: Options.Sheet names no sheet. Smallest example: sheet
	// "Dat" of a workbook with the sheet Data.
	CodeUnknownSheet finding.Code = "unknown-sheet"
	// CodeOtherSheets: no sheet was named, and others than the one that was read
	// hold tables too: a warning when they have the same columns, as the waves of
	// a survey have. Smallest example: two sheets with the header a, b.
	CodeOtherSheets finding.Code = "other-sheets"
	// CodeNoTable: the sheet, or every sheet, is empty. Smallest example: a new
	// workbook.
	CodeNoTable finding.Code = "no-table"
	// CodeSparse: cells lie so far apart that they are no table. Smallest
	// example: cells in A1, XFD2 and so on down a diagonal.
	CodeSparse finding.Code = "sparse-sheet"
	// CodeErrorCell: a formula failed. Smallest example: a cell with #DIV/0!.
	CodeErrorCell finding.Code = "error-cell"
	// CodeNotAvailable: cells hold #N/A. Smallest example: one such cell.
	CodeNotAvailable finding.Code = "not-available-cells"
	// CodeTextNumbers: numbers are stored as text. Smallest example: the text 3
	// below the number 2.
	CodeTextNumbers finding.Code = "numbers-as-text"
	// CodeTitleRows: rows above the header were passed over. Smallest example:
	// a title above the header.
	CodeTitleRows finding.Code = "title-rows"
	// CodeNoHeader: the first row is all numbers. Smallest example: a sheet of
	// numbers alone.
	CodeNoHeader finding.Code = "no-header"
	// CodeOption: an option does not fit the sheet. Smallest example: header
	// row 9 of a sheet with five rows.
	CodeOption finding.Code = "bad-option"
)

// Format is the reader of Excel workbooks.
type Format struct{}

// Name returns xlsx.
func (Format) Name() string { return "xlsx" }

// Match reports whether the content is a zip archive.
func (Format) Match(head []byte, _ string) bool {
	return strings.HasPrefix(string(head), "PK\x03\x04") || strings.HasPrefix(string(head), "PK\x05\x06")
}

// Read gives the table of one sheet.
func (Format) Read(in frame.Input, o frame.Options) (*frame.Frame, error) {
	w, err := openWorkbook(in)
	if err != nil {
		return nil, asFindings(err)
	}
	f, found, err := w.table(o)
	if err != nil {
		return nil, asFindings(err)
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	f.Findings = found
	return f, nil
}

func asFindings(err error) error {
	var t trouble
	if errors.As(err, &t) {
		return finding.List{t.Finding}.Err()
	}
	return err
}

// Lines returns the cells of the chosen sheet as text, for files that are no
// plain table, such as a matrix.
func Lines(in frame.Input, o frame.Options) (grid.Lines, error) {
	w, err := openWorkbook(in)
	if err != nil {
		return grid.Lines{}, asFindings(err)
	}
	sh, c, err := w.choose(o.Sheet)
	if err == nil {
		err = w.checkShape(c.rows)
	}
	if err != nil {
		return grid.Lines{}, asFindings(err)
	}
	out := grid.Lines{Choices: []frame.Choice{{Name: "sheet", Value: sh.name, Given: o.Sheet != ""}}}
	left, _ := span(c.rows, nil)
	for _, r := range c.rows {
		line := grid.Line{Row: r.number, Cells: make([]string, r.cells[len(r.cells)-1].column+1-left)}
		for _, cell := range r.cells {
			line.Cells[cell.column-left] = cell.text
		}
		out.Lines = append(out.Lines, line)
	}
	return out, nil
}

// width returns the number of columns up to the last that holds a cell.
func width(rows []row) int {
	n := 0
	for _, r := range rows {
		n = max(n, r.cells[len(r.cells)-1].column+1)
	}
	return n
}

// choose finds the sheet: the one named or numbered, else the first visible one
// with a table of two rows and two columns, of two rows, of anything.
func (w *workbook) choose(want string) (sheet, *content, error) {
	if want != "" {
		sh, err := w.named(want)
		if err != nil {
			return sheet{}, nil, err
		}
		c, err := w.read(sh)
		if err == nil && len(c.rows) == 0 {
			err = w.trouble(CodeNoTable, "The sheet "+sh.name+" is empty.", w.nameAnother())
		}
		return sh, c, err
	}
	var best sheet
	var found *content
	rank := 0
	for _, sh := range w.sheets {
		if sh.hidden || !sh.grid {
			continue
		}
		c, err := w.read(sh)
		if err != nil {
			return sheet{}, nil, err
		}
		r := 0
		switch n := len(c.rows); {
		case n > 1 && width(c.rows) > 1:
			return sh, c, nil
		case n > 1:
			r = 2
		case n == 1:
			r = 1
		}
		if r > rank {
			best, found, rank = sh, c, r
		}
	}
	if found == nil {
		return sheet{}, nil, w.trouble(CodeNoTable, "No visible sheet of the workbook holds a cell.", "Check that this is the right file; sheets are "+w.list()+".")
	}
	return best, found, nil
}

// otherSheets tells of visible sheets beside the chosen one that hold tables.
func (w *workbook) otherSheets(chosen sheet, names []string) finding.List {
	const looked = 20 // sheets, and rows of each
	have := map[string]bool{}
	for _, name := range names {
		have[strings.TrimSpace(name)] = true
	}
	var others, alike []string
	for _, sh := range w.sheets[:min(len(w.sheets), looked)] {
		if sh.part == chosen.part || sh.hidden || !sh.grid {
			continue
		}
		c, err := w.readTop(sh, looked)
		if err != nil || len(c.rows) < 2 || width(c.rows) < 2 {
			continue // broken or not, it is not the sheet that was read
		}
		others = append(others, sh.name)
		header, shared := texts(c.rows[headerRow(c.rows)]), 0
		for _, name := range header {
			if have[strings.TrimSpace(name)] {
				shared++
			}
		}
		if 2*shared >= len(header) && shared > 1 {
			alike = append(alike, sh.name)
		}
	}
	f := finding.Finding{Code: CodeOtherSheets, Severity: finding.Info, Place: finding.Place{File: w.file},
		Message: fmt.Sprintf("The sheet %s was read; tables stand on other sheets too: %s.", chosen.name, strings.Join(others, ", ")),
		Hint:    "If another one is meant, name it: " + frame.Setting("sheet", "NAME") + "."}
	switch {
	case others == nil:
		return nil
	case alike != nil:
		f.Severity = finding.Warning
		f.Message = fmt.Sprintf("The sheet %s was read; sheets with the same columns are there too, and were not: %s.", chosen.name, strings.Join(alike, ", "))
	}
	return finding.List{f}
}

func (w *workbook) named(want string) (sheet, error) {
	var names []string
	for _, sh := range w.sheets {
		if sh.name == want {
			return w.usable(sh)
		}
		names = append(names, sh.name)
	}
	if n, err := strconv.Atoi(want); err == nil && n >= 1 && n <= len(w.sheets) {
		return w.usable(w.sheets[n-1])
	}
	hint := strings.TrimSpace(finding.DidYouMean(want, names) + " Sheets are " + w.list() + ".")
	return sheet{}, w.trouble(CodeUnknownSheet, "The workbook has no sheet "+want+".", hint)
}

func (w *workbook) usable(sh sheet) (sheet, error) {
	if !sh.grid {
		return sh, w.trouble(CodeNoTable, "The sheet "+sh.name+" is a chart or a dialog, not a table.", w.nameAnother())
	}
	return sh, nil
}

func (w *workbook) nameAnother() string {
	return "Name another sheet of " + w.list() + ": " + frame.Setting("sheet", "NAME") + "."
}

// list writes the names of the sheets, up to twenty.
func (w *workbook) list() string {
	var names []string
	for i, sh := range w.sheets {
		if i == 20 {
			names = append(names, "...")
			break
		}
		names = append(names, sh.name)
	}
	return strings.Join(names, ", ")
}

// table types the cells of the chosen sheet.
func (w *workbook) table(o frame.Options) (*frame.Frame, finding.List, error) {
	sh, c, err := w.choose(o.Sheet)
	if err != nil {
		return nil, nil, err
	}
	if err := w.checkShape(c.rows); err != nil {
		return nil, nil, err
	}
	f := &frame.Frame{Source: frame.Source{File: w.file, Format: "xlsx"}}
	choose := func(name, value string, given bool) {
		f.Source.Choices = append(f.Source.Choices, frame.Choice{Name: name, Value: value, Given: given})
	}
	choose("sheet", sh.name, o.Sheet != "")
	h, found, err := w.header(c, o)
	if err != nil {
		return nil, nil, err
	}
	choose("header row", h.describe(), o.HeaderRow != 0)
	if o.Sheet == "" {
		found = append(found, w.otherSheets(sh, h.names)...)
	}
	body := c.rows[h.body:]
	cells := make([]grid.Column, len(h.names))
	asText := make([]int, len(h.names))
	for i := range cells {
		cells[i].Grow(len(body))
	}
	for _, r := range body {
		fill(cells, asText, r, h.left)
		f.SheetRows = append(f.SheetRows, r.number)
	}
	options := grid.Options{File: w.file, Decimal: o.Decimal, Missing: o.Missing}
	names, cells, kept, more := grid.Named(h.names, cells, options)
	found = append(found, more...)
	found = append(found, c.findings(w.file, func(column int) string {
		if i := column - h.left; i >= 0 && i < len(h.names) {
			return h.names[i]
		}
		return ""
	}, h.firstRow(c.rows))...)
	columns, report := grid.Typed(names, cells, options)
	found = append(found, report.Findings...)
	for i, column := range columns {
		if n := asText[kept[i]]; column.Numeric() && n > 0 {
			found = append(found, finding.Finding{Code: CodeTextNumbers, Severity: finding.Info,
				Place:   finding.Place{File: w.file, Column: column.Name},
				Message: fmt.Sprintf("Numbers of this column are stored as text; they were read as numbers (cells: %d).", n)})
		}
	}
	f.Columns, f.Rows, f.FirstSheetRow = columns, len(body), h.row+1
	if len(body) > 0 {
		f.FirstSheetRow = body[0].number
		if body[len(body)-1].number == body[0].number+len(body)-1 {
			f.SheetRows = nil // no gap, so the first row says all
		}
	}
	return f, found, nil
}

// fill adds one row to the columns.
func fill(cells []grid.Column, asText []int, r row, left int) {
	next := 0
	for i := range cells {
		for next < len(r.cells) && r.cells[next].column < i+left {
			next++
		}
		if next == len(r.cells) || r.cells[next].column > i+left {
			cells[i].Cell("")
			continue
		}
		c := r.cells[next]
		if c.kind == numberCell {
			cells[i].Number(c.number)
			continue
		}
		if c.kind == textCell && grid.IsNumber(c.text) {
			asText[i]++
		}
		cells[i].Add(c.text)
	}
}

// checkShape refuses cells so far apart that a table of them would be out of
// all proportion.
func (w *workbook) checkShape(rows []row) error {
	cells := 0
	for _, r := range rows {
		cells += len(r.cells)
	}
	if area := len(rows) * width(rows); area > 1<<20 && area/500 > cells {
		return w.trouble(CodeSparse, fmt.Sprintf("The sheet has %d cells spread over %d rows and %d columns.", cells, len(rows), width(rows)),
			"Clear the cells outside of the table.")
	}
	return nil
}
