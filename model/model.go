// Package model describes a path model: constructs, their indicators and the
// paths between them. It knows the model text, not the data and not the
// estimators.
//
// Most people need two calls:
//
//	m, findings := model.Parse(text, model.ParseOptions{})  // lavaan's grammar, every trouble at once
//	fmt.Println(m)                                          // an equivalent text
package model

import (
	"fmt"
	"slices"
	"strings"
)

// Kind says what a construct is, before any estimator treats it.
type Kind uint8

const (
	// Reflective: a common factor that its indicators reflect (=~).
	Reflective Kind = iota
	// Composite: built from its indicators (<~).
	Composite
)

// String returns reflective or composite.
func (k Kind) String() string { return [...]string{"reflective", "composite"}[k] }

// Mode says how PLS finds outer weights.
type Mode uint8

const (
	// ModeDefault is A for reflective constructs, B for composites.
	ModeDefault Mode = iota
	// ModeA: correlation weights.
	ModeA
	// ModeB: regression weights.
	ModeB
)

var modeNames = [...]string{"", "A", "B"}

// String returns "", A or B.
func (m Mode) String() string { return modeNames[m] }

// MarshalText writes the letter of String.
func (m Mode) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads the letter of String, lower case too.
func (m *Mode) UnmarshalText(text []byte) error {
	i := slices.Index(modeNames[:], strings.ToUpper(string(text)))
	if i < 0 {
		return fmt.Errorf("mode %q is neither A nor B", text)
	}
	*m = Mode(i)
	return nil
}

// Model is a path model. Constructs stand in the order of the text, and all
// results come in this order.
type Model struct {
	Constructs   []Construct
	Paths        []Path // in the order of the text, those into one outcome together
	Interactions []Interaction

	file, name string // of the text, for the places of findings
}

// Construct is a latent variable or composite.
type Construct struct {
	Name       string
	Kind       Kind
	Mode       Mode     // where it is not the kind's default; see EffectiveMode
	Indicators []string // columns of the data, in order
	Of         []string // constructs that a higher-order construct is made of; else nil
	Line       int      // of its measurement line in the text, from 1; 0 when built by hand

	char int
	at   []position // of the Indicators, or of Of
}

// position returns where the construct's measurement line begins.
func (c Construct) position() position { return position{c.Line, c.char} }

// partAt returns where the k-th indicator or part stands.
func (c Construct) partAt(k int) position {
	if k < len(c.at) {
		return c.at[k]
	}
	return c.position()
}

// EffectiveMode returns the mode with the default resolved.
func (c Construct) EffectiveMode() Mode {
	if c.Mode != ModeDefault {
		return c.Mode
	}
	if c.Kind == Composite {
		return ModeB
	}
	return ModeA
}

// Path is a directed effect of one construct, or interaction, on a construct.
type Path struct {
	From, To string
	Line     int // in the text, from 1; 0 when built by hand

	fromChar int
	toAt     position
}

func (p Path) fromAt() position { return position{p.Line, p.fromChar} }

// Interaction is a product of two or more constructs; X:X is quadratic.
type Interaction struct {
	Name string   // "X:M", as it stands in Path.From
	Of   []string // X, M
}

// Index returns the position of a construct, or -1.
func (m *Model) Index(construct string) int {
	for i, c := range m.Constructs {
		if c.Name == construct {
			return i
		}
	}
	return -1
}

// Names returns the construct names in order.
func (m *Model) Names() []string {
	names := make([]string, len(m.Constructs))
	for i, c := range m.Constructs {
		names[i] = c.Name
	}
	return names
}

// Indicators returns the columns that the model needs, in model order.
func (m *Model) Indicators() []string {
	var names []string
	for _, c := range m.Constructs {
		names = append(names, c.Indicators...)
	}
	return names
}

// Predecessors returns the positions of the constructs with a path into
// construct j, in model order of the paths.
func (m *Model) Predecessors(j int) []int {
	var out []int
	for _, p := range m.Paths {
		if p.To == m.Constructs[j].Name {
			if i := m.Index(p.From); i >= 0 {
				out = append(out, i)
			}
		}
	}
	return out
}

// Successors returns the positions of the constructs that construct j has a
// path to, in model order of the paths.
func (m *Model) Successors(j int) []int {
	var out []int
	for _, p := range m.Paths {
		if p.From == m.Constructs[j].Name {
			if i := m.Index(p.To); i >= 0 {
				out = append(out, i)
			}
		}
	}
	return out
}

// Order returns the positions of the constructs, causes before effects, and
// false when the paths form a cycle.
func (m *Model) Order() ([]int, bool) {
	n := len(m.Constructs)
	waiting := make([]int, n)
	for j := range n {
		waiting[j] = len(m.Predecessors(j))
	}
	order := make([]int, 0, n)
	done := make([]bool, n)
	for len(order) < n {
		progress := false
		for j := range n {
			if done[j] || waiting[j] > 0 {
				continue
			}
			done[j], progress = true, true
			order = append(order, j)
			for _, k := range m.Successors(j) {
				waiting[k]--
			}
		}
		if !progress {
			return order, false
		}
	}
	return order, true
}
