package draw

import "math"

// metrics are the sizes of a style, in px.
type metrics struct {
	text, name, coef float64 // font sizes
	padX, padY       float64 // added to the half axes of the oval that just holds its label
	ovalX, ovalY     float64 // least half axes
	boxW, boxH       float64 // least box of an item
	pitch, stem      float64 // of a stack, and more where the name stem changes
	numberAt         float64 // from the edge of the box to the middle of the loading
	itemGap, pathGap float64 // box to oval, oval to oval where there is room
	spread, apart    float64 // between the blocks of a layer where there is room, and at least
	rowGap           float64 // from a row of boxes to the oval below or above it
	pathHead         [2]float64
	itemHead         [2]float64
	outline          float64 // line weight of ovals; paths end on its outer edge
	margin           float64
	width            float64 // of the figure
}

var (
	printMetrics = metrics{
		text: 11, name: 12, coef: 12.5,
		padX: 2, padY: 12, ovalX: 38, ovalY: 20,
		boxW: 40, boxH: 24, pitch: 34, stem: 10, numberAt: 35,
		itemGap: 152, pathGap: 236, spread: 82, apart: 20, rowGap: 46,
		pathHead: [2]float64{9, 7.5}, itemHead: [2]float64{6.5, 5},
		outline: 1.25, margin: 1, width: 605,
	}
	screenMetrics = metrics{
		text: 13, name: 15, coef: 16,
		padX: 18, padY: 18, ovalX: 38, ovalY: 20,
		boxW: 60, boxH: 32, pitch: 50, stem: 18, numberAt: 46,
		itemGap: 152, pathGap: 236, spread: 134, apart: 28, rowGap: 60,
		pathHead: [2]float64{11, 9}, itemHead: [2]float64{8, 6},
		outline: 1.5, margin: 16, width: 1080,
	}
)

// least share of the natural gap between a box and its oval.
const tightGap = .45

// of returns the sizes for the options; all but the width follow the font size.
func (o Options) metrics() metrics {
	m := printMetrics
	if o.Style == Screen {
		m = screenMetrics
	}
	if k := o.FontSize / m.text; k > 0 && k != 1 && !math.IsInf(k, 0) {
		for _, p := range []*float64{&m.text, &m.name, &m.coef, &m.padX, &m.padY, &m.ovalX, &m.ovalY,
			&m.boxW, &m.boxH, &m.pitch, &m.stem, &m.numberAt, &m.itemGap, &m.pathGap, &m.spread, &m.apart, &m.rowGap,
			&m.pathHead[0], &m.pathHead[1], &m.itemHead[0], &m.itemHead[1]} {
			*p *= k
		}
	}
	if o.Width > 0 && !math.IsInf(o.Width, 0) {
		m.width = o.Width
	}
	return m
}

// lineHeight is that of names and R², in font sizes.
const lineHeight = 1.3

// caption is the text inside an oval.
type caption struct {
	lines []string // the name, in one or two lines
	r2    string   // "" when there is none
}

// size returns the label block: the widest line, and all lines' heights.
func (c caption) size(m metrics) (w, h float64) {
	for _, l := range c.lines {
		w = max(w, textWidth(l, m.name, strong))
		h += lineHeight * m.name
	}
	if c.r2 != "" {
		w = max(w, textWidth(c.r2, m.text, regular))
		h += lineHeight * m.text
	}
	return w, h
}

// ovalSize returns the half axes that all ovals of the model share, and how far
// the width may shrink before a label comes too near to the rim.
func ovalSize(captions []caption, m metrics) (rx, ry, leastRx float64) {
	rx, ry, leastRx = m.ovalX, m.ovalY, m.ovalX
	for _, c := range captions {
		w, h := c.size(m)
		rx = max(rx, math.Round(w/math.Sqrt2+m.padX))
		ry = max(ry, math.Round(h/math.Sqrt2+m.padY))
	}
	rx = max(rx, math.Round(1.5*ry))
	for _, c := range captions {
		_, h := c.size(m)
		y := -h / 2
		for _, l := range c.lines {
			leastRx = max(leastRx, narrowest(textWidth(l, m.name, strong), y, y+lineHeight*m.name, ry))
			y += lineHeight * m.name
		}
		if c.r2 != "" {
			leastRx = max(leastRx, narrowest(textWidth(c.r2, m.text, regular), y, y+lineHeight*m.text, ry))
		}
	}
	return rx, ry, min(rx, math.Ceil(leastRx))
}

// narrowest returns the half axis at which a line of text between y0 and y1
// stays 3 px inside both an ellipse and a hexagon of half height ry.
func narrowest(w, y0, y1, ry float64) float64 {
	// The letters take about 70 % of the line's height.
	ink := .15 * (y1 - y0)
	v := max(math.Abs(y0+ink), math.Abs(y1-ink)) / ry
	return (w/2 + 3) / min(math.Sqrt(max(.1, 1-v*v)), 1-(1-shoulder)*v)
}
