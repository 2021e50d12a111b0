package assess

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"plumb/estimate"
	"plumb/model"
)

// Refit estimates a changed model on the same moments with the same options.
type Refit func(*model.Model) (*estimate.Estimate, error)

// SaturatedModel returns m with a path between every two constructs, from the
// earlier to the later in causal order (ties in model order).
func SaturatedModel(m *model.Model) *model.Model {
	order, _ := m.Order()
	out := &model.Model{Constructs: m.Constructs}
	for i, to := range order {
		for _, from := range order[:i] {
			out.Paths = append(out.Paths, model.Path{From: m.Constructs[from].Name, To: m.Constructs[to].Name})
		}
	}
	return out
}

// MeanSquareError returns the residual mean square of each construct of an
// estimate, (1 - R2)(n - 1)/(n - k); NaN for exogenous constructs. Of the
// saturated model it is what GM and Cp of Selection compare with. (cSEM
// compares with 1 - R2 there, so its GM and Cp differ by the factor.)
func MeanSquareError(e *estimate.Estimate) []float64 {
	out := make([]float64, len(e.Blocks))
	for h := range out {
		k := float64(len(e.Model.Predecessors(h)) + 1)
		out[h] = (1 - e.R2[h]) * (e.N - 1) / (e.N - k)
	}
	return out
}

// F2Refit returns f2 as seminr reports it: the model is estimated again
// without the path, so that the weights move too. At(i, j) belongs to the path
// from j to i; NaN where there is no path, and where the model without it
// cannot be estimated because a construct loses its last neighbour.
func F2Refit(e *estimate.Estimate, refit Refit) *mat.Dense {
	out := noPaths(len(e.Blocks))
	for k, p := range e.Model.Paths {
		to, from := e.Model.Index(p.To), e.Model.Index(p.From)
		without := &model.Model{Constructs: e.Model.Constructs, Paths: slices.Delete(slices.Clone(e.Model.Paths), k, k+1)}
		if neighbours(without, to) == 0 || neighbours(without, from) == 0 {
			continue
		}
		reduced, err := refit(without)
		if err != nil {
			continue
		}
		r2 := reduced.R2[to]
		if math.IsNaN(r2) {
			r2 = 0
		}
		out.Set(to, from, (e.R2[to]-r2)/(1-e.R2[to]))
	}
	return out
}

func neighbours(m *model.Model, h int) int {
	return len(m.Predecessors(h)) + len(m.Successors(h))
}
