package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"plumb/report/draw"
	"plumb/study"
)

func TestTerminalTestedVillage(t *testing.T) {
	for _, width := range []int{80, 120} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			got := terminal(t, testedVillage(t), TerminalOptions{Width: width, Files: []string{"report.html", "result.json"}})
			golden(t, fmt.Sprintf("tested-%d.txt", width), got)
		})
	}
}

func TestInterval(t *testing.T) {
	nan := math.NaN()
	three := func(x float64) string { return Bounded(x, 3) }
	for _, c := range []struct {
		low, high float64
		want      string
	}{
		{.7594, .8751, "[.759, .875]"}, {-.11, .153, "[−.110, .153]"}, {.12, nan, "[.120, ∞)"}, {nan, -.34, "(−∞, −.340]"}, {nan, nan, "—"}, {.98, 1.0234, "[.980, 1.023]"},
	} {
		if got := Interval(c.low, c.high, three); got != c.want {
			t.Errorf("from %v to %v: %q, want %q", c.low, c.high, got, c.want)
		}
	}
}

func TestPercentage(t *testing.T) {
	for level, want := range map[float64]string{.95: "95%", .9: "90%", .975: "97.5%", .999: "99.9%", .99: "99%"} {
		if got := percentage(level); got != want {
			t.Errorf("%v: %s, want %s", level, got, want)
		}
	}
}

// Stars come from the whole p, not from what is printed of it.
func TestStars(t *testing.T) {
	for _, c := range []struct {
		p    study.Number
		want string
	}{
		{.0009999, "***"}, {.001, "**"}, {.00999999, "**"}, {.01, "*"}, {.0499999, "*"}, {.05, ""}, {.0500001, ""}, {1, ""}, {nan, ""},
	} {
		if got := stars(c.p); got != c.want {
			t.Errorf("p = %v: %q, want %q", float64(c.p), got, c.want)
		}
	}
}

// At p equal to the risk the interval touches 0: not significant, whatever the
// last bit of 1 - level says.
func TestSignificance(t *testing.T) {
	for _, c := range []struct {
		level float64
		p     study.Number
		want  draw.Significance
	}{
		{.95, .05, draw.NotSignificant}, {.95, .0499999, draw.Significant}, {.95, .0500001, draw.NotSignificant},
		{.9, .1, draw.NotSignificant}, {.9, .05, draw.Significant}, {.99, .01, draw.NotSignificant}, {.99, .05, draw.NotSignificant},
		{.999, .001, draw.NotSignificant}, {.95, nan, draw.Untested},
	} {
		m := &fitted{Fitted: &study.Fitted{Inference: &study.Inference{Level: c.level}}}
		u := unknown
		u.P = c.p
		if got := m.significance(u); got != c.want {
			t.Errorf("level %v, p = %v: %v, want %v", c.level, float64(c.p), got, c.want)
		}
	}
	untested := &fitted{Fitted: &study.Fitted{}}
	if got := untested.significance(study.Uncertainty{P: .001}); got != draw.Untested {
		t.Errorf("without replicates: %v", got)
	}
}

// A path whose p is the level to the last digit has neither star nor heavy
// line, in the table as in both figures, and no text says .000.
func TestPAtTheLevel(t *testing.T) {
	r := testedVillage(t)
	i := r.Models[0].Inference
	i.Paths[0].P, i.Paths[0].CI = .05, [2]study.Number{0, .9}
	i.Paths[1].P, i.Paths[1].CI = .0499999, [2]study.Number{1e-9, .9}
	m := look(r, 0)
	rows := m.pathTable().Rows
	if a, b := rows[0].Cells[1].Stars, rows[1].Cells[1].Stars; a != "" || b != "*" {
		t.Errorf("stars %q and %q, want none and one", a, b)
	}
	paths, effects := m.figure().Diagram.Paths, m.forest().Effects
	for k, want := range []draw.Significance{draw.NotSignificant, draw.Significant} {
		if paths[k].Significance != want || effects[k].Significance != want {
			t.Errorf("path %d: %v in the diagram, %v in the plot, want %v", k+1, paths[k].Significance, effects[k].Significance, want)
		}
	}
	if paths[0].Mark != "" || paths[1].Mark != "*" || paths[0].Extra != "[.000, .900]" {
		t.Errorf("labels %+v", paths)
	}
	text := terminal(t, r, TerminalOptions{Width: 120})
	for _, want := range []string{".050  [.000, .900]", "95% CI [.000, .900]); it accounts for 66% of its variance. The interval includes 0: the data do not show", "<.001"} {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), strings.Join(strings.Fields(want), " ")) {
			t.Errorf("%q is missing", want)
		}
	}
}

