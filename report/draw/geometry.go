package draw

import "math"

// point is a place in the figure, in px; y grows downwards.
type point struct{ x, y float64 }

func (p point) add(q point) point        { return point{p.x + q.x, p.y + q.y} }
func (p point) sub(q point) point        { return point{p.x - q.x, p.y - q.y} }
func (p point) times(k float64) point    { return point{p.x * k, p.y * k} }
func (p point) length() float64          { return math.Hypot(p.x, p.y) }
func (p point) distance(q point) float64 { return p.sub(q).length() }

// unit returns the direction of p; that of a zero vector is to the right.
func (p point) unit() point {
	if l := p.length(); l > 0 {
		return p.times(1 / l)
	}
	return point{1, 0}
}

// box is a level rectangle.
type box struct{ x0, y0, x1, y1 float64 }

func boxAround(c point, w, h float64) box {
	return box{c.x - w/2, c.y - h/2, c.x + w/2, c.y + h/2}
}

func (b box) centre() point       { return point{(b.x0 + b.x1) / 2, (b.y0 + b.y1) / 2} }
func (b box) width() float64      { return b.x1 - b.x0 }
func (b box) height() float64     { return b.y1 - b.y0 }
func (b box) grown(d float64) box { return box{b.x0 - d, b.y0 - d, b.x1 + d, b.y1 + d} }
func (b box) shifted(dx, dy float64) box {
	return box{b.x0 + dx, b.y0 + dy, b.x1 + dx, b.y1 + dy}
}

func (b box) overlaps(o box) bool {
	return b.x0 < o.x1 && o.x0 < b.x1 && b.y0 < o.y1 && o.y0 < b.y1
}

func (b box) union(o box) box {
	return box{min(b.x0, o.x0), min(b.y0, o.y0), max(b.x1, o.x1), max(b.y1, o.y1)}
}

// shoulder is where the slanted corners of a hexagon start, as a share of rx.
const shoulder = .62

// oval is the outline of a construct: an ellipse, or for composites the
// hexagon in the same box.
type oval struct {
	c       point
	rx, ry  float64
	hexagon bool
}

func (o oval) grown(d float64) oval { return oval{o.c, o.rx + d, o.ry + d, o.hexagon} }
func (o oval) box() box             { return boxAround(o.c, 2*o.rx, 2*o.ry) }

// level is 1 on the rim, less inside, more outside; it grows linearly along
// every ray from the centre.
func (o oval) level(p point) float64 {
	u, v := math.Abs(p.x-o.c.x)/o.rx, math.Abs(p.y-o.c.y)/o.ry
	if o.hexagon {
		return max(v, u+(1-shoulder)*v)
	}
	return math.Hypot(u, v)
}

// rim returns the point of the outline on the ray from the centre to p.
func (o oval) rim(p point) point {
	l := o.level(p)
	if l == 0 {
		return point{o.c.x + o.rx, o.c.y}
	}
	return o.c.add(p.sub(o.c).times(1 / l))
}

// touches tells whether the oval and a box have a point in common. Both
// outlines shrink towards the axes, so the box's point nearest to the centre
// in x and in y decides.
func (o oval) touches(b box) bool {
	near := point{min(max(o.c.x, b.x0), b.x1), min(max(o.c.y, b.y0), b.y1)}
	return o.level(near) < 1
}

// curve is the line of a path: straight, or one quadratic Bézier curve.
type curve struct {
	from, to point
	control  point
	bent     bool
}

// at returns the point at t between 0 and 1.
func (c curve) at(t float64) point {
	if !c.bent {
		return c.from.add(c.to.sub(c.from).times(t))
	}
	s := 1 - t
	return c.from.times(s * s).add(c.control.times(2 * s * t)).add(c.to.times(t * t))
}

// arrival is the direction in which the line reaches its end.
func (c curve) arrival() point {
	if c.bent {
		return c.to.sub(c.control).unit()
	}
	return c.to.sub(c.from).unit()
}

