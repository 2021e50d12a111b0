// Package matrix reads a correlation or covariance matrix in place of raw data,
// as papers print it: a small table with the variable names in the header and in
// the first column, as delimited text or in a workbook.
//
//	f, err := matrix.Format{}.Read(input, frame.Options{N: 344})
//	f.Matrix.Values
//
// The matrix may be full, or only its lower or upper triangle. Rows named mean,
// sd and n (any case) are the published means, standard deviations and number
// of cases; standard deviations turn correlations into covariances. The layout
// of SPSS and others with the columns rowtype_ and varname_ is read as well.
// frame.Options.N supplies or overrules the number of cases.
package matrix

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/mat"

	"plumb/finding"
	"plumb/frame"
	"plumb/frame/csv"
	"plumb/frame/grid"
	"plumb/frame/xlsx"
)

const (
	// CodeNotMatrix: the table is no matrix. Smallest example: an ordinary
	// survey read with Format "matrix".
	CodeNotMatrix finding.Code = "not-a-matrix"
	// CodeMissingN: nobody says how many cases are behind the matrix. Smallest
	// example: a matrix without a row n.
	CodeMissingN finding.Code = "missing-n"
	// CodeBadN: a number of cases is no whole number above 1. Smallest example:
	// a row n with the value 1.5.
	CodeBadN finding.Code = "bad-n"
	// CodeUnequalN: the row n has several values; the smallest is used.
	// Smallest example: n,100,98.
	CodeUnequalN finding.Code = "unequal-n"
	// CodeCell: a cell is no number, or stands outside of the matrix. Smallest
	// example: the cell .4*.
	CodeCell finding.Code = "matrix-cell"
	// CodeMissingPair: a pair of variables has no value in either triangle.
	// Smallest example: one empty cell of a lower triangle.
	CodeMissingPair finding.Code = "missing-pair"
	// CodeAsymmetric: the two triangles disagree. Smallest example: a,b is .4
	// and b,a is .5.
	CodeAsymmetric finding.Code = "asymmetric-matrix"
	// CodeOutOfRange: a correlation beyond 1, a covariance larger than the
	// variances allow, or a variance or sd that is not positive. Smallest
	// example: a correlation of 1.2.
	CodeOutOfRange finding.Code = "impossible-value"
	// CodeIndefinite: no data can have this matrix, often because of rounding
	// or pairwise deletion. Smallest example: correlations .9, .9, -.9 of three
	// variables.
	CodeIndefinite finding.Code = "indefinite-matrix"
)

const (
	maxVariables = 1000
	listed       = 20
	// symmetric is how far, relative to the larger, two triangles may differ.
	symmetric = 1e-6
	// unit is how far from 1 the diagonal of a correlation matrix may be.
	unit = 1e-9
)

// Format is the reader of published matrices.
type Format struct{}

// Name returns matrix.
func (Format) Name() string { return "matrix" }

// Match returns false: the first bytes do not tell a matrix from a survey, Probe
// does.
func (Format) Match([]byte, string) bool { return false }

// Probe reports whether the file is a matrix: the first rows are named by the
// first names of the header, or there are columns rowtype_ and varname_.
func (Format) Probe(in frame.Input, o frame.Options) bool {
	const text, book = 1 << 16, 1 << 21
	if isZip(in) && in.Size > book {
		return false
	}
	if !isZip(in) {
		in.Size = min(in.Size, text)
	}
	lines, err := read(in, o, 12)
	if err != nil {
		return false
	}
	return layoutOf(lines.Lines) != nil
}

func isZip(in frame.Input) bool {
	head := make([]byte, 4)
	n, _ := in.ReadAt(head, 0)
	return xlsx.Format{}.Match(head[:n], in.Name)
}

func read(in frame.Input, o frame.Options, n int) (grid.Lines, error) {
	if isZip(in) {
		return xlsx.Lines(in, o)
	}
	lines, err := csv.Lines(in, o, n)
	// The lines of a triangle are of unequal length by nature.
	lines.Findings = slices.DeleteFunc(lines.Findings, func(f finding.Finding) bool { return f.Code == csv.CodeDelimiter })
	return lines, err
}

