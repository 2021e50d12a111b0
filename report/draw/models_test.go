package draw

import (
	"fmt"
	"math"
	"strings"
)

// block makes a construct with n items named after it.
func block(name, label string, kind Kind, r2 float64, n int) Construct {
	c := Construct{Name: name, Label: label, Kind: kind, R2: r2}
	for i := range n {
		c.Items = append(c.Items, Item{Name: fmt.Sprintf("%s%d", strings.ToLower(name), i+1), Value: .95 - .043*float64(i), FromItem: kind == Composite})
	}
	return c
}

// paths reads "A -> B" lines; values and significance follow the position.
func paths(lines ...string) []Path {
	var out []Path
	for i, l := range lines {
		from, to, _ := strings.Cut(l, " -> ")
		p := Path{From: from, To: to, Value: .06 + .07*float64(i%11), Significance: Significance(i % 3)}
		if i%4 == 3 {
			p.Value = -p.Value
		}
		out = append(out, p)
	}
	return out
}

var none = math.NaN()

func village() Diagram {
	named := func(values []float64, names ...string) []Item {
		var out []Item
		for i, n := range names {
			out = append(out, Item{Name: n, Value: values[i]})
		}
		return out
	}
	return Diagram{
		Title: "Standardised estimates of the path model",
		Constructs: []Construct{
			{Name: "CBE", Label: "Cross-border e-commerce", R2: none, Items: named(
				[]float64{.9260827, .9148970, .9197825, .7146164, .7216011, .6037441, .6299562, .7011094, .6682326},
				"OS1", "OS2", "OS3", "CS1", "CS2", "CS3", "RE1", "RE2", "RE3")},
			{Name: "INF", Label: "Inflation", R2: .6640199, Items: named(
				[]float64{.9803597, .9777628, .9830616, .8462400}, "INF1", "INF2", "INF3", "INF4")},
			{Name: "FI", Label: "Family income", R2: .3921077, Items: named(
				[]float64{.7806558, .7526649, .6992174, .6500621}, "FI1", "FI2", "FI3", "FI4")},
		},
		Paths: []Path{
			{From: "CBE", To: "INF", Value: .8148742, Mark: "***", Significance: Significant, Extra: "[.759, .875]"},
			{From: "CBE", To: "FI", Value: .6261850, Mark: "***", Significance: Significant, Extra: "[.519, .753]"},
		},
	}
}

func reputation() Diagram {
	return Diagram{
		Constructs: []Construct{
			block("COMP", "Competence", Reflective, none, 3),
			block("LIKE", "Likeability", Reflective, none, 3),
			block("CUSA", "Satisfaction", Single, .295, 1),
			block("CUSL", "Loyalty", Reflective, .562, 3),
		},
		Paths: paths("COMP -> CUSA", "COMP -> CUSL", "LIKE -> CUSA", "LIKE -> CUSL", "CUSA -> CUSL"),
	}
}

func reputationExtended() Diagram {
	d := Diagram{
		Constructs: []Construct{
			block("QUAL", "Quality", Composite, none, 8),
			block("PERF", "Performance", Composite, none, 5),
			block("CSOR", "Corporate social responsibility", Composite, none, 5),
			block("ATTR", "Attractiveness", Composite, none, 3),
			block("COMP", "Competence", Reflective, .631, 3),
			block("LIKE", "Likeability", Reflective, .558, 3),
			block("CUSA", "Satisfaction", Single, .292, 1),
			block("CUSL", "Loyalty", Reflective, .562, 3),
		},
		Paths: paths("QUAL -> COMP", "QUAL -> LIKE", "PERF -> COMP", "PERF -> LIKE", "CSOR -> COMP", "CSOR -> LIKE",
			"ATTR -> COMP", "ATTR -> LIKE", "COMP -> CUSA", "COMP -> CUSL", "LIKE -> CUSA", "LIKE -> CUSL", "CUSA -> CUSL"),
	}
	return d
}

func ecsi() Diagram {
	return Diagram{
		Constructs: []Construct{
			block("IMAG", "Image", Reflective, none, 5),
			block("EXPE", "Expectation", Reflective, .243, 3),
			block("QUAL", "Quality", Reflective, .297, 7),
			block("VAL", "Value", Reflective, .335, 2),
			block("SAT", "Satisfaction", Reflective, .672, 3),
			block("COMP", "Complaints", Single, .292, 1),
			block("LOY", "Loyalty", Reflective, .432, 3),
		},
		Paths: paths("IMAG -> EXPE", "IMAG -> SAT", "IMAG -> LOY", "EXPE -> QUAL", "EXPE -> VAL", "EXPE -> SAT",
			"QUAL -> VAL", "QUAL -> SAT", "VAL -> SAT", "SAT -> COMP", "SAT -> LOY", "COMP -> LOY"),
	}
}

func chain(n int) Diagram {
	d := Diagram{}
	var lines []string
	for i := range n {
		d.Constructs = append(d.Constructs, block(fmt.Sprintf("X%d", i+1), "", Reflective, none, 3))
		if i > 0 {
			lines = append(lines, fmt.Sprintf("X%d -> X%d", i, i+1))
		}
	}
	d.Paths = paths(lines...)
	return d
}

// twenty is a plausible large model: five causes, three layers of mediators,
// three outcomes, a hundred items.
func twenty() Diagram {
	d := Diagram{}
	for i := range 20 {
		d.Constructs = append(d.Constructs, block(fmt.Sprintf("C%02d", i+1), fmt.Sprintf("Construct %d", i+1), Kind(i%2), .3, 5))
	}
	d.Paths = paths("C01 -> C06", "C02 -> C06", "C02 -> C07", "C03 -> C08", "C04 -> C09", "C05 -> C09", "C05 -> C10",
		"C06 -> C11", "C07 -> C11", "C07 -> C12", "C08 -> C12", "C08 -> C13", "C09 -> C13", "C10 -> C14",
		"C11 -> C15", "C12 -> C15", "C12 -> C16", "C13 -> C16", "C14 -> C17", "C13 -> C17",
		"C15 -> C18", "C16 -> C19", "C17 -> C20", "C16 -> C18", "C01 -> C11", "C06 -> C15", "C10 -> C20")
	return d
}

// trust is a little too wide for the page with its three layers.
func trust() Diagram {
	return Diagram{
		Constructs: []Construct{block("Trust", "Trust in buyers", Reflective, none, 4), block("Use", "Use of the internet", Reflective, .323, 4), block("Inc", "Perceived income", Reflective, .506, 4)},
		Paths:      paths("Trust -> Use", "Trust -> Inc", "Use -> Inc"),
	}
}
