// Package report turns a study's result into something to read: text for a
// terminal and one self-contained HTML file.
//
// Most people need two calls:
//
//	err := report.HTML(file, result)                                    // the paper
//	err := report.Terminal(os.Stdout, result, report.TerminalOptions{}) // the key tables
//
// Between the result and the bytes stands one Document: sections of sentences,
// tables, figures, findings and settings, in reporting order. A renderer knows
// documents and nothing of statistics; a further format is one more file.
package report

import (
	"fmt"
	"slices"
	"strings"

	"plumb/finding"
	"plumb/report/draw"
	"plumb/study"
)

// Document is a report before it takes a form.
type Document struct {
	Title    string
	Note     string // below the title: who was asked, when
	Lead     []Text // the summary, one sentence each
	Sections []Section
}

// Section is a heading with what stands under it.
type Section struct {
	ID    string // for links; unique in the document
	Title string
	// Part is the name of the model when the study has several. Renderers put
	// a heading where it changes.
	Part string
	// Appendix sections follow the main text; their tables count A1, A2, ...
	Appendix bool
	Blocks   []Block
}

// Block is a Paragraph, *Table, *Figure, *Forest, *Findings or *Settings.
type Block interface{ block() }

// Paragraph is running text.
type Paragraph struct {
	Text      Text
	Reference bool // an entry of the list of references
}

// Findings shows findings, errors first.
type Findings struct{ List finding.List }

// Settings is a list of names and values.
type Settings struct{ Items []Setting }

// Setting is one choice or fact of the run.
type Setting struct {
	Name, Value string
	Wide        bool // a line of its own
	Code        bool // the same, to be copied as it stands: a command, a fingerprint
}

// Figure is the path diagram of a model.
type Figure struct {
	Number  string
	Title   string
	Diagram draw.Diagram
	Note    Text
	Bare    Text // the note when the figure is drawn without items
	Plain   Text // the same when it is drawn without intervals too
}

// Forest is a plot of effects with their intervals.
type Forest struct {
	Number  string // among the figures
	Title   string
	Effects []draw.Effect
	Note    Text
}

// Table is a table as journals print it.
type Table struct {
	Number  string // "1", "A1"
	Title   string
	Columns []Column
	Rows    []Row
	Note    Text
	// Key tables are shown where there is little room.
	Key bool
	// Terse tables show verdicts as glyphs and say the words below: matrices.
	Terse bool
}

// Remarks puts the verdicts that are not good into words, grouped by reason in
// the order of the table: "◐ above .95: α of Inflation". They stand below a
// table that has no room for words beside its numbers.
func (t *Table) Remarks() []Remark {
	all := make([]int, len(t.Columns))
	for j := range all {
		all[j] = j
	}
	return t.remarks(all)
}

// remarks does so for some of the columns.
func (t *Table) remarks(columns []int) []Remark {
	var remarks []Remark
	for _, r := range t.Rows {
		for j, c := range r.Cells {
			if c.Verdict.Level <= LevelGood || c.Verdict.Word == "" || !slices.Contains(columns, j) {
				continue
			}
			i := slices.IndexFunc(remarks, func(m Remark) bool { return m.Verdict == c.Verdict })
			if i < 0 {
				i = len(remarks)
				remarks = append(remarks, Remark{Verdict: c.Verdict})
			}
			remarks[i].add(t.Columns[j].Head, r.Cells[0].Text, c.About)
		}
	}
	return remarks
}

// Remark is a verdict with the numbers that it is about: "α of Inflation, Family
// income; ρ_A of Inflation".
type Remark struct {
	Verdict Verdict
	About   Text
	head    string // the last one named
}

func (r *Remark) add(head, name, about Text) {
	switch {
	case len(about) > 0 && r.About == nil:
		r.About = about
	case len(about) > 0:
		r.About = say(r.About, "; ", about)
	case r.About == nil:
		r.About = say(head, " of ", name)
	case r.head == head.String():
		r.About = say(r.About, ", ", name)
	default:
		r.About = say(r.About, "; ", head, " of ", name)
	}
	r.head = head.String()
}

// Column describes one column of a table.
type Column struct {
	Head      Text
	Threshold string // under the head: "≥ .708"
	Format    Format // of its numbers
	Decimals  int    // of FormatMeasured
	Left      bool   // aligned left: words
	Optional  bool   // may go where there is no room
	Aside     bool   // in a second part of the table where one has no room for all
	Under     bool   // of intervals: below the numbers of the column before it where a cell holds two lines
}

