package study

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"plumb/finding"
	"plumb/frame"
	"plumb/infer"
	"plumb/infer/groups"
	"plumb/model"
	"plumb/moment"
)

// GroupSpec says what groups are compared; the zero value asks for none.
type GroupSpec struct {
	// By is the column of the groups; "" is the one with the role group, else
	// wave.
	By           string
	Permutations int // 0 with a column: groups.DefaultPermutations
}

func (g GroupSpec) asked() bool { return g != GroupSpec{} }

const (
	// CodeNoGroupColumn: a comparison without a column of groups. Smallest
	// example: groups: {permutations: 1000} without data: {group: ...}.
	CodeNoGroupColumn finding.Code = "no-group-column"
	// CodeManyGroups: a column with so many values that it is hardly one of
	// groups. Smallest example: groups: {by: income}.
	CodeManyGroups finding.Code = "many-groups"
	// CodeNoGroup: people who belong to no group are left out of the
	// comparison. Smallest example: an empty cell in the column gender.
	CodeNoGroup finding.Code = "without-group"
	// CodeNoPerson: waves without a column that says who is who. Smallest
	// example: data: {wave: year} without id.
	CodeNoPerson finding.Code = "waves-without-id"
	// CodeSharedIDs: an identifier stands in several groups, but the groups are no
	// panel. Smallest example: data: {id: person} with p7 among the women and
	// among the men.
	CodeSharedIDs finding.Code = "id-in-several-groups"
	// CodeNotCompared: the study names a column of groups or waves and no model
	// compares by it. Smallest example: data: {group: gender} alone.
	CodeNotCompared finding.Code = "not-compared"
)

// mostGroups is where a column stops being one of groups.
const mostGroups = 20

// Groups is what a comparison of groups found.
type Groups struct {
	By           string  `json:"by"` // the column
	Permutations int     `json:"permutations"`
	Bootstrap    int     `json:"bootstrap"` // replicates of each group; 0 without
	Interval     string  `json:"interval"`
	Level        float64 `json:"level"` // of all tests and intervals
	Adjustment   string  `json:"adjustment"`
	Seed         uint64  `json:"seed"`
	// Exchanged is what changed groups in the permutations of all groups at once:
	// people, clusters, people or clusters within strata, people within clusters,
	// or waves within persons. Pairs have their own.
	Exchanged string `json:"exchanged"`
	// Missing says where the means came from that replace missing cells.
	Missing string      `json:"missing"`
	Groups  []GroupRow  `json:"groups"`
	Pairs   []GroupPair `json:"pairs"` // every two of them
	// Distances is the omnibus test of all groups at once.
	Distances GroupDistances `json:"distances"`
}

// Shuffles counts relabellings.
type Shuffles struct {
	Exchanged string `json:"exchanged"` // what changed groups
	// Untestable: there are so few different relabellings that no p can be
	// significant.
	Untestable   bool `json:"untestable"`
	Drawn        int  `json:"drawn"`
	Used         int  `json:"used"`
	Degenerate   int  `json:"degenerate"`    // without numbers: an indicator was constant in a group
	NotConverged int  `json:"not_converged"` // among those used
}

// GroupRow is one group by itself.
type GroupRow struct {
	Name      string `json:"name"`
	N         int    `json:"n"`
	Converged bool   `json:"converged"`
	Compared[GroupEstimate]
}

// Compared holds rows about the estimates of one kind each.
type Compared[T any] struct {
	Weights       []T `json:"weights"`
	Loadings      []T `json:"loadings"`
	Paths         []T `json:"paths"`
	Indirect      []T `json:"indirect"`
	TotalIndirect []T `json:"total_indirect"`
	Total         []T `json:"total"`
}

// Estimand names what a row is about: an indicator of a construct, an effect of
// one construct on another, or a chain of them.
type Estimand struct {
	Construct string   `json:"construct,omitempty"`
	Indicator string   `json:"indicator,omitempty"`
	From      string   `json:"from,omitempty"`
	To        string   `json:"to,omitempty"`
	Path      []string `json:"path,omitempty"`
}

// GroupEstimate is an estimate in one group. The rest is null without bootstrap.
type GroupEstimate struct {
	Estimand
	Estimate Number    `json:"estimate"`
	SE       Number    `json:"se"`
	P        Number    `json:"p"`
	CI       [2]Number `json:"ci"`
}

