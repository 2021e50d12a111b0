package csv

import (
	"strings"

	"plumb/frame/grid"
)

// tokenizer cuts text into records and fields. The text ends with a line end,
// and CR, LF and CRLF all end a line. A field that begins with the quote runs
// to the closing quote, two of them standing for one; quotes elsewhere are
// ordinary characters.
type tokenizer struct {
	s         string
	from      int // offset of the first record
	fromRow   int // spreadsheet row at from, counted from 0
	delimiter byte
	blanks    bool // fields are parted by runs of blanks
	quote     byte
	comment   string
	// lenient takes a quote that runs over a line end and does not close as one
	// should for an ordinary character, so that one stray quote cannot decide
	// what parts the fields of the whole file.
	lenient bool
}

// record is one line of the table, with blank lines and comments before it.
type record struct {
	start, end int // offsets of its first byte and of the next record
	row        int // as a spreadsheet numbers it, from 1
	fields     []string
	quotes     quotes
}

// field is the outcome of reading one field.
type field struct {
	text     string
	next     int // offset of the delimiter or line end after it
	unclosed bool
	stray    bool
	marks    int  // quotes that are marks, not characters of the text
	lines    bool // a line end stands between the quotes
	parts    bool // a delimiter or line end stands between the quotes
}

// skip passes over blank lines and comments from pos. It returns the offset of
// the next record and how many rows were passed.
func (t *tokenizer) skip(pos int) (next, rows int) {
	for pos < len(t.s) {
		switch c := t.s[pos]; {
		case c == '\n' || c == '\r':
			pos = t.lineEnd(pos)
		case t.comment != "" && strings.HasPrefix(t.s[pos:], t.comment):
			pos = t.lineEnd(pos + strings.IndexAny(t.s[pos:], "\r\n"))
		case t.blanks && (c == ' ' || c == '\t'):
			end := pos
			for t.s[end] == ' ' || t.s[end] == '\t' {
				end++
			}
			if t.s[end] != '\n' && t.s[end] != '\r' {
				return pos, rows
			}
			pos = t.lineEnd(end)
		default:
			return pos, rows
		}
		rows++
	}
	return pos, rows
}

// lineEnd returns the offset behind the line end at pos.
func (t *tokenizer) lineEnd(pos int) int {
	if t.s[pos] == '\r' && pos+1 < len(t.s) && t.s[pos+1] == '\n' {
		return pos + 2
	}
	return pos + 1
}

// ends reports whether c ends an unquoted field.
func (t *tokenizer) ends(c byte) bool {
	return c == '\n' || c == '\r' || !t.blanks && c == t.delimiter || t.blanks && (c == ' ' || c == '\t')
}

// field reads the field at pos.
func (t *tokenizer) field(pos int) field {
	if t.s[pos] == t.quote {
		f := t.quoted(pos)
		if !t.lenient || !f.unclosed && !(f.stray && f.lines) {
			return f
		}
	}
	return t.bare(pos)
}

// bare reads the field at pos as one without quotes.
func (t *tokenizer) bare(pos int) field {
	end := pos
	for !t.ends(t.s[end]) {
		end++
	}
	return field{text: t.s[pos:end], next: end}
}

func (t *tokenizer) quoted(pos int) field {
	var f field
	var unescaped strings.Builder
	start := pos + 1
	at := start
	for {
		n := strings.IndexByte(t.s[at:], t.quote)
		if n < 0 {
			return field{text: "", next: len(t.s) - 1, unclosed: true}
		}
		at += n
		if at+1 < len(t.s) && t.s[at+1] == t.quote {
			unescaped.WriteString(t.s[start : at+1])
			at += 2
			start = at
			continue
		}
		break
	}
	f.lines = strings.IndexByte(t.s[pos:at], '\n') >= 0 || strings.IndexByte(t.s[pos:at], '\r') >= 0
	f.parts = f.lines || t.blanks || strings.IndexByte(t.s[pos:at], t.delimiter) >= 0
	f.marks = strings.Count(t.s[pos:at+1], string(rune(t.quote)))
	f.text = t.s[start:at]
	if unescaped.Len() > 0 {
		unescaped.WriteString(f.text)
		f.text = unescaped.String()
	}
	at++
	if at == len(t.s) {
		at-- // the quote was the last character: cannot be, a line end follows
	}
	if !t.ends(t.s[at]) {
		rest := at
		for !t.ends(t.s[at]) {
			at++
		}
		f.text += t.s[rest:at]
		f.stray = true
	}
	f.next = at
	return f
}

// nextField steps over what parts fields. ok is false at the end of the record,
// where pos is then the next record.
func (t *tokenizer) nextField(pos int) (next int, ok bool) {
	if t.blanks {
		for t.s[pos] == ' ' || t.s[pos] == '\t' {
			pos++
		}
		if c := t.s[pos]; c == '\n' || c == '\r' {
			return t.lineEnd(pos), false
		}
		return pos, true
	}
	if t.s[pos] == t.delimiter {
		return pos + 1, true
	}
	return t.lineEnd(pos), false
}

