package lanes

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"plumb/pls"
)

// Whole estimates have the same bits whatever the machine executes.
func TestSameBitsOfEstimates(t *testing.T) {
	sets := available()
	if len(sets) == 1 {
		t.Skip("this machine has nothing but plain Go")
	}
	rapid.Check(t, func(rt *rapid.T) {
		m := drawModel(rt)
		s, err := New(m, pls.Options{
			Scheme:        rapid.SampledFrom([]pls.Scheme{pls.Path, pls.Factorial, pls.Centroid}).Draw(rt, "scheme"),
			Consistent:    rapid.Bool().Draw(rt, "consistent"),
			MaxIterations: rapid.SampledFrom([]int{4, 100}).Draw(rt, "iterations"),
		})
		if err != nil {
			rt.Fatal(err)
		}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		in := input(60, 8, correlated(r, m, 60), correlated(r, m, 60), correlated(r, m, 60), correlated(r, m, 60), correlated(r, m, 60), correlated(r, m, 60))
		for lane := range 6 {
			s.run = &plain
			want := snapshot(s, in, lane)
			for _, set := range sets {
				s.run = set
				if got := snapshot(s, in, lane); got != want {
					rt.Fatalf("%s, lane %d:\n%s\nwant\n%s", set.name, lane, got, want)
				}
			}
		}
	})
}

var kindNames = [kinds]string{"move", "product", "quotient", "plus", "minus", "root", "pick", "dot", "guard", "exceed", "sign", "turn",
	"fetch", "factor", "solve", "cross", "form", "scale", "apply", "squares", "combine", "between", "within"}

// FuzzKernels runs lists of operations of every kind, on any sizes and numbers,
// with all instructions of this machine.
func FuzzKernels(f *testing.F) {
	for k := range kinds {
		for n := uint8(1); n < 20; n += 6 {
			f.Add(uint8(k), n, n/2+3, uint8(3), uint64(n), n == 7)
		}
	}
	f.Fuzz(func(t *testing.T, k, n, m, first uint8, seed uint64, odd bool) {
		r := rand.New(rand.NewPCG(seed, 1))
		o := op{n: uint32(n%20) + 1, m: uint32(m%20) + 1, sa: r.Uint32N(2), sb: r.Uint32N(2)}
		which := kind(k) % kinds
		at := uint32(firstFree)
		take := func(n uint32) uint32 { at += n; return at - n }
		o.dst, o.a, o.b, o.c, o.d, o.e = take(20), take(400), take(20), take(20), take(20), take(20)
		begin := uint32(first%7) + 1
		switch which {
		case cross, form, between:
			o.r, o.row = pair(begin+o.m, begin), begin+o.m
		case scale, apply, within:
			o.n = max(o.n, 2)
			o.r, o.row = pair(begin+1, begin), begin+1
		case fetch:
			o.r = begin
		case turn:
			o.m = min(o.m, o.n)
		case solve:
			if seed%2 == 0 {
				o.dst = o.b // in place
			}
		}
		v, cor := vectors(int(at)), vectors(int(pair(48, 0)))
		fill := func(of []Vector) {
			for i := range of {
				for l := range of[i] {
					of[i][l] = 2*r.Float64() - 1
					if odd && r.IntN(8) == 0 {
						of[i][l] = []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 1, -1, 0.5}[r.IntN(8)]
					}
				}
			}
		}
		fill(v)
		fill(cor)
		for l := range v[active] {
			v[active][l] = -float64(r.IntN(2)) + 0
		}
		// A second operation works on what the first one left.
		ops := []op{o, o}
		if which < factor {
			ops[1].a, ops[1].b = o.dst, o.a
		}
		want := append([]Vector{}, v...)
		plain.run[which](ops, want, cor)
		for _, set := range available() {
			got := vectors(len(v))
			copy(got, v)
			set.run[which](ops, got, cor)
			if which == scale { // what is left in its scratch says nothing
				copy(got[o.e:o.e+o.n], want[o.e:o.e+o.n])
			}
			for i := range got {
				for l := range got[i] {
					x, y := got[i][l], want[i][l]
					if math.Float64bits(x) != math.Float64bits(y) && !(math.IsNaN(x) && math.IsNaN(y)) {
						t.Fatalf("%s %s, Vector %d, lane %d: %v, want %v (%+v)", set.name, kindNames[which], i, l, x, y, ops)
					}
				}
			}
		}
	})
}

func TestInstructions(t *testing.T) {
	s, err := New(parse(t, "A =~ x0 + x1\nB =~ x2\nB ~ A"), pls.Options{})
	if err != nil {
		t.Fatal(err)
	}
	names := ""
	for _, set := range available() {
		names += fmt.Sprint(" ", set.name)
	}
	if got := s.Instructions(); got != available()[0].name {
		t.Errorf("%s of%s", got, names)
	}
}
