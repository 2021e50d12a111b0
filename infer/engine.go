package infer

import (
	"context"
	"fmt"
	"math"

	"plumb/finding"
	"plumb/moment"
	"plumb/moment/replicate"
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
	source  *replicate.Source // packed rows of the fast path; nil without one
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
	if err == nil && p.Lanes != nil {
		e.source, err = pack(p)
	}
	return e, err
}

// plan lets rows move with their units.
func (e *engine) plan(of resample.Plan) resample.Plan {
	if e.p.Units == nil {
		return of
	}
	return resample.Clusters{Of: e.p.Units, Plan: of}
}

// worker is the scratch space of one goroutine. It measures replicates in
// blocks: eight or sixty-four at a time where the model has a fast path, one
// after another where not.
type worker struct {
	e        *engine
	sum      *moment.Summer
	fast     *fast
	units    []int32 // coefficients of the units
	rows     []int32 // and of the rows
	outer    []int32
	position []int32
	one      []float64 // statistics of one replicate
	// What block found: the status and statistic i of replicate k of the block
	// are status[k] and values[i][k].
	status [blockSize]Status
	values [][blockSize]float64
	spread []float64 // sums, squares and numbers of the inner replicates
	ranks  ranks     // of the full sample among them
}

// blockSize is the number of replicates that are drawn and measured together.
const blockSize = replicate.Lanes

func (e *engine) worker() *worker {
	n := e.layout.Len()
	w := &worker{e: e, sum: e.p.Rows.NewSummer(), units: make([]int32, e.units), outer: make([]int32, e.units),
		position: make([]int32, e.units), one: make([]float64, n), values: make([][blockSize]float64, n), spread: make([]float64, 3*n)}
	w.rows = w.units
	if e.p.Units != nil {
		w.rows = make([]int32, e.p.Rows.Len())
	}
	if e.source != nil {
		w.fast = newFast(e.source, e.p.Lanes)
	}
	return w
}

// draws gives the coefficients of the units in replicate k of a block.
type draws struct {
	ints func(k int, units []int32)
	// bytes does the same in bytes and reports whether they were wide enough;
	// nil where nobody draws in bytes.
	bytes func(k int, units []uint8) bool
	// batch draws the replicates k .. k+replicate.Batch-1 as SetWords wants
	// them; nil where nobody does.
	batch func(k int, words []uint32) [replicate.Batch]uint32
}

// draws of a block are the plan's replicates from the first on.
func (e *engine) draws(first uint64) draws {
	number := func(k int) uint64 { return first + uint64(k) }
	d := draws{
		ints:  func(k int, units []int32) { e.sampler.Draw(number(k), units) },
		bytes: func(k int, units []uint8) bool { return e.sampler.Bytes(number(k), units) },
	}
	if e.sampler.Batches() {
		d.batch = func(k int, words []uint32) [replicate.Batch]uint32 {
			return e.sampler.Batch(number(k), words, replicate.Lanes)
		}
	}
	return d
}

// block draws and measures n replicates.
func (w *worker) block(n int, d draws) {
	if w.fast != nil {
		w.fast.block(w, n, d)
		return
	}
	for k := range n {
		d.ints(k, w.units)
		w.general(k, w.units)
	}
}

// general measures replicate k of a block by the general path.
func (w *worker) general(k int, units []int32) {
	w.status[k] = w.measure(units)
	for i, v := range w.one {
		w.values[i][k] = v
	}
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
// statistics in w.one. Numbers that do not exist are NaN.
func (w *worker) measure(units []int32) Status {
	fit, err := w.e.p.Fit(w.moments(units))
	if err != nil {
		for i := range w.one {
			w.one[i] = math.NaN()
		}
		return Degenerate
	}
	w.e.layout.Measure(fit, w.one)
	return judge(fit)
}

func (e *engine) replicates(ctx context.Context, r *Run, o Options) error {
	total := r.To - r.From
	progress := o.Progress
	if progress != nil {
		progress = func(done, _ int) { o.Progress(min(done*blockSize, total), total) }
	}
	blocks := (total + blockSize - 1) / blockSize
	return Parallel(ctx, o.Workers, blocks, e.worker, func(w *worker, block int) {
		first := block * blockSize
		n := min(blockSize, total-first)
		w.block(n, e.draws(uint64(r.From+first)))
		copy(r.Status[first:], w.status[:n])
		for i := o.First; i < o.End; i++ {
			copy(r.Values[i][first:], w.values[i][:n])
		}
		for k := first; o.Inner > 0 && k < first+n && ctx.Err() == nil; k++ {
			w.inside(uint64(r.From+k), k, r, o)
		}
	}, progress)
}

// inside resamples the resample to find the standard errors of its statistics
// and where the full sample lies among them.
func (w *worker) inside(replicate uint64, b int, r *Run, o Options) {
	n := len(w.values)
	// A value that does not exist counts neither way, for its statistic alone.
	sum, squares, used := w.spread[:n], w.spread[n:2*n], w.spread[2*n:]
	clear(w.spread)
	w.ranks.start(r.Original)
	w.e.sampler.Draw(replicate, w.outer)
	w.e.sampler.Positions(w.outer, w.position)
	for first := 0; first < o.Inner; first += blockSize {
		size := min(blockSize, o.Inner-first)
		w.block(size, draws{
			ints: func(k int, units []int32) { w.e.sampler.Inner(replicate, uint64(first+k), w.position, units) },
			bytes: func(k int, units []uint8) bool {
				return w.e.sampler.InnerBytes(replicate, uint64(first+k), w.position, units)
			},
		})
		for k := range size {
			if w.status[k] == Degenerate {
				continue
			}
			for i := o.First; i < o.End; i++ {
				// About the replicate itself, so that the sums lose no digits.
				d := w.values[i][k] - r.Values[i][b]
				if math.IsNaN(d) || math.IsInf(d, 0) {
					continue
				}
				used[i]++
				sum[i] += d
				squares[i] += d * d
			}
			for i := range w.one {
				w.one[i] = w.values[i][k]
			}
			w.ranks.add(w.one)
		}
	}
	for i := o.First; i < o.End; i++ {
		r.InnerShare[i][b] = w.ranks.share(i)
		r.InnerSE[i][b] = math.Sqrt(max(0, (squares[i]-sum[i]*sum[i]/used[i])/(used[i]-1)))
	}
}

// jackknife estimates the model without each unit, or, of more than
// maxJackknife units, without each of that many groups of them.
func (e *engine) jackknife(ctx context.Context, o Options) ([][]float64, error) {
	groups := min(e.units, maxJackknife)
	out := columns(e.layout.Len(), groups)
	blocks := (groups + blockSize - 1) / blockSize
	err := Parallel(ctx, o.Workers, blocks, e.worker, func(w *worker, block int) {
		first := block * blockSize
		n := min(blockSize, groups-first)
		w.block(n, draws{ints: func(k int, units []int32) {
			for u := range units {
				units[u] = 1
				if u%groups == first+k {
					units[u] = 0
				}
			}
		}})
		for i := range out {
			copy(out[i][first:], w.values[i][:n])
		}
	}, nil)
	return out, err
}
