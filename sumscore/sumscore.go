// Package sumscore estimates path models with equally weighted scores, the
// benchmark that every weighting must beat.
//
//	e, err := sumscore.Estimate(m, s, sumscore.Options{})
package sumscore

import (
	"math"

	"plumb/estimate"
	"plumb/model"
	"plumb/moment"
)

// Options of Estimate.
type Options struct {
	// Raw adds the answers as they were given, so that an indicator with a
	// larger spread counts more. Else they are standardised first.
	Raw         bool
	Orientation estimate.Orientation
}

// Estimate fits the model to the moments with the sum of the indicators of
// each construct as its score. Errors are *finding.Errors. Nothing is
// iterated: Converged is true, Iterations 0.
func Estimate(m *model.Model, s *moment.Set, o Options) (*estimate.Estimate, error) {
	e, err := estimate.New(m, s, "sumscore")
	if err != nil {
		return nil, err
	}
	w := make([]float64, len(e.Indicators))
	sd := s.SD()
	for i, name := range e.Indicators {
		w[i] = 1
		if o.Raw {
			w[i] = sd[s.Index(name)]
		}
	}
	e.Compose(w, o.Orientation)
	// rho_A supposes the weights of Mode A.
	for h, b := range e.Blocks {
		if b.Len() > 1 {
			e.RhoA[h] = math.NaN()
		}
	}
	e.Regress()
	return e, nil
}
