package infer

import (
	"math"
	"slices"
)

// sample answers questions about the replicates of one statistic. Nothing is
// sorted: the few order statistics that an interval needs are selected, most of
// them among the values of the two tails.
type sample struct {
	x         []float64 // never written to
	mean      float64
	sd        float64 // divisor n-1
	low, high float64 // ends
	allSame   bool

	room       []float64 // for the tails, or for all values; made when needed
	cut        float64   // share of the values that each tail should hold; 0: none yet
	head, rest []float64 // the smallest and the largest values, reordered by selection
}

func newSample(x []float64) *sample {
	s := &sample{x: x, low: math.NaN(), high: math.NaN(), mean: math.NaN(), sd: math.NaN()}
	if len(x) == 0 {
		return s
	}
	// About the first value: replicates hardly vary beside their mean. Four
	// sums side by side, in an order that does not depend on the machine.
	pivot := x[0]
	low, high := pivot, pivot
	var sum, squares [4]float64
	for len(x) >= 4 {
		for k, v := range x[:4:4] {
			d := v - pivot
			sum[k] += d
			squares[k] += float64(d * d)
			if v < low {
				low = v
			}
			if v > high {
				high = v
			}
		}
		x = x[4:]
	}
	for k, v := range x {
		d := v - pivot
		sum[k] += d
		squares[k] += float64(d * d)
		low, high = min(low, v), max(high, v)
	}
	n := float64(len(s.x))
	all, square := (sum[0]+sum[1])+(sum[2]+sum[3]), (squares[0]+squares[1])+(squares[2]+squares[3])
	s.mean = pivot + all/n
	s.sd = math.Sqrt(max(0, (square-float64(all*all)/n)/(n-1)))
	s.low, s.high, s.allSame = low, high, low == high
	return s
}

// tailMin is the number of values from which looking for tails pays.
const tailMin = 512

// nth returns the k-th smallest value (from 0) and the next.
func (s *sample) nth(k int) (at, next float64) {
	n := len(s.x)
	if share := float64(min(k, n-1-k)+2) / float64(n); n >= tailMin && share < 0.2 {
		if s.cut < share {
			s.tails(1.6*share + 0.005) // some room for tails that are not normal
		}
		if k+1 < len(s.head) {
			return selectTwo(s.head, k)
		}
		if k >= n-len(s.rest) {
			return selectTwo(s.rest, k-(n-len(s.rest)))
		}
	}
	// The tails overlap the room, and are gone when all values go there.
	s.cut, s.head, s.rest = 0, nil, nil
	s.room = append(s.room[:0], s.x...)
	return selectTwo(s.room, k)
}

// tails collects the values beyond the normal quantiles of share, the smallest
// from the front of the room and the largest from its back.
func (s *sample) tails(share float64) {
	n := len(s.x)
	if cap(s.room) < n {
		s.room = make([]float64, n)
	}
	room := s.room[:n]
	z := quant(1 - share)
	low, high := s.mean-z*s.sd, s.mean+z*s.sd
	front, back := 0, n
	for _, v := range s.x {
		if v < low {
			room[front] = v
			front++
		} else if v > high {
			back--
			room[back] = v
		}
	}
	s.room, s.cut, s.head, s.rest = room, share, room[:front], room[back:]
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
	// The sign bit counts without a branch that nobody can foresee; the
	// neighbours on either side are seldom found anew.
	below := n
	left, right, near := math.Inf(1), math.Inf(1), math.Inf(1) // distances
	for _, x := range s.x {
		d := v - x
		below -= int(math.Float64bits(d) >> 63)
		if math.Abs(d) < near {
			if d >= 0 {
				left = min(left, d)
			} else {
				right = min(right, -d)
			}
			near = max(left, right)
		}
	}
	if n < 2 {
		return 0
	}
	return (float64(below-1) + left/(left+right)) / float64(n-1)
}

// below returns the share of replicates below v, ties counted half.
func (s *sample) below(v float64) float64 {
	less, above := 0, 0
	for _, x := range s.x {
		less += int(math.Float64bits(x-v) >> 63)
		above += int(math.Float64bits(v-x) >> 63)
	}
	equal := len(s.x) - less - above
	return (float64(less) + float64(equal)/2) / float64(len(s.x))
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
