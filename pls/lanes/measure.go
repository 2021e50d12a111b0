package lanes

import (
	"fmt"
	"math"
)

// reach returns for every pair of constructs whether a chain of paths leads to
// the first from the second, and whether one of two and more paths does.
func (c *compiler) reach() (reach, onward [][]bool) {
	j := len(c.blocks)
	reach, onward = make([][]bool, j), make([][]bool, j)
	for _, to := range c.order {
		reach[to], onward[to] = make([]bool, j), make([]bool, j)
		for _, p := range c.before[to] {
			reach[to][p] = true
			for from, ok := range reach[p] {
				if ok {
					reach[to][from], onward[to][from] = true, true
				}
			}
		}
	}
	return reach, onward
}

func count(pairs [][]bool) (n uint32) {
	for _, row := range pairs {
		for _, ok := range row {
			if ok {
				n++
			}
		}
	}
	return n
}

// similar returns the constructs that HTMT compares.
func (c *compiler) similar() (of []int) {
	for h, b := range c.blocks {
		if b.applies() || !b.multi() {
			of = append(of, h)
		}
	}
	return of
}

// statistics writes what Measure adds.
func (c *compiler) statistics() {
	c.list = &c.plan.measure
	c.effects()
	c.adjusted()
	c.effectSizes()
	implied := c.implied()
	sums, sizes, across := c.residuals(implied)
	c.consistency(sums)
	c.htmt(sizes, across)
}

// effects writes specific, total indirect and total effects.
func (c *compiler) effects() {
	t, j := c.plan.table, len(c.blocks)
	// The product along a chain is that along all but its last path, which is
	// a shorter chain or a path, times the last.
	along := map[string]uint32{}
	chains, _ := c.m.Chains()
	for ends, at := range c.path {
		along[fmt.Sprint([]int{ends[1], ends[0]})] = at
	}
	longest := 0
	for i, chain := range chains {
		along[fmt.Sprint(chain)] = t.indirect.from + uint32(i)
		longest = max(longest, len(chain))
	}
	for length := 3; length <= longest; length++ {
		for i, chain := range chains {
			if len(chain) == length {
				k := length - 1
				before := along[fmt.Sprint(chain[:k])]
				c.add(product, op{n: 1, dst: t.indirect.from + uint32(i), a: before, b: c.path[[2]int{chain[k], chain[k-1]}]})
			}
		}
	}
	reach, onward := c.reach()
	indirect := map[[2]int]uint32{}
	i, k := t.totalIndirect.from, t.total.from
	for from := range j {
		for to := range j {
			if onward[to][from] {
				indirect[[2]int{to, from}] = i
				i++
			}
			if reach[to][from] {
				c.total[[2]int{to, from}] = k
				k++
			}
		}
	}
	zero, one := c.constant(0), c.constant(1)
	for _, to := range c.order {
		for from := range j {
			pair := [2]int{to, from}
			if !reach[to][from] {
				continue
			}
			sum := zero
			for _, p := range c.before[to] {
				if through, ok := c.total[[2]int{p, from}]; ok {
					c.add(plus, op{n: 1, dst: indirect[pair], c: sum, a: c.path[[2]int{to, p}], b: through})
					sum = indirect[pair]
				}
			}
			if direct, ok := c.path[pair]; ok {
				c.add(plus, op{n: 1, dst: c.total[pair], c: sum, a: direct, b: one})
			} else {
				c.move(c.total[pair], sum, 1)
			}
		}
	}
}

// adjusted writes 1 - (1-R2)(n-1)/(n-k-1), NaN unless n > k+1.
func (c *compiler) adjusted() {
	t := c.plan.table
	n := t.r2.len()
	if n == 0 {
		return
	}
	one, nan := c.constant(1), c.constants(n, func(uint32) float64 { return math.NaN() })
	free, ratio, ones := c.take(n).from, c.take(n).from, c.constants(n, func(uint32) float64 { return 1 })
	i := uint32(0)
	for _, of := range c.before {
		if len(of) > 0 {
			c.add(plus, op{n: 1, dst: free + i, c: cases, a: one, b: c.constant(-float64(len(of)) - 1)})
			c.add(plus, op{n: 1, dst: ratio + i, c: cases, a: one, b: c.constant(-1)})
			i++
		}
	}
	c.add(quotient, op{n: n, dst: ratio, a: ratio, b: free, sa: 1, sb: 1})
	c.add(minus, op{n: n, dst: t.r2Adjusted.from, c: ones, a: t.r2.from, b: one, sa: 1})
	c.add(minus, op{n: n, dst: t.r2Adjusted.from, c: ones, a: t.r2Adjusted.from, b: ratio, sa: 1, sb: 1})
	for k := range n {
		c.add(pick, op{n: 1, dst: t.r2Adjusted.from + k, a: free + k, b: t.r2Adjusted.from + k, c: nan})
	}
}

