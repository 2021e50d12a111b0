package model

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// String returns a text that Parse reads as the same model: a line for each
// construct, then a line for each outcome, names in back quotes only where
// they need them, modes only where they differ from the default.
func (m *Model) String() string {
	width := 0
	for _, c := range m.Constructs {
		width = max(width, utf8.RuneCountInString(quote(c.Name)))
	}
	var b strings.Builder
	line := func(left, op string, right []string, mode Mode) {
		b.WriteString(left + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(left))))
		b.WriteString(" " + op + " " + strings.Join(right, " + "))
		if mode != ModeDefault {
			b.WriteString(" [" + mode.String() + "]")
		}
		b.WriteString("\n")
	}
	for _, c := range m.Constructs {
		mode := c.EffectiveMode()
		if c.Mode = ModeDefault; mode == c.EffectiveMode() {
			mode = ModeDefault
		}
		var right []string
		for _, name := range slices.Concat(c.Indicators, c.Of) {
			right = append(right, quote(name))
		}
		line(quote(c.Name), [...]string{"=~", "<~"}[c.Kind], right, mode)
	}
	products := map[string][]string{}
	for _, x := range m.Interactions {
		products[x.Name] = x.Of
	}
	var outcomes []string
	into := map[string][]string{}
	for _, p := range m.Paths {
		if into[p.To] == nil {
			outcomes = append(outcomes, p.To)
		}
		from := quote(p.From)
		if of, ok := products[p.From]; ok {
			from = term{names: of}.String()
		}
		into[p.To] = append(into[p.To], from)
	}
	for i, to := range outcomes {
		if i == 0 && b.Len() > 0 {
			b.WriteString("\n")
		}
		line(quote(to), "~", into[to], ModeDefault)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
