// Package csv reads delimited text: commas, semicolons, tabs and their like, in
// any encoding, with or without a header, as survey tools and spreadsheets
// write it. The quoting is that of RFC 4180; what the RFC leaves open is
// detected and reported in Source.Choices, and every detection can be overruled
// in frame.Options.
//
//	f, err := csv.Format{}.Read(input, frame.Options{})
//
// Most people call open.File, which finds the format and then this reader. The
// package grid says what becomes a number and what counts as missing.
package csv

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"plumb/finding"
	"plumb/frame"
	"plumb/frame/grid"
)

// Format is the reader of delimited text.
type Format struct{}

// Name returns csv.
func (Format) Name() string { return "csv" }

// Match reports whether the name is that of a text file. Any text may be a
// table, so the content decides nothing.
func (Format) Match(_ []byte, name string) bool {
	name = strings.ToLower(name)
	for _, ending := range []string{".csv", ".tsv", ".txt", ".tab", ".dat"} {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return false
}

// Read gives the table. Trouble with single lines refuses the file, with a
// finding for each of the first 20 of them.
func (Format) Read(in frame.Input, o frame.Options) (*frame.Frame, error) {
	r := &reader{file: in.Name, o: o}
	f := r.read(in)
	if err := r.findings.Err(); err != nil {
		return nil, err
	}
	f.Findings = r.findings
	f.Source.Choices = r.choices
	return f, nil
}

// reader carries one Read.
type reader struct {
	file     string
	o        frame.Options
	findings finding.List
	choices  []frame.Choice
}

func (r *reader) add(code finding.Code, s finding.Severity, line int, message, hint string) {
	r.findings = append(r.findings, finding.Finding{Code: code, Severity: s,
		Place: finding.Place{File: r.file, Line: line}, Message: message, Hint: hint})
}

func (r *reader) choose(name, value string, given bool) {
	r.choices = append(r.choices, frame.Choice{Name: name, Value: value, Given: given})
}

// Lines returns the fields of the first n lines as text, whether or not they
// make a table; for files such as a triangular matrix.
func Lines(in frame.Input, o frame.Options, n int) (grid.Lines, error) {
	r := &reader{file: in.Name, o: o}
	var out grid.Lines
	if t := r.open(in); t != nil {
		for _, h := range t.head(n) {
			out.Lines = append(out.Lines, grid.Line{Row: h.row, Cells: h.fields})
		}
	}
	if err := r.findings.Err(); err != nil {
		return grid.Lines{}, err
	}
	out.Choices, out.Findings = r.choices, r.findings
	return out, nil
}

func (r *reader) read(in frame.Input) *frame.Frame {
	if t := r.open(in); t != nil {
		return r.table(t)
	}
	return nil
}

// open decodes the text and finds what parts its fields.
func (r *reader) open(in frame.Input) *tokenizer {
	raw, err := readAll(in)
	if err != nil {
		r.add(CodeUnreadable, finding.Error, 0, "The file could not be read: "+err.Error()+".", "Check the disk or copy the file again.")
		return nil
	}
	if !r.checkOptions() {
		return nil
	}
	text, ok := r.decode(raw)
	if !ok {
		return nil
	}
	t := &tokenizer{s: endLine(trimEnd(text)), quote: '"', comment: r.o.Comment}
	if r.o.Quote != 0 {
		t.quote = byte(r.o.Quote)
		r.choose("quote", string(r.o.Quote), true)
	}
	if r.o.Comment != "" {
		r.choose("comment", r.o.Comment, true)
	}
	r.delimiter(t)
	return t
}

// checkOptions refuses marks that no file of the kind has.
func (r *reader) checkOptions() bool {
	bad := func(key, message, hint string) {
		r.findings = append(r.findings, finding.Finding{Code: CodeOption, Severity: finding.Error,
			Place: finding.Place{File: r.file, Key: key}, Message: message, Hint: hint})
	}
	n := len(r.findings)
	if d := r.o.Delimiter; d != 0 && (!isMark(d) || d == '"' && r.o.Quote == 0) {
		bad("delimiter", fmt.Sprintf("%q cannot separate columns.", d), "Name one of comma, semicolon, tab, |, ^ or a blank.")
	}
	if q := r.o.Quote; q != 0 && (!isMark(q) || q == ' ' || q == '\t' || q == r.o.Delimiter) {
		bad("quote", fmt.Sprintf("%q cannot be a quote mark.", q), "Name one of \" and '.")
	}
	if d := r.o.Decimal; d != 0 && d != '.' && d != ',' {
		bad("decimal", fmt.Sprintf("%q cannot be a decimal mark.", d), "Name one of . and ,.")
	}
	return n == len(r.findings)
}

// isMark reports whether a character may separate or quote: one that is not
// part of words and numbers.
func isMark(c rune) bool {
	return c == '\t' || c == ' ' || c > ' ' && c < 0x7f && !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '.' && c != '-' && c != '+'
}

func readAll(in frame.Input) (string, error) {
	var b strings.Builder
	b.Grow(int(in.Size) + 1)
	_, err := io.Copy(&b, io.NewSectionReader(in, 0, in.Size))
	return b.String(), err
}

// trimEnd takes off the end mark of DOS and what follows it.
func trimEnd(s string) string {
	if trimmed := strings.TrimRight(s, "\x1a\r\n"); strings.IndexByte(s[len(trimmed):], 0x1a) >= 0 {
		return trimmed
	}
	return s
}

// endLine makes sure that a line end is the last character, so that the
// tokenizer need not look for the end of the text.
func endLine(s string) string {
	if s == "" || s[len(s)-1] == '\n' {
		return s
	}
	return s + "\n"
}

// table finds the header, reads the cells and types the columns.
func (r *reader) table(t *tokenizer) *frame.Frame {
	head := t.head(50)
	if len(head) == 0 {
		r.add(CodeNoTable, finding.Error, 0, "The file holds no table: every line is blank or a comment.", "Check that this is the right file.")
		return nil
	}
	names, body, firstRow, ok := r.header(t, head)
	if !ok {
		return nil
	}
	for _, name := range names {
		if len(name) > maxName {
			r.add(CodeNotText, finding.Error, t.lineOf(head[0].start),
				fmt.Sprintf("A column name of %d bytes is no name: the file is no table, or its line ends are lost.", len(name)),
				"Check that this is the right file and export it again.")
			return nil
		}
	}
	b := t.body(body, firstRow, len(names))
	if n := grid.TrimEnd(b.columns); n > 0 {
		b.rows -= n
		if b.sheetRows != nil {
			b.sheetRows = b.sheetRows[:b.rows]
		}
		r.add(CodeEmptyRows, finding.Info, 0, plural(n, "row")+" of empty cells at the end of the table left out.", "")
	}
	r.reportRagged(t, b, len(names))
	if r.findings.Count(finding.Error) > 0 {
		return nil
	}
	o := grid.Options{File: r.file, Decimal: r.o.Decimal, Missing: r.o.Missing, CommaLikely: t.blanks || t.delimiter != ','}
	names, cells, _, found := grid.Named(names, b.columns, o)
	r.findings = append(r.findings, found...)
	columns, report := grid.Typed(names, cells, o)
	r.findings = append(r.findings, report.Findings...)
	if report.Decimal != 0 || r.o.Decimal != 0 {
		mark := report.Decimal
		if r.o.Decimal != 0 {
			mark = r.o.Decimal
		}
		r.choose("decimal mark", string(mark), r.o.Decimal != 0)
	}
	return &frame.Frame{
		Source:  frame.Source{File: r.file, Format: "csv"},
		Rows:    b.rows,
		Columns: columns, SheetRows: b.sheetRows, FirstSheetRow: b.firstRow,
	}
}

// header picks the record with the names among the first records. It returns
// the names, the offset where the data begin, and the row that stands there.
func (r *reader) header(t *tokenizer, head []record) (names []string, body, row int, ok bool) {
	switch {
	case r.o.HeaderRow < 0:
		r.choose("header row", "none", true)
		return grid.NoHeader(len(head[0].fields)), head[0].start, head[0].row, true
	case r.o.HeaderRow > 0:
		r.choose("header row", strconv.Itoa(r.o.HeaderRow), true)
		for _, h := range t.head(r.o.HeaderRow) {
			if h.row == r.o.HeaderRow {
				return h.fields, h.end, h.row + 1, true
			}
		}
		r.findings = append(r.findings, finding.Finding{Code: CodeOption, Severity: finding.Error,
			Place:   finding.Place{File: r.file, Row: r.o.HeaderRow},
			Message: "The row named as the header is blank, a comment or beyond the end of the file.",
			Hint:    "Name the row that holds the column names, counted from 1."})
		return nil, 0, 0, false
	}
	first := titleRows(head)
	h := head[first]
	if first > 0 {
		r.add(CodeTitleRows, finding.Info, t.lineOf(head[0].start),
			fmt.Sprintf("What stands above the table was passed over (lines: %d).", first),
			"Name the header row if they belong to the table.")
	}
	if grid.LooksLikeData(h.fields) && len(head) > first+1 {
		r.choose("header row", "none", false)
		r.add(CodeNoHeader, finding.Warning, t.lineOf(h.start),
			"The first row holds numbers alone, so it was read as data; the columns are called V1, V2, ...",
			"Say that row "+strconv.Itoa(h.row)+" is the header if these numbers are names.")
		return grid.NoHeader(len(h.fields)), h.start, h.row, true
	}
	r.choose("header row", strconv.Itoa(h.row), false)
	return h.fields, h.end, h.row + 1, true
}

// titleRows returns how many records stand above the table: leading ones with
// a single field when the usual record has several.
func titleRows(head []record) int {
	usual := usualCount(head)
	if usual < 2 {
		return 0
	}
	for i, h := range head {
		if len(h.fields) > 1 {
			return i
		}
	}
	return 0
}

// usualCount returns the most frequent number of fields; of equals, that which
// comes first.
func usualCount(head []record) int {
	counts := map[int]int{}
	for _, h := range head {
		counts[len(h.fields)]++
	}
	best := 0
	for _, h := range head {
		if n := len(h.fields); best == 0 || counts[n] > counts[best] {
			best = n
		}
	}
	return best
}

// maxRagged is the number of ragged lines that get a finding of their own.
const maxRagged = 20

func (r *reader) reportRagged(t *tokenizer, b *body, columns int) {
	for _, g := range b.ragged {
		r.add(CodeRagged, finding.Error, t.lineOf(g.start),
			fmt.Sprintf("The line has %s where the header has %d.", plural(g.fields, "field"), columns),
			"Look for a delimiter inside an unquoted text, a missing cell or a broken line.")
	}
	if more := b.raggedTotal - len(b.ragged); more > 0 {
		r.add(CodeRagged, finding.Error, 0,
			fmt.Sprintf("%d lines in all have another number of fields than the header; the first %d are listed.", b.raggedTotal, len(b.ragged)),
			"If nearly every line is listed, name the delimiter, the quote mark or the header row.")
	}
	if b.unclosed >= 0 {
		r.add(CodeUnclosedQuote, finding.Error, t.lineOf(b.unclosed),
			"A quote opens on this line and is not closed.",
			"Close the quote, or name another quote mark if quotes are ordinary characters here.")
	}
	if b.tooLong >= 0 {
		r.add(CodeLongField, finding.Error, t.lineOf(b.tooLong),
			fmt.Sprintf("A field that begins on this line is longer than %d bytes.", maxField),
			"Look for a quote that is not closed, or line ends that are lost.")
	}
	if b.stray >= 0 {
		r.add(CodeStrayText, finding.Warning, t.lineOf(b.stray),
			"Text follows a closing quote; it was kept as part of the cell.", "Double the quotes inside a quoted cell.")
	}
	if b.extraEmpty > 0 {
		r.add(CodeTrailingDelimiter, finding.Info, 0,
			fmt.Sprintf("%s with more delimiters than the header; the cells beyond it are empty and were left out.", plural(b.extraEmpty, "line ends", "lines end")), "")
	}
}

// plural writes a count with its noun.
func plural(n int, one string, many ...string) string {
	word := one + "s"
	if len(many) > 0 {
		word = many[0]
	}
	if n == 1 {
		word = one
	}
	return strconv.Itoa(n) + " " + word
}
