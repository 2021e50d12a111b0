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
// finding for each of them, or one for all when they are many.
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
		shown := noQuotes
		for _, h := range t.head(n) {
			out.Lines = append(out.Lines, grid.Line{Row: h.row, Cells: h.fields})
			shown = shown.and(h.quotes)
		}
		r.reportQuotes(t, shown, len(t.s))
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
	h, ok := r.header(t, head)
	if !ok {
		return nil
	}
	for _, name := range h.names {
		if len(name) > maxName && h.quotes.unclosed < 0 && h.quotes.runaway < 0 {
			r.add(CodeNotText, finding.Error, t.lineOf(h.start),
				fmt.Sprintf("A column name of %d bytes is no name: the file is no table, or its line ends are lost.", len(name)),
				"Check that this is the right file and export it again.")
			return nil
		}
	}
	b := t.body(h.body, h.row, len(h.names))
	if n := grid.TrimEnd(b.columns); n > 0 {
		b.rows -= n
		if b.sheetRows != nil {
			b.sheetRows = b.sheetRows[:b.rows]
		}
		r.add(CodeEmptyRows, finding.Info, 0, plural(n, "row")+" of empty cells at the end of the table left out.", "")
	}
	r.reportQuotes(t, h.quotes.and(b.quotes), h.start)
	r.reportRagged(t, b, len(h.names))
	if r.findings.Count(finding.Error) > 0 {
		return nil
	}
	o := grid.Options{File: r.file, Decimal: r.o.Decimal, Missing: r.o.Missing, CommaLikely: t.blanks || t.delimiter != ','}
	names, cells, _, found := grid.Named(h.names, b.columns, o)
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

// heading is where the names and the data are.
type heading struct {
	names  []string
	start  int // offset where titles and header, or without them the data, begin
	body   int // offset where the data begin
	row    int // the row that stands there
	quotes quotes
}

// header picks the record with the names among the first records.
func (r *reader) header(t *tokenizer, head []record) (heading, bool) {
	// What a quote has swallowed may look like a title, so titles count.
	named := func(h record) (heading, bool) {
		shown := noQuotes
		for _, above := range head {
			if above.start < h.start {
				shown = shown.and(above.quotes)
			}
		}
		return heading{h.fields, min(head[0].start, h.start), h.end, h.row + 1, shown.and(h.quotes)}, true
	}
	nameless := func(h record) (heading, bool) {
		return heading{grid.NoHeader(len(h.fields)), h.start, h.start, h.row, noQuotes}, true
	}
	switch {
	case r.o.HeaderRow < 0:
		r.choose("header row", "none", true)
		return nameless(head[0])
	case r.o.HeaderRow > 0:
		r.choose("header row", strconv.Itoa(r.o.HeaderRow), true)
		for _, h := range t.head(r.o.HeaderRow) {
			if h.row == r.o.HeaderRow {
				return named(h)
			}
		}
		r.findings = append(r.findings, finding.Finding{Code: CodeOption, Severity: finding.Error,
			Place:   finding.Place{File: r.file, Row: r.o.HeaderRow},
			Message: "The row named as the header is blank, a comment or beyond the end of the file.",
			Hint:    "Name the row that holds the column names, counted from 1: " + frame.Setting("header", "ROW") + "."})
		return heading{}, false
	}
	first := titleRows(head)
	h := head[first]
	if first > 0 {
		r.add(CodeTitleRows, finding.Info, t.lineOf(head[0].start),
			fmt.Sprintf("What stands above the table was passed over (lines: %d).", first),
			"If they belong to the table, name the header row: "+frame.Setting("header", "ROW")+".")
		r.doubtTitles(t, head[:first], usualCount(head))
	}
	if grid.LooksLikeData(h.fields) && len(head) > first+1 {
		r.choose("header row", "none", false)
		r.add(CodeNoHeader, finding.Warning, t.lineOf(h.start),
			"The first row holds numbers alone, so it was read as data; the columns are called V1, V2, ...",
			fmt.Sprintf("If these numbers are names, say so: --header %d, or header: %[1]d in the study file.", h.row))
		return nameless(h)
	}
	r.choose("header row", strconv.Itoa(h.row), false)
	return named(h)
}

