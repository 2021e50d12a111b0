package moment

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"plumb/frame"
)

// survey makes a frame of columns V1, V2, ...; NaN is missing.
func survey(columns ...[]float64) *frame.Frame {
	f := &frame.Frame{Source: frame.Source{File: "survey.csv"}, Rows: len(columns[0]), FirstSheetRow: 2}
	for i, x := range columns {
		f.Columns = append(f.Columns, &frame.Column{Name: fmt.Sprintf("V%d", i+1), Numbers: x})
	}
	return f
}

// likert draws n rows of p correlated answers 1 to 7.
func likert(r *rand.Rand, n, p int) [][]float64 {
	columns := make([][]float64, p)
	for j := range columns {
		columns[j] = make([]float64, n)
	}
	for i := range n {
		common := r.NormFloat64()
		for j := range columns {
			columns[j][i] = math.Max(1, math.Min(7, math.Round(4+common+r.NormFloat64())))
		}
	}
	return columns
}

// twoPass is the covariance by the schoolbook, divisor d.
func twoPass(x, y []float64, w []float64, d float64) float64 {
	var mx, my, sw, sum float64
	for i := range x {
		mx, my, sw = mx+w[i]*x[i], my+w[i]*y[i], sw+w[i]
	}
	for i := range x {
		sum += w[i] * (x[i] - mx/sw) * (y[i] - my/sw)
	}
	return sum / d
}

func ones(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 1
	}
	return w
}

