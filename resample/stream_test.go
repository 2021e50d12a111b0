package resample

import (
	"math"
	"math/big"
	"slices"
	"testing"
)

// chiSquare fails if observed frequencies stand more than 4.5 standard
// deviations, on the scale of Wilson & Hilferty (1931), above or below what
// the expected ones allow. Seeds are fixed, so the answer never changes; a
// right sampler fails a fixed seed with probability 7e-6.
func chiSquare(t *testing.T, what string, observed []int, expected []float64) {
	t.Helper()
	sum, df := 0.0, -1.0
	for i, e := range expected {
		if e == 0 {
			if observed[i] != 0 {
				t.Errorf("%s: outcome %d is impossible, but was drawn %d times", what, i, observed[i])
			}
			continue
		}
		if e < 5 {
			t.Fatalf("%s: outcome %d has an expected frequency of %g: too few for the test", what, i, e)
		}
		d := float64(observed[i]) - e
		sum += d * d / e
		df++
	}
	z := (math.Cbrt(sum/df) - (1 - 2/(9*df))) / math.Sqrt(2/(9*df))
	if math.Abs(z) > 4.5 {
		t.Errorf("%s: chi-square %.1f at %.0f df (z = %.1f)\nobserved %v\nexpected %.1f", what, sum, df, z, observed, expected)
	}
}

func even(outcomes, draws int) []float64 {
	e := make([]float64, outcomes)
	for i := range e {
		e[i] = float64(draws) / float64(outcomes)
	}
	return e
}

// The published sequences: splitmix64 from 1234567, xoshiro128++ from the
// state 1, 2, 3, 4 (reference C programs of Vigna, prng.di.unimi.it).
func TestReferenceSequences(t *testing.T) {
	for k, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821} {
		if got := mix(1234567 + uint64(k+1)*golden); got != want {
			t.Errorf("splitmix64 output %d: %d, want %d", k, got, want)
		}
	}
	g := stream{1, 2, 3, 4}
	for k, want := range []uint32{641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295, 495546011, 621204420} {
		var got uint32
		if got, g = g.next(); got != want {
			t.Errorf("xoshiro128++ output %d: %d, want %d", k, got, want)
		}
	}
}

// There is one pair of seed and replicate whose state would be all zeros. It
// is found by running the seeding backwards.
func TestZeroStateIsAvoided(t *testing.T) {
	// l = mix(seed + 2 golden) = 0 and a = mix(k + r golden) = 0.
	seed := uint64(golden)
	seed = -seed - seed
	modulus := new(big.Int).Lsh(big.NewInt(1), 64)
	inverse := new(big.Int).ModInverse(new(big.Int).SetUint64(golden), modulus).Uint64()
	k := mix(seed + golden)
	r := -k * inverse
	if a := mix(k + r*golden); a != 0 {
		t.Fatalf("a = %d: this is not the pair", a)
	}
	g := newStream(seed, r)
	if g == (stream{}) {
		t.Fatal("the state is all zeros")
	}
	if g == newStream(seed, r+1) || g == newStream(seed, r-1) {
		t.Error("neighbours share the state")
	}
}

func TestStreamsDiffer(t *testing.T) {
	seen := make(map[stream]bool)
	halves := make(map[stream]bool) // each half of the state differs too
	seeds := []uint64{0, 1, 2, 3, 1 << 32, 1 << 63, math.MaxUint64, golden, math.MaxUint64 - golden + 1}
	n := 0
	for _, seed := range seeds {
		for r := range uint64(2000) {
			for _, g := range []stream{
				newStream(seed, r), newStream(seed, math.MaxUint64-r),
				newStream(innerSeed(seed, r), 0), newStream(innerSeed(seed, r), 1), newStream(innerSeed(seed, 0), r+2),
			} {
				seen[g] = true
				halves[stream{g.s0, g.s1, 0, 1}], halves[stream{g.s2, g.s3, 1, 0}] = true, true
				n++
			}
		}
	}
	if len(seen) != n || len(halves) != 2*n {
		t.Errorf("%d streams, %d of them different, with %d different halves", n, len(seen), len(halves))
	}
}