// titleRows returns how many records stand above the table: leading ones with
// a single field when the usual record has several. Spreadsheet programs pad a
// title with delimiters to the width of the table; such lines count too, where
// a line of names follows.
func titleRows(head []record) int {
	usual := usualCount(head)
	if usual < 2 {
		return 0
	}
	single, padded := 0, 0
	for single < len(head) && len(head[single].fields) == 1 {
		single++
	}
	for padded < len(head) && texts(head[padded].fields) <= 1 {
		padded++
	}
	switch {
	case usual > 2 && padded > single && padded < len(head) && namesAlone(head[padded].fields):
		return padded
	case single == len(head):
		return 0
	}
	return single
}

// texts returns the number of fields that are not blank.
func texts(fields []string) int {
	n := 0
	for _, f := range fields {
		if strings.TrimSpace(f) != "" {
			n++
		}
	}
	return n
}

// namesAlone reports whether most fields hold a text and none a number.
func namesAlone(fields []string) bool {
	for _, f := range fields {
		if grid.IsNumber(f) {
			return false
		}
	}
	return 2*texts(fields) > len(fields)
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

const (
	// maxRagged is the number of ragged lines that are named.
	maxRagged = 10
	// fewRagged is the number of them that get a finding each.
	fewRagged = 5
)

func (r *reader) reportRagged(t *tokenizer, b *body, columns int) {
	if b.raggedTotal <= fewRagged {
		for _, g := range b.ragged {
			r.add(CodeRagged, finding.Error, t.lineOf(g.start),
				fmt.Sprintf("The line has %s where the header has %d.", plural(g.fields, "field"), columns),
				"Look for a delimiter inside an unquoted text, a missing cell or a broken line.")
		}
	} else {
		same := b.raggedFewest == b.raggedMost
		lines := make([]string, len(b.ragged))
		for i, g := range b.ragged {
			lines[i] = strconv.Itoa(t.lineOf(g.start))
			if !same {
				lines[i] += fmt.Sprintf(" (%d)", g.fields)
			}
		}
		what := fmt.Sprintf("between %d and %d fields", b.raggedFewest, b.raggedMost)
		if same {
			what = plural(b.raggedMost, "field")
		}
		r.add(CodeRagged, finding.Error, t.lineOf(b.ragged[0].start),
			fmt.Sprintf("%d of %d lines have %s where the header has %d: lines %s.", b.raggedTotal, b.rows, what, columns, someOf(lines, b.raggedTotal)),
			r.raggedHint(t, b, columns))
	}
	if b.tooLong >= 0 && b.quotes.unclosed < 0 {
		r.add(CodeLongField, finding.Error, t.lineOf(b.tooLong),
			fmt.Sprintf("A field that begins on this line is longer than %d bytes.", maxField),
			"Look for a quote that is not closed, or line ends that are lost.")
	}
	if b.extraEmpty > 0 {
		r.add(CodeTrailingDelimiter, finding.Info, 0,
			fmt.Sprintf("%s with more delimiters than the header; the cells beyond it are empty and were left out.", plural(b.extraEmpty, "line ends", "lines end")), "")
	}
}

// raggedHint names the likeliest cause of many ragged lines.
func (r *reader) raggedHint(t *tokenizer, b *body, columns int) string {
	switch {
	case 2*b.raggedTotal < b.rows:
		return "Look for delimiters inside unquoted texts, missing cells or broken lines."
	case t.delimiter == ',' && !t.blanks && b.raggedFewest > columns:
		return "If numbers are written with a decimal comma, their commas cannot be told from those between the columns: export the file with semicolons, or with decimal points."
	}
	return "The file was read with the delimiter " + delimiterName(t.delimiter) + "; if that or the header row is wrong, name it: " +
		frame.Setting("delimiter", "WORD") + "; " + frame.Setting("header", "ROW") + "."
}

// someOf writes the first of a list: "2, 5, 9 and 11 more".
func someOf(words []string, total int) string {
	out := strings.Join(words, ", ")
	if total > len(words) {
		out += fmt.Sprintf(" and %d more", total-len(words))
	}
	return out
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
