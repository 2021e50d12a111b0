package infer

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"plumb/assess"
	"plumb/estimate"
	"plumb/finding"
)

// Distances are the measures that a test of exact fit looks at.
type Distances struct{ SRMR, DULS, DG float64 }

// distances names what FitRun keeps of a replicate.
const distances = 3

func distancesOf(e *estimate.Estimate, st assess.Structure) [distances]float64 {
	f := assess.FitOf(e, st, assess.AsDeclared)
	// With fewer different rows than indicators S has no inverse, and d_G would
	// be rounding noise.
	var chol mat.Cholesky
	if !chol.Factorize(e.R) || chol.Cond() > 1e13 {
		f.DG = math.NaN()
	}
	return [distances]float64{f.SRMR, f.DULS, f.DG}
}

// FitRun holds the replicates of the tests of exact fit, of the saturated and
// of the estimated model (in the order of assess.Structure).
type FitRun struct {
	Seed     uint64
	From, To int // replicates [From, To)
	// Original holds the distances of the full sample.
	Original [2]Distances
	// Values[st][k][b] is distance k (SRMR, d_ULS, d_G) of replicate From+b; NaN
	// where it does not exist. Values[st] is nil where no test is possible.
	Values [2][distances][]float64
	Status [2][]Status
	// Findings say why a test is not possible.
	Findings finding.List
}

