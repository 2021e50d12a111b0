package study

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"plumb/assess"
	"plumb/estimate"
	"plumb/finding"
	"plumb/frame"
	"plumb/infer"
	"plumb/moment"
)

const (
	// CodeReplicates: many replicates did not converge, are inadmissible or have
	// no numbers. Smallest example: PLSc of two items that hardly correlate.
	CodeReplicates finding.Code = "bad-replicates"
	// CodeFewReplicates: too few replicates for the level asked for. Smallest
	// example: bootstrap: 100 with level: 0.99.
	CodeFewReplicates finding.Code = "few-replicates"
)

// innerDraws is the number of replicates inside each replicate that the
// standard error of a studentised interval rests on (Efron & Tibshirani 1993,
// 12.5: 25 to 200 are enough for a standard error).
const innerDraws = 50

// calibrationDraws is that of a double bootstrap interval: the square root of
// the replicates outside is the right order (Booth & Hall 1994, Biometrika 81),
// which is 100 of 10,000.
const calibrationDraws = 100

// resampled repeats the estimate and adds what the replicates say to fit.
func resampled(ctx context.Context, f *frame.Frame, mo moment.Options, problem infer.Problem, o FitOptions, fit *Fitted) error {
	spec := o.Inference
	summary, adjust, err := spec.summary()
	if err != nil {
		return err
	}
	rows, _, err := moment.LoadRows(f, problem.Estimate.Indicators, mo)
	if err != nil {
		return err
	}
	problem.Rows = rows
	units := "rows"
	if cluster := f.WithRole(frame.RoleCluster); len(cluster) > 0 && spec.Resample != "people" {
		units = cluster[0].Name
		if problem.Units, err = number(f, cluster[0], rows, true); err != nil {
			return err
		}
	}
	if strata := f.WithRole(frame.RoleStrata); len(strata) > 0 {
		if problem.Strata, err = strataOf(f, strata[0], rows, problem.Units); err != nil {
			return err
		}
	}
	options := o.drawing(summary)
	var table infer.Table
	var drawnAmong int
	if o.draw == nil {
		table, drawnAmong, err = infer.Summarised(ctx, problem, options, summary, infer.DefaultMemory)
	} else {
		var run *infer.Run
		if run, err = o.draw(ctx, fingerprint(f, fit, o, problem), problem, options); err == nil {
			table, drawnAmong = run.Summarise(summary), run.Units
		}
	}
	if err != nil {
		return err
	}
	fit.Inference = inference(infer.NewLayout(problem.Estimate), table, adjust)
	fit.Inference.Units, fit.Inference.UnitCount = units, drawnAmong
	fit.Findings = append(fit.Findings, judgeReplicates(fit.Inference)...)
	if !spec.Fit {
		return nil
	}
	return fit.testExactFit(ctx, problem, options, summary.Inadmissibles)
}

// drawing says what is drawn for the intervals of a summary.
func (o FitOptions) drawing(s infer.Summary) infer.Options {
	options := infer.Options{Replicates: o.Inference.Bootstrap, Seed: o.Inference.Seed, Workers: o.Workers, Jackknife: s.Interval == infer.BCa, Progress: o.Progress}
	switch s.Interval {
	case infer.Studentised:
		options.Inner = innerDraws
	case infer.Double:
		options.Inner = calibrationDraws
	}
	return options
}

