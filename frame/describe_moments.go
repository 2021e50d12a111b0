package frame

import "math"

// moments are the sums of powers of deviations from the mean of n values. The
// values are scaled by a power of two first, which costs no digits and keeps
// the fourth powers of very large or very small numbers within range.
type moments struct {
	n          int
	hi, lo     float64 // the scaled mean is hi + lo
	scale      float64 // value = scaled value * scale
	m2, m3, m4 float64 // sum d^k of the scaled deviations; of m2 see deviation
}

// momentsOf passes over the values twice: a compensated sum for the mean
// (Neumaier 1974), then the powers of the deviations from it, each sum
// compensated too. NaN values must have been removed.
func momentsOf(values []float64) moments {
	m := moments{n: len(values), scale: 1}
	if m.n == 0 {
		return m
	}
	largest := 0.0
	for _, x := range values {
		largest = max(largest, math.Abs(x))
	}
	if largest > 1e60 || largest < 1e-60 && largest > 0 {
		_, e := math.Frexp(largest)
		m.scale = math.Ldexp(1, min(max(e, -1020), 1020))
	}
	var sum compensated
	for _, x := range values {
		sum.add(x / m.scale)
	}
	m.hi, m.lo = sum.over(float64(m.n))
	var s2, s3, s4 compensated
	for _, x := range values {
		d := x/m.scale - m.hi - m.lo
		s2.add(d * d)
		s3.add(d * d * d)
		s4.add(d * d * d * d)
	}
	m.m2, m.m3, m.m4 = s2.total(), s3.total(), s4.total()
	return m
}

// deviation is x minus the mean, in the scaled unit of m2.
func (m moments) deviation(x float64) float64 { return x/m.scale - m.hi - m.lo }

func (m moments) mean() float64 { return (m.hi + m.lo) * m.scale }

// sd divides by n-1; NaN for one value.
func (m moments) sd() float64 {
	if m.n < 2 {
		return math.NaN()
	}
	return math.Sqrt(m.m2/float64(m.n-1)) * m.scale
}

// skewness is G1 = g1 sqrt(n(n-1))/(n-2), g1 = (m3/n) / (m2/n)^(3/2)
// (Joanes & Gill 1998). NaN below three values or without variance.
func (m moments) skewness() float64 {
	n := float64(m.n)
	if m.n < 3 || m.m2 == 0 {
		return math.NaN()
	}
	v := m.m2 / n
	return m.m3 / n / (v * math.Sqrt(v)) * math.Sqrt(n*(n-1)) / (n - 2)
}

// kurtosis is G2 = (n-1)/((n-2)(n-3)) ((n+1) g2 + 6), g2 = (m4/n)/(m2/n)^2 - 3
// (Joanes & Gill 1998). NaN below four values or without variance.
func (m moments) kurtosis() float64 {
	n := float64(m.n)
	if m.n < 4 || m.m2 == 0 {
		return math.NaN()
	}
	v := m.m2 / n
	g2 := m.m4/n/(v*v) - 3
	return (n - 1) / ((n - 2) * (n - 3)) * ((n+1)*g2 + 6)
}

// compensated is a sum that carries its rounding error along (Neumaier 1974).
type compensated struct{ sum, err float64 }

func (c *compensated) add(x float64) {
	t := c.sum + x
	if math.Abs(c.sum) >= math.Abs(x) {
		c.err += (c.sum - t) + x
	} else {
		c.err += (x - t) + c.sum
	}
	c.sum = t
}

func (c *compensated) total() float64 { return c.sum + c.err }

// over divides the sum by n and returns the quotient as hi + lo, about twice
// the precision of hi: the remainder of the division is exact with a fused
// multiply-add.
func (c *compensated) over(n float64) (hi, lo float64) {
	total := c.total()
	rest := c.err - (total - c.sum)
	hi = total / n
	return hi, (math.FMA(-hi, n, total) + rest) / n
}
