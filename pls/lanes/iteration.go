package lanes

import (
	"math"

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
	for _, b := range c.blocks {
		if !b.multi() {
			c.move(c.weights+b.first, one, 1)
			c.move(c.own.from+b.first, one, 1)
		}
	}
	c.scale()
}

// scale writes the scaling of all blocks.
func (c *compiler) scale() {
	for h, b := range c.blocks {
		if b.multi() {
			o := c.triangle(h)
			o.a, o.b, o.c = c.raw.from+b.first, c.weights+b.first, c.own.from+b.first
			o.d, o.e, o.dst = change, c.scratch, c.variances.from+uint32(h)
			c.add(scale, o)
		}
	}
	zero := c.constant(0)
	for h, b := range c.blocks {
		if b.multi() {
			c.add(guard, op{n: 1, dst: fault, a: c.variances.from + uint32(h), c: zero})
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
	c.correlate(u)
	if scheme == pls.Path || scheme == pls.SchemeDefault {
		c.correlatePredecessors()
		c.regress(c.proxy, e)
		for h := range c.blocks {
			n := uint32(len(c.before[h]))
			for i, k := range c.after[h] {
				c.move(e[h]+n+uint32(i), c.proxy(h, k), 1)
			}
		}
		limit := c.constant(leastPivot)
		for _, s := range c.sets {
			if len(s.of) > 1 {
				c.add(guard, op{n: s.pivots.len(), dst: fault, a: s.pivots.from, c: limit})
			}
		}
	} else {
		for h, around := range c.around {
			for i, k := range around {
				c.move(e[h]+uint32(i), c.proxy(h, k), 1)
			}
		}
		if scheme == pls.Centroid {
			c.add(sign, op{n: inner.len(), dst: inner.from, a: inner.from})
		}
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
		c.add(factor, op{n: b.n, a: s.square, b: c.scratch, c: s.pivots.from, d: s.inverse})
		c.add(guard, op{n: b.n, dst: fault, a: s.pivots.from, c: limit})
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
// correlation of the scores.
func (c *compiler) correlate(u []uint32) {
	place := func(h, k int) uint32 {
		for i, j := range c.around[h] {
			if j == k {
				return u[h] + uint32(i)*c.blocks[h].n
			}
		}
		panic("lanes: not a neighbour")
	}
	for h := range c.blocks {
		for k := range h {
			if c.adjacent(h, k) {
				o := c.rectangle(h, k)
				o.a, o.b = c.weights+c.blocks[h].first, c.weights+c.blocks[k].first
				o.c, o.d, o.dst = place(h, k), place(k, h), c.proxy(h, k)
				c.add(cross, o)
			}
		}
	}
}

// correlatePredecessors writes the correlations of scores that only a common
// successor needs.
func (c *compiler) correlatePredecessors() {
	needed := map[[2]int]bool{}
	for _, s := range c.sets {
		for a, h := range s.of {
			for _, k := range s.of[:a] {
				needed[[2]int{h, k}] = !c.adjacent(h, k)
			}
		}
	}
	for h := range c.blocks {
		for k := range h {
			if needed[[2]int{h, k}] {
				c.score(h, k)
			}
		}
	}
}

// score writes the correlation of two scores.
func (c *compiler) score(h, k int) {
	o := c.rectangle(h, k)
	o.a, o.b, o.dst = c.weights+c.blocks[h].first, c.weights+c.blocks[k].first, c.proxy(h, k)
	c.add(form, o)
}

// solution writes the way from final weights to paths and R2.
func (c *compiler) solution(consistent bool, o estimate.Orientation) {
	c.list = &c.plan.finish
	for _, b := range c.blocks {
		if b.multi() && o != estimate.AsFound {
			votes := b.n
			if o == estimate.Dominant {
				votes = 1
			}
			c.add(turn, op{n: b.n, m: votes, a: c.own.from + b.first, b: c.weights + b.first})
		}
	}
	for h := range c.blocks {
		for k := range h {
			c.score(h, k)
		}
	}
	if n := c.plan.proxies.len(); n > 0 { // a NaN anywhere in R has come here
		c.add(guard, op{n: n, dst: fault, a: c.plan.proxies.from, c: c.constant(math.Inf(-1))})
	}
	c.plan.constructs = c.plan.proxies
	limit, least := c.constant(mostAdmissible), c.constant(0)
	c.reliability()
	if consistent {
		c.correct(limit)
	} else {
		c.move(c.loadings, c.own.from, c.own.len())
	}
	c.regress(c.construct, c.coefficient)
	zero := c.constant(0)
	for h, of := range c.before {
		for i, k := range of {
			c.move(c.path[[2]int{h, k}], c.coefficient[h]+uint32(i), 1)
		}
	}
	for h, of := range c.before {
		if len(of) > 0 {
			c.add(dot, op{n: uint32(len(of)), dst: c.r2[h], a: c.coefficient[h], b: c.right[h], c: zero, sa: 1, sb: 1})
		}
	}
	// Corrected correlations may be indefinite and still have a solution, so a
	// pivot must only differ from 0.
	small := c.constant(leastPivot * leastPivot)
	for _, s := range c.sets {
		if n := s.pivots.len(); n > 1 {
			c.add(product, op{n: n, dst: c.scratch, a: s.pivots.from, b: s.pivots.from, sa: 1, sb: 1})
			c.add(guard, op{n: n, dst: fault, a: c.scratch, c: small})
		}
	}
	c.add(exceed, op{n: c.own.len(), dst: improper, a: c.loadings, c: limit})
	if t := c.plan.table.r2; t.len() > 0 {
		c.add(exceed, op{n: t.len(), dst: improper, a: t.from, c: limit})
	}
	// The pivots of all construct correlations.
	j := uint32(len(c.blocks))
	square, pivots, inverse := c.take(j*j).from, c.take(j).from, c.take(j).from
	for h := uint32(1); h < j; h++ {
		c.move(square+h*j, c.construct(int(h), 0), h)
	}
	c.add(factor, op{n: j, a: square, b: c.scratch, c: pivots, d: inverse})
	c.add(guard, op{n: j, dst: improper, a: pivots, c: least})
}

// reliability writes rho_A of the multi-item constructs of Mode A (see
// estimate). For weights w of a score with unit variance it is
//
//	(w'w)^2 (1 - w'w) / 2 sum_{a>b} w_a^2 w_b^2
func (c *compiler) reliability() {
	if c.sum {
		return
	}
	t := c.plan.table.rhoA
	n := t.len()
	if n == 0 {
		return
	}
	one, two, zero := c.constant(1), c.constant(2), c.constant(0)
	// The squares of weights, their sums up to each, and of both the products.
	squares, sums, outer := c.take(c.raw.len()).from, c.take(c.raw.len()).from, c.take(n).from
	c.add(product, op{n: c.raw.len(), dst: squares, a: c.weights, b: c.weights, sa: 1, sb: 1})
	var of []block
	for _, b := range c.blocks {
		if b.applies() {
			of = append(of, b)
			c.move(sums+b.first, squares+b.first, 1)
		}
	}
	for _, b := range of {
		for a := b.first + 1; a < b.first+b.n; a++ {
			c.add(plus, op{n: 1, dst: sums + a, c: sums + a - 1, a: squares + a, b: one})
		}
	}
	for i, b := range of {
		c.add(dot, op{n: b.n - 1, dst: outer + uint32(i), c: zero, a: squares + b.first + 1, b: sums + b.first, sa: 1, sb: 1})
	}
	c.ww = c.take(n).from
	ww := c.ww
	for i, b := range of {
		c.move(ww+uint32(i), sums+b.first+b.n-1, 1)
	}
	rest := c.take(n).from
	c.add(move, op{n: n, dst: rest, a: one})
	c.add(minus, op{n: n, dst: rest, c: rest, a: ww, b: one, sa: 1})
	c.add(product, op{n: n, dst: rest, a: rest, b: ww, sa: 1, sb: 1})
	c.add(product, op{n: n, dst: rest, a: rest, b: ww, sa: 1, sb: 1})
	c.add(product, op{n: n, dst: outer, a: outer, b: two, sa: 1})
	c.add(quotient, op{n: n, dst: t.from, a: rest, b: outer, sa: 1, sb: 1})
}

// correct writes consistent loadings and construct correlations. A rho_A that
// is not positive leaves its construct a composite.
func (c *compiler) correct(limit uint32) {
	j, one := uint32(len(c.blocks)), c.constant(1)
	c.plan.constructs = c.take(c.plan.proxies.len())
	used, factors := c.take(j).from, c.take(c.own.len()).from
	c.add(move, op{n: j, dst: used, a: one})
	c.move(c.loadings, c.own.from, c.own.len())
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
			c.add(pick, op{n: b.n, dst: c.loadings + b.first, a: rho.from + i, b: factors + b.first, c: c.own.from + b.first, sb: 1})
		})
	}
	c.add(exceed, op{n: j, dst: improper, a: used, c: limit})
	roots := c.take(j).from
	c.add(root, op{n: j, dst: roots, a: used, sa: 1})
	for h := uint32(1); h < j; h++ {
		c.add(quotient, op{n: h, dst: c.construct(int(h), 0), a: c.proxy(int(h), 0), b: roots, sa: 1, sb: 1})
	}
	for h := uint32(1); h < j; h++ {
		c.add(quotient, op{n: h, dst: c.construct(int(h), 0), a: c.construct(int(h), 0), b: roots + h, sa: 1})
	}
}
