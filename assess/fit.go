package assess

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"plumb/estimate"
	"plumb/model"
)

// Blocks says how the correlations within a block are implied by the model.
type Blocks uint8

const (
	// AsDeclared treats reflective blocks as factors and composites as composites.
	AsDeclared Blocks = iota
	// AsFactors: only through the loadings, l_a l_b.
	AsFactors
	// AsComposites: a composite puts no restriction on its own indicators, so
	// their correlations are reproduced exactly.
	AsComposites
)

// String names the variant.
func (b Blocks) String() string {
	return [...]string{"as declared", "all as factors", "all as composites"}[b]
}

// Structure says which construct correlations the implied matrix uses.
type Structure uint8

const (
	// Saturated lets all constructs correlate: only the measurement is judged.
	Saturated Structure = iota
	// Estimated uses those that the paths imply: everything is judged.
	Estimated
)

// Fit holds the discrepancy between the correlations S of the indicators and
// the correlations Sigma that the model implies.
type Fit struct {
	// SRMR is the root mean square of the residuals in the lower triangle with
	// the diagonal: sqrt(sum (s-sigma)^2 / (p(p+1)/2)) (Hu & Bentler 1998;
	// Henseler et al. 2014).
	SRMR float64
	// DULS is that sum of squares (Dijkstra & Henseler 2015).
	DULS float64
	// DG is the geodesic distance 1/2 sum (ln phi)^2 over the eigenvalues phi of
	// S^-1 Sigma (Dijkstra & Henseler 2015). cSEM and ADANCO print it with the
	// logarithm to base 10: divide by (ln 10)^2.
	DG float64
	// Chi2 is (n-1) F with F = ln|Sigma| + tr(S Sigma^-1) - ln|S| - p, and NFI
	// is 1 - F / F(independence) (Bentler & Bonett 1980).
	Chi2, NFI float64
	// DF is the number of off-diagonal correlations less the free parameters.
	DF int
}

// Implied returns the P x P correlation matrix of the indicators that the
// model implies.
func Implied(e *estimate.Estimate, st Structure, bl Blocks) *mat.SymDense {
	c := e.Constructs
	if st == Estimated {
		c = ImpliedConstructs(e)
	}
	sigma := mat.NewSymDense(len(e.Indicators), nil)
	for h, b := range e.Blocks {
		for a := b.First; a < b.End; a++ {
			for k := 0; k < h; k++ {
				for i := e.Blocks[k].First; i < e.Blocks[k].End; i++ {
					sigma.SetSym(a, i, e.Loadings[a]*c.At(h, k)*e.Loadings[i])
				}
			}
			for i := b.First; i < a; i++ {
				if factor(e, h, bl) {
					sigma.SetSym(a, i, e.Loadings[a]*e.Loadings[i])
				} else {
					sigma.SetSym(a, i, e.R.At(a, i))
				}
			}
			sigma.SetSym(a, a, 1)
		}
	}
	return sigma
}

// ImpliedConstructs returns the construct correlations that the paths imply:
// exogenous constructs correlate as observed, residual variances are 1 - R2 of
// the observed correlations and residuals do not correlate,
//
//	(I - B)^-1 Psi (I - B)^-1'  with the diagonal then set to 1
//
// as in cSEM and ADANCO. For a structural model that is not saturated other
// programs differ in the third digit.
func ImpliedConstructs(e *estimate.Estimate) *mat.SymDense {
	j := len(e.Blocks)
	reach := Total(e)
	for i := range j {
		reach.Set(i, i, reach.At(i, i)+1)
	}
	psi := mat.NewSymDense(j, nil)
	for i := range j {
		exogenous := math.IsNaN(e.R2[i])
		for k := 0; k < i; k++ {
			if exogenous && math.IsNaN(e.R2[k]) {
				psi.SetSym(i, k, e.Constructs.At(i, k))
			}
		}
		psi.SetSym(i, i, 1)
		if !exogenous {
			psi.SetSym(i, i, 1-e.R2[i])
		}
	}
	var left, full mat.Dense
	left.Mul(reach, psi)
	full.Mul(&left, reach.T())
	return estimate.UnitDiagonal(&full)
}

// FitOf judges the implied correlations. Measures that need an inverse are NaN
// where S or Sigma is not positive definite.
func FitOf(e *estimate.Estimate, st Structure, bl Blocks) Fit {
	sigma := Implied(e, st, bl)
	f := Fit{DF: DegreesOfFreedom(e, st, bl)}
	f.DULS = squaredResiduals(e.R, sigma)
	f.SRMR = rootMean(f.DULS, len(e.Indicators))
	f.DG = geodesic(e.R, sigma)
	fml, independence := discrepancy(e.R, sigma)
	f.Chi2 = (e.N - 1) * fml
	f.NFI = 1 - fml/independence
	return f
}

