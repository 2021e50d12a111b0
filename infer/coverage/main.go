// Command coverage draws many samples from populations whose parameters are
// known and counts how often the intervals of package infer cover them:
//
//	go run ./infer/coverage -into docs/coverage-of-intervals.md
//	go run ./infer/coverage -into docs/coverage-of-intervals.md -inner 50
//
// The first takes the intervals that one bootstrap of a sample serves, the
// second those that need replicates inside replicates, beside percentile
// intervals from the same replicates. The tables replace what stands in the
// page between the marks of the kind, or are printed when no page is named. The
// same flags give the same tables, for any number of workers.
package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"plumb/infer"
)

// settings are the flags.
type settings struct {
	samples, replicates, inner int
	sizes                      []int
	workers                    int
	seed                       uint64
}

// level of the intervals.
const level = 0.95

// kind is a set of methods that the same replicates serve.
type kind struct {
	name    string // in the marks of the page
	methods []infer.Interval
	designs []design
}

var (
	single = kind{"single", []infer.Interval{infer.Percentile, infer.Basic, infer.BiasCorrected, infer.BCa}, []design{normal, skewed, singles}}
	nested = kind{"nested", []infer.Interval{infer.Percentile, infer.Studentised, infer.Double}, []design{normal, skewed, singles}}
)

// marks enclose the tables in the page.
func (k kind) marks() (begin, end string) {
	return "<!-- " + k.name + ": made by go run ./infer/coverage, do not edit -->\n", "<!-- end of " + k.name + " -->\n"
}

func main() {
	var s settings
	flag.IntVar(&s.samples, "samples", 2000, "simulated samples of each design")
	flag.IntVar(&s.replicates, "replicates", 999, "bootstrap replicates of a sample")
	flag.IntVar(&s.inner, "inner", 0, "replicates inside each of them, for studentised and double bootstrap intervals")
	sizes := flag.String("sizes", "50,100,200", "sizes of the samples")
	flag.IntVar(&s.workers, "workers", 0, "processor cores to use; 0 is all")
	flag.Uint64Var(&s.seed, "seed", 1, "seed of the samples")
	into := flag.String("into", "", "page to write the tables into")
	flag.Parse()
	for word := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil || n < 10 {
			fail(fmt.Errorf("-sizes: %q is not a size from 10", word))
		}
		s.sizes = append(s.sizes, n)
	}
	if s.samples < 2 || s.replicates < 2 || s.inner < 0 || flag.NArg() > 0 {
		fail(fmt.Errorf("samples and replicates are at least 2, and there are no arguments beside the flags"))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	k := single
	if s.inner > 0 {
		k = nested
	}
	text, err := run(ctx, s, k)
	if err != nil {
		fail(err)
	}
	text = "```sh\ngo run ./infer/coverage" + given() + "\n```\n\n" + text
	if *into == "" {
		fmt.Print(text)
		return
	}
	page, err := os.ReadFile(*into)
	if err != nil {
		fail(err)
	}
	if page, err = k.replace(page, text); err != nil {
		fail(fmt.Errorf("%s: %w", *into, err))
	}
	if err := os.WriteFile(*into, page, 0o644); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "coverage:", err)
	os.Exit(1)
}

// given returns the flags that were set, but for those that do not change the
// tables.
func given() string {
	out := ""
	flag.Visit(func(f *flag.Flag) {
		if f.Name != "workers" && f.Name != "into" {
			out += fmt.Sprintf(" -%s %s", f.Name, f.Value)
		}
	})
	return out
}

func (k kind) replace(page []byte, text string) ([]byte, error) {
	begin, end := k.marks()
	before, rest, ok := strings.Cut(string(page), begin)
	_, after, okEnd := strings.Cut(rest, end)
	if !ok || !okEnd {
		return nil, fmt.Errorf("the marks that enclose the tables are missing: %q and %q", begin, end)
	}
	return []byte(before + begin + "\n" + text + "\n" + end + after), nil
}

