package draw

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// inks are the colours of a style, those of the design tokens.
type inks struct {
	paper, ink, second         string
	construct, constructLine   string
	item, itemLine             string
	measure, path, untested    string
	boxLine, short             float64 // line weights
	significant, insignificant float64
}

var (
	printInks = inks{
		paper: "#ffffff", ink: "#161616", second: "#161616",
		construct: "#ffffff", constructLine: "#161616",
		item: "#ffffff", itemLine: "#161616",
		measure: "#5e5e5e", path: "#161616", untested: "#5e5e5e",
		boxLine: .75, short: .75, significant: 1.75, insignificant: 1.25,
	}
	screenInks = inks{
		paper: "#ffffff", ink: "#1a1c1e", second: "#494d52",
		construct: "#eef4fc", constructLine: "#35598f",
		item: "#fffaea", itemLine: "#8f7636",
		measure: "#7b8085", path: "#1a1c1e", untested: "#5a5f64",
		boxLine: 1, short: 1, significant: 2.25, insignificant: 1.25,
	}
)

// fonts is the font stack of the user interface.
const fonts = `Inter, system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'Noto Sans CJK SC', sans-serif`

// writer collects the SVG text.
type writer struct {
	bytes.Buffer
	ink     inks
	metrics metrics
	id      string
}

func (w *writer) put(format string, args ...any) { fmt.Fprintf(w, format, args...) }

// px writes a coordinate with at most two decimals, never as -0.
func px(v float64) string {
	return strconv.FormatFloat(math.Round(v*100)/100+0, 'f', -1, 64)
}

// escape makes a text fit for element content and quoted attributes. What XML
// cannot hold, such as control characters, becomes the replacement character.
func escape(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r':
			return ' '
		case r < 0x20, r == 0xFFFE, r == 0xFFFF:
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;").Replace(s)
}

// svg writes the figure: short arrows, boxes, paths, labels, ovals.
func (s *scene) svg() []byte {
	w := &writer{ink: printInks, metrics: s.metrics, id: s.options.ID}
	if s.options.Style == Screen {
		w.ink = screenInks
	}
	if w.id == "" {
		w.id = "model"
	}
	w.id = escape(w.id)
	title := s.diagram.Title
	if title == "" {
		title = "Path model"
	}
	width, height := math.Ceil(s.frame.x1+s.metrics.margin), math.Ceil(s.frame.y1+s.metrics.margin)
	w.put(`<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %[1]s %[2]s" role="img" aria-labelledby="%[3]s-title %[3]s-desc" font-family="%[4]s" font-size="%[5]s" fill="%[6]s" style="font-variant-numeric:tabular-nums">`+"\n",
		px(width), px(height), w.id, fonts, px(s.metrics.text), w.ink.ink)
	w.put("<title id=\"%s-title\">%s</title>\n<desc id=\"%[1]s-desc\">%[3]s</desc>\n", w.id, escape(title), escape(s.describe()))
	if len(s.items) > 0 {
		w.items(s)
	}
	if len(s.paths) > 0 {
		w.paths(s)
	}
	w.put("<g stroke=\"none\">\n")
	for i, c := range s.constructs {
		w.construct(i, c, s.diagram.Constructs[i], s.options)
	}
	w.put("</g>\n</svg>\n")
	return w.Bytes()
}