// With p values and intervals from few replicates the two can part at the
// level: the note says so and of which path.
func TestContradictionsAreSaid(t *testing.T) {
	r := testedVillage(t)
	m := look(r, 0)
	if got := m.contradictions(); got != nil {
		t.Errorf("said without reason: %s", got)
	}
	r.Models[0].Inference.Paths[0].P = .06 // its interval leaves 0 out
	r.Models[0].Inference.Paths[1].CI[0] = -.1
	got := look(r, 0).contradictions().String()
	for _, want := range []string{"Inflation leaves 0 out although p = .060", "Family income includes 0 although p < .001"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
}

// One-sided intervals are open on one side, everywhere.
func TestOneSided(t *testing.T) {
	for sides, c := range map[string]struct {
		open    int
		written []string
		htmt    string // of Inflation and Family income, .855
	}{
		"greater": {1, []string{"[.756, ∞)", "One-sided tests (above 0)", "Judged by its value: intervals of tests above 0 have no upper end."}, "above .85"},
		"less":    {0, []string{"(−∞, .874]", "One-sided tests (below 0)", "Judged by the upper end of its one-sided 95% interval."}, "upper end above .90"},
	} {
		t.Run(sides, func(t *testing.T) {
			r := testedVillage(t)
			i := r.Models[0].Inference
			i.Sides = sides
			for k := range i.Paths {
				i.Paths[k].CI[c.open] = nan
			}
			for k := range i.HTMT {
				i.HTMT[k].CI[c.open] = nan
			}
			_, words := parse(t, page(t, r))
			text := strings.Join(strings.Fields(terminal(t, r, TerminalOptions{Width: 120})), " ")
			for _, want := range c.written {
				if !strings.Contains(words, want) || !strings.Contains(text, want) {
					t.Errorf("%q is missing on the page or the terminal", want)
				}
			}
			if strings.Contains(words, "NaN") || strings.Contains(text, "NaN") {
				t.Error("NaN is shown")
			}
			table, judged := look(r, 0).htmtTable(), 2-c.open // the value, or its interval
			if !table.Judged(judged) || table.Judged(3-judged) || table.Columns[judged].Threshold == "" || table.Columns[3-judged].Threshold != "" {
				t.Error("threshold and verdict stand at the wrong column of the HTMT table")
			}
			if got := look(r, 0).htmtVerdict("INF", "FI", pair(r.Models[0].Estimate.HTMT, "INF", "FI")); got.Word != c.htmt {
				t.Errorf("HTMT is judged %q, want %q", got.Word, c.htmt)
			}
		})
	}
}

func TestIncludesZero(t *testing.T) {
	for _, c := range []struct {
		low, high study.Number
		want      bool
	}{
		{-.1, .1, true}, {0, .1, true}, {-.1, 0, true}, {.01, .1, false}, {-.1, -.01, false}, {.01, nan, false}, {-.01, nan, true}, {nan, .01, true}, {nan, -.01, false}, {nan, nan, false},
	} {
		u := unknown
		u.CI = [2]study.Number{c.low, c.high}
		if got := includesZero(u); got != c.want {
			t.Errorf("%v: %v, want %v", u.CI, got, c.want)
		}
	}
}

// What does not vary from resample to resample was not tested: dashes.
func TestZeroSE(t *testing.T) {
	m := look(testedLarge(), 0)
	table := itemsSection(m).Blocks[0].(*Table)
	last := table.Rows[len(table.Rows)-1]
	for j, want := range map[int]string{2: "1.000", 3: "—", 4: "1.000"} {
		if got := table.Columns[j].Write(last.Cells[j]); got != want {
			t.Errorf("%s of a single item: %q, want %q", table.Columns[j].Head, got, want)
		}
	}
	if got := m.unsure.of("weight", "loyalty", "item_31"); got.SE.Exists() || bounded(got) || got.P.Exists() {
		t.Errorf("a single item's weight has %+v", got)
	}
	r := testedVillage(t)
	r.Models[0].Inference.Paths[0].Uncertainty = study.Uncertainty{Estimate: 1, Mean: 1, T: nan, P: nan, CI: [2]study.Number{1, 1}, PAdjusted: nan}
	m = look(r, 0)
	cells := m.pathTable().Rows[0].Cells
	for j := 2; j <= 5; j++ {
		if got := m.pathTable().Columns[j].Write(cells[j]); got != "—" {
			t.Errorf("column %d: %q, want a dash", j+1, got)
		}
	}
	if p := m.figure().Diagram.Paths[0]; p.Significance != draw.Untested || p.Extra != "" {
		t.Errorf("its path is drawn as %+v", p)
	}
}

// Every number of the inference is on the page.
func TestHTMLHasEveryUncertainty(t *testing.T) {
	r := testedVillage(t)
	_, words := parse(t, page(t, r))
	i := r.Models[0].Inference
	var want []string
	ends := func(u study.Uncertainty) {
		want = append(want, intervalOf(u))
	}
	for _, p := range i.Paths {
		ends(p.Uncertainty)
		want = append(want, Bounded(float64(p.SE), 3), Fixed(float64(p.T), 2), P(float64(p.P)))
	}
	for _, l := range i.Loadings {
		ends(l.Uncertainty)
	}
	for _, x := range slices.Concat(i.Constructs, i.Fit) {
		ends(x.Uncertainty)
	}
	for _, x := range i.HTMT {
		ends(x.Uncertainty)
	}
	for _, f := range i.F2 {
		want = append(want, Fixed(float64(f.SE), 3), Interval(float64(f.CI[0]), float64(f.CI[1]), func(x float64) string { return Fixed(x, 3) }))
	}
	want = append(want, "5,000 bootstrap resamples of 11 clusters of village", "4,998 of 5,000", "percentile, 95%", "two-sided", "seed 20230903",
		"Resamples kept: 12 inadmissible and 3 not converged.", "Resamples left out: 2 degenerate (an item was constant).", "--bootstrap 5000 --interval percentile --level 0.95 --seed 20230903")
	for _, w := range want {
		if !strings.Contains(words, w) {
			t.Errorf("%s is missing", w)
		}
	}
	for _, never := range []string{"NaN", "Inf ", "Point estimates only", "Not tested"} {
		if strings.Contains(words, never) {
			t.Errorf("%q is on the page", never)
		}
	}
}

func TestTestedEffects(t *testing.T) {
	r := testedLarge()
	_, words := parse(t, page(t, r))
	i := r.Models[0].Inference
	for _, u := range []study.Uncertainty{i.Indirect[0].Uncertainty, i.Indirect[1].Uncertainty, i.TotalIndirect[0].Uncertainty, i.Total[5].Uncertainty} {
		for _, want := range []string{intervalOf(u), Fixed(float64(u.T), 2), P(float64(u.P))} {
			if !strings.Contains(words, want) {
				t.Errorf("%s is missing", want)
			}
		}
	}
}

func TestAdjustedPs(t *testing.T) {
	if m := look(testedVillage(t), 0); m.adjusted() || len(m.pathTable().Columns) != 9 {
		t.Errorf("%d columns where no adjustment was asked for, want 9", len(m.pathTable().Columns))
	}
	m := look(testedLarge(), 0)
	table := m.pathTable()
	j := slices.IndexFunc(table.Columns, func(c Column) bool { return c.Head.String() == "p_Holm" })
	if j < 0 {
		t.Fatal("no column of adjusted p values")
	}
	u := m.Inference.Paths[4].Uncertainty
	if got, want := table.Columns[j].Write(table.Rows[4].Cells[j]), P(float64(u.PAdjusted)); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if !strings.Contains(table.Note.String(), "adjusted for 19 paths (Holm)") {
		t.Errorf("the note says %s", table.Note)
	}
}

// Hypotheses carry their interval, their p and a glyph; no threshold judges
// them.
func TestTestedHypotheses(t *testing.T) {
	m := look(testedLarge(), 0)
	table := m.hypothesisTable()
	want := []Level{LevelGood, LevelBorderline, LevelPoor, LevelBorderline}
	for k, r := range table.Rows {
		reading := r.Cells[2]
		if reading.Verdict.Level != want[k] || reading.Text.String() != m.Hypotheses[k].Verdict {
			t.Errorf("%s: %v %q", r.Cells[0].Text, reading.Verdict.Level, reading.Text)
		}
	}
	if got, want := table.Columns[4].Write(table.Rows[0].Cells[4]), intervalOf(m.Inference.Paths[0].Uncertainty); got != want {
		t.Errorf("interval %s, want %s", got, want)
	}
	if got := table.Rows[0].Cells[1].Text.String(); strings.Contains(got, "`") {
		t.Errorf("the claim is set with its quotes: %s", got)
	}
	text := terminal(t, testedLarge(), TerminalOptions{Width: 200})
	for _, want := range []string{"supported ✓", "not supported ◐", "contradicted ✗"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
}

func TestWeightVerdict(t *testing.T) {
	m := &fitted{Fitted: &study.Fitted{Inference: &study.Inference{Level: .95}}}
	u := func(estimate, p study.Number) study.Uncertainty {
		x := unknown
		x.Estimate, x.P = estimate, p
		return x
	}
	for _, c := range []struct {
		weight, loading study.Uncertainty
		want            Verdict
	}{
		{u(.3, .01), u(.2, .5), Verdict{LevelGood, "good"}},
		{u(.1, .2), u(.5, .3), Verdict{LevelBorderline, "by loading"}},
		{u(.1, .2), u(-.6, .3), Verdict{LevelBorderline, "by loading"}},
		{u(.1, .2), u(.4999, .01), Verdict{LevelBorderline, "weak loading"}},
		{u(.1, .2), u(.4, .05), Verdict{LevelPoor, "reconsider"}},
		{u(1, nan), u(1, nan), Verdict{}},
	} {
		if got := m.weightVerdict(c.weight, c.loading); got != c.want {
			t.Errorf("weight %+v, loading %+v: %+v, want %+v", c.weight, c.loading, got, c.want)
		}
	}
}

// The rule for weights and its source stand in the report of a formative block
// that was tested, and in no other.
func TestWeightRuleHasItsSource(t *testing.T) {
	for _, c := range []struct {
		name string
		r    *study.Result
		want bool
	}{{"tested, formative", testedLarge(), true}, {"formative", large(), false}, {"tested", testedVillage(t), false}} {
		_, words := parse(t, page(t, c.r))
		for _, s := range []string{weightThreshold.Rule, hair2022.full} {
			if got := strings.Contains(words, s); got != c.want {
				t.Errorf("%s: %v for %q", c.name, got, s)
			}
		}
	}
}

func TestSummaryOfIntervals(t *testing.T) {
	r := testedVillage(t)
	r.Models[0].Inference.Paths[1].CI[0] = -.02
	var got []string
	for _, l := range Build(r).Lead {
		got = append(got, l.String())
	}
	for _, want := range []string{
		"Where Cross-border e-commerce is higher, Inflation is higher (β = .815, 95% CI [.756, .874]); it accounts for 66% of its variance.",
		"Where Cross-border e-commerce is higher, Family income is higher (β = .626, 95% CI [−.020, .733]); it accounts for 39% of its variance. The interval includes 0: the data do not show it.",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is not in the summary:\n%s", want, strings.Join(got, "\n"))
		}
	}
	lead := ""
	for _, l := range Build(testedLarge()).Lead {
		lead += l.String() + "\n"
	}
	for _, want := range []string{"The interval of " + hostile[0] + " includes 0: the data do not show its effect.", "The intervals of " + hostile[2] + " and " + hostile[3] + " include 0"} {
		if !strings.Contains(lead, want) {
			t.Errorf("%q is not in the summary:\n%s", want, lead)
		}
	}
}

func TestSummaryOfDistinctPairs(t *testing.T) {
	r := testedVillage(t)
	i := r.Models[0].Inference
	for k := range i.HTMT {
		i.HTMT[k].CI[1] = .85
	}
	if text := strings.Join(strings.Fields(terminal(t, r, TerminalOptions{})), " "); !strings.Contains(text, "All three pairs of constructs are distinct by HTMT (upper end of the interval at most .85).") {
		t.Error("the summary does not say by what the pairs are distinct")
	}
}

// The bound that judges HTMT is named by its one-sided level.
func TestBound(t *testing.T) {
	for level, want := range map[float64]string{.9: "which is the one-sided 95% bound.", .95: "which is the one-sided 97.5% bound; the usual one-sided 95% bound is that of the two-sided 90% interval (level 0.90)."} {
		m := &fitted{Fitted: &study.Fitted{Inference: &study.Inference{Level: level, Sides: "two-sided"}}}
		if got := m.bound(); !strings.HasSuffix(got, want) {
			t.Errorf("level %v: %q", level, got)
		}
	}
}

// A command that cannot say all settings is not given.
func TestCommandOfInference(t *testing.T) {
	for name, change := range map[string]func(*study.Inference){
		"sides":      func(i *study.Inference) { i.Sides = "greater" },
		"adjustment": func(i *study.Inference) { i.Adjustment = "holm" },
		"dropped":    func(i *study.Inference) { i.Kept = false },
		"people":     func(i *study.Inference) { i.Units = "rows" },
	} {
		r := testedVillage(t)
		change(r.Models[0].Inference)
		if got := command(r, look(r, 0)); got != "" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// The methods have names that readers know.
func TestMethodNote(t *testing.T) {
	r := testedVillage(t)
	i := r.Models[0].Inference
	i.Units, i.UnitCount, i.Interval, i.Inner, i.Kept = "rows", 62, "studentised", 50, false
	got := look(r, 0).methodNote().String()
	want := "Two-sided tests; SE, t, p and studentised intervals from 5,000 bootstrap resamples of 62 rows, seed 20230903. Each interval rests on 50 inner resamples in every resample. " +
		"Resamples left out: 12 inadmissible, 3 not converged and 2 degenerate (an item was constant)."
	if got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for interval, want := range map[string]string{"bc": "bias-corrected", "bca": "BCa", "basic": "basic"} {
		i.Interval = interval
		if got := look(r, 0).intervalName(); got != want {
			t.Errorf("%s: %q, want %q", interval, got, want)
		}
	}
}

// Holes in the inference are dashes, not a reason to stop.
func TestHolesInTheInference(t *testing.T) {
	for name, change := range map[string]func(*study.Inference){
		"nothing":    func(i *study.Inference) { *i = study.Inference{} },
		"no paths":   func(i *study.Inference) { i.Paths = nil },
		"no numbers": func(i *study.Inference) { *i = *resampled(&study.Fitted{}, 1) },
		"few rows":   func(i *study.Inference) { i.HTMT, i.Constructs, i.Fit, i.Loadings = nil, nil, nil, i.Loadings[:1] },
	} {
		t.Run(name, func(t *testing.T) {
			r := testedLarge()
			change(r.Models[0].Inference)
			_, words := parse(t, page(t, r))
			if text := terminal(t, r, TerminalOptions{}); strings.Contains(words+text, "NaN") {
				t.Error("NaN is shown")
			}
		})
	}
}
