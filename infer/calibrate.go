package infer

import "math"

// The double bootstrap asks how well the percentile method does its work by
// letting it do it once more, inside every replicate, where the truth is known:
// it is the estimate of the full sample. The end of nominal level l inside
// replicate b lies above the estimate exactly when the share u_b of inner
// values below the estimate is less than l. So the level whose end covers with
// probability a is the a-quantile of the u_b, and that level is used outside
// (Beran 1987, Biometrika 74; Efron & Tibshirani 1993, ch. 18; DiCiccio, Martin
// & Young 1992, Biometrika 79). Each end is calibrated for itself, which removes
// bias as well as a wrong width.

// ranks finds where the statistics of the full sample lie among inner
// replicates without keeping them.
type ranks struct {
	of           []float64 // the statistics of the full sample
	less, equal  []float64 // numbers of inner values
	used         []float64
	below, above []float64 // nearest inner values on either side
}

// start forgets what was added.
func (r *ranks) start(of []float64) {
	if n := len(of); len(r.less) != n {
		r.less, r.equal, r.used = make([]float64, n), make([]float64, n), make([]float64, n)
		r.below, r.above = make([]float64, n), make([]float64, n)
	}
	r.of = of
	clear(r.less)
	clear(r.equal)
	clear(r.used)
	for i := range of {
		r.below[i], r.above[i] = math.Inf(-1), math.Inf(1)
	}
}

// add takes the statistics of one inner replicate; those that do not exist do
// not count.
func (r *ranks) add(values []float64) {
	for i, v := range values {
		switch of := r.of[i]; {
		case v < of:
			r.less[i]++
			r.below[i] = max(r.below[i], v)
		case v > of:
			r.above[i] = min(r.above[i], v)
		case v == of:
			r.equal[i]++
		default:
			continue
		}
		r.used[i]++
	}
}

// share returns the share of inner values below the full sample,
//
//	(less + f)/(used + 1), f in (0, 1) the place between the two neighbours
//
// which is uniform when the full sample is one more of the same kind as the
// inner values, whatever their number: the calibration then changes nothing.
// Beyond the ends f is one half; ties count half. NaN without values.
func (r *ranks) share(i int) float64 {
	f := 0.5
	switch {
	case r.used[i] == 0:
		return math.NaN()
	case r.equal[i] > 0:
		f = (r.equal[i] + 1) / 2
	case r.less[i] > 0 && r.less[i] < r.used[i]:
		if gap := r.above[i] - r.below[i]; gap < math.Inf(1) {
			f = (r.of[i] - r.below[i]) / gap
		}
	}
	return (r.less[i] + f) / (r.used[i] + 1)
}

// shares collects the shares of statistic i inside the replicates in use, nil
// when there are none.
func (r *Run) shares(i int, use []int) *sample {
	if r.InnerShare == nil {
		return nil
	}
	u := make([]float64, 0, len(use))
	for _, b := range use {
		if v := r.InnerShare[i][b]; !math.IsNaN(v) {
			u = append(u, v)
		}
	}
	if len(u) < 2 {
		return nil
	}
	return newSample(u)
}

// calibrated returns the nominal level of the end that covers with probability
// a, rising with a: the quantile of the n shares at place (n+1)a, below which a
// further share of the same kind falls with probability a (type 6 of Hyndman &
// Fan 1996). The quantile of the replicates that is taken at this level makes up
// for nothing that was lost here.
func (d spread) calibrated(a float64) float64 {
	n := float64(len(d.inner.x))
	return d.inner.quantile(((n+1)*a - 1) / (n - 1))
}

// uncalibrated is its inverse: the probability with which the end of a nominal
// level covers.
func (d spread) uncalibrated(level float64) float64 {
	n := float64(len(d.inner.x))
	return (d.inner.share(level)*(n-1) + 1) / (n + 1)
}
