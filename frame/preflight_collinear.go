package frame

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"plumb/finding"
)

// Findings about columns that determine one another.
const (
	// CodePerfectCorrelation: two columns differ only by scale and shift.
	//
	//	celsius,fahrenheit
	//	0,32
	//	10,50
	//	30,86
	CodePerfectCorrelation finding.Code = "perfect-correlation"
	// CodeCollinear: a column is a linear combination of others.
	//
	//	a,b,total
	//	1,2,3
	//	2,5,7
	//	4,1,5
	CodeCollinear finding.Code = "collinear"
	// CodeDummyTrap: 0/1 columns add up to the same number in every row.
	//
	//	north,south
	//	1,0
	//	0,1
	//	1,0
	CodeDummyTrap finding.Code = "dummy-trap"
	// CodeCollinearUnchecked: there are too many columns, or too few complete
	// rows, to look for dependencies.
	//
	//	a file of 2000 columns, no model
	CodeCollinearUnchecked finding.Code = "collinear-unchecked"
)

const (
	// maxCollinear bounds the columns among which dependencies are sought: the
	// cost grows with the square of their number.
	maxCollinear = 300
	// dependent is the share of a column's variance that others may leave
	// unexplained for it to count as determined by them: a variance inflation
	// of 1e10, some thousand times the rounding of a correlation.
	dependent = 1e-10
	// negligible is the coefficient, in standard deviations, below which a
	// column plays no part in a dependency.
	negligible = 1e-5
	// probeRows is the number of rows a column on which dependencies are
	// sought first. Those that exist show on any rows; what is found is then
	// verified on all.
	probeRows = 20
)

// collinear tells exact linear dependencies among the columns in use.
func (p *preflight) collinear() {
	var columns []*Column
	for _, c := range p.used {
		// Constant and repeated columns are told already.
		if c.Numeric() && !constant(c) && !slices.ContainsFunc(columns, func(d *Column) bool { return sameAnswers(c, d) }) {
			columns = append(columns, c)
		}
	}
	if len(columns) > maxCollinear {
		p.add(CodeCollinearUnchecked, finding.Info, finding.Place{},
			fmt.Sprintf("Linear dependencies among the %d columns were not looked for; the limit is %d.", len(columns), maxCollinear),
			"Name a model to check the columns that it uses.")
		return
	}
	if len(columns) < 2 {
		return
	}
	rows := completeRows(columns, p.f.Rows)
	probe := rows
	if most := probeRows * (len(columns) + 1); len(rows) > 2*most {
		probe = make([]int, most)
		for k := range probe {
			probe[k] = rows[k*len(rows)/most]
		}
	}
	// With as many columns as rows every column depends on the others, which
	// names no culprit.
	if len(probe) <= len(columns)+1 {
		if p.f.Rows > len(columns)+1 {
			p.add(CodeCollinearUnchecked, finding.Info, finding.Place{},
				fmt.Sprintf("Linear dependencies among the %d columns were not looked for: only %s complete in all of them.", len(columns), count(len(rows), "row is", "rows are")),
				"Name a model to check the columns that it uses, or leave out the columns with the most gaps.")
		}
		return
	}
	found, verified := p.dependencies(columns, probe, rows)
	if !verified {
		found, _ = p.dependencies(columns, rows, rows)
	}
	for _, d := range found {
		p.tellDependency(d)
	}
}

// completeRows returns the rows with a finite answer in every column.
func completeRows(columns []*Column, n int) []int {
	var rows []int
	for i := range n {
		if !slices.ContainsFunc(columns, func(c *Column) bool { return math.IsNaN(c.Numbers[i]) || math.IsInf(c.Numbers[i], 0) }) {
			rows = append(rows, i)
		}
	}
	return rows
}

// dependency says that one column is a linear combination of others.
type dependency struct {
	of    *Column
	terms []term
}

type term struct {
	column      *Column
	coefficient float64 // in the units of the columns
}

