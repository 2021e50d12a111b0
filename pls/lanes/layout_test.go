package lanes_test

import (
	"math"
	"testing"

	"plumb/infer"
	"plumb/model"
	"plumb/moment"
	"plumb/pls"
	"plumb/pls/lanes"
)

// The table has the order of infer.Layout, whatever kinds of constructs there are.
func TestLayout(t *testing.T) {
	m, findings := model.Parse("A =~ a1 + a2\nB <~ b1 + b2\nC =~ c1\nD =~ d1 + d2 + d3\nE <~ e1 + e2 [A]\nC ~ A + B\nD ~ C + A\nE ~ D + C",
		model.ParseOptions{})
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	names := m.Indicators()
	cov := make([][]float64, len(names))
	var r []float64
	for a := range cov {
		cov[a] = make([]float64, len(names))
		cov[a][a] = 1
		for b := range a {
			x := .3 + .02*float64((a*a+3*b)%11)
			cov[a][b], cov[b][a] = x, x
			for range lanes.Width {
				r = append(r, x)
			}
		}
	}
	for _, o := range []pls.Options{{}, {Consistent: true}} {
		e, err := pls.Estimate(m, moment.FromCovariance(names, 100, cov, nil), o)
		if err != nil {
			t.Fatal(err)
		}
		layout := infer.NewLayout(e)
		want := make([]float64, layout.Len())
		layout.Measure(e, want)
		s, err := lanes.New(m, o)
		if err != nil {
			t.Fatal(err)
		}
		s.Solve(lanes.Input{R: r, Cases: lanes.Vector{100, 100, 100, 100, 100, 100, 100, 100}})
		table := s.Measure()
		if len(table) != len(want) {
			t.Fatalf("%d statistics, want %d", len(table), len(want))
		}
		for i, x := range want {
			for l, y := range table[i] {
				if !(math.Abs(x-y) <= 1e-12*max(1, math.Abs(x))) {
					t.Errorf("%+v, lane %d: %v, want %v", layout.Statistics[i], l, y, x)
				}
			}
		}
	}
}
