// Package estimate holds what every estimator of path models gives back, and
// the half of the work that all composite estimators share: from outer weights
// to scores' correlations, loadings, paths and R2, on moments alone.
//
// Estimators (packages pls, sumscore, ...) all have the signature
//
//	Estimate(m *model.Model, s *moment.Set, o Options) (*estimate.Estimate, error)
//
// Groups and replicates are loops outside it.
package estimate

import (
	"gonum.org/v1/gonum/mat"

	"plumb/finding"
	"plumb/model"
)

// Estimate is a fitted path model. Indicators are in model order (the blocks
// of the constructs one after another), constructs in model order. All
// variables are standardised.
type Estimate struct {
	Model     *model.Model
	Estimator string  // "pls", "plsc", "sumscore"
	N         float64 // number of cases behind the moments

	Indicators []string // P names
	Blocks     []Block  // J index ranges into Indicators

	Converged  bool
	Iterations int

	// R is the P x P correlation matrix of the indicators.
	R *mat.SymDense
	// Weights w, one per indicator, scaled so that every score y = sum w x has
	// variance 1.
	Weights []float64
	// Loadings, one per indicator, on its own construct: cor(x, y), or the
	// consistent loading when Reliability was used to disattenuate.
	Loadings []float64
	// CrossLoadings is P x J: the correlation of every indicator with every
	// score (R w). For a consistent estimator the score is still the composite.
	CrossLoadings *mat.Dense
	// Proxies is the J x J correlation matrix of the scores (composites).
	Proxies *mat.SymDense
	// Constructs is the J x J correlation matrix that the paths come from:
	// Proxies, disattenuated by sqrt(Reliability) where the estimator does so.
	Constructs *mat.SymDense
	// Reliability is the squared correlation of score and construct used for
	// that; 1 where nothing is corrected.
	Reliability []float64
	// RhoA of every construct (Dijkstra & Henseler 2015, eq. 3); 1 for single
	// items, NaN for Mode B blocks, whether used or not.
	RhoA []float64

	// Paths is J x J: Paths.At(i, j) is the effect of construct j on i; 0 where
	// the model has no path.
	Paths *mat.Dense
	// R2 of every construct, NaN for those without predecessors.
	R2 []float64

	// Findings about this estimate: non-convergence, loadings above 1, a
	// correlation matrix that is not positive definite. Numbers stand beside them.
	Findings finding.List
}

// Block is the range [First, End) of indicators of one construct.
type Block struct{ First, End int }

// Len returns the number of indicators.
func (b Block) Len() int { return b.End - b.First }
