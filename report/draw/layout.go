package draw

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
)

// scene is a figure with all its places found.
type scene struct {
	diagram Diagram
	options Options
	metrics metrics
	frame   box // all that is drawn, without the margin

	constructs []drawnConstruct
	items      []drawnItem
	paths      []drawnPath
}

type drawnConstruct struct {
	oval    oval
	caption caption
}

type drawnItem struct {
	construct, item int // positions in the diagram
	box             box
	name            string // as it fits into the box
	arrow           curve  // from the tail to the tip
	trail           trail
	number          plate
}

type drawnPath struct {
	path     int // position in the diagram
	from, to int
	line     curve
	trail    trail
	label    plate
}

// plate is a label: one or two level lines of text on the colour of the paper.
type plate struct {
	text, extra string
	number      bool // the regular figure of an item, not the strong one of a path
	box         box  // with its margins; no size when there is no text
}

func (p plate) empty() bool { return p.text == "" && p.extra == "" }

// side is where a construct has its items.
type side uint8

const (
	left side = iota
	right
	above
	below
	bothSides // half above, half below
)

// plan is what a layout is made from; the sides of inner constructs are tried.
type plan struct {
	diagram  Diagram
	options  Options
	metrics  metrics
	graph    *graph
	edges    []edge
	edgeOf   []int // position in Diagram.Paths of every edge
	captions []caption
	labels   []plate // of every edge, at the origin

	itemNames  [][]string
	stacks     [][]float64 // middles of the boxes of a stack, from its centre
	numberW    float64     // of the widest loading's plate
	rx, ry     float64
	leastRx    float64
	rowPitch   float64
	roomFactor float64 // 1, more when the labels find no room
}

// layOut finds a place for everything. When labels or lines find no room, the
// gaps grow and it starts again; the first figure without a collision counts,
// else the one with the fewest.
func layOut(d Diagram, o Options) *scene {
	p := newPlan(d, o)
	p.fold()
	sides := p.firstSides()
	var best *scene
	fewest := math.MaxInt
	for range 6 {
		sides = p.betterSides(sides)
		s := p.arrange(sides)
		s.placeLabels()
		if c := s.collisions(); c < fewest {
			best, fewest = s, c
		}
		if fewest == 0 {
			break
		}
		p.roomFactor *= 1.3
	}
	best.close()
	return best
}

func newPlan(d Diagram, o Options) *plan {
	m := o.metrics()
	p := &plan{diagram: d, options: o, metrics: m, roomFactor: 1}
	index := map[string]int{}
	for i, c := range d.Constructs {
		if _, twice := index[c.Name]; !twice {
			index[c.Name] = i
		}
		name := c.Label
		if strings.TrimSpace(name) == "" {
			name = c.Name
		}
		caption := caption{lines: wrap(name, m.name, strong, 8*m.name, 13*m.name)}
		if r2 := o.number(c.R2); r2 != "" {
			caption.r2 = "R² " + r2
		}
		p.captions = append(p.captions, caption)
	}
	for i, path := range d.Paths {
		from, ok1 := index[path.From]
		to, ok2 := index[path.To]
		if !ok1 || !ok2 || from == to {
			continue
		}
		p.edges = append(p.edges, edge{from, to})
		p.edgeOf = append(p.edgeOf, i)
		text := o.number(path.Value)
		if text != "" {
			text += path.Mark
		}
		label := labelPlate(text, path.Extra, m)
		if path.Significance == NotSignificant && !label.empty() {
			// A dash close to a number would read as its minus.
			label.box.x0, label.box.x1 = label.box.x0-dashApart, label.box.x1+dashApart
		}
		p.labels = append(p.labels, label)
	}
	p.graph = layered(len(d.Constructs), p.edges, nil)
	p.rx, p.ry, p.leastRx = ovalSize(p.captions, m)
	p.sizeItems()
	p.stackItems()
	return p
}

