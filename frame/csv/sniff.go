package csv

import (
	"fmt"
	"strings"

	"plumb/finding"
	"plumb/frame"
	"plumb/frame/grid"
)

var delimiterNames = map[byte]string{
	',': "comma", ';': "semicolon", '\t': "tab", '|': "bar", '^': "caret", ' ': "blank",
}

func delimiterName(d byte) string {
	if name, ok := delimiterNames[d]; ok {
		return name
	}
	return string(rune(d))
}

// delimiter sets the delimiter of the tokenizer: the one given, the one in
// Excel's sep= line, or the one that cuts the first lines into equally many
// fields.
func (r *reader) delimiter(t *tokenizer) {
	if d, rest, ok := sepLine(t.s); ok {
		t.from, t.fromRow = len(t.s)-len(rest), 1
		t.delimiter = d
		if r.o.Delimiter == 0 {
			r.choose("delimiter", delimiterName(d)+" (sep= line)", false)
			return
		}
	}
	if d := r.o.Delimiter; d != 0 {
		t.delimiter, t.blanks = byte(d), d == ' '
		r.choose("delimiter", delimiterName(t.delimiter), true)
		return
	}
	best, share := byte(0), 0.0
	fields := 0
	for _, d := range []byte{',', ';', '\t', '|', '^'} {
		s, n := t.consistency(d, false)
		if n > 1 && (s > share+0.05 || s > share-0.05 && n > fields) {
			best, share, fields = d, s, n
		}
	}
	if share < 0.95 {
		if s, n := t.consistency(' ', true); n > 1 && s == 1 && t.numbersAmongBlanks() {
			best, share = ' ', s
		}
	}
	switch {
	case best == ' ':
		t.blanks = true
		r.choose("delimiter", "runs of blanks", false)
	case best == 0:
		t.delimiter = ','
		r.choose("delimiter", "none, one column", false)
		if strings.IndexByte(t.s, ',') >= 0 {
			r.choices[len(r.choices)-1].Value = "comma"
		}
	default:
		t.delimiter = best
		r.choose("delimiter", delimiterName(best), false)
		if share < 0.5 {
			r.add(CodeDelimiter, finding.Warning, 0,
				"No delimiter cuts the lines into equally many fields; the "+delimiterName(best)+" fits best.",
				"Name the delimiter: "+frame.Setting("delimiter", "WORD")+".")
		}
	}
}

// CodeDelimiter: the delimiter is doubtful. Smallest example: the lines a,b and
// 1,2,3 and 1.
const CodeDelimiter finding.Code = "doubtful-delimiter"

// doubtTitles warns when a line that was passed over as a title has as many
// fields under another delimiter as the table has under the one that was taken:
// it may be the header.
func (r *reader) doubtTitles(t *tokenizer, titles []record, columns int) {
	if r.o.Delimiter != 0 {
		return
	}
	for _, h := range titles {
		for _, d := range []byte{',', ';', '\t', '|', '^'} {
			if d == t.delimiter && !t.blanks || strings.Count(t.s[h.start:h.end], string(rune(d))) < columns-1 {
				continue
			}
			r.add(CodeDelimiter, finding.Warning, t.lineOf(h.start),
				fmt.Sprintf("This line was passed over as a title because the %s cuts the lines below it; the %s would cut it into columns, so it may be the header.",
					delimiterName(t.delimiter), delimiterName(d)),
				"If it is, name the delimiter: "+frame.Setting("delimiter", delimiterName(d))+".")
			return
		}
	}
}

// sepLine reads Excel's first line "sep=;".
func sepLine(s string) (d byte, rest string, ok bool) {
	const prefix = "sep="
	if len(s) < len(prefix)+2 || !strings.EqualFold(s[:len(prefix)], prefix) {
		return 0, s, false
	}
	d = s[len(prefix)]
	switch tail := s[len(prefix)+1:]; {
	case !isMark(rune(d)) || d == '"':
		return 0, s, false
	case strings.HasPrefix(tail, "\r\n"):
		return d, tail[2:], true
	case tail[0] == '\n' || tail[0] == '\r':
		return d, tail[1:], true
	}
	return 0, s, false
}

// sniffed is how much of the text the delimiter is judged by.
const (
	sniffedRecords = 100
	sniffedBytes   = 1 << 17
)

// sample returns a tokenizer of the first lines.
func (t *tokenizer) sample(d byte, blanks bool) *tokenizer {
	cut := *t
	cut.delimiter, cut.blanks, cut.lenient = d, blanks, true
	if len(cut.s) > cut.from+sniffedBytes {
		end := cut.from + sniffedBytes
		if n := strings.LastIndexAny(cut.s[:end], "\r\n"); n > cut.from {
			end = n
		}
		cut.s = cut.s[:end] + "\n"
	}
	return &cut
}

// consistency returns the share of the first records that have the usual number
// of fields, and that number.
func (t *tokenizer) consistency(d byte, blanks bool) (share float64, fields int) {
	head := t.sample(d, blanks).head(sniffedRecords)
	if len(head) == 0 {
		return 0, 0
	}
	usual := usualCount(head)
	n := 0
	for _, h := range head {
		// An empty field too many is a delimiter at the line end.
		if k := len(h.fields); k == usual || k == usual+1 && h.fields[usual] == "" {
			n++
		}
	}
	return float64(n) / float64(len(head)), usual
}

// numbersAmongBlanks tells a table parted by blanks from running text: some
// field below the first line is a number.
func (t *tokenizer) numbersAmongBlanks() bool {
	head := t.sample(' ', true).head(sniffedRecords)
	for _, h := range head[1:] {
		for _, f := range h.fields {
			if grid.IsNumber(f) {
				return true
			}
		}
	}
	return false
}
