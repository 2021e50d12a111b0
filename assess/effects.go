package assess

import (
	"gonum.org/v1/gonum/mat"

	"plumb/estimate"
)

// Total returns the J x J total effects, At(i, j) of construct j on i: the sum
// over all chains of paths of the products along them, (I - B)^-1 - I (Bollen
// 1987), summed in causal order so that no matrix is inverted.
func Total(e *estimate.Estimate) *mat.Dense {
	j := len(e.Blocks)
	order, _ := e.Model.Order()
	total := mat.NewDense(j, j, nil)
	for _, i := range order {
		for _, p := range e.Model.Predecessors(i) {
			b := e.Paths.At(i, p)
			for k := range j {
				through := total.At(p, k)
				if k == p {
					through = 1
				}
				total.Set(i, k, total.At(i, k)+b*through)
			}
		}
	}
	return total
}

// TotalIndirect returns the total effects less the direct ones.
func TotalIndirect(e *estimate.Estimate) *mat.Dense {
	var out mat.Dense
	out.Sub(Total(e), e.Paths)
	return &out
}

// Specific returns the effect along one chain of constructs, the product of
// its paths.
func Specific(e *estimate.Estimate, chain []int) float64 {
	product := 1.0
	for k := 1; k < len(chain); k++ {
		product *= e.Paths.At(chain[k], chain[k-1])
	}
	return product
}

// Reachable reports for every pair whether a directed chain of at least min
// paths leads from construct j to i.
func Reachable(e *estimate.Estimate, least int) [][]bool {
	j := len(e.Blocks)
	order, _ := e.Model.Order()
	// longest[i][k] is the number of paths of the longest chain from k to i.
	longest := make([][]int, j)
	for _, i := range order {
		longest[i] = make([]int, j)
		for _, p := range e.Model.Predecessors(i) {
			longest[i][p] = max(longest[i][p], 1)
			for k, n := range longest[p] {
				if n > 0 {
					longest[i][k] = max(longest[i][k], n+1)
				}
			}
		}
	}
	out := make([][]bool, j)
	for i := range out {
		out[i] = make([]bool, j)
		for k, n := range longest[i] {
			out[i][k] = n >= least
		}
	}
	return out
}
