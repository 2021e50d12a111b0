package lanes

import (
	"fmt"
	"math"
	"slices"
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

// statistics writes what Measure adds. Operations of a kind stand together
// where they can: a list is played group by group, and each group costs a call.
func (c *compiler) statistics() {
	c.list = &c.plan.measure
	c.unexplained()
	c.specific()
	c.effectSizes()
	implied := c.implied()
	c.effects()
	c.validity(c.residuals(implied))
}

// specific writes the effects along chains of paths.
func (c *compiler) specific() {
	// The product along a chain is that along all but its last path, which is
	// a shorter chain or a path, times the last.
	along := map[string]uint32{}
	chains, _ := c.m.Chains()
	for of, at := range c.path {
		along[fmt.Sprint([]int{of[1], of[0]})] = at
	}
	longest := 0
	for i, chain := range chains {
		along[fmt.Sprint(chain)] = c.plan.table.indirect.from + uint32(i)
		longest = max(longest, len(chain))
	}
	for length := 3; length <= longest; length++ {
		for i, chain := range chains {
			if len(chain) == length {
				k := length - 1
				before := along[fmt.Sprint(chain[:k])]
				c.add(product, op{n: 1, dst: c.plan.table.indirect.from + uint32(i), a: before, b: c.path[[2]int{chain[k], chain[k-1]}]})
			}
		}
	}
}

// effects writes total indirect and total effects.
func (c *compiler) effects() {
	t, j := c.plan.table, len(c.blocks)
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
	same := map[uint32]uint32{}
	for _, to := range c.order {
		for from := range j {
			pair := [2]int{to, from}
			if !reach[to][from] {
				continue
			}
			// Without a path of its own a pair's total effect is the indirect one.
			direct, joined := c.path[pair]
			sum, at := zero, c.total[pair]
			if joined {
				at = indirect[pair]
			}
			for _, p := range c.before[to] {
				if through, ok := c.total[[2]int{p, from}]; ok {
					c.add(plus, op{n: 1, dst: at, c: sum, a: c.path[[2]int{to, p}], b: through})
					sum = at
				}
			}
			if joined {
				c.add(plus, op{n: 1, dst: c.total[pair], c: sum, a: direct, b: one})
			} else {
				same[indirect[pair]] = at
			}
		}
	}
	for i := t.totalIndirect.from; i < t.totalIndirect.to; i++ {
		if at, ok := same[i]; ok {
			c.move(i, at, 1)
		}
	}
}

// unexplained writes 1 - R2 and the adjusted R2, 1 - (1-R2)(n-1)/(n-k-1).
func (c *compiler) unexplained() {
	t := c.plan.table
	n := t.r2.len()
	c.rest = c.take(n).from
	ones := c.constants(n, func(uint32) float64 { return 1 })
	c.add(minus, op{n: n, dst: c.rest, c: ones, a: t.r2.from, b: ones, sa: 1, sb: 1})
	c.add(minus, op{n: n, dst: t.r2Adjusted.from, c: ones, a: c.rest, b: c.plan.ratio.from, sa: 1, sb: 1})
}

// restOf returns the position of 1 - R2 of a construct.
func (c *compiler) restOf(h int) uint32 { return c.rest + c.r2[h] - c.plan.table.r2.from }

// effectSizes writes f2 = b^2 / (S^ii (1-R2)), S^ii from the inverse of the
// correlations of the predecessors: what R2 loses without predecessor i.
func (c *compiler) effectSizes() {
	t, one := c.plan.table, c.constant(1)
	n := t.paths.len()
	diagonal, rest := c.take(n).from, c.take(n).from
	columns := make([]uint32, len(c.sets))
	for i, s := range c.sets {
		n := s.pivots.len()
		if n == 1 {
			continue
		}
		unit := c.constants(2*n-1, func(k uint32) float64 {
			if k == n-1 {
				return 1
			}
			return 0
		})
		columns[i] = c.take(n * n).from
		for k := range n {
			c.add(solve, op{n: n, a: s.square, d: s.inverse, b: unit + n - 1 - k, dst: columns[i] + k*n})
		}
	}
	for h, of := range c.before {
		for i, k := range of {
			at, from := c.path[[2]int{h, k}]-t.paths.from, one
			if n := uint32(len(of)); n > 1 {
				from = columns[c.setOf[h]] + uint32(i)*(n+1)
			}
			c.move(diagonal+at, from, 1)
			c.move(rest+at, c.restOf(h), 1)
		}
	}
	c.add(product, op{n: n, dst: diagonal, a: diagonal, b: rest, sa: 1, sb: 1})
	c.add(product, op{n: n, dst: rest, a: t.paths.from, b: t.paths.from, sa: 1, sb: 1})
	c.add(quotient, op{n: n, dst: t.f2.from, a: rest, b: diagonal, sa: 1, sb: 1})
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
	out, variances := c.take(c.plan.proxies.len()).from, c.take(uint32(j)).from
	zeros := c.constants(uint32(j), func(uint32) float64 { return 0 })
	at := func(h, k int) uint32 {
		if h == k {
			return variances + uint32(h)
		}
		return out + lower(h, k)
	}
	for i, h := range c.order {
		if len(c.before[h]) == 0 {
			for _, k := range c.order[:i] {
				c.move(at(h, k), c.construct(h, k), 1)
			}
			c.move(at(h, h), c.constant(1), 1)
		}
	}
	for i, h := range c.order {
		if len(c.before[h]) == 0 {
			continue
		}
		for n, p := range c.before[h] {
			for i, k := range c.order[:i] {
				sum := at(h, k)
				if n == 0 {
					sum = zeros + uint32(i)
				}
				c.add(plus, op{n: 1, dst: at(h, k), c: sum, a: c.path[[2]int{h, p}], b: at(p, k)})
			}
		}
		sum := c.restOf(h)
		for _, p := range c.before[h] {
			c.add(plus, op{n: 1, dst: at(h, h), c: sum, a: c.path[[2]int{h, p}], b: at(h, p)})
			sum = at(h, h)
		}
	}
	return out
}

// sums is where residuals leaves the sums over blocks of R.
type sums struct {
	within  uint32 // correlations within each construct of alpha
	sizes   uint32 // their absolute values, for each construct of HTMT
	between uint32 // absolute values, for each pair of HTMT
	total   uint32 // squared residuals, saturated and estimated
}

// residuals writes the sums over all correlations: squares of what the model
// leaves of them, absolute values, and those within each construct.
func (c *compiler) residuals(implied uint32) sums {
	t, similar := c.plan.table, c.similar()
	s := sums{within: c.take(t.alpha.len()).from, sizes: c.take(uint32(len(similar))).from, between: c.take(t.htmt.len()).from, total: c.take(2).from}
	waste := c.take(2).from
	c.add(move, op{n: 2, dst: s.total, a: c.constant(0)})
	for h, x := range c.blocks {
		i := slices.Index(similar, h)
		for k, y := range c.blocks[:h] {
			o := c.rectangle(h, k)
			o.a, o.b = c.loadings+x.first, c.loadings+y.first
			o.c, o.d, o.dst, o.e = c.construct(h, k), implied+lower(h, k), s.total, waste
			if l := slices.Index(similar, k); i >= 0 && l >= 0 {
				o.e = s.between + lower(i, l)
			}
			c.add(between, o)
		}
	}
	alpha := s.within
	for h, b := range c.blocks {
		if !b.multi() {
			continue
		}
		o := c.triangle(h)
		o.a, o.d, o.e, o.dst = c.loadings+b.first, waste, waste, s.total
		if b.applies() {
			o.d, o.e = alpha, s.sizes+uint32(slices.Index(similar, h))
			alpha++
		}
		if !b.reflective {
			o.dst = waste // a composite reproduces its own block
		}
		c.add(within, o)
	}
	return s
}

// validity writes what comes of those sums and of the loadings: alpha, AVE,
// rho_C, HTMT and SRMR.
func (c *compiler) validity(s sums) {
	t, p := c.plan.table, float64(c.raw.len())
	n, pairs := t.alpha.len(), t.htmt.len()
	similar := c.similar()
	var items, inverse, one, counts []float64
	for _, b := range c.blocks {
		if b.applies() {
			items, one = append(items, float64(b.n)), append(one, 1)
			inverse = append(inverse, 1/float64(b.n))
		}
	}
	for _, h := range similar {
		b := c.blocks[h]
		for _, k := range similar {
			if k < h {
				counts = append(counts, float64(b.n*c.blocks[k].n))
			}
		}
	}
	list := func(of []float64) uint32 {
		return c.constants(uint32(len(of)), func(i uint32) float64 { return of[i] })
	}
	k, ones, zero := list(items), list(one), c.constant(0)
	all, sum, squares := c.take(n).from, c.take(n).from, c.take(n).from
	roots, below := c.take(uint32(len(similar))).from, c.take(pairs).from

	i := uint32(0)
	for _, b := range c.blocks {
		if b.applies() {
			l := c.loadings + b.first
			c.add(dot, op{n: b.n, dst: sum + i, c: zero, a: l, b: ones, sa: 1})
			c.add(dot, op{n: b.n, dst: squares + i, c: zero, a: l, b: l, sa: 1, sb: 1})
			i++
		}
	}
	// alpha = k/(k-1) (1 - k / (k + 2 sum r))
	c.add(plus, op{n: n, dst: all, c: k, a: s.within, b: c.constant(2), sa: 1})
	c.add(quotient, op{n: n, dst: all, a: k, b: all, sa: 1, sb: 1})
	c.add(product, op{n: n, dst: t.ave.from, a: squares, b: list(inverse), sa: 1, sb: 1})
	c.add(product, op{n: 2, dst: t.srmr.from, a: s.total, b: c.constant(2 / (p * (p + 1))), sa: 1})
	for i, h := range similar {
		if b := c.blocks[h]; b.multi() {
			pairs := b.n * (b.n - 1) / 2
			c.add(product, op{n: 1, dst: s.sizes + uint32(i), a: s.sizes + uint32(i), b: c.constant(1 / float64(pairs))})
		}
	}
	for i, h := range similar {
		if !c.blocks[h].multi() {
			c.move(s.sizes+uint32(i), c.constant(1), 1)
		}
	}
	c.add(minus, op{n: n, dst: all, c: ones, a: all, b: ones, sa: 1})
	c.add(minus, op{n: n, dst: squares, c: k, a: squares, b: ones, sa: 1})
	c.add(root, op{n: uint32(len(similar)), dst: roots, a: s.sizes, sa: 1})
	c.add(root, op{n: 2, dst: t.srmr.from, a: t.srmr.from, sa: 1})
	for i, x := range items {
		items[i] = x / (x - 1)
	}
	c.add(product, op{n: n, dst: t.alpha.from, a: all, b: list(items), sa: 1, sb: 1})
	c.add(product, op{n: n, dst: sum, a: sum, b: sum, sa: 1, sb: 1})
	for i := range uint32(len(similar)) {
		c.add(product, op{n: i, dst: below + lower(int(i), 0), a: roots, b: roots + i, sa: 1})
	}
	c.add(product, op{n: pairs, dst: below, a: below, b: list(counts), sa: 1, sb: 1})
	// rho_C = (sum l)^2 / ((sum l)^2 + k - sum l^2)
	c.add(plus, op{n: n, dst: squares, c: squares, a: sum, b: ones, sa: 1})
	c.add(quotient, op{n: n, dst: t.rhoC.from, a: sum, b: squares, sa: 1, sb: 1})
	c.add(quotient, op{n: pairs, dst: s.between, a: s.between, b: below, sa: 1, sb: 1})
	none := c.constants(pairs, func(uint32) float64 { return math.NaN() })
	c.add(pick, op{n: pairs, dst: t.htmt.from, a: below, b: s.between, c: none, sa: 1, sb: 1})
}
