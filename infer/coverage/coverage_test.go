package main

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"plumb/infer"
)

// Cut at 0, the correlation is 2/pi arcsin(rho) (Sheppard 1899); cut very
// finely, hardly any is lost.
func TestCutCorrelation(t *testing.T) {
	for _, rho := range []float64{-.9, -.3, 0, .4, .95} {
		if got, want := cutCorrelation(rho, []float64{0}), 2/math.Pi*math.Asin(rho); math.Abs(got-want) > 1e-12 {
			t.Errorf("%v cut at 0: %v, want %v", rho, got, want)
		}
	}
	var fine []float64
	for v := -4.0; v <= 4; v += .25 {
		fine = append(fine, v)
	}
	if got := cutCorrelation(.5, fine); math.Abs(got-.5) > .005 {
		t.Errorf(".5 cut finely: %v", got)
	}
}

// The parameters of a population are those of a very large sample of it.
func TestPopulation(t *testing.T) {
	for _, d := range []design{normal, skewed, singles} {
		p, err := newPopulation(d)
		if err != nil {
			t.Fatal(err)
		}
		problem, err := p.sample(rand.New(rand.NewPCG(1, 2)), 200_000)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]float64, len(p.truth))
		p.layout.Measure(problem.Estimate, got)
		for _, g := range p.parameters() {
			for _, i := range g.members {
				// A standard error is about 1/sqrt(n) = .0022, a weight's twice that.
				if math.Abs(got[i]-p.truth[i]) > .02 {
					t.Errorf("%s: %v, of a large sample %v", g.label, p.truth[i], got[i])
				}
			}
		}
		if d.cut == nil {
			from, _ := p.layout.Range(infer.Path)
			for k, want := range []float64{.5, .2, .4} {
				if math.Abs(p.truth[from+k]-want) > 1e-9 {
					t.Errorf("path %d is %v, want %v", k, p.truth[from+k], want)
				}
			}
		}
	}
}

func TestSameTablesForAnyWorkers(t *testing.T) {
	var first string
	for _, workers := range []int{1, 2, 7} {
		s := settings{samples: 12, replicates: 30, inner: 5, sizes: []int{30}, workers: workers, seed: 4}
		text, err := run(t.Context(), s, nested)
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = text
		}
		if text != first {
			t.Errorf("%d workers: other tables", workers)
		}
	}
	if n := strings.Count(first, "| A → B |"); n != 3 {
		t.Errorf("%d rows of A → B in\n%s", n, first)
	}
}

func TestReplace(t *testing.T) {
	begin, end := single.marks()
	got, err := single.replace([]byte("above\n"+begin+"old\n"+end+"below\n"), "new")
	if want := "above\n" + begin + "\nnew\n" + end + "below\n"; err != nil || string(got) != want {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := nested.replace([]byte("above\n"+begin+"old\n"+end), "new"); err == nil {
		t.Error("replaced without marks")
	}
}