// fold sets several levels of the model in one layer where the figure would be
// much too wide otherwise: paths between them run upright, and the page is used.
// A narrow figure is folded where it would be too wide at all.
func (p *plan) fold() {
	much := 1.1
	if p.options.Narrow {
		much = 1
	}
	flat := p.arrange(p.firstSides())
	if flat.width() <= much*p.metrics.width {
		return
	}
	type candidate struct {
		graph  *graph
		over   float64 // how much too wide; counted before all else where the figure must be narrow
		untidy float64
	}
	judged := func(g *graph, s *scene) candidate {
		c := candidate{graph: g, untidy: s.untidiness()}
		if p.options.Narrow {
			c.over = max(0, s.width()-p.metrics.width)
		}
		return c
	}
	better := func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.over, b.over), cmp.Compare(a.untidy, b.untidy))
	}
	found := []candidate{judged(p.graph, flat)}
	for _, f := range folds(len(p.graph.layers)) {
		p.graph = layered(len(p.diagram.Constructs), p.edges, f)
		found = append(found, judged(p.graph, p.arrange(p.firstSides())))
	}
	// The most promising are compared at their best.
	slices.SortStableFunc(found, better)
	found = found[:min(len(found), 5)]
	for i, c := range found {
		p.graph = c.graph
		found[i] = judged(c.graph, p.arrange(p.betterSides(p.firstSides())))
	}
	p.graph = slices.MinFunc(found, better).graph
}

// dashApart widens the plate on a dashed line, at each side.
const dashApart = 4

// labelPlate sizes the label of a path.
func labelPlate(text, extra string, m metrics) plate {
	var w, h float64
	if text != "" {
		w, h = textWidth(text, m.coef, strong), 1.2*m.coef
	}
	if extra != "" {
		w, h = max(w, textWidth(extra, m.text, regular)), h+1.2*m.text
	}
	if h == 0 {
		return plate{}
	}
	return plate{text: text, extra: extra, box: boxAround(point{}, w+6, h)}
}

// sizeItems finds the one width of all boxes and the pitch of rows.
func (p *plan) sizeItems() {
	m := &p.metrics
	p.itemNames = make([][]string, len(p.diagram.Constructs))
	if p.options.HideItems {
		return
	}
	const step = 8
	widest := 0.
	for i, c := range p.diagram.Constructs {
		for _, item := range c.Items {
			name := cut(strings.Join(strings.Fields(item.Name), " "), m.text, regular, 12*m.text)
			p.itemNames[i] = append(p.itemNames[i], name)
			widest = max(widest, textWidth(name, m.text, regular))
			if number := p.options.number(item.Value); number != "" {
				p.numberW = max(p.numberW, textWidth(number, m.text, regular)+6)
			}
		}
	}
	if need := widest + 10; need > m.boxW {
		m.boxW += step * math.Ceil((need-m.boxW)/step)
	}
	m.numberAt = max(m.numberAt, p.numberW/2+m.itemHead[0]+10)
	// The lines of a row close in on the oval; their numbers must still stand apart.
	near := 1 - p.rowNumberAt()/(m.rowGap+p.ry)
	p.rowPitch = math.Ceil(max(m.boxW+8, (p.numberW+4)/near))
}

// rowNumberAt is the distance from the boxes of a row to the middle of its numbers.
func (p *plan) rowNumberAt() float64 { return p.metrics.itemHead[0] + 4 + p.metrics.text }

// firstSides puts items on the side away from the paths: left in the first
// layer, right in the last, above or below between them.
func (p *plan) firstSides() []side {
	sides := make([]side, len(p.diagram.Constructs))
	for l, layer := range p.graph.layers {
		for i, v := range layer {
			c := p.graph.nodes[v].construct
			switch {
			case c < 0:
			case l == 0:
				sides[c] = left
			case l == len(p.graph.layers)-1:
				sides[c] = right
			case 2*i < len(layer)-1:
				sides[c] = above
			default:
				sides[c] = below
			}
		}
	}
	return sides
}

