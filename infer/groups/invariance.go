package groups

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Level is how far a construct means the same in two groups (Henseler, Ringle &
// Sarstedt 2016).
type Level uint8

const (
	// NotTested: there are too few relabellings, drawn or possible, to tell.
	NotTested Level = iota
	// None: the groups form the construct differently. Its effects cannot be
	// compared.
	None
	// Partial: the construct is formed alike, and effects can be compared; means
	// or variances differ, so that the groups should not be pooled.
	Partial
	// Full: means and variances are equal too, and the groups can be pooled.
	Full
)

var levelNames = [...]string{"not tested", "none", "partial", "full"}

// String returns the word of result.json.
func (l Level) String() string { return levelNames[l] }

// Invariance is MICOM of one construct: steps 2 and 3. Step 1, configural
// invariance, holds by construction: the groups have the same indicators, the
// same treatment of the data and the same settings.
type Invariance struct {
	Construct int
	// Correlation is that of two scores of all people of both groups, one with
	// the weights of A and one with those of B (step 2, compositional
	// invariance). It should not lie below Quantile, the one that a share of
	// 1 - level of the relabellings falls below; P is the probability of one as
	// low.
	Correlation, Quantile, P float64
	Compositional            bool
	// Mean is the difference (A - B) of the mean scores, and Variance that of
	// the logarithms of their variances, of scores from the pooled weights, in
	// their pooled standard deviations (step 3).
	Mean, Variance           float64
	MeanTest, VarianceTest   Permutation
	EqualMeans, EqualSpreads bool
	Level                    Level
}

// congruence is the correlation of the scores of construct h in the pooled data
// with two sets of weights. The indicators are standardised in the pooled data,
// as everywhere in PLS, so that their units do not matter.
func (x *contest) congruence(h int, u, v []float64) float64 {
	b := x.pooled.Blocks[h]
	if b.Len() == 1 {
		return 1
	}
	return Congruence(x.pooled.R.SliceSym(b.First, b.End), u[b.First:b.End], v[b.First:b.End])
}

// Congruence returns the correlation of the composites u'x and v'x of variables
// with the covariances s: u's v / sqrt(u's u v's v).
func Congruence(s mat.Symmetric, u, v []float64) float64 {
	var uu, uv, vv float64
	for i := range u {
		for k := range u {
			c := s.At(i, k)
			uu += u[i] * c * u[k]
			uv += u[i] * c * v[k]
			vv += v[i] * c * v[k]
		}
	}
	return uv / math.Sqrt(uu*vv)
}

// moments returns the difference of the means and of the log variances of the
// pooled scores of construct h under the given labels.
func (x *contest) moments(h int, labels []int32) (mean, variance float64) {
	var n, weight, sum, squares [2]float64
	weights := x.p.Rows.Weights()
	for i, u := range x.units {
		if u < 0 {
			continue
		}
		g := labels[u]
		w, y := 1.0, x.scores[h][i]
		if weights != nil {
			w = weights[i]
		}
		n[g]++
		weight[g] += w
		sum[g] += w * y
		squares[g] += w * y * y
	}
	of := func(g int) float64 {
		return (squares[g] - sum[g]*sum[g]/weight[g]) / (weight[g] * (n[g] - 1) / n[g])
	}
	return sum[0]/weight[0] - sum[1]/weight[1], math.Log(of(0)) - math.Log(of(1))
}

// invariance tests every construct and returns the lowest level of all.
func (x *contest) invariance(level float64) (all []Invariance, lowest Level) {
	a := x.risk(level)
	lowest = Full
	for h := range x.scores {
		v := Invariance{Construct: h, Correlation: x.observed[x.compositional()+h], Mean: x.observed[x.means()+h], Variance: x.observed[x.variances()+h]}
		c := newReference(x.permuted[x.compositional()+h])
		v.P, v.Quantile = c.lower(v.Correlation), c.smallest(a)
		v.MeanTest = twoSided(x.permuted[x.means()+h], v.Mean, a)
		v.VarianceTest = twoSided(x.permuted[x.variances()+h], v.Variance, a)
		v.Compositional = v.P >= a
		v.EqualMeans, v.EqualSpreads = v.MeanTest.P >= a, v.VarianceTest.P >= a
		switch {
		case math.IsNaN(v.Quantile) || math.IsNaN(v.MeanTest.Low) || math.IsNaN(v.VarianceTest.Low):
			v.Level = NotTested
			v.Compositional, v.EqualMeans, v.EqualSpreads = false, false, false // nothing was found to hold
		case !v.Compositional:
			v.Level = None
		case v.EqualMeans && v.EqualSpreads:
			v.Level = Full
		default:
			v.Level = Partial
		}
		lowest = min(lowest, v.Level)
		all = append(all, v)
	}
	return all, lowest
}
