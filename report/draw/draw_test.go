package draw

import (
	"bytes"
	"encoding/xml"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "rewrite the golden figure")

// models is every kind of diagram that the figure must hold.
func models() map[string]Diagram {
	hostile := block("<b>&\"'\x00\xff", "", Composite, .5, 3)
	hostile.Items[0].Name = `]]><script>alert("1")</script>&amp;`
	chinese := Diagram{
		Constructs: []Construct{
			{Name: "跨境", Label: "跨境电子商务的采用程度", R2: none, Items: []Item{{Name: "网上销售服务质量", Value: .9}, {Name: "客服", Value: .8}}},
			{Name: "收入", Label: "家庭收入", R2: .4, Items: []Item{{Name: "收入1", Value: .9}}},
			{Name: "物价", Label: "物价感知", R2: .4, Items: []Item{{Name: "物价1", Value: .9}}},
		},
		Paths: paths("跨境 -> 收入", "跨境 -> 物价", "收入 -> 物价"),
	}
	turkish := Diagram{
		Constructs: []Construct{
			block("Müşteri", "Müşteri memnuniyeti ve güven ilişkisi", Reflective, none, 4),
			block("İşgücü", "İşgücü eğitimi", Reflective, .3, 5),
			block("Gelişmişlik", "Uluslararasılaştıramadıklarımızdan", Reflective, .2, 3),
		},
		Paths: paths("Müşteri -> İşgücü", "İşgücü -> Gelişmişlik", "Müşteri -> Gelişmişlik"),
	}
	long := reputation()
	long.Constructs[0].Label = "Perceived competence of the company in the eyes of its long-standing customers and suppliers"
	long.Constructs[1].Items[1].Name = "likeability_second_question_in_the_third_wave"
	for i := range long.Paths {
		long.Paths[i].Mark, long.Paths[i].Extra = "***", "[−.123, .456], p < .001"
	}
	cyclic := Diagram{
		Constructs: []Construct{block("A", "", Reflective, .1, 2), block("B", "", Reflective, .2, 2), block("C", "", Reflective, .3, 2)},
		Paths:      paths("A -> B", "B -> A", "B -> C", "C -> A", "A -> A", "A -> nowhere"),
	}
	return map[string]Diagram{
		"village": village(), "reputation": reputation(), "reputation extended": reputationExtended(),
		"ecsi": ecsi(), "chain of 20": chain(20), "twenty": twenty(),
		"two":         {Constructs: []Construct{block("A", "Trust", Reflective, none, 3), block("B", "Use", Composite, .4, 4)}, Paths: paths("A -> B")},
		"composites":  {Constructs: []Construct{block("A", "", Composite, none, 9), block("B", "", Composite, none, 9), block("C", "", Composite, .4, 9), block("D", "", Composite, .4, 9)}, Paths: paths("A -> C", "B -> C", "C -> D", "A -> D")},
		"singles":     {Constructs: []Construct{block("A", "", Single, none, 1), block("B", "", Single, .1, 1), block("C", "", Single, .4, 1)}, Paths: paths("A -> B", "B -> C", "A -> C")},
		"long names":  long,
		"chinese":     chinese,
		"turkish":     turkish,
		"hostile":     {Title: "<&\">", Constructs: []Construct{hostile, block("B", "b]]>", Reflective, .1, 2)}, Paths: []Path{{From: hostile.Name, To: "B", Value: .5, Mark: "<", Extra: "&<>\"\x01"}}},
		"cyclic":      cyclic,
		"no paths":    {Constructs: []Construct{block("A", "", Reflective, none, 4), block("B", "", Reflective, none, 4)}},
		"no items":    {Constructs: []Construct{{Name: "A"}, {Name: "B"}}, Paths: paths("A -> B")},
		"one":         {Constructs: []Construct{block("A", "", Reflective, none, 4)}},
		"empty":       {},
		"not a value": {Constructs: []Construct{block("A", "", Reflective, math.Inf(1), 1), block("B", "", Reflective, none, 1)}, Paths: []Path{{From: "A", To: "B", Value: none}}},
	}
}