// betterSides tries the other side of every inner construct with items and
// keeps what makes the figure tidier.
func (p *plan) betterSides(sides []side) []side {
	sides = slices.Clone(sides)
	best := p.arrange(sides).untidiness()
	for range 2 {
		changed := false
		for c := range sides {
			if sides[c] < above || len(p.itemNames[c]) == 0 {
				continue
			}
			kept := sides[c]
			for _, try := range []side{above, below, bothSides} {
				if try == sides[c] || try == bothSides && len(p.itemNames[c]) < 5 {
					continue
				}
				was := sides[c]
				sides[c] = try
				if u := p.arrange(sides).untidiness(); u < best-1e-6 {
					best = u
				} else {
					sides[c] = was
				}
			}
			changed = changed || kept != sides[c]
		}
		if !changed {
			break
		}
	}
	return sides
}

// rows splits the items of an inner construct into those above and below.
func (p *plan) rows(c int, s side) (up, down int) {
	n := len(p.itemNames[c])
	switch s {
	case above:
		return n, 0
	case below:
		return 0, n
	case bothSides:
		return (n + 1) / 2, n / 2
	}
	return 0, 0
}

// stackItems finds the places of boxes in their stacks. The gap is wider where
// the stem of the name changes (OS3 to CS1).
func (p *plan) stackItems() {
	p.stacks = make([][]float64, len(p.itemNames))
	for c, names := range p.itemNames {
		if len(names) == 0 {
			continue
		}
		places := make([]float64, len(names))
		for i := 1; i < len(names); i++ {
			places[i] = places[i-1] + p.metrics.pitch
			if stem(names[i]) != stem(names[i-1]) {
				places[i] += p.metrics.stem
			}
		}
		middle := places[len(places)-1] / 2
		for i := range places {
			places[i] -= middle
		}
		p.stacks[c] = places
	}
}

// stem is a name without its number.
func stem(name string) string {
	return strings.TrimRightFunc(name, func(r rune) bool { return unicode.IsDigit(r) || r == '_' || r == '.' || r == '-' })
}

// extent returns how far a node reaches above and below its centre.
func (p *plan) extent(v int, sides []side) (up, down float64) {
	c := p.graph.nodes[v].construct
	if c < 0 {
		return p.metrics.text, p.metrics.text
	}
	up, down = p.ry, p.ry
	if sides[c] == left || sides[c] == right {
		if places := p.stacks[c]; len(places) > 0 {
			up = max(up, -places[0]+p.metrics.boxH/2)
		}
		return up, up
	}
	nUp, nDown := p.rows(c, sides[c])
	row := p.metrics.rowGap*p.rowFactor() + p.metrics.boxH
	if nUp > 0 {
		up += row
	}
	if nDown > 0 {
		down += row
	}
	return up, down
}

// rowFactor lets rows move off their ovals a little when there is no room.
func (p *plan) rowFactor() float64 { return min(p.roomFactor, 1.5) }

// arrange places constructs, items and lines, with labels in the middle of
// their lines.
func (p *plan) arrange(sides []side) *scene {
	y := p.vertical(sides)
	x, boxLeft, boxRight, rx := p.horizontal(sides)
	s := &scene{diagram: p.diagram, options: p.options, metrics: p.metrics}
	for c := range p.diagram.Constructs {
		s.constructs = append(s.constructs, drawnConstruct{
			oval:    oval{point{x[p.graph.nodes[c].layer], y[c]}, rx, p.ry, p.diagram.Constructs[c].Kind == Composite},
			caption: p.captions[c],
		})
	}
	for c := range p.diagram.Constructs {
		p.placeItems(s, c, sides[c], boxLeft, boxRight)
	}
	for i, e := range p.edges {
		s.paths = append(s.paths, drawnPath{path: p.edgeOf[i], from: e.from, to: e.to, label: p.labels[i]})
	}
	s.routePaths()
	for i := range s.paths {
		q := &s.paths[i]
		q.label.box = boxAround(q.line.at(.5), q.label.box.width(), q.label.box.height())
	}
	return s
}

