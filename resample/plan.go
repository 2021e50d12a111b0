package resample

import (
	"fmt"
	"math"
	"slices"
)

// Plan is one of [Bootstrap], [Jackknife], [Permutation], [Folds] and
// [Clusters]. Units are numbered from 0; groupings (Of, Strata) give the
// number of every unit's group, 0, 1, 2, ... without gaps.
type Plan interface {
	// Units is the number of units that get a coefficient.
	Units() int
	// prepare checks the plan and fills in s.
	prepare(s *Sampler) error
}

// Bootstrap draws N units among N with replacement (Efron 1979): the
// coefficients are Multinomial(N; 1/N, ..., 1/N). With Strata, as many units
// are drawn within each stratum as it has, independently. A stratum of one
// unit keeps that unit in every replicate and adds no variance.
//
// From 32 units on (N, or the size of the stratum) the draw goes by cells,
// because they need no random access and can be drawn many at a time. Each of
// the n units gets an independent Poisson(lambda) count, whatever lambda is.
// Given their total T, such counts are Multinomial(T; 1/n, ..., 1/n). If
// T <= n, then n - T uniform draws are added, and the sum of the two is
// Multinomial(n). If T > n, the cells are thrown away and n uniform draws
// made: Multinomial(n) again. Which of the two happens depends on T alone, and
// the law is the same given any T, so it is the law of the replicate. lambda =
// 1 - 2.5/sqrt(n) makes both the top-up and the probability of T > n (0.7 % at most)
// small.
//
// The argument needs cells whose law is Poisson, not nearly so: they are, to
// 2^-87 each in total variation, so a replicate is multinomial to n * 2^-87.
// There is no largest coefficient short of n.
type Bootstrap struct {
	N      int
	Strata []int // stratum of each unit; nil for one stratum
	Seed   uint64
}

// Jackknife leaves unit r out of replicate r, r = 0..N-1 (Quenouille 1949,
// Tukey 1958). Over Clusters it is the delete-a-group jackknife.
type Jackknife struct {
	N int
}

// Permutation deals the units out to the groups anew, each group keeping its
// size, all relabellings equally likely (Fisher 1935); with Strata, within
// each stratum. Shuffle q of G groups makes the replicates q*G + g,
// g = 0..G-1, whose coefficients are 1 for the units now in group g and 0 for
// the others; [Sampler.Labels] gives all groups of shuffle q at once.
type Permutation struct {
	Of     []int // group of each unit
	Strata []int // stratum of each unit; nil for one stratum
	Seed   uint64
}

// Folds deals the units out to K folds at random. Fold sizes differ by at most one,
// with Strata also within each stratum; all assignments of the same sizes are
// equally likely. Repetition q makes the replicates q*K + k, k = 0..K-1, whose
// coefficients are those of the training units: 0 for fold k and 1 for the
// others; [Sampler.Labels] gives all folds of repetition q at once.
type Folds struct {
	N      int
	K      int   // 2..N
	Strata []int // stratum of each unit; nil for one stratum
	Seed   uint64
}

// Clusters lets rows move together: the units of Plan are clusters (villages,
// persons with two waves, schools), and each row gets the coefficient of its
// cluster. Coefficients are drawn per cluster; [Expand] gives them per row.
type Clusters struct {
	Of   []int // cluster of each row
	Plan Plan  // how the clusters are resampled
}

// Units is N.
func (p Bootstrap) Units() int { return p.N }

// Units is N.
func (p Jackknife) Units() int { return p.N }

// Units is the length of Of.
func (p Permutation) Units() int { return len(p.Of) }

// Units is N.
func (p Folds) Units() int { return p.N }

// Units is the number of clusters.
func (p Clusters) Units() int {
	if p.Plan == nil {
		return 0
	}
	return p.Plan.Units()
}

// cellsFrom is the number of units from which a bootstrap goes by Poisson
// cells. Below, half the draws and more would be top-ups.
const cellsFrom = 32