// Row is one row; a group row has one cell that heads the rows below it.
type Row struct {
	Group bool
	Cells []Cell
}

// Cell is words, a number or nothing.
type Cell struct {
	Kind    CellKind
	Text    Text
	Number  study.Number // full precision
	Stars   string       // behind the number
	Verdict Verdict
	Mark    Mark
	About   Text // what the number is, where row and column do not say it

	Interval [2]study.Number // its ends; NaN where it is open
}

// CellKind says what a cell holds.
type CellKind uint8

const (
	CellBlank    CellKind = iota
	CellText              // Text
	CellNumber            // Number; an em dash where it does not exist
	CellInterval          // Interval; an em dash where it has no end
)

// Mark sets a cell apart from its neighbours.
type Mark uint8

const (
	MarkNone     Mark = iota
	MarkDiagonal      // in parentheses
	MarkOwn           // bold: an indicator's loading on its own construct
)

// Format says how the numbers of a column are written.
type Format uint8

const (
	// FormatDefault: three decimals, 1.976.
	FormatDefault Format = iota
	// FormatBounded: three decimals without a leading zero, .815.
	FormatBounded
	// FormatTwo: two decimals, −63.53.
	FormatTwo
	// FormatCount: whole numbers, 1,204.
	FormatCount
	// FormatMeasured: values in the units of the data, with the decimals of the
	// column.
	FormatMeasured
	// FormatP: probabilities, .042 and <.001.
	FormatP
)

func (Paragraph) block() {}
func (*Figure) block()   {}
func (*Forest) block()   {}
func (*Table) block()    {}
func (*Findings) block() {}
func (*Settings) block() {}

// Write returns the number of a cell as the column writes it, or its words.
func (c Column) Write(cell Cell) string {
	switch cell.Kind {
	case CellNumber:
	case CellInterval:
		return Interval(float64(cell.Interval[0]), float64(cell.Interval[1]), c.Format.write)
	default:
		return cell.Text.String()
	}
	s := c.Format.write(float64(cell.Number))
	if c.Format == FormatMeasured {
		s = Measured(float64(cell.Number), c.Decimals)
	}
	if cell.Mark == MarkDiagonal && cell.Number.Exists() {
		return "(" + s + ")"
	}
	return s
}

// measure gives each column in the units of the data its decimals.
func (t *Table) measure() {
	for j := range t.Columns {
		if t.Columns[j].Format != FormatMeasured {
			continue
		}
		var values []float64
		for _, r := range t.Rows {
			if !r.Group && r.Cells[j].Kind == CellNumber {
				values = append(values, float64(r.Cells[j].Number))
			}
		}
		t.Columns[j].Decimals = decimalsOf(values)
	}
}

func (f Format) write(x float64) string {
	switch f {
	case FormatBounded:
		return Bounded(x, 3)
	case FormatTwo:
		return thousands(Fixed(x, 2))
	case FormatCount:
		return Count(x)
	case FormatP:
		return P(x)
	}
	return Fixed(x, 3)
}

// Judged reports whether any cell of column j carries a verdict or its word.
func (t *Table) Judged(j int) bool {
	for _, r := range t.Rows {
		if !r.Group && j < len(r.Cells) && r.Cells[j].Verdict != (Verdict{}) {
			return true
		}
	}
	return false
}

func words(parts ...any) Cell     { return Cell{Kind: CellText, Text: say(parts...)} }
func number(x study.Number) Cell  { return Cell{Kind: CellNumber, Number: x} }
func count(n int) Cell            { return number(study.Number(n)) }
func group(name string) Row       { return Row{Group: true, Cells: []Cell{words(name)}} }
func row(cells ...Cell) Row       { return Row{Cells: cells} }
func (c Cell) marked(m Mark) Cell { c.Mark = m; return c }

// judged adds the verdict of t.
func (c Cell) judged(t *Threshold) Cell { c.Verdict = t.Judge(c.Number); return c }

// Text is a sentence or a heading with its few typographic distinctions.
type Text []Span

// Span is a stretch of text in one style.
type Span struct {
	Text  string
	Style Style
}

// Style of a span.
type Style uint8

const (
	StylePlain  Style = iota
	StyleItalic       // the letter of a statistic
	StyleSub          // its index
)

// String writes the text without styles, an index after an underscore.
func (t Text) String() string {
	var b strings.Builder
	for _, s := range t {
		if s.Style == StyleSub {
			b.WriteByte('_')
		}
		b.WriteString(s.Text)
	}
	return b.String()
}

func stat(s string) Span  { return Span{s, StyleItalic} }
func index(s string) Span { return Span{s, StyleSub} }

