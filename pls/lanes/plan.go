package lanes

import (
	"errors"
	"fmt"
	"slices"

	"plumb/estimate"
	"plumb/model"
	"plumb/pls"
)

// span is the range [from, to) of positions.
type span struct{ from, to uint32 }

func (s span) len() uint32 { return s.to - s.from }

// group is operations of one kind in a row.
type group struct {
	kind kind
	ops  []op
}

// plan is a model written down as lists of operations. Solvers share it.
type plan struct {
	start   []group // weights before the first iteration
	loop    []group // one iteration
	finish  []group // from final weights to paths and R2
	measure []group // the other statistics

	iterates  bool
	most      int
	tolerance float64

	size, pairs int
	improper    uint32 // -1 where something that must not exceed 1 does
	predictors  []int  // number of predecessors of each construct with an R2
	ratio       span   // (n-1)/(n-k-1) for them
	constants   []constant
	given       span // weights of sums
	table       table
	proxies     span
	constructs  span
}

// constant is a Vector that never changes.
type constant struct {
	at uint32
	x  float64
}

// table is where the statistics stand: next to one another, in this order.
type table struct {
	weights, loadings, paths, indirect, totalIndirect, total, r2, r2Adjusted span
	alpha, rhoA, rhoC, ave, f2, htmt, srmr                                   span
}

const (
	// leastPivot is the unexplained share of a variable's variance below which
	// it counts as collinear with those before it.
	leastPivot = 1e-10
	// mostAdmissible is 1 and what rounding may add to it.
	mostAdmissible = 1 + 1e-9
)

// New compiles a model for partial least squares. The error says what of the
// model the lanes do not do; pls.Estimate may do it.
func New(m *model.Model, o pls.Options) (*Solver, error) {
	if o.Tolerance <= 0 {
		o.Tolerance = pls.DefaultTolerance
	}
	if o.MaxIterations <= 0 {
		o.MaxIterations = pls.DefaultMaxIterations
	}
	c, err := newCompiler(m, false)
	if err != nil {
		return nil, err
	}
	for h, b := range c.blocks {
		if b.multi() && len(c.around[h]) == 0 {
			return nil, fmt.Errorf("lanes: %s has no neighbours to find its weights by", m.Constructs[h].Name)
		}
	}
	c.plan.iterates, c.plan.most, c.plan.tolerance = true, o.MaxIterations, o.Tolerance
	c.iteration(o.Scheme)
	c.solution(o.Consistent, o.Orientation)
	c.statistics()
	return newSolver(c.done(), fastest), nil
}

// NewSum compiles a model for scores with given weights (Input.Weights).
func NewSum(m *model.Model, o estimate.Orientation) (*Solver, error) {
	c, err := newCompiler(m, true)
	if err != nil {
		return nil, err
	}
	c.plan.given = c.raw
	c.begin()
	c.solution(false, o)
	c.statistics()
	return newSolver(c.done(), fastest), nil
}

// block is the indicators of one construct.
type block struct {
	first, n   uint32
	modeB      bool
	reflective bool
}

func (b block) multi() bool { return b.n > 1 }

// applies is assess.Applies.
func (b block) applies() bool { return b.multi() && !b.modeB }

// set is a distinct set of predecessors and its matrix of correlations.
type set struct {
	of      []int  // sorted
	square  uint32 // correlations, then L
	pivots  span
	inverse uint32 // of the pivots
}

// compiler writes a plan.
type compiler struct {
	plan   *plan
	m      *model.Model
	sum    bool
	blocks []block
	order  []int   // exogenous constructs, then causes before effects
	before [][]int // predecessors, sorted
	after  [][]int // successors, sorted
	around [][]int // before, then after
	sets   []set
	setOf  []int    // of each construct, -1 without predecessors
	right  []uint32 // correlations of each construct with its predecessors

	next        uint32
	known       map[float64]uint32 // constants
	list        *[]group           // that is being written
	weights     uint32             // w, by indicator
	raw         span               // weights before scaling
	own         uint32             // R_hh w_h
	loadings    uint32
	coefficient []uint32          // b of each construct, in the order of before
	path        map[[2]int]uint32 // {to, from}
	r2          []uint32
	scratch     uint32
	ww          uint32            // w'w of the constructs with rho_A
	rest        uint32            // 1 - R2 of the constructs that have one
	total       map[[2]int]uint32 // {to, from}
}

