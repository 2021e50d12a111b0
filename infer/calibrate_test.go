package infer

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"plumb/estimate"
	"plumb/model"
	"plumb/moment"
	"plumb/pls"
	"plumb/resample"
)

// The running ranks must be those of all inner values kept and sorted.
func TestRanksAgainstSorting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of := rapid.Float64Range(-2, 2).Draw(t, "of")
		values := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(-3, 3), rapid.Just(of), rapid.Just(math.NaN())), 0, 30).Draw(t, "values")
		var r ranks
		for range 2 { // start forgets
			r.start([]float64{of, 7})
			for _, v := range values {
				r.add([]float64{v, v})
			}
		}
		kept := slices.DeleteFunc(slices.Clone(values), math.IsNaN)
		slices.Sort(kept)
		n := float64(len(kept))
		if n == 0 {
			if !math.IsNaN(r.share(0)) {
				t.Fatalf("a share of nothing: %v", r.share(0))
			}
			return
		}
		below := slices.IndexFunc(append(slices.Clone(kept), of), func(v float64) bool { return v >= of })
		above := slices.IndexFunc(append(slices.Clone(kept), math.Inf(1)), func(v float64) bool { return v > of })
		var want float64
		switch {
		case above > below: // ties: the mean of the ranks that the value could take
			want = (float64(below) + float64(above) + 1) / 2
		case below == 0, above == len(kept):
			want = float64(below) + .5
		default:
			want = float64(below) + (of-kept[below-1])/(kept[below]-kept[below-1])
		}
		if got := r.share(0); math.Abs(got-want/(n+1)) > 1e-12 || got <= 0 || got >= 1 {
			t.Fatalf("share %v, want %v", got, want/(n+1))
		}
	})
}

// When the full sample lies among inner values as one of them, the percentile
// method is right and calibration must leave it alone, however few there are.
func TestCalibrationOfTheRightLevel(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	const n, inner = 20000, 99
	u := make([]float64, n)
	var k ranks
	for b := range u {
		k.start([]float64{r.NormFloat64()})
		for range inner {
			k.add([]float64{r.NormFloat64()})
		}
		u[b] = k.share(0)
	}
	s := newSample(u)
	d := spread{inner: s}
	for _, a := range []float64{.025, .05, .5, .95, .975} {
		// A quantile of n uniform shares errs by sqrt(a(1-a)/n), and within a step
		// between two inner values the place is not quite uniform.
		if got := d.calibrated(a); math.Abs(got-a) > .5/(inner+1)+4*math.Sqrt(a*(1-a)/n) {
			t.Errorf("level %v became %v", a, got)
		}
	}
}

func TestCalibrationIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newSample(rapid.SliceOfN(rapid.Float64Range(0, 1), 2, 60).Draw(t, "shares"))
		d := spread{inner: s}
		a, b := rapid.Float64Range(0, 1).Draw(t, "a"), rapid.Float64Range(0, 1).Draw(t, "b")
		if a > b {
			a, b = b, a
		}
		if d.calibrated(a) > d.calibrated(b) {
			t.Fatalf("%v -> %v, %v -> %v", a, d.calibrated(a), b, d.calibrated(b))
		}
		if d.uncalibrated(a) > d.uncalibrated(b) {
			t.Fatalf("back: %v -> %v, %v -> %v", a, d.uncalibrated(a), b, d.uncalibrated(b))
		}
	})
}

// The shares of a run must be those of inner resamples drawn and kept here.
func TestInnerShares(t *testing.T) {
	const n, draws, inner = 35, 6, 25
	p := problem(t, n, pls.Options{}, nil)
	run := bootstrap(t, p, Options{Replicates: draws, Inner: inner, Seed: 9})
	sampler, err := resample.New(resample.Bootstrap{N: n, Seed: 9})
	if err != nil {
		t.Fatal(err)
	}
	sum := p.Rows.NewSummer()
	counts, position, c := make([]int32, n), make([]int32, n), make([]int32, n)
	for b := range draws {
		sampler.Draw(uint64(b), counts)
		sampler.Positions(counts, position)
		var k ranks
		k.start(run.Original)
		for i := range inner {
			sampler.Inner(uint64(b), uint64(i), position, c)
			e, err := p.Fit(sum.Sum(c))
			if err != nil {
				continue
			}
			values := make([]float64, run.Layout.Len())
			run.Layout.Measure(e, values)
			k.add(values)
		}
		for i := range run.Original {
			if math.Float64bits(k.share(i)) != math.Float64bits(run.InnerShare[i][b]) {
				t.Fatalf("statistic %d of replicate %d: %v, want %v", i, b, run.InnerShare[i][b], k.share(i))
			}
		}
	}
	// Without inner replicates there is no such interval, and no panic.
	for _, row := range bootstrap(t, p, Options{Replicates: 20}).Summarise(Summary{Interval: Double}).Rows {
		if row.SE > 0 && !math.IsNaN(row.Low) {
			t.Errorf("%v: an interval from nothing", row.Kind)
		}
	}
}

// R2 of a small sample is too large on average, and replicates are larger
// still; calibration must bring the interval down.
func TestDoubleCorrectsBias(t *testing.T) {
	m, list := model.Parse("A =~ a1 + a2 + a3\nB =~ b1 + b2\nC =~ c1 + c2 + c3\nC ~ A + B", model.ParseOptions{})
	if err := list.Err(); err != nil {
		t.Fatal(err)
	}
	p := problem(t, 30, pls.Options{}, nil)
	p.Fit = func(s *moment.Set) (*estimate.Estimate, error) { return pls.Estimate(m, s, pls.Options{}) }
	p = asProblem(t, p, p.Rows.Columns())
	r := bootstrap(t, p, Options{Replicates: 300, Inner: 50})
	plain, double := r.Summarise(Summary{}), r.Summarise(Summary{Interval: Double})
	from, _ := r.Layout.Range(R2)
	a, b := plain.Rows[from], double.Rows[from]
	if !(a.Bias > 0) || !(b.Low < a.Low) || !(b.High < a.High) || !(b.Low < b.High) {
		t.Errorf("bias %.3f, percentile %.3f to %.3f, double %.3f to %.3f", a.Bias, a.Low, a.High, b.Low, b.High)
	}
}