// GroupPair compares group A with group B; differences are A less B.
type GroupPair struct {
	A        string   `json:"a"`
	B        string   `json:"b"`
	Shuffles Shuffles `json:"shuffles"`
	Compared[GroupDifference]
	Invariance Invariance `json:"invariance"`
}

// GroupDifference is the difference of one estimate and its tests; those that
// were not made are null.
type GroupDifference struct {
	Estimand
	A           Number          `json:"estimate_a"`
	B           Number          `json:"estimate_b"`
	Difference  Number          `json:"difference"`
	Permutation PermutationTest `json:"permutation"`
	Henseler    HenselerTest    `json:"henseler"`
	Parametric  TTest           `json:"parametric"`
	Welch       TTest           `json:"welch"`
	// Overlap of the intervals of the two groups: apart, touching (neither
	// holds the other group's estimate) or overlapping; "" without intervals.
	Overlap string `json:"overlap"`
}

// PermutationTest is that of Chin & Dibbern (2010).
type PermutationTest struct {
	P         Number    `json:"p"` // two-sided
	PAdjusted Number    `json:"p_adjusted"`
	Greater   Number    `json:"p_greater"` // of a difference at least as large
	Less      Number    `json:"p_less"`
	CI        [2]Number `json:"ci"` // of differences that are not significant
}

// HenselerTest is that of Henseler, Ringle & Sinkovics (2009).
type HenselerTest struct {
	P         Number `json:"p"` // two-sided
	PAdjusted Number `json:"p_adjusted"`
	// Share is printed as the one-tailed p by other programs: near 0 when the
	// effect is larger in A, near 1 when it is larger in B.
	Share Number `json:"share"`
}

// TTest compares two estimates by their bootstrap standard errors.
type TTest struct {
	T         Number `json:"t"`
	DF        Number `json:"df"`
	P         Number `json:"p"`
	PAdjusted Number `json:"p_adjusted"`
}

// Invariance is MICOM (Henseler, Ringle & Sarstedt 2016) of two groups.
type Invariance struct {
	// Configural says why step 1 holds.
	Configural string                `json:"configural"`
	Constructs []ConstructInvariance `json:"constructs"`
	// Verdict is the lowest level of all constructs: none, partial, full, or
	// not tested.
	Verdict string `json:"verdict"`
}

// ConstructInvariance is steps 2 and 3 of one construct.
type ConstructInvariance struct {
	Name          string    `json:"name"`
	Correlation   Number    `json:"correlation"` // c of step 2
	Quantile      Number    `json:"quantile"`    // c should not lie below it
	P             Number    `json:"p"`
	Compositional bool      `json:"compositional"`
	Mean          Number    `json:"mean"` // difference of mean scores
	MeanCI        [2]Number `json:"mean_ci"`
	MeanP         Number    `json:"mean_p"`
	EqualMeans    bool      `json:"equal_means"`
	Variance      Number    `json:"variance"` // difference of log variances
	VarianceCI    [2]Number `json:"variance_ci"`
	VarianceP     Number    `json:"variance_p"`
	EqualSpreads  bool      `json:"equal_variances"`
	Level         string    `json:"level"`
}

// GroupDistances is how far apart the groups' implied correlations lie (Klesel,
// Schuberth, Henseler & Niehaves 2019).
type GroupDistances struct {
	Shuffles Shuffles `json:"shuffles"`
	Squared  Distance `json:"squared"`  // squared Euclidean
	Geodesic Distance `json:"geodesic"` // natural logarithm
}

// Distance is one of them with its permutation test.
type Distance struct {
	Distance Number `json:"distance"`
	Limit    Number `json:"limit"` // larger distances are significant
	P        Number `json:"p"`
}

// configural is why step 1 of MICOM holds.
const configural = "Holds by construction: every group has the same indicators, the same treatment of the data and the same settings."

// groupColumn finds the column of the groups.
func groupColumn(f *frame.Frame, by string, flags bool) (*frame.Column, finding.List) {
	wrong := func(code finding.Code, message, hint string) (*frame.Column, finding.List) {
		return nil, finding.List{{Code: code, Severity: finding.Error, Place: finding.Place{Key: "groups.by"}, Message: message, Hint: hint}}
	}
	if by == "" {
		for _, role := range []frame.Role{frame.RoleGroup, frame.RoleWave} {
			if c := f.WithRole(role); len(c) > 0 {
				return c[0], nil
			}
		}
		return wrong(CodeNoGroupColumn, "A comparison of groups is asked for, and no column says who belongs to which.", "Name the column: "+typed(flags, "by", "gender")+".")
	}
	if c := f.Column(by); c != nil {
		return c, nil
	}
	hint := finding.DidYouMean(by, f.Names())
	if hint == "" {
		hint = "Give the name of a column as it stands in the header."
	}
	return wrong(model.CodeUnknownColumn, fmt.Sprintf("%s, the column of the groups, is not a column of %s.", by, f.Source.File), hint)
}