// run simulates all designs and returns their tables.
func run(ctx context.Context, s settings, k kind) (string, error) {
	var b strings.Builder
	for _, d := range k.designs {
		p, err := newPopulation(d)
		if err != nil {
			return "", err
		}
		for _, n := range s.sizes {
			start := time.Now()
			t, err := simulate(ctx, p, n, s, k.methods)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(os.Stderr, "%s, n = %d: %v\n", d.name, n, time.Since(start).Round(time.Second))
			fmt.Fprintf(&b, "%s, n = %d", d.name, n)
			if t.failed > 0 {
				fmt.Fprintf(&b, " (%d samples gave no estimate)", t.failed)
			}
			fmt.Fprintf(&b, ":\n\n%s\n", t.markdown())
		}
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// tally counts how often intervals cover, by parameter and method.
type tally struct {
	methods  []infer.Interval
	labels   []string
	truth    []float64
	coverage [][]average
	width    [][]average
	bias     []average
	failed   int // samples without an estimate
}

// average is a mean over samples.
type average struct{ n, sum, squares float64 }

func (a *average) add(v float64) { a.n++; a.sum += v; a.squares += v * v }
func (a average) mean() float64  { return a.sum / a.n }
func (a average) se() float64 {
	return math.Sqrt(max(0, a.squares/a.n-a.mean()*a.mean()) / a.n)
}

// simulate draws the samples of one design. Sample k depends on the seed, the
// size and k alone.
func simulate(ctx context.Context, p *population, n int, s settings, methods []infer.Interval) (*tally, error) {
	tables := make([][]infer.Table, s.samples)
	err := infer.Parallel(ctx, s.workers, s.samples, func() struct{} { return struct{}{} }, func(_ struct{}, k int) {
		problem, err := p.sample(rand.New(rand.NewPCG(s.seed, uint64(n)<<32|uint64(k))), n)
		if err != nil {
			return
		}
		run, err := infer.Bootstrap(ctx, problem, infer.Options{
			Replicates: s.replicates, Seed: s.seed + uint64(k), Inner: s.inner, Jackknife: s.inner == 0, Workers: 1})
		if err != nil {
			return // the context ended
		}
		for _, m := range methods {
			tables[k] = append(tables[k], run.Summarise(infer.Summary{Interval: m, Level: level}))
		}
	}, nil)
	if err != nil {
		return nil, err
	}
	return p.count(tables, methods), nil
}

func (p *population) count(tables [][]infer.Table, methods []infer.Interval) *tally {
	groups := p.parameters()
	t := &tally{methods: methods, bias: make([]average, len(groups))}
	for range methods {
		t.coverage = append(t.coverage, make([]average, len(groups)))
		t.width = append(t.width, make([]average, len(groups)))
	}
	for _, g := range groups {
		t.labels = append(t.labels, g.label)
		t.truth = append(t.truth, p.truth[g.members[0]])
	}
	for _, of := range tables {
		if of == nil {
			t.failed++
			continue
		}
		for m, table := range of {
			for g, group := range groups {
				covered, width, bias, size := 0.0, 0.0, 0.0, float64(len(group.members))
				for _, i := range group.members {
					row := table.Rows[i]
					if row.Low <= p.truth[i] && p.truth[i] <= row.High {
						covered++
					}
					width += row.High - row.Low
					bias += row.Estimate - p.truth[i]
				}
				t.coverage[m][g].add(covered / size)
				t.width[m][g].add(width / size)
				if m == 0 {
					t.bias[g].add(bias / size)
				}
			}
		}
	}
	return t
}

// parameter is a row of the tables: a statistic, or several that are alike in
// the population and are averaged.
type parameter struct {
	label   string
	members []int
}

func (p *population) parameters() []parameter {
	names := p.model.Names()
	var out []parameter
	each := func(k infer.Kind, label func(infer.Statistic) string) {
		from, to := p.layout.Range(k)
		for i := from; i < to; i++ {
			out = append(out, parameter{label(p.layout.Statistics[i]), []int{i}})
		}
	}
	pooled := func(k infer.Kind, label string) {
		from, to := p.layout.Range(k)
		all := parameter{label: label}
		for i := from; i < to; i++ {
			all.members = append(all.members, i)
		}
		out = append(out, all)
	}
	each(infer.Path, func(s infer.Statistic) string { return names[s.From] + " → " + names[s.To] })
	each(infer.Indirect, func(s infer.Statistic) string {
		words := make([]string, len(s.Chain))
		for i, h := range s.Chain {
			words[i] = names[h]
		}
		return strings.Join(words, " → ")
	})
	if len(p.model.Indicators()) > len(names) {
		pooled(infer.Weight, "weights")
		pooled(infer.Loading, "loadings")
	}
	each(infer.R2, func(s infer.Statistic) string { return "R² of " + names[s.Construct] })
	return out
}

// markdown writes the table: of each parameter its value and the bias of the
// estimate, and of each method coverage in percent, its Monte Carlo error (one
// standard error) and the mean width.
func (t *tally) markdown() string {
	var b strings.Builder
	b.WriteString("| parameter | value | bias |")
	for _, m := range t.methods {
		fmt.Fprintf(&b, " %v |", m)
	}
	b.WriteString("\n| --- | ---: | ---: |" + strings.Repeat(" ---: |", len(t.methods)) + "\n")
	for g, label := range t.labels {
		fmt.Fprintf(&b, "| %s | %.3f | %+.3f |", label, t.truth[g], t.bias[g].mean())
		for m := range t.methods {
			c := t.coverage[m][g]
			fmt.Fprintf(&b, " %.1f ± %.1f, %.3f |", 100*c.mean(), 100*c.se(), t.width[m][g].mean())
		}
		b.WriteByte('\n')
	}
	return b.String()
}
