package infer

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func values(t *rapid.T) []float64 {
	n := rapid.IntRange(2, 300).Draw(t, "n")
	x := make([]float64, n)
	grid := rapid.SampledFrom([]float64{0, 0.5, 1e-3}).Draw(t, "grid") // ties
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	for i := range x {
		x[i] = r.NormFloat64() + .5
		if grid > 0 {
			x[i] = math.Round(x[i]/grid) * grid
		}
	}
	return x
}

func TestQuantileIsType7(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := values(t)
		sorted := slices.Clone(x)
		slices.Sort(sorted)
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		h := p * float64(len(x)-1)
		k := int(h)
		want := sorted[k]
		if k+1 < len(x) {
			want += (h - float64(k)) * (sorted[k+1] - sorted[k])
		}
		if got := newSample(x).quantile(p); math.Abs(got-want) > 1e-12 {
			t.Fatalf("quantile %v of %d: %v, want %v", p, len(x), got, want)
		}
	})
}

func TestShareInvertsQuantile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newSample(values(t))
		v := rapid.Float64Range(-3, 4).Draw(t, "v")
		p := s.share(v)
		low, high := s.quantile(math.Max(0, p-1e-9)), s.quantile(math.Min(1, p+1e-9))
		if p > 0 && p < 1 && (low > v+1e-9 || high < v-1e-9) {
			t.Fatalf("share(%v) = %v, but the quantiles about it are %v and %v", v, p, low, high)
		}
	})
}

func TestSampleMoments(t *testing.T) {
	x := []float64{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16}
	s := newSample(x)
	if s.mean != 1e9+10 || math.Abs(s.sd-math.Sqrt(30)) > 1e-9 {
		t.Errorf("mean %v, sd %v", s.mean, s.sd)
	}
}
