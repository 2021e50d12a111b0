package draw

import "math"

// Distances of paths to what they are not about, in px.
const (
	straightClear = 6  // a straight path keeps this from a third oval, or it bends
	bentClear     = 24 // a bent one keeps this
	boxClear      = 4
)

// What a path would rather not do, as costs to compare its possible lines.
const (
	costOval   = 2000. // runs through a third oval
	costNear   = 150.  // bends closer than bentClear
	costBox    = 60.   // runs over a box
	costNumber = 25.   // runs over the number of an item
	costArrow  = 12.   // crosses a short arrow
	costCross  = 4.    // crosses another path
	costBend   = 20.   // is not straight
	costOffset = .15   // per px that it bends
)

// routePaths gives every path its line: straight where nothing stands in the
// way, else the gentlest quadratic curve that runs clear.
func (s *scene) routePaths() {
	for i := range s.paths {
		p := &s.paths[i]
		from := s.constructs[p.from].oval.grown(s.metrics.outline / 2)
		to := s.constructs[p.to].oval.grown(s.metrics.outline / 2)
		twin := false
		for _, q := range s.paths[:i] {
			twin = twin || q.from == p.to && q.to == p.from || q.from == p.from && q.to == p.to
		}
		p.line = connect(from, to, point{}, false)
		best := s.routeCost(*p)
		if best == 0 && !twin {
			continue
		}
		if twin {
			best = math.Inf(1)
		}
		chord := to.c.sub(from.c)
		normal := point{-chord.y, chord.x}.unit()
		for _, share := range [3]float64{.5, .3, .7} {
			for d := 24.; d < 900 && costBend+costOffset*d < best; d += 16 {
				for _, sign := range [2]float64{-1, 1} {
					try := *p
					control := from.c.add(chord.times(share)).add(normal.times(sign * d))
					if from.grown(8).level(control) < 1 || to.grown(8).level(control) < 1 {
						continue
					}
					try.line = connect(from, to, control, true)
					if c := s.routeCost(try) + costBend + costOffset*d; c < best {
						best, p.line = c, try.line
					}
				}
			}
		}
	}
}

// routeCost weighs what a line runs over.
func (s *scene) routeCost(p drawnPath) float64 {
	cost := 0.
	points := p.line.samples()
	clear := float64(straightClear)
	if p.line.bent {
		clear = bentClear
	}
	for c, k := range s.constructs {
		if c == p.from || c == p.to {
			continue
		}
		if l := k.oval.nearest(points); l.near(straightClear) {
			cost += costOval
		} else if l.near(clear) {
			cost += costNear
		}
	}
	for _, it := range s.items {
		if hits(points, it.box.grown(boxClear)) {
			cost += costBox
		}
		if !it.number.empty() && hits(points, it.number.box) {
			cost += costNumber
		}
	}
	return cost
}

// approach is the point of a line that comes nearest to an oval.
type approach struct {
	oval oval
	at   point
}

func (o oval) nearest(points []point) approach {
	best := points[0]
	for _, p := range points {
		if o.level(p) < o.level(best) {
			best = p
		}
	}
	return approach{o, best}
}

func (a approach) near(d float64) bool { return a.oval.grown(d).level(a.at) < 1 }

// hits tells whether a chain of points runs through a box.
func hits(points []point, b box) bool {
	for i := 1; i < len(points); i++ {
		if segmentMeets(points[i-1], points[i], b) {
			return true
		}
	}
	return false
}

// untidiness weighs a figure without its labels: what paths run over, how often
// lines cross, and how large the figure is.
func (s *scene) untidiness() float64 {
	total := 0.
	lines := make([][]point, len(s.paths))
	frame := box{}
	for i, p := range s.paths {
		total += s.routeCost(p)
		if p.line.bent {
			chord := p.line.from.add(p.line.to).times(.5)
			total += costBend + costOffset*p.line.control.distance(chord)
		}
		lines[i] = p.line.samples()
		for _, q := range lines[i] {
			frame = frame.union(box{q.x, q.y, q.x, q.y})
		}
		for _, it := range s.items {
			if crossed(lines[i], []point{it.arrow.from, it.arrow.to}) {
				total += costArrow
			}
		}
		for j := range i {
			if crossed(lines[i], lines[j]) {
				total += costCross
			}
		}
	}
	for _, c := range s.constructs {
		frame = frame.union(c.oval.box())
	}
	for _, it := range s.items {
		frame = frame.union(it.box)
	}
	over := max(0, frame.width()+2*s.metrics.margin-s.metrics.width)
	return total + over*.5 + frame.height()*.2
}

// crossed tells whether two chains of points cross.
func crossed(a, b []point) bool {
	for i := 1; i < len(a); i++ {
		for j := 1; j < len(b); j++ {
			if crosses(a[i-1], a[i], b[j-1], b[j]) {
				return true
			}
		}
	}
	return false
}
