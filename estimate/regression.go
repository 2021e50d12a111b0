package estimate

import "gonum.org/v1/gonum/mat"

// Regression returns the standardised coefficients of variable y on the
// variables x, positions in the correlation (or covariance) matrix c. When the
// predictors are exactly collinear it returns the solution of smallest norm
// and false.
func Regression(c mat.Symmetric, x []int, y int) (b []float64, unique bool) {
	n := len(x)
	left, right := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
	for i, a := range x {
		for k, d := range x[:i+1] {
			left.SetSym(i, k, c.At(a, d))
		}
		right.SetVec(i, c.At(a, y))
	}
	out := mat.NewVecDense(n, nil)
	var chol mat.Cholesky
	if chol.Factorize(left) && chol.Cond() < 1e14 && chol.SolveVecTo(out, right) == nil {
		return out.RawVector().Data, true
	}
	// Corrected correlations may be indefinite and still have a solution.
	inverse, unique := Inverse(left)
	out.MulVec(inverse, right)
	return out.RawVector().Data, unique
}

// Inverse returns the inverse of a symmetric matrix; when it is singular, the
// Moore-Penrose inverse and false.
func Inverse(s mat.Symmetric) (inverse *mat.Dense, full bool) {
	n := s.SymmetricDim()
	inverse = mat.NewDense(n, n, nil)
	var chol mat.Cholesky
	if chol.Factorize(s) && chol.Cond() < 1e14 {
		var sym mat.SymDense
		if chol.InverseTo(&sym) == nil {
			inverse.Copy(&sym)
			return inverse, true
		}
	}
	var eig mat.EigenSym
	if !eig.Factorize(s, true) {
		return inverse, false
	}
	values := eig.Values(nil)
	var vectors mat.Dense
	eig.VectorsTo(&vectors)
	largest := 0.0
	for _, v := range values {
		largest = max(largest, v, -v)
	}
	full = true
	for k, v := range values {
		if max(v, -v) <= largest*1e-12 {
			full = false
			continue
		}
		column := vectors.ColView(k)
		inverse.RankOne(inverse, 1/v, column, column)
	}
	return inverse, full
}
