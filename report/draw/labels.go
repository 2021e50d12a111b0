package draw

import (
	"slices"
)

const (
	labelApart = 4.  // between two labels, and a label and a box
	ovalApart  = 2.  // between a label and an oval
	slide      = 8.  // step along the line
	slideFrom  = .25 // the piece of a line on which its label may stand
	slideTo    = .75
)

// placeLabels slides the labels of paths that meet something along their lines,
// those on the longest lines first.
func (s *scene) placeLabels() {
	var order []int
	for i := range s.paths {
		if !s.paths[i].label.empty() {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		la, lb := s.paths[a].line.length(), s.paths[b].line.length()
		switch {
		case la > lb+1e-6:
			return -1
		case lb > la+1e-6:
			return 1
		}
		return 0
	})
	for range 6 {
		moved := false
		for _, i := range order {
			p := &s.paths[i]
			here := s.labelCost(i, p.label.box)
			if here < 1 {
				continue
			}
			best, bestCost := p.label.box, here
			length := p.line.length()
			for d := 0.; d <= (slideTo-slideFrom)/2*length; d += slide {
				for _, sign := range [2]float64{-1, 1} {
					t := .5 + sign*d/length
					b := boxAround(p.line.at(t), p.label.box.width(), p.label.box.height())
					if c := s.labelCost(i, b) + d/length; c < bestCost-1e-9 {
						best, bestCost = b, c
					}
				}
			}
			if best != p.label.box {
				p.label.box, moved = best, true
			}
		}
		if !moved {
			return
		}
	}
}

// labelCost weighs what a label in this place would meet: 100 for a shape or
// another label, 5 for the line of another path.
func (s *scene) labelCost(i int, b box) float64 {
	cost := 100 * float64(s.meetings(i, b))
	for j := range s.paths {
		if j != i && s.paths[j].trail.frame.overlaps(b) && hits(s.paths[j].trail.points, b) {
			cost += 5
		}
	}
	return cost
}

// meetings counts the shapes and other labels that come too near to the label
// of path i in this place.
func (s *scene) meetings(i int, b box) int {
	n := 0
	for _, c := range s.constructs {
		if c.oval.grown(ovalApart).touches(b) {
			n++
		}
	}
	near := b.grown(labelApart)
	for _, it := range s.items {
		if near.overlaps(it.box) {
			n++
		}
		if !it.number.empty() && b.grown(1).overlaps(it.number.box) {
			n++
		}
	}
	for j, p := range s.paths {
		if j != i && !p.label.empty() && near.overlaps(p.label.box) {
			n++
		}
	}
	return n
}

// collisions counts the labels that meet something, the paths that run through
// a third oval and the shapes that overlap.
func (s *scene) collisions() int {
	n := 0
	for i, p := range s.paths {
		if !p.label.empty() {
			n += s.meetings(i, p.label.box)
		}
		points := p.trail.points
		for c, k := range s.constructs {
			if c != p.from && c != p.to && k.oval.grown(1).runsInto(points) {
				n++
			}
		}
	}
	for i, it := range s.items {
		for _, k := range s.constructs {
			if k.oval.grown(ovalApart).touches(it.box) {
				n++
			}
			if !it.number.empty() && k.oval.touches(it.number.box) {
				n++
			}
		}
		for _, other := range s.items[:i] {
			if it.box.overlaps(other.box) {
				n++
			}
			if it.number.empty() || other.number.empty() {
				continue
			}
			if it.number.box.overlaps(other.number.box) {
				n++
			}
		}
	}
	return n
}

// close finds the frame of the figure and moves everything so that it begins
// at the margin.
func (s *scene) close() {
	frame := s.extent()
	dx, dy := s.metrics.margin-frame.x0, s.metrics.margin-frame.y0
	move := func(p *point) { p.x, p.y = p.x+dx, p.y+dy }
	bend := func(c *curve) { move(&c.from); move(&c.to); move(&c.control) }
	for i := range s.constructs {
		move(&s.constructs[i].oval.c)
	}
	for i := range s.items {
		it := &s.items[i]
		it.box, it.number.box = it.box.shifted(dx, dy), it.number.box.shifted(dx, dy)
		bend(&it.arrow)
		it.trail = trailOf(it.arrow)
	}
	for i := range s.paths {
		p := &s.paths[i]
		p.label.box = p.label.box.shifted(dx, dy)
		bend(&p.line)
		p.trail = trailOf(p.line)
	}
	s.frame = frame.shifted(dx, dy)
}
