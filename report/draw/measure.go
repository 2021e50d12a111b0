package draw

import (
	"slices"
	"strings"
	"unicode"
)

// weight is one of the two weights that the figure uses.
type weight uint16

const (
	regular weight = 400
	strong  weight = 600
)

// Widths of glyphs that Inter lacks, in thousandths of the em. Another font
// sets them, so they are on the generous side.
const (
	wideAdvance  = 1000 // Chinese, Japanese, Korean, emoji: a full em
	otherAdvance = 680  // every other script
	// Figures are set tabular: every digit is as wide as the next.
	digitRegular, digitStrong = 646, 642
)

// textWidth returns the width of s in px at the given font size. Kerning is
// left out: it only ever makes a text a little narrower.
func textWidth(s string, size float64, w weight) float64 {
	total := 0
	for _, r := range s {
		total += advance(r, w)
	}
	return float64(total) * size / 1000
}

// advance returns the advance width of one code point in thousandths of the em.
func advance(r rune, w weight) int {
	switch {
	case r >= '0' && r <= '9':
		if w == strong {
			return digitStrong
		}
		return digitRegular
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case isWide(r):
		return wideAdvance
	}
	i, found := slices.BinarySearchFunc(interWidths, r, func(run widthRun, r rune) int { return int(run.first - r) })
	if !found {
		i--
	}
	if i >= 0 {
		run := interWidths[i]
		if k := int(r - run.first); k < len(run.regular) {
			if w == strong {
				return int(run.strong[k])
			}
			return int(run.regular[k])
		}
	}
	return otherAdvance
}

// isWide tells whether a code point takes a full em: ideographs, kana, hangul,
// full-width forms and emoji.
func isWide(r rune) bool {
	switch {
	case r < 0x1100:
		return false
	case r <= 0x115F, // Hangul initials
		r >= 0x2E80 && r <= 0xA4CF, // radicals to Yi
		r >= 0xAC00 && r <= 0xD7A3, // Hangul syllables
		r >= 0xF900 && r <= 0xFAFF, // compatibility ideographs
		r >= 0xFE30 && r <= 0xFE4F,
		r >= 0xFF00 && r <= 0xFF60, // full-width forms
		r >= 0xFFE0 && r <= 0xFFE6,
		r >= 0x1F000 && r <= 0x1FAFF, // emoji
		r >= 0x20000 && r <= 0x3FFFD:
		return true
	}
	return false
}

// wrap breaks a name into at most two lines. A name that fits oneLine stays
// whole; else it breaks where the wider line is narrowest. What is wider than
// most is cut and ends in an ellipsis.
func wrap(name string, size float64, w weight, oneLine, most float64) []string {
	name = strings.Join(strings.Fields(name), " ")
	if textWidth(name, size, w) <= oneLine {
		return []string{name}
	}
	runes := []rune(name)
	best, bestWidth := -1, textWidth(name, size, w)
	for i := 1; i < len(runes); i++ {
		if !mayBreak(runes, i) {
			continue
		}
		first, second := split(runes, i)
		if wide := max(textWidth(first, size, w), textWidth(second, size, w)); wide < bestWidth {
			best, bestWidth = i, wide
		}
	}
	if best < 0 {
		return []string{cut(name, size, w, most)}
	}
	if bestWidth > most {
		// It must be cut: fill the first line, so that only the end is lost.
		for i := 1; i < len(runes); i++ {
			if first, _ := split(runes, i); mayBreak(runes, i) && textWidth(first, size, w) <= most {
				best = i
			}
		}
	}
	first, second := split(runes, best)
	return []string{cut(first, size, w, most), cut(second, size, w, most)}
}

func split(runes []rune, i int) (first, second string) {
	return strings.TrimSpace(string(runes[:i])), strings.TrimSpace(string(runes[i:]))
}

// mayBreak tells whether a line may end before runes[i]: after a space, after
// a hyphen, slash or underscore within a name, and beside an ideograph.
func mayBreak(runes []rune, i int) bool {
	before, after := runes[i-1], runes[i]
	switch {
	case unicode.In(after, unicode.Mn, unicode.Me, unicode.Cf), before == '\u200d':
		return false
	case before == ' ':
		return true
	case strings.ContainsRune("-/_–", before):
		return i > 2 && i < len(runes)-2
	}
	return (isWide(before) || isWide(after)) && after != ' ' && !unicode.IsPunct(after)
}

// cut shortens s to the width, ending in an ellipsis where it had to.
func cut(s string, size float64, w weight, most float64) string {
	if textWidth(s, size, w) <= most {
		return s
	}
	runes := []rune(s)
	for n := len(runes) - 1; n > 0; n-- {
		if unicode.In(runes[n], unicode.Mn, unicode.Me, unicode.Cf) {
			continue // never part a letter from its marks
		}
		if short := strings.TrimRight(string(runes[:n]), " ") + "…"; textWidth(short, size, w) <= most {
			return short
		}
	}
	return "…"
}