// describe says in words what the figure shows.
func (s *scene) describe() string {
	var b strings.Builder
	items := 0
	for _, c := range s.diagram.Constructs {
		items += len(c.Items)
	}
	fmt.Fprintf(&b, "%s, %s, %s.", count(len(s.constructs), "construct"), count(items, "item"), count(len(s.paths), "path"))
	for i := range s.paths {
		fmt.Fprintf(&b, " %s.", s.pathWords(i))
	}
	return b.String()
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

// pathWords names a path with its numbers.
func (s *scene) pathWords(i int) string {
	p := s.paths[i]
	words := label(s.diagram.Constructs[p.from]) + " to " + label(s.diagram.Constructs[p.to])
	for _, part := range []string{p.label.text, p.label.extra} {
		if part != "" {
			words += ", " + part
		}
	}
	switch s.diagram.Paths[p.path].Significance {
	case Significant:
		words += ", significant"
	case NotSignificant:
		words += ", not significant"
	}
	return words
}

func label(c Construct) string {
	if strings.TrimSpace(c.Label) == "" {
		return c.Name
	}
	return c.Label
}

func (w *writer) items(s *scene) {
	m := w.metrics
	w.put("<g stroke-width=\"%s\">\n", px(w.ink.short))
	for _, it := range s.items {
		c := s.diagram.Constructs[it.construct]
		name := c.Items[it.item].Name
		words := fmt.Sprintf("%s of %s", name, label(c))
		if it.number.text != "" {
			words += ", " + it.number.text
		}
		w.put(`<g id="%s-c%d-i%d" aria-label="%s">`, w.id, it.construct+1, it.item+1, escape(words))
		w.arrow(it.arrow, m.itemHead, w.ink.measure, "")
		w.plate(it.number)
		w.put(`<rect x="%s" y="%s" width="%s" height="%s" rx="3" fill="%s" stroke="%s" stroke-width="%s"/>`,
			px(it.box.x0), px(it.box.y0), px(it.box.width()), px(it.box.height()), w.ink.item, w.ink.itemLine, px(w.ink.boxLine))
		w.text(it.box.centre(), it.name, m.text, regular, w.ink.ink)
		w.put("</g>\n")
	}
	w.put("</g>\n")
}

func (w *writer) paths(s *scene) {
	m := w.metrics
	w.put("<g>\n")
	for i, p := range s.paths {
		ink, extra := w.ink.path, ""
		weight := w.ink.insignificant
		switch s.diagram.Paths[p.path].Significance {
		case Significant:
			weight = w.ink.significant
		case NotSignificant:
			extra = ` stroke-dasharray="6 4"`
		default:
			ink = w.ink.untested
		}
		w.put(`<g id="%s-p%d" aria-label="%s">`, w.id, p.path+1, escape(s.pathWords(i)))
		w.arrow(p.line, m.pathHead, ink, fmt.Sprintf(` stroke-width="%s"%s`, px(weight), extra))
		w.put("</g>\n")
	}
	w.put("</g>\n<g>\n")
	for _, p := range s.paths {
		w.plate(p.label)
		if !p.label.empty() {
			w.put("\n")
		}
	}
	w.put("</g>\n")
}

// arrow draws a line and its head. The line stops 1 px inside the head, so that
// no blunt end shows.
func (w *writer) arrow(c curve, size [2]float64, ink, attributes string) {
	dir := c.arrival()
	end := c.to.sub(dir.times(size[0] - 1))
	w.put(`<path d="M%s %s`, px(c.from.x), px(c.from.y))
	if c.bent {
		w.put(`Q%s %s`, px(c.control.x), px(c.control.y))
	} else {
		w.put(`L`)
	}
	if c.bent {
		w.put(" ")
	}
	w.put(`%s %s" fill="none" stroke="%s"%s/>`, px(end.x), px(end.y), ink, attributes)
	t := head(c.to, dir, size[0], size[1])
	w.put(`<polygon points="%s,%s %s,%s %s,%s" fill="%s" stroke="none"/>`, px(t[0].x), px(t[0].y), px(t[1].x), px(t[1].y), px(t[2].x), px(t[2].y), ink)
}

// plate draws a label on the colour of the paper: one plate for both lines, or
// a path would run between them.
func (w *writer) plate(p plate) {
	if p.empty() {
		return
	}
	m, b := w.metrics, p.box
	w.put(`<rect x="%s" y="%s" width="%s" height="%s" rx="2" fill="%s" stroke="none"/>`, px(b.x0), px(b.y0), px(b.width()), px(b.height()), w.ink.paper)
	c := b.centre()
	switch {
	case p.number:
		w.text(c, p.text, m.text, regular, w.ink.ink)
	case p.extra == "":
		w.text(c, p.text, m.coef, strong, w.ink.ink)
	case p.text == "":
		w.text(c, p.extra, m.text, regular, w.ink.second)
	default:
		w.text(point{c.x, b.y0 + .6*m.coef}, p.text, m.coef, strong, w.ink.ink)
		w.text(point{c.x, b.y1 - .6*m.text}, p.extra, m.text, regular, w.ink.second)
	}
}

// text sets one level line, its middle at c: the baseline is .36 of the size
// below it.
func (w *writer) text(c point, s string, size float64, weight weight, ink string) {
	w.put(`<text x="%s" y="%s" text-anchor="middle"`, px(c.x), px(c.y+.36*size))
	if size != w.metrics.text {
		w.put(` font-size="%s"`, px(size))
	}
	if weight != regular {
		w.put(` font-weight="%d"`, weight)
	}
	if ink != w.ink.ink {
		w.put(` fill="%s"`, ink)
	}
	w.put(`>%s</text>`, escape(s))
}

func (w *writer) construct(i int, c drawnConstruct, d Construct, o Options) {
	m, v := w.metrics, c.oval
	words := label(d) + ", " + d.Kind.String() + ", " + count(len(d.Items), "item")
	if r2 := o.number(d.R2); r2 != "" {
		words += ", R squared " + r2
	}
	w.put(`<g id="%s-c%d" aria-label="%s">`, w.id, i+1, escape(words))
	style := fmt.Sprintf(`fill="%s" stroke="%s" stroke-width="%s"`, w.ink.construct, w.ink.constructLine, px(m.outline))
	if v.hexagon {
		k := shoulder * v.rx
		w.put(`<polygon points="%s,%s %s,%s %s,%s %s,%s %s,%s %s,%s" %s/>`,
			px(v.c.x-v.rx), px(v.c.y), px(v.c.x-k), px(v.c.y-v.ry), px(v.c.x+k), px(v.c.y-v.ry),
			px(v.c.x+v.rx), px(v.c.y), px(v.c.x+k), px(v.c.y+v.ry), px(v.c.x-k), px(v.c.y+v.ry), style)
	} else {
		w.put(`<ellipse cx="%s" cy="%s" rx="%s" ry="%s" %s/>`, px(v.c.x), px(v.c.y), px(v.rx), px(v.ry), style)
	}
	_, h := c.caption.size(m)
	y := v.c.y - h/2
	for _, line := range c.caption.lines {
		w.text(point{v.c.x, y + lineHeight*m.name/2}, line, m.name, strong, w.ink.ink)
		y += lineHeight * m.name
	}
	if c.caption.r2 != "" {
		w.text(point{v.c.x, y + lineHeight*m.text/2}, c.caption.r2, m.text, regular, w.ink.second)
	}
	w.put("</g>\n")
}
