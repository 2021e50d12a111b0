package groups

import (
	"context"
	"fmt"
	"math"
	"slices"

	"plumb/assess"
	"plumb/estimate"
	"plumb/finding"
	"plumb/infer"
	"plumb/moment"
	"plumb/resample"
)

// contest is a set of groups among which people are dealt out anew. All that is
// tested is one vector of statistics, measured once with the labels as they are
// and once with every relabelling:
//
//	0, 1          distances of the groups' implied correlations
//	of two groups also
//	2 ...         differences of the estimates, in the order of the layout
//	then, one a construct each: correlation of the two scores, difference of the
//	means, difference of the log variances
type contest struct {
	p       Problem
	layout  *infer.Layout
	index   []int // of the members in Comparison.Groups
	members []Group
	units   []int // unit of each row, -1 where the row takes no part
	sampler *resample.Sampler
	labels  []int32 // group of each unit, a position in members

	pooled *estimate.Estimate
	scores [][]float64 // of each construct, by row, with the pooled weights

	ways     float64 // logarithm of the number of different relabellings
	observed []float64
	permuted [][]float64 // [statistic][relabelling]; NaN where there is none
	shuffles Shuffles
	findings finding.List
}

// offsets of the parts of the vector.
func (x *contest) differences() int   { return 2 }
func (x *contest) compositional() int { return 2 + x.layout.Len() }
func (x *contest) means() int         { return x.compositional() + len(x.scores) }
func (x *contest) variances() int     { return x.means() + len(x.scores) }

func (x *contest) length() int {
	if len(x.members) != 2 {
		return 2
	}
	return x.variances() + len(x.scores)
}

// contest prepares one among groups of c.
func (c *Comparison) contest(p Problem, members []int, o Options) (*contest, error) {
	x := &contest{p: p, layout: c.Layout, index: members}
	for _, g := range members {
		x.members = append(x.members, c.Groups[g])
	}
	blocks := x.exchange()
	of := make([]int, len(x.labels))
	for u, g := range x.labels {
		of[u] = int(g)
	}
	var err error
	if x.sampler, err = resample.New(resample.Permutation{Of: of, Strata: blocks, Seed: o.Seed}); err != nil {
		return nil, err
	}
	x.ways = relabellings(of, blocks)
	if x.shuffles.Untestable = !enough(x.ways, 1, o.Summary.Level); x.shuffles.Untestable {
		x.findings = append(x.findings, finding.Finding{Code: CodeRelabellings, Severity: finding.Warning,
			Message: fmt.Sprintf("%s of dealing out %s to %s, so that no difference between them can be significant.", onlyWays(x.ways), x.shuffles.Exchanged, x.names()),
			Hint:    x.shuffles.Exchanged.remedy()})
	}
	counts := make([]int32, p.Rows.Len())
	for i, u := range x.units {
		if u >= 0 {
			counts[i] = 1
		}
	}
	s := p.Rows.NewSummer().Sum(counts)
	if x.pooled, err = p.Fit(s); err != nil {
		return nil, err
	}
	x.score(s)
	x.observed = make([]float64, x.length())
	if !x.worker().measure(x.labels, x.observed) {
		return nil, fmt.Errorf("groups: %s could be estimated before and cannot now", x.names())
	}
	return x, nil
}

func (x *contest) names() string {
	s := x.members[0].Name
	for i, g := range x.members[1:] {
		if i == len(x.members)-2 {
			s += " and " + g.Name
		} else {
			s += ", " + g.Name
		}
	}
	return s
}

// score computes the scores of the rows with the pooled weights, which no
// relabelling changes. A missing cell takes the pooled mean, which adds 0.
func (x *contest) score(s *moment.Set) {
	mean, sd := s.Mean(), s.SD()
	columns := x.p.Rows.Columns()
	for _, b := range x.pooled.Blocks {
		y := make([]float64, len(x.units))
		for a := b.First; a < b.End; a++ {
			j := s.Index(x.pooled.Indicators[a])
			w := x.pooled.Weights[a] / sd[j]
			for i, v := range columns[j] {
				if !math.IsNaN(v) {
					y[i] += w * (v - mean[j])
				}
			}
		}
		x.scores = append(x.scores, y)
	}
}

// worker is the scratch space of one goroutine.
type worker struct {
	x         *contest
	sum       *moment.Summer
	labels    []int32
	counts    []int32
	fits      []*estimate.Estimate
	values    [2][]float64
	converged bool
}

func (x *contest) worker() *worker {
	w := &worker{x: x, sum: x.p.Rows.NewSummer(), labels: make([]int32, len(x.labels)), counts: make([]int32, len(x.units)),
		fits: make([]*estimate.Estimate, len(x.members))}
	for g := range w.values {
		w.values[g] = make([]float64, x.layout.Len())
	}
	return w
}

// measure writes the statistics under the given labels of the units to out; it
// reports false where a group has no estimate.
func (w *worker) measure(labels []int32, out []float64) bool {
	x := w.x
	w.converged = true
	for g := range x.members {
		clear(w.counts)
		for i, u := range x.units {
			if u >= 0 && labels[u] == int32(g) {
				w.counts[i] = 1
			}
		}
		e, err := x.p.Fit(w.sum.Sum(w.counts))
		if err != nil {
			for i := range out {
				out[i] = nan()
			}
			return false
		}
		w.converged = w.converged && e.Converged
		w.fits[g] = e
	}
	out[0], out[1] = distances(w.fits)
	if len(x.members) != 2 {
		return true
	}
	for g, e := range w.fits {
		x.layout.Measure(e, w.values[g])
	}
	for i := range x.layout.Len() {
		out[x.differences()+i] = w.values[0][i] - w.values[1][i]
	}
	for h := range x.scores {
		out[x.compositional()+h] = x.congruence(h, w.fits[0].Weights, w.fits[1].Weights)
		out[x.means()+h], out[x.variances()+h] = x.moments(h, labels)
	}
	return true
}

