package xlsx

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"plumb/finding"
)

// cell is one cell that is not empty.
type cell struct {
	column int // from 0
	text   string
	number float64 // when isNumber
	kind   cellKind
}

type cellKind uint8

const (
	textCell cellKind = iota
	numberCell
	otherCell // boolean or date: text here, but no number as text
)

// row is one row with at least one cell.
type row struct {
	number int // as the spreadsheet numbers it, from 1
	cells  []cell
}

// content is what a sheet holds.
type content struct {
	rows   []row
	merges []merge
	// errors are cells with a failed formula, noAnswer counts #N/A.
	errors   []errorCell
	noAnswer int
	cells    int
}

type errorCell struct {
	row, column int
	value       string
}

// merge is a merged range, from 0 for columns and from 1 for rows.
type merge struct{ left, top, right, bottom int }

const (
	maxRows    = 1 << 20
	maxColumns = 1 << 14
)

// columnName writes a column as spreadsheets do: A, B, ..., AA.
func columnName(column int) string {
	name := ""
	for column++; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name
}

// position reads a reference such as AB12; $ signs are allowed.
func position(ref string) (column, row int, ok bool) {
	for i := 0; i < len(ref); i++ {
		switch c := ref[i]; {
		case c == '$':
		case c >= 'A' && c <= 'Z' && row == 0:
			column = column*26 + int(c-'A') + 1
		case c >= 'a' && c <= 'z' && row == 0:
			column = column*26 + int(c-'a') + 1
		case c >= '0' && c <= '9' && column > 0:
			row = row*10 + int(c-'0')
		default:
			return 0, 0, false
		}
		if column > maxColumns || row > maxRows {
			return 0, 0, false
		}
	}
	return column - 1, row, column > 0 && row > 0
}

// read gives the cells of a sheet.
func (w *workbook) read(sh sheet) (*content, error) { return w.readTop(sh, maxRows) }

// readTop gives the cells of the first rows of a sheet that have any.
func (w *workbook) readTop(sh sheet, rows int) (*content, error) {
	s, err := w.part(sh.part)
	if err != nil {
		return nil, err
	}
	p := &sheetParser{w: w, s: s, part: sh.part, content: &content{}}
	for {
		t, err := s.next()
		if err != nil {
			return nil, w.broken(sh.part, err)
		}
		if t == end || len(p.content.rows) > rows {
			return p.content, nil
		}
		if t == startTag {
			if err := p.start(); err != nil {
				return nil, w.broken(sh.part, err)
			}
		}
	}
}

type sheetParser struct {
	w           *workbook
	s           *scanner
	part        string
	row, column int // of the last cell; row from 1, column from 0
	content     *content
	value, rich strings.Builder
}

func (p *sheetParser) start() error {
	switch {
	case p.s.is("row"):
		p.row++
		p.column = -1
		if r := p.s.attr("r"); r != "" {
			n, err := strconv.Atoi(r)
			if err != nil || n < p.row || n > maxRows {
				return fmt.Errorf("row number %.20s is out of order", r)
			}
			p.row = n
		}
	case p.s.is("c"):
		return p.cell()
	case p.s.is("mergeCell"):
		from, to, _ := strings.Cut(p.s.attr("ref"), ":")
		left, top, ok1 := position(from)
		right, bottom, ok2 := position(to)
		if ok1 && ok2 {
			p.content.merges = append(p.content.merges, merge{left, top, right, bottom})
		}
	}
	return nil
}

// cell reads a cell up to its end tag.
func (p *sheetParser) cell() error {
	p.column++
	if ref := p.s.attr("r"); ref != "" {
		column, r, ok := position(ref)
		if !ok || r != p.row || column < p.column {
			return fmt.Errorf("cell reference %.20q is out of order", ref)
		}
		p.column = column
	}
	if p.column >= maxColumns || p.row == 0 {
		return errXML
	}
	kind, style := p.s.attr("t"), p.s.attr("s")
	p.value.Reset()
	p.rich.Reset()
	depth := len(p.s.open)
	inValue, inRich, phonetic := false, false, false
	for {
		t, err := p.s.next()
		if err != nil {
			return err
		}
		switch {
		case t == end:
			return errCut
		case t == endTag && len(p.s.open) < depth:
			return p.finish(kind, style)
		case t == text && inValue:
			p.value.WriteString(p.s.content())
		case t == text && inRich && !phonetic:
			p.rich.WriteString(p.s.content())
		case t == text:
		case p.s.is("v"):
			inValue = t == startTag
		case p.s.is("t"):
			inRich = t == startTag
		case p.s.is("rPh"):
			phonetic = t == startTag
		}
		if p.value.Len() > 4*maxCell || p.rich.Len() > 4*maxCell {
			return p.tooLong()
		}
	}
}

