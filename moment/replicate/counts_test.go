package replicate

import (
	"math/rand/v2"
	"testing"
)

// TestCounts sets lanes in every way, narrow after wide and back.
func TestCounts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{1, 2, 3, 4, 5, 61, 64, 343} {
		s, err := New([][]float64{make([]float64, n)}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		c := s.NewCounts()
		want := make([][]int32, Lanes)
		for l := range want {
			want[l] = make([]int32, n)
		}
		for range 300 {
			l := r.IntN(Lanes)
			top := []int32{4, 127, 128, 255, 256, 1 << 20, 1<<31 - 1}[r.IntN(7)]
			v := make([]int32, n)
			b := make([]uint8, n)
			for i := range v {
				v[i] = r.Int32N(top)
				b[i] = uint8(v[i])
			}
			if r.IntN(4) == 0 {
				l = l / Batch * Batch
				setWords(t, c, r, l, v, want)
				continue
			}
			if top <= 256 && r.IntN(2) == 0 {
				c.SetBytes(l, b)
			} else {
				c.Set(l, v)
			}
			want[l] = v
		}
		for l := range want {
			for i, v := range want[l] {
				if got := c.at(l, i); got != int(v) {
					t.Fatalf("n = %d, lane %d, unit %d: %d, want %d", n, l, i, got, v)
				}
				for k := range c.planes {
					if part := int(v) >> (7 * k) & 127; c.largest(k) < part {
						t.Fatalf("plane %d: largest is %d, a count has %d", k, c.largest(k), part)
					}
				}
			}
		}
		c.Reset()
		if !c.narrow() || c.largest(0) != 0 || c.at(3, n-1) != 0 {
			t.Error("Reset leaves counts")
		}
	}
}

// setWords sets a batch of lanes, the first of them to v.
func setWords(t *testing.T, c *Counts, r *rand.Rand, first int, v []int32, want [][]int32) {
	n := len(v)
	wide := c.SetWords(first, func(words []uint32) (bound [Batch]uint32) {
		for l := range Batch {
			next := make([]int32, n)
			for i := range next {
				next[i] = r.Int32N(5)
			}
			if l == 0 {
				copy(next, v)
			}
			want[first+l] = next
			for i := 0; i < n; i += 4 {
				var w uint32
				for j, x := range next[i:min(i+4, n)] {
					w |= uint32(min(x, 255)) << (8 * j)
				}
				words[i/4*Lanes+l] = w
				bound[l] |= w
			}
		}
		return bound
	})
	largest := int32(0)
	for _, x := range v {
		largest = max(largest, x)
	}
	if must := largest > 127; wide != map[bool]uint16{true: 1, false: 0}[must] {
		t.Fatalf("counts up to %d: wide lanes %b", largest, wide)
	}
	if wide != 0 {
		c.Set(first, v)
	}
}

func TestCountsPanic(t *testing.T) {
	s, err := New([][]float64{{1, 2, 3}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	other, err := New([][]float64{{1, 2}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]func(c *Counts){
		"length": func(c *Counts) { c.Set(0, []int32{1}) },
		"lane":   func(c *Counts) { c.Set(64, []int32{1, 1, 1}) },
		"bytes":  func(c *Counts) { c.SetBytes(-1, []uint8{1, 1, 1}) },
		"batch": func(c *Counts) {
			c.SetWords(Lanes-Batch+1, func([]uint32) (b [Batch]uint32) { return b })
		},
		"negative": func(c *Counts) { c.Set(0, []int32{1, -1, 1}) },
		"source":   func(c *Counts) { other.Fill(new(Panel), c) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f(s.NewCounts())
		})
	}
}

func TestTranspose(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 1))
	for range 100 {
		var q [8]uint32
		for l := range q {
			q[l] = r.Uint32()
		}
		var got [4]uint64
		got[0], got[1], got[2], got[3] = transpose(&q)
		for l, w := range q {
			for h := range 4 {
				if byte(got[h]>>(8*l)) != byte(w>>(8*h)) {
					t.Fatalf("lane %d, byte %d: %x, want %x", l, h, byte(got[h]>>(8*l)), byte(w>>(8*h)))
				}
			}
		}
	}
}