func (p *plan) vertical(sides []side) []float64 {
	g := p.graph
	apart := p.metrics.apart * p.roomFactor
	labelH := 0.
	for _, l := range p.labels {
		labelH = max(labelH, l.box.height())
	}
	// An upright path needs room for its label and its head.
	upright := labelH + 2*p.metrics.pathHead[0] + p.metrics.text
	tallest := 0.
	height := make([]float64, len(g.layers))
	for l, layer := range g.layers {
		for _, v := range layer {
			up, down := p.extent(v, sides)
			height[l] += up + down
		}
		tallest = max(tallest, height[l]+apart*float64(len(layer)-1))
	}
	// A layer spreads until it stands a little beyond the tallest one.
	gap := make([]float64, len(g.layers))
	for l, layer := range g.layers {
		gap[l] = apart
		if k := float64(len(layer) - 1); k > 0 {
			free := tallest - height[l]
			gap[l] = max(apart, min(max(p.metrics.spread, free/(k+1)), (free+p.metrics.spread/4)/k))
		}
	}
	return g.heights(func(a, b int) float64 {
		_, down := p.extent(a, sides)
		up, _ := p.extent(b, sides)
		if g.nodes[a].construct < 0 && g.nodes[b].construct < 0 {
			return down + up
		}
		room := down + gap[g.nodes[a].layer] + up
		if g.joined(a, b) {
			room = max(room, 2*p.ry+upright)
		}
		return room
	}, func(v int) (up, down float64) { return p.extent(v, sides) }, tallest+p.metrics.spread)
}

// horizontal finds the middle of every layer and of the outer stacks of boxes.
// Where the width does not suffice, the gaps give way first, then the ovals,
// and only then the figure grows.
func (p *plan) horizontal(sides []side) (x []float64, boxLeft, boxRight, rx float64) {
	m := p.metrics
	labelW := 0.
	for _, l := range p.labels {
		labelW = max(labelW, l.box.width())
	}
	leastPath := max(labelW+2*m.pathHead[0]+4, 3*m.text) * p.roomFactor
	naturalPath := max(m.pathGap, leastPath)
	if len(p.graph.layers) < 2 {
		leastPath, naturalPath = 0, 0
	}
	natural := func(at side) float64 {
		most := 0
		for c, s := range sides {
			if s == at {
				most = max(most, len(p.itemNames[c]))
			}
		}
		if most == 0 {
			return 0
		}
		// A tall fan needs a longer reach to keep its lines apart.
		return m.itemGap * (1 + .0263*float64(min(max(most-4, 0), 5)))
	}
	naturalLeft, naturalRight := natural(left), natural(right)
	least := func(natural float64) float64 {
		if natural == 0 {
			return 0
		}
		return max(tightGap*natural, m.numberAt+p.numberW/2+8)
	}
	halfRow := make([]float64, len(p.graph.layers))
	for c, s := range sides {
		up, down := p.rows(c, s)
		l := p.graph.nodes[c].layer
		if n := max(up, down); n > 0 {
			halfRow[l] = max(halfRow[l], (float64(n-1)*p.rowPitch+m.boxW)/2)
		}
	}
	place := func(t, rx float64) (x []float64, boxLeft, boxRight, width float64) {
		between := leastPath + t*(naturalPath-leastPath)
		gap := func(natural float64) float64 { return least(natural) + t*(natural-least(natural)) }
		x0, x1 := math.Inf(1), math.Inf(-1)
		at := 0.
		for l := range p.graph.layers {
			if l > 0 {
				at += max(2*rx+between, halfRow[l-1]+halfRow[l]+2*m.text)
			}
			x = append(x, at)
			half := max(rx, halfRow[l])
			x0, x1 = min(x0, at-half), max(x1, at+half)
		}
		if naturalLeft > 0 {
			boxLeft = -rx - gap(naturalLeft) - m.boxW/2
			x0 = min(x0, boxLeft-m.boxW/2)
		}
		if naturalRight > 0 {
			boxRight = at + rx + gap(naturalRight) + m.boxW/2
			x1 = max(x1, boxRight+m.boxW/2)
		}
		return x, boxLeft, boxRight, x1 - x0
	}
	room := m.width - 2*m.margin
	fits := func(t, rx float64) bool {
		_, _, _, w := place(t, rx)
		return w <= room
	}
	rx = p.rx
	t := 1.
	switch {
	case fits(1, rx):
	case fits(0, rx):
		t = bisect(func(t float64) bool { return fits(t, rx) })
	case fits(0, p.leastRx):
		t = 0
		rx = p.leastRx + bisect(func(k float64) bool { return fits(0, p.leastRx+k*(p.rx-p.leastRx)) })*(p.rx-p.leastRx)
	default:
		t, rx = 0, p.leastRx
	}
	x, boxLeft, boxRight, _ = place(t, rx)
	return x, boxLeft, boxRight, rx
}

