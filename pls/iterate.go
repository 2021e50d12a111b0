package pls

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"plumb/estimate"
	"plumb/finding"
	"plumb/model"
)

// iteration is the PLS loop on the correlation matrix R. With block weights w_h
// scaled to unit score variance, all it needs are
//
//	u_hj = R_hj w_j          covariances of the indicators of h with score j
//	c_hj = w_h' u_hj         correlations of the scores
//
// and from them inner weights e_hj of the neighbours j of h, the covariances
// with the inner proxy v_h = sum_j e_hj u_hj, and new outer weights v_h (Mode A)
// or R_hh^-1 v_h (Mode B).
type iteration struct {
	e       *estimate.Estimate
	o       Options
	r       []float64    // R, p x p by rows
	inverse []*mat.Dense // R_hh^-1 for Mode B blocks, else nil
	before  [][]int      // predecessors of each construct
	after   [][]int      // successors

	weights []float64 // w, p
	u       []float64 // u, p x J by rows
	c       *mat.SymDense
	inner   []float64 // e_h., J

	iterations int
	converged  bool
	change     float64
	findings   finding.List
}

func newIteration(e *estimate.Estimate, o Options) *iteration {
	p, j := len(e.Indicators), len(e.Blocks)
	it := &iteration{
		e: e, o: o,
		r: make([]float64, p*p), inverse: make([]*mat.Dense, j),
		before: make([][]int, j), after: make([][]int, j),
		weights: make([]float64, p), u: make([]float64, p*j),
		c: mat.NewSymDense(j, nil), inner: make([]float64, j),
	}
	for a := range p {
		it.weights[a] = 1
		for b := range p {
			it.r[a*p+b] = e.R.At(a, b)
		}
	}
	for h := range j {
		it.before[h], it.after[h] = e.Model.Predecessors(h), e.Model.Successors(h)
		if e.Model.Constructs[h].EffectiveMode() == model.ModeB && e.Blocks[h].Len() > 1 {
			it.invertBlock(h)
		}
		it.scale(h)
	}
	return it
}

func (it *iteration) invertBlock(h int) {
	b := it.e.Blocks[h]
	block := it.e.R.SliceSym(b.First, b.End).(*mat.SymDense)
	inverse, full := estimate.Inverse(block)
	if !full {
		name := it.e.Model.Constructs[h].Name
		it.findings = append(it.findings, finding.Finding{
			Code: CodeCollinearBlock, Severity: finding.Warning, Place: finding.Place{Construct: name},
			Message: fmt.Sprintf("The indicators of %s are exactly collinear, so their Mode B weights are not unique; of all solutions the shortest is given.", name),
			Hint:    "Drop the indicator that the others determine, or use Mode A.",
		})
	}
	it.inverse[h] = inverse
}

// scale gives score h unit variance. It reports false when that cannot be done.
func (it *iteration) scale(h int) bool {
	p, b := len(it.e.Indicators), it.e.Blocks[h]
	variance := 0.0
	for a := b.First; a < b.End; a++ {
		row := it.r[a*p : a*p+p]
		sum := 0.0
		for c := b.First; c < b.End; c++ {
			sum += row[c] * it.weights[c]
		}
		variance += sum * it.weights[a]
	}
	if !(variance > 0) || math.IsInf(variance, 0) {
		return false
	}
	f := 1 / math.Sqrt(variance)
	for a := b.First; a < b.End; a++ {
		it.weights[a] *= f
	}
	return true
}

func (it *iteration) run() {
	p := len(it.e.Indicators)
	old := make([]float64, p)
	for it.iterations < it.o.MaxIterations {
		it.iterations++
		copy(old, it.weights)
		it.correlate()
		for h, b := range it.e.Blocks {
			if b.Len() > 1 && !it.update(h) {
				// The inner proxy has no covariance with the block: nothing
				// can be learnt from the neighbours.
				copy(it.weights[b.First:b.End], old[b.First:b.End])
				it.change = math.NaN()
				return
			}
		}
		it.change = 0
		for a, w := range it.weights {
			it.change = max(it.change, math.Abs(math.Abs(w)-math.Abs(old[a])))
		}
		if it.change < it.o.Tolerance {
			it.converged = true
			return
		}
	}
}

// correlate fills u and c from the weights.
func (it *iteration) correlate() {
	p, j := len(it.e.Indicators), len(it.e.Blocks)
	for a := range p {
		row := it.r[a*p : a*p+p]
		for h, b := range it.e.Blocks {
			sum := 0.0
			for k := b.First; k < b.End; k++ {
				sum += row[k] * it.weights[k]
			}
			it.u[a*j+h] = sum
		}
	}
	for h, b := range it.e.Blocks {
		for k := range h {
			sum := 0.0
			for a := b.First; a < b.End; a++ {
				sum += it.weights[a] * it.u[a*j+k]
			}
			it.c.SetSym(h, k, sum)
		}
		it.c.SetSym(h, h, 1)
	}
}

// update finds new weights of block h; false when they vanish.
func (it *iteration) update(h int) bool {
	j, b := len(it.e.Blocks), it.e.Blocks[h]
	clear(it.inner)
	it.neighbours(h)
	for a := b.First; a < b.End; a++ {
		sum := 0.0
		for k, e := range it.inner {
			sum += e * it.u[a*j+k]
		}
		it.weights[a] = sum
	}
	if inverse := it.inverse[h]; inverse != nil {
		v := mat.NewVecDense(b.Len(), it.weights[b.First:b.End])
		var out mat.VecDense
		out.MulVec(inverse, v)
		v.CopyVec(&out)
	}
	return it.scale(h)
}

// neighbours fills the inner weights of construct h.
func (it *iteration) neighbours(h int) {
	if it.o.Scheme == Path {
		if before := it.before[h]; len(before) > 0 {
			b, _ := estimate.Regression(it.c, before, h)
			for k, from := range before {
				it.inner[from] = b[k]
			}
		}
		for _, to := range it.after[h] {
			it.inner[to] = it.c.At(h, to)
		}
		return
	}
	for _, side := range [2][]int{it.before[h], it.after[h]} {
		for _, k := range side {
			it.inner[k] = it.c.At(h, k)
			if it.o.Scheme == Centroid {
				it.inner[k] = sign(it.c.At(h, k))
			}
		}
	}
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}
