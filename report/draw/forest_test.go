package draw

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// forests is every kind of forest plot.
func forests() map[string][]Effect {
	nan := math.NaN()
	return map[string][]Effect{
		"village": {
			{Label: "Cross-border e-commerce → Inflation", Value: .815, Low: .759, High: .875, Significance: Significant, Text: ".815 [.759, .875]"},
			{Label: "Cross-border e-commerce → Family income", Value: .026, Low: -.11, High: .153, Significance: NotSignificant, Text: ".026 [−.110, .153]"},
		},
		"open":     {{Label: "A → B", Value: .3, Low: .12, High: nan, Significance: Significant, Text: ".300 [.120, ∞)"}, {Label: "B → C", Value: -.3, Low: nan, High: .1, Significance: NotSignificant}},
		"no ends":  {{Label: "A → B", Value: 1, Low: nan, High: nan}},
		"nothing":  {{Label: "A → B", Value: nan, Low: nan, High: math.Inf(1)}},
		"no rows":  nil,
		"zero":     {{Label: "A → B"}},
		"huge":     {{Label: "A → B", Value: 1e300, Low: -1e300, High: 2}, {Label: "C", Value: 3e8, Low: -7, High: 4e8}},
		"negative": {{Label: "A → B", Value: -.9, Low: -.95, High: -.85, Significance: Significant}},
		"hostile":  {{Label: "<b>&\"'\x00\xff ]]><script>", Value: .5, Low: .1, High: .9, Text: "<\x01>"}},
		"long": {{Label: "Perceived organisational responsibility towards neighbouring communities → Perceived competence of the company in the eyes of its customers",
			Value: .1, Low: -.1, High: .3, Text: "−.100 [−.123, −.045]"}, {Label: "跨境电子商务的采用程度 → 家庭收入", Value: .2, Low: .1, High: .3}},
	}
}

func TestForest(t *testing.T) {
	for name, effects := range forests() {
		for setting, o := range settings {
			t.Run(name+"/"+setting, func(t *testing.T) {
				svg := Forest("Paths", effects, o)
				for _, e := range append(svgFaults(svg, o), outside(svg)...) {
					t.Error(e)
				}
				if !bytes.Equal(svg, Forest("Paths", effects, o)) {
					t.Error("the same effects gave other bytes")
				}
			})
		}
	}
}

// outside lists the marks and ends of texts that lie outside the figure.
func outside(svg []byte) []string {
	var out []string
	var root struct {
		Width  float64 `xml:"width,attr"`
		Height float64 `xml:"height,attr"`
		Groups []struct {
			Circles []struct {
				X float64 `xml:"cx,attr"`
				Y float64 `xml:"cy,attr"`
			} `xml:"circle"`
			Texts []struct {
				X      float64 `xml:"x,attr"`
				Y      float64 `xml:"y,attr"`
				Anchor string  `xml:"text-anchor,attr"`
				Text   string  `xml:",chardata"`
			} `xml:"text"`
			Paths []struct {
				D string `xml:"d,attr"`
			} `xml:"path"`
		} `xml:"g"`
	}
	if err := xml.Unmarshal(svg, &root); err != nil {
		return []string{err.Error()}
	}
	inside := func(what string, x, y float64) {
		if !(x >= 0 && x <= root.Width && y >= 0 && y <= root.Height) {
			out = append(out, fmt.Sprintf("%s at %v, %v is outside %v x %v", what, x, y, root.Width, root.Height))
		}
	}
	number := regexp.MustCompile(`-?[0-9.]+`)
	for _, g := range root.Groups {
		names, texts := 0., root.Width
		for _, s := range g.Texts {
			w := textWidth(s.Text, 11, regular)
			if s.Anchor == "start" {
				inside("the end of "+s.Text, s.X+w, s.Y)
				names = max(names, s.X+w)
			} else {
				inside("the start of "+s.Text, s.X-w, s.Y)
				texts = min(texts, s.X-w)
			}
		}
		for _, c := range g.Circles {
			inside("a dot", c.X, c.Y)
			if c.X < names || c.X > texts {
				out = append(out, "a dot stands in the words")
			}
		}
		for _, p := range g.Paths {
			xy := number.FindAllString(p.D, -1)
			x, _ := strconv.ParseFloat(xy[0], 64)
			y, _ := strconv.ParseFloat(xy[1], 64)
			inside("a line", x, y)
		}
	}
	return out
}

// What is drawn lies where the axis says.
func TestForestPlaces(t *testing.T) {
	f := forest{effects: forests()["village"], metrics: printMetrics}
	f.layOut()
	if f.low != -.2 || f.high != 1 || f.step != .2 {
		t.Errorf("axis from %v to %v by %v, want -.2 to 1 by .2", f.low, f.high, f.step)
	}
	if f.width != 605 {
		t.Errorf("%v px wide", f.width)
	}
	svg := string(Forest("", f.effects, Options{}))
	for _, want := range []string{
		`cx="` + px(f.x(.815)) + `"`, // the dot
		`H` + px(f.x(.875)) + `"`,    // the end of the interval
		`M` + px(f.x(0)) + ` 1V`,     // the zero line
		">−.2<", ">0<", ">1.0<",
		"Cross-border e-commerce → Inflation, .815 [.759, .875], significant.",
		"not significant.",
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("%s is missing", want)
		}
	}
	// black and white: a filled dot is significant, a hollow one is not
	if filled, hollow := strings.Count(svg, `fill="#161616" stroke="#161616"`), strings.Count(svg, `fill="#ffffff" stroke="#161616"`); filled != 1 || hollow != 1 {
		t.Errorf("%d filled and %d hollow dots, want one each", filled, hollow)
	}
	if n := strings.Count(string(Forest("", forests()["open"], Options{})), "<polygon"); n != 2 {
		t.Errorf("%d arrows for two open ends", n)
	}
}

// Whatever the numbers, the axis is short and round, holds zero and every
// number that can be drawn.
func TestForestAxis(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var f forest
		f.metrics = printMetrics
		for range rapid.IntRange(0, 6).Draw(t, "rows") {
			v := rapid.Float64().Draw(t, "value")
			low := rapid.Float64Range(-2, 2).Draw(t, "low")
			f.effects = append(f.effects, Effect{Label: "A → B", Value: v, Low: low, High: low + rapid.Float64Range(0, 1).Draw(t, "width")})
		}
		f.layOut()
		if n := math.Round((f.high - f.low) / f.step); !(n >= 1 && n <= 8) {
			t.Fatalf("%v steps from %v to %v", n, f.low, f.high)
		}
		if !(f.low <= 0 && f.high >= 0) {
			t.Fatalf("no zero between %v and %v", f.low, f.high)
		}
		for _, e := range f.effects {
			for _, v := range []float64{e.Value, e.Low, e.High} {
				if x := f.x(v); drawable(v) && !(x >= f.left-1e-6 && x <= f.right+1e-6) {
					t.Fatalf("%v lies at %v, outside the axis from %v to %v", v, x, f.left, f.right)
				}
			}
		}
		for _, e := range svgFaults(Forest("", f.effects, Options{}), Options{}) {
			t.Fatal(e)
		}
	})
}
