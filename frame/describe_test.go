package frame

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func numeric(values ...float64) *Frame {
	return &Frame{Rows: len(values), FirstSheetRow: 2, Columns: []*Column{{Name: "x", Numbers: values}}}
}

// near compares with a tolerance relative to the larger of want and 1.
func near(got, want, tolerance float64) bool {
	return got == want || math.IsNaN(got) && math.IsNaN(want) || math.Abs(got-want) <= tolerance*max(1, math.Abs(want))
}

func TestDescribeByHand(t *testing.T) {
	// 1, 2, 4, 8: mean 3.75, squared deviations sum to 28.75, cubed to 50.625,
	// fourth powers to 392.828125; g1 and g2 from them.
	s := Describe(numeric(8, 1, math.NaN(), 4, 2))[0]
	g1 := 50.625 / 4 / math.Pow(28.75/4, 1.5)
	g2 := 392.828125/4/math.Pow(28.75/4, 2) - 3
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"n", float64(s.N), 4}, {"missing", float64(s.Missing), 1}, {"mean", s.Mean, 3.75}, {"sd", s.SD, math.Sqrt(28.75 / 3)},
		{"min", s.Min, 1}, {"q1", s.Q1, 1.75}, {"median", s.Median, 3}, {"q3", s.Q3, 5}, {"max", s.Max, 8},
		{"G1", s.Skewness, g1 * math.Sqrt(12) / 2}, {"G2", s.Kurtosis, 3.0 / 2 * (5*g2 + 6)}, {"distinct", float64(s.Distinct), 4},
	} {
		if !near(c.got, c.want, 1e-14) {
			t.Errorf("%s = %v, want %v", c.name, c.got, c.want)
		}
	}
}

func TestDescribeFewValues(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		values                 []float64
		mean, sd, median, g, k float64
	}{
		{[]float64{}, nan, nan, nan, nan, nan},
		{[]float64{nan}, nan, nan, nan, nan, nan},
		{[]float64{7}, 7, nan, 7, nan, nan},
		{[]float64{7, 9}, 8, math.Sqrt2, 8, nan, nan},
		{[]float64{7, 9, 11}, 9, 2, 9, 0, nan},
		{[]float64{0.1, 0.1, 0.1, 0.1, 0.1}, 0.1, 0, 0.1, nan, nan},
		{[]float64{-1e308, 1e308}, 0, 1e308 * math.Sqrt2, 0, nan, nan},
		{[]float64{1e-310, 3e-310}, 2e-310, 1e-310 * math.Sqrt2, 2e-310, nan, nan},
	} {
		s := Describe(numeric(c.values...))[0]
		if !near(s.Mean, c.mean, 1e-15) || !near(s.SD, c.sd, 1e-15) || !near(s.Median, c.median, 1e-15) || !near(s.Skewness, c.g, 1e-14) || !near(s.Kurtosis, c.k, 1e-14) {
			t.Errorf("%v: %+v", c.values, s)
		}
	}
	// Subnormal numbers compare by ratio, as near() forgives them anything.
	s := Describe(numeric(1e-310, 3e-310))[0]
	if r := s.SD / 1e-310; !near(r, math.Sqrt2, 1e-12) {
		t.Errorf("sd of subnormal numbers is off by the factor %v", r/math.Sqrt2)
	}
}

func TestDescribeFrequencies(t *testing.T) {
	f := sheet("a,g,s", "2,low,p", "1,high,q", "2,low,q", ",mid,", "1,low,q")
	f.Column("a").Allowed.Values = []ValueLabel{{Number: 1, Label: "no"}, {Number: 2, Label: "yes"}}
	f.Column("g").Allowed.Values = []ValueLabel{{Text: "low"}, {Text: "mid", Label: "middling"}, {Text: "high"}}
	s := Describe(f)
	want := []Frequency{{Value: "1", Number: 1, Label: "no", Count: 2}, {Value: "2", Number: 2, Label: "yes", Count: 2}}
	if !reflect.DeepEqual(s[0].Frequencies, want) || s[0].Kind != "number" || s[0].Distinct != 2 {
		t.Errorf("a: %+v", s[0])
	}
	var words []string
	for _, w := range s[1].Frequencies {
		words = append(words, w.Value+w.Label)
	}
	if !slices.Equal(words, []string{"low", "midmiddling", "high"}) || s[1].Frequencies[0].Count != 3 || s[1].N != 5 || !math.IsNaN(s[1].Mean) || s[1].Kind != "text" {
		t.Errorf("g: %+v", s[1])
	}
	if s[2].Missing != 1 || s[2].Frequencies[0].Value != "p" || s[2].Frequencies[1].Count != 3 {
		t.Errorf("s: %+v", s[2])
	}

	many := &Column{Name: "t"}
	for i := range 40 {
		many.Texts = append(many.Texts, string(rune('a'+i%20)))
	}
	many.Texts = append(many.Texts, "t", "t", "c")
	s = Describe(&Frame{Rows: len(many.Texts), Columns: []*Column{many}})
	if fr := s[0].Frequencies; len(fr) != 12 || s[0].Distinct != 20 || fr[0].Value != "t" || fr[0].Count != 4 || fr[1].Value != "c" || fr[2].Value != "a" {
		t.Errorf("t: %+v", s[0])
	}
}

