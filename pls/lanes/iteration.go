package lanes

import (
	"math"
	"slices"

	"plumb/estimate"
	"plumb/pls"
)

// begin writes the start: scores of unit variance from the raw weights.
func (c *compiler) begin() {
	c.list = &c.plan.start
	one := c.constant(1)
	if !c.sum {
		c.add(move, op{n: c.raw.len(), dst: c.raw.from, a: one})
	}
	c.singles(c.weights)
	c.scale()
}

// singles writes 1 for all constructs with one indicator.
func (c *compiler) singles(to uint32) {
	one := c.constant(1)
	for _, b := range c.blocks {
		if !b.multi() {
			c.move(to+b.first, one, 1)
		}
	}
}

// scale writes the scaling of all blocks.
func (c *compiler) scale() {
	for h, b := range c.blocks {
		if b.multi() {
			o := c.triangle(h)
			o.a, o.b, o.e = c.raw.from+b.first, c.weights+b.first, c.scratch
			c.add(scale, o)
		}
	}
}

// iteration writes the start and one round of the loop: covariances of
// indicators and neighbouring scores, inner weights, new outer weights.
func (c *compiler) iteration(scheme pls.Scheme) {
	c.begin()
	inverse := c.regressionBlocks()
	c.list = &c.plan.loop
	// u_hj for the neighbours j of h stand one after another, and so do e_hj.
	u, e := make([]uint32, len(c.blocks)), make([]uint32, len(c.blocks))
	inner := span{c.next, 0}
	for h := range c.blocks {
		e[h] = c.take(uint32(len(c.around[h]))).from
	}
	inner.to = c.next
	for h, b := range c.blocks {
		u[h] = c.take(b.n * uint32(len(c.around[h]))).from
	}
	path := scheme == pls.Path || scheme == pls.SchemeDefault
	to := map[[2]int][]uint32{}
	if path {
		to = c.wanted(e)
	}
	for h, around := range c.around {
		for i, k := range around {
			if !path || i >= len(c.before[h]) {
				to[ends(h, k)] = append(to[ends(h, k)], e[h]+uint32(i))
			}
		}
	}
	c.correlate(u, to)
	c.deliver(func(h, k int) uint32 { return to[ends(h, k)][0] }, to, 2)
	if path {
		c.regress(e, leastPivot)
	}
	if scheme == pls.Centroid {
		c.add(sign, op{n: inner.len(), dst: inner.from, a: inner.from})
	}
	for h, b := range c.blocks {
		if b.multi() {
			c.add(combine, op{n: b.n, m: uint32(len(c.around[h])), dst: c.raw.from + b.first, a: u[h], b: e[h]})
		}
	}
	for h, b := range c.blocks {
		if s, ok := inverse[h]; ok {
			c.add(solve, op{n: b.n, a: s.square, d: s.inverse, b: c.raw.from + b.first, dst: c.raw.from + b.first})
		}
	}
	c.scale()
}

// regressionBlocks writes the factorisation of the blocks of Mode B.
func (c *compiler) regressionBlocks() map[int]set {
	out := map[int]set{}
	limit := c.constant(leastPivot)
	for h, b := range c.blocks {
		if !b.multi() || !b.modeB {
			continue
		}
		s := set{square: c.take(b.n * b.n).from, pivots: c.take(b.n), inverse: c.take(b.n).from}
		for a := uint32(1); a < b.n; a++ {
			c.add(fetch, op{n: a, dst: s.square + a*b.n, r: pair(b.first+a, b.first)})
		}
		c.add(factor, op{n: b.n, dst: fault, a: s.square, b: c.scratch, c: s.pivots.from, d: s.inverse, e: limit})
		out[h] = s
	}
	return out
}

// adjacent reports whether a path joins h and k.
func (c *compiler) adjacent(h, k int) bool {
	_, there := c.path[[2]int{h, k}]
	_, back := c.path[[2]int{k, h}]
	return there || back
}

