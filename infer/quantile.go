package infer

import (
	"math"
	"slices"
)

// sample answers questions about the replicates of one statistic. Nothing is
// sorted: the few order statistics that an interval needs are selected.
type sample struct {
	x       []float64 // reordered by selection
	mean    float64
	sd      float64 // divisor n-1
	allSame bool
}

func newSample(x []float64) sample {
	s := sample{x: x}
	n := float64(len(x))
	low, high := math.Inf(1), math.Inf(-1)
	// About the first value: replicates hardly vary beside their mean.
	pivot, sum, squares := 0.0, 0.0, 0.0
	if len(x) > 0 {
		pivot = x[0]
	}
	for _, v := range x {
		d := v - pivot
		sum += d
		squares += d * d
		low, high = min(low, v), max(high, v)
	}
	s.mean = pivot + sum/n
	s.sd = math.Sqrt(max(0, (squares-sum*sum/n)/(n-1)))
	s.allSame = low == high
	return s
}

// quantile returns the p-quantile by linear interpolation of the order
// statistics (type 7 of Hyndman & Fan 1996, R's default).
func (s sample) quantile(p float64) float64 {
	n := len(s.x)
	if n == 0 || math.IsNaN(p) {
		return math.NaN()
	}
	h := float64(n-1) * min(1, max(0, p))
	k := int(h)
	low := selectNth(s.x, k)
	if f := h - float64(k); f > 0 {
		// The next order statistic is the smallest of those above.
		return low + f*(slices.Min(s.x[k+1:])-low)
	}
	return low
}

// share is the inverse of quantile: the p at which it passes v, 0 and 1 beyond
// the ends. An interval with the end points quantile(a), quantile(1-a) holds v
// exactly if a <= share(v) <= 1-a.
func (s sample) share(v float64) float64 {
	n := len(s.x)
	below, left, right := 0, math.Inf(-1), math.Inf(1)
	for _, x := range s.x {
		if x <= v {
			below++
			left = max(left, x)
		} else {
			right = min(right, x)
		}
	}
	switch {
	case n < 2 || below == 0:
		return 0
	case below == n:
		return 1
	}
	return (float64(below-1) + (v-left)/(right-left)) / float64(n-1)
}

// below returns the share of replicates below v, ties counted half.
func (s sample) below(v float64) float64 {
	less, equal := 0.0, 0.0
	for _, x := range s.x {
		if x < v {
			less++
		} else if x == v {
			equal++
		}
	}
	return (less + equal/2) / float64(len(s.x))
}

// selectNth partially orders x so that x[k] is its k-th smallest value (from
// 0), none before it larger and none after it smaller, and returns it. It is
// quickselect with the median of three (Hoare 1961), and sorts what is left
// when the luck of the pivots runs out.
func selectNth(x []float64, k int) float64 {
	low, high := 0, len(x)-1
	for budget := 64; high-low > 16; budget-- {
		if budget == 0 {
			break
		}
		mid := int(uint(low+high) / 2)
		a, b, c := x[low], x[mid], x[high]
		pivot := max(min(a, b), min(max(a, b), c))
		i, j := low, high
		for i <= j {
			for x[i] < pivot {
				i++
			}
			for x[j] > pivot {
				j--
			}
			if i <= j {
				x[i], x[j] = x[j], x[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			high = j
		case k >= i:
			low = i
		default:
			return x[k]
		}
	}
	slices.Sort(x[low : high+1])
	return x[k]
}