// chain returns points along the line: its ends when it is straight, else a
// polygon that follows the curve within about a pixel.
func (c curve) chain() []point {
	if !c.bent {
		return []point{c.from, c.to}
	}
	const steps = 16
	out := make([]point, steps+1)
	for i := range out {
		out[i] = c.at(float64(i) / steps)
	}
	return out
}

// length is that of the chain.
func (c curve) length() float64 {
	total := 0.
	points := c.chain()
	for i := 1; i < len(points); i++ {
		total += points[i].distance(points[i-1])
	}
	return total
}

// around returns the least box that holds a chain of points.
func around(points []point) box {
	b := box{points[0].x, points[0].y, points[0].x, points[0].y}
	for _, p := range points[1:] {
		b = b.union(box{p.x, p.y, p.x, p.y})
	}
	return b
}

// connect draws the line from one outline to another: on the line of the two
// centres or, given a control point, with both ends on the rays towards it.
func connect(from, to oval, control point, bent bool) curve {
	if bent {
		return curve{from.rim(control), to.rim(control), control, true}
	}
	return curve{from: from.rim(to.c), to: to.rim(from.c)}
}

// runsInto tells whether a chain of points comes into the oval.
func (o oval) runsInto(points []point) bool {
	reach := o.box()
	for i := 1; i < len(points); i++ {
		if around(points[i-1:i+1]).overlaps(reach) && o.level(o.nearest(points[i-1], points[i])) < 1 {
			return true
		}
	}
	return false
}

// nearest returns the point of the segment pq with the lowest level.
func (o oval) nearest(p, q point) point {
	d := q.sub(p)
	if !o.hexagon {
		// Where the oval is the unit circle it is the foot of the perpendicular.
		u, v := point{(p.x - o.c.x) / o.rx, (p.y - o.c.y) / o.ry}, point{d.x / o.rx, d.y / o.ry}
		if l := v.x*v.x + v.y*v.y; l > 0 {
			return p.add(d.times(min(max(-(u.x*v.x+u.y*v.y)/l, 0), 1)))
		}
		return p
	}
	// The level is convex along the segment: narrow it down by thirds.
	low, high := 0., 1.
	for range 24 {
		a, b := low+(high-low)/3, high-(high-low)/3
		if o.level(p.add(d.times(a))) <= o.level(p.add(d.times(b))) {
			high = b
		} else {
			low = a
		}
	}
	return p.add(d.times(low))
}

// segmentMeets tells whether the segment pq passes through the box
// (Liang and Barsky's clipping).
func segmentMeets(p, q point, b box) bool {
	d := q.sub(p)
	t0, t1 := 0., 1.
	for _, e := range [4][2]float64{{-d.x, p.x - b.x0}, {d.x, b.x1 - p.x}, {-d.y, p.y - b.y0}, {d.y, b.y1 - p.y}} {
		switch {
		case e[0] == 0:
			if e[1] < 0 {
				return false
			}
		case e[0] < 0:
			t0 = max(t0, e[1]/e[0])
		default:
			t1 = min(t1, e[1]/e[0])
		}
	}
	return t0 < t1
}

// crosses tells whether two segments cross. A point on the other line counts as
// lying to its one side, so that a chain crosses a line in one of its segments.
func crosses(a, b, c, d point) bool {
	side := func(p, q, r point) bool { return (q.x-p.x)*(r.y-p.y)-(q.y-p.y)*(r.x-p.x) > 0 }
	return side(a, b, c) != side(a, b, d) && side(c, d, a) != side(c, d, b)
}

// head is an arrow head: the triangle with its tip at tip, pointing along dir.
func head(tip, dir point, long, wide float64) [3]point {
	back := tip.sub(dir.times(long))
	side := point{-dir.y, dir.x}.times(wide / 2)
	return [3]point{tip, back.add(side), back.sub(side)}
}
