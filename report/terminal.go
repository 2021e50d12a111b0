package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"plumb/finding"
	"plumb/study"
)

// TerminalOptions say how wide and how colourful. The zero value is 80 columns
// without colour.
type TerminalOptions struct {
	Width int      // columns; 80 when zero
	Color bool     // colour and weight beside glyph and word
	Files []string // where the full report was written, for the closing line
}

// Terminals draw β, → and ✓ one column wide in every locale; the width tables
// would make them two in a Chinese or Japanese one and tear the tables.
func init() { text.OverrideRuneWidthEastAsianWidth(false) }

// Terminal writes findings first, then the summary and the key tables.
func Terminal(w io.Writer, r *study.Result, o TerminalOptions) error {
	d := Build(r)
	p := newPrinter(o)
	p.line(p.bold(p.wrap(d.Title, "")))
	p.line(p.dim(p.wrap(d.Note, "")))
	var all finding.List
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			if f, ok := b.(*Findings); ok {
				all = append(all, placed(f.List, s.Part)...)
			}
		}
	}
	p.findings(all)
	p.line("")
	for _, t := range d.Lead {
		p.line(p.wrap("• "+t.String(), "  "))
	}
	part, first := "", true
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			t, ok := b.(*Table)
			if !ok || !t.Key {
				continue
			}
			if first {
				first = false
				p.line("")
				p.line(p.dim(p.wrap("The key tables, with the numbers that they have in the full report:", "")))
			}
			if s.Part != part {
				part = s.Part
				p.line("")
				p.line(p.bold(p.wrap(capital(part), "")))
			}
			p.line("")
			p.line(p.bold(p.wrap("Table "+t.Number+". "+t.Title, "")))
			p.table(t)
		}
	}
	if len(o.Files) > 0 {
		p.line("")
		p.line(p.wrap("Everything, the appendix and the settings too: "+enumerated(o.Files), "  "))
	}
	return p.flush(w)
}

// placed names the model in the place of findings that stand with it in the
// full report; without several models there is nothing to name.
func placed(list finding.List, model string) finding.List {
	list = slices.Clone(list)
	for i := range list {
		switch at := &list[i].Place; {
		case model == "" || at.Model != "":
		case at.Written == "":
			at.Model = model
		case !strings.Contains(at.Written, "model "+model):
			at.Written = "model " + model + ", " + at.Written
		}
	}
	return list
}

// ShowFindings writes a list of findings by severity, errors first: place,
// sentence, hint. It writes nothing for an empty list.
func ShowFindings(w io.Writer, list finding.List, o TerminalOptions) error {
	p := newPrinter(o)
	p.findings(list)
	return p.flush(w)
}

// Describe writes a table of all columns of the data: type, level, missing
// values, moments, and a small histogram where a number takes few values.
func Describe(w io.Writer, d study.Data, o TerminalOptions) error {
	p := newPrinter(o)
	head := fmt.Sprintf("%s: %s, %s", d.File, several(d.Rows, "row", "rows"), several(len(d.Columns), "column", "columns"))
	if d.Matrix {
		head = fmt.Sprintf("%s: a published matrix of %s", d.File, several(len(d.Columns), "variable", "variables"))
	}
	p.line(p.bold(p.wrap(head, "")))
	var how []string
	for _, c := range d.Choices {
		how = append(how, c.Name+" "+c.Value)
	}
	if len(how) > 0 {
		p.line(p.dim(p.wrap("Read as: "+strings.Join(how, ", "), "  ")))
	}
	if len(d.Columns) > 0 {
		p.line("")
		p.table(columnTable(d))
	}
	return p.flush(w)
}

type printer struct {
	out   strings.Builder
	width int
	color bool
}

func newPrinter(o TerminalOptions) *printer {
	p := &printer{width: o.Width, color: o.Color}
	if p.width <= 0 {
		p.width = 80
	}
	p.width = max(p.width, 40)
	return p
}

func (p *printer) flush(w io.Writer) error {
	text := strings.TrimLeft(p.out.String(), "\n")
	_, err := io.WriteString(w, text)
	return err
}