// The bits of the first outputs of successive replicates are fair and
// independent of the same bits one replicate, one seed, one step on.
func TestStreamsAreIndependent(t *testing.T) {
	const draws = 1 << 16
	first := func(seed, r uint64, steps int) uint32 {
		g := newStream(seed, r)
		var u uint32
		for range steps {
			u, g = g.next()
		}
		return u
	}
	tests := []struct {
		name string
		a, b func(r uint64) uint32
	}{
		{"next replicate", func(r uint64) uint32 { return first(5, r, 1) }, func(r uint64) uint32 { return first(5, r+1, 1) }},
		{"second output", func(r uint64) uint32 { return first(5, r, 2) }, func(r uint64) uint32 { return first(5, r+1, 2) }},
		{"next output", func(r uint64) uint32 { return first(5, r, 1) }, func(r uint64) uint32 { return first(5, r, 2) }},
		{"next seed", func(r uint64) uint32 { return first(r, 9, 1) }, func(r uint64) uint32 { return first(r+1, 9, 1) }},
		{"seed and replicate", func(r uint64) uint32 { return first(r, 1, 1) }, func(r uint64) uint32 { return first(1, r, 1) }},
		{"distance 64", func(r uint64) uint32 { return first(5, r, 1) }, func(r uint64) uint32 { return first(5, r+64, 1) }},
		{"inner", func(r uint64) uint32 { return first(5, r, 1) }, func(r uint64) uint32 { return first(innerSeed(5, r), 0, 1) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			differ := make([]int, 32) // bits in which the two outputs differ
			high := make([]int, 256)  // top four bits of both
			for r := range uint64(draws) {
				// r = 1 makes both sides of "seed and replicate" the same.
				a, b := test.a(r+2), test.b(r+2)
				for bit := range differ {
					differ[bit] += int((a ^ b) >> bit & 1)
				}
				high[a>>28<<4|b>>28]++
			}
			for bit, n := range differ {
				if math.Abs(float64(n)-draws/2) > 4.5*math.Sqrt(draws)/2 {
					t.Errorf("bit %d differs in %d of %d", bit, n, draws)
				}
			}
			chiSquare(t, "top four bits", high, even(256, draws))
		})
	}
}

func TestBelowIsUniform(t *testing.T) {
	const draws = 300000
	for _, n := range []uint32{1, 2, 3, 7, 10, 62, 344, 1000} {
		g := newStream(77, uint64(n))
		observed := make([]int, n)
		for range draws {
			var v uint32
			v, g = g.below(n)
			observed[v]++
		}
		if n > 1 {
			chiSquare(t, "below", observed, even(int(n), draws))
		}
	}
}

// Without the rejection step, floor(u * 3*2^30 / 2^32) is a multiple of three
// half of the time; uniform adds draws in the same way.
func TestBelowRejects(t *testing.T) {
	const n, draws = 3 << 30, 30000
	g := newStream(78, 0)
	observed := make([]int, 3)
	for range draws {
		var v uint32
		v, g = g.below(n)
		if v >= n {
			t.Fatalf("%d is not below %d", v, uint32(n))
		}
		observed[v%3]++
	}
	chiSquare(t, "remainders", observed, even(3, draws))

	// 2^32 mod 5 = 1: only the low word 0 is refused, and u = 0 has it.
	if m, _ := (stream{1, 2, 3, 4}).reject(0, 5); m != 641*5 {
		t.Errorf("a product of 0 gave way to %d, want that of the next output, 641", m)
	}
	if m, _ := (stream{1, 2, 3, 4}).reject(7<<32|1, 5); m != 7<<32|1 {
		t.Errorf("a good product was replaced by %d", m)
	}
}

// uniform and below are two spellings of one rule, also where it rejects: the
// first output of the stream 0, x, y, 0 is 0, which 5 refuses.
func TestUniformIsBelow(t *testing.T) {
	refused := stream{0, 0x9abcdef0, 0x12345678, 0}
	if u, next := refused.next(); u != 0 {
		t.Fatalf("the first output is %d", u)
	} else if v, _ := next.below(5); v == 0 {
		t.Fatal("the second output gives 0 too: choose another stream")
	}
	for _, start := range []stream{newStream(3, 4), refused} {
		for _, n := range []int{1, 2, 5, 62, 40000} {
			for _, draws := range []int{1, 1000} {
				c, want := make([]int32, n), make([]int32, n)
				end, _ := uniform(start, n, draws, nil, c)
				g := start
				for range draws {
					var v uint32
					v, g = g.below(uint32(n))
					want[v]++
				}
				if !slices.Equal(c, want) || end != g {
					t.Errorf("n = %d: uniform draws differ from below", n)
				}
			}
		}
	}
}
