package study

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"plumb/assess"
	"plumb/estimate"
	"plumb/finding"
	"plumb/frame"
	"plumb/infer"
	"plumb/model"
	"plumb/moment"
	"plumb/pls"
	"plumb/pls/lanes"
	"plumb/sumscore"
)

// FitOptions are the settings of one model; the zero value is the default.
type FitOptions struct {
	Estimator     string            // pls (default), plsc, sumscore
	Scheme        string            // path (default), factorial, centroid
	Missing       string            // mean (default), listwise, pairwise
	Tolerance     float64           // 0: the default of the estimator
	MaxIterations int               // 0: the default of the estimator
	Labels        map[string]string // construct name -> label
	Hypotheses    []Claim           // their constructs and arrows have been checked
	Workers       int               // 0: all cores
	Inference     InferenceSpec     // the zero value asks for none
	Groups        GroupSpec         // likewise
	Flags         bool              // see Study.Flags
	// Progress is told now and then how many replicates are done.
	Progress func(done, total int)

	draw draw // nil draws all replicates
}

// Estimators lists the words for FitOptions.Estimator, the default first.
var Estimators = []string{"pls", "plsc", "sumscore"}

const (
	// CodeOption: a setting that does not exist. Smallest example:
	// estimate: {scheme: pathy}.
	CodeOption finding.Code = "unknown-option"
	// CodeMissingTreated says how many cells were replaced or rows dropped.
	// Smallest example: an empty cell in OS1.
	CodeMissingTreated finding.Code = "missing-treated"
)

// FitModel estimates one model on the data and assesses it. The column with the
// role weight, if there is one, weights the rows. The error is a
// *finding.Errors, or that of the context.
func FitModel(ctx context.Context, f *frame.Frame, m *model.Model, o FitOptions) (Fitted, error) {
	fit := Fitted{Model: describeModel(m, o.Labels)}
	if o.Estimator == "" {
		o.Estimator = Estimators[0]
	}
	scheme, okScheme := pls.ParseScheme(o.Scheme)
	missing, okMissing := moment.ParseMissing(o.Missing)
	var trouble finding.List
	for _, w := range []struct {
		key, word string
		ok        bool
		among     []string
	}{
		{"estimator", o.Estimator, slices.Contains(Estimators, o.Estimator), Estimators},
		{"scheme", o.Scheme, okScheme, []string{"path", "factorial", "centroid"}},
		{"missing", o.Missing, okMissing, []string{"mean", "listwise", "pairwise"}},
	} {
		if !w.ok {
			trouble = append(trouble, finding.Finding{Code: CodeOption, Severity: finding.Error, Place: finding.Place{Key: w.key},
				Message: fmt.Sprintf("%s %q is not known; it is one of %s.", w.key, w.word, strings.Join(w.among, ", ")),
				Hint:    finding.DidYouMean(w.word, w.among)})
		}
	}
	if err := trouble.Err(); err != nil {
		return fit, err
	}
	mo := moment.Options{Missing: missing, Workers: o.Workers, Context: ctx}
	if w := f.WithRole(frame.RoleWeight); len(w) > 0 {
		mo.Weight = w[0].Name
	}
	s, report, err := moment.Compute(f, m.Indicators(), mo)
	if err != nil {
		return fit, err
	}
	po := pls.Options{Scheme: scheme, Consistent: o.Estimator == "plsc", Tolerance: o.Tolerance, MaxIterations: o.MaxIterations}
	estimator := func(m *model.Model, s *moment.Set) (*estimate.Estimate, error) {
		if o.Estimator == "sumscore" {
			return sumscore.Estimate(m, s, sumscore.Options{})
		}
		return pls.Estimate(m, s, po)
	}
	e, err := estimator(m, s)
	if err != nil {
		return fit, err
	}
	fit.RowsUsed = report.Used
	fit.Settings = settings(o, po, missing)
	fit.Findings = slices.Concat(treated(f, report, m.Indicators(), o.Flags), notPositiveDefinite(e, missing, o.Flags), e.Findings)
	saturated, err := estimator(assess.SaturatedModel(m), s)
	if err != nil {
		saturated = nil // GM and Cp do not exist then
	}
	fit.Estimate, err = tables(f, e, s, saturated)
	if err != nil {
		return fit, err
	}
	again := infer.Problem{Estimate: e, Lanes: fastPath(m, po, o),
		Fit: func(s *moment.Set) (*estimate.Estimate, error) { return estimator(m, s) }}
	if o.Inference.Bootstrap > 0 {
		if err := resampled(ctx, f, mo, again, o, &fit); err != nil {
			return fit, err
		}
	}
	if o.Groups.asked() {
		if err := compareGroups(ctx, f, mo, again, o, &fit); err != nil {
			return fit, err
		}
	}
	for _, c := range o.Hypotheses {
		fit.Hypotheses = append(fit.Hypotheses, decide(c, e, fit.Inference))
	}
	return fit, ctx.Err()
}