// dependencies finds the columns that others determine on the probe rows, and
// verifies each on all rows; false when one does not hold there.
func (p *preflight) dependencies(columns []*Column, probe, rows []int) ([]dependency, bool) {
	k := len(columns)
	z := mat.NewDense(len(probe), k, nil)
	sds := make([]float64, k)
	for j, c := range columns {
		sds[j] = standardise(z, j, c, probe)
	}
	r := mat.NewSymDense(k, nil)
	r.SymOuterK(1, z.T())
	var out []dependency
	for _, d := range nullCombinations(r) {
		dep := dependency{of: columns[d.of]}
		for j, b := range d.coefficients {
			if b != 0 {
				dep.terms = append(dep.terms, term{columns[j], b * sds[d.of] / sds[j]})
			}
		}
		if len(rows) > len(probe) && !holds(dep, rows) {
			return nil, false
		}
		out = append(out, dep)
	}
	return out, true
}

// standardise writes the column into column j of z with mean 0 and sum of
// squares 1, and returns its norm before; a column without spread becomes 0.
func standardise(z *mat.Dense, j int, c *Column, rows []int) float64 {
	values := make([]float64, len(rows))
	for k, i := range rows {
		values[k] = c.Numbers[i]
	}
	m := momentsOf(values)
	norm := math.Sqrt(m.m2)
	for k, x := range values {
		if norm > 0 && !math.IsInf(norm, 0) {
			z.Set(k, j, m.deviation(x)/norm)
		}
	}
	return norm * m.scale
}

// combination is one linear dependency between the columns of a correlation
// matrix: column of = sum coefficients[j] column j, in standard units.
type combination struct {
	of           int
	coefficients []float64
}

// nullCombinations finds the dependencies of a correlation matrix by Cholesky
// factorisation with complete pivoting (Higham 2002, section 10.3). With
// P'RP = U'U and rank q, column j beyond q is sum b_i column i over the first
// q with U11 b = U12 e_j.
func nullCombinations(r *mat.SymDense) []combination {
	k := r.SymmetricDim()
	var pc mat.PivotedCholesky
	pc.Factorize(r, dependent)
	q := pc.Rank()
	if q == 0 || q == k {
		return nil
	}
	var u mat.TriDense
	pc.UTo(&u)
	pivots := pc.ColumnPivots(nil)
	var out []combination
	for j := q; j < k; j++ {
		if r.At(pivots[j], pivots[j]) == 0 {
			continue // no spread on these rows
		}
		// A negative remainder is a matrix that no data have, not a dependency.
		rest := r.At(pivots[j], pivots[j])
		for i := range q {
			rest -= u.At(i, j) * u.At(i, j)
		}
		if math.Abs(rest) > 10*dependent {
			continue
		}
		b := make([]float64, q)
		for i := q - 1; i >= 0; i-- {
			s := u.At(i, j)
			for l := i + 1; l < q; l++ {
				s -= u.At(i, l) * b[l]
			}
			b[i] = s / u.At(i, i)
		}
		c := combination{of: pivots[j], coefficients: make([]float64, k)}
		for i, v := range b {
			if math.Abs(v) > negligible {
				c.coefficients[pivots[i]] = v
			}
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b combination) int { return a.of - b.of })
	return out
}

// holds verifies a dependency on all rows: what it leaves unexplained is at
// most the share dependent of the column's variance.
func holds(d dependency, rows []int) bool {
	rest := make([]float64, len(rows))
	whole := make([]float64, len(rows))
	for k, i := range rows {
		whole[k] = d.of.Numbers[i]
		rest[k] = whole[k]
		for _, t := range d.terms {
			rest[k] -= t.coefficient * t.column.Numbers[i]
		}
	}
	return momentsOf(rest).m2 <= dependent*momentsOf(whole).m2
}