// correlate writes, for all neighbours h and k, u_hk = R_hk w_k, u_kh and the
// correlation of the scores; of others that have a successor in common the
// correlation alone. It goes to the first two positions where it is wanted.
func (c *compiler) correlate(u []uint32, to map[[2]int][]uint32) {
	place := func(h, k int) uint32 {
		return u[h] + uint32(slices.Index(c.around[h], k))*c.blocks[h].n
	}
	var forms []op
	for h := range c.blocks {
		for k := range h {
			at := to[ends(h, k)]
			if len(at) == 0 {
				continue
			}
			o := c.score(h, k)
			o.dst, o.e = at[0], at[min(1, len(at)-1)]
			if c.adjacent(h, k) {
				o.c, o.d = place(h, k), place(k, h)
				c.add(cross, o)
			} else {
				forms = append(forms, o)
			}
		}
	}
	for _, o := range forms {
		c.add(form, o)
	}
}

// score returns an operation on the correlations between two constructs and
// their weights.
func (c *compiler) score(h, k int) op {
	o := c.rectangle(h, k)
	o.a, o.b = c.weights+c.blocks[h].first, c.weights+c.blocks[k].first
	return o
}

// solution writes the way from final weights to paths and R2.
func (c *compiler) solution(consistent bool, o estimate.Orientation) {
	c.list = &c.plan.finish
	c.own = c.loadings
	if consistent {
		c.own = c.take(c.raw.len()).from
	}
	for h, b := range c.blocks {
		if b.multi() {
			x := c.triangle(h)
			x.a, x.c = c.weights+b.first, c.own+b.first
			c.add(apply, x)
		}
	}
	c.singles(c.own)
	for _, b := range c.blocks {
		if b.multi() && o != estimate.AsFound {
			votes := b.n
			if o == estimate.Dominant {
				votes = 1
			}
			c.add(turn, op{n: b.n, m: votes, a: c.own + b.first, b: c.weights + b.first})
		}
	}
	to := c.wanted(c.coefficient)
	for h := range c.blocks {
		for k := range h {
			x := c.score(h, k)
			x.dst, x.e = c.proxy(h, k), c.proxy(h, k)
			if at := to[ends(h, k)]; !consistent && len(at) > 0 {
				x.e = at[0]
			}
			c.add(form, x)
		}
	}
	// A NaN anywhere in R has come to the proxies.
	c.add(guard, op{n: c.plan.proxies.len(), dst: fault, a: c.plan.proxies.from, c: c.constant(math.Inf(-1))})
	c.plan.constructs = c.plan.proxies
	limit := c.constant(mostAdmissible)
	c.reliability()
	if consistent {
		c.correct(limit)
		c.deliver(c.construct, to, 0)
		// Corrected correlations may be indefinite and still have a solution,
		// so a pivot must only differ from 0.
		c.regress(c.coefficient, math.Inf(-1))
		small := c.constant(leastPivot * leastPivot)
		for _, s := range c.sets {
			if n := s.pivots.len(); n > 1 {
				c.add(product, op{n: n, dst: c.scratch, a: s.pivots.from, b: s.pivots.from, sa: 1, sb: 1})
				c.add(guard, op{n: n, dst: fault, a: c.scratch, c: small})
			}
		}
	} else {
		c.deliver(c.construct, to, 1)
		c.regress(c.coefficient, leastPivot)
	}
	for h, of := range c.before {
		for i, k := range of {
			c.move(c.path[[2]int{h, k}], c.coefficient[h]+uint32(i), 1)
		}
	}
	// The pivots of all construct correlations say whether they are positive
	// definite.
	j := uint32(len(c.blocks))
	square, pivots, inverse, zero := c.take(j*j).from, c.take(j).from, c.take(j).from, c.constant(0)
	for h := uint32(1); h < j; h++ {
		c.move(square+h*j, c.construct(int(h), 0), h)
	}
	c.add(factor, op{n: j, dst: c.plan.improper, a: square, b: c.scratch, c: pivots, d: inverse, e: zero})
	for h, of := range c.before {
		right := c.right[h]
		if len(of) == 1 {
			right = c.coefficient[h]
		}
		c.add(dot, op{n: uint32(len(of)), dst: c.r2[h], a: c.coefficient[h], b: right, c: zero, sa: 1, sb: 1})
	}
	c.add(exceed, op{n: c.raw.len(), dst: c.plan.improper, a: c.loadings, c: limit})
	c.add(exceed, op{n: c.plan.table.r2.len(), dst: c.plan.improper, a: c.plan.table.r2.from, c: limit})
}

