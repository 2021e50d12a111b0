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
	costBox    = 90.   // runs over a box
	costNumber = 60.   // runs over the number of an item
	costArrow  = 12.   // crosses a short arrow
	costCross  = 4.    // crosses another path
	costBend   = 20.   // is not straight
	costOffset = .1    // per px that it bends
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
		best := s.routeCost(i, p.line, math.Inf(1))
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
					control := from.c.add(chord.times(share)).add(normal.times(sign * d))
					if from.grown(8).level(control) < 1 || to.grown(8).level(control) < 1 {
						continue
					}
					try := connect(from, to, control, true)
					bend := costBend + costOffset*d
					if c := s.routeCost(i, try, best-bend) + bend; c < best {
						best, p.line = c, try
					}
				}
			}
		}
	}
}

// routeCost weighs what a line runs over; it stops counting at most.
func (s *scene) routeCost(i int, line curve, most float64) float64 {
	cost := 0.
	p, points := s.paths[i], line.chain()
	frame := around(points)
	wide := frame.grown(bentClear)
	clear := float64(straightClear)
	if line.bent {
		clear = bentClear
	}
	for c, k := range s.constructs {
		if c == p.from || c == p.to || !wide.overlaps(k.oval.box()) {
			continue
		}
		if k.oval.grown(straightClear).runsInto(points) {
			cost += costOval
		} else if k.oval.grown(clear).runsInto(points) {
			cost += costNear
		}
	}
	for _, it := range s.items {
		if cost >= most {
			return cost
		}
		if b := it.box.grown(boxClear); frame.overlaps(b) && hits(points, b) {
			cost += costBox
		}
		if b := it.number.box; !it.number.empty() && frame.overlaps(b) && hits(points, b) {
			cost += costNumber
		}
	}
	return cost
}

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
		total += s.routeCost(i, p.line, math.Inf(1))
		if p.line.bent {
			chord := p.line.from.add(p.line.to).times(.5)
			total += costBend + costOffset*p.line.control.distance(chord)
		}
		lines[i] = p.line.chain()
		reach := around(lines[i])
		frame = frame.union(reach)
		for _, it := range s.items {
			if reach.overlaps(it.box.union(around([]point{it.arrow.from, it.arrow.to}))) && crossed(lines[i], []point{it.arrow.from, it.arrow.to}) {
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
