package assess

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// Of two correlations r and s the eigenvalues of A^-1 B are (1+s)/(1+r) and
// (1-s)/(1-r).
func TestDistances(t *testing.T) {
	two := func(r float64) *mat.SymDense { return mat.NewSymDense(2, []float64{1, r, r, 1}) }
	r, s := .3, -.2
	squared, onGeodesic := Distances(two(r), two(s))
	if want := .25; math.Abs(squared-want) > 1e-15 {
		t.Errorf("squared %v, want %v", squared, want)
	}
	u, v := math.Log((1+s)/(1+r)), math.Log((1-s)/(1-r))
	if want := (u*u + v*v) / 2; math.Abs(onGeodesic-want) > 1e-14 {
		t.Errorf("geodesic %v, want %v", onGeodesic, want)
	}
	if _, back := Distances(two(s), two(r)); math.Abs(back-onGeodesic) > 1e-14 {
		t.Errorf("there %v, back %v", onGeodesic, back)
	}
	if _, none := Distances(two(1.2), two(.1)); !math.IsNaN(none) {
		t.Errorf("geodesic of a matrix that is not positive definite: %v", none)
	}
}
