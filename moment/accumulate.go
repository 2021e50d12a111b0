package moment

// blockRows rows of all columns are copied, pivot taken off, into a buffer
// that stays in the first-level caches while every pair of columns is summed.
const blockRows = 128

// accumulator is the scratch space of one worker.
type accumulator struct {
	p        int
	x        []float64 // p x blockRows: x - c, rows of the block side by side
	weighted []float64 // the same times w
}

func newAccumulator(p int) *accumulator {
	return &accumulator{p: p, x: make([]float64, p*blockRows)}
}

func (a *accumulator) load(column int, values []float64, pivot float64) {
	x := a.x[column*blockRows:][:len(values)]
	for i, v := range values {
		x[i] = v - pivot
	}
}

// add adds the loaded block of n rows to the sums of s. Products are rounded
// before they are added (the conversions forbid a fused multiply-add), so the
// bits are the same on every platform.
func (a *accumulator) add(s *Set, w []float64, n int) {
	left := a.x
	if w != nil {
		if a.weighted == nil {
			a.weighted = make([]float64, len(a.x))
		}
		left = a.weighted
		for c := range a.p {
			x := a.x[c*blockRows:][:n]
			y := left[c*blockRows:][:n]
			for i, v := range w {
				y[i] = float64(v * x[i])
			}
		}
	}
	for c := range a.p {
		sum := 0.0
		for _, v := range left[c*blockRows:][:n] {
			sum += v
		}
		s.S[c] += sum
	}
	row := func(m []float64, c int) []float64 { return m[c*blockRows:][:n] }
	i := 0
	for ; i+2 <= a.p; i += 2 {
		q0 := s.Q[i*(i+1)/2:]
		q1 := s.Q[(i+1)*(i+2)/2:]
		x0, x1 := row(left, i), row(left, i+1)
		for j := 0; j < i; j += 2 {
			d00, d01, d10, d11 := dot2x2(x0, x1, row(a.x, j), row(a.x, j+1))
			q0[j] += d00
			q0[j+1] += d01
			q1[j] += d10
			q1[j+1] += d11
		}
		// j is i now: the corner on the diagonal.
		y0, y1 := row(a.x, i), row(a.x, i+1)
		q0[i] += dot(x0, y0)
		q1[i] += dot(x1, y0)
		q1[i+1] += dot(x1, y1)
	}
	if i < a.p { // the last of an odd number of columns
		q := s.Q[i*(i+1)/2:]
		for j := 0; j <= i; j++ {
			q[j] += dot(row(left, i), row(a.x, j))
		}
	}
}

func dot(x, y []float64) float64 {
	y = y[:len(x)]
	sum := 0.0
	for i, v := range x {
		sum += float64(v * y[i])
	}
	return sum
}

// dot2x2 returns the four inner products of two pairs of columns: every value
// loaded is used twice.
func dot2x2(x0, x1, y0, y1 []float64) (d00, d01, d10, d11 float64) {
	n := len(x0)
	x1, y0, y1 = x1[:n], y0[:n], y1[:n]
	for i, a := range x0 {
		b, c, d := x1[i], y0[i], y1[i]
		d00 += float64(a * c)
		d01 += float64(a * d)
		d10 += float64(b * c)
		d11 += float64(b * d)
	}
	return d00, d01, d10, d11
}