// bisect returns the largest number between 0 and 1, to 2^-20, for which fits
// holds, given that it holds for 0.
func bisect(fits func(float64) bool) float64 {
	low, high := 0., 1.
	for range 20 {
		if mid := (low + high) / 2; fits(mid) {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

// placeItems draws the boxes of one construct with their arrows and numbers.
func (p *plan) placeItems(s *scene, c int, at side, boxLeft, boxRight float64) {
	if len(p.itemNames[c]) == 0 {
		return
	}
	m, o := p.metrics, s.constructs[c].oval
	add := func(i int, middle, edge point, dx, dy float64) {
		item := p.diagram.Constructs[c].Items[i]
		d := drawnItem{construct: c, item: i, name: p.itemNames[c][i], box: boxAround(middle, m.boxW, m.boxH)}
		rim := o.rim(edge)
		d.arrow = curve{from: rim, to: edge}
		if item.FromItem {
			d.arrow = curve{from: edge, to: o.grown(m.outline / 2).rim(edge)}
		}
		if text := p.options.number(item.Value); text != "" {
			// The middle of the number stands on the line, dx or dy off the box.
			to := o.c.sub(edge)
			k := 0.
			if dx != 0 {
				k = dx / to.x
			} else {
				k = dy / to.y
			}
			d.number = plate{text: text, number: true, box: boxAround(edge.add(to.times(k)), textWidth(text, m.text, regular)+6, m.text+2)}
		}
		d.trail = trailOf(d.arrow)
		s.items = append(s.items, d)
	}
	switch at {
	case left:
		for i, dy := range p.stacks[c] {
			middle := point{boxLeft, o.c.y + dy}
			add(i, middle, point{middle.x + m.boxW/2, middle.y}, m.numberAt, 0)
		}
	case right:
		for i, dy := range p.stacks[c] {
			middle := point{boxRight, o.c.y + dy}
			add(i, middle, point{middle.x - m.boxW/2, middle.y}, -m.numberAt, 0)
		}
	default:
		up, down := p.rows(c, at)
		gap := p.ry + m.rowGap*p.rowFactor() + m.boxH/2
		for i := range up + down {
			n, k, sign := up, i, -1.
			if i >= up {
				n, k, sign = down, i-up, 1
			}
			middle := point{o.c.x + (float64(k)-float64(n-1)/2)*p.rowPitch, o.c.y + sign*gap}
			add(i, middle, point{middle.x, middle.y - sign*m.boxH/2}, 0, -sign*p.rowNumberAt())
		}
	}
}
