package moment

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"plumb/finding"
	"plumb/frame"
)

// Missing says what is done about cells without an answer.
type Missing uint8

const (
	// MissingDefault is Mean: what SmartPLS and seminr do unless told otherwise.
	MissingDefault Missing = iota
	// Mean replaces a missing cell by the unweighted mean of its column.
	Mean
	// Listwise drops the rows that miss any of the variables.
	Listwise
	// Pairwise takes each correlation from the rows that have both variables.
	Pairwise
)

var missingNames = [...]string{"mean", "mean", "listwise", "pairwise"}

// String returns mean, listwise or pairwise.
func (m Missing) String() string { return missingNames[m] }

// ParseMissing reads the word of String; "" is the default.
func ParseMissing(word string) (Missing, bool) {
	if word == "" {
		return Mean, true
	}
	i := slices.Index(missingNames[1:], word)
	return Missing(i + 1), i >= 0
}

// Options of Compute. The zero value: mean replacement, no weights, all cores.
type Options struct {
	Missing Missing
	// Weight names the column of row weights; "" counts every row once. Rows
	// of weight 0 are left out.
	Weight string
	// Weighting of that column; Unweighted stands for Sampling here.
	Weighting Weighting
	// Rows are the data rows to use, from 0, in any order, repeats allowed;
	// nil uses all. Mean replacement takes its means over these rows.
	Rows []int
	// Workers is the number of goroutines; 0 uses all cores. The result does
	// not depend on it.
	Workers int
	// Context cancels a long pass; nil never does.
	Context context.Context
}

// Report tells what Compute did about missing cells and weights.
type Report struct {
	Missing Missing
	Rows    int   // offered
	Used    int   // that went into the moments
	Dropped []int // data rows (from 0) left out by listwise deletion
	Filled  []int // cells replaced by the mean, one count a variable
	// PairN is the smallest and largest number of rows behind a correlation
	// under pairwise deletion.
	PairN [2]int
	// Integer is true when all values used are whole numbers, so that the sums
	// are exact.
	Integer bool
}

const (
	// CodeNotNumeric: a model variable holds text, as in village = V01.
	CodeNotNumeric finding.Code = "not-numeric"
	// CodeUnknownColumn: a variable that the data do not have, as in OS9.
	CodeUnknownColumn finding.Code = "unknown-column"
	// CodeNoData: a variable without a single value, or fewer than two rows.
	// Smallest example: a column of which every cell is -99, the missing code.
	CodeNoData finding.Code = "no-data"
	// CodeBadWeight: a weight that is missing, negative or not a number, as in
	// the weight -1.
	CodeBadWeight finding.Code = "bad-weight"
	// CodeNotForMatrix: something that needs rows was asked of a published
	// matrix, as in --weight w beside --n 344.
	CodeNotForMatrix finding.Code = "needs-rows"
)

// Compute returns the moments of the named columns of f. The error is a
// *finding.Errors that names every column that cannot be used.
func Compute(f *frame.Frame, names []string, o Options) (*Set, Report, error) {
	if f.Matrix != nil {
		return fromMatrix(f, names, o)
	}
	t, report, err := load(f, names, o)
	if err != nil {
		return nil, report, err
	}
	var s *Set
	switch report.Missing {
	case Pairwise:
		s, err = t.pairwise(o, &report)
	default:
		t.treat(report.Missing, &report)
		s, err = t.sum(o)
	}
	if err == nil && report.Used < 2 {
		err = finding.List{{
			Code: CodeNoData, Severity: finding.Error, Place: finding.Place{File: f.Source.File},
			Message: fmt.Sprintf("Only %d of %d rows can be used, so there is no variance to analyse.", report.Used, report.Rows),
			Hint:    "Check the missing codes, or use mean replacement instead of listwise deletion: --missing mean, or missing: mean in the study file.",
		}}.Err()
	}
	if err != nil {
		return nil, report, err
	}
	return s, report, nil
}

