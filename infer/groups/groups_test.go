package groups

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"plumb/estimate"
	"plumb/finding"
	"plumb/frame"
	"plumb/infer"
	"plumb/model"
	"plumb/moment"
	"plumb/pls"
	"plumb/pls/lanes"
)

// population says how a simulated group answers.
type population struct {
	n       int
	path    float64 // of A on B
	shift   float64 // of the mean of A
	spread  float64 // of the items of B; 0 is 1
	without bool    // the third item of A has nothing to do with A
}

var indicators = []string{"a1", "a2", "a3", "b1", "b2"}

// simulate draws people of several groups, who answer items of two constructs.
// change may spoil the answers, one column an indicator.
func simulate(t testing.TB, seed uint64, change func(f *frame.Frame), of ...population) Problem {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 5))
	f := &frame.Frame{FirstSheetRow: 2}
	for _, name := range indicators {
		f.Columns = append(f.Columns, &frame.Column{Name: name})
	}
	p := Problem{}
	for g, x := range of {
		p.Names = append(p.Names, string(rune('x'+g)))
		for range x.n {
			a := r.NormFloat64() + x.shift
			b := x.path*(a-x.shift) + r.NormFloat64()
			for k, on := range []float64{a, a, a, b, b} {
				if k == 2 && x.without {
					on = r.NormFloat64()
				}
				answer := on + .6*r.NormFloat64()
				if k > 2 && x.spread > 0 {
					answer *= x.spread
				}
				f.Columns[k].Numbers = append(f.Columns[k].Numbers, answer)
			}
			p.Of = append(p.Of, g)
		}
	}
	f.Rows = len(p.Of)
	if change != nil {
		change(f)
	}
	m, findings := model.Parse("A =~ a1 + a2 + a3\nB =~ b1 + b2\nB ~ A", model.ParseOptions{})
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	var err error
	if p.Rows, _, err = moment.LoadRows(f, indicators, moment.Options{}); err != nil {
		t.Fatal(err)
	}
	p.Fit = func(s *moment.Set) (*estimate.Estimate, error) { return pls.Estimate(m, s, pls.Options{}) }
	if p.Lanes, err = lanes.New(m, pls.Options{}); err != nil {
		t.Fatal(err)
	}
	return p
}

