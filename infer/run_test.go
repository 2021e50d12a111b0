package infer

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"plumb/estimate"
	"plumb/frame"
	"plumb/model"
	"plumb/moment"
	"plumb/pls"
)

// problem simulates n people who answered the items of three constructs.
func problem(t testing.TB, n int, o pls.Options, change func(*frame.Frame)) Problem {
	t.Helper()
	r := rand.New(rand.NewPCG(11, uint64(n)))
	f := &frame.Frame{Rows: n, FirstSheetRow: 2}
	names := []string{"a1", "a2", "a3", "b1", "b2", "c1", "c2", "c3"}
	for _, name := range names {
		f.Columns = append(f.Columns, &frame.Column{Name: name, Numbers: make([]float64, n)})
	}
	for i := range n {
		a := r.NormFloat64()
		b := .5*a + r.NormFloat64()
		c := .4*b + .2*a + r.NormFloat64()
		for k, of := range []float64{a, a, a, b, b, c, c, c} {
			f.Columns[k].Numbers[i] = math.Max(1, math.Min(7, math.Round(4+of+.7*r.NormFloat64())))
		}
	}
	if change != nil {
		change(f)
	}
	m, findings := model.Parse("A =~ a1 + a2 + a3\nB =~ b1 + b2\nC =~ c1 + c2 + c3\nB ~ A\nC ~ A + B", model.ParseOptions{})
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	rows, _, err := moment.LoadRows(f, names, moment.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := moment.Compute(f, names, moment.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fit := func(s *moment.Set) (*estimate.Estimate, error) { return pls.Estimate(m, s, o) }
	e, err := fit(s)
	if err != nil {
		t.Fatal(err)
	}
	return Problem{Rows: rows, Fit: fit, Estimate: e}
}

func bootstrap(t testing.TB, p Problem, o Options) *Run {
	t.Helper()
	r, err := Bootstrap(context.Background(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSameBitsForAnyWorkersAndShards(t *testing.T) {
	p := problem(t, 50, pls.Options{Consistent: true}, nil)
	p.Units = make([]int, 50)
	for i := range p.Units {
		p.Units[i] = i % 17
	}
	for _, inner := range []int{0, 5} {
		whole := bootstrap(t, p, Options{Replicates: 60, Workers: 1, Inner: inner})
		for _, workers := range []int{2, 7} {
			r := bootstrap(t, p, Options{Replicates: 60, Workers: workers, Inner: inner})
			if !same(whole.Values, r.Values) || !same(whole.InnerSE, r.InnerSE) || !same(whole.InnerShare, r.InnerShare) || !slices.Equal(whole.Status, r.Status) {
				t.Errorf("%d workers gave other bits", workers)
			}
		}
		part := bootstrap(t, p, Options{Replicates: 60, From: 20, To: 35, Inner: inner})
		for i := range whole.Values {
			if !same([][]float64{whole.Values[i][20:35]}, [][]float64{part.Values[i]}) {
				t.Errorf("a shard gave other bits in statistic %d", i)
			}
		}
	}
	if other := bootstrap(t, p, Options{Replicates: 60, Seed: 2}); same(other.Values, bootstrap(t, p, Options{Replicates: 60}).Values) {
		t.Error("another seed gave the same replicates")
	}
}

func same(a, b [][]float64) bool {
	return slices.EqualFunc(a, b, func(x, y []float64) bool {
		return slices.EqualFunc(x, y, func(u, v float64) bool { return math.Float64bits(u) == math.Float64bits(v) })
	})
}

// The jackknife must be leave-one-out refits on rows that are really left out.
func TestJackknife(t *testing.T) {
	const n = 40
	p := problem(t, n, pls.Options{Tolerance: 1e-14}, nil)
	r := bootstrap(t, p, Options{Replicates: 2, Jackknife: true})
	sum := p.Rows.NewSummer()
	values := make([]float64, r.Layout.Len())
	for out := range n {
		counts := make([]int32, n)
		for i := range counts {
			counts[i] = 1
		}
		counts[out] = 0
		e, err := p.Fit(sum.Sum(counts))
		if err != nil {
			t.Fatal(err)
		}
		r.Layout.Measure(e, values)
		for i, want := range values {
			if got := r.Jackknife[i][out]; math.Abs(got-want) > 1e-12 {
				t.Fatalf("statistic %d without row %d: %v, want %v", i, out, got, want)
			}
		}
	}
}

// With an item that only one person answers differently, a resample without
// that person has a constant item: no numbers, counted, never NaN in a table.
func TestDegenerateReplicates(t *testing.T) {
	p := problem(t, 30, pls.Options{}, func(f *frame.Frame) {
		for i := range 30 {
			f.Columns[1].Numbers[i] = 3
		}
		f.Columns[1].Numbers[7] = 4
	})
	r := bootstrap(t, p, Options{Replicates: 400})
	table := r.Summarise(Summary{})
	// P(not drawn) = (1 - 1/30)^30 = 0.3617; 4 standard errors either way.
	if share := float64(table.Degenerate) / 400; math.Abs(share-.3617) > 4*math.Sqrt(.36*.64/400) {
		t.Errorf("%v of the replicates degenerate", share)
	}
	if table.Used+table.Degenerate != 400 {
		t.Errorf("used %d, degenerate %d", table.Used, table.Degenerate)
	}
	for _, row := range table.Rows {
		if math.IsNaN(row.SE) || math.IsNaN(row.Low) || math.IsNaN(row.High) {
			t.Errorf("%v: %+v", row.Kind, row)
		}
	}
	one := problem(t, 30, pls.Options{}, nil)
	one.Units = make([]int, 30)
	if _, err := Bootstrap(context.Background(), one, Options{Replicates: 10}); err == nil {
		t.Error("one cluster was resampled")
	}
}

func TestDropInadmissible(t *testing.T) {
	p := problem(t, 25, pls.Options{MaxIterations: 4}, nil)
	r := bootstrap(t, p, Options{Replicates: 200})
	keep, drop := r.Summarise(Summary{}), r.Summarise(Summary{Inadmissibles: Drop})
	if keep.NotConverged == 0 || keep.Used != 200-keep.Degenerate || drop.Used != 200-keep.Degenerate-keep.NotConverged-keep.Inadmissible {
		t.Errorf("not converged %d, kept %d, after dropping %d", keep.NotConverged, keep.Used, drop.Used)
	}
}

// Clusters that are all the same row repeated: drawing clusters is drawing
// rows, so the cluster bootstrap of m copies has the SE of the original rows.
func TestClusters(t *testing.T) {
	single := problem(t, 40, pls.Options{}, nil)
	thrice := problem(t, 120, pls.Options{}, func(f *frame.Frame) {
		for k, c := range f.Columns {
			for i := range c.Numbers {
				c.Numbers[i] = single.Rows.Columns()[k][i/3]
			}
		}
	})
	thrice.Units = make([]int, 120)
	for i := range thrice.Units {
		thrice.Units[i] = i / 3
	}
	a, b := bootstrap(t, single, Options{Replicates: 50}), bootstrap(t, thrice, Options{Replicates: 50})
	from, to := a.Layout.Range(Path)
	for i := from; i < to; i++ {
		for k := range a.Values[i] {
			if math.Abs(a.Values[i][k]-b.Values[i][k]) > 1e-9 {
				t.Fatalf("path %d of replicate %d: %v and %v", i, k, a.Values[i][k], b.Values[i][k])
			}
		}
	}
}

func TestCancellation(t *testing.T) {
	p := problem(t, 500, pls.Options{}, nil)
	r := rand.New(rand.NewPCG(5, 5))
	for range 5 {
		ctx, cancel := context.WithCancel(context.Background())
		go func() {
			time.Sleep(time.Duration(r.IntN(20)) * time.Millisecond)
			cancel()
		}()
		run, err := Bootstrap(ctx, p, Options{Replicates: 1 << 20})
		if !errors.Is(err, context.Canceled) || run != nil {
			t.Fatalf("cancelled: %v, %v", run != nil, err)
		}
	}
}

func TestProgress(t *testing.T) {
	p := problem(t, 30, pls.Options{}, nil)
	last, calls := 0, 0
	bootstrap(t, p, Options{Replicates: 64, Progress: func(done, total int) {
		calls++
		last = done
		if total != 64 || done < 1 || done > total {
			t.Errorf("%d of %d", done, total)
		}
	}})
	if last != 64 || calls == 0 {
		t.Errorf("last %d after %d calls", last, calls)
	}
}

// Studentised and BCa intervals have their parts and order.
func TestIntervalKinds(t *testing.T) {
	p := problem(t, 60, pls.Options{}, nil)
	r := bootstrap(t, p, Options{Replicates: 300, Inner: 25, Jackknife: true})
	for _, method := range []Interval{Percentile, Basic, Normal, BiasCorrected, BCa, Studentised, Double} {
		table := r.Summarise(Summary{Interval: method})
		for _, row := range table.Rows {
			if row.SE == 0 {
				continue
			}
			if !(row.Low < row.High) || row.SE < 0 {
				t.Errorf("%v %v: %v to %v", method, row.Kind, row.Low, row.High)
			}
			if tested := !math.IsNaN(row.P); tested != row.Kind.tested() {
				t.Errorf("%v %v: p %v", method, row.Kind, row.P)
			}
		}
	}
}

func ExampleBootstrap() {
	p := problem(&testing.T{}, 80, pls.Options{}, nil)
	run, err := Bootstrap(context.Background(), p, Options{Replicates: 500, Seed: 7})
	if err != nil {
		fmt.Println(err)
		return
	}
	table := run.Summarise(Summary{Interval: Percentile, Level: .9})
	from, _ := run.Layout.Range(Path)
	row := table.Rows[from]
	fmt.Printf("A -> B %.2f, 90%% interval around it: %v\n", row.Estimate, row.Low < row.Estimate && row.Estimate < row.High)
	// Output: A -> B 0.46, 90% interval around it: true
}

func BenchmarkGeneralPath(b *testing.B) {
	p := problem(b, 344, pls.Options{}, nil)
	for b.Loop() {
		bootstrap(b, p, Options{Replicates: 100, Workers: 1})
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100, "ns/replicate")
}

// An interval that the run did not draw for is none, rather than another kind.
func TestIntervalWithoutItsParts(t *testing.T) {
	r := bootstrap(t, problem(t, 40, pls.Options{}, nil), Options{Replicates: 60})
	for _, method := range []Interval{BCa, Studentised, Double} {
		for _, row := range r.Summarise(Summary{Interval: method}).Rows {
			if row.SE > 0 && (!math.IsNaN(row.Low) || !math.IsNaN(row.High) || !math.IsNaN(row.P)) {
				t.Errorf("%v of %v: %v to %v, p %v", method, row.Kind, row.Low, row.High, row.P)
			}
		}
	}
}
