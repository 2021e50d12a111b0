package csv

import (
	"fmt"
	"strings"

	"plumb/finding"
)

// Policy on quotes. One quote too many or too few can hide any number of rows
// from a reader that trusts it, so none is trusted blindly. A quote that never
// closes, or closes with text behind it after swallowing lines that are rows of
// their own, refuses the file. Where it closes cleanly the same is a warning.
// And where no single quote is to blame, but the number of quotes in the file is
// odd and some of them hold delimiters, that is a warning too: in a file that
// follows RFC 4180 the number is even, so one stray quote is always told.

// quotes is what the quotes of a record or a table have shown. Offsets are -1
// where there is nothing to tell.
type quotes struct {
	unclosed int // of a quote that does not close
	runaway  int // of the first quote that swallows rows, and
	closes   int // where it closes
	cleanly  bool
	stray    int // of the first field with text behind its quote
	marks    int // quotes that open, close or stand for one
	parts    int // of the first quote that holds a delimiter or line end
}

var noQuotes = quotes{unclosed: -1, runaway: -1, stray: -1, parts: -1}

// note takes down what the field at an offset shows. record is the offset of
// its record, columns the number of fields that a record should have, 0 where
// that is not known.
func (t *tokenizer) note(q *quotes, f field, record, at, columns int) {
	q.marks += f.marks
	if f.parts && q.parts < 0 {
		q.parts = at
	}
	if f.unclosed {
		q.unclosed = at
	}
	if f.stray && q.stray < 0 {
		q.stray = at
	}
	// Doubled quotes between quotes that close cleanly show that the writer knew
	// what it did.
	trusted := !f.stray && f.marks > 2
	if f.lines && !trusted && q.runaway < 0 && !t.lenient && t.swallows(record, at, f.next, columns) {
		q.runaway, q.closes, q.cleanly = at, f.next, !f.stray
	}
}

// swallows reports whether the lines between the quotes of the field at an
// offset are rows of their own: with the opening quote an ordinary character,
// its line and those that follow up to next have as many fields as they should.
func (t *tokenizer) swallows(record, at, next, columns int) bool {
	const looked = 100 // lines
	cut := *t
	end := next
	for t.s[end] != '\n' && t.s[end] != '\r' {
		end++
	}
	cut.s, cut.lenient = t.s[:end+1], true
	n := 0
	pos, more := record, true
	if t.blanks {
		pos, _ = cut.nextField(pos)
	}
	for ; more; n++ {
		f := cut.field(pos)
		if pos == at {
			f = cut.bare(pos)
		}
		pos, more = cut.nextField(f.next)
	}
	if columns == 0 {
		columns = n
	}
	if n != columns {
		return false
	}
	cut.from = pos
	for _, h := range cut.head(looked) {
		if len(h.fields) != columns {
			return false
		}
	}
	return true
}

// literal counts the quotes that are ordinary characters of fields without
// quotes from an offset on, and returns the offset of the first.
func (t *tokenizer) literal(pos int) (n, first int) {
	first = -1
	for {
		next, _ := t.skip(pos)
		if pos = next; pos >= len(t.s) {
			return n, first
		}
		if t.blanks {
			pos, _ = t.nextField(pos)
		}
		for more := true; more; {
			f := t.field(pos)
			if f.marks == 0 && !f.unclosed {
				if k := strings.Count(f.text, string(rune(t.quote))); k > 0 {
					if n += k; first < 0 {
						first = pos
					}
				}
			}
			pos, more = t.nextField(f.next)
		}
	}
}

// reportQuotes tells what the quotes of the records show; the quotes that are
// ordinary characters are counted from the given offset on.
func (r *reader) reportQuotes(t *tokenizer, q quotes, from int) {
	line := t.lineOf
	switch {
	case q.runaway < 0:
	case q.cleanly:
		r.add(CodeRunawayQuote, finding.Warning, line(q.runaway),
			fmt.Sprintf("The quote that opens on this line closes on line %d, and what lies between looks like rows of the table; it was read as the text of one cell.", line(q.closes)),
			"If these are rows, close the quote on its line or take it out.")
	default:
		r.add(CodeRunawayQuote, finding.Error, line(q.runaway),
			fmt.Sprintf("A quote opens on this line and swallows the rows down to line %d.", line(q.closes)),
			"Close the quote or take it out.")
	}
	if q.unclosed >= 0 {
		r.add(CodeUnclosedQuote, finding.Error, line(q.unclosed),
			"A quote opens on this line and is not closed.",
			"Close the quote or take it out.")
	}
	quiet := q.runaway < 0 && q.unclosed < 0 && q.stray < 0
	if quiet && from < len(t.s) && q.parts >= 0 && strings.Count(t.s[from:], string(rune(t.quote))) != q.marks {
		if n, first := t.literal(from); n%2 == 1 {
			r.add(CodeRunawayQuote, finding.Warning, line(first),
				fmt.Sprintf("A cell on this line holds a quote but does not begin with one, while other cells are quoted, as on line %d: one quote too many or too few may have shifted cells.", line(q.parts)),
				"Compare the lines with the file; double the quotes that belong to the text of a cell.")
		}
	}
	if q.stray >= 0 && (q.runaway < 0 || q.cleanly) && q.unclosed < 0 {
		r.add(CodeStrayText, finding.Warning, line(q.stray),
			"Text follows a closing quote; it was kept as part of the cell.", "Double the quotes inside a quoted cell.")
	}
}

// and joins the quotes of the header with those of the table below it.
func (q quotes) and(o quotes) quotes {
	q.marks += o.marks
	first := func(a *int, b int) {
		if *a < 0 {
			*a = b
		}
	}
	first(&q.unclosed, o.unclosed)
	first(&q.stray, o.stray)
	first(&q.parts, o.parts)
	if q.runaway < 0 {
		q.runaway, q.closes, q.cleanly = o.runaway, o.closes, o.cleanly
	}
	return q
}
