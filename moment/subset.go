package moment

import "math"

// Subset returns some of the rows, as a group of its own: an open cell takes
// the mean of the subset then. The pivots stay, so that Sets of subsets of the
// same Rows add up.
func (r *Rows) Subset(rows []int) *Rows {
	t := *r.t
	t.columns = append([][]float64(nil), t.columns...)
	t.keep(rows)
	report := r.report
	report.Used = t.rows
	report.Filled = make([]int, len(t.columns))
	for i, x := range t.columns {
		for _, v := range x {
			if math.IsNaN(v) {
				report.Filled[i]++
			}
		}
	}
	return &Rows{t: &t, report: report}
}