// say builds a Text from strings, Spans and Texts.
func say(parts ...any) Text {
	var t Text
	for _, p := range parts {
		switch p := p.(type) {
		case Span:
			t = append(t, p)
		case Text:
			t = append(t, p...)
		default:
			t = append(t, Span{Text: fmt.Sprint(p)})
		}
	}
	return t
}

// fitted is a model of the result with the look-ups that the sections share.
type fitted struct {
	*study.Fitted
	data       *study.Data
	constructs map[string]study.Construct
	wording    map[string]string // of the indicators
	unsure     uncertainties
}

// label returns what a reader calls a construct.
func (m *fitted) label(construct string) string {
	if l := m.constructs[construct].Label; l != "" {
		return l
	}
	return construct
}

func (m *fitted) labels(constructs []string) []string {
	out := make([]string, len(constructs))
	for i, c := range constructs {
		out[i] = m.label(c)
	}
	return out
}

// size says how many rows the estimates rest on, and what weights them.
func (m *fitted) size() Text {
	return say(stat("n"), " = ", Count(float64(m.RowsUsed)), m.weighting())
}

// weighting continues a phrase: ", weighted by w".
func (m *fitted) weighting() string {
	if m.data.Weight == "" {
		return ""
	}
	return ", weighted by " + m.data.Weight
}

func (m *fitted) arrow(constructs ...string) string {
	return strings.Join(m.labels(constructs), " → ")
}

func look(r *study.Result, i int) *fitted {
	m := &fitted{Fitted: &r.Models[i], data: &r.Data, constructs: map[string]study.Construct{}, wording: map[string]string{}, unsure: uncertaintiesOf(r.Models[i].Inference)}
	for _, c := range m.Model.Constructs {
		m.constructs[c.Name] = c
	}
	for _, c := range r.Data.Columns {
		m.wording[c.Name] = c.Label
	}
	for _, ind := range m.Estimate.Indicators {
		if ind.Label != "" {
			m.wording[ind.Indicator] = ind.Label
		}
	}
	return m
}

// Build puts a result into reporting order.
func Build(r *study.Result) *Document {
	d := &Document{Title: r.Title}
	if d.Title == "" {
		d.Title = "Path model of " + r.Data.File
	}
	models := make([]*fitted, len(r.Models))
	for i := range r.Models {
		models[i] = look(r, i)
	}
	d.Note = byline(r, models)
	d.Lead = summary(models)
	d.add("", nil, dataSection(r, models))
	for i, m := range models {
		d.add(suffix(i), partOf(models, i), modelSection(m), structuralSection(m), measurementSection(m), validitySection(m), itemsSection(m))
		d.add(suffix(i), partOf(models, i), groupsSection(m))
	}
	for i, m := range models {
		d.add(suffix(i), partOf(models, i), crossSection(m), effectsSection(m), intervalSection(m), furtherValiditySection(m), fitSection(m), exactFitSection(m), selectionSection(m), admissibilitySection(m))
		d.add(suffix(i), partOf(models, i), groupDetailsSection(m))
	}
	d.add("", nil, thresholdSection(models))
	d.add("", nil, referenceSection(d))
	for i, m := range models {
		d.add(suffix(i), partOf(models, i), settingsSection(r, m))
	}
	d.enumerate()
	return d
}

// suffix keeps the identifiers of the second and later models apart.
func suffix(i int) string {
	if i == 0 {
		return ""
	}
	return fmt.Sprintf("-%d", i+1)
}

func partOf(models []*fitted, i int) *fitted {
	if len(models) == 1 {
		return nil
	}
	return models[i]
}

// add appends the sections that have something to show.
func (d *Document) add(suffix string, part *fitted, sections ...Section) {
	for _, s := range sections {
		if len(s.Blocks) == 0 {
			continue
		}
		s.ID += suffix
		if part != nil {
			s.Part = part.Name
		}
		d.Sections = append(d.Sections, s)
	}
}

// enumerate numbers tables and figures, the appendix on its own.
func (d *Document) enumerate() {
	tables, appended, figures := 0, 0, 0
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			switch b := b.(type) {
			case *Figure:
				figures++
				b.Number = fmt.Sprint(figures)
			case *Forest:
				figures++
				b.Number = fmt.Sprint(figures)
			case *Table:
				if s.Appendix {
					appended++
					b.Number = fmt.Sprintf("A%d", appended)
				} else {
					tables++
					b.Number = fmt.Sprint(tables)
				}
			}
		}
	}
}
