package infer

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"plumb/estimate"
	"plumb/frame"
	"plumb/model"
	"plumb/moment"
	"plumb/pls"
	"plumb/pls/lanes"
)

// reputation simulates 344 people and the 31 items of the eight constructs of
// the corporate reputation model (Hair et al. 2022): the shape that other
// programs are timed on.
func reputation(b *testing.B) Problem {
	b.Helper()
	sizes := map[string]int{"QUAL": 8, "PERF": 5, "CSOR": 5, "ATTR": 3, "COMP": 3, "LIKE": 3, "CUSA": 1, "CUSL": 3}
	order := []string{"QUAL", "PERF", "CSOR", "ATTR", "COMP", "LIKE", "CUSA", "CUSL"}
	text := ""
	f := &frame.Frame{Rows: 344, FirstSheetRow: 2}
	r := rand.New(rand.NewPCG(1, 344))
	common := make([]float64, 344)
	for i := range common {
		common[i] = r.NormFloat64()
	}
	for k, c := range order {
		operator := " =~ "
		if k < 4 {
			operator = " <~ "
		}
		text += c + operator
		for i := range sizes[c] {
			name := fmt.Sprintf("%s_%d", c, i+1)
			if i > 0 {
				text += " + "
			}
			text += name
			x := make([]float64, 344)
			for j := range x {
				x[j] = math.Max(1, math.Min(7, math.Round(4+common[j]+r.NormFloat64())))
			}
			f.Columns = append(f.Columns, &frame.Column{Name: name, Numbers: x})
		}
		text += "\n"
	}
	text += "COMP ~ QUAL + PERF + CSOR + ATTR\nLIKE ~ QUAL + PERF + CSOR + ATTR\nCUSA ~ COMP + LIKE\nCUSL ~ COMP + LIKE + CUSA\n"
	m, findings := model.Parse(text, model.ParseOptions{})
	if err := findings.Err(); err != nil {
		b.Fatal(err)
	}
	s, _, err := moment.Compute(f, m.Indicators(), moment.Options{})
	if err != nil {
		b.Fatal(err)
	}
	rows, _, err := moment.LoadRows(f, m.Indicators(), moment.Options{})
	if err != nil {
		b.Fatal(err)
	}
	fit := func(s *moment.Set) (*estimate.Estimate, error) { return pls.Estimate(m, s, pls.Options{}) }
	e, err := fit(s)
	if err != nil {
		b.Fatal(err)
	}
	solver, err := lanes.New(m, pls.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return Problem{Rows: rows, Fit: fit, Estimate: e, Lanes: solver}
}

// BenchmarkReputation is 10,000 replicates with every statistic, and with all
// percentile intervals, standard errors and p values.
func BenchmarkReputation(b *testing.B) {
	p := reputation(b)
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("draw/workers=%d", workers), func(b *testing.B) {
			for b.Loop() {
				bootstrap(b, p, Options{Workers: workers})
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/DefaultReplicates, "ns/replicate")
		})
	}
	run := bootstrap(b, p, Options{})
	b.Run("summarise", func(b *testing.B) {
		for b.Loop() {
			run.Summarise(Summary{})
		}
	})
}
