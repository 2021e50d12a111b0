package infer

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"plumb/assess"
	"plumb/estimate"
	"plumb/frame"
	"plumb/model"
	"plumb/moment"
	"plumb/pls"
	"plumb/resample"
)

func exactFit(t testing.TB, p Problem, o Options) *FitRun {
	t.Helper()
	r, err := BootstrapFit(context.Background(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// asProblem returns p with other columns.
func asProblem(t testing.TB, p Problem, columns [][]float64) Problem {
	t.Helper()
	f := &frame.Frame{Rows: len(columns[0]), FirstSheetRow: 2}
	for k, name := range p.Estimate.Indicators {
		f.Columns = append(f.Columns, &frame.Column{Name: name, Numbers: columns[k]})
	}
	rows, _, err := moment.LoadRows(f, p.Estimate.Indicators, moment.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ones := make([]int32, rows.Len())
	for i := range ones {
		ones[i] = 1
	}
	e, err := p.Fit(rows.NewSummer().Sum(ones))
	if err != nil {
		t.Fatal(err)
	}
	return Problem{Rows: rows, Fit: p.Fit, Estimate: e, Units: p.Units, Strata: p.Strata}
}

// Brute force: every row is standardised, multiplied out and resampled by
// itself, with a square root found in another way (Newton's iteration of
// Denman & Beavers 1976).
func TestExactFitOnRowsMultipliedOut(t *testing.T) {
	const n, draws = 60, 40
	for _, clustered := range []bool{false, true} {
		p := problem(t, n, pls.Options{Consistent: true, Tolerance: 1e-14}, nil)
		if clustered {
			p.Units = make([]int, n)
			for i := range p.Units {
				p.Units[i] = i % 23
			}
		}
		run := exactFit(t, p, Options{Replicates: draws, Seed: 5})
		if run.Findings != nil {
			t.Fatal(run.Findings)
		}
		units := n
		if clustered {
			units = 23
		}
		sampler, err := resample.New(resample.Bootstrap{N: units, Seed: 5})
		if err != nil {
			t.Fatal(err)
		}
		z := standardised(p.Rows.Columns())
		for _, st := range []assess.Structure{assess.Saturated, assess.Estimated} {
			sigma := assess.Implied(p.Estimate, st, assess.AsDeclared)
			_, inverse := squareRoots(p.Estimate.R)
			root, _ := squareRoots(sigma)
			var transform, x mat.Dense
			transform.Mul(inverse, root)
			x.Mul(z.T(), &transform)
			changed := make([][]float64, len(p.Estimate.Indicators))
			for k := range changed {
				changed[k] = mat.Col(nil, k, &x)
			}
			whole := asProblem(t, p, changed)
			for a := range changed {
				for b := range a {
					if got, want := whole.Estimate.R.At(a, b), sigma.At(a, b); math.Abs(got-want) > 1e-12 {
						t.Fatalf("%v: the changed rows correlate %v, Sigma is %v", st, got, want)
					}
				}
			}
			counts := make([]int32, units)
			rows := make([]int32, n)
			for b := range draws {
				sampler.Draw(uint64(b), counts)
				copy(rows, counts)
				if clustered {
					resample.Expand(p.Units, counts, rows)
				}
				f := &frame.Frame{Rows: 0, FirstSheetRow: 2}
				for _, name := range p.Estimate.Indicators {
					f.Columns = append(f.Columns, &frame.Column{Name: name})
				}
				for i, c := range rows {
					for range c {
						f.Rows++
						for k := range changed {
							f.Columns[k].Numbers = append(f.Columns[k].Numbers, changed[k][i])
						}
					}
				}
				s, _, err := moment.Compute(f, p.Estimate.Indicators, moment.Options{})
				if err != nil {
					t.Fatal(err)
				}
				e, err := p.Fit(s)
				if err != nil {
					t.Fatal(err)
				}
				fit := assess.FitOf(e, st, assess.AsDeclared)
				for k, want := range []float64{fit.SRMR, fit.DULS, fit.DG} {
					if got := run.Values[st][k][b]; math.Abs(got-want) > 1e-12*math.Max(1, want) {
						t.Fatalf("%v distance %d of replicate %d: %v, want %v", st, k, b, got, want)
					}
				}
			}
		}
	}
}

func standardised(columns [][]float64) *mat.Dense {
	out := mat.NewDense(len(columns), len(columns[0]), nil)
	for k, x := range columns {
		mean, squares := 0.0, 0.0
		for _, v := range x {
			mean += v / float64(len(x))
		}
		for _, v := range x {
			squares += (v - mean) * (v - mean)
		}
		sd := math.Sqrt(squares / float64(len(x)-1))
		for i, v := range x {
			out.Set(k, i, (v-mean)/sd)
		}
	}
	return out
}

// squareRoots returns s^1/2 and s^-1/2.
func squareRoots(s mat.Symmetric) (root, inverse *mat.Dense) {
	n := s.SymmetricDim()
	y, z := mat.DenseCopyOf(s), mat.NewDense(n, n, nil)
	for i := range n {
		z.Set(i, i, 1)
	}
	for range 60 {
		var iy, iz mat.Dense
		if iy.Inverse(y) != nil || iz.Inverse(z) != nil {
			break
		}
		y.Add(y, &iz)
		y.Scale(.5, y)
		z.Add(z, &iy)
		z.Scale(.5, z)
	}
	return y, z
}

// Where the model is true of the data, a consistent estimator finds no
// distance in the changed data as a whole, and the test rejects at its level.
func TestExactFitHoldsItsLevel(t *testing.T) {
	if testing.Short() {
		t.Skip("estimates 40,000 models")
	}
	const samples, draws, n = 100, 99, 600
	m, list := model.Parse("A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3\nB ~ A", model.ParseOptions{})
	if err := list.Err(); err != nil {
		t.Fatal(err)
	}
	names := m.Indicators()
	fit := func(s *moment.Set) (*estimate.Estimate, error) {
		return pls.Estimate(m, s, pls.Options{Consistent: true})
	}
	rejected, wrongRejected := 0, 0
	for k := range samples {
		for _, wrong := range []float64{0, .8} {
			r := rand.New(rand.NewPCG(77, uint64(k)))
			columns := make([][]float64, len(names))
			for i := range columns {
				columns[i] = make([]float64, n)
			}
			for i := range n {
				a := r.NormFloat64()
				b := .5*a + math.Sqrt(.75)*r.NormFloat64()
				shared := r.NormFloat64() // of a1 and b1, which the model forbids
				for c, of := range []float64{a, a, a, b, b, b} {
					columns[c][i] = .8*of + .6*r.NormFloat64()
				}
				columns[0][i] += wrong * shared
				columns[3][i] += wrong * shared
			}
			p := asProblem(t, Problem{Fit: fit, Estimate: &estimate.Estimate{Indicators: names}}, columns)
			run := exactFit(t, p, Options{Replicates: draws, Seed: uint64(k + 1)})
			saturated, _ := run.Summarise(Keep)
			if v := saturated.SRMR.Verdict(); v == RejectedAt5 || v == RejectedAt1 {
				if wrong > 0 {
					wrongRejected++
				} else {
					rejected++
				}
			}
		}
	}
	// 5 % of 100 is 5, with a standard error of 2.2; four of them are allowed.
	if rejected < 1 || rejected > 13 {
		t.Errorf("a true model was rejected in %d of %d samples", rejected, samples)
	}
	t.Logf("rejected: %d true, %d wrong models", rejected, wrongRejected)
	if wrongRejected < samples*3/4 {
		t.Errorf("a wrong model was rejected in only %d of %d samples", wrongRejected, samples)
	}
}

func TestExactFitSameBitsForAnyWorkers(t *testing.T) {
	p := problem(t, 50, pls.Options{Consistent: true}, nil)
	whole := exactFit(t, p, Options{Replicates: 30, Workers: 1})
	for _, workers := range []int{2, 7} {
		r := exactFit(t, p, Options{Replicates: 30, Workers: workers})
		for st := range r.Values {
			if !same(whole.Values[st][:], r.Values[st][:]) || !slices.Equal(whole.Status[st], r.Status[st]) {
				t.Errorf("%d workers gave other bits", workers)
			}
		}
	}
	part := exactFit(t, p, Options{Replicates: 30, From: 10, To: 17})
	for st := range part.Values {
		for k, x := range part.Values[st] {
			if !same([][]float64{whole.Values[st][k][10:17]}, [][]float64{x}) {
				t.Error("a shard gave other bits")
			}
		}
	}
}

func TestExactFitNeedsInverses(t *testing.T) {
	// c3 repeats c2: S has no inverse.
	p := problem(t, 40, pls.Options{}, func(f *frame.Frame) { copy(f.Columns[7].Numbers, f.Columns[6].Numbers) })
	r := exactFit(t, p, Options{Replicates: 10})
	if len(r.Findings) != 1 || r.Findings[0].Code != estimate.CodeNotPositiveDefinite {
		t.Errorf("findings %v", r.Findings)
	}
	for _, test := range both(r) {
		if test.Replicates != 0 || test.SRMR.Verdict() != Untested || !math.IsNaN(test.SRMR.P) || math.IsNaN(test.SRMR.Value) {
			t.Errorf("%+v", test)
		}
	}
	// Construct correlations that cannot be: Sigma has no root.
	p = problem(t, 40, pls.Options{}, nil)
	e := *p.Estimate
	e.Constructs = mat.NewSymDense(3, []float64{1, .9, .9, .9, 1, -.9, .9, -.9, 1})
	e.Loadings = slices.Repeat([]float64{.98}, len(e.Loadings))
	p.Estimate = &e
	r = exactFit(t, p, Options{Replicates: 10})
	if len(r.Findings) == 0 || r.Values[assess.Saturated][0] != nil {
		t.Errorf("findings %v", r.Findings)
	}
}

func both(r *FitRun) []FitTest {
	a, b := r.Summarise(Keep)
	return []FitTest{a, b}
}

// A resample without the one person who answers an item differently has no
// correlations; one of fewer different people than items no inverse.
func TestExactFitDegenerateReplicates(t *testing.T) {
	p := problem(t, 30, pls.Options{}, func(f *frame.Frame) {
		for i := range 30 {
			f.Columns[1].Numbers[i] = 3
		}
		f.Columns[1].Numbers[7] = 4
	})
	r := exactFit(t, p, Options{Replicates: 200})
	main := bootstrap(t, p, Options{Replicates: 200}).Summarise(Summary{})
	for _, test := range both(r) {
		if test.Degenerate != main.Degenerate || test.Degenerate == 0 || test.Used+test.Degenerate != 200 || test.SRMR.Used != test.Used {
			t.Errorf("used %d, degenerate %d, in the bootstrap %d", test.Used, test.Degenerate, main.Degenerate)
		}
	}
	few := problem(t, 10, pls.Options{}, nil)
	for _, test := range both(exactFit(t, few, Options{Replicates: 200})) {
		if test.DG.Used >= test.SRMR.Used || test.DG.HI99 > 1e4 || math.IsNaN(test.SRMR.HI95) {
			t.Errorf("d_G of %d, SRMR of %d replicates, HI99 %v", test.DG.Used, test.SRMR.Used, test.DG.HI99)
		}
	}
}

func TestExactFitVerdicts(t *testing.T) {
	r := &FitRun{}
	const n = 1000
	for st := range r.Values {
		r.Status[st] = make([]Status, n)
		for k := range r.Values[st] {
			for b := range n + 1 {
				r.Values[st][k] = append(r.Values[st][k], float64((b*617)%(n+1))/n)
			}
		}
		r.Status[st] = append(r.Status[st], Fine)
	}
	for _, c := range []struct {
		value, p float64
		want     Verdict
		word     string
	}{
		{.2, .8, NotRejected, "not rejected"},
		{.9499, .0501, NotRejected, "not rejected"},
		{.96, .04, RejectedAt5, "rejected at .05"},
		{.9901, .0099, RejectedAt1, "rejected at .01"},
		{3, 1.0 / 1002, RejectedAt1, "rejected at .01"},
		{-1, 1, NotRejected, "not rejected"},
	} {
		r.Original[0].SRMR = c.value
		test, _ := r.Summarise(Keep)
		got := test.SRMR
		if math.Abs(got.HI95-.95) > 1e-12 || math.Abs(got.HI99-.99) > 1e-12 || math.Abs(got.P-c.p) > 1e-12 || got.Verdict() != c.want || got.Verdict().String() != c.word {
			t.Errorf("%v: %+v, %v", c.value, got, got.Verdict())
		}
	}
}

func TestExactFitCancellation(t *testing.T) {
	p := problem(t, 200, pls.Options{}, nil)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		time.Sleep(15 * time.Millisecond)
		cancel()
	}()
	start := time.Now()
	r, err := BootstrapFit(ctx, p, Options{Replicates: 1 << 20})
	if !errors.Is(err, context.Canceled) || r != nil {
		t.Fatalf("cancelled: %v, %v", r != nil, err)
	}
	if d := time.Since(start); d > time.Second {
		t.Errorf("stopped after %v", d)
	}
}
