package groups

import (
	"fmt"
	"math"
	"slices"
)

// Exchange says what changed places in the permutations.
type Exchange uint8

const (
	// People change groups one by one.
	People Exchange = iota
	// PeopleWithinStrata change groups with people of their own stratum.
	PeopleWithinStrata
	// Clusters change groups as a whole.
	Clusters
	// ClustersWithinStrata change groups with clusters of their own stratum.
	ClustersWithinStrata
	// WithinClusters: people change groups with people of their own cluster.
	WithinClusters
	// WithinPersons: the waves of each person are exchanged.
	WithinPersons
)

var exchangeNames = [...]string{"people", "people within strata", "clusters", "clusters within strata", "people within clusters", "waves within persons"}

// String says it in words.
func (e Exchange) String() string { return exchangeNames[e] }

// remedy says what makes more relabellings.
func (e Exchange) remedy() string {
	const oneByOne = ", or the comparison has to treat people as sampled one by one: --resample people, or resample: people in the study file."
	switch e {
	case PeopleWithinStrata:
		return "More people are needed in strata that have people of several groups; a stratum within one group does not take part."
	case Clusters:
		return "More clusters in each group are needed" + oneByOne
	case ClustersWithinStrata:
		return "More clusters are needed in strata that have clusters of several groups" + oneByOne
	case WithinClusters:
		return "More clusters that have people of several groups are needed" + oneByOne
	case WithinPersons:
		return "More people who stand in several groups are needed, or the groups have to be compared as different people: leave out --id, or id in the study file."
	}
	return "More people are needed in each group."
}

// Panel reports whether groups are waves of the same people: at least half of
// the rows belong to people who stand in several groups, and at most one person
// in 20 stands twice in one group. A few equal identifiers are an error of the
// data rather than a panel, and identifiers that start again in every village
// stand twice in the same group.
func Panel(persons, of []int) bool {
	type place struct{ person, group int }
	seen, twice := map[place]bool{}, map[int]bool{}
	people := map[int]bool{}
	for i, person := range persons {
		at := place{person, of[i]}
		twice[person] = twice[person] || seen[at]
		seen[at], people[person] = true, true
	}
	repeated := 0
	for _, again := range twice {
		if again {
			repeated++
		}
	}
	return 20*repeated <= len(people) && halfShared(persons, of)
}

// Shared returns the rows of people who stand in several groups.
func Shared(persons, of []int) []int {
	first, several := map[int]int{}, map[int]bool{}
	for i, person := range persons {
		if g, ok := first[person]; ok && g != of[i] {
			several[person] = true
		} else if !ok {
			first[person] = of[i]
		}
	}
	var rows []int
	for i, person := range persons {
		if several[person] {
			rows = append(rows, i)
		}
	}
	return rows
}

func halfShared(persons, of []int) bool {
	shared := len(Shared(persons, of))
	return shared > 0 && 2*shared >= len(persons)
}

// exchange finds what may change places and returns the blocks within which it
// may, nil for one.
func (x *contest) exchange() (blocks []int) {
	x.units = make([]int, x.p.Rows.Len())
	for i := range x.units {
		x.units[i] = -1
	}
	of := make([]int, len(x.units)) // group of each row
	var rows []int
	for g, m := range x.members {
		for _, i := range m.rows {
			of[i] = g
			rows = append(rows, i)
		}
	}
	slices.Sort(rows)
	pick := func(of []int) []int {
		out := make([]int, len(rows))
		for k, i := range rows {
			out[k] = of[i]
		}
		return out
	}
	group := pick(of)
	alone := func() { // every row is a unit
		for k, i := range rows {
			x.units[i] = k
			x.labels = append(x.labels, int32(group[k]))
		}
	}
	if x.p.Persons != nil {
		if persons := pick(x.p.Persons); halfShared(persons, group) {
			alone()
			x.shuffles.Exchanged = WithinPersons
			return renumber(persons)
		}
	}
	if x.p.Units == nil {
		alone()
		if x.p.Strata != nil {
			if blocks = mixed(pick(x.p.Strata), group); blocks != nil {
				x.shuffles.Exchanged = PeopleWithinStrata
			}
		}
		return blocks
	}
	clusters := renumber(pick(x.p.Units))
	if mixed(clusters, group) != nil {
		alone()
		x.shuffles.Exchanged = WithinClusters
		return clusters
	}
	x.shuffles.Exchanged = Clusters
	n := slices.Max(clusters) + 1
	x.labels = make([]int32, n)
	group, strata := make([]int, n), make([]int, n)
	for k, i := range rows {
		u := clusters[k]
		x.units[i], x.labels[u], group[u] = u, int32(of[i]), of[i]
		if x.p.Strata != nil {
			strata[u] = x.p.Strata[i]
		}
	}
	if x.p.Strata != nil {
		if blocks = mixed(strata, group); blocks != nil {
			x.shuffles.Exchanged = ClustersWithinStrata
		}
	}
	return blocks
}

// mixed returns the blocks numbered from 0, or nil when each lies in one group,
// so that nothing can be exchanged within them.
func mixed(blocks, group []int) []int {
	first := map[int]int{}
	for k, b := range blocks {
		if g, ok := first[b]; ok && g != group[k] {
			return renumber(blocks)
		} else if !ok {
			first[b] = group[k]
		}
	}
	return nil
}

// relabellings returns the logarithm of the number of different relabellings.
func relabellings(of, blocks []int) float64 {
	type cell struct{ block, group int }
	size, cells := map[int]float64{}, map[cell]float64{}
	for u, g := range of {
		b := 0
		if blocks != nil {
			b = blocks[u]
		}
		size[b]++
		cells[cell{b, g}]++
	}
	factorial := func(n float64) float64 { v, _ := math.Lgamma(n + 1); return v }
	var terms []float64
	for _, n := range size {
		terms = append(terms, factorial(n))
	}
	for _, n := range cells {
		terms = append(terms, -factorial(n))
	}
	slices.Sort(terms) // the same bits, whatever the order of a map
	ways := 0.0
	for _, v := range terms {
		ways += v
	}
	return math.Max(0, ways)
}

// enough reports whether the smallest two-sided p of so many relabellings
// (their logarithm), 2/relabellings, is below the risk when tests are corrected
// for their number.
func enough(ways float64, tests int, level float64) bool {
	return ways > math.Log(2*float64(tests)/risk(level))+1e-9
}

func onlyWays(ways float64) string {
	if n := math.Round(math.Exp(ways)); n > 1 {
		return fmt.Sprintf("There are only %.0f ways", n)
	}
	return "There is only 1 way"
}