var settings = map[string]Options{
	"print":        {},
	"screen":       {Style: Screen},
	"narrow":       {Width: 321},
	"large type":   {FontSize: 14, LeadingZero: true, Digits: 2},
	"hidden items": {HideItems: true},
}

func TestFigures(t *testing.T) {
	for name, d := range models() {
		for setting, o := range settings {
			t.Run(name+"/"+setting, func(t *testing.T) {
				s := layOut(d, o)
				for _, e := range faults(s) {
					t.Error(e)
				}
				svg := s.svg()
				for _, e := range svgFaults(svg, o) {
					t.Error(e)
				}
				if !bytes.Equal(svg, SVG(d, o)) { // laid out anew
					t.Error("the same diagram gave other bytes")
				}
			})
		}
	}
}

// faults lists what must not be in a figure. It measures the finished scene
// with shapes of its own: outlines as polygons of many corners.
func faults(s *scene) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	type label struct {
		what string
		box  box
	}
	var labels []label
	for i, p := range s.paths {
		if !p.label.empty() {
			labels = append(labels, label{fmt.Sprintf("label of path %d", i), p.label.box})
		}
	}
	for i, it := range s.items {
		if !it.number.empty() {
			labels = append(labels, label{fmt.Sprintf("number of item %d", i), it.number.box})
		}
	}
	paper := box{0, 0, s.frame.x1 + s.metrics.margin, s.frame.y1 + s.metrics.margin}
	inside := func(what string, b box) {
		if b.x0 < paper.x0 || b.y0 < paper.y0 || b.x1 > paper.x1 || b.y1 > paper.y1 {
			add("%s sticks out of the figure: %v", what, b)
		}
	}
	for i, c := range s.constructs {
		inside(fmt.Sprintf("construct %d", i), c.oval.box())
		for j := range i {
			if outline(c.oval).overlaps(outline(s.constructs[j].oval)) {
				add("constructs %d and %d overlap", j, i)
			}
		}
		for j, it := range s.items {
			if outline(c.oval).overlaps(corners(it.box)) {
				add("construct %d and item %d overlap", i, j)
			}
		}
		for _, l := range labels {
			if outline(c.oval).overlaps(corners(l.box)) {
				add("construct %d and %s overlap", i, l.what)
			}
		}
	}
	for i, it := range s.items {
		inside(fmt.Sprintf("item %d", i), it.box)
		for j := range i {
			if it.box.overlaps(s.items[j].box) {
				add("items %d and %d overlap", j, i)
			}
		}
		for _, l := range labels {
			if it.box.overlaps(l.box) {
				add("item %d and %s overlap", i, l.what)
			}
		}
		rim, edge := it.arrow.from, it.arrow.to
		if s.diagram.Constructs[it.construct].Items[it.item].FromItem {
			rim, edge = edge, rim
		}
		if l := s.constructs[it.construct].oval.level(rim); math.Abs(l-1) > .04 {
			add("arrow of item %d ends off the rim: level %v", i, l)
		}
		if !holds(it.box.grown(1e-6), edge) || holds(it.box.grown(-1e-6), edge) {
			add("arrow of item %d ends off the edge of its box", i)
		}
	}
	for i, l := range labels {
		inside(l.what, l.box)
		for _, k := range labels[:i] {
			if l.box.overlaps(k.box) {
				add("%s and %s overlap", k.what, l.what)
			}
		}
	}
	for i, p := range s.paths {
		half := s.metrics.outline / 2
		for _, end := range []struct {
			oval oval
			at   point
		}{{s.constructs[p.from].oval, p.line.from}, {s.constructs[p.to].oval, p.line.to}} {
			if l := end.oval.grown(half).level(end.at); math.Abs(l-1) > 1e-9 {
				add("path %d ends off the rim: level %v", i, l)
			}
		}
		for t := 0.; t <= 1; t += 1. / 256 {
			at := p.line.at(t)
			inside(fmt.Sprintf("path %d", i), box{at.x, at.y, at.x, at.y})
			for c, k := range s.constructs {
				if c != p.from && c != p.to && k.oval.level(at) < 1 {
					add("path %d runs through construct %d", i, c)
					t = 2
				}
			}
		}
	}
	return out
}

