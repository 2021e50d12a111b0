package infer

import (
	"math"
	"slices"
)

// sample answers questions about the replicates of one statistic. Nothing is
// sorted: the few order statistics that an interval needs are selected.
type sample struct {
	x       []float64 // reordered by selection
	tail    []float64 // room for the values of one tail
	mean    float64
	sd      float64 // divisor n-1
	low     float64
	high    float64
	allSame bool
}

func newSample(x []float64) *sample {
	s := &sample{x: x}
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
	s.low, s.high, s.allSame = low, high, low == high
	return s
}

// Tails are looked for among the values beyond tailFrom standard deviations of
// the mean, a quarter of most samples, rather than among all.
const (
	tailFrom = 0.7
	tailMin  = 512 // values from which that pays
)

// nth returns the k-th smallest value (from 0) and the next.
func (s *sample) nth(k int) (at, next float64) {
	n := len(s.x)
	if n < tailMin || 4*k > n && 4*k < 3*n {
		return selectTwo(s.x, k)
	}
	if s.tail == nil {
		s.tail = make([]float64, n)
	}
	m := 0
	if 4*k <= n {
		limit := s.mean - tailFrom*s.sd
		for _, v := range s.x {
			s.tail[m] = v
			if v < limit {
				m++
			}
		}
		if k+1 < m {
			return selectTwo(s.tail[:m], k)
		}
		return selectTwo(s.x, k)
	}
	limit := s.mean + tailFrom*s.sd
	for _, v := range s.x {
		s.tail[m] = v
		if v > limit {
			m++
		}
	}
	if k -= n - m; k >= 0 {
		return selectTwo(s.tail[:m], k)
	}
	return selectTwo(s.x, k+n-m)
}

// selectTwo returns the k-th smallest value of x and the one after it (the
// same when there is none).
func selectTwo(x []float64, k int) (at, next float64) {
	at = selectNth(x, k)
	if k+1 == len(x) {
		return at, at
	}
	// The next order statistic is the smallest of those above.
	return at, slices.Min(x[k+1:])
}

// quantile returns the p-quantile by linear interpolation of the order
// statistics (type 7 of Hyndman & Fan 1996, R's default).
func (s *sample) quantile(p float64) float64 {
	n := len(s.x)
	if n == 0 || math.IsNaN(p) {
		return math.NaN()
	}
	h := float64(n-1) * min(1, max(0, p))
	k := int(h)
	at, next := s.nth(k)
	if f := h - float64(k); f > 0 {
		return at + f*(next-at)
	}
	return at
}

// share is the inverse of quantile: the p at which it passes v, 0 and 1 beyond
// the ends. An interval with the end points quantile(a), quantile(1-a) holds v
// exactly if a <= share(v) <= 1-a.
func (s *sample) share(v float64) float64 {
	n := len(s.x)
	if n > 0 && s.low > v {
		return 0
	}
	if n > 0 && s.high <= v {
		return 1
	}
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
func (s *sample) below(v float64) float64 {
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
