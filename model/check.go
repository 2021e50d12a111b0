package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"plumb/finding"
)

// Check looks over a model that was built by hand; Parse has done so already.
func (m *Model) Check() finding.List {
	list := m.check(checking{})
	sortByPlace(list)
	return list
}

// sortByPlace puts findings in the order of the text, those about the whole
// model last.
func sortByPlace(list finding.List) {
	nowhere := func(f finding.Finding) int {
		if f.Place.Line == 0 {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(list, func(a, b finding.Finding) int {
		return cmp.Or(nowhere(a)-nowhere(b), cmp.Compare(a.Place.Line, b.Place.Line), cmp.Compare(a.Place.Char, b.Place.Char))
	})
}

// checking is what the parser knows beside the model.
type checking struct {
	columns []string        // of the data, for hints
	broken  map[string]bool // constructs with a line that could not be read: nothing follows from their absence
	partial bool            // some line could not be read, so absent paths mean nothing
}

type checker struct {
	*Model
	checking
	index    map[string]int      // of constructs
	products map[string][]string // parts of the interactions
	measures map[string]string   // indicator -> construct
	unknowns bool                // some name in a path is not a construct
	hints    int                 // near-miss searches left
	list     finding.List
}

func (m *Model) check(with checking) finding.List {
	c := &checker{Model: m, checking: with, index: map[string]int{}, products: map[string][]string{}, measures: map[string]string{}, hints: nearMisses}
	if c.tooLarge() {
		return c.list
	}
	for _, x := range m.Interactions {
		c.products[x.Name] = x.Of
	}
	for i, x := range m.Constructs {
		if _, ok := c.index[x.Name]; ok {
			c.add(CodeDuplicateConstruct, finding.Error, x.position(), fmt.Sprintf("Two constructs are called %s.", quote(x.Name)), "Rename one of them.")
			continue
		}
		c.index[x.Name] = i
		if strings.Contains(x.Name, ":") {
			c.add(CodeUnusableName, finding.Error, x.position(), fmt.Sprintf("The construct name %s holds a colon, which joins the parts of an interaction.", quote(x.Name)),
				"Write the name without the colon.")
		}
	}
	c.measurement()
	c.higherOrder()
	c.structure()
	c.cycles()
	c.connections()
	return c.list
}

func (c *checker) add(code finding.Code, s finding.Severity, at position, message, hint string) {
	c.list = append(c.list, finding.Finding{Code: code, Severity: s, Place: c.place(at, ""), Message: message, Hint: hint})
}

func (c *checker) tooLarge() bool {
	parts := 0
	for _, x := range c.Constructs {
		parts += len(x.Indicators) + len(x.Of)
	}
	for _, limit := range []struct {
		have, most int
		what       string
	}{{len(c.Constructs), MaxConstructs, "constructs"}, {parts, MaxIndicators, "indicators"}, {len(c.Paths), MaxPaths, "paths"}} {
		if limit.have > limit.most {
			c.add(CodeModelTooLarge, finding.Error, position{}, fmt.Sprintf("The model has %d %s; the most is %d.", limit.have, limit.what, limit.most),
				"Split it into smaller models.")
			return true
		}
	}
	return false
}

// measurement: every construct has indicators, every indicator one construct.
func (c *checker) measurement() {
	first := map[string]position{}
	for _, x := range c.Constructs {
		if len(x.Indicators)+len(x.Of) == 0 && !c.broken[x.Name] {
			c.add(CodeNoIndicators, finding.Error, x.position(), fmt.Sprintf("The construct %s has no indicators.", quote(x.Name)),
				fmt.Sprintf("Name the columns of the data that measure it: %s =~ x1 + x2.", quote(x.Name)))
		}
		for k, name := range append(slices.Clone(x.Indicators), x.Of...) {
			at := x.partAt(k)
			if _, isConstruct := c.index[name]; isConstruct && k < len(x.Indicators) {
				c.constructIsIndicator(name, x, at)
				continue
			}
			before, used := first[name]
			if !used {
				first[name] = at
				c.measures[name] = x.Name
				continue
			}
			where := ""
			if before.line > 0 {
				where = fmt.Sprintf(" (line %d)", before.line)
			}
			if c.measures[name] == x.Name {
				c.add(CodeIndicatorTwice, finding.Error, at, fmt.Sprintf("%s stands twice in %s%s.", quote(name), quote(x.Name), where), "Drop one of the two.")
			} else {
				c.add(CodeIndicatorTwice, finding.Error, at, fmt.Sprintf("%s belongs to %s already%s and is used again in %s.", quote(name), quote(c.measures[name]), where, quote(x.Name)),
					"Leave it in the construct that it measures.")
			}
		}
	}
}

func (c *checker) constructIsIndicator(name string, x Construct, at position) {
	if name == x.Name {
		c.add(CodeConstructIsIndicator, finding.Error, at, fmt.Sprintf("%s is both the construct and its indicator.", quote(name)),
			fmt.Sprintf("Give the construct a name of its own, as in %s =~ %s.", quote(c.freeName(name)), quote(name)))
		return
	}
	c.add(CodeConstructIsIndicator, finding.Error, at, fmt.Sprintf("%s is a construct and stands among the indicators of %s.", quote(name), quote(x.Name)),
		fmt.Sprintf("A higher-order construct is made of constructs only; if a column is called %s too, rename the construct.", quote(name)))
}

// freeName returns a name for a construct that measures a column.
func (c *checker) freeName(column string) string {
	for name := column + "_score"; ; name += "_" {
		if _, taken := c.index[name]; !taken && !slices.Contains(c.columns, name) {
			return name
		}
	}
}

// higherOrder: parts exist, and nothing is made of itself.
func (c *checker) higherOrder() {
	edges := make([][]int, len(c.Constructs))
	for i, x := range c.Constructs {
		for k, part := range x.Of {
			j, ok := c.index[part]
			if !ok {
				c.unknowns = true
				c.add(CodeUnknownConstruct, finding.Error, x.partAt(k), fmt.Sprintf("%s, of which %s is made, is not a construct.", quote(part), quote(x.Name)), c.near(part))
				continue
			}
			edges[i] = append(edges[i], j)
		}
	}
	for _, loop := range loops(edges) {
		x := c.Constructs[loop[0]]
		c.add(CodeHigherOrderLoop, finding.Error, x.position(), fmt.Sprintf("%s is made of itself: %s.", quote(x.Name), c.chain(loop)),
			"Make a higher-order construct of constructs that are measured by columns.")
	}
}

// structure: both ends of every path exist and make sense.
func (c *checker) structure() {
	type ends struct{ from, to string }
	seen := map[ends]bool{}
	unknown := map[string]bool{}
	for _, p := range c.Paths {
		if !unknown[p.To] {
			unknown[p.To] = c.unknown(p.To, p.toAt)
		}
		if seen[ends{p.From, p.To}] {
			c.add(CodeDuplicatePath, finding.Warning, p.fromAt(), fmt.Sprintf("The path %s -> %s stands twice; it counts once.", p.From, p.To), "Drop one of the two.")
			continue
		}
		seen[ends{p.From, p.To}] = true
		of, isProduct := c.products[p.From]
		if !isProduct {
			if !unknown[p.From] {
				unknown[p.From] = c.unknown(p.From, p.fromAt())
			}
			of = []string{p.From}
		}
		c.ofItself(p, of, isProduct)
	}
	// Once all paths are known: the parts of interactions.
	for _, p := range c.Paths {
		of, isProduct := c.products[p.From]
		if !isProduct || !seen[ends{p.From, p.To}] {
			continue
		}
		delete(seen, ends{p.From, p.To}) // a duplicate says nothing new
		var alone []string
		for k, part := range of {
			if part == p.To || slices.Contains(of[:k], part) {
				continue
			}
			if _, ok := c.index[part]; !ok {
				if !c.broken[part] && !unknown[part] {
					unknown[part], c.unknowns = true, true
					c.add(CodeInteractionComponent, finding.Error, p.fromAt(), fmt.Sprintf("%s, a part of the interaction %s, is not a construct.", quote(part), p.From), c.unknownHint(part))
				}
			} else if !seen[ends{part, p.To}] {
				alone = append(alone, part)
			}
		}
		if len(alone) > 0 && !c.partial {
			c.add(CodeInteractionAlone, finding.Warning, p.fromAt(),
				fmt.Sprintf("The interaction %s -> %s stands without the path of %s; its coefficient then mixes both effects.", p.From, p.To, strings.Join(alone, " and ")),
				fmt.Sprintf("Add %s to the paths into %s.", strings.Join(alone, " + "), p.To))
		}
	}
}

// ofItself reports a path from an outcome, or from or to a part of it.
func (c *checker) ofItself(p Path, of []string, isProduct bool) {
	if slices.Contains(of, p.To) {
		what := "a path to itself"
		if isProduct {
			what = fmt.Sprintf("a path from %s, of which it is a part", p.From)
		}
		c.add(CodeSelfPath, finding.Error, p.fromAt(), fmt.Sprintf("%s has %s.", quote(p.To), what), "Drop the path.")
		return
	}
	if isProduct {
		return
	}
	for _, pair := range [][2]string{{p.From, p.To}, {p.To, p.From}} {
		if i, ok := c.index[pair[0]]; ok && slices.Contains(c.Constructs[i].Of, pair[1]) {
			c.add(CodePathToPart, finding.Error, p.fromAt(), fmt.Sprintf("The path %s -> %s joins a higher-order construct and its own part %s.", p.From, p.To, quote(pair[1])),
				"Drop the path: the measurement line joins the two already.")
		}
	}
}

// unknown reports a name in a path that is not a construct.
func (c *checker) unknown(name string, at position) bool {
	if _, ok := c.index[name]; ok || c.broken[name] {
		return false
	}
	c.unknowns = true
	c.add(CodeUnknownConstruct, finding.Error, at, fmt.Sprintf("%s is not a construct: no line measures it.", quote(name)), c.unknownHint(name))
	return true
}

func (c *checker) unknownHint(name string) string {
	if owner, ok := c.measures[name]; ok {
		return fmt.Sprintf("%s is an indicator of %s; write the path with %s.", quote(name), quote(owner), quote(owner))
	}
	if parts := strings.Split(name, "."); len(parts) > 1 && !slices.ContainsFunc(parts, func(p string) bool { _, ok := c.index[p]; return !ok }) {
		return fmt.Sprintf("Write an interaction with colons: %s.", term{names: parts})
	}
	if slices.Contains(c.columns, name) {
		free := quote(c.freeName(name))
		return fmt.Sprintf("%s is a column of the data: measure it as a single item, %s =~ %s, and write the path with %s.", quote(name), free, quote(name), free)
	}
	if hint := c.near(name); hint != "" {
		return hint
	}
	return fmt.Sprintf("Add a line that measures it, as in %s =~ x1 + x2.", quote(name))
}

// nearMisses bounds the searches for a near name in one list of findings.
const nearMisses = 50

// near is finding.DidYouMean among the constructs, bounded for texts that are
// no models.
func (c *checker) near(name string) string {
	const long = 64
	n := utf8.RuneCountInString(name)
	if c.hints == 0 || n > long {
		return ""
	}
	c.hints--
	var among []string
	for _, x := range c.Constructs {
		// Among names of one letter every other one would be near.
		if utf8.RuneCountInString(x.Name) <= long && (n > 1 || strings.EqualFold(name, x.Name)) {
			among = append(among, x.Name)
		}
	}
	return finding.DidYouMean(name, among)
}

// cycles names each group of constructs whose paths lead back.
func (c *checker) cycles() {
	edges := make([][]int, len(c.Constructs))
	line := map[[2]int]Path{}
	for _, p := range c.Paths {
		to, ok := c.index[p.To]
		if !ok {
			continue
		}
		of := c.products[p.From]
		if of == nil {
			of = []string{p.From}
		}
		for _, name := range of {
			from, ok := c.index[name]
			if !ok || from == to {
				continue
			}
			if _, known := line[[2]int{from, to}]; !known {
				line[[2]int{from, to}] = p
				edges[from] = append(edges[from], to)
			}
		}
	}
	for _, loop := range loops(edges) {
		closing := line[[2]int{loop[len(loop)-2], loop[len(loop)-1]}]
		c.add(CodeCycle, finding.Error, closing.fromAt(), fmt.Sprintf("The paths form a cycle: %s.", c.chain(loop)),
			"Drop one of these paths: a PLS path model is recursive.")
	}
}

func (c *checker) chain(loop []int) string {
	names := make([]string, len(loop))
	for i, j := range loop {
		names[i] = c.Constructs[j].Name
	}
	return strings.Join(names, " -> ")
}

// connections: every construct has a neighbour, which the inner weights need.
func (c *checker) connections() {
	if c.partial || c.unknowns {
		return // what is missing may stand in a line or name that was not understood
	}
	if len(c.Constructs) == 0 {
		c.add(CodeEmptyModel, finding.Error, position{}, "The model has no constructs.", "Add a line such as X =~ x1 + x2 + x3.")
		return
	}
	if len(c.Paths) == 0 {
		c.add(CodeNoPaths, finding.Error, position{}, "The model has no paths: PLS finds the weights of a construct from the constructs that it is joined to.",
			"Add a line such as Y ~ X.")
		return
	}
	part := make([]int, len(c.Constructs)) // union-find
	joined := make([]bool, len(c.Constructs))
	for i := range part {
		part[i] = i
	}
	root := func(i int) int {
		for part[i] != i {
			part[i] = part[part[i]]
			i = part[i]
		}
		return i
	}
	join := func(a, b string) {
		i, known := c.index[a]
		j, known2 := c.index[b]
		if !known || !known2 {
			return // part of a construct whose line could not be read
		}
		joined[i], joined[j] = true, true
		i, j = root(i), root(j)
		part[max(i, j)] = min(i, j)
	}
	for _, p := range c.Paths {
		of, isProduct := c.products[p.From]
		if !isProduct {
			of = []string{p.From}
		}
		for _, from := range of {
			join(from, p.To)
		}
	}
	for _, x := range c.Constructs {
		for _, of := range x.Of {
			join(of, x.Name)
		}
	}
	heads := []string{}
	for i, x := range c.Constructs {
		if !joined[i] {
			c.add(CodeIsolated, finding.Error, x.position(), fmt.Sprintf("The construct %s has no path: PLS cannot find its weights.", quote(x.Name)),
				fmt.Sprintf("Add a path from or to %s, or drop its line.", quote(x.Name)))
		} else if root(i) == i {
			heads = append(heads, x.Name)
		}
	}
	if len(heads) > 1 {
		c.add(CodeDisconnected, finding.Info, position{}, fmt.Sprintf("The model falls into %d parts without a path between them; the parts begin with %s.", len(heads), strings.Join(heads, ", ")),
			"Nothing is wrong if this is meant; the parts are estimated side by side.")
	}
}

// loops returns, for every group of nodes that reach each other, the shortest
// way from its first node back to it, first and last element being that node.
func loops(edges [][]int) [][]int {
	var out [][]int
	done := make([]bool, len(edges))
	for start := range edges {
		if done[start] {
			continue
		}
		from := make([]int, len(edges)) // predecessor on the way, plus 1
		queue := []int{start}
		var loop []int
		for len(queue) > 0 {
			i := queue[0]
			queue = queue[1:]
			for _, j := range edges[i] {
				if j == start && loop == nil {
					loop = []int{start}
					for k := i; k != start; k = from[k] - 1 {
						loop = append(loop, k)
					}
					loop = append(loop, start)
					slices.Reverse(loop)
				}
				if j != start && from[j] == 0 {
					from[j] = i + 1
					queue = append(queue, j)
				}
			}
		}
		if loop == nil {
			continue
		}
		out = append(out, loop)
		// Nodes of the same group lead back to start: they need no report of
		// their own. Walk the arrows backwards from start.
		back := make([][]int, len(edges))
		for i, to := range edges {
			for _, j := range to {
				back[j] = append(back[j], i)
			}
		}
		queue = []int{start}
		done[start] = true
		for len(queue) > 0 {
			j := queue[0]
			queue = queue[1:]
			for _, i := range back[j] {
				if !done[i] && from[i] != 0 {
					done[i] = true
					queue = append(queue, i)
				}
			}
		}
	}
	return out
}