// effectSizes writes f2 = b^2 / (S^ii (1-R2)), S^ii from the inverse of the
// correlations of the predecessors: what R2 loses without predecessor i.
func (c *compiler) effectSizes() {
	t, one := c.plan.table, c.constant(1)
	diagonal := make([]uint32, len(c.sets))
	for i, s := range c.sets {
		n := s.pivots.len()
		diagonal[i] = c.take(n).from
		if n == 1 {
			c.move(diagonal[i], one, 1)
			continue
		}
		unit := c.constants(2*n-1, func(k uint32) float64 {
			if k == n-1 {
				return 1
			}
			return 0
		})
		columns := c.take(n * n).from
		for k := range n {
			c.add(solve, op{n: n, a: s.square, d: s.inverse, b: unit + n - 1 - k, dst: columns + k*n})
		}
		for k := range n {
			c.move(diagonal[i]+k, columns+k*n+k, 1)
		}
	}
	for h, of := range c.before {
		if len(of) == 0 {
			continue
		}
		n := uint32(len(of))
		rest, above, below := c.take(1).from, c.take(n).from, c.take(n).from
		c.add(minus, op{n: 1, dst: rest, c: one, a: c.r2[h], b: one})
		c.add(product, op{n: n, dst: above, a: c.coefficient[h], b: c.coefficient[h], sa: 1, sb: 1})
		c.add(product, op{n: n, dst: below, a: diagonal[c.setOf[h]], b: rest, sa: 1})
		c.add(quotient, op{n: n, dst: above, a: above, b: below, sa: 1, sb: 1})
		for i, k := range of {
			c.move(t.f2.from+c.path[[2]int{h, k}]-t.paths.from, above+uint32(i), 1)
		}
	}
}

// implied writes the construct correlations that the paths imply (see
// assess.ImpliedConstructs), packed like the others. In causal order
//
//	v_ik = sum_p b_ip v_pk      v_ii = sum_p b_ip v_ip + 1 - R2_i
//
// over the predecessors p of i, for all k before i; exogenous constructs stand
// first and correlate as they are.
func (c *compiler) implied() uint32 {
	j := len(c.blocks)
	out, square := c.take(c.plan.proxies.len()).from, c.take(uint32(j*j)).from
	one, zeros := c.constant(1), c.constants(uint32(j), func(uint32) float64 { return 0 })
	at := func(i, k int) uint32 { return square + uint32(i*j+k) } // by rank in causal order
	rank := make([]int, j)
	for i, h := range c.order {
		rank[h] = i
	}
	for i, h := range c.order {
		if len(c.before[h]) == 0 {
			for k, other := range c.order[:i] {
				c.move(at(i, k), c.construct(h, other), 1)
			}
			c.move(at(i, i), one, 1)
		} else {
			sum := zeros
			for _, p := range c.before[h] {
				c.add(plus, op{n: uint32(i), dst: at(i, 0), c: sum, a: c.path[[2]int{h, p}], b: at(rank[p], 0), sb: 1})
				sum = at(i, 0)
			}
			c.add(minus, op{n: 1, dst: at(i, i), c: one, a: c.r2[h], b: one})
			for _, p := range c.before[h] {
				c.add(plus, op{n: 1, dst: at(i, i), c: at(i, i), a: c.path[[2]int{h, p}], b: at(i, rank[p])})
			}
		}
		for k := range i {
			c.move(at(k, i), at(i, k), 1)
		}
	}
	for h := range j {
		for k := range h {
			c.move(out+lower(h, k), at(rank[h], rank[k]), 1)
		}
	}
	return out
}

// residuals writes SRMR, and the sums over blocks of R that others need: of the
// correlations within each construct, of their absolute values, and of those
// between two constructs.
func (c *compiler) residuals(implied uint32) (sums, sizes, across uint32) {
	j := uint32(len(c.blocks))
	sums, sizes, across = c.take(j).from, c.take(j).from, c.take(j*(j-1)/2).from
	total, waste := c.take(2).from, c.take(2).from
	zero := c.constant(0)
	c.add(move, op{n: 2, dst: total, a: zero})
	for h, x := range c.blocks {
		for k, y := range c.blocks[:h] {
			o := c.rectangle(h, k)
			o.a, o.b = c.loadings+x.first, c.loadings+y.first
			o.c, o.d, o.dst, o.e = c.construct(h, k), implied+lower(h, k), total, across+lower(h, k)
			c.add(between, o)
		}
	}
	for h, b := range c.blocks {
		if b.multi() {
			o := c.triangle(h)
			o.a, o.d, o.e, o.dst = c.loadings+b.first, sums+uint32(h), sizes+uint32(h), total
			if !b.reflective {
				o.dst = waste // a composite reproduces its own block
			}
			c.add(within, o)
		}
	}
	p := float64(c.raw.len())
	srmr := c.plan.table.srmr.from
	c.add(quotient, op{n: 2, dst: srmr, a: total, b: c.constant(p * (p + 1) / 2), sa: 1})
	c.add(root, op{n: 2, dst: srmr, a: srmr, sa: 1})
	return sums, sizes, across
}

