package moment

import (
	"context"
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"plumb/finding"
)

// table is the columns that take part in one pass. Columns may be the caller's
// and are never written to: treat replaces a slice before it fills cells.
type table struct {
	names     []string
	pivot     []float64
	columns   [][]float64
	weights   []float64 // nil: 1 each
	weighting Weighting
	rows      int
	source    []int // data row that row r came from; nil: itself
}

// dropWeightless leaves out the rows of weight 0: they must count as absent,
// in N and in the column means too.
func (t *table) dropWeightless() {
	if t.weights == nil || !slices.Contains(t.weights, 0) {
		return
	}
	var keep []int
	for i, w := range t.weights {
		if w > 0 {
			keep = append(keep, i)
		}
	}
	t.keep(keep)
}

func (t *table) keep(rows []int) {
	for i, x := range t.columns {
		t.columns[i] = pick(x, rows)
	}
	if t.weights != nil {
		t.weights = pick(t.weights, rows)
	}
	source := make([]int, len(rows))
	for i, r := range rows {
		source[i] = t.dataRow(r)
	}
	t.source, t.rows = source, len(rows)
}

// dataRow returns the row of the frame that row r of the table came from.
func (t *table) dataRow(r int) int {
	if t.source == nil {
		return r
	}
	return t.source[r]
}

func (t *table) integer() bool {
	for _, x := range append(t.columns[:len(t.columns):len(t.columns)], t.weights) {
		for _, v := range x {
			if v != math.Trunc(v) { // also false for NaN: a missing cell spoils nothing
				if !math.IsNaN(v) {
					return false
				}
			}
		}
	}
	return true
}

// treat makes the columns complete by mean replacement or listwise deletion.
func (t *table) treat(m Missing, report *Report) {
	if m == Listwise {
		var keep []int
		for r := range t.rows {
			if slices.ContainsFunc(t.columns, func(x []float64) bool { return math.IsNaN(x[r]) }) {
				report.Dropped = append(report.Dropped, t.dataRow(r))
			} else {
				keep = append(keep, r)
			}
		}
		if len(report.Dropped) > 0 {
			t.keep(keep)
		}
		report.Used = t.rows
		return
	}
	for i, x := range t.columns {
		sum, n := 0.0, 0
		for _, v := range x {
			if !math.IsNaN(v) {
				sum += v - t.pivot[i]
				n++
			}
		}
		if n == len(x) {
			continue
		}
		report.Filled[i] = len(x) - n
		mean := t.pivot[i] + sum/float64(n)
		filled := slices.Clone(x)
		for r, v := range filled {
			if math.IsNaN(v) {
				filled[r] = mean
			}
		}
		t.columns[i] = filled
		if mean != math.Trunc(mean) {
			report.Integer = false
		}
	}
}

// chunkRows is the unit of summation: each chunk is summed alone and the
// chunks are added in order, so that the bits do not depend on the workers
// even where values are not whole numbers.
const chunkRows = 8192

// sum makes the pass over complete columns.
func (t *table) sum(o Options) (*Set, error) {
	chunks := (t.rows + chunkRows - 1) / chunkRows
	parts := make([]*Set, chunks)
	ctx := o.Context
	if ctx == nil {
		ctx = context.Background()
	}
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(workers(o), chunks) {
		wait.Go(func() {
			a := newAccumulator(len(t.columns))
			for {
				k := int(next.Add(1)) - 1
				if k >= chunks || ctx.Err() != nil {
					return
				}
				parts[k] = t.chunk(a, k*chunkRows, min((k+1)*chunkRows, t.rows))
			}
		})
	}
	wait.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	total := New(t.names, t.pivot)
	total.Weighting = t.weighting
	for _, part := range parts {
		total.Add(part, 1)
	}
	return total, nil
}

// chunk sums the rows [from, to).
func (t *table) chunk(a *accumulator, from, to int) *Set {
	s := New(t.names, t.pivot)
	for r := from; r < to; r += blockRows {
		end := min(r+blockRows, to)
		for i, x := range t.columns {
			a.load(i, x[r:end], t.pivot[i])
		}
		if t.weights == nil {
			s.N += end - r
			s.W += float64(end - r)
			s.W2 += float64(end - r)
			a.add(s, nil, end-r)
			continue
		}
		w := t.weights[r:end]
		s.N += len(w)
		for _, v := range w {
			s.W += v
			s.W2 += float64(v * v)
		}
		a.add(s, w, end-r)
	}
	return s
}

// pairwise takes every correlation from the rows that have both variables
// (R's cor(use = "pairwise.complete.obs")), every mean and SD from the rows
// that have the variable. One pass over the columns m (present or not), x and
// x^2 (0 where missing) yields all sums at once. N of the result is the
// smallest number of rows behind a correlation.
func (t *table) pairwise(o Options, report *Report) (*Set, error) {
	p := len(t.columns)
	wide := &table{rows: t.rows, weights: t.weights, weighting: t.weighting, pivot: make([]float64, 3*p)}
	for i, x := range t.columns {
		present, value, square := make([]float64, t.rows), make([]float64, t.rows), make([]float64, t.rows)
		for r, v := range x {
			if math.IsNaN(v) {
				report.Filled[i]++
				continue
			}
			v -= t.pivot[i]
			present[r], value[r], square[r] = 1, v, float64(v*v)
		}
		wide.columns = append(wide.columns, present, value, square)
	}
	wide.names = make([]string, 3*p)
	s, err := wide.sum(o)
	if err != nil {
		return nil, err
	}
	m, x, xx := func(i int) int { return 3 * i }, func(i int) int { return 3*i + 1 }, func(i int) int { return 3*i + 2 }
	mean, sd := make([]float64, p), make([]float64, p)
	for a := range p {
		w, n := s.at(m(a), m(a)), float64(t.both(a, a))
		sum := s.at(x(a), m(a))
		mean[a] = t.pivot[a] + sum/w
		sd[a] = math.Sqrt((s.at(x(a), x(a)) - sum*sum/w) / w * n / (n - 1))
	}
	cov := make([][]float64, p)
	low, high := t.rows, 0
	for a := range p {
		cov[a] = make([]float64, p)
		for b := range a {
			w := s.at(m(a), m(b))
			sa, sb := s.at(x(a), m(b)), s.at(x(b), m(a))
			va := w*s.at(xx(a), m(b)) - sa*sa
			vb := w*s.at(xx(b), m(a)) - sb*sb
			r := (w*s.at(x(a), x(b)) - sa*sb) / math.Sqrt(va*vb)
			cov[a][b] = r * sd[a] * sd[b]
			n := t.both(a, b)
			low, high = min(low, n), max(high, n)
		}
		cov[a][a] = sd[a] * sd[a]
	}
	if p == 1 {
		low = t.both(0, 0)
		high = low
	}
	report.PairN = [2]int{low, high}
	report.Used = low
	if low < 2 {
		return nil, finding.List{{Code: CodeNoData, Severity: finding.Error,
			Message: "Two variables of the model have no two rows in common, so their correlation does not exist.",
			Hint:    "Take one of them out, or use mean replacement: --missing mean, or missing: mean in the study file."}}.Err()
	}
	return FromCovariance(t.names, low, cov, mean), nil
}

func (t *table) both(a, b int) int {
	n := 0
	for r, v := range t.columns[a] {
		if !math.IsNaN(v) && !math.IsNaN(t.columns[b][r]) {
			n++
		}
	}
	return n
}