func (p *sheetParser) tooLong() error {
	return p.w.trouble(CodeLongCell, fmt.Sprintf("Cell %s%d holds more than the %d characters that a cell can have.",
		columnName(p.column), p.row, maxCell), "Check where the file comes from.")
}

// finish turns what was read into a cell.
func (p *sheetParser) finish(kind, style string) error {
	c := cell{column: p.column, text: p.value.String()}
	switch kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(c.text))
		if c.text == "" {
			break
		}
		if err != nil || i < 0 || i >= len(p.w.strings) {
			return p.w.trouble(CodeBroken, fmt.Sprintf("Cell %s%d points to text %.20s of a table that has %d.",
				columnName(p.column), p.row, c.text, len(p.w.strings)), exportAgain)
		}
		c.text = p.w.strings[i]
	case "str":
		c.text = underscores(c.text)
	case "inlineStr":
		c.text = underscores(p.rich.String())
	case "b":
		c.kind = otherCell
		if c.text = strings.TrimSpace(c.text); c.text == "1" || c.text == "true" {
			c.text = "TRUE"
		} else if c.text != "" {
			c.text = "FALSE"
		}
	case "e":
		p.failed(c.text)
		return nil
	case "d":
		c.kind = otherCell
	default:
		p.numeric(&c, style)
	}
	if c.text == "" {
		return nil
	}
	if len(c.text) > maxCell && utf8.RuneCountInString(c.text) > maxCell {
		return p.tooLong()
	}
	p.keep(c)
	return nil
}

// numeric reads a number, or the date that its style makes of it.
func (p *sheetParser) numeric(c *cell, style string) {
	v, err := strconv.ParseFloat(strings.TrimSpace(c.text), 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return // text, such as some programs write
	}
	if i, err := strconv.Atoi(style); err == nil && i >= 0 && i < len(p.w.dates) && p.w.dates[i] != noDate {
		if iso, ok := isoDate(v, p.w.dates[i], p.w.date1904); ok {
			c.text, c.kind = iso, otherCell
			return
		}
	}
	c.number, c.kind = v, numberCell
	c.text = strconv.FormatFloat(v, 'f', -1, 64)
}

func (p *sheetParser) failed(value string) {
	if value == "#N/A" {
		p.content.noAnswer++
		return
	}
	p.content.errors = append(p.content.errors, errorCell{p.row, p.column, value})
}

func (p *sheetParser) keep(c cell) {
	rows := p.content.rows
	if n := len(rows); n == 0 || rows[n-1].number != p.row {
		rows = append(rows, row{number: p.row})
	}
	last := &rows[len(rows)-1]
	last.cells = append(last.cells, c)
	p.content.rows = rows
	p.content.cells++
}

// findings reports failed formulas: #N/A is a missing value, others need a hand.
func (c *content) findings(file string, names func(column int) string, from int) finding.List {
	const listed = 20
	var out finding.List
	n := 0
	for _, e := range c.errors {
		if e.row < from {
			continue
		}
		if n++; n > listed {
			continue
		}
		out = append(out, finding.Finding{Code: CodeErrorCell, Severity: finding.Error,
			Place:   finding.Place{File: file, Row: e.row, Column: names(e.column)},
			Message: fmt.Sprintf("Cell %s%d holds the error %.20s.", columnName(e.column), e.row, e.value),
			Hint:    "Correct its formula, or clear the cell if the value is missing."})
	}
	if n > listed {
		out = append(out, finding.Finding{Code: CodeErrorCell, Severity: finding.Error, Place: finding.Place{File: file},
			Message: fmt.Sprintf("%d cells in all hold errors; the first %d are listed.", n, listed),
			Hint:    "Correct their formulas, or clear the cells if the values are missing."})
	}
	if c.noAnswer > 0 {
		out = append(out, finding.Finding{Code: CodeNotAvailable, Severity: finding.Info, Place: finding.Place{File: file},
			Message: fmt.Sprintf("#N/A was taken as a missing value (cells: %d).", c.noAnswer)})
	}
	return out
}
