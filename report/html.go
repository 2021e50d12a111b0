package report

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"plumb/finding"
	"plumb/report/draw"
	"plumb/study"
)

var (
	//go:embed report.html.tmpl
	htmlText string
	//go:embed report.css
	htmlStyle string

	htmlTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
		"text":  htmlOf,
		"head":  htmlHeadOf,
		"level": func(l Level) string { return l.String() },
		"clean": clean,
	}).Parse(htmlText))
)

// HTML writes the whole report as one self-contained file: style and figures
// inline, no script, nothing fetched from elsewhere. It prints in black on A4
// and Letter. All foreign text is escaped.
func HTML(w io.Writer, r *study.Result) error {
	d := Build(r)
	page := htmlPage{Document: d, Version: r.Plumb, Style: template.CSS(htmlStyle)}
	for _, s := range d.Sections {
		last := len(page.Groups) - 1
		if last < 0 || page.Groups[last].part != s.Part || page.Groups[last].appendix != s.Appendix {
			page.Groups = append(page.Groups, htmlGroup{part: s.Part, appendix: s.Appendix})
			last++
		}
		page.Groups[last].Sections = append(page.Groups[last].Sections, htmlSectionOf(s))
	}
	var out bytes.Buffer
	if err := htmlTemplate.Execute(&out, page); err != nil {
		return err
	}
	_, err := out.WriteTo(w)
	return err
}

type htmlPage struct {
	*Document
	Version string
	Style   template.CSS
	Groups  []htmlGroup
}

// htmlGroup is a run of sections under one heading, or under none.
type htmlGroup struct {
	part     string
	appendix bool
	Sections []htmlSection
}

// Heading returns the heading of a group; sections under one are a level lower.
func (g htmlGroup) Heading() string {
	switch {
	case g.appendix && g.part != "":
		return "Appendix: " + capital(g.part)
	case g.appendix:
		return "Appendix"
	}
	return capital(g.part)
}

type htmlSection struct {
	ID, Title string
	Blocks    []htmlBlock
}

// htmlBlock is a block by its kind: exactly one field is set.
type htmlBlock struct {
	Paragraph *Paragraph
	Table     *htmlTable
	Figure    *htmlFigure
	Findings  []htmlFindings
	Settings  *Settings
}

type htmlFigure struct {
	*Figure
	Wide    bool          // wider than the page: scrolled on screen, on a landscape page in print
	Caption Text          // the note that fits what is drawn
	SVG     template.HTML // written by package draw, which escapes every name
}

func htmlSectionOf(s Section) htmlSection {
	out := htmlSection{ID: s.ID, Title: s.Title}
	for _, b := range s.Blocks {
		var h htmlBlock
		switch b := b.(type) {
		case Paragraph:
			h.Paragraph = &b
		case *Table:
			h.Table = htmlTableOf(b)
		case *Figure:
			h.Figure = htmlFigureOf(b)
		case *Forest:
			h.Figure = &htmlFigure{Figure: &Figure{Number: b.Number, Title: b.Title}, Caption: b.Note,
				SVG: template.HTML(draw.Forest(b.Title, b.Effects, draw.Options{ID: "figure" + b.Number}))}
		case *Findings:
			h.Findings = htmlFindingsOf(b.List)
		case *Settings:
			h.Settings = b
		}
		out.Blocks = append(out.Blocks, h)
	}
	return out
}

// pageWidth is the room for a figure in px.
const pageWidth = 642

var svgWidth = regexp.MustCompile(`^<svg [^>]*?\bwidth="([0-9.]+)"`)

// fewConstructs is how many constructs may be folded with their items: a larger
// model is easier to read from left to right without them.
const fewConstructs = 5

// htmlFigureOf draws a figure in the first of these ways that is not wider than
// the page: as it is best; a small model folded to the width, unless that is too
// crowded; without its items, whose numbers the table of items has; without its
// intervals too, which stand in the table of paths.
func htmlFigureOf(f *Figure) *htmlFigure {
	o := draw.Options{ID: "figure" + f.Number}
	svg := draw.SVG(f.Diagram, o)
	if !tooWide(svg) {
		return &htmlFigure{Figure: f, SVG: template.HTML(svg), Caption: f.Note}
	}
	o.Width = pageWidth
	if len(f.Diagram.Constructs) <= fewConstructs {
		narrow := o
		narrow.Narrow = true
		if svg, neat := draw.Neat(f.Diagram, narrow); neat {
			return &htmlFigure{Figure: f, SVG: template.HTML(svg), Caption: f.Note}
		}
	}
	o.HideItems = true
	if svg = draw.SVG(f.Diagram, o); !tooWide(svg) {
		return &htmlFigure{Figure: f, SVG: template.HTML(svg), Caption: f.Bare}
	}
	plain := f.Diagram
	plain.Paths = slices.Clone(plain.Paths)
	for i := range plain.Paths {
		plain.Paths[i].Extra = ""
	}
	svg = draw.SVG(plain, o)
	return &htmlFigure{Figure: f, SVG: template.HTML(svg), Caption: f.Plain, Wide: tooWide(svg)}
}

func tooWide(svg []byte) bool {
	w := svgWidth.FindSubmatch(svg)
	if w == nil {
		return false
	}
	px, err := strconv.ParseFloat(string(w[1]), 64)
	return err == nil && px > pageWidth
}