// head returns the first n records.
func (t *tokenizer) head(n int) []record {
	var out []record
	pos, row := t.from, t.fromRow
	for len(out) < n {
		next, passed := t.skip(pos)
		pos, row = next, row+passed+1
		if pos >= len(t.s) {
			break
		}
		h := record{start: pos, row: row}
		if t.blanks {
			pos, _ = t.nextField(pos)
		}
		h.quotes = noQuotes
		for more := true; more; {
			f := t.field(pos)
			t.note(&h.quotes, f, h.start, pos, 0)
			h.fields = append(h.fields, f.text)
			pos, more = t.nextField(f.next)
		}
		h.end = pos
		out = append(out, h)
	}
	return out
}

// body is the table below the header.
type body struct {
	columns     []grid.Column
	rows        int
	firstRow    int
	sheetRows   []int // set when rows were passed over between records
	ragged      []raggedLine
	raggedTotal int
	// The fewest and the most fields of a ragged line.
	raggedFewest, raggedMost int
	extraEmpty               int // lines with empty fields beyond the header
	tooLong                  int // offset of a field above maxField, or -1
	quotes                   quotes
}

type raggedLine struct{ start, fields int }

// body reads the records from pos on, the first of which is in the given row.
// Lines with another number of fields than columns are noted, and filled up or
// cut so that all columns keep the same length.
func (t *tokenizer) body(pos, row, columns int) *body {
	b := &body{columns: make([]grid.Column, columns), tooLong: -1, quotes: noQuotes}
	rest := t.s[pos:]
	lines := min(strings.Count(rest, "\n")+strings.Count(rest, "\r"), len(rest)/columns) + 1
	for i := range b.columns {
		b.columns[i].Grow(lines)
	}
	b.firstRow = row
	for b.quotes.unclosed < 0 && b.tooLong < 0 {
		next, passed := t.skip(pos)
		pos, row = next, row+passed
		if pos >= len(t.s) {
			break
		}
		b.noteRow(row)
		pos = t.row(pos, b)
		b.rows++
		row++
	}
	return b
}

// noteRow keeps the spreadsheet row of the next record where it does not follow
// from the first one.
func (b *body) noteRow(row int) {
	if b.rows == 0 {
		b.firstRow = row
	}
	if b.sheetRows == nil && row != b.firstRow+b.rows {
		b.sheetRows = make([]int, b.rows, 2*b.rows)
		for i := range b.sheetRows {
			b.sheetRows[i] = b.firstRow + i
		}
	}
	if b.sheetRows != nil {
		b.sheetRows = append(b.sheetRows, row)
	}
}

// row reads one record into the columns and returns the offset of the next.
func (t *tokenizer) row(pos int, b *body) int {
	columns := b.columns
	start, n, extra := pos, 0, false
	more := true
	if t.blanks {
		pos, _ = t.nextField(pos)
	} else {
		n, pos, more = t.numbers(pos, columns)
	}
	for ; more; n++ {
		f := t.field(pos)
		if t.note(&b.quotes, f, start, pos, len(columns)); f.next-pos > maxField {
			b.tooLong = pos
		}
		if n < len(columns) {
			columns[n].Add(f.text)
		} else {
			extra = extra || strings.TrimSpace(f.text) != ""
		}
		pos, more = t.nextField(f.next)
		if more && !t.blanks && n+1 < len(columns) && t.s[pos]-'0' <= 9 {
			var k int
			k, pos, more = t.numbers(pos, columns[n+1:])
			n += k
		}
	}
	switch {
	case n < len(columns), extra:
		// A line that a quote has swallowed is not told twice.
		if b.quotes.unclosed < start && b.quotes.runaway < start {
			if b.raggedTotal++; b.raggedTotal == 1 {
				b.raggedFewest = n
			}
			b.raggedFewest, b.raggedMost = min(b.raggedFewest, n), max(b.raggedMost, n)
			if len(b.ragged) < maxRagged {
				b.ragged = append(b.ragged, raggedLine{start, n})
			}
		}
		for ; n < len(columns); n++ {
			columns[n].Cell("")
		}
	case n > len(columns):
		b.extraEmpty++
	}
	return pos
}

// numbers reads small whole numbers, nearly all that a survey holds, from pos
// into the columns for as long as they come. It returns how many it read, the
// offset of the next field or record, and whether the record goes on there.
func (t *tokenizer) numbers(pos int, columns []grid.Column) (n, next int, more bool) {
	s, delimiter := t.s, t.delimiter
	for n < len(columns) {
		v := uint64(s[pos] - '0')
		if v > 9 {
			break
		}
		at := pos + 1
		c := s[at] // a line end follows at the latest
		if c != delimiter {
			for c-'0' <= 9 {
				v = v*10 + uint64(c-'0')
				at++
				c = s[at]
			}
			if digits := at - pos; digits > 15 || digits > 1 && s[pos] == '0' {
				break
			}
			if c != delimiter {
				if c != '\n' && c != '\r' {
					break
				}
				columns[n].Number(float64(v))
				return n + 1, t.lineEnd(at), false
			}
		}
		columns[n].Number(float64(v))
		n++
		pos = at + 1
	}
	return n, pos, true
}

// lineOf returns the number of the text line that holds an offset, from 1.
func (t *tokenizer) lineOf(offset int) int {
	before := t.s[:offset]
	return 1 + strings.Count(before, "\n") + strings.Count(before, "\r") - strings.Count(before, "\r\n")
}
