package infer

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"plumb/estimate"
	"plumb/frame"
	"plumb/model"
	"plumb/moment"
	"plumb/moment/replicate"
	"plumb/pls"
	"plumb/pls/lanes"
)

// shape is a survey and a model to measure with.
type shape struct {
	n      int
	items  []int   // of each construct
	causes [][]int // of each construct
	draws  int     // replicates of the whole bootstrap
}

// shapes are a small model, corporate reputation, the village study, two large
// surveys, and many items.
func shapes() []shape {
	reputation := [][]int{nil, nil, nil, nil, {0, 1, 2, 3}, {0, 1, 2, 3}, {4, 5}, {4, 5, 6}}
	households := [][]int{nil, {0}, {0, 1}, {1, 2}, {2, 3}, {3, 4}}
	many := shape{n: 344, draws: 2000}
	for h := range 20 {
		many.items = append(many.items, 10)
		var of []int
		for k := max(0, h-2); k < h; k++ {
			of = append(of, k)
		}
		many.causes = append(many.causes, of)
	}
	return []shape{
		{344, []int{3, 3, 1, 3}, [][]int{nil, nil, {0, 1}, {0, 1, 2}}, 10000},
		{344, []int{8, 5, 5, 3, 3, 3, 1, 3}, reputation, 10000},
		{62, []int{6, 6, 5}, [][]int{nil, {0}, {0, 1}}, 10000},
		{5000, []int{8, 8, 8, 8, 7, 7}, households, 10000},
		{100000, []int{8, 8, 8, 8, 7, 7}, households, 640},
		many,
	}
}

func (s shape) String() string {
	p := 0
	for _, k := range s.items {
		p += k
	}
	return fmt.Sprintf("%d x %d, %d constructs", s.n, p, len(s.items))
}

// problem draws answers from 1 to 7 and estimates the model.
func (s shape) problem(b *testing.B) Problem {
	m := &model.Model{}
	f := &frame.Frame{Rows: s.n, FirstSheetRow: 2}
	for h, k := range s.items {
		c := model.Construct{Name: fmt.Sprint("C", h)}
		for range k {
			name := fmt.Sprint("x", len(f.Columns))
			c.Indicators = append(c.Indicators, name)
			f.Columns = append(f.Columns, &frame.Column{Name: name, Numbers: make([]float64, s.n)})
		}
		m.Constructs = append(m.Constructs, c)
		for _, from := range s.causes[h] {
			m.Paths = append(m.Paths, model.Path{From: fmt.Sprint("C", from), To: c.Name})
		}
	}
	r := rand.New(rand.NewPCG(7, 7))
	for i := range s.n {
		scores := make([]float64, len(s.items))
		a := 0
		for h, k := range s.items {
			scores[h] = r.NormFloat64()
			for _, from := range s.causes[h] {
				scores[h] += .4 * scores[from]
			}
			for range k {
				f.Columns[a].Numbers[i] = math.Round(min(7, max(1, 4+.96*scores[h]+.72*r.NormFloat64())))
				a++
			}
		}
	}
	rows, _, err := moment.LoadRows(f, m.Indicators(), moment.Options{})
	if err != nil {
		b.Fatal(err)
	}
	set, _, err := moment.Compute(f, m.Indicators(), moment.Options{})
	if err != nil {
		b.Fatal(err)
	}
	fit := func(s *moment.Set) (*estimate.Estimate, error) { return pls.Estimate(m, s, pls.Options{}) }
	e, err := fit(set)
	if err != nil {
		b.Fatal(err)
	}
	solver, err := lanes.New(m, pls.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return Problem{Rows: rows, Fit: fit, Estimate: e, Lanes: solver}
}

// fastest returns the nanoseconds of the fastest of several runs of f: other work
// on the machine only ever adds.
func fastest(f func()) float64 {
	best := math.Inf(1)
	for spent, runs := 0.0, 0; spent < 5e8 || runs < 2; runs++ {
		start := time.Now()
		f()
		d := float64(time.Since(start).Nanoseconds())
		best, spent = min(best, d), spent+d
	}
	return best
}

// BenchmarkStages prints nanoseconds a replicate of every stage of the fast path
// on one core, and milliseconds of the whole bootstrap with the percentile
// intervals of all statistics on one core and on two.
//
//	go test ./infer -run - -bench Stages -benchtime 1x
func BenchmarkStages(b *testing.B) {
	fmt.Printf("%-27s %8s %12s %7s %10s %9s %11s %11s %11s\n", "ns a replicate", "sampling", "correlations", "PLS", "statistics", "intervals", "replicates", "1 core, ms", "2 cores, ms")
	for _, s := range shapes() {
		p := s.problem(b)
		e, err := newEngine(p, NewLayout(p.Estimate), 1)
		if err != nil {
			b.Fatal(err)
		}
		f, units := newFast(e.source, p.Lanes), make([]int32, e.source.Units())
		var panel replicate.Panel
		in := make([]lanes.Input, replicate.Groups)
		solver := p.Lanes.Clone()
		each := func(f func()) float64 { return fastest(f) / replicate.Lanes }
		r := uint64(0)
		sampling := each(func() {
			f.draw(units, replicate.Lanes, e.draws(r))
			r += replicate.Lanes
		})
		correlations := each(func() { e.source.Fill(&panel, f.counts) })
		for g := range in {
			in[g] = lanes.Input{R: panel.R[g], Bad: uint8(panel.Bad >> (8 * g)), Cases: lanes.Vector(panel.N[8*g:])}
		}
		solve := each(func() {
			for g := range in {
				solver.Solve(in[g])
			}
		})
		both := each(func() {
			for g := range in {
				solver.Solve(in[g])
				solver.Measure()
			}
		})
		run := bootstrap(b, p, Options{Replicates: s.draws})
		intervals := fastest(func() { run.Summarise(Summary{}) }) / float64(s.draws)
		whole := func(workers int) float64 {
			return 1e-6 * fastest(func() { bootstrap(b, p, Options{Replicates: s.draws, Workers: workers}).Summarise(Summary{}) })
		}
		fmt.Printf("%-27s %8.0f %12.0f %7.0f %10.0f %9.0f %11d %11.1f %11.1f\n", s, sampling, correlations, solve, both-solve, intervals, s.draws, whole(1), whole(2))
	}
}
