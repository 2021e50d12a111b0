package infer

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The p value and the interval may not contradict each other: 0 lies outside
// the interval of level 1-a exactly when p < a, for every method and side.
func TestPAgreesWithInterval(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		n := rapid.IntRange(40, 400).Draw(t, "n")
		mean := rapid.Float64Range(-3, 3).Draw(t, "mean")
		x, z, u := make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range x {
			x[i] = mean + r.NormFloat64() + .3*r.ExpFloat64()
			z[i] = r.NormFloat64() * (1 + .2*r.Float64())
			u[i] = math.Pow(r.Float64(), 1.5)
		}
		inner, shares := newSample(z), newSample(u)
		d := spread{estimate: mean + r.NormFloat64()*.2, s: newSample(x), acceleration: rapid.Float64Range(-.1, .1).Draw(t, "a"), t: inner, inner: shares}
		method := rapid.SampledFrom([]Interval{Percentile, Basic, Normal, BiasCorrected, BCa, Studentised, Double}).Draw(t, "method")
		sides := rapid.SampledFrom([]Sides{TwoSided, Greater, Less}).Draw(t, "sides")
		level := rapid.Float64Range(.8, .97).Draw(t, "level")
		p := d.p(method, sides)
		low, high := d.bounds(method, level, sides)
		outside := low > 0 || high < 0
		if math.Abs(p-(1-level)) < 1e-6 || 1-level < 4/float64(n) {
			return
		}
		if outside != (p < 1-level) {
			t.Fatalf("%v %v %.3f: interval %v to %v, p %v", method, sides, level, low, high, p)
		}
	})
}

// R: boot::boot.ci on the same replicates (x below, t0 = 0.35) would take its
// own interpolation; these are the definitions evaluated by hand on a sample
// whose quantiles are exact order statistics.
func TestIntervalsByHand(t *testing.T) {
	x := make([]float64, 1001)
	for i := range x {
		x[i] = float64(i) / 1000 // the p-quantile is p
	}
	d := spread{estimate: .4, s: newSample(slices.Clone(x))}
	sd := math.Sqrt(1001.0*1002/12) / 1000
	z0 := quant((400 + .5) / 1001)
	for _, c := range []struct {
		method    Interval
		low, high float64
	}{
		{Percentile, .025, .975},
		{Basic, .8 - .975, .8 - .025},
		{Normal, .4 - 1.959963984540054*sd, .4 + 1.959963984540054*sd},
		{BiasCorrected, phi(2*z0 - 1.959963984540054), phi(2*z0 + 1.959963984540054)},
	} {
		low, high := d.bounds(c.method, .95, TwoSided)
		if math.Abs(low-c.low) > 1e-12 || math.Abs(high-c.high) > 1e-12 {
			t.Errorf("%v: %v to %v, want %v to %v", c.method, low, high, c.low, c.high)
		}
	}
	d.acceleration = .05
	low, _ := d.bounds(BCa, .95, TwoSided)
	u := z0 - 1.959963984540054
	if want := phi(z0 + u/(1-.05*u)); math.Abs(low-want) > 1e-12 {
		t.Errorf("BCa: %v, want %v", low, want)
	}
}

func TestAcceleration(t *testing.T) {
	// Of a mean the leave-one-out values are linear in the data: the
	// acceleration is the skewness over 6 root n.
	x := []float64{1, 2, 2, 3, 9}
	loo := make([]float64, len(x))
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	m2, m3 := 0.0, 0.0
	for i, v := range x {
		loo[i] = (sum - v) / 4
		d := v - sum/5
		m2, m3 = m2+d*d, m3+d*d*d
	}
	if got, want := acceleration(loo), m3/(6*math.Pow(m2, 1.5)); math.Abs(got-want) > 1e-14 {
		t.Errorf("%v, want %v", got, want)
	}
	if acceleration([]float64{2, 2, 2}) != 0 {
		t.Error("a constant has an acceleration")
	}
}

// R 4.2: p.adjust(c(.01, .04, .03, .005, .2), "holm"), "bonferroni", "BH".
func TestAdjust(t *testing.T) {
	p := []float64{.01, .04, .03, .005, math.NaN(), .2}
	for _, c := range []struct {
		a    Adjustment
		want []float64
	}{
		{None, []float64{.01, .04, .03, .005, .2}},
		{Bonferroni, []float64{.05, .2, .15, .025, 1}},
		{Holm, []float64{.04, .09, .09, .025, .2}},
		{BenjaminiHochberg, []float64{.025, .05, .05, .025, .2}},
	} {
		got := Adjust(p, c.a)
		if !math.IsNaN(got[4]) {
			t.Errorf("%v: NaN became %v", c.a, got[4])
		}
		got = slices.Delete(got, 4, 5)
		for i := range got {
			if math.Abs(got[i]-c.want[i]) > 1e-15 {
				t.Errorf("%v: %v, want %v", c.a, got, c.want)
				break
			}
		}
	}
}

// However strong the acceleration, the ends do not cross.
func TestBCaEndsDoNotCross(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	x := make([]float64, 400)
	for i := range x {
		x[i] = r.NormFloat64()
	}
	for _, a := range []float64{-.4, -.16, 0, .16, .4} {
		for _, level := range []float64{.9, .999, .99999} {
			d := spread{estimate: .1, s: newSample(x), acceleration: a}
			if low, high := d.bounds(BCa, level, TwoSided); !(low < high) {
				t.Errorf("acceleration %v, level %v: %v to %v", a, level, low, high)
			}
		}
	}
}