func newCompiler(m *model.Model, sum bool) (*compiler, error) {
	if err := refuse(m); err != nil {
		return nil, err
	}
	c := &compiler{m: m, sum: sum, plan: &plan{}, known: map[float64]uint32{}, next: firstFree, path: map[[2]int]uint32{}, total: map[[2]int]uint32{}}
	first, largest := uint32(0), uint32(0)
	for h, k := range m.Constructs {
		b := block{first, uint32(len(k.Indicators)), k.EffectiveMode() == model.ModeB, k.Kind == model.Reflective}
		c.blocks = append(c.blocks, b)
		first += b.n
		largest = max(largest, b.n)
		before, after := m.Predecessors(h), m.Successors(h)
		slices.Sort(before)
		slices.Sort(after)
		c.before, c.after = append(c.before, before), append(c.after, after)
		c.around = append(c.around, slices.Concat(before, after))
	}
	order, _ := m.Order()
	for _, exogenous := range [2]bool{true, false} {
		for _, h := range order {
			if (len(c.before[h]) == 0) == exogenous {
				c.order = append(c.order, h)
			}
		}
	}
	p, j := first, uint32(len(c.blocks))
	c.plan.pairs = int(p) * int(p-1) / 2
	c.place(p)
	c.raw = c.take(p)
	c.scratch = c.take(max(largest, j)).from
	c.plan.improper = c.take(1).from
	c.plan.proxies = c.take(j * (j - 1) / 2)
	c.predecessors()
	return c, nil
}

// refuse says what the lanes cannot do with a model.
func refuse(m *model.Model) error {
	if len(m.Interactions) > 0 {
		return errors.New("lanes: interactions need more than second moments")
	}
	for _, c := range m.Constructs {
		if len(c.Of) > 0 || len(c.Indicators) == 0 {
			return fmt.Errorf("lanes: %s has no indicators of its own", c.Name)
		}
	}
	if _, acyclic := m.Order(); !acyclic {
		return errors.New("lanes: the paths form a cycle")
	}
	type arrow struct{ from, to string }
	seen := map[arrow]bool{}
	for _, p := range m.Paths {
		if m.Index(p.From) < 0 || m.Index(p.To) < 0 {
			return fmt.Errorf("lanes: the path %s -> %s leads from or to no construct", p.From, p.To)
		}
		if seen[arrow{p.From, p.To}] {
			return fmt.Errorf("lanes: the path %s -> %s stands twice", p.From, p.To)
		}
		seen[arrow{p.From, p.To}] = true
	}
	if p := len(m.Indicators()); p > 4000 {
		return fmt.Errorf("lanes: %d indicators are too many", p)
	}
	if len(m.Constructs) == 0 {
		return errors.New("lanes: the model is empty")
	}
	return nil
}

// place lays out the table.
func (c *compiler) place(p uint32) {
	m, t := c.m, &c.plan.table
	j := len(c.blocks)
	t.weights, t.loadings = c.take(p), c.take(p)
	c.weights, c.loadings = t.weights.from, t.loadings.from
	t.paths = c.take(uint32(len(m.Paths)))
	for i, p := range m.Paths {
		c.path[[2]int{m.Index(p.To), m.Index(p.From)}] = t.paths.from + uint32(i)
	}
	chains, _ := m.Chains()
	t.indirect = c.take(uint32(len(chains)))
	reach, onward := c.reach()
	t.totalIndirect, t.total = c.take(count(onward)), c.take(count(reach))
	t.r2 = c.takeWhere(func(h int) bool { return len(c.before[h]) > 0 })
	t.r2Adjusted = c.take(t.r2.len())
	t.alpha = c.takeWhere(func(h int) bool { return c.blocks[h].applies() })
	t.rhoA = c.take(0)
	if !c.sum {
		t.rhoA = c.take(t.alpha.len())
	}
	t.rhoC, t.ave = c.take(t.alpha.len()), c.take(t.alpha.len())
	t.f2 = c.take(t.paths.len())
	k := uint32(len(c.similar()))
	t.htmt = c.take(k * (max(k, 1) - 1) / 2)
	t.srmr = c.take(2)
	c.r2 = make([]uint32, j)
	at := t.r2.from
	for h, of := range c.before {
		if len(of) > 0 {
			c.r2[h] = at
			c.plan.predictors = append(c.plan.predictors, len(of))
			at++
		}
	}
	c.plan.ratio = c.take(t.r2.len())
}

// take reserves n positions.
func (c *compiler) take(n uint32) span {
	s := span{c.next, c.next + n}
	c.next = s.to
	return s
}

func (c *compiler) takeWhere(ok func(h int) bool) span {
	n := uint32(0)
	for h := range c.blocks {
		if ok(h) {
			n++
		}
	}
	return c.take(n)
}

// constant returns the position of a constant.
func (c *compiler) constant(x float64) uint32 {
	at, ok := c.known[x]
	if !ok {
		at = c.constants(1, func(uint32) float64 { return x })
		c.known[x] = at
	}
	return at
}

// constants returns the position of n constants in a row.
func (c *compiler) constants(n uint32, x func(i uint32) float64) uint32 {
	at := c.take(n).from
	for i := range n {
		c.plan.constants = append(c.plan.constants, constant{at + i, x(i)})
	}
	return at
}

// add writes an operation to the end of the list, unless it has no operands.
func (c *compiler) add(k kind, o op) {
	if o.n == 0 {
		return
	}
	l := *c.list
	if len(l) == 0 || l[len(l)-1].kind != k {
		l = append(l, group{kind: k})
	}
	g := &l[len(l)-1]
	if n := len(g.ops); n == 0 || k > pick || !g.ops[n-1].extend(o) {
		g.ops = append(g.ops, o)
	}
	*c.list = l
}