// summary translates the words of the settings; they have been checked where
// they came from a study file or flags.
func (i InferenceSpec) summary() (infer.Summary, infer.Adjustment, error) {
	method, okMethod := infer.ParseInterval(i.Interval)
	sides := slices.Index(sidesWords, i.Sides)
	adjust, okAdjust := infer.ParseAdjustment(i.Adjust)
	var trouble finding.List
	for _, w := range []struct {
		key, word string
		ok        bool
		among     []string
	}{
		{"interval", i.Interval, okMethod, intervals},
		{"sides", i.Sides, i.Sides == "" || sides >= 0, sidesWords},
		{"adjust", i.Adjust, okAdjust, adjustments},
		{"inadmissible", i.Inadmissible, i.Inadmissible == "" || slices.Contains(inadmissibles, i.Inadmissible), inadmissibles},
		{"resample", i.Resample, i.Resample == "" || slices.Contains(resampleUnits, i.Resample), resampleUnits},
	} {
		if !w.ok {
			trouble = append(trouble, finding.Finding{Code: CodeOption, Severity: finding.Error, Place: finding.Place{Key: w.key},
				Message: fmt.Sprintf("%s %q is not known; it is one of %s.", w.key, w.word, strings.Join(w.among, ", ")),
				Hint:    finding.DidYouMean(w.word, w.among)})
		}
	}
	s := infer.Summary{Interval: method, Level: i.Level, Sides: infer.Sides(max(0, sides))}
	if i.Inadmissible == "drop" {
		s.Inadmissibles = infer.Drop
	}
	return s, adjust, trouble.Err()
}

// number numbers the values of a column over the rows that take part, from 0
// in order of appearance. A missing value is an error: its row would belong
// nowhere.
func number(f *frame.Frame, c *frame.Column, rows *moment.Rows, needed bool) ([]int, error) {
	seen := map[string]int{}
	out := make([]int, rows.Len())
	for i := range out {
		row := rows.DataRow(i)
		key := ""
		if c.Numeric() {
			if v := c.Numbers[row]; !math.IsNaN(v) {
				key = fmt.Sprint(v)
			}
		} else {
			key = c.Texts[row]
		}
		if key == "" && needed {
			return nil, finding.List{{Code: moment.CodeNoData, Severity: finding.Error,
				Place:   finding.Place{File: f.Source.File, Row: f.SheetRow(row), Column: c.Name},
				Message: fmt.Sprintf("The row has no value in %s (%s), so it cannot be resampled with its %s.", c.Name, c.Role, c.Role),
				Hint:    "Fill the cell, or take the role away from the column."}}.Err()
		}
		if _, ok := seen[key]; !ok {
			seen[key] = len(seen)
		}
		out[i] = seen[key]
	}
	return out, nil
}

// strataOf numbers the strata of the units; a cluster must lie in one stratum.
func strataOf(f *frame.Frame, c *frame.Column, rows *moment.Rows, units []int) ([]int, error) {
	of, err := number(f, c, rows, true)
	if err != nil || units == nil {
		return of, err
	}
	out := make([]int, slices.Max(units)+1)
	first := make([]int, len(out))
	for u := range first {
		first[u] = -1
	}
	for i, u := range units {
		if first[u] >= 0 && out[u] != of[i] {
			return nil, finding.List{{Code: CodeSplitCluster, Severity: finding.Error,
				Place:   finding.Place{File: f.Source.File, Row: f.SheetRow(rows.DataRow(i)), Column: c.Name},
				Message: fmt.Sprintf("The row's cluster lies in another stratum in row %d; clusters are drawn within strata, so each belongs to one.", f.SheetRow(rows.DataRow(first[u]))),
				Hint:    "Correct the stratum, or draw without strata."}}.Err()
		}
		if first[u] < 0 {
			first[u], out[u] = i, of[i]
		}
	}
	return out, nil
}

// CodeSplitCluster: a cluster with rows in two strata. Smallest example:
// village V1 in region A in one row and in region B in the next.
const CodeSplitCluster finding.Code = "split-cluster"

