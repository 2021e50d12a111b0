package draw

import (
	"math"
	"strconv"
	"strings"
)

// Effect is a row of a forest plot: an estimate with its interval. A number
// that is NaN does not exist; an interval of which one end is NaN is open on
// that side.
type Effect struct {
	Label        string
	Value        float64
	Low, High    float64
	Significance Significance
	Text         string // at the right of the row, such as ".815 [.759, .875]"
}

// Sizes of a forest plot, in font sizes.
const (
	forestGap   = 1.5  // between names, plot and texts
	forestRow   = .9   // added to the lines of a row
	forestDot   = .34  // radius
	forestPlot  = 14.  // least width of the plot
	forestNames = 10.  // least width of the names
	forestTick  = .4   // length
	tooLarge    = 1e9  // what lies beyond is not drawn
	leastSpan   = 1e-2 // of the axis
)

// Forest draws effects below one another on a common axis: a dot with its
// interval beside each name, and a line at zero. Filled dots and heavy lines
// are significant, hollow dots and thin lines are not; an arrow ends an
// interval on its open side. The figure is Options.Width wide unless the texts
// alone are wider.
func Forest(title string, effects []Effect, o Options) []byte {
	f := forest{effects: effects, options: o, metrics: o.metrics()}
	w := &writer{ink: printInks, metrics: f.metrics, id: o.ID}
	if o.Style == Screen {
		w.ink = screenInks
	}
	if w.id == "" {
		w.id = "forest"
	}
	w.id = escape(w.id)
	if title == "" {
		title = "Effects with their intervals"
	}
	f.layOut()
	f.write(w, title)
	return w.Bytes()
}

// forest is a forest plot with its places.
type forest struct {
	effects []Effect
	options Options
	metrics metrics

	names       [][]string
	width       float64
	left, right float64 // ends of the axis
	row         float64 // height
	low, high   float64 // values at the ends of the axis
	step        float64 // between ticks
}

func (f *forest) layOut() {
	size := f.metrics.text
	names, texts := 0., 0.
	for _, e := range f.effects {
		names = max(names, textWidth(e.Label, size, regular))
		texts = max(texts, textWidth(e.Text, size, regular))
	}
	gaps := 2*forestGap*size + 2*f.metrics.margin
	room := max(forestNames*size, f.metrics.width-texts-gaps-forestPlot*size)
	lines, widest := 1, 0.
	for _, e := range f.effects {
		name := wrap(e.Label, size, regular, room, room)
		lines = max(lines, len(name))
		for _, line := range name {
			widest = max(widest, textWidth(line, size, regular))
		}
		f.names = append(f.names, name)
	}
	f.width = math.Ceil(max(f.metrics.width, widest+texts+gaps+forestPlot*size))
	f.left = f.metrics.margin + widest + forestGap*size
	f.right = f.width - f.metrics.margin - texts - forestGap*size
	f.row = (float64(lines)*lineHeight + forestRow) * size
	f.scale()
}

