package assess

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"plumb/estimate"
)

// OuterVIF returns the variance inflation factor of every indicator within its
// block, the diagonal of the inverse block of R (Marquardt 1970). +Inf where
// the block is singular; 1 for a single item.
func OuterVIF(e *estimate.Estimate) []float64 {
	out := make([]float64, 0, len(e.Indicators))
	for _, b := range e.Blocks {
		out = append(out, vif(e.R, indices(b))...)
	}
	return out
}

// InnerVIF returns the variance inflation factors of the predictors of each
// construct: InnerVIF(..)[h][k] belongs to the k-th of Predecessors(h). c is
// e.Constructs (cSEM; corrected correlations in PLSc) or e.Proxies (seminr).
// They differ only under PLSc.
func InnerVIF(e *estimate.Estimate, c mat.Symmetric) [][]float64 {
	out := make([][]float64, len(e.Blocks))
	for h := range e.Blocks {
		out[h] = vif(c, e.Model.Predecessors(h))
	}
	return out
}

func indices(b estimate.Block) []int {
	out := make([]int, b.Len())
	for i := range out {
		out[i] = b.First + i
	}
	return out
}

func vif(c mat.Symmetric, of []int) []float64 {
	out := make([]float64, len(of))
	sub := mat.NewSymDense(max(1, len(of)), nil)
	for i, a := range of {
		for k, b := range of[:i+1] {
			sub.SetSym(i, k, c.At(a, b))
		}
	}
	inverse, full := estimate.Inverse(sub)
	for i := range out {
		out[i] = inverse.At(i, i) * sub.At(i, i)
		if !full {
			out[i] = math.Inf(1)
		}
	}
	return out
}

// F2 returns Cohen's f2 of every path, F2(e).At(i, j) for the path from j to i:
// (R2 - R2 without j)/(1 - R2), with the construct correlations kept (Cohen
// 1988; what SmartPLS and cSEM report). NaN where there is no path.
func F2(e *estimate.Estimate) *mat.Dense {
	out := noPaths(len(e.Blocks))
	for h := range e.Blocks {
		before := e.Model.Predecessors(h)
		for k, from := range before {
			rest := make([]int, 0, len(before))
			rest = append(append(rest, before[:k]...), before[k+1:]...)
			r2 := 0.0
			if len(rest) > 0 {
				b, _ := estimate.Regression(e.Constructs, rest, h)
				for i, x := range rest {
					r2 += b[i] * e.Constructs.At(h, x)
				}
			}
			out.Set(h, from, (e.R2[h]-r2)/(1-e.R2[h]))
		}
	}
	return out
}

func noPaths(j int) *mat.Dense {
	d := mat.NewDense(j, j, nil)
	d.Apply(func(int, int, float64) float64 { return math.NaN() }, d)
	return d
}
