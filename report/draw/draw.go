// Package draw turns a path model and its estimates into a diagram: a
// stand-alone SVG with ovals for constructs, hexagons for composites, boxes
// for indicators and the numbers on the arrows, laid out from left to right.
//
// Most people need one call:
//
//	svg := draw.SVG(diagram, draw.Options{})  // black and white, 16 cm wide, for print
//
// The figure is laid out anew for its width and never scaled: the gaps give way
// first, then the ovals, and a model of more levels than the width holds is
// folded, with several levels in one column and upright paths between them.
// Nothing in it refers to another file, and the same diagram gives the same
// bytes.
package draw

import (
	"math"
	"strconv"
	"strings"
)

// Kind says what a construct is.
type Kind uint8

const (
	// Reflective: a common factor, drawn as an oval.
	Reflective Kind = iota
	// Composite: built from its indicators, drawn as a hexagon.
	Composite
	// Single: measured by one item, drawn as an oval.
	Single
)

// String returns reflective, composite or single item.
func (k Kind) String() string {
	switch k {
	case Composite:
		return "composite"
	case Single:
		return "single item"
	}
	return "reflective"
}

// Significance says what the line of a path claims.
type Significance uint8

const (
	// Untested: a thin grey line.
	Untested Significance = iota
	// Significant at the chosen level: a heavy line.
	Significant
	// NotSignificant: a thin dashed line.
	NotSignificant
)

// Diagram is a path model with its estimates. A number that is NaN is not
// written.
type Diagram struct {
	Title      string // read to assistive technology; "Path model" when empty
	Constructs []Construct
	Paths      []Path
}

// Construct is a latent variable or composite.
type Construct struct {
	Name  string // names it in Path; its label too when Label is empty
	Label string
	Kind  Kind
	R2    float64 // NaN for a construct that nothing explains
	Items []Item
}

// Item is an indicator with its loading or weight.
type Item struct {
	Name     string
	Value    float64
	FromItem bool // the arrow points to the construct (formative, Mode B)
}

// Path is an effect of one construct on another. A path that names a construct
// which is not there, or runs from a construct to itself, is left out.
type Path struct {
	From, To     string
	Value        float64
	Mark         string // set after the value, such as ***
	Significance Significance
	Extra        string // second line, such as [.759, .875]
}

// Style chooses inks and sizes.
type Style uint8

const (
	// Print: black and white, 11 px text.
	Print Style = iota
	// Screen: blue ovals, yellow boxes, 13 px text.
	Screen
)

// Options say how to draw. The zero value is the figure of a report: print,
// 605 px (16 cm) wide, three decimals, no leading zero.
type Options struct {
	Style       Style
	Width       float64 // px; 605 in print and 1080 on screen when zero. A figure that cannot be set so narrow is wider
	FontSize    float64 // px of indicators and numbers; 11 in print and 13 on screen when zero
	HideItems   bool
	Narrow      bool   // fold the model wherever it would be wider than Width, not only where much wider
	LeadingZero bool   // 0.815 for .815
	Digits      int    // decimals; 3 when zero
	ID          string // begins the id of every element, so without spaces; "model" when empty. Two figures of one page need two
}

// SVG draws the diagram. The root element says its size in px: at most
// Options.Width wide unless the figure cannot be set so narrow.
func SVG(d Diagram, o Options) []byte {
	s := layOut(d, o)
	return s.svg()
}

// Neat draws the diagram as SVG does and reports whether it is no wider than
// Options.Width and nothing in it is in the way of anything else. A figure that
// is folded to be narrow may be too crowded to read.
func Neat(d Diagram, o Options) (svg []byte, ok bool) {
	s := layOut(d, o)
	return s.svg(), s.width() <= s.metrics.width && s.collisions() == 0
}

// number writes an estimate with a true minus and, unless asked, without the
// zero before the point. It is empty for NaN.
func (o Options) number(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	digits := o.Digits
	if digits <= 0 {
		digits = 3
	}
	s := strconv.FormatFloat(math.Abs(v), 'f', digits, 64)
	negative := v < 0 && strings.Trim(s, "0.") != "" // -.0004 is .000
	if !o.LeadingZero {
		s = strings.TrimPrefix(s, "0")
	}
	if negative {
		s = "−" + s
	}
	return s
}