// solvedFor rewrites the dependency for its last column in file order, so that
// the message does not depend on the order of the factorisation: a total
// usually stands after its parts.
func (d dependency) solvedFor(columns []*Column) dependency {
	last := -1
	for k, t := range d.terms {
		if slices.Index(columns, t.column) > slices.Index(columns, d.of) &&
			(last < 0 || slices.Index(columns, t.column) > slices.Index(columns, d.terms[last].column)) {
			last = k
		}
	}
	out := dependency{of: d.of, terms: slices.Clone(d.terms)}
	if last >= 0 {
		pivot := d.terms[last]
		out.of = pivot.column
		for k := range out.terms {
			out.terms[k].coefficient /= -pivot.coefficient
		}
		out.terms[last] = term{d.of, 1 / pivot.coefficient}
	}
	slices.SortFunc(out.terms, func(a, b term) int { return slices.Index(columns, a.column) - slices.Index(columns, b.column) })
	return out
}

func (p *preflight) tellDependency(d dependency) {
	d = d.solvedFor(p.f.Columns)
	all := []*Column{d.of}
	dummies := isDummy(d.of)
	for _, t := range d.terms {
		all = append(all, t.column)
		dummies = dummies && isDummy(t.column) && math.Abs(t.coefficient+1) < 1e-6
	}
	slices.SortFunc(all, func(a, b *Column) int { return slices.Index(p.f.Columns, a) - slices.Index(p.f.Columns, b) })
	names := joinWords(columnNames(all), 0)
	s := p.sharedSeverity(all, len(all))
	place := finding.Place{Column: d.of.Name}
	switch {
	case dummies:
		p.add(CodeDummyTrap, s, place,
			fmt.Sprintf("The 0/1 columns %s add up to the same number in every row, so each follows from the others.", names),
			"Leave one of them out; it becomes the reference.")
	case len(d.terms) == 1:
		p.add(CodePerfectCorrelation, s, place,
			fmt.Sprintf("The columns %s correlate perfectly (%s): one follows from the other.", names, d.formula()),
			"Keep one of them.")
	default:
		p.add(CodeCollinear, s, place,
			fmt.Sprintf("The columns %s are perfectly collinear: %s.", names, d.formula()),
			"Leave one of them out; a total beside its parts is the usual cause.")
	}
}

// formula writes the dependency up to a constant: "total = a + b + constant".
func (d dependency) formula() string {
	var b strings.Builder
	b.WriteString(d.of.Name + " =")
	for i, t := range d.terms {
		sign := " + "
		switch {
		case i == 0 && t.coefficient < 0:
			sign = " -"
		case i == 0:
			sign = " "
		case t.coefficient < 0:
			sign = " - "
		}
		b.WriteString(sign)
		if size := fmt.Sprintf("%.4g", math.Abs(t.coefficient)); size != "1" {
			b.WriteString(size + " ")
		}
		b.WriteString(t.column.Name)
	}
	return b.String() + " + constant"
}

func isDummy(c *Column) bool {
	for _, x := range c.Numbers {
		if x != 0 && x != 1 && !math.IsNaN(x) {
			return false
		}
	}
	return c.Numeric()
}

// collinearMatrix does the same for a published matrix.
func (p *preflight) collinearMatrix(m *Matrix) {
	var columns []*Column
	var at []int
	for j, name := range m.Names {
		c := p.f.Column(name)
		if c == nil || len(p.inModel) > 0 && !p.inModel[c] || j >= len(m.Values) || len(m.Values[j]) < len(m.Names) || !(m.Values[j][j] > 0) {
			continue
		}
		columns = append(columns, c)
		at = append(at, j)
	}
	if k := len(columns); k < 2 || k > maxCollinear {
		return
	}
	r := mat.NewSymDense(len(at), nil)
	sds := make([]float64, len(at))
	for i, a := range at {
		sds[i] = math.Sqrt(m.Values[a][a])
		for j := range i + 1 {
			v := m.Values[a][at[j]] / (sds[i] * sds[j])
			if i == j {
				v = 1
			}
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return // a hole in the matrix, which its reader tells
			}
			r.SetSym(i, j, v)
		}
	}
	for _, d := range nullCombinations(r) {
		dep := dependency{of: columns[d.of]}
		for j, b := range d.coefficients {
			if b != 0 {
				dep.terms = append(dep.terms, term{columns[j], b * sds[d.of] / sds[j]})
			}
		}
		p.tellDependency(dep)
	}
}
