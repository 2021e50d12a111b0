// Package groups compares groups of people, or waves, on one path model: does
// an effect differ between them (multigroup analysis), does a construct mean
// the same to all of them (MICOM), and do they differ at all (the omnibus
// distance test)?
//
// Most people need two calls:
//
//	c, err := groups.Compare(ctx, problem, groups.Options{})
//	for _, d := range c.Pairs[0].Differences { ... } // d.Permutation.P
//
// Every group is estimated by itself with the same model and settings; a
// missing cell takes the mean of its own group, as in SmartPLS. The standard of
// comparison is permutation: people are dealt out to the groups anew, and all
// is estimated again. Only the labels of groups are shuffled, so that the tests
// hold whatever the distribution of the answers.
package groups

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"runtime"
	"strings"

	"plumb/estimate"
	"plumb/finding"
	"plumb/infer"
	"plumb/model"
	"plumb/moment"
	"plumb/pls/lanes"
)

const (
	// CodeFewGroups: there are no two groups to compare. Smallest example:
	// groups: {by: gender} where everybody is female.
	CodeFewGroups finding.Code = "few-groups"
	// CodeGroupLeftOut: a group cannot be estimated. Smallest example: a group
	// of 3 people, or one whose members all give item a1 the same answer.
	CodeGroupLeftOut finding.Code = "group-left-out"
	// CodeRelabellings: people can be dealt out to the groups in so few ways
	// that no test can find anything. Smallest example: two villages, one in
	// each group, where villages were sampled.
	CodeRelabellings finding.Code = "few-relabellings"
	// CodeFewPermutations: no p can be significant once p values are adjusted for
	// their number. Smallest example: groups: {permutations: 99} with inference:
	// {adjust: holm}, 3 groups and one path.
	CodeFewPermutations finding.Code = "few-permutations"
	// CodeShuffles: many relabellings could not be estimated. Smallest example:
	// an item that two people of sixty answer unlike the others.
	CodeShuffles finding.Code = "bad-relabellings"
	// CodeNotResampled: a group has no bootstrap. Smallest example: a group that
	// lives in one village, where villages were sampled.
	CodeNotResampled finding.Code = "group-not-resampled"
	// CodeDependent: tests that need groups of different people were left out.
	// Smallest example: data: {id: person, wave: year} with each person in both
	// years.
	CodeDependent finding.Code = "dependent-groups"
)

// Problem is a model, the people and the groups they belong to.
type Problem struct {
	Rows *moment.Rows
	// Fit estimates the model from moments; it must be safe to call from
	// several goroutines.
	Fit func(*moment.Set) (*estimate.Estimate, error)
	// Lanes does the same as Fit for many replicates at once; nil where the
	// model has no such fast path.
	Lanes *lanes.Solver
	// Of is the group of each row, a position in Names.
	Of    []int
	Names []string
	// Units is the cluster that each row was sampled with, from 0 without gaps;
	// nil when rows were sampled one by one. Clusters that lie within groups
	// change groups as a whole; where a cluster has people of several groups,
	// people are exchanged within their cluster.
	Units []int
	// Strata is the stratum that each row was sampled within, nil for one; a
	// cluster lies in one stratum. What is exchanged is exchanged within strata,
	// unless each stratum lies in one group.
	Strata []int
	// Persons tells who each row belongs to where the groups are waves of the
	// same people (see Panel): a person's waves are exchanged with one another.
	// Between waves that share less than half of their rows people are exchanged.
	// nil when groups are different people.
	Persons []int
}

// Options of Compare. The zero value: 1,000 permutations, no bootstrap, level
// .95, seed 1.
type Options struct {
	Permutations int // 0 is 1,000
	// Bootstrap draws the replicates of each group, which Henseler's test, the
	// t tests and the intervals need; with Replicates 0 they are left out. Its
	// seed, workers and progress are those below.
	Bootstrap infer.Options
	Summary   infer.Summary // of the replicates of each group; its level is that of all tests
	Adjust    infer.Adjustment
	Seed      uint64 // 0 is 1
	Workers   int    // 0 uses all cores; the result does not depend on it
	// Memory bounds the replicates of the groups that are kept at once, in bytes;
	// 0 is infer.DefaultMemory. The result does not depend on it.
	Memory int64
	// Progress is called now and then, from one goroutine at a time.
	Progress func(done, total int)
}

// DefaultPermutations is the number that Henseler, Ringle & Sarstedt (2016)
// ask for at least.
const DefaultPermutations = 1000

