package draw

import (
	"math"
	"slices"
)

// Distances of paths to what they are not about, in px.
const (
	straightClear = 6  // a straight path keeps this from a third oval, or it bends
	bentClear     = 24 // a bent one keeps this
	boxClear      = 6  // from the boxes of items
)

// What a path would rather not do, as costs to compare its possible lines.
const (
	costOval   = 2000. // runs through a third oval
	costNear   = 150.  // bends closer than bentClear
	costBox    = 90.   // runs over a box
	costNumber = 60.   // runs over the number of an item
	costEnds   = 15.   // ends where another path ends
	costArrow  = 12.   // crosses a short arrow
	costCross  = 12.   // crosses another path
	costBend   = 25.   // is not straight
	costOffset = .1    // per px that it bends
)

// trail is a line as a chain of points with the box around them.
type trail struct {
	points []point
	frame  box
}

func trailOf(c curve) trail {
	points := c.chain()
	return trail{points, around(points)}
}

// lay gives path i its line.
func (s *scene) lay(i int, c curve) {
	s.paths[i].line, s.paths[i].trail = c, trailOf(c)
}

// routePaths gives every path its line: straight where nothing stands in the
// way, else the gentlest quadratic curve that runs clear.
func (s *scene) routePaths() {
	half := s.metrics.outline / 2
	for i, p := range s.paths {
		s.lay(i, connect(s.constructs[p.from].oval.grown(half), s.constructs[p.to].oval.grown(half), point{}, false))
	}
	for i, p := range s.paths {
		from, to := s.constructs[p.from].oval.grown(half), s.constructs[p.to].oval.grown(half)
		twin := slices.ContainsFunc(s.paths[:i], func(q drawnPath) bool {
			return q.from == p.to && q.to == p.from || q.from == p.from && q.to == p.to
		})
		best := s.blocked(p, false, p.trail, math.Inf(1))
		if best == 0 && !twin {
			continue
		}
		best += s.manners(i, p.line, p.trail)
		chord := to.c.sub(from.c)
		normal := point{-chord.y, chord.x}.unit()
		gentlest := 24.
		if twin {
			// Another path runs between the two already: bend until the labels
			// stand clear of each other. The curve reaches half as far as its control.
			best = math.Inf(1)
			w, h := p.label.box.width()+2*labelApart, p.label.box.height()+2*labelApart
			gentlest = max(gentlest, 2*min(w/math.Abs(normal.x), h/math.Abs(normal.y)))
		}
		for _, share := range [3]float64{.5, .3, .7} {
			for d := gentlest; d < 900 && costBend+costOffset*d < best; d += 16 {
				for _, sign := range [2]float64{-1, 1} {
					control := from.c.add(chord.times(share)).add(normal.times(sign * d))
					if from.grown(8).level(control) < 1 || to.grown(8).level(control) < 1 {
						continue
					}
					try := connect(from, to, control, true)
					t := trailOf(try)
					cost := costBend + costOffset*d
					cost += s.blocked(p, true, t, best-cost)
					if cost < best {
						cost += s.manners(i, try, t)
					}
					if cost < best {
						best = cost
						s.lay(i, try)
					}
				}
			}
		}
	}
}

// blocked weighs the shapes that a line runs over: what makes it bend. It stops
// when the cost has reached most.
func (s *scene) blocked(p drawnPath, bent bool, t trail, most float64) float64 {
	cost := 0.
	wide := t.frame.grown(bentClear)
	for c, k := range s.constructs {
		if c == p.from || c == p.to || !wide.overlaps(k.oval.box()) {
			continue
		}
		if k.oval.grown(straightClear).runsInto(t.points) {
			cost += costOval
		} else if bent && k.oval.grown(bentClear).runsInto(t.points) {
			cost += costNear
		}
	}
	for i := range s.items {
		if cost >= most {
			break
		}
		it := &s.items[i]
		if b := it.box.grown(boxClear); t.frame.overlaps(b) && hits(t.points, b) {
			cost += costBox
		}
		if !it.number.empty() && t.frame.overlaps(it.number.box) && hits(t.points, it.number.box) {
			cost += costNumber
		}
	}
	return cost
}

// manners weighs the lines that a line crosses, and those that end where it does.
func (s *scene) manners(i int, line curve, t trail) float64 {
	cost := 0.
	p := s.paths[i]
	apart := s.metrics.pathHead[1] + 2
	for j := range s.paths {
		q := &s.paths[j]
		if j == i {
			continue
		}
		if q.from == p.from && q.line.from.distance(line.from) < apart || q.to == p.to && q.line.to.distance(line.to) < apart ||
			q.from == p.to && q.line.from.distance(line.to) < apart || q.to == p.from && q.line.to.distance(line.from) < apart {
			cost += costEnds
		}
		if t.crosses(q.trail) {
			cost += costCross
		}
	}
	for j := range s.items {
		if t.crosses(s.items[j].trail) {
			cost += costArrow
		}
	}
	return cost
}

// crosses tells whether two lines cross.
func (t trail) crosses(o trail) bool {
	// Level and upright lines have boxes without area.
	if !t.frame.grown(1).overlaps(o.frame) {
		return false
	}
	for i := 1; i < len(t.points); i++ {
		for j := 1; j < len(o.points); j++ {
			if crosses(t.points[i-1], t.points[i], o.points[j-1], o.points[j]) {
				return true
			}
		}
	}
	return false
}

// hits tells whether a chain of points runs through a box.
func hits(points []point, b box) bool {
	for i := 1; i < len(points); i++ {
		// Most pieces of a curve lie well to one side of the box.
		p, q := points[i-1], points[i]
		if p.x < b.x0 && q.x < b.x0 || p.x > b.x1 && q.x > b.x1 || p.y < b.y0 && q.y < b.y0 || p.y > b.y1 && q.y > b.y1 {
			continue
		}
		if segmentMeets(p, q, b) {
			return true
		}
	}
	return false
}

// tall is the height of a figure, in widths, above which it leaves its page.
const tall = 1.3

// untidiness weighs a figure without its labels: what paths run over, how often
// lines cross, and how large the figure is.
func (s *scene) untidiness() float64 {
	total := 0.
	for i, p := range s.paths {
		total += s.blocked(p, p.line.bent, p.trail, math.Inf(1)) + s.manners(i, p.line, p.trail)
		if p.line.bent {
			chord := p.line.from.add(p.line.to).times(.5)
			total += costBend + costOffset*p.line.control.distance(chord)
		}
	}
	over := max(0, s.width()-s.metrics.width)
	height := s.extent().height()
	return total + over*.5 + height*.1 + max(0, height-tall*s.metrics.width)*.4
}

// width is that of the figure with its margins.
func (s *scene) width() float64 { return s.extent().width() + 2*s.metrics.margin }

// extent is the least box that holds the figure.
func (s *scene) extent() box {
	b := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, c := range s.constructs {
		b = b.union(c.oval.box())
	}
	for _, it := range s.items {
		b = b.union(it.box)
		if !it.number.empty() {
			b = b.union(it.number.box)
		}
	}
	for _, p := range s.paths {
		b = b.union(p.trail.frame)
		if !p.label.empty() {
			b = b.union(p.label.box)
		}
	}
	if b.width() < 0 {
		return box{}
	}
	return b
}
