// Package assess judges an estimated path model: reliability, convergent and
// discriminant validity, collinearity, effect sizes, effects, fit, model
// selection and admissibility. All of it comes from the correlations and the
// estimate; a measure that does not exist is NaN.
//
// The functions compute a measure wherever its formula can be evaluated;
// whether it applies to a construct is said by Applies.
package assess

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"plumb/estimate"
	"plumb/model"
	"plumb/moment"
)

// Applies reports whether internal consistency, AVE and HTMT mean anything for
// construct h, and if not, why. They suppose that the indicators are
// exchangeable reflections of one thing (Henseler, Schuberth; Hair et al. 2022).
func Applies(e *estimate.Estimate, h int) (bool, string) {
	switch {
	case e.Blocks[h].Len() == 1:
		return false, "single item: nothing to be consistent with"
	case e.Model.Constructs[h].EffectiveMode() == model.ModeB:
		return false, "formative block (Mode B): its indicators need not correlate"
	}
	return true, ""
}

// Alpha returns Cronbach's standardised alpha of each construct, from the
// correlations of its indicators:
//
//	alpha = k/(k-1) (1 - k / sum_ab r_ab)
//
// (Cronbach 1951, for standardised items). NaN for single items.
func Alpha(e *estimate.Estimate) []float64 {
	out := make([]float64, len(e.Blocks))
	for h, b := range e.Blocks {
		out[h] = alpha(e.R, b)
	}
	return out
}

// AlphaRaw returns Cronbach's alpha from the covariances, the reliability of
// the plain sum of the answers. s must hold the indicators of e.
func AlphaRaw(e *estimate.Estimate, s *moment.Set) ([]float64, error) {
	own, err := s.Select(e.Indicators...)
	if err != nil {
		return nil, err
	}
	cov := own.Cov()
	out := make([]float64, len(e.Blocks))
	for h, b := range e.Blocks {
		out[h] = alpha(cov, b)
	}
	return out, nil
}

func alpha(cov mat.Symmetric, b estimate.Block) float64 {
	k := float64(b.Len())
	if k < 2 {
		return math.NaN()
	}
	diagonal, all := 0.0, 0.0
	for a := b.First; a < b.End; a++ {
		diagonal += cov.At(a, a)
		for c := b.First; c < b.End; c++ {
			all += cov.At(a, c)
		}
	}
	return k / (k - 1) * (1 - diagonal/all)
}

// RhoC returns the composite reliability of each construct (Jöreskog 1971;
// Werts, Linn & Jöreskog 1974) from its loadings:
//
//	rho_C = (sum l)^2 / ((sum l)^2 + sum (1 - l^2))
//
// 1 for a single item.
func RhoC(e *estimate.Estimate) []float64 {
	out := make([]float64, len(e.Blocks))
	for h, b := range e.Blocks {
		sum, rest := 0.0, 0.0
		for _, l := range e.Loadings[b.First:b.End] {
			sum += l
			rest += 1 - l*l
		}
		out[h] = sum * sum / (sum*sum + rest)
	}
	return out
}

// AVE returns the average variance extracted of each construct, the mean
// squared loading (Fornell & Larcker 1981). 1 for a single item.
func AVE(e *estimate.Estimate) []float64 {
	out := make([]float64, len(e.Blocks))
	for h, b := range e.Blocks {
		for _, l := range e.Loadings[b.First:b.End] {
			out[h] += l * l / float64(b.Len())
		}
	}
	return out
}

// R2Adjusted returns 1 - (1 - R2)(n-1)/(n-k-1), k predecessors (Ezekiel 1930);
// NaN for exogenous constructs and where n <= k+1.
func R2Adjusted(e *estimate.Estimate) []float64 {
	out := make([]float64, len(e.Blocks))
	for h := range e.Blocks {
		free := e.N - float64(len(e.Model.Predecessors(h))) - 1
		out[h] = 1 - (1-e.R2[h])*(e.N-1)/free
		if free <= 0 {
			out[h] = math.NaN()
		}
	}
	return out
}