// Comparison is what Compare finds.
type Comparison struct {
	Layout       *infer.Layout // of what is compared: weights to total effects
	Groups       []Group       // those that could be estimated
	Pairs        []Pair        // every two of them
	Distances    Distances
	Permutations int
	Bootstrap    int // replicates of each group; 0 without
	Seed         uint64
	Level        float64
	Adjustment   infer.Adjustment
	Findings     finding.List

	henseler map[[2]int][]Henseler // of two positions in Groups, in the order of Layout
}

// Group is one group by itself.
type Group struct {
	Name     string
	N        int
	Estimate *estimate.Estimate
	Values   []float64 // in the order of Comparison.Layout
	// Table summarises the bootstrap of the group, rows beginning in that
	// order; nil without bootstrap.
	Table *infer.Table

	rows  []int
	units int        // that its bootstrap drew among
	run   *infer.Run // replicates of the present share of statistics
	use   []int      // those that count
}

// Pair compares groups A and B, positions in Comparison.Groups. Differences are
// those of A less B.
type Pair struct {
	A, B        int
	Shuffles    Shuffles
	Differences []Difference // in the order of Comparison.Layout
	Invariance  []Invariance // one a construct
	Verdict     Level        // the lowest of Invariance

	ways float64 // logarithm of the number of different relabellings
}

// Shuffles counts relabellings.
type Shuffles struct {
	Exchanged Exchange
	// Untestable: there are so few different relabellings that no p can be
	// significant, however large the difference. Limits of significance are NaN.
	Untestable   bool
	Drawn        int
	Used         int // that the tests rest on
	Degenerate   int // without numbers: an indicator was constant in a group
	NotConverged int // among those used
}

// Distances are how far apart the groups' implied correlations of the
// indicators lie, on average over all pairs of groups, and how likely as much
// is when groups do not matter (Klesel, Schuberth, Henseler & Niehaves 2019).
type Distances struct {
	Shuffles                    Shuffles
	Squared, Geodesic           float64
	SquaredP, GeodesicP         float64 // one-sided: larger
	SquaredLimit, GeodesicLimit float64 // values beyond them are significant
}

// Compare estimates every group and compares them. Groups that cannot be
// estimated are left out with a finding; the error is a *finding.Errors when
// fewer than two are left, or that of the context.
func Compare(ctx context.Context, p Problem, o Options) (*Comparison, error) {
	o = o.complete()
	c := &Comparison{Permutations: o.Permutations, Bootstrap: max(0, o.Bootstrap.Replicates), Seed: o.Seed, Level: o.Summary.Level, Adjustment: o.Adjust}
	if len(p.Of) != p.Rows.Len() {
		return nil, fmt.Errorf("groups: the groups of %d rows are given, and there are %d", len(p.Of), p.Rows.Len())
	}
	if err := c.estimate(p); err != nil {
		return nil, err
	}
	if p.Persons != nil && c.Bootstrap > 0 {
		c.Bootstrap = 0
		c.Findings = append(c.Findings, finding.Finding{Code: CodeDependent, Severity: finding.Info,
			Message: "The same people stand in several of the groups. Henseler's test, the t tests and the intervals of groups need different people and were left out; the permutation tests exchange the waves of each person.",
			Hint:    "Read the permutation tests."})
	}
	clock := o.clock(c)
	if c.Bootstrap > 0 {
		if err := c.bootstrap(ctx, p, o, clock); err != nil {
			return nil, err
		}
	}
	all := make([]int, len(c.Groups))
	for g := range all {
		all[g] = g
	}
	for a := range c.Groups {
		for b := a + 1; b < len(c.Groups); b++ {
			x, err := c.contest(p, []int{a, b}, o)
			if err != nil {
				return nil, err
			}
			if err := x.permute(ctx, o, clock.stage(o.Permutations)); err != nil {
				return nil, err
			}
			c.Pairs = append(c.Pairs, c.pair(x))
			if len(all) == 2 {
				c.Distances = x.distances(c.Level)
			}
			c.Findings = append(c.Findings, x.findings...)
		}
	}
	if len(all) > 2 {
		x, err := c.contest(p, all, o)
		if err != nil {
			return nil, err
		}
		if err := x.permute(ctx, o, clock.stage(o.Permutations)); err != nil {
			return nil, err
		}
		c.Distances = x.distances(c.Level)
		c.Findings = append(c.Findings, x.findings...)
	}
	c.adjust()
	return c, ctx.Err()
}