// htmlFindings are the findings of one severity.
type htmlFindings struct {
	Severity, Count string
	List            finding.List
}

func htmlFindingsOf(list finding.List) []htmlFindings {
	var out []htmlFindings
	for _, s := range []struct {
		severity  finding.Severity
		one, many string
	}{{finding.Error, "error", "errors"}, {finding.Warning, "warning", "warnings"}, {finding.Info, "note", "notes"}} {
		group := htmlFindings{Severity: s.severity.String(), Count: capital(spelled(list.Count(s.severity), s.one, s.many))}
		for _, f := range list {
			if f.Severity == s.severity {
				group.List = append(group.List, f)
			}
		}
		if len(group.List) > 0 {
			out = append(out, group)
		}
	}
	return out
}

// htmlTable is a table with its cells written. A column of numbers with verdicts
// takes two columns of the page: the number, and the verdict at its right.
type htmlTable struct {
	*Table
	Width  int // in columns of the page
	Long   bool
	Dense  bool
	Slim   bool // the first column has short names only
	Heads  []htmlHead
	Bodies []htmlBody
}

type htmlHead struct {
	Column
	Verdicts bool
	Short    bool // no cell has more than a few words
	Starred  bool
	under    bool // the column behind it stands below its numbers
}

// htmlBody is a group of rows.
type htmlBody struct {
	Group Text
	Rows  [][]htmlCell
}

type htmlCell struct {
	Text     Text
	Stars    string
	Starred  bool // room for stars, so that digits stand below one another
	Under    Text // a second line
	Left     bool
	Short    bool
	Own      bool
	Verdicts bool // the column has verdicts beside its numbers
	Terse    bool
	Verdict  Verdict
}

func htmlTableOf(t *Table) *htmlTable {
	const together = 16 // rows that are not parted in print
	out := &htmlTable{Table: t, Long: len(t.Rows) > together, Slim: t.slim()}
	heads := make([]*htmlHead, len(t.Columns)) // nil for a column below another one
	for j, c := range t.Columns {
		if c.Under && j > 0 && heads[j-1] != nil {
			heads[j-1].under = true
			continue
		}
		h := htmlHead{Column: c, Verdicts: t.Judged(j) && !c.Left, Short: t.short(j), Starred: t.starred(j)}
		out.Width++
		if h.Verdicts {
			out.Width++
		}
		heads[j] = &h
	}
	for _, h := range heads {
		if h != nil {
			out.Heads = append(out.Heads, *h)
		}
	}
	out.Dense = out.Width > 8
	for _, r := range t.Rows {
		if r.Group {
			out.Bodies = append(out.Bodies, htmlBody{Group: r.Cells[0].Text})
			continue
		}
		if len(out.Bodies) == 0 {
			out.Bodies = append(out.Bodies, htmlBody{})
		}
		var cells []htmlCell
		for j, c := range r.Cells {
			h := heads[j]
			if h == nil {
				continue
			}
			cell := htmlCell{Text: t.text(j, c), Stars: c.Stars, Starred: h.Starred, Left: h.Left, Short: h.Short, Own: c.Mark == MarkOwn, Verdicts: h.Verdicts, Verdict: c.Verdict, Terse: t.Terse}
			if h.under && c.Number.Exists() && r.Cells[j+1].Kind == CellInterval {
				cell.Under = t.text(j+1, r.Cells[j+1])
			}
			cells = append(cells, cell)
		}
		body := &out.Bodies[len(out.Bodies)-1]
		body.Rows = append(body.Rows, cells)
	}
	return out
}

// text is what a cell says.
func (t *Table) text(j int, c Cell) Text {
	if c.Kind == CellText {
		return c.Text
	}
	return say(t.Columns[j].Write(c))
}

// starred reports whether any number of column j has stars.
func (t *Table) starred(j int) bool {
	return slices.ContainsFunc(t.Rows, func(r Row) bool { return !r.Group && r.Cells[j].Stars != "" })
}

// short reports whether the words of a column stay on one line.
func (t *Table) short(j int) bool {
	const few = 24
	for _, r := range t.Rows {
		if !r.Group && utf8.RuneCountInString(r.Cells[j].Text.String()) > few {
			return false
		}
	}
	return true
}

// slim reports whether the names in the first column are a few letters long.
func (t *Table) slim() bool {
	const few = 9
	return !slices.ContainsFunc(t.Rows, func(r Row) bool {
		return !r.Group && utf8.RuneCountInString(r.Cells[0].Text.String()) > few
	})
}

// htmlOf escapes a text and sets its spans; lines do not end between a
// statistic and its value.
func htmlOf(t Text) template.HTML {
	var out Text
	for _, s := range t {
		out = append(out, Span{tied(s.Text), s.Style})
	}
	return htmlHeadOf(out)
}

// htmlHeadOf does so for the head of a column, which is narrow.
func htmlHeadOf(t Text) template.HTML {
	var b strings.Builder
	for _, s := range t {
		escaped := template.HTMLEscapeString(clean(s.Text))
		switch s.Style {
		case StyleItalic:
			b.WriteString("<i>" + escaped + "</i>")
		case StyleSub:
			b.WriteString("<sub>" + escaped + "</sub>")
		default:
			b.WriteString(escaped)
		}
	}
	return template.HTML(b.String())
}