func compute(t testing.TB, f *frame.Frame, o Options) (*Set, Report) {
	t.Helper()
	s, r, err := Compute(f, f.Names(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s, r
}

func TestComputeAgainstTwoPass(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, shape := range []struct{ n, p int }{{2, 1}, {3, 2}, {129, 3}, {500, 7}, {20000, 5}} {
		x := likert(r, shape.n, shape.p)
		for j := range x { // some columns continuous and far from 0
			if j%2 == 1 {
				for i := range x[j] {
					x[j][i] = 1e6 + x[j][i] + r.NormFloat64()
				}
			}
		}
		s, _ := compute(t, survey(x...), Options{})
		cov := s.Cov()
		for a := range x {
			for b := range x {
				want := twoPass(x[a], x[b], ones(shape.n), float64(shape.n-1))
				if d := math.Abs(cov.At(a, b) - want); d > 1e-9*math.Max(1, math.Abs(want)) {
					t.Errorf("n %d: cov %d,%d: %.17g, want %.17g", shape.n, a, b, cov.At(a, b), want)
				}
			}
		}
	}
}

// Any order of the rows, any partition and any number of workers must give the
// same bits for whole-number answers; any number of workers for all data.
func TestSameBits(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const n, p = 3*chunkRows + 17, 6
	x := likert(r, n, p)
	y := make([][]float64, p)
	order := r.Perm(n)
	for j := range x {
		y[j] = make([]float64, n)
		for i, k := range order {
			y[j][i] = x[j][k]
		}
	}
	whole, report := compute(t, survey(x...), Options{Workers: 1})
	if !report.Integer {
		t.Error("whole numbers not seen as such")
	}
	shuffledFrame := survey(y...)
	for _, c := range shuffledFrame.Columns {
		c.Allowed = frame.Allowed{Low: whole.Pivot[0], High: whole.Pivot[0], HasLow: true, HasHigh: true}
	}
	base := survey(x...)
	for _, c := range base.Columns {
		c.Allowed = shuffledFrame.Columns[0].Allowed
	}
	a, _ := compute(t, base, Options{Workers: 1})
	b, _ := compute(t, shuffledFrame, Options{Workers: 7})
	if !slices.Equal(a.S, b.S) || !slices.Equal(a.Q, b.Q) {
		t.Error("another order of the rows gave other bits")
	}
	parts := New(a.Names, a.Pivot)
	for from := 0; from < n; {
		to := min(n, from+1+r.IntN(9000))
		rows := make([]int, 0, to-from)
		for i := from; i < to; i++ {
			rows = append(rows, i)
		}
		part, _ := compute(t, base, Options{Rows: append(rows, rows[:1]...)})
		extra, _ := compute(t, base, Options{Rows: []int{from, from}})
		part.Add(extra, 1) // rows once, from three times: take the surplus out again
		one := extra.Clone()
		part.Add(one, -1)
		single := New(a.Names, a.Pivot)
		single.Add(extra, 1)
		for i := range single.S {
			single.S[i] /= 2
		}
		for i := range single.Q {
			single.Q[i] /= 2
		}
		single.N, single.W, single.W2 = 1, 1, 1
		part.Add(single, -1)
		parts.Add(part, 1)
		from = to
	}
	if parts.N != n || !slices.Equal(a.S, parts.S) || !slices.Equal(a.Q, parts.Q) {
		t.Error("a partition of the rows gave other bits")
	}
	for j := range x {
		for i := range x[j] {
			x[j][i] += r.NormFloat64()
		}
	}
	one, _ := compute(t, survey(x...), Options{Workers: 1})
	for _, workers := range []int{2, 7} {
		more, _ := compute(t, survey(x...), Options{Workers: workers})
		if !slices.Equal(one.S, more.S) || !slices.Equal(one.Q, more.Q) {
			t.Errorf("%d workers gave other bits", workers)
		}
	}
}

func TestMissing(t *testing.T) {
	nan := math.NaN()
	a := []float64{1, 2, nan, 4, 5, 2}
	b := []float64{2, nan, 3, 5, 4, 1}
	c := []float64{1, 1, 2, 5, 3, 2}
	f := survey(a, b, c)

	s, r := compute(t, f, Options{Missing: Listwise})
	if !slices.Equal(r.Dropped, []int{1, 2}) || r.Used != 4 || s.N != 4 {
		t.Errorf("listwise: dropped %v, used %d", r.Dropped, r.Used)
	}
	if want := twoPass([]float64{1, 4, 5, 2}, []float64{2, 5, 4, 1}, ones(4), 3); math.Abs(s.Cov().At(0, 1)-want) > 1e-14 {
		t.Errorf("listwise covariance %v, want %v", s.Cov().At(0, 1), want)
	}

	s, r = compute(t, f, Options{})
	if !slices.Equal(r.Filled, []int{1, 1, 0}) || r.Used != 6 || r.Integer {
		t.Errorf("mean: filled %v, used %d, integer %v", r.Filled, r.Used, r.Integer)
	}
	filled := []float64{1, 2, 2.8, 4, 5, 2}
	if want := twoPass(filled, c, ones(6), 5); math.Abs(s.Cov().At(0, 2)-want) > 1e-14 {
		t.Errorf("mean covariance %v, want %v", s.Cov().At(0, 2), want)
	}
	if !math.IsNaN(a[2]) {
		t.Error("the caller's column was written to")
	}

	s, r = compute(t, f, Options{Missing: Pairwise})
	if r.PairN != [2]int{4, 5} || s.N != 4 {
		t.Errorf("pairwise: n %v, N %d", r.PairN, s.N)
	}
	// R: cor(cbind(a, b, c), use = "pairwise.complete.obs") by the schoolbook.
	pair := func(x, y []float64) float64 {
		var u, v []float64
		for i := range x {
			if !math.IsNaN(x[i]) && !math.IsNaN(y[i]) {
				u, v = append(u, x[i]), append(v, y[i])
			}
		}
		w := ones(len(u))
		return twoPass(u, v, w, 1) / math.Sqrt(twoPass(u, u, w, 1)*twoPass(v, v, w, 1))
	}
	for _, k := range []struct {
		i, j int
		x, y []float64
	}{{0, 1, a, b}, {0, 2, a, c}, {1, 2, b, c}} {
		if got, want := s.Cor().At(k.i, k.j), pair(k.x, k.y); math.Abs(got-want) > 1e-14 {
			t.Errorf("pairwise r %d,%d: %v, want %v", k.i, k.j, got, want)
		}
	}
	if got, want := s.SD()[0], math.Sqrt(twoPass([]float64{1, 2, 4, 5, 2}, []float64{1, 2, 4, 5, 2}, ones(5), 4)); math.Abs(got-want) > 1e-14 {
		t.Errorf("pairwise SD %v, want %v", got, want)
	}
}

func TestWeights(t *testing.T) {
	a, b := []float64{1, 2, 4, 5, 3}, []float64{2, 1, 5, 4, 4}
	w := []float64{1, 2, 0, 3, 1}
	f := survey(a, b, w)
	names := []string{"V1", "V2"}
	repeated, _, err := Compute(survey([]float64{1, 2, 2, 5, 5, 5, 3}, []float64{2, 1, 1, 4, 4, 4, 4}), names, Options{})
	if err != nil {
		t.Fatal(err)
	}
	frequency, r, err := Compute(f, names, Options{Weight: "V3", Weighting: Frequency})
	if err != nil {
		t.Fatal(err)
	}
	if r.Used != 4 || frequency.N != 4 || frequency.W != 7 || frequency.W2 != 15 {
		t.Errorf("used %d, N %d, W %v, W2 %v", r.Used, frequency.N, frequency.W, frequency.W2)
	}
	if !mat.EqualApprox(frequency.Cov(), repeated.Cov(), 1e-14) {
		t.Error("frequency weights differ from repeated rows")
	}
	sampling, _, err := Compute(f, names, Options{Weight: "V3"})
	if err != nil {
		t.Fatal(err)
	}
	// survey::svyvar: sum w (x-m)^2 / sum w * n/(n-1)
	want := twoPass([]float64{1, 2, 5, 3}, []float64{1, 2, 5, 3}, []float64{1, 2, 3, 1}, 7) * 4 / 3
	if got := sampling.Cov().At(0, 0); math.Abs(got-want) > 1e-14 {
		t.Errorf("sampling variance %v, want %v", got, want)
	}
	scaled := survey(a, b, []float64{10, 20, 0, 30, 10})
	ten, _, _ := Compute(scaled, names, Options{Weight: "V3"})
	if !mat.EqualApprox(ten.Cov(), sampling.Cov(), 1e-14) {
		t.Error("sampling weights are not free of scale")
	}
	if !mat.EqualApprox(ten.Cor(), repeated.Cor(), 1e-14) {
		t.Error("correlations depend on the kind of weight")
	}
}

func TestBadInput(t *testing.T) {
	nan := math.NaN()
	f := survey([]float64{1, 2, 3}, []float64{nan, nan, nan}, []float64{1, -1, nan})
	f.Columns = append(f.Columns, &frame.Column{Name: "town", Texts: []string{"a", "b", "c"}})
	for _, c := range []struct {
		names []string
		o     Options
		code  string
	}{
		{[]string{"V9"}, Options{}, "unknown-column"},
		{[]string{"town"}, Options{}, "not-numeric"},
		{[]string{"V2"}, Options{}, "no-data"},
		{[]string{"V1"}, Options{Weight: "V3"}, "bad-weight"},
		{[]string{"V1"}, Options{Weight: "town"}, "bad-weight"},
		{[]string{"V1"}, Options{Weight: "w"}, "unknown-column"},
		{[]string{"V1", "V3"}, Options{Missing: Listwise, Rows: []int{0, 2}}, "no-data"},
	} {
		_, _, err := Compute(f, c.names, c.o)
		if err == nil || !slices.Contains(codes(err), c.code) {
			t.Errorf("%v: %v, want %s", c.names, err, c.code)
		}
	}
	f = &frame.Frame{Matrix: &frame.Matrix{Names: []string{"a", "b"}, N: 50, Values: [][]float64{{1, .5}, {.5, 1}}}}
	if _, _, err := Compute(f, []string{"a"}, Options{Rows: []int{1}}); err == nil || !slices.Contains(codes(err), "needs-rows") {
		t.Errorf("rows of a matrix: %v", err)
	}
	s, r, err := Compute(f, []string{"b", "a"}, Options{})
	if err != nil || s.Cor().At(0, 1) != .5 || r.Used != 50 {
		t.Errorf("matrix: %v %v", err, r)
	}
}

func TestSelectAndProject(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	x := likert(r, 300, 4)
	s, _ := compute(t, survey(x...), Options{})
	twice, err := s.Select("V3", "V1", "V3")
	if err != nil {
		t.Fatal(err)
	}
	if c := twice.Cor(); c.At(0, 2) != 1 || c.At(0, 1) != s.Cor().At(0, 2) {
		t.Errorf("select: %v", mat.Formatted(c))
	}
	if _, err := s.Select("nobody"); err == nil {
		t.Error("an unknown name was selected")
	}
	// The change V4 - V1 and the sum of all.
	b := mat.NewDense(4, 2, []float64{-1, 1, 0, 1, 0, 1, 1, 1})
	change, sum := make([]float64, 300), make([]float64, 300)
	for i := range change {
		change[i] = x[3][i] - x[0][i]
		sum[i] = x[0][i] + x[1][i] + x[2][i] + x[3][i]
	}
	got := s.Project([]string{"change", "sum"}, b)
	want, _ := compute(t, survey(change, sum), Options{})
	if !mat.EqualApprox(got.Cov(), want.Cov(), 1e-12) {
		t.Errorf("project: %v, want %v", mat.Formatted(got.Cov()), mat.Formatted(want.Cov()))
	}
	if d := math.Abs(got.Mean()[0] - want.Mean()[0]); d > 1e-13 {
		t.Errorf("mean differs by %v", d)
	}
}

// A training fold got by taking rows away has the same bits as one summed anew.
func TestRemoveIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 60).Draw(t, "n")
		x := make([][]float64, 3)
		for j := range x {
			x[j] = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.IntRange(-99, 99).Draw(t, "x")) }), n, n).Draw(t, "column")
		}
		f := survey(x...)
		for _, c := range f.Columns {
			c.Allowed = frame.Allowed{HasLow: true, HasHigh: true} // one pivot for all subsets
		}
		cut := rapid.IntRange(2, n-2).Draw(t, "cut")
		var rows [2][]int
		for i := range n {
			k := 0
			if i >= cut {
				k = 1
			}
			rows[k] = append(rows[k], i)
		}
		all, _, _ := Compute(f, f.Names(), Options{})
		fold, _, _ := Compute(f, f.Names(), Options{Rows: rows[0]})
		rest, _, _ := Compute(f, f.Names(), Options{Rows: rows[1]})
		all.Add(fold, -1)
		if all.N != rest.N || !slices.Equal(all.S, rest.S) || !slices.Equal(all.Q, rest.Q) {
			t.Fatalf("by subtraction %v, anew %v", all, rest)
		}
	})
}

func TestConstantColumnIsNaN(t *testing.T) {
	s, _ := compute(t, survey([]float64{1, 2, 3, 5}, []float64{.1, .1, .1, .1}, []float64{7, 7, 7, 7}), Options{})
	c := s.Cor()
	if !math.IsNaN(c.At(1, 1)) || !math.IsNaN(c.At(2, 0)) || c.At(0, 0) != 1 {
		t.Errorf("%v", mat.Formatted(c))
	}
}