// SRMR returns that measure of FitOf alone, without the inverses of the others.
func SRMR(e *estimate.Estimate, st Structure, bl Blocks) float64 {
	return rootMean(squaredResiduals(e.R, Implied(e, st, bl)), len(e.Indicators))
}

// squaredResiduals sums (s - sigma)^2 over the lower triangle and the diagonal.
func squaredResiduals(s, sigma mat.Symmetric) float64 {
	sum := 0.0
	for a := range s.SymmetricDim() {
		for b := 0; b <= a; b++ {
			d := s.At(a, b) - sigma.At(a, b)
			sum += d * d
		}
	}
	return sum
}

func rootMean(sum float64, p int) float64 { return math.Sqrt(sum / float64(p*(p+1)/2)) }

// geodesic returns 1/2 sum (ln phi)^2, phi the eigenvalues of L^-1 Sigma L^-1'
// with S = LL'.
func geodesic(s, sigma *mat.SymDense) float64 {
	var chol mat.Cholesky
	if !chol.Factorize(s) {
		return math.NaN()
	}
	var l mat.TriDense
	chol.LTo(&l)
	var half, whole mat.Dense
	if half.Solve(&l, sigma) != nil || whole.Solve(&l, half.T()) != nil {
		return math.NaN()
	}
	n := s.SymmetricDim()
	sym := mat.NewSymDense(n, nil)
	for i := range n {
		for k := 0; k <= i; k++ {
			sym.SetSym(i, k, (whole.At(i, k)+whole.At(k, i))/2)
		}
	}
	var eig mat.EigenSym
	if !eig.Factorize(sym, false) {
		return math.NaN()
	}
	sum := 0.0
	for _, phi := range eig.Values(nil) {
		sum += math.Log(phi) * math.Log(phi) / 2 // NaN when Sigma is not positive definite
	}
	return sum
}

// discrepancy returns F of maximum likelihood, and that of independence.
func discrepancy(s, sigma *mat.SymDense) (f, independence float64) {
	var cs, cm mat.Cholesky
	if !cs.Factorize(s) || !cm.Factorize(sigma) {
		return math.NaN(), math.NaN()
	}
	var product mat.Dense
	if cm.SolveTo(&product, s) != nil {
		return math.NaN(), math.NaN()
	}
	p := float64(s.SymmetricDim())
	return cm.LogDet() + mat.Trace(&product) - cs.LogDet() - p, -cs.LogDet()
}

// DegreesOfFreedom counts the p(p-1)/2 correlations of the indicators less the
// free parameters: a loading an indicator for factors; for composites k-1
// weights and the k(k-1)/2 correlations within; the correlations of all
// constructs (saturated), or those of the exogenous ones and the paths.
func DegreesOfFreedom(e *estimate.Estimate, st Structure, bl Blocks) int {
	p, j := len(e.Indicators), len(e.Blocks)
	df := p * (p - 1) / 2
	for h, b := range e.Blocks {
		k := b.Len()
		switch {
		case k == 1:
		case factor(e, h, bl):
			df -= k
		default:
			df -= k - 1 + k*(k-1)/2
		}
	}
	if st == Saturated {
		return df - j*(j-1)/2
	}
	exogenous := 0
	for _, r2 := range e.R2 {
		if math.IsNaN(r2) {
			exogenous++
		}
	}
	return df - exogenous*(exogenous-1)/2 - len(e.Model.Paths)
}

// RMSTheta returns the root mean square of the covariances that the outer
// residuals x - l y leave off the diagonal (Lohmöller 1989; Henseler et al.
// 2014), with the observed construct correlations:
//
//	Theta = S - S W L' - (S W L')' + L C L'
//
// The residuals of a composite's own indicators may covary freely, so those
// pairs are left out (cSEM).
func RMSTheta(e *estimate.Estimate, bl Blocks) float64 {
	p := len(e.Indicators)
	owner := make([]int, p)
	for h, b := range e.Blocks {
		for a := b.First; a < b.End; a++ {
			owner[a] = h
		}
	}
	sum, n := 0.0, 0.0
	for a := range p {
		for b := range a {
			if owner[a] == owner[b] && !factor(e, owner[a], bl) {
				continue
			}
			n++
			la, lb := e.Loadings[a], e.Loadings[b]
			t := e.R.At(a, b) - e.CrossLoadings.At(a, owner[b])*lb - e.CrossLoadings.At(b, owner[a])*la +
				la*e.Constructs.At(owner[a], owner[b])*lb
			sum += t * t
		}
	}
	return math.Sqrt(sum / n)
}

// factor reports whether block h is treated as a common factor.
func factor(e *estimate.Estimate, h int, bl Blocks) bool {
	return bl == AsFactors || bl == AsDeclared && e.Model.Constructs[h].Kind == model.Reflective
}
