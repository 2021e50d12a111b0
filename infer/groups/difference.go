package groups

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"plumb/finding"
	"plumb/infer"
)

// Difference compares one estimate between two groups. Numbers of tests that
// were not made are NaN.
type Difference struct {
	infer.Statistic
	A, B        float64 // the estimates
	Difference  float64 // A - B
	Permutation Permutation
	Henseler    Henseler
	Parametric  TTest // equal standard errors (Keil et al. 2000)
	Welch       TTest // unequal ones (Sarstedt, Henseler & Ringle 2011)
	Overlap     Overlap
}

// Permutation is the test of Chin & Dibbern (2010).
type Permutation struct {
	// P is two-sided: twice the smaller of Upper and Lower.
	P        float64
	Adjusted float64 // of paths, when adjustment was asked for
	Upper    float64 // probability of a difference at least as large
	Lower    float64 // at most as large
	// Low and High bound the differences that are not significant.
	Low, High float64
}

// Henseler is the test of Henseler, Ringle & Sinkovics (2009, eq. 6): of all
// pairs of a replicate of A and one of B, bias corrected by 2 mean - replicate,
// the share in which A is not above B.
type Henseler struct {
	// Share is what SmartPLS and seminr print as the one-tailed p: near 0 when
	// the effect is larger in A, near 1 when it is larger in B.
	Share float64
	// P is two-sided: twice the smaller of Share and 1 - Share, and no less
	// than 2/(replicates + 1).
	P        float64
	Adjusted float64
}

// TTest compares two estimates by their bootstrap standard errors.
type TTest struct{ T, DF, P, Adjusted float64 }

// Overlap says how the intervals of two groups lie (Sarstedt, Henseler &
// Ringle 2011): they take the effects for different when neither estimate lies
// in the interval of the other group.
type Overlap uint8

const (
	// NoIntervals: there was no bootstrap.
	NoIntervals Overlap = iota
	// Apart: the intervals have no value in common.
	Apart
	// Touching: they overlap, and neither holds the other group's estimate.
	Touching
	// Overlapping: an estimate lies in the interval of the other group.
	Overlapping
)

var overlapNames = [...]string{"", "apart", "touching", "overlapping"}

// String returns the word of result.json.
func (o Overlap) String() string { return overlapNames[o] }

// pair lays out what a contest of two groups found.
func (c *Comparison) pair(x *contest) Pair {
	p := Pair{A: x.index[0], B: x.index[1], Shuffles: x.shuffles, ways: x.ways}
	a, b := &x.members[0], &x.members[1]
	for i, s := range c.Layout.Statistics {
		d := Difference{Statistic: s, A: a.Values[i], B: b.Values[i], Difference: a.Values[i] - b.Values[i], Henseler: noHenseler, Parametric: noTTest, Welch: noTTest}
		k := x.differences() + i
		d.Permutation = twoSided(x.permuted[k], x.observed[k], x.risk(c.Level))
		if tests := c.henseler[[2]int{p.A, p.B}]; tests != nil {
			d.bootstrapped(tests[i], a, b, i)
		}
		p.Differences = append(p.Differences, d)
	}
	p.Invariance, p.Verdict = x.invariance(c.Level)
	return p
}

// twoSided tests a statistic that is 0 in expectation when groups do not
// matter. The two tails have equal probability, so that P is below the risk
// exactly where the statistic lies beyond Low or High.
func twoSided(permuted []float64, observed, risk float64) Permutation {
	r := newReference(permuted)
	t := Permutation{Upper: r.upper(observed), Lower: r.lower(observed), Adjusted: nan()}
	t.P = math.Min(1, 2*math.Min(t.Upper, t.Lower))
	t.Low, t.High = r.smallest(risk/2), r.largest(risk/2)
	return t
}

var (
	noHenseler = Henseler{nan(), nan(), nan()}
	noTTest    = TTest{nan(), nan(), nan(), nan()}
)

// bootstrapped adds the tests of statistic i that rest on the replicates of the
// groups.
func (d *Difference) bootstrapped(h Henseler, a, b *Group, i int) {
	ra, rb := a.Table.Rows[i], b.Table.Rows[i]
	if math.IsNaN(h.Share) || !(ra.SE > 0) || !(rb.SE > 0) {
		return // the same in all replicates, as the weight of a single item
	}
	na, nb := float64(a.units), float64(b.units)
	d.Henseler = h
	d.Parametric = equalVariances(d.Difference, ra.SE, rb.SE, na, nb)
	d.Welch = welch(d.Difference, ra.SE, rb.SE, na, nb)
	d.Overlap = overlap(ra, rb)
}

// replicates appends those of statistic i that count to out.
func (g *Group) replicates(i int, out []float64) []float64 {
	for _, b := range g.use {
		if v := g.run.Values[i][b]; !math.IsNaN(v) && !math.IsInf(v, 0) {
			out = append(out, v)
		}
	}
	return out
}

// compareReplicates counts pairs; fewer than two replicates of a group say
// nothing. The slices are its own.
func compareReplicates(a, b []float64) Henseler {
	if len(a) < 2 || len(b) < 2 {
		return noHenseler
	}
	share := pairsNotAbove(a, b)
	n := float64(min(len(a), len(b)))
	return Henseler{Share: share, P: math.Min(1, 2*math.Max(math.Min(share, 1-share), 1/(n+1))), Adjusted: nan()}
}