// Read gives a frame with the matrix and no rows.
func (Format) Read(in frame.Input, o frame.Options) (*frame.Frame, error) {
	lines, err := read(in, o, maxVariables+20)
	if err != nil {
		return nil, err
	}
	p := &parser{file: in.Name, o: o, found: lines.Findings, choices: lines.Choices}
	p.layout = layoutOf(lines.Lines)
	if p.layout == nil {
		hint := "Write the names of the variables in the header and, in the same order, in the first column."
		if o.N != 0 {
			hint = "The number of cases (--n, or matrix: and n: in the study file) belongs to a published matrix; leave it out for a survey with a row for each person. For a matrix, w" + hint[1:]
		}
		p.add(CodeNotMatrix, finding.Error, 0, "", "The table is no matrix: the names in its first column are not those of the header.", hint)
		return nil, p.found.Err()
	}
	p.cells(lines.Lines)
	m := p.assemble()
	if err := p.found.Err(); err != nil {
		return nil, err
	}
	f := &frame.Frame{Source: frame.Source{File: in.Name, Format: "matrix", Choices: p.choices}, Matrix: m, Findings: p.found}
	for _, name := range m.Names {
		f.Columns = append(f.Columns, &frame.Column{Name: name})
	}
	return f, nil
}

// layout is where the names stand.
type layout struct {
	header   int // index of the header line
	names    []string
	columns  []int // of the names
	rowtype  int   // column of rowtype_, or -1
	rownames int   // column with the names of the rows
}

// layoutOf recognises a matrix by its names; nil when it is none.
func layoutOf(lines []grid.Line) *layout {
	for at := 0; at < min(len(lines), 5); at++ {
		l := &layout{header: at, rowtype: -1}
		for i, cell := range lines[at].Cells {
			name := strings.TrimSpace(cell)
			switch strings.ToLower(name) {
			case "rowtype_":
				l.rowtype = i
			case "varname_":
				l.rownames = i
			default:
				if name != "" && (i > 0 || l.rowtype >= 0) {
					l.names = append(l.names, name)
					l.columns = append(l.columns, i)
				}
			}
		}
		if l.fits(lines[at+1:]) {
			return l
		}
	}
	return nil
}

// fits reports whether the first rows that are no statistics bear the first
// names, in their order.
func (l *layout) fits(below []grid.Line) bool {
	if len(l.names) < 2 || len(l.names) > maxVariables {
		return false
	}
	if slices.ContainsFunc(l.names, grid.IsNumber) {
		return false // a table of numbers without a header
	}
	next := 0
	for _, line := range below {
		kind, name := l.rowOf(line)
		if kind != relation {
			continue
		}
		if name != l.names[next] {
			return false
		}
		if next++; next == 2 {
			return true
		}
	}
	return false
}

// rowKind is what a row holds.
type rowKind uint8

const (
	relation rowKind = iota // correlations or covariances of one variable
	means
	deviations
	counts
	nothing
)

// rowOf tells what a line holds and, for relations, of which variable.
func (l *layout) rowOf(line grid.Line) (rowKind, string) {
	at := func(i int) string {
		if i < len(line.Cells) {
			return strings.TrimSpace(line.Cells[i])
		}
		return ""
	}
	word, name := at(l.rownames), at(l.rownames)
	if l.rowtype >= 0 {
		word = at(l.rowtype)
	} else if slices.Contains(l.names, name) {
		return relation, name
	}
	switch strings.ToLower(strings.Trim(word, ".")) {
	case "mean", "means":
		return means, ""
	case "sd", "sds", "std", "stddev", "std dev", "st.dev", "standard deviation":
		return deviations, ""
	case "n", "n_vector", "n_scalar":
		return counts, ""
	case "":
		return nothing, ""
	}
	return relation, name
}

type parser struct {
	file    string
	o       frame.Options
	layout  *layout
	found   finding.List
	choices []frame.Choice

	values         [][]float64 // as they stand, NaN where empty
	rows           []int       // spreadsheet row of each variable, 0 where there is none
	means, sds, ns []float64
	lower, upper   int // cells below and above the diagonal
	total          map[finding.Code]int
}

// add keeps a finding, up to twenty of a kind.
func (p *parser) add(code finding.Code, s finding.Severity, row int, column, message, hint string) {
	if p.total == nil {
		p.total = map[finding.Code]int{}
	}
	if p.total[code]++; p.total[code] > listed {
		if p.total[code] == listed+1 {
			p.found = append(p.found, finding.Finding{Code: code, Severity: s, Place: finding.Place{File: p.file},
				Message: fmt.Sprintf("There are more than %d cells of this kind; the rest is not listed.", listed), Hint: hint})
		}
		return
	}
	p.found = append(p.found, finding.Finding{Code: code, Severity: s,
		Place: finding.Place{File: p.file, Row: row, Column: column}, Message: message, Hint: hint})
}

