package model

import (
	"cmp"
	"slices"
)

// MaxChains bounds what Chains returns.
const MaxChains = 10_000

// Chains returns every directed chain of two and more paths, as positions of
// constructs: each is one specific indirect effect. They are ordered by first
// construct, last construct, length, and then by the constructs between.
// Interactions start no chain.
//
// The second value is false when that is not all: a dense model has more than
// MaxChains (the shortest are then given), and a model with a cycle has no end
// of them (none is given).
func (m *Model) Chains() ([][]int, bool) {
	if _, acyclic := m.Order(); !acyclic {
		return nil, false
	}
	next := make([][]int, len(m.Constructs))
	var grown [][]int
	for i := range m.Constructs {
		next[i] = m.Successors(i)
		slices.Sort(next[i])
		next[i] = slices.Compact(next[i])
		for _, j := range next[i] {
			grown = append(grown, []int{i, j})
		}
	}
	var out [][]int
	complete := true
growing:
	for len(grown) > 0 {
		var longer [][]int
		for _, chain := range grown {
			for _, j := range next[chain[len(chain)-1]] {
				if len(out) == MaxChains {
					complete = false
					break growing
				}
				more := append(slices.Clone(chain), j)
				longer = append(longer, more)
				out = append(out, more)
			}
		}
		grown = longer
	}
	slices.SortFunc(out, func(a, b []int) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[len(a)-1], b[len(b)-1]), cmp.Compare(len(a), len(b)), slices.Compare(a, b))
	})
	return out, complete
}

// FreeParameters counts what is estimated from the data: one weight (or
// loading) for each indicator, or part of a higher-order construct, in blocks
// of two and more, and one coefficient for each path, interactions included.
// The weight of a single item is fixed, and variances and covariances of
// standardised variables are not counted.
func (m *Model) FreeParameters() int {
	n := len(m.Paths)
	for _, c := range m.Constructs {
		if block := len(c.Indicators) + len(c.Of); block > 1 {
			n += block
		}
	}
	return n
}
