package infer

import (
	"context"
	"fmt"
	"math"

	"plumb/finding"
	"plumb/moment"
	"plumb/resample"
)

// CodeFewUnits: resampling needs at least two units. Smallest example:
// cluster: village where all people live in one village.
const CodeFewUnits finding.Code = "few-units"

// engine draws replicates and measures them.
type engine struct {
	p       Problem
	layout  *Layout
	sampler *resample.Sampler
	units   int
}

func newEngine(p Problem, l *Layout, seed uint64) (*engine, error) {
	e := &engine{p: p, layout: l, units: p.Rows.Len()}
	if p.Units != nil {
		e.units = 0
		for _, u := range p.Units {
			e.units = max(e.units, u+1)
		}
	}
	if e.units < 2 {
		return nil, finding.List{{Code: CodeFewUnits, Severity: finding.Error,
			Message: fmt.Sprintf("Only %d unit can be drawn, so nothing can be resampled.", e.units),
			Hint:    "Draw people instead of clusters, or check the cluster column."}}.Err()
	}
	var err error
	e.sampler, err = resample.New(e.plan(resample.Bootstrap{N: e.units, Strata: p.Strata, Seed: seed}))
	return e, err
}

// plan lets rows move with their units.
func (e *engine) plan(of resample.Plan) resample.Plan {
	if e.p.Units == nil {
		return of
	}
	return resample.Clusters{Of: e.p.Units, Plan: of}
}

// worker is the scratch space of one goroutine.
type worker struct {
	e        *engine
	sum      *moment.Summer
	units    []int32 // coefficients of the units
	rows     []int32 // and of the rows
	position []int32
	inner    []int32
	values   []float64
	spread   []float64 // sums and squares of the inner replicates
	ranks    ranks     // of the full sample among them
}

func (e *engine) worker() *worker {
	n := e.layout.Len()
	w := &worker{e: e, sum: e.p.Rows.NewSummer(), units: make([]int32, e.units), inner: make([]int32, e.units),
		position: make([]int32, e.units), values: make([]float64, n), spread: make([]float64, 2*n)}
	w.rows = w.units
	if e.p.Units != nil {
		w.rows = make([]int32, e.p.Rows.Len())
	}
	return w
}

// moments sums the rows of the units counted as given.
func (w *worker) moments(units []int32) *moment.Set {
	rows := units
	if of := w.e.p.Units; of != nil {
		rows = w.rows
		resample.Expand(of, units, rows)
	}
	return w.sum.Sum(rows)
}

// measure estimates the model with the units counted as given and leaves the
// statistics in w.values. Numbers that do not exist are NaN.
func (w *worker) measure(units []int32) Status {
	fit, err := w.e.p.Fit(w.moments(units))
	if err != nil {
		for i := range w.values {
			w.values[i] = math.NaN()
		}
		return Degenerate
	}
	w.e.layout.Measure(fit, w.values)
	return judge(fit)
}

func (e *engine) replicates(ctx context.Context, r *Run, o Options) error {
	return Parallel(ctx, o.Workers, r.To-r.From, e.worker, func(w *worker, b int) {
		replicate := uint64(r.From + b)
		e.sampler.Draw(replicate, w.units)
		r.Status[b] = w.measure(w.units)
		for i, v := range w.values {
			r.Values[i][b] = v
		}
		if o.Inner > 0 {
			w.inside(replicate, b, r, o.Inner)
		}
	}, o.Progress)
}

// inside resamples the resample to find the standard errors of its statistics
// and where the full sample lies among them.
func (w *worker) inside(replicate uint64, b int, r *Run, draws int) {
	n := len(w.values)
	centre := make([]float64, n) // the replicate itself: sums about it lose no digits
	for i := range centre {
		centre[i] = r.Values[i][b]
	}
	sum, squares := w.spread[:n], w.spread[n:]
	clear(w.spread)
	w.ranks.start(r.Original)
	used := 0.0
	w.e.sampler.Positions(w.units, w.position)
	for k := range draws {
		w.e.sampler.Inner(replicate, uint64(k), w.position, w.inner)
		if w.measure(w.inner) == Degenerate {
			continue
		}
		used++
		for i, v := range w.values {
			d := v - centre[i]
			sum[i] += d
			squares[i] += d * d
		}
		w.ranks.add(w.values)
	}
	for i := range n {
		r.InnerShare[i][b] = w.ranks.share(i)
		r.InnerSE[i][b] = math.Sqrt(max(0, (squares[i]-sum[i]*sum[i]/used)/(used-1)))
	}
}

// jackknife estimates the model without each unit, or, of more than
// maxJackknife units, without each of that many groups of them.
func (e *engine) jackknife(ctx context.Context, o Options) ([][]float64, error) {
	groups := min(e.units, maxJackknife)
	out := columns(e.layout.Len(), groups)
	err := Parallel(ctx, o.Workers, groups, e.worker, func(w *worker, g int) {
		for u := range w.units {
			w.units[u] = 1
			if u%groups == g {
				w.units[u] = 0
			}
		}
		w.measure(w.units)
		for i, v := range w.values {
			out[i][g] = v
		}
	}, nil)
	return out, err
}
