package resample_test

import (
	"fmt"

	"plumb/resample"
)

func Example() {
	s, err := resample.New(resample.Bootstrap{N: 8, Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	income := []float64{3, 1, 4, 1, 5, 9, 2, 6}
	c := make([]int32, s.Units())
	for r := range uint64(3) {
		s.Draw(r, c)
		sum := 0.0
		for i, x := range income {
			sum += float64(c[i]) * x
		}
		fmt.Println(c, sum/8)
	}
	// Output:
	// [0 0 1 3 1 2 1 0] 4
	// [0 1 2 0 1 1 1 2] 4.625
	// [1 2 1 1 0 1 0 2] 3.875
}

func ExampleClusters() {
	village := []int{0, 0, 1, 1, 1, 2} // of each row
	s, err := resample.New(resample.Clusters{Of: village, Plan: resample.Jackknife{N: 3}})
	if err != nil {
		fmt.Println(err)
		return
	}
	c, rows := make([]int32, s.Units()), make([]int32, len(village))
	for r := range s.Replicates() {
		s.Draw(r, c)
		resample.Expand(s.Of(), c, rows)
		fmt.Println(c, rows)
	}
	// Output:
	// [0 1 1] [0 0 1 1 1 1]
	// [1 0 1] [1 1 0 0 0 1]
	// [1 1 0] [1 1 1 1 1 0]
}
