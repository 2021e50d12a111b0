package xlsx

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// dateKind tells how the number of a cell is shown.
type dateKind uint8

const (
	noDate dateKind = iota
	dateTime
	elapsed // hours, minutes or seconds that run beyond a day: [h]:mm
)

// kindOfFormat judges a number format by its built-in number (ECMA-376 part 1,
// 18.8.30, those of East Asian versions included) or by its code.
func kindOfFormat(id int, custom map[int]string) dateKind {
	if code, ok := custom[id]; ok {
		return kindOfCode(code)
	}
	switch {
	case id == 46:
		return elapsed
	case id >= 14 && id <= 22, id >= 27 && id <= 36, id == 45, id == 47, id >= 50 && id <= 58:
		return dateTime
	}
	return noDate
}

// kindOfCode looks for letters of dates in the first section of a format code,
// outside of quotes, escapes and brackets.
func kindOfCode(code string) dateKind {
	kind := noDate
	for i := 0; i < len(code); i++ {
		switch c := code[i] | 0x20; code[i] {
		case ';':
			return kind
		case '"':
			n := strings.IndexByte(code[i+1:], '"')
			if n < 0 {
				return kind
			}
			i += n + 1
		case '\\', '_', '*':
			i++
		case '[':
			n := strings.IndexByte(code[i:], ']')
			if n < 0 {
				return kind
			}
			if inner := strings.ToLower(code[i+1 : i+n]); inner != "" && strings.Trim(inner, inner[:1]) == "" && strings.Contains("hms", inner[:1]) {
				return elapsed
			}
			i += n
		default:
			if strings.HasPrefix(strings.ToLower(code[i:]), "general") {
				i += len("general") - 1
			} else if c == 'd' || c == 'm' || c == 'y' || c == 'h' || c == 's' {
				kind = dateTime
			}
		}
	}
	return kind
}

// isoDate writes a date number: days as 2020-02-29, moments as
// 2020-02-29T06:59:59, times of day and durations as 12:00:00. Fractions of a
// second are kept to the millisecond. In the system of 1900 the day 60 is the
// 29th of February 1900, which there never was; it becomes the 28th. ok is
// false for numbers that are no dates.
func isoDate(v float64, kind dateKind, date1904 bool) (s string, ok bool) {
	const day = 86400000 // milliseconds
	if v < 0 || v >= 2958466 || math.IsNaN(v) {
		return "", false
	}
	ms := int64(math.Round(v * day))
	if kind == elapsed || v < 1 {
		seconds := ms / 1000
		return fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60) + fraction(ms%1000), true
	}
	days, rest := ms/day, ms%day
	base := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case date1904:
		base = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days < 60:
		base = base.AddDate(0, 0, 1)
	}
	at := base.AddDate(0, 0, int(days)).Add(time.Duration(rest) * time.Millisecond)
	if rest == 0 {
		return at.Format("2006-01-02"), true
	}
	return at.Format("2006-01-02T15:04:05") + fraction(rest%1000), true
}

func fraction(ms int64) string {
	if ms == 0 {
		return ""
	}
	return fmt.Sprintf(".%03d", ms)
}
