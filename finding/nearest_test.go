package finding

import "testing"

func TestNearest(t *testing.T) {
	for _, c := range []struct {
		name  string
		among []string
		want  string
	}{
		{"Trist", []string{"Use", "Trust"}, "Trust"},
		{"trust1", []string{"TRUST2", "TRUST1"}, "TRUST1"},
		{"factor", []string{"path", "factorial", "centroid"}, "factorial"},
		{"perc", []string{"percentile-like", "percentile", "basic"}, "percentile"},
		{"incom", []string{"income_2020", "income"}, "income"}, // near goes before longer
		{"per", []string{"percentile"}, ""},
		{"median", []string{"mean", "listwise", "pairwise"}, ""},
		{"x", []string{"f", "m"}, ""}, // nothing in common
		{"a", []string{"a1", "b1"}, "a1"},
		{"q1", []string{"q2", "q3"}, ""}, // another one, no slip
		{"V", []string{"v", "w"}, "v"},
		{"", []string{"a"}, ""},
		{"same", []string{"same"}, ""},
	} {
		if got := Nearest(c.name, c.among); got != c.want {
			t.Errorf("Nearest(%q, %q) = %q, want %q", c.name, c.among, got, c.want)
		}
	}
}
