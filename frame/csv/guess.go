package csv

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"plumb/finding"
)

// decodeGuess decodes text that is not UTF-8 and of which nobody said what it
// is.
func (r *reader) decodeGuess(raw string) (string, bool) {
	valid, invalid := sequences(raw)
	if valid >= invalid {
		return r.decodeMixed(raw)
	}
	enc, name := guess(raw)
	r.choose("encoding", name+" (guessed)", false)
	r.add(CodeEncoding, finding.Warning, 0, "The text is not UTF-8; the encoding was taken to be "+name+".",
		"Name the encoding if names or labels look wrong, or save the file as UTF-8.")
	return r.decodeWith(raw, enc)
}

// sequences counts the characters of several bytes that are UTF-8, and the
// bytes that are not.
func sequences(raw string) (valid, invalid int) {
	for i := 0; i < len(raw); {
		if raw[i] < utf8.RuneSelf {
			i++
			continue
		}
		c, size := utf8.DecodeRuneInString(raw[i:])
		if c == utf8.RuneError && size == 1 {
			invalid++
		} else {
			valid++
		}
		i += size
	}
	return valid, invalid
}

// decodeMixed keeps what is UTF-8 and reads the other bytes as windows-1252,
// with a finding for each of the first lines concerned.
func (r *reader) decodeMixed(raw string) (string, bool) {
	r.choose("encoding", "utf-8, single lines windows-1252", false)
	var b strings.Builder
	b.Grow(len(raw) + len(raw)/8)
	lines, line, last := 0, 1, 0
	for i := 0; i < len(raw); {
		c, size := utf8.DecodeRuneInString(raw[i:])
		if c == '\n' || c == '\r' && (i+1 == len(raw) || raw[i+1] != '\n') {
			line++
		}
		if c == utf8.RuneError && size == 1 {
			c = charmap.Windows1252.DecodeByte(raw[i])
			if line != last {
				lines++
				last = line
				if lines <= maxRagged {
					r.add(CodeMixedEncodings, finding.Warning, line,
						fmt.Sprintf("The file is UTF-8, but not this line; its byte %02X was read as %c of windows-1252.", raw[i], c),
						"Correct the line, or name the encoding of the file.")
				}
			}
		}
		b.WriteRune(c)
		i += size
	}
	if lines > maxRagged {
		r.add(CodeMixedEncodings, finding.Warning, 0, fmt.Sprintf("%d lines in all are not UTF-8; the first %d are listed.", lines, maxRagged),
			"Name the encoding of the file.")
	}
	return r.checkNUL(strings.TrimPrefix(b.String(), "\ufeff"))
}

// guess picks the likeliest legacy encoding.
func guess(string) (encoding.Encoding, string) {
	return charmap.Windows1252, "windows-1252"
}
