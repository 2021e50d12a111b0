package assess

import "gonum.org/v1/gonum/mat"

// Distances returns how far two correlation matrices lie apart (Klesel,
// Schuberth, Henseler & Niehaves 2019): half the sum of their squared
// differences, and the geodesic distance 1/2 sum (ln phi)^2 over the
// eigenvalues phi of A^-1 B, which is NaN where one of them is not positive
// definite.
func Distances(a, b *mat.SymDense) (squared, onGeodesic float64) {
	return squaredResiduals(a, b), geodesic(a, b)
}
