package infer

import (
	"context"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"gonum.org/v1/gonum/mat"

	"plumb/estimate"
	"plumb/moment"
	"plumb/pls/lanes"
)

// Problem is an estimate and what it takes to repeat it.
type Problem struct {
	Rows *moment.Rows
	// Fit estimates the model from moments; it must be safe to call from
	// several goroutines.
	Fit func(*moment.Set) (*estimate.Estimate, error)
	// Estimate is that of the full sample.
	Estimate *estimate.Estimate
	// Lanes does the same as Fit for many replicates at once; nil where the
	// model has no such fast path.
	Lanes *lanes.Solver
	// Units says which unit each row belongs to, numbered from 0: clusters are
	// drawn whole. nil: every row is its own unit.
	Units []int
	// Strata says which stratum each unit belongs to, numbered from 0: units
	// are drawn within strata. nil: one stratum.
	Strata []int
}

// Options of Bootstrap. The zero value draws 10,000 replicates with seed 1.
type Options struct {
	Replicates int    // 0 is 10,000
	Seed       uint64 // 0 is 1
	Workers    int    // 0 uses all cores; the result does not depend on it
	// Inner is the number of replicates inside each replicate, for studentised
	// and double bootstrap intervals; 0 draws none.
	Inner int
	// Jackknife estimates the model without each unit too, for BCa intervals.
	Jackknife bool
	// From and To choose replicates [From, To) of the Replicates, for a run in
	// shards; both 0 take all.
	From, To int
	// First and End choose the statistics [First, End) whose replicates are
	// kept, so that memory stays bounded; both 0 keep all. See Summarised.
	First, End int
	// Progress is called now and then, from one goroutine at a time.
	Progress func(done, total int)
}

const (
	// DefaultReplicates is what Hair et al. (2022) and Streukens &
	// Leroi-Werelds (2016) ask for in a final result.
	DefaultReplicates = 10000
	// maxJackknife is the largest number of leave-one-out estimates; beyond it
	// units are left out in that many groups, which changes the acceleration
	// of BCa by the order of its own sampling error.
	maxJackknife = 2000
)

// Run holds replicates.
type Run struct {
	Layout   *Layout
	Seed     uint64
	From, To int       // replicates [From, To)
	Units    int       // that were drawn among
	Original []float64 // statistics of the full sample
	// Values[i][b] is statistic i of replicate From+b; NaN where it does not
	// exist. Statistics that were not kept have nil.
	Values [][]float64
	Status []Status
	// InnerSE[i][b] is the standard error of statistic i found inside
	// replicate b; nil without inner replicates.
	InnerSE [][]float64
	// InnerShare[i][b] is the share of the values of statistic i inside
	// replicate b that lie below that of the full sample; nil likewise.
	InnerShare [][]float64
	// Jackknife[i] holds statistic i without each unit; nil when not asked for.
	Jackknife [][]float64
	inner     int
}

// Bootstrap repeats the estimate on resamples. It returns the error of the
// context when that ends first, and then no replicates.
func Bootstrap(ctx context.Context, p Problem, o Options) (*Run, error) {
	o.defaults()
	r := &Run{Layout: NewLayout(p.Estimate), Seed: o.Seed, From: o.From, To: o.To, inner: o.Inner}
	n := r.Layout.Len()
	r.Original = make([]float64, n)
	r.Layout.Measure(p.Estimate, r.Original)
	if o.End == 0 {
		o.End = n
	}
	kept := func() [][]float64 {
		out := make([][]float64, n)
		copy(out[o.First:], columns(o.End-o.First, o.To-o.From))
		return out
	}
	r.Values = kept()
	r.Status = make([]Status, o.To-o.From)
	if o.Inner > 0 {
		r.InnerSE, r.InnerShare = kept(), kept()
	}
	e, err := newEngine(p, r.Layout, o.Seed)
	if err != nil {
		return nil, err
	}
	r.Units = e.units
	if err := e.replicates(ctx, r, o); err != nil {
		return nil, err
	}
	if o.Jackknife {
		r.Jackknife, err = e.jackknife(ctx, o)
	}
	return r, err
}

// defaults fills in what the zero value stands for.
func (o *Options) defaults() {
	if o.Replicates <= 0 {
		o.Replicates = DefaultReplicates
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	if o.To == 0 {
		o.To = o.Replicates
	}
}

// AddJackknife estimates the model without each unit and adds the values to a
// run that was joined from parts, for BCa intervals.
func (r *Run) AddJackknife(ctx context.Context, p Problem, o Options) error {
	e, err := newEngine(p, r.Layout, r.Seed)
	if err != nil {
		return err
	}
	r.Jackknife, err = e.jackknife(ctx, o)
	return err
}

func columns(n, b int) [][]float64 {
	out := make([][]float64, n)
	flat := make([]float64, n*b)
	for i := range out {
		out[i] = flat[i*b : (i+1)*b : (i+1)*b]
	}
	return out
}

// Parallel calls work(worker's own state, item) for the items [0, n) from
// several goroutines.
func Parallel[S any](ctx context.Context, workers, n int, state func() S, work func(S, int), progress func(done, total int)) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var next, done atomic.Int64
	var wait sync.WaitGroup
	var report sync.Mutex
	for range min(workers, n) {
		wait.Go(func() {
			s := state()
			for ctx.Err() == nil {
				k := int(next.Add(1)) - 1
				if k >= n {
					return
				}
				work(s, k)
				d := int(done.Add(1))
				if progress != nil && report.TryLock() {
					progress(d, n)
					report.Unlock()
				}
			}
		})
	}
	wait.Wait()
	if progress != nil && ctx.Err() == nil {
		progress(n, n)
	}
	return ctx.Err()
}

// judge returns the status of an estimate of a replicate.
func judge(e *estimate.Estimate) Status {
	if !e.Converged {
		return NotConverged
	}
	const most = 1 + 1e-9
	for _, v := range e.Loadings {
		if math.Abs(v) > most {
			return Inadmissible
		}
	}
	for h, v := range e.R2 {
		if v > most || e.Reliability[h] > most {
			return Inadmissible
		}
	}
	var chol mat.Cholesky
	if !chol.Factorize(e.Constructs) {
		return Inadmissible
	}
	return Fine
}