// load finds the columns and weights of the rows that take part.
func load(f *frame.Frame, names []string, o Options) (*table, Report, error) {
	report := Report{Missing: o.Missing, Rows: f.Rows, Filled: make([]int, len(names))}
	if report.Missing == MissingDefault {
		report.Missing = Mean
	}
	if o.Rows != nil {
		report.Rows = len(o.Rows)
	}
	var trouble finding.List
	t := &table{names: names, pivot: make([]float64, len(names))}
	for _, name := range names {
		c := f.Column(name)
		switch {
		case c == nil:
			trouble = append(trouble, unknownColumn(f, name))
			continue
		case !c.Numeric():
			trouble = append(trouble, finding.Finding{
				Code: CodeNotNumeric, Severity: finding.Error, Place: finding.Place{File: f.Source.File, Column: name},
				Message: "The column holds text, and the model needs numbers.",
				Hint:    "Code the answers as numbers, or take the column out of the model.",
			})
			continue
		}
		t.columns = append(t.columns, pick(c.Numbers, o.Rows))
	}
	if o.Weight != "" {
		w, bad := weights(f, o)
		trouble = append(trouble, bad...)
		t.weights, t.weighting = w, o.Weighting
		if t.weighting == Unweighted {
			t.weighting = Sampling
		}
	}
	if err := trouble.Err(); err != nil {
		return nil, report, err
	}
	t.rows, t.source = report.Rows, o.Rows
	t.dropWeightless()
	for i, x := range t.columns {
		t.pivot[i] = pivot(f.Column(names[i]), x)
		if math.IsNaN(t.pivot[i]) {
			trouble = append(trouble, finding.Finding{
				Code: CodeNoData, Severity: finding.Error, Place: finding.Place{File: f.Source.File, Column: names[i]},
				Message: "The column holds no value at all.",
				Hint:    "Take it out of the model, or check the missing codes.",
			})
		}
	}
	report.Used = t.rows
	report.Integer = t.integer()
	return t, report, trouble.Err()
}

func unknownColumn(f *frame.Frame, name string) finding.Finding {
	hint := finding.DidYouMean(name, f.Names())
	if hint == "" {
		hint = "Check the spelling against the header row."
	}
	return finding.Finding{
		Code: CodeUnknownColumn, Severity: finding.Error, Place: finding.Place{File: f.Source.File, Column: name},
		Message: fmt.Sprintf("The data have no column %s.", name), Hint: hint,
	}
}

func pick(x []float64, rows []int) []float64 {
	if rows == nil {
		return x
	}
	out := make([]float64, len(rows))
	for i, r := range rows {
		out[i] = x[r]
	}
	return out
}

func weights(f *frame.Frame, o Options) ([]float64, finding.List) {
	place := finding.Place{File: f.Source.File, Column: o.Weight}
	c := f.Column(o.Weight)
	if c == nil {
		return nil, finding.List{unknownColumn(f, o.Weight)}
	}
	if !c.Numeric() {
		return nil, finding.List{{Code: CodeBadWeight, Severity: finding.Error, Place: place,
			Message: "The weight column holds text.", Hint: "Name a column of positive numbers."}}
	}
	w := pick(c.Numbers, o.Rows)
	bad, total := -1, 0
	for i, v := range w {
		if !(v >= 0) || math.IsInf(v, 0) {
			if bad < 0 {
				bad = i
			}
			total++
		}
	}
	if total == 0 {
		return w, nil
	}
	if o.Rows != nil {
		bad = o.Rows[bad]
	}
	place.Row = f.SheetRow(bad)
	return nil, finding.List{{Code: CodeBadWeight, Severity: finding.Error, Place: place,
		Message: fmt.Sprintf("%d rows have a weight that is missing or negative; this is the first.", total),
		Hint:    "Every respondent needs a weight of 0 or more; a weight of 0 leaves the row out."}}
}

// pivot returns a whole number near the middle of the column: the midpoint of
// the scale where the codebook states it, else the first value rounded. NaN
// when there is no value.
func pivot(c *frame.Column, x []float64) float64 {
	first := slices.IndexFunc(x, func(v float64) bool { return !math.IsNaN(v) })
	if first < 0 {
		return math.NaN()
	}
	if a := c.Allowed; a.HasLow && a.HasHigh {
		return math.Floor((a.Low + a.High) / 2)
	}
	return math.Round(x[first])
}

// fromMatrix takes the Set from a published matrix.
func fromMatrix(f *frame.Frame, names []string, o Options) (*Set, Report, error) {
	m := f.Matrix
	report := Report{Missing: Mean, Rows: m.N, Used: m.N, Filled: make([]int, len(names))}
	var trouble finding.List
	if o.Weight != "" || o.Rows != nil {
		trouble = append(trouble, finding.Finding{Code: CodeNotForMatrix, Severity: finding.Error,
			Place:   finding.Place{File: f.Source.File},
			Message: "Weights and subgroups need the rows of the survey; a published matrix has none.",
			Hint:    "Leave them out, or give the raw data."})
	}
	for _, name := range names {
		if !slices.Contains(m.Names, name) {
			trouble = append(trouble, unknownColumn(f, name))
		}
	}
	if err := trouble.Err(); err != nil {
		return nil, report, err
	}
	s, err := FromCovariance(m.Names, m.N, m.Values, m.Means).Select(names...)
	return s, report, err
}

// needsRows says that something cannot be had without rows.
func needsRows(f *frame.Frame, message string) error {
	return finding.List{{Code: CodeNotForMatrix, Severity: finding.Error, Place: finding.Place{File: f.Source.File},
		Message: message, Hint: "Give the raw data, with mean replacement or listwise deletion."}}.Err()
}

func workers(o Options) int {
	if o.Workers > 0 {
		return o.Workers
	}
	return runtime.GOMAXPROCS(0)
}
