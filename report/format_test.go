package report

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestBounded(t *testing.T) {
	for _, c := range []struct {
		x    float64
		want string
	}{
		{.8148741645766603, ".815"}, {-.0421, "−.042"}, {0, ".000"}, {-.0004, ".000"}, {-.0005001, "−.001"},
		{1, "1.000"}, {.99951, "1.000"}, {1.0234, "1.023"}, {-1.0234, "−1.023"}, {12.5, "12.500"},
		{math.NaN(), "—"}, {math.Inf(1), "—"}, {math.Inf(-1), "—"},
	} {
		if got := Bounded(c.x, 3); got != c.want {
			t.Errorf("Bounded(%v) = %q, want %q", c.x, got, c.want)
		}
	}
}

func TestFixed(t *testing.T) {
	for _, c := range []struct {
		x        float64
		decimals int
		want     string
	}{
		{1.9764, 3, "1.976"}, {.6452, 3, "0.645"}, {-63.534, 2, "−63.53"}, {-.001, 2, "0.00"}, {math.Copysign(0, -1), 1, "0.0"}, {2.5, 0, "2"}, {-.4, 0, "0"},
	} {
		if got := Fixed(c.x, c.decimals); got != c.want {
			t.Errorf("Fixed(%v, %d) = %q, want %q", c.x, c.decimals, got, c.want)
		}
	}
}

func TestP(t *testing.T) {
	for _, c := range []struct {
		p    float64
		want string
	}{
		{0, "<.001"}, {7e-8, "<.001"}, {.00099999, "<.001"}, {.001, ".001"}, {.0421, ".042"}, {.05, ".050"}, {.9989, ".999"}, {.9996, ">.999"}, {1, ">.999"}, {math.NaN(), "—"},
	} {
		if got := P(c.p); got != c.want {
			t.Errorf("P(%v) = %q, want %q", c.p, got, c.want)
		}
	}
}

func TestPercent(t *testing.T) {
	for _, c := range []struct {
		x    float64
		want string
	}{{.664, "66%"}, {0, "0%"}, {.001, "<1%"}, {1, "100%"}, {.9999, ">99%"}, {-.02, "−2%"}, {math.NaN(), "—"}} {
		if got := Percent(c.x); got != c.want {
			t.Errorf("Percent(%v) = %q, want %q", c.x, got, c.want)
		}
	}
}

func TestMeasured(t *testing.T) {
	for _, c := range []struct {
		x        float64
		decimals int
		want     string
	}{
		{3.27419, 2, "3.27"}, {3, 2, "3.00"}, {37948.387, 0, "37,948"}, {37948.387, 2, "37,948.39"}, {-3, 0, "−3"}, {.004123, 5, "0.00412"},
		{-1234.5, 1, "−1,234.5"}, {0, 2, "0.00"}, {math.Copysign(0, -1), 0, "0"}, {1.5e-9, 2, "1.50e−09"}, {-2.5e18, 0, "−2.50e+18"}, {math.NaN(), 2, "—"},
	} {
		if got := Measured(c.x, c.decimals); got != c.want {
			t.Errorf("Measured(%v, %d) = %q, want %q", c.x, c.decimals, got, c.want)
		}
	}
}

// All numbers of a column have the same decimals.
func TestDecimalsOf(t *testing.T) {
	for _, c := range []struct {
		name   string
		column []float64
		want   int
	}{
		{"a whole mean among others", []float64{3, 3.0842, 2.5}, 2},
		{"below and above 1", []float64{.97049, 1.1024}, 2},
		{"whole numbers", []float64{1, 5, 40000}, 0},
		{"thousands", []float64{37948.387, 1204.5}, 0},
		{"thousands and answers", []float64{37948.387, 3.27}, 2},
		{"tens", []float64{48.7097, 11.93}, 1},
		{"small ones", []float64{.004123, .0031}, 5},
		{"none", nil, 0},
		{"no number", []float64{math.NaN(), math.Inf(1), 2.5}, 2},
	} {
		if got := decimalsOf(c.column); got != c.want {
			t.Errorf("%s: %d decimals, want %d", c.name, got, c.want)
		}
	}
}

func TestAll(t *testing.T) {
	for n, want := range map[int]string{2: "both", 3: "all three", 12: "all 12"} {
		if got := all(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	for x, want := range map[float64]string{0: "0", 62: "62", 999: "999", 1000: "1,000", -1000: "−1,000", 1234567: "1,234,567"} {
		if got := Count(x); got != want {
			t.Errorf("Count(%v) = %q, want %q", x, got, want)
		}
	}
}

func TestEnumerated(t *testing.T) {
	for want, names := range map[string][]string{"": nil, "A": {"A"}, "A and B": {"A", "B"}, "A, B and C": {"A", "B", "C"}} {
		if got := enumerated(names); got != want {
			t.Errorf("enumerated(%q) = %q, want %q", names, got, want)
		}
	}
}

// Whatever the number, the text is a true-minus decimal and no negative zero.
func TestNumbersAreWellWritten(t *testing.T) {
	shape := regexp.MustCompile(`^(—|−?(\d{1,3}(,?\d{3})*|\d*)(\.\d+)?(e[+−]\d+)?)$`)
	negativeZero := regexp.MustCompile(`^−[0.,]*$`)
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64().Draw(t, "x")
		if rapid.Bool().Draw(t, "small") {
			x = rapid.Float64Range(-1.5, 1.5).Draw(t, "x in reach")
		}
		for name, s := range map[string]string{"Bounded": Bounded(x, 3), "Fixed": Fixed(x, 2), "Count": Count(x), "Measured": Measured(x, decimalsOf([]float64{x, 3.25}))} {
			if s == "" || !shape.MatchString(s) {
				t.Fatalf("%s(%v) = %q", name, x, s)
			}
			if negativeZero.MatchString(s) {
				t.Fatalf("%s(%v) = %q is a negative zero", name, x, s)
			}
			if strings.Contains(s, "-") {
				t.Fatalf("%s(%v) = %q has a hyphen for a minus", name, x, s)
			}
		}
		if s := Bounded(x, 3); math.Abs(x) < .9995 && strings.Contains(s, "0.") {
			t.Fatalf("Bounded(%v) = %q has a leading zero", x, s)
		}
	})
}

func TestPIsNeverZeroOrOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		if s := P(p); s == ".000" || strings.HasPrefix(s, "1") || strings.HasPrefix(s, "0") {
			t.Fatalf("P(%v) = %q", p, s)
		}
	})
}

func TestTied(t *testing.T) {
	for s, want := range map[string]string{
		"n = 62.": "n\u00a0=\u00a062.", "*p < .05": "*p\u00a0<\u00a0.05", " = .042": "\u00a0=\u00a0.042", "A → B < 0": "A → B <\u00a00", "A → B > 0": "A → B >\u00a00", "a=b": "a=b",
	} {
		if got := tied(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}