// fastPath returns the estimator for many replicates at once, nil where the
// model has none and each replicate is estimated by itself.
func fastPath(m *model.Model, po pls.Options, o FitOptions) *lanes.Solver {
	var s *lanes.Solver
	var err error
	if o.Estimator == "sumscore" {
		s, err = lanes.NewSum(m, estimate.OrientationDefault)
	} else {
		s, err = lanes.New(m, po)
	}
	if err != nil {
		return nil
	}
	return s
}

func settings(o FitOptions, po pls.Options, missing moment.Missing) Settings {
	s := Settings{Estimator: o.Estimator, Missing: missing.String(), Orientation: po.Orientation.String()}
	if o.Estimator == "sumscore" {
		return s // nothing is iterated
	}
	s.Scheme, s.Tolerance, s.MaxIterations = po.Scheme.String(), po.Tolerance, po.MaxIterations
	if s.Tolerance <= 0 {
		s.Tolerance = pls.DefaultTolerance
	}
	if s.MaxIterations <= 0 {
		s.MaxIterations = pls.DefaultMaxIterations
	}
	return s
}

// treated says in words what was done about missing cells.
func treated(f *frame.Frame, r moment.Report, names []string, flags bool) finding.List {
	add := func(message, hint string) finding.List {
		return finding.List{{Code: CodeMissingTreated, Severity: finding.Info, Place: finding.Place{File: f.Source.File}, Message: message, Hint: hint}}
	}
	cells, columns, worst, at := 0, 0, 0, ""
	for i, n := range r.Filled {
		cells += n
		if n > 0 {
			columns++
		}
		if n > worst {
			worst, at = n, names[i]
		}
	}
	switch {
	case r.Missing == moment.Listwise && len(r.Dropped) > 0:
		message := fmt.Sprintf("%d of %d rows miss an answer to some indicator and were left out (listwise deletion).", len(r.Dropped), r.Rows)
		if len(r.Dropped) == 1 {
			message = fmt.Sprintf("1 of %d rows misses an answer to some indicator and was left out (listwise deletion).", r.Rows)
		}
		return add(message, typed(flags, "missing", "mean")+" keeps them.")
	case r.Missing == moment.Mean && cells > 0:
		var message string
		switch {
		case cells == 1:
			message = fmt.Sprintf("1 missing cell, in %s, was replaced by the mean of the column.", at)
		case columns == 1:
			message = fmt.Sprintf("%d missing cells, all in %s, were replaced by the mean of the column.", cells, at)
		case worst == 1:
			message = fmt.Sprintf("%d missing cells were replaced by the mean of their column, one in each of %d columns.", cells, columns)
		default:
			message = fmt.Sprintf("%d missing cells were replaced by the mean of their column; of %d columns %s misses most (%d).", cells, columns, at, worst)
		}
		return add(message, typed(flags, "missing", "listwise")+" drops those rows instead.")
	case r.Missing == moment.Pairwise && cells > 0:
		missing := fmt.Sprintf("%d cells are missing", cells)
		if cells == 1 {
			missing = "1 cell is missing"
		}
		return add(fmt.Sprintf("%s; each correlation comes from the %d to %d rows that have both answers, and n is the smallest of these.", missing, r.PairN[0], r.PairN[1]),
			typed(flags, "missing", "mean")+" or listwise use one n for all.")
	}
	return nil
}

// notPositiveDefinite looks at the correlations of the indicators.
func notPositiveDefinite(e *estimate.Estimate, missing moment.Missing, flags bool) finding.List {
	var chol mat.Cholesky
	if chol.Factorize(e.R) {
		return nil
	}
	f := finding.Finding{Code: estimate.CodeNotPositiveDefinite, Severity: finding.Warning,
		Message: "The correlations of the indicators are not positive definite; fit measures that need their inverse do not exist.",
		Hint:    "Look for an indicator that is a combination of others, or for more indicators than rows."}
	if missing == moment.Pairwise {
		f.Hint = "Pairwise deletion can cause this: compare with " + typed(flags, "missing", "mean") + "."
	}
	return finding.List{f}
}

func describeModel(m *model.Model, labels map[string]string) Model {
	out := Model{Text: m.String()}
	for _, c := range m.Constructs {
		kind := c.Kind.String()
		if len(c.Indicators) == 1 {
			kind = "single"
		}
		out.Constructs = append(out.Constructs, Construct{Name: c.Name, Label: labels[c.Name], Kind: kind,
			Mode: c.EffectiveMode().String(), Indicators: c.Indicators})
	}
	for _, p := range m.Paths {
		out.Paths = append(out.Paths, Path{From: p.From, To: p.To})
	}
	return out
}