// consistency writes alpha, rho_C and AVE from the sums of correlations.
func (c *compiler) consistency(sums uint32) {
	t := c.plan.table
	n := t.alpha.len()
	if n == 0 {
		return
	}
	var items []float64
	all, sum, squares := c.take(n).from, c.take(n).from, c.take(n).from
	zero, one, two := c.constant(0), c.constant(1), c.constant(2)
	for h, b := range c.blocks {
		if b.applies() {
			c.move(all+uint32(len(items)), sums+uint32(h), 1)
			items = append(items, float64(b.n))
		}
	}
	k := c.constants(n, func(i uint32) float64 { return items[i] })
	share := c.constants(n, func(i uint32) float64 { return items[i] / (items[i] - 1) })
	ones := c.constants(n, func(uint32) float64 { return 1 })
	c.add(plus, op{n: n, dst: all, c: k, a: all, b: two, sa: 1})
	c.add(quotient, op{n: n, dst: all, a: k, b: all, sa: 1, sb: 1})
	c.add(minus, op{n: n, dst: all, c: ones, a: all, b: one, sa: 1})
	c.add(product, op{n: n, dst: t.alpha.from, a: share, b: all, sa: 1, sb: 1})
	i := uint32(0)
	for _, b := range c.blocks {
		if b.applies() {
			l := c.loadings + b.first
			c.add(dot, op{n: b.n, dst: sum + i, c: zero, a: l, b: one, sa: 1})
			c.add(dot, op{n: b.n, dst: squares + i, c: zero, a: l, b: l, sa: 1, sb: 1})
			i++
		}
	}
	c.add(quotient, op{n: n, dst: t.ave.from, a: squares, b: k, sa: 1, sb: 1})
	c.add(minus, op{n: n, dst: squares, c: k, a: squares, b: one, sa: 1})
	c.add(product, op{n: n, dst: sum, a: sum, b: sum, sa: 1, sb: 1})
	c.add(plus, op{n: n, dst: squares, c: squares, a: sum, b: one, sa: 1})
	c.add(quotient, op{n: n, dst: t.rhoC.from, a: sum, b: squares, sa: 1, sb: 1})
}

// htmt writes the ratios of mean absolute correlations between two constructs
// to the geometric mean of those within each.
func (c *compiler) htmt(sizes, across uint32) {
	of := c.similar()
	n := uint32(len(of))
	if n < 2 {
		return
	}
	roots, out := c.take(n).from, c.plan.table.htmt
	one, none := c.constant(1), c.constants(n, func(uint32) float64 { return math.NaN() })
	c.add(move, op{n: n, dst: roots, a: one})
	for i, h := range of {
		if b := float64(c.blocks[h].n); b > 1 {
			c.add(quotient, op{n: 1, dst: roots + uint32(i), a: sizes + uint32(h), b: c.constant(b * (b - 1) / 2)})
		}
	}
	c.add(root, op{n: n, dst: roots, a: roots, sa: 1})
	above, below := c.take(out.len()).from, c.take(out.len()).from
	for i, h := range of {
		for k, other := range of[:i] {
			c.move(above+lower(i, k), across+lower(h, other), 1)
		}
	}
	for i := uint32(1); i < n; i++ {
		c.add(product, op{n: i, dst: below + pair(i, 0), a: roots, b: roots + i, sa: 1})
	}
	counts := make([]float64, 0, out.len())
	for i, h := range of {
		for _, other := range of[:i] {
			counts = append(counts, float64(c.blocks[h].n*c.blocks[other].n))
		}
	}
	number := c.constants(out.len(), func(i uint32) float64 { return counts[i] })
	c.add(quotient, op{n: out.len(), dst: above, a: above, b: number, sa: 1, sb: 1})
	c.add(quotient, op{n: out.len(), dst: above, a: above, b: below, sa: 1, sb: 1})
	for i := uint32(1); i < n; i++ {
		at := pair(i, 0)
		for k := range i {
			c.add(pick, op{n: 1, dst: out.from + at + k, a: below + at + k, b: above + at + k, c: none})
		}
	}
}
