package csv

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"plumb/finding"
	"plumb/frame"
)

// decodeGuess decodes text that is not UTF-8 and of which nobody said what it
// is.
func (r *reader) decodeGuess(raw string) (string, bool) {
	if notText(raw) {
		return r.refuseBinary()
	}
	valid, invalid := sequences(raw)
	if valid >= invalid {
		return r.decodeMixed(raw)
	}
	enc, name := guess(raw)
	r.choose("encoding", name+" (guessed)", false)
	r.add(CodeEncoding, finding.Warning, 0, "The text is not UTF-8; the encoding was taken to be "+name+".",
		"If names or labels look wrong, name the encoding ("+frame.Setting("encoding", "NAME")+"), or save the file as UTF-8.")
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
// with one finding for the lines concerned.
func (r *reader) decodeMixed(raw string) (string, bool) {
	r.choose("encoding", "utf-8, single lines windows-1252", false)
	var b strings.Builder
	b.Grow(len(raw) + len(raw)/8)
	const named, shown = 10, 3
	var lines, read []string // line numbers, and how bytes were read
	total, line, first, last := 0, 1, 0, 0
	seen := map[byte]bool{}
	for i := 0; i < len(raw); {
		c, size := utf8.DecodeRuneInString(raw[i:])
		if c == '\n' || c == '\r' && (i+1 == len(raw) || raw[i+1] != '\n') {
			line++
		}
		if c == utf8.RuneError && size == 1 {
			c = charmap.Windows1252.DecodeByte(raw[i])
			if !seen[raw[i]] && len(read) < shown {
				seen[raw[i]] = true
				read = append(read, fmt.Sprintf("%02X as %c", raw[i], c))
			}
			if line != last {
				if total++; total == 1 {
					first = line
				}
				if last = line; len(lines) < named {
					lines = append(lines, strconv.Itoa(line))
				}
			}
		}
		b.WriteRune(c)
		i += size
	}
	if total > 0 {
		which := "not this line"
		if total > 1 {
			which = fmt.Sprintf("not %d of its lines (%s)", total, someOf(lines, total))
		}
		r.add(CodeMixedEncodings, finding.Warning, first,
			"The file is UTF-8, but "+which+"; the bytes that are not were read as windows-1252: "+strings.Join(read, ", ")+".",
			"Correct them, or name the encoding of the whole file: "+frame.Setting("encoding", "NAME")+".")
	}
	return r.checkNUL(strings.TrimPrefix(b.String(), "\ufeff"))
}

// guess picks the likeliest legacy encoding: the one under which the bytes of
// the text are most probable, by a rough model of each script. Nothing decides
// between the encodings of one script but which bytes are letters of it.
func guess(raw string) (encoding.Encoding, string) {
	raw = raw[:min(len(raw), 1<<16)]
	best, most := candidates[0], math.Inf(-1)
	for _, c := range candidates {
		if p := c.likelihood(raw); p > most {
			best, most = c, p
		}
	}
	return best.encoding, best.name
}

// candidate is a model of text in one encoding.
type candidate struct {
	name     string
	encoding encoding.Encoding
	// classes part the bytes above 127, or the first bytes of pairs, into kinds;
	// p is how often a character is of the kind.
	classes []class
	// trail, where set, are the second bytes of pairs.
	trail []span
	// next is how often such a byte follows another one, for single bytes.
	next float64
}

type class struct {
	p     float64
	kind  letter
	spans []span
}

type span struct{ lo, hi byte }

type letter uint8

const (
	other letter = iota
	lower
	upper
	single // a character of one byte in an encoding of pairs
)

func within(spans []span, b byte) bool {
	for _, s := range spans {
		if b >= s.lo && b <= s.hi {
			return true
		}
	}
	return false
}

func size(spans []span) float64 {
	n := 0
	for _, s := range spans {
		n += int(s.hi) - int(s.lo) + 1
	}
	return float64(n)
}

// likelihood returns the logarithm of the probability of the bytes above 127.
func (c candidate) likelihood(raw string) float64 {
	sum := 0.0
	last := class{}
	for i := 0; i < len(raw); i++ {
		b := raw[i]
		if b < utf8.RuneSelf {
			last = class{}
			continue
		}
		k := slices.IndexFunc(c.classes, func(k class) bool { return within(k.spans, b) })
		if k < 0 {
			sum += math.Log(1e-6) // means nothing here
			last = class{}
			continue
		}
		here := c.classes[k]
		p := here.p / size(here.spans)
		switch {
		case c.trail == nil && last.spans != nil:
			p *= c.next
			if last.kind == lower && here.kind == upper {
				p *= 0.02 // a capital inside a word
			}
		case c.trail == nil:
			p *= 1 - c.next
		case here.kind == single:
		case i+1 < len(raw) && within(c.trail, raw[i+1]):
			p /= size(c.trail)
			i++
		default:
			p = 1e-6
		}
		if i+1 < len(raw) && isLatin(raw[i+1]) {
			// A letter that a pair would take in costs what letters cost, and
			// more where it is of another script than its neighbour.
			p *= 0.05
			if c.next > 0.5 || c.trail != nil {
				p *= 0.2
			}
		}
		sum += math.Log(p)
		last = here
	}
	return sum
}

func isLatin(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' || b == '\\' }

// candidates are the encodings that are guessed at. Row and letter ranges are
// those of the standards; how often each is used is a round figure for running
// text.
var candidates = []candidate{
	{"windows-1252", charmap.Windows1252, []class{
		{0.02, other, []span{{0xd0, 0xd0}, {0xdd, 0xde}, {0xf0, 0xf0}, {0xfd, 0xfe}}}, // Icelandic
		{0.68, lower, []span{{0xdf, 0xef}, {0xf1, 0xfc}, {0xff, 0xff}}},
		{0.15, upper, []span{{0xc0, 0xcf}, {0xd1, 0xdc}}},
		{0.15, other, []span{{0x80, 0x80}, {0x82, 0x8c}, {0x8e, 0x8e}, {0x91, 0x9c}, {0x9e, 0xbf}}},
	}, nil, 0.05},
	{"windows-1254", charmap.Windows1254, []class{
		{0.50, other, []span{{0xd0, 0xd0}, {0xdd, 0xde}, {0xf0, 0xf0}, {0xfd, 0xfe}}}, // Turkish
		{0.30, other, []span{{0xc7, 0xc7}, {0xd6, 0xd6}, {0xdc, 0xdc}, {0xe7, 0xe7}, {0xf6, 0xf6}, {0xfc, 0xfc}}},
		{0.20, other, []span{{0x80, 0x80}, {0x82, 0x8c}, {0x91, 0x9c}, {0x9f, 0xff}}},
	}, nil, 0.1},
	{"windows-1251", charmap.Windows1251, []class{
		{0.87, lower, []span{{0xb8, 0xb8}, {0xe0, 0xff}}},
		{0.10, upper, []span{{0xa8, 0xa8}, {0xc0, 0xdf}}},
		{0.03, other, []span{{0x80, 0x97}, {0x99, 0xbf}}},
	}, nil, 0.8},
	{"koi8-r", charmap.KOI8R, []class{
		{0.87, lower, []span{{0xa3, 0xa3}, {0xc0, 0xdf}}},
		{0.10, upper, []span{{0xb3, 0xb3}, {0xe0, 0xff}}},
		{0.03, other, []span{{0x80, 0xbf}}},
	}, nil, 0.8},
	{"ibm866", charmap.CodePage866, []class{
		{0.87, lower, []span{{0xa0, 0xaf}, {0xe0, 0xef}, {0xf1, 0xf1}}},
		{0.10, upper, []span{{0x80, 0x9f}, {0xf0, 0xf0}}},
		{0.03, other, []span{{0xb0, 0xdf}, {0xf2, 0xff}}},
	}, nil, 0.8},
	{"gb18030", simplifiedchinese.GB18030, []class{
		{0.85, other, []span{{0xb0, 0xd7}}}, // common characters
		{0.08, other, []span{{0xa1, 0xa3}}}, // punctuation, wide letters
		{0.05, other, []span{{0xd8, 0xf7}}},
		{0.02, other, []span{{0x81, 0xfe}}},
	}, []span{{0xa1, 0xfe}, {0x30, 0x39}, {0x40, 0x7e}, {0x80, 0xa0}}, 0},
	{"big5", traditionalchinese.Big5, []class{
		{0.87, other, []span{{0xa4, 0xc6}}},
		{0.08, other, []span{{0xa1, 0xa3}}},
		{0.05, other, []span{{0xc9, 0xf9}}},
	}, []span{{0x40, 0x7e}, {0xa1, 0xfe}}, 0},
	{"shift_jis", japanese.ShiftJIS, []class{
		{0.50, other, []span{{0x82, 0x83}}}, // kana
		{0.08, other, []span{{0x81, 0x81}}},
		{0.37, other, []span{{0x88, 0x97}}}, // common characters
		{0.03, other, []span{{0x98, 0x9f}, {0xe0, 0xea}}},
		{0.01, single, []span{{0xa1, 0xdf}}}, // narrow kana
		{0.01, other, []span{{0x84, 0x87}, {0xeb, 0xfc}}},
	}, []span{{0x40, 0x7e}, {0x80, 0xfc}}, 0},
	{"euc-jp", japanese.EUCJP, []class{
		{0.50, other, []span{{0xa4, 0xa5}}}, // kana
		{0.08, other, []span{{0xa1, 0xa3}}},
		{0.38, other, []span{{0xb0, 0xcf}}}, // common characters
		{0.04, other, []span{{0xd0, 0xf4}}},
	}, []span{{0xa1, 0xfe}}, 0},
	{"euc-kr", korean.EUCKR, []class{
		{0.95, other, []span{{0xb0, 0xc8}}}, // Hangul
		{0.03, other, []span{{0xa1, 0xa3}}},
		{0.02, other, []span{{0xca, 0xfd}}},
	}, []span{{0xa1, 0xfe}}, 0},
}
