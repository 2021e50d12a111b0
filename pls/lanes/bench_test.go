package lanes

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"plumb/model"
	"plumb/pls"
)

// shape is a model to measure with, and n for the spread of its replicates.
type shape struct {
	n     int
	items []int
	paths [][]int // causes of each construct
}

func (s shape) String() string {
	p := 0
	for _, k := range s.items {
		p += k
	}
	return fmt.Sprintf("%dx%dx%d", s.n, p, len(s.items))
}

func (s shape) model() *model.Model {
	m := &model.Model{}
	a := 0
	for h, k := range s.items {
		c := model.Construct{Name: fmt.Sprint("C", h)}
		for range k {
			c.Indicators = append(c.Indicators, fmt.Sprint("x", a))
			a++
		}
		m.Constructs = append(m.Constructs, c)
		for _, from := range s.paths[h] {
			m.Paths = append(m.Paths, model.Path{From: fmt.Sprint("C", from), To: c.Name})
		}
	}
	return m
}

// shapes are those of the design: a small model, corporate reputation, the
// village study, a large survey, and many items.
var shapes = []shape{
	{344, []int{3, 3, 1, 3}, [][]int{nil, nil, {0, 1}, {0, 1, 2}}},
	{344, []int{8, 5, 5, 3, 3, 3, 1, 3}, [][]int{nil, nil, nil, nil, {0, 1, 2, 3}, {0, 1, 2, 3}, {4, 5}, {4, 5, 6}}},
	{62, []int{6, 6, 5}, [][]int{nil, {0}, {0, 1}}},
	{5000, []int{8, 8, 8, 8, 7, 7}, [][]int{nil, {0}, {0, 1}, {1, 2}, {2, 3}, {3, 4}}},
	{344, big(20, 10), chain(20)},
}

func big(j, k int) (out []int) {
	for range j {
		out = append(out, k)
	}
	return out
}

func chain(j int) (out [][]int) {
	for h := range j {
		var of []int
		for k := max(0, h-2); k < h; k++ {
			of = append(of, k)
		}
		out = append(out, of)
	}
	return out
}

// likert draws correlations of resampled answers from 1 to 7.
func (s shape) likert(m *model.Model) (of []*mat.SymDense) {
	r := rand.New(rand.NewPCG(7, 7))
	p := len(m.Indicators())
	rows := mat.NewDense(s.n, p, nil)
	for i := range s.n {
		scores := make([]float64, len(s.items))
		a := 0
		for h, k := range s.items {
			scores[h] = r.NormFloat64()
			for _, from := range s.paths[h] {
				scores[h] += .4 * scores[from]
			}
			for range k {
				rows.Set(i, a, float64(min(7, max(1, int(4.5+1.2*(.8*scores[h]+.6*r.NormFloat64()))))))
				a++
			}
		}
	}
	for range Width {
		again := mat.NewDense(s.n, p, nil)
		for i := range s.n {
			again.SetRow(i, rows.RawRowView(r.IntN(s.n)))
		}
		of = append(of, cor(again))
	}
	return of
}

// stages returns the nanoseconds a replicate that Solve and Measure take, the
// least of many: other work on the machine only ever adds.
func stages(s *Solver, in Input) (solve, measure float64) {
	least := [2]time.Duration{1 << 62, 1 << 62}
	for begin := time.Now(); time.Since(begin) < 300*time.Millisecond; {
		at := time.Now()
		s.Solve(in)
		middle := time.Now()
		s.Measure()
		least[0], least[1] = min(least[0], middle.Sub(at)), min(least[1], time.Since(middle))
	}
	return float64(least[0].Nanoseconds()) / Width, float64(least[1].Nanoseconds()) / Width
}

// BenchmarkLanes takes nanoseconds a replicate, for each shape and each set of
// instructions that this machine has, and how many times as fast as plain Go
// that is. Iterations are those of the slowest lane.
func BenchmarkLanes(b *testing.B) {
	for _, shape := range shapes {
		m := shape.model()
		in := input(float64(shape.n), Width, shape.likert(m)...)
		s, err := New(m, pls.Options{})
		if err != nil {
			b.Fatal(err)
		}
		s.run = &plain
		slow, slowest := stages(s, in)
		for _, set := range available() {
			b.Run(shape.String()+"/"+set.name, func(b *testing.B) {
				s.run = set
				for b.Loop() {
					s.Solve(in)
					s.Measure()
				}
				solve, measure := stages(s, in)
				b.ReportMetric(solve, "pls-ns/replicate")
				b.ReportMetric(measure, "statistics-ns/replicate")
				b.ReportMetric((slow+slowest)/(solve+measure), "x-go")
				b.ReportMetric(float64(slices.Max(s.result.Iterations[:])), "iterations")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}
