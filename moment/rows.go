package moment

import (
	"math"

	"plumb/frame"
)

// Rows are the rows of a survey made ready to be summed again and again with
// integer coefficients: bootstrap counts, a training fold, a subgroup. Listwise
// deletion has been done; cells that mean replacement fills stay open, because
// every resample fills them with its own means.
type Rows struct {
	t      *table
	report Report
}

// LoadRows returns the rows of the named columns that take part. Pairwise
// deletion has no rows of its own and is answered with a finding.
func LoadRows(f *frame.Frame, names []string, o Options) (*Rows, Report, error) {
	if f.Matrix != nil {
		return nil, Report{}, needsRows(f, "Resampling needs the rows of the survey; a published matrix has none.")
	}
	t, report, err := load(f, names, o)
	if err != nil {
		return nil, report, err
	}
	switch report.Missing {
	case Pairwise:
		return nil, report, needsRows(f, "Pairwise deletion has no complete rows to resample.")
	case Listwise:
		t.treat(Listwise, &report)
	default:
		for i, x := range t.columns {
			for _, v := range x {
				if math.IsNaN(v) {
					report.Filled[i]++
				}
			}
		}
	}
	report.Used = t.rows
	return &Rows{t: t, report: report}, report, nil
}

// Len returns the number of rows that take part.
func (r *Rows) Len() int { return r.t.rows }

// Names returns the variables in order.
func (r *Rows) Names() []string { return r.t.names }

// DataRow returns the row of the frame (from 0) that row i came from.
func (r *Rows) DataRow(i int) int { return r.t.dataRow(i) }

// Columns returns the values, one slice a variable, NaN where a cell waits for
// a mean. They belong to r.
func (r *Rows) Columns() [][]float64 { return r.t.columns }

// Weights returns the row weights, nil when every row counts once.
func (r *Rows) Weights() []float64 { return r.t.weights }

// Summer sums rows with coefficients. It holds scratch space: one a goroutine.
type Summer struct {
	r       *Rows
	a       *accumulator
	weights []float64
	index   []int
	block   []float64
	fill    []float64
}

// NewSummer returns a Summer of r.
func (r *Rows) NewSummer() *Summer {
	p := len(r.t.columns)
	return &Summer{
		r: r, a: newAccumulator(p), weights: make([]float64, blockRows),
		index: make([]int, 0, r.t.rows), block: make([]float64, blockRows), fill: make([]float64, p),
	}
}

// Sum returns the moments of the rows taken counts[i] times each. An open cell
// takes the mean of its column over the rows as counted. The Set is fresh.
func (s *Summer) Sum(counts []int32) *Set {
	t := s.r.t
	out := New(t.names, t.pivot)
	out.Weighting = t.weighting
	s.index = s.index[:0]
	for i, c := range counts {
		if c != 0 {
			s.index = append(s.index, i)
			out.N += int(c)
		}
	}
	for j, x := range t.columns {
		s.fill[j] = 0
		if s.r.report.Filled[j] == 0 {
			continue
		}
		sum, n := 0.0, 0.0
		for _, i := range s.index {
			if v := x[i]; !math.IsNaN(v) {
				c := float64(counts[i])
				sum += float64(c * (v - t.pivot[j]))
				n += c
			}
		}
		if n > 0 {
			s.fill[j] = sum / n
		}
	}
	for from := 0; from < len(s.index); from += blockRows {
		rows := s.index[from:min(from+blockRows, len(s.index))]
		w := s.weights[:len(rows)]
		for k, i := range rows {
			w[k] = float64(counts[i])
			own := 1.0
			if t.weights != nil {
				own = t.weights[i]
			}
			out.W2 += float64(w[k] * own * own)
			w[k] *= own
			out.W += w[k]
		}
		for j, x := range t.columns {
			block := s.block[:len(rows)]
			for k, i := range rows {
				block[k] = x[i]
				if math.IsNaN(block[k]) {
					block[k] = t.pivot[j] + s.fill[j]
				}
			}
			s.a.load(j, block, t.pivot[j])
		}
		s.a.add(out, w, len(rows))
	}
	return out
}