func compare(t testing.TB, p Problem, o Options) *Comparison {
	t.Helper()
	c, err := Compare(context.Background(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// path is the comparison of A -> B in a pair of groups.
func (c *Comparison) path(pair int) Difference {
	from, _ := c.Layout.Range(infer.Path)
	return c.Pairs[pair].Differences[from]
}

func draws(n int) infer.Options { return infer.Options{Replicates: n} }

// Two groups of one population: every one-sided permutation p is uniform on
// 1/40, ..., 40/40.
func TestUniformWithoutDifference(t *testing.T) {
	const cases, permutations, bins = 200, 39, 10
	counts := map[string]*[bins]int{}
	add := func(what string, p float64) {
		if counts[what] == nil {
			counts[what] = new([bins]int)
		}
		counts[what][int(math.Round(p*(permutations+1))-1)*bins/(permutations+1)]++
	}
	for k := range uint64(cases) {
		one := population{n: 20 + int(k%3)*10, path: .5}
		other := one
		other.n = 25
		c := compare(t, simulate(t, k, nil, one, other), Options{Permutations: permutations, Seed: k + 1})
		add("path", c.path(0).Permutation.Upper)
		add("weight", c.Pairs[0].Differences[0].Permutation.Upper)
		v := c.Pairs[0].Invariance[0]
		add("correlation", v.P)
		add("mean", v.MeanTest.Upper)
		add("variance", v.VarianceTest.Upper)
		add("squared distance", c.Distances.SquaredP)
		add("geodesic distance", c.Distances.GeodesicP)
	}
	for what, count := range counts {
		chi2 := 0.0
		for _, n := range count {
			d := float64(n) - cases/bins
			chi2 += d * d / (cases / bins)
		}
		// The .999 quantile of chi-square with 9 degrees of freedom.
		if chi2 > 27.88 {
			t.Errorf("%s: chi-square %.1f of %v", what, chi2, *count)
		}
	}
}

// Planted differences are found, each by the test that is for it.
func TestPlantedDifferences(t *testing.T) {
	base := population{n: 120, path: .6}
	change := func(f func(*population)) population { p := base; f(&p); return p }
	for _, k := range []struct {
		name     string
		other    population
		path     bool // whether the path differs
		distance bool
		level    Level
		which    func(Invariance) bool
	}{
		{"nothing", base, false, false, Full, func(v Invariance) bool { return v.EqualMeans && v.EqualSpreads }},
		{"path", change(func(p *population) { p.path = -.2; p.spread = 1.1 }), true, true, Full, func(v Invariance) bool { return v.Compositional }},
		{"mean", change(func(p *population) { p.shift = .8 }), false, false, Partial, func(v Invariance) bool { return v.Compositional && !v.EqualMeans }},
		{"variance", change(func(p *population) { p.spread = 2 }), false, false, Partial, func(v Invariance) bool { return v.EqualMeans && !v.EqualSpreads && v.Construct == 1 }},
		{"weights", change(func(p *population) { p.without = true }), false, true, None, func(v Invariance) bool { return !v.Compositional }},
	} {
		t.Run(k.name, func(t *testing.T) {
			c := compare(t, simulate(t, 77, nil, base, k.other), Options{Permutations: 199, Bootstrap: draws(300)})
			d := c.path(0)
			for test, p := range map[string]float64{"permutation": d.Permutation.P, "Henseler": d.Henseler.P, "parametric": d.Parametric.P, "Welch": d.Welch.P} {
				if (p < .02) != k.path {
					t.Errorf("%s p of the path %v", test, p)
				}
			}
			if (d.Overlap == Overlapping) == k.path {
				t.Errorf("intervals %v", d.Overlap)
			}
			if (c.Distances.SquaredP < .05) != k.distance || (c.Distances.GeodesicP < .05) != k.distance {
				t.Errorf("distances %+v", c.Distances)
			}
			if c.Pairs[0].Verdict != k.level {
				t.Errorf("invariance %v: %+v", c.Pairs[0].Verdict, c.Pairs[0].Invariance)
			}
			if !slices.ContainsFunc(c.Pairs[0].Invariance, k.which) {
				t.Errorf("%+v", c.Pairs[0].Invariance)
			}
		})
	}
}

// Of three groups the one that differs is found by the test of all at once and
// by the two pairs that it belongs to.
func TestThreeGroups(t *testing.T) {
	same := population{n: 80, path: .7}
	c := compare(t, simulate(t, 12, nil, same, same, population{n: 80, path: -.4}), Options{Permutations: 199, Adjust: infer.Holm})
	// The geodesic distance has little power here: weak paths leave the weights of
	// a block to chance, and some permuted implied correlations nearly singular.
	if c.Distances.SquaredP > .01 || c.Distances.Squared < c.Distances.SquaredLimit {
		t.Errorf("distances %+v", c.Distances)
	}
	for i, k := range []struct {
		a, b   int
		differ bool
	}{{0, 1, false}, {0, 2, true}, {1, 2, true}} {
		d := c.path(i).Permutation
		if c.Pairs[i].A != k.a || c.Pairs[i].B != k.b || (d.Adjusted < .05) != k.differ || d.Adjusted < d.P {
			t.Errorf("groups %d and %d: %+v", c.Pairs[i].A, c.Pairs[i].B, d)
		}
	}
	if w := c.Pairs[1].Differences[0].Permutation; !math.IsNaN(w.Adjusted) {
		t.Errorf("p of a weight was adjusted: %+v", w)
	}
}

// What estimators say of a group is said with the name of the group.
func TestFindingsOfGroups(t *testing.T) {
	p := simulate(t, 5, nil, population{n: 30, path: .5}, population{n: 30, path: .5})
	fit := p.Fit
	p.Fit = func(s *moment.Set) (*estimate.Estimate, error) {
		e, err := fit(s)
		if err == nil && s.N == 30 {
			e.Findings = append(e.Findings, finding.Finding{Code: "doubt", Severity: finding.Warning, Message: "It is doubtful."})
		}
		return e, err
	}
	c := compare(t, p, Options{Permutations: 3})
	if len(c.Findings) != 2 || c.Findings[1].Message != "In the group y: It is doubtful." {
		t.Errorf("findings %v", c.Findings)
	}
}

// Groups in another order: signs turn, probabilities stay, and what was larger
// is smaller.
func TestSwappedGroups(t *testing.T) {
	p := simulate(t, 3, nil, population{n: 40, path: .7}, population{n: 55, path: .2}, population{n: 30, path: .4, shift: .5})
	o := Options{Permutations: 49, Bootstrap: draws(60), Adjust: infer.Holm}
	c := compare(t, p, o)
	q := p
	q.Names = []string{"y", "x", "z"}
	q.Of = make([]int, len(p.Of))
	for i, g := range p.Of {
		q.Of[i] = []int{1, 0, 2}[g]
	}
	swapped := compare(t, q, o)
	if math.Abs(c.Distances.SquaredP-swapped.Distances.SquaredP) > 1e-15 || math.Abs(c.Distances.Squared-swapped.Distances.Squared) > 1e-14 {
		t.Errorf("distances %+v and %+v", c.Distances, swapped.Distances)
	}
	near := func(what string, a, b float64) {
		if !(math.Abs(a-b) <= 1e-12) {
			t.Errorf("%s: %v and %v", what, a, b)
		}
	}
	for i, d := range c.Pairs[0].Differences {
		e := swapped.Pairs[0].Differences[i]
		near("difference", d.Difference, -e.Difference)
		near("p", d.Permutation.P, e.Permutation.P)
		near("one-sided p", d.Permutation.Upper, e.Permutation.Lower)
		near("limit", d.Permutation.Low, -e.Permutation.High)
		if math.IsNaN(d.Henseler.P) {
			if !math.IsNaN(e.Welch.P) {
				t.Errorf("%v is tested once", d.Statistic)
			}
			continue
		}
		near("Henseler", d.Henseler.P, e.Henseler.P)
		near("Henseler's share", d.Henseler.Share, 1-e.Henseler.Share)
		near("t", d.Parametric.T, -e.Parametric.T)
		near("Welch", d.Welch.P, e.Welch.P)
		if d.Overlap != e.Overlap {
			t.Errorf("intervals %v and %v", d.Overlap, e.Overlap)
		}
	}
	near("adjusted p", c.path(0).Permutation.Adjusted, swapped.path(0).Permutation.Adjusted)
	for h, v := range c.Pairs[0].Invariance {
		w := swapped.Pairs[0].Invariance[h]
		near("correlation", v.Correlation, w.Correlation)
		near("its p", v.P, w.P)
		near("mean", v.Mean, -w.Mean)
		near("its p", v.MeanTest.P, w.MeanTest.P)
		near("variance", v.Variance, -w.Variance)
		if v.Level != w.Level {
			t.Errorf("%v and %v", v.Level, w.Level)
		}
	}
}

func TestSameBitsForAnyWorkers(t *testing.T) {
	p := simulate(t, 8, nil, population{n: 30, path: .5}, population{n: 35, path: .5}, population{n: 25, path: .1})
	print := func(workers int) string {
		c := compare(t, p, Options{Permutations: 30, Bootstrap: draws(30), Workers: workers})
		return fmt.Sprint(c.Pairs, c.Distances)
	}
	one := print(1)
	for _, workers := range []int{2, 7} {
		if print(workers) != one {
			t.Errorf("%d workers gave other bits", workers)
		}
	}
}

// Replicates that do not fit into memory are drawn again, and nothing changes.
func TestSameBitsForAnyMemory(t *testing.T) {
	p := simulate(t, 8, nil, population{n: 30, path: .5}, population{n: 35, path: .5}, population{n: 25, path: .1})
	p.Units = make([]int, 90)
	for i := range p.Units { // the third group cannot be resampled
		p.Units[i] = min(i/5, 13)
	}
	const replicates = 30
	print := func(memory int64) (text string, passes int) {
		last, of := 0, 0
		c := compare(t, p, Options{Permutations: 5, Bootstrap: draws(replicates), Summary: infer.Summary{Level: .9}, Memory: memory,
			Progress: func(done, total int) { last, of = done, total }})
		if last != of {
			t.Errorf("progress ends at %d of %d", last, of)
		}
		for _, g := range c.Groups {
			if g.run != nil || (g.Table == nil) != (g.Name == "z") {
				t.Errorf("group %s keeps its replicates, or table %v", g.Name, g.Table)
			}
			if g.Table != nil {
				text += fmt.Sprint(g.Table.Rows[:c.Layout.Len()])
			}
		}
		if d := c.path(0); math.IsNaN(d.Henseler.P) || d.Overlap == NoIntervals {
			t.Errorf("no tests from the bootstrap: %+v", d)
		}
		return text + fmt.Sprint(c.Pairs, c.Distances), (of - 4*5) / (3 * replicates)
	}
	all, once := print(0)
	for memory, want := range map[int64]int{1: 12, 8 * replicates * 3 * 5: 3} {
		if text, passes := print(memory); text != all || passes != want || once != 1 {
			t.Errorf("%d bytes: %d passes, equal %v", memory, passes, text == all)
		}
	}
}

// What cannot be compared is said, and the rest compared.
func TestDegenerateGroups(t *testing.T) {
	constant := func(from, to int) func(*frame.Frame) {
		return func(f *frame.Frame) {
			for i := from; i < to; i++ {
				f.Columns[1].Numbers[i] = 4
			}
		}
	}
	missing := func(f *frame.Frame) {
		for i := range 30 {
			f.Columns[3].Numbers[i] = math.NaN()
		}
	}
	good := population{n: 30, path: .5}
	for _, k := range []struct {
		name   string
		change func(*frame.Frame)
		of     []population
		codes  []finding.Code
		fails  bool
		words  string
	}{
		{"one group", nil, []population{good}, []finding.Code{CodeFewGroups}, true, "there is 1"},
		{"three people", nil, []population{good, {n: 3}}, []finding.Code{CodeGroupLeftOut, CodeFewGroups}, true, "y (n = 3)"},
		{"three people of a third group", nil, []population{good, {n: 3}, good}, []finding.Code{CodeGroupLeftOut}, false, "y (n = 3)"},
		{"constant item", constant(0, 30), []population{good, good}, []finding.Code{CodeGroupLeftOut, CodeFewGroups}, true, "a2"},
		{"constant item of a third group", constant(30, 60), []population{good, good, good}, []finding.Code{CodeGroupLeftOut}, false, "a2"},
		{"item nobody answered", missing, []population{good, good}, []finding.Code{CodeGroupLeftOut, CodeFewGroups}, true, "b1"},
		// With one person who answers otherwise each shuffle leaves the item
		// constant in one of the groups.
		{"item constant in shuffles", func(f *frame.Frame) { constant(0, 60)(f); f.Columns[1].Numbers[3] = 5; f.Columns[1].Numbers[33] = 5 },
			[]population{good, good}, []finding.Code{CodeShuffles}, false, "does not vary"},
	} {
		t.Run(k.name, func(t *testing.T) {
			c, err := Compare(context.Background(), simulate(t, 4, k.change, k.of...), Options{Permutations: 19})
			var list finding.List
			var trouble *finding.Errors
			switch {
			case k.fails && errors.As(err, &trouble):
				list = trouble.List
			case k.fails || err != nil:
				t.Fatalf("error %v", err)
			default:
				list = c.Findings
				for _, p := range c.Pairs {
					if p.Shuffles.Used+p.Shuffles.Degenerate != 19 {
						t.Errorf("shuffles %+v", p.Shuffles)
					}
				}
			}
			var codes []finding.Code
			text := ""
			for _, f := range list {
				codes = append(codes, f.Code)
				text += f.Message + f.Hint
			}
			if !slices.Equal(codes, k.codes) || !strings.Contains(text, k.words) {
				t.Errorf("findings %v: %s", codes, text)
			}
		})
	}
}

func TestCancellation(t *testing.T) {
	p := simulate(t, 6, nil, population{n: 200, path: .5}, population{n: 200, path: .5})
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(15*time.Millisecond, cancel)
	start := time.Now()
	c, err := Compare(ctx, p, Options{Permutations: 1 << 20})
	if c != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", c, err)
	}
	if d := time.Since(start); d > 2*time.Second {
		t.Errorf("stopped after %v", d)
	}
}

func TestProgress(t *testing.T) {
	p := simulate(t, 6, nil, population{n: 20, path: .5}, population{n: 20, path: .5}, population{n: 20, path: .5})
	last, of := 0, 0
	compare(t, p, Options{Permutations: 10, Bootstrap: draws(20), Progress: func(done, total int) { last, of = done, total }})
	if want := 3*20 + 4*10; last != want || of != want {
		t.Errorf("%d of %d, want %d", last, of, want)
	}
}

func ExampleCompare() {
	p := simulate(&testing.T{}, 5, nil, population{n: 120, path: .6}, population{n: 120, path: -.2})
	c, err := Compare(context.Background(), p, Options{Permutations: 499})
	if err != nil {
		fmt.Println(err)
		return
	}
	from, _ := c.Layout.Range(infer.Path)
	d := c.Pairs[0].Differences[from]
	fmt.Printf("A -> B: %.2f in x, %.2f in y, p below .05: %v; invariance: %v\n", d.A, d.B, d.Permutation.P < .05, c.Pairs[0].Verdict)
	// Output: A -> B: 0.40 in x, -0.15 in y, p below .05: true; invariance: full
}

func BenchmarkPermutations(b *testing.B) {
	p := simulate(b, 1, nil, population{n: 172, path: .5}, population{n: 172, path: .5})
	for b.Loop() {
		compare(b, p, Options{Permutations: 100, Workers: 1})
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100, "ns/permutation")
}