// scale finds an axis that holds every number and zero, with round ticks.
func (f *forest) scale() {
	low, high := 0., 0.
	for _, e := range f.effects {
		for _, v := range []float64{e.Value, e.Low, e.High} {
			if drawable(v) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	const ticks = 5
	rough := max(high-low, leastSpan) / ticks
	f.step = math.Pow(10, math.Floor(math.Log10(rough)))
	for _, k := range []float64{2, 2.5, 2} { // 1, 2, 5, 10
		if f.step >= rough*(1-1e-9) {
			break
		}
		f.step *= k
	}
	f.low, f.high = math.Floor(low/f.step+1e-9)*f.step, math.Ceil(high/f.step-1e-9)*f.step
	if f.high == f.low {
		f.high = f.low + f.step
	}
}

func drawable(v float64) bool { return math.Abs(v) <= tooLarge } // not for NaN

func (f *forest) x(v float64) float64 {
	return f.left + (v-f.low)/(f.high-f.low)*(f.right-f.left)
}

func (f *forest) write(w *writer, title string) {
	size := f.metrics.text
	top := f.metrics.margin
	bottom := top + float64(len(f.effects))*f.row
	height := math.Ceil(bottom + (forestTick+1.6)*size + f.metrics.margin)
	w.put(`<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %[1]s %[2]s" role="img" aria-labelledby="%[3]s-title %[3]s-desc" font-family="%[4]s" font-size="%[5]s" fill="%[6]s" style="font-variant-numeric:tabular-nums">`+"\n",
		px(f.width), px(height), w.id, fonts, px(size), w.ink.ink)
	w.put("<title id=\"%s-title\">%s</title>\n<desc id=\"%[1]s-desc\">%[3]s</desc>\n", w.id, escape(title), escape(f.describe()))
	w.put(`<path d="M%s %sV%s" stroke="%s" stroke-width="1"/>`+"\n", px(f.x(0)), px(top), px(bottom), w.ink.untested)
	w.put(`<path d="M%s %sH%s" stroke="%s" stroke-width="1"/>`+"\n", px(f.left), px(bottom), px(f.right), w.ink.ink)
	digits := max(0, -int(math.Floor(math.Log10(f.step)+1e-9)))
	for k := range int(math.Round((f.high-f.low)/f.step)) + 1 {
		v := f.low + float64(k)*f.step
		w.put(`<path d="M%s %sv%s" stroke="%s" stroke-width="1"/>`, px(f.x(v)), px(bottom), px(forestTick*size), w.ink.ink)
		w.text(point{f.x(v), bottom + (forestTick+.9)*size}, f.tick(v, digits), size, regular, w.ink.ink)
		w.put("\n")
	}
	for i, e := range f.effects {
		w.put(`<g id="%s-e%d" aria-label="%s">`, w.id, i+1, escape(e.words()))
		f.effect(w, e, f.names[i], top+(float64(i)+.5)*f.row)
		w.put("</g>\n")
	}
	w.put("</svg>\n")
}

// tick writes a value of the axis.
func (f *forest) tick(v float64, digits int) string {
	switch {
	case math.Abs(v) < f.step/2:
		return "0"
	case digits == 0:
		return strings.Replace(strconv.FormatFloat(v, 'f', 0, 64), "-", "−", 1)
	}
	return Options{LeadingZero: f.options.LeadingZero, Digits: digits}.number(v)
}

// effect draws a row with its middle at height y.
func (f *forest) effect(w *writer, e Effect, name []string, y float64) {
	size := f.metrics.text
	first := y - float64(len(name)-1)/2*lineHeight*size
	for i, line := range name {
		w.aligned(f.metrics.margin, first+float64(i)*lineHeight*size, "start", line)
	}
	weight := w.ink.insignificant
	if e.Significance == Significant {
		weight = w.ink.significant
	}
	known, from, to := drawable(e.Low) || drawable(e.High), f.left, f.right
	if drawable(e.Low) {
		from = f.x(e.Low)
	}
	if drawable(e.High) {
		to = f.x(e.High)
	}
	if known {
		w.put(`<path d="M%s %sH%s" stroke="%s" stroke-width="%s"/>`, px(from), px(y), px(to), w.ink.ink, px(weight))
		arm := forestDot * size
		for _, end := range []struct {
			x, value, outward float64
		}{{from, e.Low, -1}, {to, e.High, 1}} {
			if drawable(end.value) {
				w.put(`<path d="M%s %sV%s" stroke="%s" stroke-width="%s"/>`, px(end.x), px(y-arm), px(y+arm), w.ink.ink, px(weight))
				continue
			}
			tip := head(point{end.x, y}, point{end.outward, 0}, 2*arm, 2*arm)
			w.put(`<polygon points="%s,%s %s,%s %s,%s" fill="%s"/>`, px(tip[0].x), px(tip[0].y), px(tip[1].x), px(tip[1].y), px(tip[2].x), px(tip[2].y), w.ink.ink)
		}
	}
	if drawable(e.Value) {
		fill := w.ink.ink
		if e.Significance != Significant {
			fill = w.ink.paper
		}
		w.put(`<circle cx="%s" cy="%s" r="%s" fill="%s" stroke="%s" stroke-width="%s"/>`, px(f.x(e.Value)), px(y), px(forestDot*size), fill, w.ink.ink, px(w.ink.insignificant))
	}
	w.aligned(f.width-f.metrics.margin, y, "end", e.Text)
}

// aligned sets a line of text that begins or ends at x.
func (w *writer) aligned(x, y float64, anchor, s string) {
	if s == "" {
		return
	}
	w.put(`<text x="%s" y="%s" text-anchor="%s">%s</text>`, px(x), px(y+.36*w.metrics.text), anchor, escape(s))
}

// describe says in words what the figure shows.
func (f *forest) describe() string {
	parts := []string{count(len(f.effects), "effect") + "."}
	for _, e := range f.effects {
		parts = append(parts, e.words()+".")
	}
	return strings.Join(parts, " ")
}

// words names an effect with its numbers.
func (e Effect) words() string {
	words := e.Label
	if e.Text != "" {
		words += ", " + e.Text
	}
	switch e.Significance {
	case Significant:
		words += ", significant"
	case NotSignificant:
		words += ", not significant"
	}
	return words
}
