package assess

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"plumb/estimate"
)

// HTMTVariant says how item correlations enter the heterotrait-monotrait ratio.
type HTMTVariant uint8

const (
	// HTMTAbsolute averages absolute correlations, so that items coded the
	// other way round do not cancel (HTMT+; Ringle et al. 2023). What SmartPLS
	// and seminr report.
	HTMTAbsolute HTMTVariant = iota
	// HTMTSigned averages the correlations as they are and takes the absolute
	// value of the ratio (Henseler, Ringle & Sarstedt 2015). What cSEM reports.
	HTMTSigned
	// HTMT2 takes geometric in place of arithmetic means (Roemer, Schuberth &
	// Henseler 2021), for items that do not load equally. It exists only where
	// the correlations that are averaged all have one sign. (cSEM takes the
	// root of their product, which an even number of negative ones passes.)
	HTMT2
)

// HTMT returns the J x J heterotrait-monotrait ratios, ones on the diagonal:
// the mean correlation of items of different constructs over the geometric
// mean of the mean correlations within each. A single item counts as
// correlating 1 with itself. NaN where the denominator is not real.
func HTMT(e *estimate.Estimate, v HTMTVariant) *mat.SymDense {
	j := len(e.Blocks)
	within := make([]float64, j)
	for h, b := range e.Blocks {
		within[h] = 1
		if b.Len() > 1 {
			within[h] = meanCorrelation(e.R, b, b, v)
		}
	}
	out := mat.NewSymDense(j, nil)
	for h, b := range e.Blocks {
		out.SetSym(h, h, 1)
		for k := range h {
			between := meanCorrelation(e.R, b, e.Blocks[k], v)
			out.SetSym(h, k, math.Abs(between)/math.Sqrt(within[h]*within[k]))
			if math.IsInf(out.At(h, k), 0) {
				out.SetSym(h, k, math.NaN())
			}
		}
	}
	return out
}

// meanCorrelation averages the correlations of the items of a with those of b,
// each pair once and no item with itself.
func meanCorrelation(r mat.Symmetric, a, b estimate.Block, v HTMTVariant) float64 {
	sum, n, negative := 0.0, 0.0, 0.0
	for i := a.First; i < a.End; i++ {
		for k := b.First; k < b.End; k++ {
			if a == b && k >= i {
				continue
			}
			x := r.At(i, k)
			if x < 0 {
				negative++
			}
			switch v {
			case HTMTAbsolute:
				x = math.Abs(x)
			case HTMT2:
				x = math.Log(math.Abs(x))
			}
			sum += x
			n++
		}
	}
	if v != HTMT2 {
		return sum / n
	}
	if negative > 0 && (negative < n || a == b) {
		return math.NaN()
	}
	return math.Exp(sum / n)
}

// FornellLarcker returns the J x J matrix with the square root of the AVE on
// the diagonal and the construct correlations off it: validity asks that no
// correlation in a row or column exceeds the diagonal (Fornell & Larcker 1981).
func FornellLarcker(e *estimate.Estimate) *mat.SymDense {
	out := mat.NewSymDense(len(e.Blocks), nil)
	out.CopySym(e.Constructs)
	for h, ave := range AVE(e) {
		out.SetSym(h, h, math.Sqrt(ave))
	}
	return out
}