// line writes text and a line end, no blanks before it.
func (p *printer) line(s string) {
	for l := range strings.SplitSeq(s, "\n") {
		p.out.WriteString(strings.TrimRight(l, " ") + "\n")
	}
}

func (p *printer) paint(s string, colors ...text.Color) string {
	if !p.color || s == "" {
		return s
	}
	var b strings.Builder
	for i, l := range strings.Split(s, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(text.Colors(colors).EscapeSeq() + l + text.Reset.EscapeSeq())
	}
	return b.String()
}

func (p *printer) bold(s string) string { return p.paint(s, text.Bold) }
func (p *printer) dim(s string) string  { return p.paint(s, text.Faint) }

// wrap breaks a sentence at the width; later lines begin with indent.
func (p *printer) wrap(s, indent string) string {
	const glue = "\ue000" // the wrapper would break a line at a no-break space
	s = strings.ReplaceAll(tied(clean(s)), space, glue)
	var lines []string
	room := p.width
	for l := range strings.SplitSeq(text.WrapSoft(s, room-len(indent)), "\n") {
		l = strings.TrimSpace(l)
		if len(lines) > 0 {
			l = indent + l
		}
		lines = append(lines, l)
	}
	return strings.ReplaceAll(strings.Join(lines, "\n"), glue, " ")
}

// clean takes the characters out of foreign text that would move the cursor,
// colour the screen or turn the reading direction.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case unicode.IsControl(r) || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0x200E || r == 0x200F:
			return -1
		}
		return r
	}, s)
}

// Glyphs differ in outline; colour is added only on request.
var glyphs = [...]string{LevelNone: "", LevelGood: "✓", LevelBorderline: "◐", LevelPoor: "✗"}

var levelColors = [...]text.Color{LevelGood: text.FgGreen, LevelBorderline: text.FgYellow, LevelPoor: text.FgRed}

// verdict writes a glyph and, with words, the reason where it is not "good".
func (p *printer) verdict(v Verdict, words bool) string {
	s := glyphs[v.Level]
	if words && v.Word != "" && v.Level != LevelGood || v.Level == LevelNone {
		s = strings.TrimSpace(s + " " + v.Word)
	}
	if v.Level == LevelNone {
		return s
	}
	return p.paint(s, levelColors[v.Level])
}

func (p *printer) findings(list finding.List) {
	for _, group := range []struct {
		severity  finding.Severity
		one, many string
		glyph     string
		color     text.Color
	}{
		{finding.Error, "error", "errors", "✗", text.FgRed},
		{finding.Warning, "warning", "warnings", "!", text.FgYellow},
		{finding.Info, "note", "notes", "i", text.FgBlue},
	} {
		n := list.Count(group.severity)
		if n == 0 {
			continue
		}
		p.line("")
		p.line(p.bold(several(n, group.one, group.many)))
		for _, f := range list {
			if f.Severity != group.severity {
				continue
			}
			glyph := p.paint(group.glyph, group.color)
			place := strings.TrimSpace(f.Place.String() + " [" + string(f.Code) + "]")
			p.line("  " + glyph + " " + p.indented(place))
			p.line("    " + p.indented(f.Message))
			if f.Hint != "" {
				p.line("    " + p.indented(f.Hint))
			}
		}
	}
}

// indented wraps what stands after four blanks.
func (p *printer) indented(s string) string {
	inner := &printer{width: p.width - 4}
	return strings.ReplaceAll(inner.wrap(s, ""), "\n", "\n    ")
}

// layout is one way of setting a table.
type layout struct {
	columns    []int // which ones
	words      bool  // beside the glyphs of verdicts
	thresholds bool  // under the heads
	limits     map[int]int
}