func holds(b box, p point) bool { return p.x > b.x0 && p.x < b.x1 && p.y > b.y0 && p.y < b.y1 }

// polygon is convex; its corners go round.
type polygon []point

func corners(b box) polygon {
	return polygon{{b.x0, b.y0}, {b.x1, b.y0}, {b.x1, b.y1}, {b.x0, b.y1}}
}

func outline(o oval) polygon {
	if o.hexagon {
		k := shoulder * o.rx
		return polygon{{o.c.x - o.rx, o.c.y}, {o.c.x - k, o.c.y - o.ry}, {o.c.x + k, o.c.y - o.ry},
			{o.c.x + o.rx, o.c.y}, {o.c.x + k, o.c.y + o.ry}, {o.c.x - k, o.c.y + o.ry}}
	}
	var out polygon
	for i := range 180 {
		sin, cos := math.Sincos(float64(i) * math.Pi / 90)
		out = append(out, point{o.c.x + o.rx*cos, o.c.y + o.ry*sin})
	}
	return out
}

// overlaps looks for an axis that separates the two.
func (p polygon) overlaps(q polygon) bool {
	for _, r := range []polygon{p, q} {
		for i := range r {
			a, b := r[i], r[(i+1)%len(r)]
			n := point{b.y - a.y, a.x - b.x}
			p0, p1 := p.span(n)
			q0, q1 := q.span(n)
			if p1 <= q0 || q1 <= p0 {
				return false
			}
		}
	}
	return true
}

func (p polygon) span(n point) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, c := range p {
		v := c.x*n.x + c.y*n.y
		low, high = min(low, v), max(high, v)
	}
	return low, high
}