func (o Options) complete() Options {
	if o.Permutations <= 0 {
		o.Permutations = DefaultPermutations
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	if o.Summary.Level == 0 {
		o.Summary.Level = .95
	}
	if o.Memory <= 0 {
		o.Memory = infer.DefaultMemory
	}
	return o
}

// estimate finds the groups that can be estimated and does so.
func (c *Comparison) estimate(p Problem) error {
	rows := make([][]int, len(p.Names))
	for i, g := range p.Of {
		rows[g] = append(rows[g], i)
	}
	sum := p.Rows.NewSummer()
	counts := make([]int32, p.Rows.Len())
	least := 0
	leave := func(g int, reason, hint string) {
		c.Findings = append(c.Findings, finding.Finding{Code: CodeGroupLeftOut, Severity: finding.Warning,
			Message: fmt.Sprintf("The group %s (n = %d) is left out of the comparison: %s", p.Names[g], len(rows[g]), reason), Hint: hint})
	}
	for g, of := range rows {
		if len(of) < leastPeople {
			leave(g, fmt.Sprintf("no group of fewer than %d people says anything about a path model.", leastPeople), "Merge it with another group, or collect more people.")
			continue
		}
		clear(counts)
		for _, i := range of {
			counts[i] = 1
		}
		e, err := p.Fit(sum.Sum(counts))
		if err != nil {
			leave(g, reasons(err), "Merge it with another group, or leave that item out of the model.")
			continue
		}
		if least == 0 {
			least = mostPredictors(e.Model) + 2
		}
		if len(of) < least {
			leave(g, fmt.Sprintf("with %d predictors of one outcome at least %d people are needed.", least-2, least), "Merge it with another group, or collect more people.")
			continue
		}
		if c.Layout == nil {
			c.Layout = compared(e)
		}
		for _, f := range e.Findings {
			f.Message = "In the group " + p.Names[g] + ": " + f.Message
			c.Findings = append(c.Findings, f)
		}
		values := make([]float64, c.Layout.Len())
		c.Layout.Measure(e, values)
		c.Groups = append(c.Groups, Group{Name: p.Names[g], N: len(of), Estimate: e, Values: values, rows: of})
	}
	if len(c.Groups) < 2 {
		list := append(finding.List{}, c.Findings...)
		return append(list, finding.Finding{Code: CodeFewGroups, Severity: finding.Error,
			Message: fmt.Sprintf("A comparison needs two groups that can be estimated; there %s.", thereAre(len(c.Groups), len(p.Names))),
			Hint:    "Name another column of groups, or leave the comparison out."}).Err()
	}
	return nil
}

func thereAre(usable, given int) string {
	if usable == given {
		return fmt.Sprintf("is %d", usable)
	}
	return fmt.Sprintf("is %d of %d", usable, given)
}

// leastPeople is the size below which a group is not estimated.
const leastPeople = 5

// mostPredictors is the size of the largest regression of a model.
func mostPredictors(m *model.Model) int {
	most := 0
	for h, c := range m.Constructs {
		most = max(most, len(m.Predecessors(h)))
		if c.EffectiveMode() == model.ModeB {
			most = max(most, len(c.Indicators))
		}
	}
	return most
}

// reasons puts the findings of an estimator into one sentence each.
func reasons(err error) string {
	list, ok := err.(*finding.Errors)
	if !ok {
		return err.Error()
	}
	var words []string
	for _, f := range list.List {
		words = append(words, f.Message)
	}
	return strings.Join(words, " ")
}

// compared is the part of the layout that group comparison is about: weights,
// loadings, paths and effects.
func compared(e *estimate.Estimate) *infer.Layout {
	l := *infer.NewLayout(e)
	_, end := l.Range(infer.Total)
	l.Statistics = l.Statistics[:end]
	return &l
}

// bootstrap resamples every group and makes the tests that need the replicates
// of two at once. Where those of all groups would not fit into memory, they are
// drawn again for each share of the statistics that does, with the same bits.
func (c *Comparison) bootstrap(ctx context.Context, p Problem, o Options, clock *clock) error {
	statistics := c.Layout.Len()
	share := max(1, int(min(int64(statistics), o.Memory/o.bytes(len(c.Groups)))))
	passes := (statistics + share - 1) / share
	clock.total += (passes - 1) * len(c.Groups) * c.Bootstrap
	c.henseler = map[[2]int][]Henseler{}
	alive := make([]bool, len(c.Groups))
	var x, y []float64
	for first := 0; first < statistics; first += share {
		end := min(first+share, statistics)
		if passes > 1 {
			runtime.GC() // else replicates that are done with stand beside the new ones
		}
		for g := range c.Groups {
			progress := clock.stage(c.Bootstrap)
			if first > 0 && !alive[g] {
				continue
			}
			err := c.Groups[g].bootstrap(ctx, p, o, first, end, progress)
			if _, found := err.(*finding.Errors); found {
				c.Findings = append(c.Findings, finding.Finding{Code: CodeNotResampled, Severity: finding.Warning,
					Message: fmt.Sprintf("The group %s cannot be resampled, so that only the permutation tests compare it: %s", c.Groups[g].Name, reasons(err)),
					Hint:    "Where clusters were sampled each group needs several. To treat people as sampled one by one: --resample people, or resample: people in the study file."})
				continue
			} else if err != nil {
				return err
			}
			alive[g] = true
		}
		for a := range c.Groups {
			for b := a + 1; b < len(c.Groups); b++ {
				if !alive[a] || !alive[b] {
					continue
				}
				pair := [2]int{a, b}
				for i := first; i < end; i++ {
					x, y = c.Groups[a].replicates(i, x[:0]), c.Groups[b].replicates(i, y[:0])
					c.henseler[pair] = append(c.henseler[pair], compareReplicates(x, y))
				}
			}
		}
		for g := range c.Groups {
			c.Groups[g].run, c.Groups[g].use = nil, nil
		}
	}
	return nil
}

// bytes that the replicates of one statistic take in all groups.
func (o Options) bytes(groups int) int64 {
	each := int64(8 * o.Bootstrap.Replicates * groups)
	if o.Bootstrap.Inner > 0 {
		each *= 3
	}
	return each
}

// bootstrap resamples a group by itself, for statistics [first, end).
func (g *Group) bootstrap(ctx context.Context, p Problem, o Options, first, end int, progress func(done, total int)) error {
	pick := func(of []int) []int {
		if of == nil {
			return nil
		}
		out := make([]int, len(g.rows))
		for k, i := range g.rows {
			out[k] = of[i]
		}
		return renumber(out)
	}
	problem := infer.Problem{Rows: p.Rows.Subset(g.rows), Fit: p.Fit, Lanes: p.Lanes, Estimate: g.Estimate, Units: pick(p.Units), Strata: pick(p.Strata)}
	if problem.Units != nil && problem.Strata != nil { // the stratum of a cluster is that of its people
		strata := make([]int, 0, len(problem.Strata))
		for i, u := range problem.Units {
			if u == len(strata) {
				strata = append(strata, problem.Strata[i])
			}
		}
		problem.Strata = strata
	}
	options := o.Bootstrap
	options.Seed, options.Workers, options.Progress = seedOf(o.Seed, g.Name), o.Workers, progress
	options.First, options.End = first, end
	run, err := infer.Bootstrap(ctx, problem, options)
	if err != nil {
		return err
	}
	table := run.Summarise(o.Summary)
	if g.Table == nil {
		g.Table = &table
	}
	copy(g.Table.Rows[first:end], table.Rows[first:end])
	g.run, g.units = run, run.Units
	for b, s := range run.Status {
		if s == infer.Fine || s != infer.Degenerate && o.Summary.Inadmissibles == infer.Keep {
			g.use = append(g.use, b)
		}
	}
	return nil
}

// seedOf gives every group its own streams, whatever the order of the groups:
// equal draws in two groups of equal size would make them dependent.
func seedOf(seed uint64, name string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return max(1, seed^h.Sum64())
}

// renumber numbers values 0, 1, 2, ... in the order in which they appear.
func renumber(of []int) []int {
	seen := map[int]int{}
	out := make([]int, len(of))
	for i, v := range of {
		if _, ok := seen[v]; !ok {
			seen[v] = len(seen)
		}
		out[i] = seen[v]
	}
	return out
}

// clock adds the progress of stages up.
type clock struct {
	done, total int
	report      func(done, total int)
}

func (o Options) clock(c *Comparison) *clock {
	g := len(c.Groups)
	contests := g * (g - 1) / 2
	if g > 2 {
		contests++
	}
	return &clock{total: g*c.Bootstrap + contests*o.Permutations, report: o.Progress}
}

// stage returns the progress function of the next n items.
func (k *clock) stage(n int) func(done, total int) {
	before := k.done
	k.done += n
	if k.report == nil {
		return nil
	}
	return func(done, _ int) { k.report(before+done, k.total) }
}

func nan() float64 { return math.NaN() }