func (p Bootstrap) prepare(s *Sampler) error {
	if err := s.layOut(p.N, p.Strata); err != nil {
		return err
	}
	s.kind, s.seed = bootstrap, p.Seed
	tables := make(map[int]*cells)
	for i, t := range s.strata {
		n := t.to - t.from
		if n < cellsFrom {
			continue
		}
		if tables[n] == nil {
			law := poisson(rate(n))
			tables[n] = newCells(law, roundDown(law))
		}
		s.strata[i].cells = tables[n]
	}
	return nil
}

func (p Jackknife) prepare(s *Sampler) error {
	s.kind = jackknife
	return s.layOut(p.N, nil)
}

func (p Permutation) prepare(s *Sampler) error {
	if err := s.layOut(len(p.Of), p.Strata); err != nil {
		return err
	}
	sizes, err := count("group", p.Of)
	if err != nil {
		return err
	}
	s.kind, s.seed, s.groups = permutation, p.Seed, len(sizes)
	s.labels = make([]int32, len(p.Of))
	for i, g := range p.Of {
		s.labels[i] = int32(g)
	}
	return nil
}

func (p Folds) prepare(s *Sampler) error {
	if err := s.layOut(p.N, p.Strata); err != nil {
		return err
	}
	if p.K < 2 || p.K > p.N {
		return fmt.Errorf("resample: %d folds of %d units: the number of folds must lie between 2 and the number of units", p.K, p.N)
	}
	s.kind, s.seed, s.groups = folds, p.Seed, p.K
	// Dealing on from stratum to stratum balances the folds within the strata
	// and as a whole.
	s.labels = make([]int32, p.N)
	for k := range s.labels {
		s.labels[s.at(k)] = int32(k % p.K)
	}
	return nil
}

func (p Clusters) prepare(s *Sampler) error {
	sizes, err := count("cluster", p.Of)
	switch {
	case p.Plan == nil:
		return fmt.Errorf("resample: Clusters needs a Plan for its clusters")
	case s.of != nil:
		return fmt.Errorf("resample: the Plan of Clusters is Clusters again: give the outermost cluster of each row and the plan of those clusters")
	case err != nil:
		return err
	case len(sizes) != p.Plan.Units():
		return fmt.Errorf("resample: the rows belong to %d clusters, but the plan is for %d", len(sizes), p.Plan.Units())
	}
	s.of = append([]int{}, p.Of...)
	return p.Plan.prepare(s)
}

// layOut sorts n units by stratum.
func (s *Sampler) layOut(n int, strata []int) error {
	if n < 0 || n > math.MaxInt32 {
		return fmt.Errorf("resample: %d units: the number of units must lie between 0 and %d", n, math.MaxInt32)
	}
	s.units = n
	if strata == nil {
		s.strata = []stratum{{from: 0, to: n}}
		return nil
	}
	if len(strata) != n {
		return fmt.Errorf("resample: strata are given for %d units, but there are %d", len(strata), n)
	}
	sizes, err := count("stratum", strata)
	if err != nil {
		return err
	}
	next := make([]int, len(sizes))
	from := 0
	for t, size := range sizes {
		next[t] = from
		s.strata = append(s.strata, stratum{from: from, to: from + size})
		from += size
	}
	s.order = make([]int32, n)
	for i, t := range strata {
		s.order[next[t]] = int32(i)
		next[t]++
	}
	return nil
}

// count returns the sizes of the groups 0, 1, 2, ..., none of which may be
// empty.
func count(what string, of []int) ([]int, error) {
	groups := 0
	for i, g := range of {
		if g < 0 || g >= len(of) {
			return nil, fmt.Errorf("resample: %s number %d at position %d: numbers must run 0, 1, 2, ... without gaps", what, g, i)
		}
		groups = max(groups, g+1)
	}
	sizes := make([]int, groups)
	for _, g := range of {
		sizes[g]++
	}
	if g := slices.Index(sizes, 0); g >= 0 {
		return nil, fmt.Errorf("resample: no unit has %s number %d, though numbers go up to %d: they must run 0, 1, 2, ... without gaps", what, g, groups-1)
	}
	return sizes, nil
}
