package grid

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A style is a way of writing numbers: a decimal mark and a mark between
// thousands (0 is none).
type style struct {
	decimal, thousands byte
}

// The styles that surveys are written in, with '.' at even and ',' at odd
// places. All kinds of blanks count as ' '.
var styles = [...]style{
	{'.', 0}, {',', 0}, {'.', ','}, {',', '.'},
	{'.', ' '}, {',', ' '}, {'.', '\''}, {',', '\''},
}

// styleSet holds a bit for every style under which a cell is a number.
type styleSet uint8

const (
	allStyles   styleSet = 1<<len(styles) - 1
	pointStyles styleSet = 0b01010101
	commaStyles styleSet = 0b10101010
)

// number is what can be said of a cell without knowing its column.
type number struct {
	text   string // ASCII digits and marks only, the unit taken off
	unit   string // "%", "€", ...
	styles styleSet
}

const units = "%$€£¥₹₺₽₩₫₱฿元"

// look says under which styles the cell is a number. No style takes
// hexadecimals, infinities, dates, clock times, or whole numbers of more than
// 15 digits, which are identifiers and would lose digits as numbers.
func look(cell string) number {
	s := strings.TrimSpace(cell)
	if s == "" || len(s) > 64 {
		return number{}
	}
	if c := s[0]; c < utf8.RuneSelf && (c|0x20) >= 'a' && (c|0x20) <= 'z' {
		return number{}
	}
	if set := decimalNumber(s); set != 0 {
		return number{text: s, styles: set}
	}
	s = plain(s)
	s, unit := splitUnit(s)
	n := number{text: s, unit: unit}
	if digits, integer := wholeNumber(s); integer {
		if digits <= 15 {
			n.styles = allStyles
		}
		return n
	}
	for i, st := range styles {
		if st.matches(s) {
			n.styles |= 1 << i
		}
	}
	return n
}

// decimalNumber is the short way for -12.5 and 12,5: digits, one mark, digits.
// Three digits behind the mark may also be thousands.
func decimalNumber(s string) styleSet {
	if s[0] == '-' {
		s = s[1:]
	}
	at := 0
	for at < len(s) && s[at]-'0' <= 9 {
		at++
	}
	if at == 0 || at > 15 || at+1 >= len(s) || s[at] != '.' && s[at] != ',' {
		return 0
	}
	for i := at + 1; i < len(s); i++ {
		if s[i]-'0' > 9 {
			return 0
		}
	}
	thousands := at <= 3 && s[0] != '0' && len(s) == at+4
	switch {
	case s[at] == '.' && thousands:
		return pointStyles | 1<<3
	case s[at] == '.':
		return pointStyles
	case thousands:
		return commaStyles | 1<<2
	}
	return commaStyles
}

// plain turns the digits of other scripts, wide forms and typographic marks
// into ASCII.
func plain(s string) string {
	ascii := true
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if ascii {
		return s
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r < utf8.RuneSelf:
			return r
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Nd, r):
			return '0' + digitValue(r)
		}
		switch r {
		case '−', '－':
			return '-'
		case '＋':
			return '+'
		case '’', '＇':
			return '\''
		case '．', '٫':
			return '.'
		case '，', '٬':
			return ','
		case '％', '٪':
			return '%'
		case '￥':
			return '¥'
		}
		return r
	}, s))
}

// digitValue returns the value of a decimal digit of any script: the digits of
// a script are ten code points in a row.
func digitValue(r rune) rune {
	for _, block := range unicode.Nd.R16 {
		if lo, hi := rune(block.Lo), rune(block.Hi); r >= lo && r <= hi {
			return (r - lo) % 10
		}
	}
	for _, block := range unicode.Nd.R32 {
		if lo, hi := rune(block.Lo), rune(block.Hi); r >= lo && r <= hi {
			return (r - lo) % 10
		}
	}
	return 0
}

// splitUnit takes one percent or currency sign off either end.
func splitUnit(s string) (rest, unit string) {
	if r, size := utf8.DecodeLastRuneInString(s); strings.ContainsRune(units, r) {
		return strings.TrimSpace(s[:len(s)-size]), string(r)
	}
	sign := ""
	if s != "" && (s[0] == '-' || s[0] == '+') {
		sign = s[:1]
	}
	if r, size := utf8.DecodeRuneInString(s[len(sign):]); r != '%' && strings.ContainsRune(units, r) {
		return sign + strings.TrimSpace(s[len(sign)+size:]), string(r)
	}
	return s, ""
}

func wholeNumber(s string) (digits int, ok bool) {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	for i := 0; i < len(s); i++ {
		if s[i]-'0' > 9 {
			return 0, false
		}
	}
	return len(s), s != ""
}

// matches reports whether s is a number in this style.
func (st style) matches(s string) bool {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	whole := 0
	for whole < len(s) && (s[whole]-'0' <= 9 || st.thousands != 0 && s[whole] == st.thousands) {
		whole++
	}
	if !st.grouped(s[:whole]) {
		return false
	}
	rest := s[whole:]
	decimals := 0
	if rest != "" && rest[0] == st.decimal {
		rest = rest[1:]
		for decimals < len(rest) && rest[decimals]-'0' <= 9 {
			decimals++
		}
		rest = rest[decimals:]
	}
	if whole == 0 && decimals == 0 {
		return false
	}
	if rest == "" {
		return true
	}
	if rest[0]|0x20 != 'e' {
		return false
	}
	_, ok := wholeNumber(rest[1:])
	return ok
}

// grouped reports whether the whole part is digits alone, or digits in groups
// of three; for a comma also as in India, 12,34,567.
func (st style) grouped(s string) bool {
	if st.thousands == 0 || strings.IndexByte(s, st.thousands) < 0 {
		return true
	}
	groups := strings.Split(s, string(rune(st.thousands)))
	last := len(groups) - 1
	if groups[0] == "" || groups[0][0] == '0' || len(groups[0]) > 3 || len(groups[last]) != 3 {
		return false
	}
	threes, twos := true, st.thousands == ',' && len(groups[0]) <= 2
	for _, g := range groups[1:last] {
		threes = threes && len(g) == 3
		twos = twos && len(g) == 2
	}
	return threes || twos
}

// value returns the number that text means in this style; false when it is
// beyond the range of a float64.
func (st style) value(text string) (float64, bool) {
	var mantissa uint64
	scale, digits, negative := 0, 0, false
	point := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c-'0' <= 9:
			mantissa = mantissa*10 + uint64(c-'0')
			if digits > 0 || c != '0' {
				digits++
			}
			if point {
				scale++
			}
		case c == st.decimal:
			point = true
		case c == '-' && i == 0:
			negative = true
		case c == '+' && i == 0, st.thousands != 0 && c == st.thousands:
		default:
			return st.slowValue(text)
		}
		if digits > 15 {
			return st.slowValue(text)
		}
	}
	if scale >= len(powersOfTen) {
		return st.slowValue(text)
	}
	// Both parts are exact, so one division rounds once: the nearest float64
	// (Clinger 1990).
	v := float64(mantissa) / powersOfTen[scale]
	if negative {
		v = -v
	}
	return v, true
}

var powersOfTen = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

func (st style) slowValue(text string) (float64, bool) {
	b := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == st.decimal:
			b = append(b, '.')
		case st.thousands != 0 && c == st.thousands:
		default:
			b = append(b, c)
		}
	}
	v, err := strconv.ParseFloat(string(b), 64)
	return v, err == nil && !math.IsInf(v, 0)
}
