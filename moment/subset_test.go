package moment

import (
	"math"
	"slices"
	"testing"

	"plumb/frame"
)

// A subset sums like the same rows counted once each among all, means of open
// cells included, and leaves the whole as it was.
func TestSubset(t *testing.T) {
	nan := math.NaN()
	f := &frame.Frame{Rows: 6, Columns: []*frame.Column{
		{Name: "a", Numbers: []float64{1, 2, nan, 5, 3, 4}},
		{Name: "b", Numbers: []float64{2, nan, 4, 4, 1, 7}},
		{Name: "w", Numbers: []float64{1, 2, 1, 0, 1, 3}},
	}}
	rows, _, err := LoadRows(f, []string{"a", "b"}, Options{Weight: "w"})
	if err != nil {
		t.Fatal(err)
	}
	before := rows.NewSummer().Sum([]int32{1, 1, 1, 1, 1})
	part := rows.Subset([]int{1, 2, 4}) // rows 1, 2 and 5 of the data; row 3 has no weight
	got, want := part.NewSummer().Sum([]int32{1, 1, 1}), rows.NewSummer().Sum([]int32{0, 1, 1, 0, 1})
	if got.N != want.N || got.W != want.W || got.W2 != want.W2 || !slices.Equal(got.S, want.S) || !slices.Equal(got.Q, want.Q) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if part.Len() != 3 || part.DataRow(2) != 5 {
		t.Errorf("%d rows, the last is %d", part.Len(), part.DataRow(2))
	}
	after := rows.NewSummer().Sum([]int32{1, 1, 1, 1, 1})
	if !slices.Equal(before.Q, after.Q) || rows.Len() != 5 {
		t.Error("the whole has changed")
	}
}