// judgeReplicates warns where the replicates are too few or too shaky.
func judgeReplicates(i *Inference) finding.List {
	var list finding.List
	bad := i.NotConverged + i.Inadmissible + i.Degenerate
	if bad*20 > i.Replicates {
		kept := "those with numbers are among the figures"
		if !i.Kept {
			kept = "they were left out"
		}
		list = append(list, finding.Finding{Code: CodeReplicates, Severity: finding.Warning,
			Message: fmt.Sprintf("Of %s, not converged: %d, inadmissible (a loading, reliability or R² above 1, or correlations that cannot be): %d, without numbers: %d; %s.",
				count(i.Replicates, "replicate"), i.NotConverged, i.Inadmissible, i.Degenerate, kept),
			Hint: "The model is shaky in these data: look at small loadings and at constructs that hardly differ before trusting the intervals."})
	}
	tail := (1 - i.Level) / 2 * float64(i.Used)
	if i.Sides != "two-sided" {
		tail *= 2
	}
	if tail < 10 && i.Interval != "normal" {
		list = append(list, finding.Finding{Code: CodeFewReplicates, Severity: finding.Warning,
			Message: fmt.Sprintf("With %s fewer than ten lie beyond each end of a %g%% interval, so the ends are left to chance.", count(i.Used, "replicate"), 100*i.Level),
			Hint:    "Draw at least 1,000, better 10,000 replicates."})
	}
	// B replicates cannot show less than 2/(B+1), one-sided 1/(B+1).
	least := 1 / float64(i.Used+1)
	if i.Sides == "two-sided" {
		least *= 2
	}
	if tests := len(i.Paths); (i.Adjustment == "holm" || i.Adjustment == "bonferroni") && least*float64(tests) > 1-i.Level {
		list = append(list, finding.Finding{Code: CodeFewReplicates, Severity: finding.Warning,
			Message: fmt.Sprintf("With %s no p is below %.2g, which adjusted for %d paths is %.2g: no path could be significant.", count(i.Used, "replicate"), least, tests, least*float64(tests)),
			Hint:    fmt.Sprintf("Draw at least %d replicates.", int(20*math.Ceil(least*float64(i.Used+1)*float64(tests)/(1-i.Level))))})
	}
	return list
}

// Verdicts of a hypothesis.
const (
	VerdictSupported    = "supported"           // the interval lies on the claimed side of 0
	VerdictNotSupported = "not supported"       // the interval includes 0
	VerdictContradicted = "contradicted"        // the interval lies on the other side
	VerdictAgrees       = "direction agrees"    // without replicates
	VerdictDisagrees    = "direction disagrees" // without replicates
	VerdictOpen         = "not decided"         // without replicates, of a claim != 0
)

// decide compares a hypothesis with the interval of its effect. Without
// replicates only the direction can be told: a point estimate supports nothing.
func decide(c Claim, e *estimate.Estimate, i *Inference) Hypothesis {
	chain := make([]int, len(c.Path))
	for k, name := range c.Path {
		chain[k] = e.Model.Index(name)
	}
	h := Hypothesis{Name: c.Name, Claim: c.Text, Estimate: Number(assess.Specific(e, chain)),
		P: Number(math.NaN()), CI: [2]Number{Number(math.NaN()), Number(math.NaN())}}
	if i == nil {
		h.Verdict = direction(c.Sign, float64(h.Estimate))
		return h
	}
	u := i.effect(c.Path)
	h.P, h.CI = u.P, u.CI
	above := float64(u.CI[0]) > 0
	below := float64(u.CI[1]) < 0
	switch {
	case above && c.Sign != Negative, below && c.Sign != Positive:
		h.Verdict = VerdictSupported
	case above, below:
		h.Verdict = VerdictContradicted
	default:
		h.Verdict = VerdictNotSupported
	}
	return h
}

func direction(sign Sign, x float64) string {
	switch {
	case sign == Nonzero:
		return VerdictOpen
	case math.IsNaN(x) || x == 0 || (sign == Positive) != (x > 0):
		return VerdictDisagrees
	}
	return VerdictAgrees
}

// effect finds the uncertainty of a path or a chain of them.
func (i *Inference) effect(path []string) Uncertainty {
	if len(path) == 2 {
		for _, p := range i.Paths {
			if p.From == path[0] && p.To == path[1] {
				return p.Uncertainty
			}
		}
	}
	for _, p := range i.Indirect {
		if slices.Equal(p.Path, path) {
			return p.Uncertainty
		}
	}
	nan := Number(math.NaN())
	return Uncertainty{Estimate: nan, Mean: nan, Bias: nan, SE: nan, T: nan, P: nan, CI: [2]Number{nan, nan}, PAdjusted: nan}
}
