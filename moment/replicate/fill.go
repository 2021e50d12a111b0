package replicate

// constancy tells whether a column is constant in a replicate, from integers:
// n values with sum u and sum of squares v are all equal if and only if
// n v - u^2 = 0.
type constancy struct {
	column int
	// Rows of M: n = M[n] - M[gap] (gap -1: no holes), u = M[sum], v = M[square].
	n, gap, sum, square int
	// sure: the values are the column's own. Else they are the numbers of
	// classes, and a constant class is looked into.
	sure bool
}

// constantLanes marks the lanes in which a column is constant or empty.
func (s *Source) constantLanes(p *Panel, c *Counts) {
	for k := range s.constant {
		t := &s.constant[k]
		sum, square := lanesOf(p.m, t.sum), lanesOf(p.m, t.square)
		for l := range Lanes {
			n := p.m[t.n*Lanes+l]
			if t.gap >= 0 {
				n -= p.m[t.gap*Lanes+l]
			}
			if centred(n, square[l], sum[l], sum[l]) == 0 && (t.sure || s.isConstant(t.column, l, c)) {
				p.Bad |= 1 << l
			}
		}
	}
}

// isConstant looks at the rows of a lane.
func (s *Source) isConstant(a, lane int, c *Counts) bool {
	x := &s.columns[a]
	first, found := 0.0, false
	for i, v := range x.x {
		u := i
		if s.cluster != nil {
			u = s.cluster[i]
		}
		if !x.counts(i, s.active) || c.at(lane, u) == 0 {
			continue
		}
		if found && v != first {
			return false
		}
		first, found = v, true
	}
	return true
}

// keeps reports whether isConstant may ask for the rows of column a.
func (s *Source) keeps(a int) bool {
	for _, t := range s.constant {
		if t.column == a && !t.sure {
			return true
		}
	}
	return false
}

// filling says how a product of two columns changes when holes are filled.
type filling struct {
	row, a, b    int
	ab, ba, both int // rows of M: sum w x_a m_b, sum w x_b m_a, sum w m_a m_b; -1: zero
}

// fill replaces the sums over present cells by those over filled ones. With
// m_ia = 1 where cell (i,a) is a hole and x_ia = 0 there, a replicate with
// counts c and weights w has
//
//	mu_a = sum c x_a / sum c (1 - m_a)                   the mean, not weighted
//	y_a  = x_a + mu_a m_a                                the filled column
//	sum cw y_a     = sum cw x_a + mu_a sum cw m_a
//	sum cw y_a^2   = sum cw x_a^2 + mu_a^2 sum cw m_a    as x_a m_a = 0
//	sum cw y_a y_b = sum cw x_a x_b + mu_b sum cw x_a m_b + mu_a sum cw x_b m_a
//	                 + mu_a mu_b sum cw m_a m_b
//
// so that mean replacement, redone in every replicate, needs moments only.
func (s *Source) fill(p *Panel) {
	k := len(s.columns)
	for a := range s.columns {
		c := &s.columns[a]
		if c.gap < 0 {
			continue
		}
		mu := lanesOf(p.mu, a)
		n, missing, sum := lanesOf(p.m, s.present), lanesOf(p.m, c.missing), lanesOf(p.m, c.sum)
		for l := range Lanes {
			mu[l] = 0
			if have := n[l] - missing[l]; have > 0 {
				mu[l] = sum[l] / have
			}
		}
	}
	for a := range s.columns {
		c := &s.columns[a]
		if c.gap < 0 {
			continue
		}
		mu, gap := lanesOf(p.mu, a), lanesOf(p.m, c.gap)
		sum, square := lanesOf(p.m, 1+a), lanesOf(p.m, 1+k+a)
		for l := range Lanes {
			add := float64(mu[l] * gap[l])
			sum[l] += add
			square[l] += float64(mu[l] * add)
		}
	}
	for i := range s.filled {
		f := &s.filled[i]
		s.addTimes(p, f.row, f.ab, f.b, -1)
		s.addTimes(p, f.row, f.ba, f.a, -1)
		s.addTimes(p, f.row, f.both, f.a, f.b)
	}
}

// addTimes adds mu_a mu_b M[from] to M[to] (mu_b = 1 for b = -1).
func (s *Source) addTimes(p *Panel, to, from, a, b int) {
	if from < 0 {
		return
	}
	x, y, mu := lanesOf(p.m, to), lanesOf(p.m, from), lanesOf(p.mu, a)
	if b < 0 {
		for l := range Lanes {
			x[l] += float64(mu[l] * y[l])
		}
		return
	}
	nu := lanesOf(p.mu, b)
	for l := range Lanes {
		x[l] += float64(float64(mu[l]*nu[l]) * y[l])
	}
}