var (
	colour = regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b`)
	// what a number gone wrong or a reference to elsewhere looks like
	noNumber = regexp.MustCompile(`NaN|\bInf\b|href=|url\(|"-0"`)
	grey     = regexp.MustCompile(`^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$`)
)

// svgFaults reads the bytes as XML: well-formed, ids that occur once, a size
// that agrees with the view box, nothing from elsewhere, and in print no ink
// but black and grey on white.
func svgFaults(svg []byte, o Options) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	ids := map[string]bool{}
	titles := 0
	dec := xml.NewDecoder(bytes.NewReader(svg))
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return append(out, err.Error())
		}
		start, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		attr := map[string]string{}
		for _, a := range start.Attr {
			if _, twice := attr[a.Name.Local]; twice {
				add("%s has two attributes %s", start.Name.Local, a.Name.Local)
			}
			attr[a.Name.Local] = a.Value
		}
		switch start.Name.Local {
		case "svg":
			if want := "0 0 " + attr["width"] + " " + attr["height"]; attr["viewBox"] != want || attr["role"] != "img" {
				add("root says viewBox %q, role %q", attr["viewBox"], attr["role"])
			}
		case "title", "desc":
			titles++
		case "script", "style", "image", "use", "foreignObject", "a":
			add("element %s", start.Name.Local)
		}
		if id, ok := attr["id"]; ok {
			if ids[id] {
				add("id %q occurs twice", id)
			}
			ids[id] = true
		}
		for _, name := range []string{"fill", "stroke"} {
			v, ok := attr[name]
			if !ok || v == "none" {
				continue
			}
			m := grey.FindStringSubmatch(v)
			switch {
			case m == nil && !colour.MatchString(v):
				add("%s=%q is no colour", name, v)
			case o.Style == Print && (m == nil || m[1] != m[2] || m[2] != m[3]):
				add("%s=%q is not black, grey or white", name, v)
			}
		}
	}
	if titles != 2 {
		add("%d titles and descriptions", titles)
	}
	if bad := noNumber.FindString(string(svg)); bad != "" {
		add("the text %s occurs", bad)
	}
	return out
}

// Any acyclic model of 2 to 20 constructs that is not denser than published
// ones must come out without a fault.
func TestRandomModels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 20).Draw(t, "constructs")
		d := Diagram{}
		for i := range n {
			kind := Kind(rapid.IntRange(0, 1).Draw(t, "kind"))
			d.Constructs = append(d.Constructs, block(fmt.Sprintf("K%d", i), "", kind, .5, rapid.IntRange(0, 5).Draw(t, "items")))
		}
		var lines []string
		for range rapid.IntRange(1, n+n/2).Draw(t, "paths") {
			i := rapid.IntRange(0, n-2).Draw(t, "from")
			j := rapid.IntRange(i+1, n-1).Draw(t, "to")
			line := fmt.Sprintf("K%d -> K%d", i, j)
			if !strings.Contains(strings.Join(lines, "\n")+"\n", line+"\n") {
				lines = append(lines, line)
			}
		}
		d.Paths = paths(lines...)
		for _, e := range faults(layOut(d, Options{})) {
			t.Error(e)
		}
	})
}

// The village figure stands as the design gives it: 605 px wide, ovals 61 x 34,
// boxes 40 x 24, pitch 34, gaps 90, 110 and 79, outcomes the same way above and
// below their cause.
func TestVillageGeometry(t *testing.T) {
	s := layOut(village(), Options{})
	cause, inflation, income := s.constructs[0].oval, s.constructs[1].oval, s.constructs[2].oval
	for _, c := range []struct {
		what            string
		got, want, slip float64
	}{
		{"width", s.frame.x1 + s.metrics.margin, 605, .5},
		{"rx", cause.rx, 61, 0},
		{"ry", cause.ry, 34, 0},
		{"box width", s.items[0].box.width(), 40, 0},
		{"box height", s.items[0].box.height(), 24, 0},
		{"pitch", s.items[1].box.y0 - s.items[0].box.y0, 34, 1e-9},
		{"pitch where the stem changes", s.items[3].box.y0 - s.items[2].box.y0, 44, 1e-9},
		{"boxes to cause", cause.box().x0 - s.items[0].box.x1, 90, 1},
		{"cause to outcome", inflation.box().x0 - cause.box().x1, 110, 1},
		{"outcome to boxes", s.items[9].box.x0 - inflation.box().x1, 79, 1},
		{"outcomes about the cause", inflation.c.y + income.c.y - 2*cause.c.y, 0, .01},
		{"outcome below the cause", income.c.y - cause.c.y, 104, .01},
		{"outcomes in one column", inflation.c.x - income.c.x, 0, 1e-9},
		{"loadings in one column", s.items[0].number.box.x0 - s.items[8].number.box.x0, 0, 1e-9},
	} {
		if math.Abs(c.got-c.want) > c.slip {
			t.Errorf("%s: %v, want %v", c.what, c.got, c.want)
		}
	}
	screen := layOut(village(), Options{Style: Screen})
	if o := screen.constructs[0].oval; o.rx != 92 || o.ry != 46 {
		t.Errorf("ovals on screen %v x %v, want 92 x 46", o.rx, o.ry)
	}
}

func TestGolden(t *testing.T) {
	got := SVG(village(), Options{})
	name := filepath.Join("testdata", "village.svg")
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the village figure changed; look at it, then run with -update")
	}
}

// A figure that has room is no wider than asked, one that has none says so.
func TestWidth(t *testing.T) {
	for _, c := range []struct {
		name  string
		d     Diagram
		o     Options
		wider bool
	}{
		{"village, 16 cm", village(), Options{}, false},
		{"village, wide", village(), Options{Width: 900}, false},
		{"village, 12 cm without items", village(), Options{Width: 454, HideItems: true}, false},
		{"village, 5 cm", village(), Options{Width: 189}, true},
	} {
		svg := string(SVG(c.d, c.o))
		m := regexp.MustCompile(`width="(\d+)"`).FindStringSubmatch(svg)
		w, _ := strconv.ParseFloat(m[1], 64)
		asked := c.o.metrics().width
		if (w > asked) != c.wider {
			t.Errorf("%s: %v px wide, asked for %v", c.name, w, asked)
		}
	}
}

// A model of many levels is folded to its page; what fits stays flat, every
// level in a column of its own.
func TestFold(t *testing.T) {
	for _, c := range []struct {
		name          string
		d             Diagram
		columns       int
		width, height float64 // at most
	}{
		{"village", village(), 2, 605, 340},
		{"reputation", reputation(), 3, 660, 260},
		{"reputation extended", reputationExtended(), 3, 760, 790},
		{"ecsi", ecsi(), 2, 605, 700},
		{"chain of 20", chain(20), 2, 605, 1200},
	} {
		s := layOut(c.d, Options{})
		columns := map[float64]bool{}
		for _, k := range s.constructs {
			columns[math.Round(k.oval.c.x)] = true
		}
		if len(columns) != c.columns || s.frame.width() > c.width || s.frame.height() > c.height {
			t.Errorf("%s: %d columns, %.0f x %.0f; want %d within %v x %v", c.name,
				len(columns), s.frame.width(), s.frame.height(), c.columns, c.width, c.height)
		}
	}
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		v    float64
		o    Options
		want string
	}{
		{.8148, Options{}, ".815"},
		{-.27, Options{}, "−.270"},
		{-.0004, Options{}, ".000"},
		{1.0234, Options{}, "1.023"},
		{-12.5, Options{Digits: 1}, "−12.5"},
		{.8148, Options{LeadingZero: true, Digits: 2}, "0.81"},
		{10.1, Options{}, "10.100"},
		{math.NaN(), Options{}, ""},
		{math.Inf(-1), Options{}, ""},
	} {
		if got := c.o.number(c.v); got != c.want {
			t.Errorf("number(%v) = %q, want %q", c.v, got, c.want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		name string
		want []string
	}{
		{"Family income", []string{"Family income"}},
		{"Cross-border e-commerce", []string{"Cross-border", "e-commerce"}},
		{"Corporate social responsibility", []string{"Corporate social", "responsibility"}},
		{"  two   words ", []string{"two words"}},
		{"跨境电子商务的采用程度", []string{"跨境电子商", "务的采用程度"}},
		{"Donaudampfschifffahrtsgesellschaft", []string{"Donaudampfschifffahrtsgesell…"}},
		{"Perceived competence of the company in the eyes of its customers", []string{"Perceived competence of the", "company in the eyes of its cust…"}},
		{"", []string{""}},
	} {
		got := wrap(c.name, 12, strong, 96, 16*12)
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("wrap(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}

// Widths measured in Chromium with Inter 4 at 100 px: kerning off, tabular
// figures.
func TestTextWidth(t *testing.T) {
	for _, c := range []struct {
		text string
		w    weight
		want float64
	}{
		{"Family income", strong, 698.3},
		{"Müşteri memnuniyeti", regular, 989.7},
		{"Ελλάδα", regular, 379.6},
		{"Россия", strong, 360.1},
		{"Tiếng Việt", regular, 479.8},
		{"−“…”", regular, 240.7},
		{".0123456789", regular, 675.3},
		{".0123456789", strong, 673.8},
		{"\u0301\u0327", regular, 0},       // combining marks
		{"国際", strong, 200},                // a full em each
		{"𝔸", regular, otherAdvance / 10.}, // no glyph in Inter
	} {
		if got := textWidth(c.text, 100, c.w); math.Abs(got-c.want) > .5 {
			t.Errorf("%q is %v wide, want %v", c.text, got, c.want)
		}
	}
}

// A narrow figure is folded where it would be but a little too wide; one that
// fits is not changed, and a crowded one is not called neat.
func TestNarrow(t *testing.T) {
	const page = 642
	wide := layOut(trust(), Options{Width: page})
	if w := wide.width(); w <= page || len(wide.items) != 12 {
		t.Fatalf("the model is %.0f px wide as it is: it tests nothing", w)
	}
	svg, neat := Neat(trust(), Options{Width: page, Narrow: true})
	folded := layOut(trust(), Options{Width: page, Narrow: true})
	if !neat || folded.width() > page || len(folded.items) != 12 || !bytes.Equal(svg, folded.svg()) {
		t.Errorf("neat %v, %.0f px, %d items", neat, folded.width(), len(folded.items))
	}
	if fits := (Options{Width: 1200}); !bytes.Equal(SVG(trust(), fits), SVG(trust(), Options{Width: 1200, Narrow: true})) {
		t.Error("a figure that fits was changed")
	}
	if _, neat := Neat(twenty(), Options{Width: 300, Narrow: true}); neat {
		t.Error("twenty constructs in 300 px are called neat")
	}
}
