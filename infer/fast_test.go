package infer

import (
	"math"
	"testing"

	"plumb/frame"
	"plumb/pls"
	"plumb/pls/lanes"
)

// The fast path must measure what the general path measures, replicate by
// replicate: rows, clusters, cells that wait for a mean, weights, inner
// replicates, the jackknife.
func TestFastPathIsTheGeneralPath(t *testing.T) {
	holes := func(f *frame.Frame) {
		for i := 3; i < f.Rows; i += 11 {
			f.Columns[i%8].Numbers[i] = math.NaN()
		}
	}
	for name, c := range map[string]struct {
		n      int
		o      pls.Options
		change func(*frame.Frame)
		units  int
	}{
		"rows":       {n: 90},
		"factorial":  {n: 90, o: pls.Options{Scheme: pls.Factorial}},
		"consistent": {n: 90, o: pls.Options{Consistent: true, Scheme: pls.Centroid}},
		"holes":      {n: 90, change: holes},
		"clusters":   {n: 120, units: 23},
		"few people": {n: 12, o: pls.Options{MaxIterations: 12}},
	} {
		t.Run(name, func(t *testing.T) {
			p := problem(t, c.n, c.o, c.change)
			if c.units > 0 {
				p.Units = make([]int, c.n)
				for i := range p.Units {
					p.Units[i] = i * c.units / c.n
				}
			}
			o := Options{Replicates: 150, Inner: 9, Jackknife: true}
			slow := bootstrap(t, p, o)
			var err error
			if p.Lanes, err = lanes.New(p.Estimate.Model, c.o); err != nil {
				t.Fatal(err)
			}
			quick := bootstrap(t, p, o)
			near := func(what string, a, b [][]float64, tolerance float64) {
				t.Helper()
				for i := range a {
					for k := range a[i] {
						x, y := a[i][k], b[i][k]
						if math.IsNaN(x) && math.IsNaN(y) {
							continue
						}
						if slow.Status[min(k, 149)] == NotConverged && what == "value" {
							continue // the last of many iterations depends on rounding
						}
						if !(math.Abs(x-y) <= tolerance*math.Max(1, math.Abs(x))) {
							t.Fatalf("%s of %v, replicate %d: %.15g, fast %.15g", what, slow.Layout.Statistics[i], k, x, y)
						}
					}
				}
			}
			for b := range slow.Status {
				if slow.Status[b] != quick.Status[b] {
					t.Errorf("replicate %d: status %d, fast %d", b, slow.Status[b], quick.Status[b])
				}
			}
			near("value", slow.Values, quick.Values, 1e-9)
			near("jackknife", slow.Jackknife, quick.Jackknife, 1e-9)
			if name != "few people" {
				near("inner SE", slow.InnerSE, quick.InnerSE, 1e-7)
			}
		})
	}
}

func TestFastPathSameBits(t *testing.T) {
	p := problem(t, 75, pls.Options{}, nil)
	var err error
	if p.Lanes, err = lanes.New(p.Estimate.Model, pls.Options{}); err != nil {
		t.Fatal(err)
	}
	whole := bootstrap(t, p, Options{Replicates: 200, Workers: 1, Inner: 3})
	for _, workers := range []int{2, 7} {
		if r := bootstrap(t, p, Options{Replicates: 200, Workers: workers, Inner: 3}); !same(whole.Values, r.Values) || !same(whole.InnerSE, r.InnerSE) {
			t.Errorf("%d workers gave other bits", workers)
		}
	}
	// A shard begins in the middle of a block.
	part := bootstrap(t, p, Options{Replicates: 200, From: 37, To: 111, Inner: 3})
	for i := range whole.Values {
		if !same([][]float64{whole.Values[i][37:111]}, [][]float64{part.Values[i]}) {
			t.Fatalf("a shard gave other bits in statistic %d", i)
		}
	}
}

// Replicates that are drawn in batches are those drawn one by one.
func TestBatchesSameBits(t *testing.T) {
	clusters := make([]int, 200)
	for i := range clusters {
		clusters[i] = i * 7 % 50
	}
	for name, units := range map[string][]int{"rows": nil, "clusters": clusters} {
		t.Run(name, func(t *testing.T) {
			p := problem(t, 200, pls.Options{}, nil)
			p.Units = units
			var err error
			if p.Lanes, err = lanes.New(p.Estimate.Model, pls.Options{}); err != nil {
				t.Fatal(err)
			}
			e, err := newEngine(p, NewLayout(p.Estimate), 1)
			if err != nil {
				t.Fatal(err)
			}
			batches, single := e.worker(), e.worker()
			for _, n := range []int{blockSize, 37, 1} {
				d := e.draws(1000)
				if d.batch == nil {
					t.Skip("this machine has no vector instructions for batches")
				}
				batches.block(n, d)
				d.batch = nil
				single.block(n, d)
				for i := range single.values {
					if !same([][]float64{single.values[i][:n]}, [][]float64{batches.values[i][:n]}) {
						t.Fatalf("%d replicates: other bits in statistic %d", n, i)
					}
				}
			}
		})
	}
}

func BenchmarkFastPath(b *testing.B) {
	p := problem(b, 344, pls.Options{}, nil)
	var err error
	if p.Lanes, err = lanes.New(p.Estimate.Model, pls.Options{}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		bootstrap(b, p, Options{Replicates: 6400, Workers: 1})
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/6400, "ns/replicate")
}