// cells reads the numbers below the header.
func (p *parser) cells(lines []grid.Line) {
	l := p.layout
	for i, name := range l.names {
		if j := slices.Index(l.names, name); j < i {
			p.add(CodeCell, finding.Error, lines[l.header].Row, name, "The variable stands twice in the header.", "Give every variable its own name.")
		}
	}
	p.values = make([][]float64, len(l.names))
	p.rows = make([]int, len(l.names))
	decimal := p.decimal(lines[l.header+1:])
	for _, line := range lines[l.header+1:] {
		kind, name := l.rowOf(line)
		switch kind {
		case nothing:
			continue
		case means:
			p.means = p.numbers(line, decimal)
			continue
		case deviations:
			p.sds = p.numbers(line, decimal)
			continue
		case counts:
			p.ns = p.numbers(line, decimal)
			continue
		}
		i := slices.Index(l.names, name)
		switch {
		case i < 0:
			hint := strings.TrimSpace(finding.DidYouMean(name, l.names) + " Rows are named by variables, mean, sd or n.")
			p.add(CodeCell, finding.Error, line.Row, "", "The row "+name+" is not named in the header.", hint)
		case p.values[i] != nil:
			p.add(CodeCell, finding.Error, line.Row, name, "The variable has two rows.", "Remove one of them.")
		default:
			p.values[i], p.rows[i] = p.numbers(line, decimal), line.Row
		}
	}
}

// decimal returns the decimal mark: a comma when some cell has one.
func (p *parser) decimal(lines []grid.Line) rune {
	if p.o.Decimal != 0 {
		return p.o.Decimal
	}
	for _, line := range lines {
		for _, i := range p.layout.columns {
			if i < len(line.Cells) && strings.Contains(line.Cells[i], ",") {
				if _, ok := grid.Value(line.Cells[i], ','); ok {
					p.choose("decimal mark", ",", false)
					return ','
				}
			}
		}
	}
	return '.'
}

func (p *parser) choose(name, value string, given bool) {
	p.choices = append(p.choices, frame.Choice{Name: name, Value: value, Given: given})
}

// numbers reads the cells of a line, NaN where there is none.
func (p *parser) numbers(line grid.Line, decimal rune) []float64 {
	out := make([]float64, len(p.layout.columns))
	for k, i := range p.layout.columns {
		out[k] = math.NaN()
		if i >= len(line.Cells) {
			continue
		}
		cell := strings.TrimSpace(line.Cells[i])
		if grid.Absent(cell) || cell == "—" || cell == "–" {
			continue
		}
		v, ok := grid.Value(cell, decimal)
		if !ok {
			p.add(CodeCell, finding.Error, line.Row, p.layout.names[k], fmt.Sprintf("%.40q is no number.", cell),
				"Write the plain number, without stars or brackets.")
			continue
		}
		out[k] = v
	}
	return out
}

// assemble checks the numbers and gives the symmetric matrix.
func (p *parser) assemble() *frame.Matrix {
	names := p.layout.names
	m := &frame.Matrix{Names: names, Means: p.means, SDs: p.sds, Values: make([][]float64, len(names))}
	at := func(i, j int) float64 {
		if p.values[i] == nil {
			return math.NaN()
		}
		return p.values[i][j]
	}
	for i := range names {
		m.Values[i] = make([]float64, len(names))
	}
	for i := range names {
		for j := range i {
			low, up := at(i, j), at(j, i)
			v := low
			switch {
			case math.IsNaN(low) && math.IsNaN(up):
				p.add(CodeMissingPair, finding.Error, p.rows[i], names[j],
					"There is no value for "+names[i]+" with "+names[j]+".", "Fill in one triangle completely.")
			case math.IsNaN(low):
				v = up
				p.upper++
			case math.IsNaN(up):
				p.lower++
			default:
				p.lower++
				p.upper++
				if math.Abs(low-up) > symmetric*max(math.Abs(low), math.Abs(up)) {
					p.add(CodeAsymmetric, finding.Error, p.rows[i], names[j],
						fmt.Sprintf("%s with %s is %.15g below and %.15g above the diagonal.", names[i], names[j], low, up),
						"Correct one of them, or leave one triangle empty.")
				}
			}
			m.Values[i][j], m.Values[j][i] = v, v
		}
		m.Values[i][i] = at(i, i)
	}
	p.diagonal(m)
	p.count(m)
	if p.found.Count(finding.Error) > 0 {
		return nil
	}
	p.scale(m)
	p.definite(m)
	p.describe(m)
	return m
}