// extend makes next part of an operation element by element, if its operands
// go on where those of o end.
func (o *op) extend(next op) bool {
	sa, onA := goesOn(o.n, o.a, o.sa, next.n, next.a, next.sa)
	sb, onB := goesOn(o.n, o.b, o.sb, next.n, next.b, next.sb)
	onC := next.c == o.c+o.n || next.c == 0 && o.c == 0 // no operand is at 0
	if !onA || !onB || !onC || next.dst != o.dst+o.n {
		return false
	}
	o.n, o.sa, o.sb = o.n+next.n, sa, sb
	return true
}

// goesOn reports whether m elements from y on, step t apart, go on where n from
// x on, step s apart, end, and with which step. One element alone has any.
func goesOn(n, x, s, m, y, t uint32) (step uint32, ok bool) {
	switch {
	case n > 1:
		step = s
	case m > 1:
		step = t
	default:
		step = y - x
	}
	return step, step <= 1 && y == x+n*step && (m == 1 || t == step)
}

func (c *compiler) move(dst, from, n uint32) { c.add(move, op{n: n, dst: dst, a: from, sa: 1}) }

func (c *compiler) done() *plan {
	c.plan.size = int(c.next)
	return c.plan
}

// pair returns the position in R of a and b, a > b.
func pair(a, b uint32) uint32 { return a*(a-1)/2 + b }

// lower returns the place of h and k in a packed lower triangle.
func lower(h, k int) uint32 { return pair(uint32(max(h, k)), uint32(min(h, k))) }

func (c *compiler) proxy(h, k int) uint32     { return c.plan.proxies.from + lower(h, k) }
func (c *compiler) construct(h, k int) uint32 { return c.plan.constructs.from + lower(h, k) }

// rectangle returns an operation on the block of R of constructs h > k.
func (c *compiler) rectangle(h, k int) op {
	x, y := c.blocks[h], c.blocks[k]
	return op{n: x.n, m: y.n, r: pair(x.first, y.first), row: x.first}
}

// triangle returns an operation on the block of R of construct h.
func (c *compiler) triangle(h int) op {
	b := c.blocks[h]
	return op{n: b.n, r: pair(b.first+1, b.first), row: b.first + 1}
}

// predecessors finds the distinct sets of predecessors.
func (c *compiler) predecessors() {
	c.setOf = make([]int, len(c.blocks))
	c.right = make([]uint32, len(c.blocks))
	c.coefficient = make([]uint32, len(c.blocks))
	for h, of := range c.before {
		n := uint32(len(of))
		c.right[h], c.coefficient[h] = c.take(n).from, c.take(n).from
		c.setOf[h] = slices.IndexFunc(c.sets, func(s set) bool { return slices.Equal(s.of, of) })
		if n > 0 && c.setOf[h] < 0 {
			c.setOf[h] = len(c.sets)
			c.sets = append(c.sets, set{of, c.take(n * n).from, c.take(n), c.take(n).from})
		}
	}
}

// wanted returns, for pairs of constructs h > k, where regress wants their
// correlations; out is where it leaves the coefficients of each construct.
func (c *compiler) wanted(out []uint32) map[[2]int][]uint32 {
	to := map[[2]int][]uint32{}
	for _, s := range c.sets {
		for a, h := range s.of {
			for b, k := range s.of[:a] {
				to[ends(h, k)] = append(to[ends(h, k)], s.square+uint32(a*len(s.of)+b))
			}
		}
	}
	for h, of := range c.before {
		for a, k := range of {
			at := c.right[h] + uint32(a)
			if len(of) == 1 {
				at = out[h] // a correlation is its own regression
			}
			to[ends(h, k)] = append(to[ends(h, k)], at)
		}
	}
	return to
}

// ends returns two constructs, the later one first.
func ends(h, k int) [2]int { return [2]int{max(h, k), min(h, k)} }

// deliver moves the correlations of all pairs to where they are wanted beyond
// the first positions, from where the first one is.
func (c *compiler) deliver(from func(h, k int) uint32, to map[[2]int][]uint32, first int) {
	for h := range c.blocks {
		for k := range h {
			for i, at := range to[ends(h, k)] {
				if i >= first {
					c.move(at, from(h, k), 1)
				}
			}
		}
	}
}

// regress writes the regressions of all constructs on their predecessors.
// A pivot not above the limit is a fault.
func (c *compiler) regress(out []uint32, limit float64) {
	at := c.constant(limit)
	for _, s := range c.sets {
		if len(s.of) > 1 {
			c.add(factor, op{n: s.pivots.len(), dst: fault, a: s.square, b: c.scratch, c: s.pivots.from, d: s.inverse, e: at})
		}
	}
	for h, of := range c.before {
		if len(of) > 1 {
			s := c.sets[c.setOf[h]]
			c.add(solve, op{n: s.pivots.len(), a: s.square, d: s.inverse, b: c.right[h], dst: out[h]})
		}
	}
}