// BootstrapFit tests whether a model fits exactly: it draws resamples from
// data that were changed so that the model is true of them, and measures how
// far observed and implied correlations lie apart then (Beran & Srivastava
// 1985, Annals of Statistics 13; Bollen & Stine 1992; Dijkstra & Henseler 2015,
// Computational Statistics & Data Analysis 81). Each row x, standardised to z
// by the means and standard deviations of the full sample, becomes
//
//	z* = z S^-1/2 Sigma^1/2
//
// with S the observed and Sigma the implied correlations, so that Sigma is the
// correlation matrix of the changed data. The resamples are those of Bootstrap
// with the same seed. Rows are not changed one by one: the moments of a
// resample of them are T'QT, T = D^-1 S^-1/2 Sigma^1/2, of the moments Q of the
// rows as they are.
//
// The test supposes an estimator that finds the model's parameters where the
// model is true: consistent PLS for common factors, Mode B for composites. It is
// careful in small samples: it rejects true models in fewer than 5 % of them.
//
// Of the options Inner and Jackknife have no effect. It returns the error of
// the context when that ends first.
func BootstrapFit(ctx context.Context, p Problem, o Options) (*FitRun, error) {
	o.defaults()
	r := &FitRun{Seed: o.Seed, From: o.From, To: o.To}
	engine, err := newEngine(p, NewLayout(p.Estimate), o.Seed)
	if err != nil {
		return nil, err
	}
	var transform [2]*mat.Dense
	root := inverseRoot(p)
	if root == nil {
		r.Findings = append(r.Findings, notDefinite("The correlations of the indicators are", "Look for an indicator that is a combination of others, or for more indicators than rows."))
	}
	for _, st := range []assess.Structure{assess.Saturated, assess.Estimated} {
		d := distancesOf(p.Estimate, st)
		r.Original[st] = Distances{d[0], d[1], d[2]}
		if root == nil {
			continue
		}
		half := symmetricPower(assess.Implied(p.Estimate, st, assess.AsDeclared), 0.5)
		if half == nil {
			r.Findings = append(r.Findings, notDefinite(fmt.Sprintf("The correlations that the %s model implies are", [...]string{"saturated", "estimated"}[st]),
				"A correlation or loading above 1 does this: look at the admissibility of the solution."))
			continue
		}
		transform[st] = new(mat.Dense)
		transform[st].Mul(root, half)
		for k := range distances {
			r.Values[st][k] = make([]float64, o.To-o.From)
		}
		r.Status[st] = make([]Status, o.To-o.From)
	}
	if transform[0] == nil && transform[1] == nil {
		return r, ctx.Err()
	}
	names := p.Estimate.Indicators
	err = Parallel(ctx, o.Workers, o.To-o.From, engine.worker, func(w *worker, b int) {
		engine.sampler.Draw(uint64(r.From+b), w.units)
		s, err := w.moments(w.units).Select(names...)
		// The changed data hide an indicator that is constant in the resample.
		constant := err == nil && slices.Contains(s.SD(), 0)
		for st, t := range transform {
			if t == nil {
				continue
			}
			status, d := Degenerate, [distances]float64{math.NaN(), math.NaN(), math.NaN()}
			if err == nil && !constant {
				if e, err := p.Fit(s.Project(names, t)); err == nil {
					status, d = judge(e), distancesOf(e, assess.Structure(st))
				}
			}
			r.Status[st][b] = status
			for k, v := range d {
				r.Values[st][k][b] = v
			}
		}
	}, o.Progress)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// inverseRoot returns D^-1 S^-1/2 of the full sample, nil when S is not
// positive definite.
func inverseRoot(p Problem) *mat.Dense {
	ones := make([]int32, p.Rows.Len())
	for i := range ones {
		ones[i] = 1
	}
	s, err := p.Rows.NewSummer().Sum(ones).Select(p.Estimate.Indicators...)
	if err != nil {
		return nil
	}
	root := symmetricPower(s.Cor(), -0.5)
	if root == nil {
		return nil
	}
	out := mat.DenseCopyOf(root)
	for a, sd := range s.SD() {
		for b := range s.Names {
			out.Set(a, b, out.At(a, b)/sd)
		}
	}
	return out
}

// symmetricPower returns V diag(lambda^power) V' of s = V diag(lambda) V', nil
// unless s is positive definite (with the limit of assess.Admissibility).
func symmetricPower(s *mat.SymDense, power float64) *mat.SymDense {
	n := s.SymmetricDim()
	for i := range n {
		for k := range i + 1 {
			if v := s.At(i, k); math.IsNaN(v) || math.IsInf(v, 0) {
				return nil
			}
		}
	}
	var eig mat.EigenSym
	if !eig.Factorize(s, true) {
		return nil
	}
	lambda := eig.Values(nil)
	if !(lambda[0] > 1e-12) {
		return nil
	}
	var v, scaled, full mat.Dense
	eig.VectorsTo(&v)
	scaled.Apply(func(_, k int, x float64) float64 { return x * math.Pow(lambda[k], power) }, &v)
	full.Mul(&scaled, v.T())
	out := mat.NewSymDense(n, nil)
	for i := range n {
		for k := range i + 1 {
			out.SetSym(i, k, (full.At(i, k)+full.At(k, i))/2)
		}
	}
	return out
}

func notDefinite(what, hint string) finding.Finding {
	return finding.Finding{Code: estimate.CodeNotPositiveDefinite, Severity: finding.Warning,
		Message: what + " not positive definite, so the data cannot be changed to fit the model and exact fit cannot be tested.", Hint: hint}
}

// FitTest is the test of exact fit of one structure.
type FitTest struct {
	Replicates   int // drawn; 0 when no test was possible
	Used         int
	NotConverged int
	Inadmissible int
	Degenerate   int

	SRMR, DULS, DG DistanceTest
}

// DistanceTest compares a distance with those of a model that fits exactly.
type DistanceTest struct {
	Value      float64 // of the full sample
	HI95, HI99 float64 // the 95 % and 99 % quantiles of the replicates
	// P is the share of replicates at or beyond Value, by the inverse of the
	// quantiles: P < .05 exactly when Value > HI95. n replicates cannot show
	// less than 1/(n+1).
	P    float64
	Used int // replicates that have this distance
}

// Verdict says what a DistanceTest comes to.
type Verdict uint8

const (
	// Untested: there are no replicates.
	Untested Verdict = iota
	// NotRejected: the distance may be chance alone.
	NotRejected
	// RejectedAt5: it is larger than 95 % of what chance makes.
	RejectedAt5
	// RejectedAt1: than 99 %.
	RejectedAt1
)

// String says it in words.
func (v Verdict) String() string {
	return [...]string{"not tested", "not rejected", "rejected at .05", "rejected at .01"}[v]
}

// Verdict compares Value with the quantiles.
func (d DistanceTest) Verdict() Verdict {
	switch {
	case math.IsNaN(d.Value) || math.IsNaN(d.HI95):
		return Untested
	case d.Value > d.HI99:
		return RejectedAt1
	case d.Value > d.HI95:
		return RejectedAt5
	}
	return NotRejected
}

// Summarise turns the replicates into the tests of the saturated and of the
// estimated model. Numbers that do not exist are NaN.
func (r *FitRun) Summarise(inadmissibles Inadmissibles) (saturated, estimated FitTest) {
	return r.test(assess.Saturated, inadmissibles), r.test(assess.Estimated, inadmissibles)
}

func (r *FitRun) test(st assess.Structure, inadmissibles Inadmissibles) FitTest {
	t := FitTest{Replicates: len(r.Status[st])}
	use := make([]int, 0, len(r.Status[st]))
	for b, s := range r.Status[st] {
		switch s {
		case NotConverged:
			t.NotConverged++
		case Inadmissible:
			t.Inadmissible++
		case Degenerate:
			t.Degenerate++
		}
		if s == Fine || s != Degenerate && inadmissibles == Keep {
			use = append(use, b)
		}
	}
	t.Used = len(use)
	d := r.Original[st]
	t.SRMR, t.DULS, t.DG = r.distance(st, 0, d.SRMR, use), r.distance(st, 1, d.DULS, use), r.distance(st, 2, d.DG, use)
	return t
}

func (r *FitRun) distance(st assess.Structure, k int, value float64, use []int) DistanceTest {
	nan := math.NaN()
	out := DistanceTest{Value: value, HI95: nan, HI99: nan, P: nan}
	x := make([]float64, 0, len(use))
	for _, b := range use {
		// d_G does not exist where an inadmissible replicate implies a matrix
		// that is not positive definite.
		if v := r.Values[st][k][b]; !math.IsNaN(v) && !math.IsInf(v, 0) {
			x = append(x, v)
		}
	}
	if len(x) < 2 || math.IsNaN(value) {
		return out
	}
	s := newSample(x)
	out.Used = len(x)
	out.HI95, out.HI99 = s.quantile(.95), s.quantile(.99)
	out.P = max(1-s.share(value), 1/float64(len(x)+1))
	return out
}