// diagonal decides between correlations and covariances.
func (p *parser) diagonal(m *frame.Matrix) {
	ones, empty := 0, 0
	for i := range m.Names {
		switch v := m.Values[i][i]; {
		case math.IsNaN(v):
			empty++
		case math.Abs(v-1) <= unit:
			ones++
		}
	}
	if empty == len(m.Names) {
		for i := range m.Names {
			m.Values[i][i] = 1
		}
		ones, empty = len(m.Names), 0
		p.choose("diagonal", "empty, taken as 1", false)
	}
	m.Covariance = ones+empty < len(m.Names)
	for i, name := range m.Names {
		v := m.Values[i][i]
		if math.IsNaN(v) {
			p.add(CodeMissingPair, finding.Error, p.rows[i], name, "The diagonal has no value here.", "Fill in the whole diagonal.")
			continue
		}
		if v <= 0 {
			p.add(CodeOutOfRange, finding.Error, p.rows[i], name, fmt.Sprintf("A variance of %.15g is impossible.", v), "Check the value.")
			continue
		}
		for j := range i {
			limit := math.Sqrt(v * m.Values[j][j])
			if r := m.Values[i][j]; math.Abs(r) > limit*(1+1e-9) {
				word := "correlation"
				if m.Covariance {
					word = "covariance"
				}
				p.add(CodeOutOfRange, finding.Error, p.rows[i], m.Names[j],
					fmt.Sprintf("A %s of %.15g between %s and %s is impossible; at most %.6g in size is.", word, r, name, m.Names[j], limit), "Check the value.")
			}
		}
	}
}

// count finds the number of cases.
func (p *parser) count(m *frame.Matrix) {
	if p.o.N != 0 {
		m.N = p.o.N
		p.choose("n", strconv.Itoa(m.N), true)
		if m.N < 2 {
			p.add(CodeBadN, finding.Error, 0, "", fmt.Sprintf("The number of cases cannot be %d.", m.N), "Give the n that the source of the matrix names: "+frame.Setting("n", "N")+".")
		}
		return
	}
	low, high := math.NaN(), math.NaN()
	for _, n := range p.ns {
		if !math.IsNaN(n) {
			if math.IsNaN(low) {
				low, high = n, n
			}
			low, high = min(low, n), max(high, n)
		}
	}
	switch {
	case math.IsNaN(low):
		p.add(CodeMissingN, finding.Error, 0, "", "The number of cases behind the matrix is not known.",
			"Add a row named n to the file, or give the number: "+frame.Setting("n", "N")+".")
		return
	case low < 2 || low != math.Trunc(low) || high > math.MaxInt32:
		p.add(CodeBadN, finding.Error, 0, "", fmt.Sprintf("The number of cases cannot be %.15g.", low), "Correct the row n.")
		return
	case low < high:
		p.add(CodeUnequalN, finding.Warning, 0, "", fmt.Sprintf("The row n ranges from %.15g to %.15g; the smallest is used.", low, high),
			"If another number is right, give it: "+frame.Setting("n", "N")+".")
	}
	m.N = int(low)
	p.choose("n", strconv.Itoa(m.N), false)
}

// scale turns correlations into covariances when standard deviations are there.
func (p *parser) scale(m *frame.Matrix) {
	incomplete := func(v []float64) bool { return slices.ContainsFunc(v, math.IsNaN) }
	if incomplete(m.Means) {
		p.add(CodeCell, finding.Warning, 0, "", "The row of means has gaps and was left out.", "Fill in all means.")
		m.Means = nil
	}
	if incomplete(m.SDs) {
		p.add(CodeCell, finding.Warning, 0, "", "The row of standard deviations has gaps and was left out.", "Fill in all standard deviations.")
		m.SDs = nil
	}
	for i, sd := range m.SDs {
		if sd <= 0 {
			p.add(CodeOutOfRange, finding.Error, 0, m.Names[i], fmt.Sprintf("A standard deviation of %.15g is impossible.", sd), "Check the value.")
		}
	}
	if m.SDs == nil || m.Covariance {
		return
	}
	for i := range m.Values {
		for j := range m.Values[i] {
			m.Values[i][j] *= m.SDs[i] * m.SDs[j]
		}
	}
	m.Covariance = true
	p.choose("scale", "covariances from correlations and sd", false)
}

// definite warns when an eigenvalue is negative beyond rounding.
func (p *parser) definite(m *frame.Matrix) {
	n := len(m.Names)
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for j := range i + 1 {
			// Judged on correlations, so that units do not matter.
			s.SetSym(i, j, m.Values[i][j]/math.Sqrt(m.Values[i][i]*m.Values[j][j]))
		}
	}
	var e mat.EigenSym
	if !e.Factorize(s, false) {
		return // not finite; the range check has said so
	}
	if low := slices.Min(e.Values(nil)); low < -1e-8 {
		p.add(CodeIndefinite, finding.Warning, 0, "", fmt.Sprintf("No data can have this matrix: the smallest eigenvalue of its correlations is %.4g.", low),
			"Check for a wrong sign or digit; pairwise deletion and rounding also do this.")
	}
}

func (p *parser) describe(m *frame.Matrix) {
	layout := "full"
	switch {
	case p.upper == 0:
		layout = "lower triangle"
	case p.lower == 0:
		layout = "upper triangle"
	}
	p.choose("layout", layout, false)
	kind := "correlation"
	if m.Covariance {
		kind = "covariance"
	}
	p.choose("matrix", kind, false)
}