// table sets a table, in two parts where it does not fit and has columns that
// may stand aside. Verdicts without words have them below.
func (p *printer) table(t *Table) {
	var all, first, aside []int
	for j, c := range t.Columns {
		all = append(all, j)
		if j == 0 || c.Aside {
			aside = append(aside, j)
		}
		if !c.Aside {
			first = append(first, j)
		}
	}
	groups := [][]int{all}
	if len(aside) > 1 && !p.fits(p.set(t, layout{columns: all, words: !t.Terse, thresholds: true})) {
		groups = [][]int{first, aside}
	}
	var wordless []int
	for i, columns := range groups {
		if i > 0 {
			p.line("")
		}
		if !p.columns(t, columns) {
			wordless = append(wordless, columns...)
		}
	}
	for _, r := range t.remarks(wordless) {
		p.line(p.wrap(glyphs[r.Verdict.Level]+" "+r.Verdict.Word+": "+r.About.String(), "  "))
	}
	if len(t.Note) > 0 {
		p.line(p.dim(p.wrap(t.Note.String(), "")))
	}
}

// columns sets some columns of a table in the first of these ways that fits:
// whole; without optional columns; verdicts in words below; without thresholds
// in the heads; words wrapped; in several parts side by side that repeat the
// first column. It reports whether verdicts have their words.
func (p *printer) columns(t *Table, columns []int) (worded bool) {
	l := layout{columns: columns, words: !t.Terse, thresholds: true, limits: map[int]int{}}
	s := p.set(t, l)
	for j := len(t.Columns) - 1; j > 0 && !p.fits(s); j-- {
		if t.Columns[j].Optional {
			l.columns = slices.DeleteFunc(slices.Clone(l.columns), func(k int) bool { return k == j })
			s = p.set(t, l)
		}
	}
	if !p.fits(s) && l.words {
		l.words = false
		s = p.set(t, l)
	}
	if !p.fits(s) {
		l.thresholds = false
		s = p.set(t, l)
	}
	if !p.fits(s) {
		s = p.narrow(t, &l)
	}
	parts := []string{s}
	if !p.fits(s) {
		parts = p.split(t, l)
	}
	for i, part := range parts {
		if i > 0 {
			p.line("")
		}
		p.line(part)
	}
	return l.words
}

func (p *printer) fits(s string) bool { return text.LongestLineLen(s) <= p.width }

const narrowest = 14 // columns of words are not wrapped narrower than this

// narrow wraps the widest column of words until the table fits or none is left.
func (p *printer) narrow(t *Table, l *layout) string {
	s := p.set(t, *l)
	for range 4 * len(l.columns) {
		over := text.LongestLineLen(s) - p.width
		if over <= 0 {
			break
		}
		widest, most := -1, narrowest
		for _, j := range l.columns {
			if t.Columns[j].Left {
				if w := p.columnWidth(t, j, *l); w > most {
					widest, most = j, w
				}
			}
		}
		if widest < 0 {
			break
		}
		l.limits[widest] = max(narrowest, most-min(over, max(1, most/4)))
		s = p.set(t, *l)
	}
	return s
}

func (p *printer) columnWidth(t *Table, j int, l layout) int {
	w := 0
	for _, r := range t.Rows {
		if j < len(r.Cells) {
			w = max(w, text.StringWidthWithoutEscSequences(clean(r.Cells[j].Text.String()))+2)
		}
	}
	if limit, ok := l.limits[j]; ok {
		w = min(w, limit)
	}
	return w
}

// split sets as many columns at a time as fit beside the first.
func (p *printer) split(t *Table, l layout) []string {
	var parts []string
	rest := l.columns[1:]
	for len(rest) > 0 {
		n := len(rest)
		part := l
		var s string
		for ; n > 0; n-- {
			part.columns = append([]int{l.columns[0]}, rest[:n]...)
			if s = p.set(t, part); p.fits(s) {
				break
			}
		}
		n = max(n, 1)
		parts = append(parts, s)
		rest = rest[n:]
	}
	return parts
}