// groupsOf returns the group of every row of the frame, -1 without one, and the
// names of the groups: numbers by size, words in the order of the codebook and
// then of the alphabet.
func groupsOf(f *frame.Frame, c *frame.Column) (of []int, names []string, err error) {
	type value struct {
		number float64
		text   string
	}
	at := func(i int) (v value, ok bool) {
		if c.Numeric() {
			return value{number: c.Numbers[i]}, !math.IsNaN(c.Numbers[i])
		}
		return value{text: c.Texts[i]}, c.Texts[i] != ""
	}
	declared := func(v value) int {
		i := slices.IndexFunc(c.Allowed.Values, func(l frame.ValueLabel) bool {
			return c.Numeric() && l.Number == v.number || !c.Numeric() && l.Text == v.text
		})
		if i < 0 {
			return len(c.Allowed.Values)
		}
		return i
	}
	var values []value
	seen := map[value]bool{}
	for i := range f.Rows {
		if v, ok := at(i); ok && !seen[v] {
			seen[v] = true
			values = append(values, v)
		}
	}
	if len(values) > mostGroups {
		return nil, nil, finding.List{{Code: CodeManyGroups, Severity: finding.Error, Place: finding.Place{File: f.Source.File, Column: c.Name},
			Message: fmt.Sprintf("%s has %d different values; up to %d groups are compared.", c.Name, len(values), mostGroups),
			Hint:    "Name a column of few groups, or put values together in a new column."}}.Err()
	}
	slices.SortFunc(values, func(a, b value) int {
		return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(declared(a), declared(b)), cmp.Compare(a.text, b.text))
	})
	for _, v := range values {
		name := v.text
		if c.Numeric() {
			name = c.Name + " = " + strconv.FormatFloat(v.number, 'g', -1, 64)
		}
		if i := declared(v); i < len(c.Allowed.Values) && c.Allowed.Values[i].Label != "" {
			name = c.Allowed.Values[i].Label
		}
		if slices.Contains(names, name) {
			name += " (" + strconv.Itoa(len(names)+1) + ")"
		}
		names = append(names, name)
	}
	of = make([]int, f.Rows)
	for i := range of {
		of[i] = -1
		if v, ok := at(i); ok {
			of[i] = slices.Index(values, v)
		}
	}
	return of, names, nil
}

// compareGroups adds a comparison of groups to fit.
func compareGroups(ctx context.Context, f *frame.Frame, mo moment.Options, again infer.Problem, o FitOptions, fit *Fitted) error {
	summary, adjust, err := o.Inference.summary()
	if err != nil {
		return err
	}
	column, trouble := groupColumn(f, o.Groups.By, o.Flags)
	if err := trouble.Err(); err != nil {
		return err
	}
	of, groupNames, err := groupsOf(f, column)
	if err != nil {
		return err
	}
	mo.Rows = []int{}
	for i, g := range of {
		if g >= 0 {
			mo.Rows = append(mo.Rows, i)
		}
	}
	if without := f.Rows - len(mo.Rows); without > 0 {
		fit.Findings = append(fit.Findings, finding.Finding{Code: CodeNoGroup, Severity: finding.Info, Place: finding.Place{Column: column.Name},
			Message: fmt.Sprintf("No value in %s: %d of %s, which take no part in the comparison of groups.", column.Name, without, count(f.Rows, "row"))})
	}
	rows, report, err := moment.LoadRows(f, again.Estimate.Indicators, mo)
	if err != nil {
		return err
	}
	p := groups.Problem{Rows: rows, Fit: again.Fit, Lanes: again.Lanes, Names: groupNames, Of: make([]int, rows.Len())}
	for i := range p.Of {
		p.Of[i] = of[rows.DataRow(i)]
	}
	if cluster := f.WithRole(frame.RoleCluster); len(cluster) > 0 && o.Inference.Resample != "people" {
		if p.Units, err = number(f, cluster[0], rows, true); err != nil {
			return err
		}
	}
	if strata := f.WithRole(frame.RoleStrata); len(strata) > 0 {
		if p.Strata, err = number(f, strata[0], rows, true); err != nil {
			return err
		}
	}
	if p.Persons, err = personsOf(f, column, rows, p.Of, fit, o.Flags); err != nil {
		return err
	}
	c, err := groups.Compare(ctx, p, groups.Options{Permutations: o.Groups.Permutations, Bootstrap: o.drawing(summary),
		Summary: summary, Adjust: adjust, Seed: o.Inference.Seed, Workers: o.Workers, Progress: o.Progress})
	if err != nil {
		return err
	}
	fit.Findings = append(fit.Findings, c.Findings...)
	fit.Groups = groupTables(c)
	fit.Groups.By = column.Name
	fit.Groups.Missing = missingInGroups(report)
	if c.Bootstrap > 0 {
		fit.Groups.Interval = summary.Interval.String()
	}
	return nil
}