// PairsNotAbove returns the share of all pairs of a replicate of a and one of b
// in which the bias-corrected replicate of a is not above that of b (Henseler,
// Ringle & Sinkovics 2009, eq. 6).
func PairsNotAbove(a, b []float64) float64 {
	return pairsNotAbove(slices.Clone(a), slices.Clone(b))
}

// pairsNotAbove is PairsNotAbove of slices that are its own.
func pairsNotAbove(u, v []float64) float64 {
	correct(u)
	correct(v)
	above := 0
	k := 0
	for _, x := range u {
		for k < len(v) && v[k] < x {
			k++
		}
		above += k
	}
	return 1 - float64(above)/(float64(len(u))*float64(len(v)))
}

// correct replaces x by 2 mean - x, sorted.
func correct(x []float64) {
	mean := 0.0
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	for i, v := range x {
		x[i] = 2*mean - v
	}
	slices.Sort(x)
}

// equalVariances is the t test of Keil et al. (2000): standard errors se of n
// people each, pooled.
func equalVariances(d, sa, sb, na, nb float64) TTest {
	df := na + nb - 2
	pooled := ((na-1)*(na-1)*sa*sa + (nb-1)*(nb-1)*sb*sb) / df
	return tTest(d/math.Sqrt(pooled*(1/na+1/nb)), df)
}

// welch is that of Sarstedt, Henseler & Ringle (2011) for unequal standard
// errors, with the degrees of freedom of Satterthwaite as they give them.
func welch(d, sa, sb, na, nb float64) TTest {
	va, vb := (na-1)/na*sa*sa, (nb-1)/nb*sb*sb
	df := (va+vb)*(va+vb)/((na-1)/(na*na)*math.Pow(sa, 4)+(nb-1)/(nb*nb)*math.Pow(sb, 4)) - 2
	return tTest(d/math.Sqrt(va+vb), df)
}

func tTest(t, df float64) TTest {
	if !(df > 0) {
		return TTest{t, df, nan(), nan()}
	}
	student := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}
	return TTest{t, df, 2 * student.Survival(math.Abs(t)), nan()}
}

// overlap compares intervals. An open end lies at infinity.
func overlap(a, b infer.Row) Overlap {
	holds := func(r infer.Row, v float64) bool { return !(v < r.Low) && !(v > r.High) }
	switch {
	case math.IsNaN(a.Low) && math.IsNaN(a.High), math.IsNaN(b.Low) && math.IsNaN(b.High):
		return NoIntervals
	case holds(a, b.Estimate) || holds(b, a.Estimate):
		return Overlapping
	case a.High < b.Low || b.High < a.Low:
		return Apart
	}
	return Touching
}

// adjust corrects the p values of the paths for their number, all pairs of
// groups together, test by test.
func (c *Comparison) adjust() {
	if c.Adjustment == infer.None {
		return
	}
	from, to := c.Layout.Range(infer.Path)
	var paths []*Difference
	for i := range c.Pairs {
		for k := from; k < to; k++ {
			paths = append(paths, &c.Pairs[i].Differences[k])
		}
	}
	for _, test := range []func(*Difference) (p float64, adjusted *float64){
		func(d *Difference) (float64, *float64) { return d.Permutation.P, &d.Permutation.Adjusted },
		func(d *Difference) (float64, *float64) { return d.Henseler.P, &d.Henseler.Adjusted },
		func(d *Difference) (float64, *float64) { return d.Parametric.P, &d.Parametric.Adjusted },
		func(d *Difference) (float64, *float64) { return d.Welch.P, &d.Welch.Adjusted },
	} {
		p := make([]float64, len(paths))
		for i, d := range paths {
			p[i], _ = test(d)
		}
		for i, v := range infer.Adjust(p, c.Adjustment) {
			_, adjusted := test(paths[i])
			*adjusted = v
		}
	}
	c.warnOfAdjustment(paths)
}

// warnOfAdjustment tells where no adjusted p can be significant, because the
// least that a permutation test can find, times the number of tests, is not
// below the risk.
func (c *Comparison) warnOfAdjustment(paths []*Difference) {
	if c.Adjustment != infer.Holm && c.Adjustment != infer.Bonferroni {
		return
	}
	tests := 0
	for _, d := range paths {
		if !math.IsNaN(d.Permutation.P) {
			tests++
		}
	}
	if tests == 0 {
		return
	}
	// 2 tests/(permutations + 1) < risk
	if needed := int(2*float64(tests)/risk(c.Level) + 1e-9); c.Permutations < needed {
		c.Findings = append(c.Findings, finding.Finding{Code: CodeFewPermutations, Severity: finding.Warning,
			Message: fmt.Sprintf("With %d permutations no p is below %.2g, and with the %s adjustment of %d p values none of them can be significant.",
				c.Permutations, 2/float64(c.Permutations+1), c.Adjustment, tests),
			Hint: fmt.Sprintf("At least %d permutations are needed, several times as many for power: --permutations, or permutations under groups in the study file.", needed)})
	}
	for _, p := range c.Pairs {
		if !p.Shuffles.Untestable && !enough(p.ways, tests, c.Level) {
			c.Findings = append(c.Findings, finding.Finding{Code: CodeRelabellings, Severity: finding.Warning,
				Message: fmt.Sprintf("%s of dealing out %s to %s and %s, too few for any p to be significant with the %s adjustment of %d p values.",
					onlyWays(p.ways), p.Shuffles.Exchanged, c.Groups[p.A].Name, c.Groups[p.B].Name, c.Adjustment, tests),
				Hint: p.Shuffles.Exchanged.remedy()})
		}
	}
}