// reliability writes rho_A of the multi-item constructs of Mode A (see
// estimate). For weights w of a score with unit variance it is
//
//	(w'w)^2 (1 - w'w) / 2 sum_{a>b} w_a^2 w_b^2
//
// and NaN where one indicator has all the weight.
func (c *compiler) reliability() {
	if c.sum {
		return
	}
	t := c.plan.table.rhoA
	n := t.len()
	if n == 0 {
		return
	}
	one, two := c.constant(1), c.constant(2)
	c.ww = c.take(n).from
	ww, outer := c.ww, c.take(n).from
	i := uint32(0)
	for _, b := range c.blocks {
		if b.applies() {
			c.add(squares, op{n: b.n, dst: ww + i, e: outer + i, a: c.weights + b.first})
			i++
		}
	}
	rest := c.take(n).from
	ones := c.constants(n, func(uint32) float64 { return 1 })
	c.add(minus, op{n: n, dst: rest, c: ones, a: ww, b: one, sa: 1})
	c.add(product, op{n: n, dst: rest, a: rest, b: ww, sa: 1, sb: 1})
	c.add(product, op{n: n, dst: rest, a: rest, b: ww, sa: 1, sb: 1})
	c.add(product, op{n: n, dst: outer, a: outer, b: two, sa: 1})
	c.add(quotient, op{n: n, dst: t.from, a: rest, b: outer, sa: 1, sb: 1})
	none := c.constants(n, func(uint32) float64 { return math.NaN() })
	c.add(pick, op{n: n, dst: t.from, a: outer, b: t.from, c: none, sa: 1, sb: 1})
}

// correct writes consistent loadings and construct correlations. A rho_A that
// is not positive leaves its construct a composite.
func (c *compiler) correct(limit uint32) {
	j, one := uint32(len(c.blocks)), c.constant(1)
	c.plan.constructs = c.take(c.plan.proxies.len())
	used, factors := c.take(j).from, c.take(c.raw.len()).from
	c.add(move, op{n: j, dst: used, a: one})
	c.move(c.loadings, c.own, c.raw.len())
	if rho := c.plan.table.rhoA; rho.len() > 0 {
		f := c.take(rho.len()).from // sqrt(rho_A) / w'w
		c.add(root, op{n: rho.len(), dst: f, a: rho.from, sa: 1})
		c.add(quotient, op{n: rho.len(), dst: f, a: f, b: c.ww, sa: 1, sb: 1})
		each := func(do func(h int, b block, i uint32)) {
			i := uint32(0)
			for h, b := range c.blocks {
				if b.applies() && b.reflective {
					do(h, b, i)
				}
				if b.applies() {
					i++
				}
			}
		}
		each(func(_ int, b block, i uint32) {
			c.add(product, op{n: b.n, dst: factors + b.first, a: c.weights + b.first, b: f + i, sa: 1})
		})
		each(func(h int, b block, i uint32) {
			c.add(pick, op{n: 1, dst: used + uint32(h), a: rho.from + i, b: rho.from + i, c: one})
			c.add(pick, op{n: b.n, dst: c.loadings + b.first, a: rho.from + i, b: factors + b.first, c: c.own + b.first, sb: 1})
		})
	}
	c.add(exceed, op{n: j, dst: c.plan.improper, a: used, c: limit})
	roots := c.take(j).from
	c.add(root, op{n: j, dst: roots, a: used, sa: 1})
	for h := uint32(1); h < j; h++ {
		c.add(quotient, op{n: h, dst: c.construct(int(h), 0), a: c.proxy(int(h), 0), b: roots, sa: 1, sb: 1})
	}
	for h := uint32(1); h < j; h++ {
		c.add(quotient, op{n: h, dst: c.construct(int(h), 0), a: c.construct(int(h), 0), b: roots + h, sa: 1})
	}
}