// missingInGroups says what was done about missing cells.
func missingInGroups(r moment.Report) string {
	if r.Missing == moment.Listwise {
		return "rows that miss an answer left out"
	}
	return "mean of the own group"
}

// personsOf tells who each row belongs to when the groups are waves of the same
// people (groups.Panel); nil otherwise.
func personsOf(f *frame.Frame, column *frame.Column, rows *moment.Rows, of []int, fit *Fitted, flags bool) ([]int, error) {
	id := f.WithRole(frame.RoleID)
	if len(id) == 0 {
		if column.Role == frame.RoleWave {
			fit.Findings = append(fit.Findings, finding.Finding{Code: CodeNoPerson, Severity: finding.Warning, Place: finding.Place{Column: column.Name},
				Message: "Waves are compared as if different people had answered, because no column says who is who.",
				Hint:    fmt.Sprintf("If the same people answered again, name the column that identifies them (%s); the comparison becomes much sharper.", typed(flags, "id", "respondent"))})
		}
		return nil, nil
	}
	persons := make([]int, rows.Len())
	type pair struct{ before, here int }
	for k, c := range id { // a person is the combination of all id columns
		here, err := number(f, c, rows, false)
		if err != nil {
			return nil, err
		}
		seen := map[pair]int{}
		for i, v := range here {
			at := pair{persons[i], v}
			if k == 0 && blank(c, rows.DataRow(i)) {
				at = pair{-1, i} // who gives no identifier is a person of their own
			}
			if _, ok := seen[at]; !ok {
				seen[at] = len(seen)
			}
			persons[i] = seen[at]
		}
	}
	if groups.Panel(persons, of) {
		return persons, nil
	}
	if shared := groups.Shared(persons, of); len(shared) > 0 {
		for k, i := range shared {
			shared[k] = f.SheetRow(rows.DataRow(i))
		}
		fit.Findings = append(fit.Findings, finding.Finding{Code: CodeSharedIDs, Severity: finding.Warning,
			Place: finding.Place{File: f.Source.File, Row: shared[0], Column: id[0].Name},
			Message: fmt.Sprintf("The same person stands in several groups of %s (%s). That is no panel, in which at least half of %s would belong to people in several groups and hardly anybody would stand twice in one; so the groups are compared as different people.",
				column.Name, rowsInWords(shared), count(rows.Len(), "row")),
			Hint: "If they are different people, correct the identifiers. If the same people did answer again, keep only those who stand in several groups, once in each; their answers are then exchanged with one another."})
	}
	return nil, nil
}

// blank reports whether a column has no value in a row of the frame.
func blank(c *frame.Column, row int) bool {
	if c.Numeric() {
		return math.IsNaN(c.Numbers[row])
	}
	return c.Texts[row] == ""
}

// rowsInWords names the first rows of a list.
func rowsInWords(rows []int) string {
	const most = 6
	words := make([]string, 0, most)
	for _, row := range rows[:min(most, len(rows))] {
		words = append(words, strconv.Itoa(row))
	}
	s := "rows " + strings.Join(words, ", ")
	if more := len(rows) - most; more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}

// add puts a row into the list of its kind.
func (c *Compared[T]) add(k infer.Kind, row T) {
	switch k {
	case infer.Weight:
		c.Weights = append(c.Weights, row)
	case infer.Loading:
		c.Loadings = append(c.Loadings, row)
	case infer.Path:
		c.Paths = append(c.Paths, row)
	case infer.Indirect:
		c.Indirect = append(c.Indirect, row)
	case infer.TotalIndirect:
		c.TotalIndirect = append(c.TotalIndirect, row)
	case infer.Total:
		c.Total = append(c.Total, row)
	}
}

