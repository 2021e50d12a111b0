package model

import (
	"fmt"
	"slices"
	"strings"

	"plumb/finding"
)

// measure adds a line with =~ or <~.
func (p *parser) measure(left []term, op token, right []term, mode Mode) {
	if len(left) != 1 || len(left[0].names) != 1 {
		p.report(CodeSyntax, left[0].position, fmt.Sprintf("One construct stands on the left of %s, but here is %s.", op.text, join(left)),
			"Write a line for each construct; interactions are not measured, they stand in paths (Y ~ X + M + X:M).")
		p.stumbled = true
		return
	}
	name, kind := left[0].names[0], Reflective
	if op.text == "<~" {
		kind = Composite
	}
	i, known := p.index[name]
	if !known {
		i = len(p.model.Constructs)
		p.index[name] = i
		p.model.Constructs = append(p.model.Constructs, Construct{Name: name, Kind: kind, Line: left[0].line, char: left[0].char})
	}
	c := &p.model.Constructs[i]
	if c.Kind != kind {
		p.report(CodeKindConflict, op.position, fmt.Sprintf("%s is a %s construct by line %d and a %s one here.", quote(name), c.Kind, c.Line, kind),
			"Use =~ in both lines if the indicators reflect the construct, <~ if they form it.")
	}
	if mode != ModeDefault {
		if before := p.modes[name]; before != ModeDefault && before != mode {
			p.report(CodeModeConflict, op.position, fmt.Sprintf("%s has Mode %s by an earlier line and Mode %s here.", quote(name), before, mode),
				"Leave [A] or [B] in one of the lines.")
		}
		p.modes[name] = mode
	}
	for _, t := range right {
		if len(t.names) > 1 {
			p.report(CodeSyntax, t.position, fmt.Sprintf("%s is an interaction and measures nothing.", t),
				"Interactions stand in paths: Y ~ X + M + X:M. Put a column name with a colon in back quotes.")
			p.stumbled, p.broken[name] = true, true
			continue
		}
		c.Indicators = append(c.Indicators, t.names[0])
		c.at = append(c.at, t.position)
	}
}

// paths adds a line with ~.
func (p *parser) paths(left, right []term) {
	if len(p.model.Paths)+len(left)*len(right) > MaxPaths {
		p.report(CodeModelTooLarge, left[0].position, fmt.Sprintf("The model has more than %d paths.", MaxPaths), "Split it into smaller models.")
		p.stumbled = true
		return
	}
	for _, to := range left {
		if len(to.names) > 1 {
			p.report(CodeSyntax, to.position, fmt.Sprintf("The interaction %s cannot be an outcome.", to), "Write paths into constructs only.")
			p.stumbled = true
			continue
		}
		for _, from := range right {
			p.model.Paths = append(p.model.Paths, Path{
				From: p.origin(from), To: to.names[0], Line: from.line, fromChar: from.char, toAt: to.position})
		}
	}
}

// origin returns the name of a term as it stands in Path.From, and notes it as
// an interaction when it is one. M:X is the X:M that was written before.
func (p *parser) origin(t term) string {
	if len(t.names) == 1 {
		return t.names[0]
	}
	key := strings.Join(slices.Sorted(slices.Values(t.names)), "\x00")
	if name, ok := p.products[key]; ok {
		return name
	}
	x := Interaction{Name: strings.Join(t.names, ":"), Of: t.names}
	p.model.Interactions = append(p.model.Interactions, x)
	p.products[key] = x.Name
	return x.Name
}

// finish makes the model of what the lines said and checks it.
func (p *parser) finish() *Model {
	m := &p.model
	if len(m.Constructs) == 0 && len(m.Paths) == 0 {
		if len(p.findings) == 0 {
			p.report(CodeEmptyModel, position{}, "The text holds no model.", "Begin with a line such as X =~ x1 + x2 + x3, and add paths such as Y ~ X.")
		}
		return m
	}
	for i := range m.Constructs {
		p.settle(&m.Constructs[i])
	}
	m.groupPaths()
	p.findings = append(p.findings, m.check(checking{columns: p.columns, broken: p.broken, partial: p.stumbled})...)
	if p.columns != nil {
		p.findings = append(p.findings, m.checkColumns(p.columns, p.data, p.broken)...)
	}
	m.dropDuplicatePaths()
	return m
}

// settle decides what waits for all lines: whether the right side names
// constructs, and whether the mode differs from the default.
func (p *parser) settle(c *Construct) {
	others := 0
	for _, name := range c.Indicators {
		if _, ok := p.index[name]; !ok {
			others = 0
			break
		}
		if name != c.Name {
			others++
		}
	}
	if others > 0 {
		c.Of, c.Indicators = c.Indicators, nil
	}
	if mode := p.modes[c.Name]; mode != c.EffectiveMode() {
		c.Mode = mode
	}
}

// groupPaths puts the paths into one outcome together, outcomes by their first
// path, and the interactions in the order of the paths.
func (m *Model) groupPaths() {
	rank := map[string]int{}
	for _, p := range m.Paths {
		if _, ok := rank[p.To]; !ok {
			rank[p.To] = len(rank)
		}
	}
	slices.SortStableFunc(m.Paths, func(a, b Path) int { return rank[a.To] - rank[b.To] })
	first := map[string]int{}
	for i, p := range m.Paths {
		if _, ok := first[p.From]; !ok {
			first[p.From] = i
		}
	}
	slices.SortStableFunc(m.Interactions, func(a, b Interaction) int { return first[a.Name] - first[b.Name] })
}

func (m *Model) dropDuplicatePaths() {
	type ends struct{ from, to string }
	seen := map[ends]bool{}
	m.Paths = slices.DeleteFunc(m.Paths, func(p Path) bool {
		e := ends{p.From, p.To}
		before := seen[e]
		seen[e] = true
		return before
	})
}

// SetMode sets the mode of a construct, as --mode NAME=A does. The finding
// names the nearest construct when there is none of that name.
func (m *Model) SetMode(construct string, mode Mode) finding.List {
	i := m.Index(construct)
	if i < 0 {
		return finding.List{{Code: CodeUnknownConstruct, Severity: finding.Error, Place: m.place(position{}, construct),
			Message: fmt.Sprintf("A mode is given for %s, which is not a construct of the model.", quote(construct)),
			Hint:    finding.DidYouMean(construct, m.Names())}}
	}
	c := &m.Constructs[i]
	c.Mode = ModeDefault
	if mode != c.EffectiveMode() {
		c.Mode = mode
	}
	return nil
}

// place returns a place in the text that the model came from.
func (m *Model) place(at position, construct string) finding.Place {
	return finding.Place{File: m.file, Model: m.name, Line: at.line, Char: at.char, Construct: construct}
}
