package infer

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Interval is a method for confidence intervals. The p value that goes with it
// is the level at which the interval just touches 0, so that the two cannot
// contradict each other.
type Interval uint8

const (
	// IntervalDefault is Percentile.
	IntervalDefault Interval = iota
	// Percentile: quantiles of the replicates (Efron 1979).
	Percentile
	// Basic: the same, reflected about the estimate (Davison & Hinkley 1997, 5.6).
	Basic
	// Normal: estimate plus and minus z standard errors.
	Normal
	// BiasCorrected: percentile with levels shifted by the median bias (Efron 1981).
	BiasCorrected
	// BCa: bias corrected and accelerated, the acceleration from the jackknife
	// (Efron 1987).
	BCa
	// Studentised: quantiles of (replicate - estimate)/its own standard error,
	// which comes from a second bootstrap inside each replicate (Efron 1982;
	// Davison & Hinkley 1997, 5.7).
	Studentised
	// Double: percentile with levels calibrated by a second bootstrap inside
	// each replicate, so that the interval would have covered the estimate as
	// often as it should (see calibrate.go).
	Double
)

var intervalNames = [...]string{"percentile", "percentile", "basic", "normal", "bc", "bca", "studentized", "double"}

// String returns the word of the command line.
func (i Interval) String() string { return intervalNames[i] }

// Intervals lists the words, the default first.
func Intervals() []string { return slices.Clone(intervalNames[1:]) }

// ParseInterval reads the word of String; "" is the default.
func ParseInterval(word string) (Interval, bool) {
	if word == "" {
		return Percentile, true
	}
	i := slices.Index(intervalNames[1:], word)
	return Interval(i + 1), i >= 0
}

// Sides says against what a hypothesis is tested.
type Sides uint8

const (
	// TwoSided: the interval leaves half of 1-level on either side.
	TwoSided Sides = iota
	// Greater: the effect is above 0; the interval has a lower end only.
	Greater
	// Less: the effect is below 0; the interval has an upper end only.
	Less
)

func phi(x float64) float64   { return 0.5 * math.Erfc(-x/math.Sqrt2) }
func quant(p float64) float64 { return distuv.UnitNormal.Quantile(min(1-1e-16, max(1e-300, p))) }

// spread is what an interval is made from.
type spread struct {
	estimate     float64
	s            *sample // replicates
	acceleration float64 // of BCa
	t            *sample // studentised replicates, for Studentised
	inner        *sample // shares of the inner replicates, for Double
}

// bounds returns the interval.
func (d spread) bounds(method Interval, level float64, sides Sides) (low, high float64) {
	a := 1 - level
	if sides == TwoSided {
		a /= 2
	}
	low, high = d.end(method, a), d.end(method, 1-a)
	switch sides {
	case Greater:
		high = math.NaN()
	case Less:
		low = math.NaN()
	}
	return low, high
}

// end returns the end of the interval that has probability a below it.
func (d spread) end(method Interval, a float64) float64 {
	switch method {
	case Basic:
		return 2*d.estimate - d.s.quantile(1-a)
	case Normal:
		return d.estimate + quant(a)*d.s.sd
	case BiasCorrected, BCa:
		return d.s.quantile(phi(d.shifted(method, quant(a))))
	case Studentised:
		return d.estimate - d.t.quantile(1-a)*d.s.sd
	case Double:
		return d.s.quantile(d.calibrated(a))
	}
	return d.s.quantile(a)
}

// shifted returns the normal quantile that BC and BCa use in place of z.
func (d spread) shifted(method Interval, z float64) float64 {
	z0 := d.medianBias()
	a := d.acceleration
	if method == BiasCorrected {
		a = 0
	}
	// Beyond the pole the formula turns round; its limit is meant.
	if 1-a*(z0+z) <= 0 {
		return math.Inf(sign(z0 + z))
	}
	return z0 + (z0+z)/(1-a*(z0+z))
}

func sign(x float64) int {
	if x < 0 {
		return -1
	}
	return 1
}

func (d spread) medianBias() float64 {
	n := float64(len(d.s.x))
	return quant(min(1-0.5/n, max(0.5/n, d.s.below(d.estimate))))
}

// p returns the level at which the interval of the method touches 0.
func (d spread) p(method Interval, sides Sides) float64 {
	n := float64(len(d.s.x))
	var below float64 // probability that the method gives to values at most 0
	switch method {
	case Basic:
		below = 1 - d.s.share(2*d.estimate)
	case Normal:
		below = phi(-d.estimate / d.s.sd)
	case BiasCorrected, BCa:
		share := d.s.share(0)
		if share <= 0 || share >= 1 {
			below = share
			break
		}
		// Solve shifted(z) = quant(share) for z.
		a := d.acceleration
		if method == BiasCorrected {
			a = 0
		}
		z0 := d.medianBias()
		u := quant(share) - z0
		below = phi(u/(1+a*u) - z0)
	case Studentised:
		below = 1 - d.t.share(d.estimate/d.s.sd)
	case Double:
		below = d.uncalibrated(d.s.share(0))
	default:
		below = d.s.share(0)
	}
	if method != Normal { // n replicates cannot show less than 1 in n+1
		below = min(1-1/(n+1), max(1/(n+1), below))
	}
	switch sides {
	case Greater:
		return below
	case Less:
		return 1 - below
	}
	return min(1, 2*min(below, 1-below))
}

// acceleration returns a of BCa from leave-one-out (or leave-a-group-out)
// values: sum d^3 / (6 (sum d^2)^1.5), d = mean - value (Efron 1987, eq. 6.6).
func acceleration(jackknife []float64) float64 {
	mean, n := 0.0, 0.0
	for _, v := range jackknife {
		if !math.IsNaN(v) {
			mean, n = mean+v, n+1
		}
	}
	mean /= n
	var second, third float64
	for _, v := range jackknife {
		if !math.IsNaN(v) {
			d := mean - v
			second += d * d
			third += d * d * d
		}
	}
	if !(second > 0) {
		return 0
	}
	return third / (6 * math.Pow(second, 1.5))
}