// newCompared has empty lists rather than none, so that a program can loop over
// them.
func newCompared[T any]() Compared[T] {
	return Compared[T]{Weights: []T{}, Loadings: []T{}, Paths: []T{}, Indirect: []T{}, TotalIndirect: []T{}, Total: []T{}}
}

func estimand(l *infer.Layout, s infer.Statistic) Estimand {
	names := l.Model.Names()
	switch s.Kind {
	case infer.Weight, infer.Loading:
		return Estimand{Construct: names[s.Construct], Indicator: l.Model.Indicators()[s.Indicator]}
	case infer.Indirect:
		e := Estimand{}
		for _, h := range s.Chain {
			e.Path = append(e.Path, names[h])
		}
		return e
	}
	return Estimand{From: names[s.From], To: names[s.To]}
}

// groupTables lays a comparison out as result rows.
func groupTables(c *groups.Comparison) *Groups {
	two := func(low, high float64) [2]Number { return [2]Number{Number(low), Number(high)} }
	counted := func(s groups.Shuffles) Shuffles {
		return Shuffles{s.Exchanged.String(), s.Untestable, s.Drawn, s.Used, s.Degenerate, s.NotConverged}
	}
	g := &Groups{Permutations: c.Permutations, Bootstrap: c.Bootstrap, Level: c.Level, Adjustment: c.Adjustment.String(), Seed: c.Seed,
		Exchanged: c.Distances.Shuffles.Exchanged.String(), Distances: GroupDistances{Shuffles: counted(c.Distances.Shuffles),
			Squared:  Distance{Number(c.Distances.Squared), Number(c.Distances.SquaredLimit), Number(c.Distances.SquaredP)},
			Geodesic: Distance{Number(c.Distances.Geodesic), Number(c.Distances.GeodesicLimit), Number(c.Distances.GeodesicP)}}}
	nan := math.NaN()
	for _, one := range c.Groups {
		row := GroupRow{Name: one.Name, N: one.N, Converged: one.Estimate.Converged, Compared: newCompared[GroupEstimate]()}
		for i, s := range c.Layout.Statistics {
			e := GroupEstimate{Estimand: estimand(c.Layout, s), Estimate: Number(one.Values[i]), SE: Number(nan), P: Number(nan), CI: two(nan, nan)}
			if one.Table != nil {
				r := one.Table.Rows[i]
				e.SE, e.P, e.CI = Number(r.SE), Number(r.P), two(r.Low, r.High)
			}
			row.add(s.Kind, e)
		}
		g.Groups = append(g.Groups, row)
	}
	test := func(t groups.TTest) TTest { return TTest{Number(t.T), Number(t.DF), Number(t.P), Number(t.Adjusted)} }
	for _, p := range c.Pairs {
		row := GroupPair{A: c.Groups[p.A].Name, B: c.Groups[p.B].Name, Shuffles: counted(p.Shuffles), Compared: newCompared[GroupDifference](),
			Invariance: Invariance{Configural: configural, Verdict: p.Verdict.String()}}
		for _, d := range p.Differences {
			row.add(d.Kind, GroupDifference{Estimand: estimand(c.Layout, d.Statistic), A: Number(d.A), B: Number(d.B), Difference: Number(d.Difference),
				Permutation: PermutationTest{Number(d.Permutation.P), Number(d.Permutation.Adjusted), Number(d.Permutation.Upper), Number(d.Permutation.Lower), two(d.Permutation.Low, d.Permutation.High)},
				Henseler:    HenselerTest{Number(d.Henseler.P), Number(d.Henseler.Adjusted), Number(d.Henseler.Share)},
				Parametric:  test(d.Parametric), Welch: test(d.Welch), Overlap: d.Overlap.String()})
		}
		for _, v := range p.Invariance {
			row.Invariance.Constructs = append(row.Invariance.Constructs, ConstructInvariance{
				Name: c.Layout.Model.Names()[v.Construct], Correlation: Number(v.Correlation), Quantile: Number(v.Quantile), P: Number(v.P), Compositional: v.Compositional,
				Mean: Number(v.Mean), MeanCI: two(v.MeanTest.Low, v.MeanTest.High), MeanP: Number(v.MeanTest.P), EqualMeans: v.EqualMeans,
				Variance: Number(v.Variance), VarianceCI: two(v.VarianceTest.Low, v.VarianceTest.High), VarianceP: Number(v.VarianceTest.P), EqualSpreads: v.EqualSpreads,
				Level: v.Level.String()})
		}
		g.Pairs = append(g.Pairs, row)
	}
	return g
}