// distances averages over all pairs of groups (Klesel et al. 2019, eq. 7).
func distances(fits []*estimate.Estimate) (squared, geodesic float64) {
	n := 0.0
	for a, e := range fits {
		first := assess.Implied(e, assess.Estimated, assess.AsDeclared)
		for _, f := range fits[a+1:] {
			s, g := assess.Distances(first, assess.Implied(f, assess.Estimated, assess.AsDeclared))
			squared, geodesic, n = squared+s, geodesic+g, n+1
		}
	}
	return squared / n, geodesic / n
}

// permute measures the relabellings.
func (x *contest) permute(ctx context.Context, o Options, progress func(done, total int)) error {
	n := x.length()
	flat := make([]float64, n*o.Permutations)
	x.permuted = make([][]float64, n)
	for i := range x.permuted {
		x.permuted[i] = flat[i*o.Permutations : (i+1)*o.Permutations]
	}
	status := make([]infer.Status, o.Permutations)
	type state struct {
		*worker
		out []float64
	}
	err := infer.Parallel(ctx, o.Workers, o.Permutations, func() *state { return &state{x.worker(), make([]float64, n)} },
		func(w *state, q int) {
			x.sampler.Labels(uint64(q), w.labels)
			switch ok := w.measure(w.labels, w.out); {
			case !ok:
				status[q] = infer.Degenerate
			case !w.converged:
				status[q] = infer.NotConverged
			}
			for i, v := range w.out {
				x.permuted[i][q] = v
			}
		}, progress)
	if err != nil {
		return err
	}
	x.shuffles.Drawn = o.Permutations
	for _, s := range status {
		switch s {
		case infer.Degenerate:
			x.shuffles.Degenerate++
		case infer.NotConverged:
			x.shuffles.NotConverged++
		}
	}
	x.shuffles.Used = o.Permutations - x.shuffles.Degenerate
	if 20*x.shuffles.Degenerate > o.Permutations {
		x.findings = append(x.findings, finding.Finding{Code: CodeShuffles, Severity: finding.Warning,
			Message: fmt.Sprintf("Of %d relabellings of %s, %d have no numbers because an indicator does not vary in a group; the tests rest on the others.", o.Permutations, x.names(), x.shuffles.Degenerate),
			Hint:    "Look for items that nearly everybody answers alike, and for groups that are too small."})
	}
	return nil
}

// distances of the contest with their tests.
func (x *contest) distances(level float64) Distances {
	d := Distances{Shuffles: x.shuffles, Squared: x.observed[0], Geodesic: x.observed[1]}
	a := x.risk(level)
	squared, geodesic := newReference(x.permuted[0]), newReference(x.permuted[1])
	d.SquaredP, d.GeodesicP = squared.upper(d.Squared), geodesic.upper(d.Geodesic)
	d.SquaredLimit, d.GeodesicLimit = squared.largest(a), geodesic.largest(a)
	return d
}

// reference is the permutation distribution of a statistic, sorted.
type reference []float64

func newReference(values []float64) reference {
	r := make(reference, 0, len(values))
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			r = append(r, v)
		}
	}
	slices.Sort(r)
	return r
}

// tie is how near two values of a statistic count as equal: relabellings that
// amount to the same may differ in the last bits.
const tie = 1e-12

// upper returns the probability of a value at least as large, counting the
// observed labels as one of the relabellings: (1 + #{x* >= x}) / (n + 1)
// (Phipson & Smyth 2010). lower is its mirror image.
func (r reference) upper(v float64) float64 {
	below, _ := slices.BinarySearch(r, v-tie)
	return r.share(len(r)-below, v)
}

func (r reference) lower(v float64) float64 {
	notAbove, _ := slices.BinarySearch(r, v+tie)
	return r.share(notAbove, v)
}

func (r reference) share(extreme int, v float64) float64 {
	if len(r) == 0 || math.IsNaN(v) {
		return nan()
	}
	return float64(1+extreme) / float64(len(r)+1)
}

// largest returns the value beyond which upper is below a, smallest that below
// which lower is; NaN when there are too few relabellings for that.
func (r reference) largest(a float64) float64 {
	m := r.rank(a)
	if m < 1 {
		return nan()
	}
	return r[len(r)-m]
}

func (r reference) smallest(a float64) float64 {
	m := r.rank(a)
	if m < 1 {
		return nan()
	}
	return r[m-1]
}

func (r reference) rank(a float64) int {
	return int(math.Ceil(a*float64(len(r)+1)-1e-9)) - 1
}

// risk of a limit of significance: 0, which has none, when nothing can be
// significant.
func (x *contest) risk(level float64) float64 {
	if x.shuffles.Untestable {
		return 0
	}
	return risk(level)
}

// risk is 1 - level, free of the last bit of that difference.
func risk(level float64) float64 { return math.Round((1-level)*1e12) / 1e12 }