// set writes the table in one layout.
func (p *printer) set(t *Table, l layout) string {
	tw := table.NewWriter()
	style := table.Style{
		Box:     table.BoxStyle{MiddleHorizontal: "─", MiddleSeparator: "─", PaddingRight: "  ", PageSeparator: "\n"},
		Options: table.Options{SeparateHeader: true},
	}
	tw.SetStyle(style)
	cells := make([][]string, len(l.columns))
	heads := make([][]string, len(l.columns))
	thresholds := false
	for k, j := range l.columns {
		cells[k], heads[k] = p.column(t, j, l)
		thresholds = thresholds || l.thresholds && t.Columns[j].Threshold != ""
	}
	configs := make([]table.ColumnConfig, len(l.columns))
	head, second := table.Row{}, table.Row{}
	for k, j := range l.columns {
		align := text.AlignRight
		if t.Columns[j].Left || t.Judged(j) {
			align = text.AlignLeft
		}
		configs[k] = table.ColumnConfig{Number: k + 1, Align: align, AlignHeader: align}
		if limit, ok := l.limits[j]; ok {
			configs[k].WidthMax, configs[k].WidthMaxEnforcer = limit, wrapIndented
		}
		head = append(head, heads[k][0])
		second = append(second, p.dim(heads[k][1]))
	}
	tw.SetColumnConfigs(configs)
	tw.AppendHeader(head)
	if thresholds {
		tw.AppendHeader(second)
	}
	for i := range t.Rows {
		var r table.Row
		for k := range l.columns {
			r = append(r, cells[k][i])
		}
		tw.AppendRow(r)
	}
	lines := strings.Split(tw.Render(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	// the padding after the last column has no neighbour
	longest := 0
	for _, line := range lines {
		if !strings.HasPrefix(line, "──") {
			longest = max(longest, text.StringWidthWithoutEscSequences(line))
		}
	}
	for i, line := range lines {
		if strings.HasPrefix(line, "──") {
			lines[i] = p.dim(strings.Repeat("─", longest))
		}
	}
	return strings.Join(lines, "\n")
}

// wrapIndented wraps a cell; every line begins with the blanks of the first.
func wrapIndented(s string, width int) string {
	rest := strings.TrimLeft(s, " ")
	indent := s[:len(s)-len(rest)]
	var lines []string
	for l := range strings.SplitSeq(text.WrapSoft(rest, width-len(indent)), "\n") {
		lines = append(lines, indent+strings.TrimRight(l, " "))
	}
	return strings.Join(lines, "\n")
}

// column writes the cells of one column, numbers to the right of their field,
// verdicts to its right, and the two lines of its head.
func (p *printer) column(t *Table, j int, l layout) (cells, heads []string) {
	col := t.Columns[j]
	heads = []string{col.Head.String(), ""}
	if l.thresholds {
		heads[1] = col.Threshold
	}
	judged := t.Judged(j)
	field, starred := 0, 0
	for _, r := range t.Rows {
		if !r.Group && r.Cells[j].Kind != CellBlank {
			field = max(field, text.StringWidthWithoutEscSequences(clean(col.Write(r.Cells[j]))))
			starred = max(starred, len(r.Cells[j].Stars))
		}
	}
	grouped := slices.ContainsFunc(t.Rows, func(r Row) bool { return r.Group })
	for _, r := range t.Rows {
		switch {
		case r.Group && j == 0:
			cells = append(cells, p.bold(clean(r.Cells[0].Text.String())))
			continue
		case r.Group:
			cells = append(cells, "")
			continue
		}
		c := r.Cells[j]
		s := clean(col.Write(c))
		if judged && !col.Left {
			s = text.AlignRight.Apply(s, field)
		}
		if c.Mark == MarkOwn {
			s = p.bold(s)
		}
		s += c.Stars + strings.Repeat(" ", starred-len(c.Stars)) // digits below one another
		if v := p.verdict(c.Verdict, l.words); v != "" {
			s += " " + v
		}
		if grouped && j == 0 {
			s = "  " + s
		}
		cells = append(cells, s)
	}
	if judged && !col.Left {
		heads[0] = text.AlignRight.Apply(heads[0], field)
	}
	heads[0] += strings.Repeat(" ", starred)
	return cells, heads
}