func TestHistogram(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		name string
		draw func() float64
	}{
		{"normal", rng.NormFloat64}, {"income", func() float64 { return math.Round(math.Exp(10+rng.NormFloat64())/100) * 100 }},
		{"mostly nought", func() float64 { return math.Floor(rng.Float64()*100) * math.Floor(rng.Float64()*1.3) }},
		{"far outlier", func() float64 { return math.Pow(rng.Float64(), -8) }}, {"narrow", func() float64 { return 1e9 + rng.Float64() }},
		{"tiny", func() float64 { return 1e-300 * rng.Float64() }},
	} {
		values := make([]float64, 400)
		for i := range values {
			values[i] = c.draw()
		}
		s := Describe(numeric(values...))[0]
		if s.Frequencies != nil || len(s.Histogram) < 2 || len(s.Histogram) > maxBins+1 {
			t.Errorf("%s: %d bins", c.name, len(s.Histogram))
			continue
		}
		n := 0
		for k, b := range s.Histogram {
			n += b.Count
			inside := 0
			for _, x := range values {
				if b.Low <= x && x < b.High {
					inside++
				}
			}
			if inside != b.Count || k > 0 && b.Low != s.Histogram[k-1].High {
				t.Errorf("%s: bin %+v holds %d", c.name, b, inside)
			}
		}
		if n != len(values) {
			t.Errorf("%s: %d values counted", c.name, n)
		}
	}
}

// Describing depends on the answers alone, not on the order of the rows, and
// follows a change of unit or origin.
func TestDescribeInvariance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Map(rapid.IntRange(-50, 50), func(v int) float64 { return float64(v) }), 1, 60).Draw(t, "values")
		for i := range values {
			if rapid.IntRange(0, 9).Draw(t, "gap") == 0 {
				values[i] = math.NaN()
			}
		}
		s := Describe(numeric(values...))[0]

		order := rapid.Permutation(values).Draw(t, "order")
		r := Describe(numeric(order...))[0]
		if a, b := numbersOf(s), numbersOf(r); !sameNumbers(a, b) || !reflect.DeepEqual(s.Frequencies, r.Frequencies) || !reflect.DeepEqual(s.Histogram, r.Histogram) {
			t.Fatalf("order matters: %+v %+v", s, r)
		}

		shift := float64(rapid.IntRange(-1e9, 1e9).Draw(t, "shift"))
		scale := rapid.SampledFrom([]float64{0.25, 1, 3, 1e6, -1, -0.1}).Draw(t, "scale")
		moved := make([]float64, len(values))
		for i, x := range values {
			moved[i] = x*scale + shift
		}
		m := Describe(numeric(moved...))[0]
		// Rounding of the moved values themselves, in standard deviations.
		tol := 1e-11
		if s.SD > 0 {
			tol += 1e-14 * math.Abs(shift) / (s.SD * math.Abs(scale)) * 100
		}
		size := math.Abs(scale)*50 + math.Abs(shift)
		q1, q3, low, high := s.Q1, s.Q3, s.Min, s.Max
		if scale < 0 {
			q1, q3, low, high = q3, q1, high, low
		}
		for _, c := range []struct{ got, want, tolerance float64 }{
			{m.Mean, s.Mean*scale + shift, 1e-14 * size}, {m.SD, s.SD * math.Abs(scale), tol * math.Abs(scale) * (s.SD + 1)},
			{m.Median, s.Median*scale + shift, 1e-14 * size}, {m.Q1, q1*scale + shift, 1e-14 * size}, {m.Q3, q3*scale + shift, 1e-14 * size},
			{m.Min, low*scale + shift, 1e-14 * size}, {m.Max, high*scale + shift, 1e-14 * size},
			{m.Skewness, s.Skewness * math.Copysign(1, scale), tol * 50}, {m.Kurtosis, s.Kurtosis, tol * 500},
		} {
			both := math.IsNaN(c.got) && math.IsNaN(c.want)
			if !both && !(math.Abs(c.got-c.want) <= c.tolerance) && s.Distinct > 1 {
				t.Fatalf("%v became %v (tolerance %v) with scale %v, shift %v\n%+v\n%+v", c.want, c.got, c.tolerance, scale, shift, s, m)
			}
		}
	})
}

func numbersOf(s Summary) []float64 {
	return []float64{float64(s.N), float64(s.Missing), float64(s.Distinct), s.Mean, s.SD, s.Min, s.Q1, s.Median, s.Q3, s.Max, s.Skewness, s.Kurtosis}
}
