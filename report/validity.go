package report

import (
	"fmt"
	"math"
	"slices"

	"plumb/study"
)

// Discriminant validity: are the constructs distinct?

func validitySection(m *fitted) Section {
	s := Section{ID: "validity", Title: "Discriminant Validity"}
	names := m.Estimate.ConstructCorrelations.Rows
	if len(names) < 2 {
		return s
	}
	t := &Table{
		Title: "Correlations, HTMT and Square Roots of AVE", Key: true, Terse: true,
		Columns: []Column{{Head: say("Construct"), Left: true}},
		Note: say("Correlations below the diagonal, HTMT of absolute correlations above, √AVE in parentheses. HTMT at most .85, or .90 for neighbouring ideas (", htmtThreshold.Source,
			"); √AVE larger than every correlation of its construct (", fornell1981, ")."),
	}
	if m.tested() && m.Inference.Sides != "greater" {
		t.Note = say(t.Note, " HTMT is judged by its interval, in the next table.")
	}
	for i, a := range names {
		number := fmt.Sprint(i + 1)
		t.Columns = append(t.Columns, Column{Head: say(number), Format: FormatBounded})
		cells := []Cell{words(number + ". " + m.label(a))}
		for j, b := range names {
			cells = append(cells, m.validityCell(a, b, i, j))
		}
		t.Rows = append(t.Rows, row(cells...))
	}
	if t.dashed() {
		t.Note = say(t.Note, " A dash: not defined for the construct or the pair.")
	}
	s.Blocks = append(s.Blocks, t)
	if m.tested() {
		if t := m.htmtTable(); len(t.Rows) > 0 {
			s.Blocks = append(s.Blocks, t)
		}
	}
	return s
}

// htmtTable gives HTMT with its interval, the upper end of which judges it.
func (m *fitted) htmtTable() *Table {
	t := &Table{
		Title: "HTMT With Intervals", Key: true,
		Columns: []Column{
			{Head: say("Pair"), Left: true},
			{Head: say("HTMT"), Format: FormatBounded},
			{Head: say(m.intervalHead()), Format: FormatBounded},
		},
		Note: say(m.bound(), " At most .85, or .90 for neighbouring ideas (", htmtThreshold.Source, ")."),
	}
	judged := 2 // the column
	if m.Inference.Sides == "greater" {
		judged = 1
	}
	t.Columns[judged].Threshold = htmtThreshold.Head
	htmt := m.Estimate.HTMT
	eachBelow(htmt, func(i, j int, x study.Number) {
		if !x.Exists() {
			return
		}
		a, b := htmt.Cols[j], htmt.Rows[i]
		cells := []Cell{words(m.label(a), " and ", m.label(b)), number(x), interval(m.unsure.of("htmt", a, b))}
		cells[judged].Verdict = m.htmtVerdict(a, b, x)
		t.Rows = append(t.Rows, row(cells...))
	})
	return t
}

// htmtVerdict judges a pair by the upper end of its interval, by the value
// where there is none.
func (m *fitted) htmtVerdict(a, b string, x study.Number) Verdict {
	end := m.unsure.of("htmt", a, b).CI[1]
	if !end.Exists() {
		return htmtThreshold.Judge(x)
	}
	v := htmtThreshold.Judge(end)
	if v.Level > LevelGood {
		v.Word = "upper end " + v.Word
	}
	return v
}

func (m *fitted) validityCell(a, b string, i, j int) Cell {
	switch {
	case i == j:
		cell := number(pair(m.Estimate.FornellLarcker, a, a)).marked(MarkDiagonal)
		cell.Verdict = m.fornellLarckerOf(a)
		cell.About = say("√AVE of ", m.label(a))
		return cell
	case i > j:
		return number(pair(m.Estimate.ConstructCorrelations, a, b))
	}
	cell := number(pair(m.Estimate.HTMT, a, b))
	cell.Verdict = m.htmtVerdict(a, b, cell.Number)
	cell.About = say("HTMT of ", m.label(a), " and ", m.label(b))
	return cell
}

// fornellLarcker judges construct i of the matrix of that name.
func (m *fitted) fornellLarcker(i int) Verdict {
	return m.fornellLarckerOf(m.Estimate.FornellLarcker.Rows[i])
}

func (m *fitted) fornellLarckerOf(construct string) Verdict {
	largest := study.Number(math.NaN())
	for _, other := range m.Estimate.ConstructCorrelations.Rows {
		if other == construct {
			continue
		}
		r := study.Number(math.Abs(float64(pair(m.Estimate.ConstructCorrelations, construct, other))))
		if r.Exists() && (!largest.Exists() || r > largest) {
			largest = r
		}
	}
	return fornellLarcker(pair(m.Estimate.FornellLarcker, construct, construct), largest)
}

func furtherValiditySection(m *fitted) Section {
	s := Section{ID: "htmt", Title: "Further Heterotrait–Monotrait Ratios", Appendix: true}
	names := m.Estimate.HTMT2.Rows
	if len(names) < 2 {
		return s
	}
	t := &Table{
		Title:   "HTMT of Signed Correlations and HTMT2",
		Columns: []Column{{Head: say("Construct"), Left: true}},
		Note:    say("HTMT of signed correlations below the diagonal (", htmtThreshold.Source, "), HTMT2 above, for items whose loadings differ (", roemer2021, ")."),
	}
	for i, a := range names {
		t.Columns = append(t.Columns, Column{Head: say(i + 1), Format: FormatBounded})
		cells := []Cell{words(fmt.Sprintf("%d. %s", i+1, m.label(a)))}
		for j, b := range names {
			switch {
			case i == j:
				cells = append(cells, Cell{})
			case i > j:
				cells = append(cells, number(pair(m.Estimate.HTMTSigned, a, b)))
			default:
				cells = append(cells, number(pair(m.Estimate.HTMT2, a, b)))
			}
		}
		t.Rows = append(t.Rows, row(cells...))
	}
	if t.dashed() {
		t.Note = say(t.Note, " A dash: not defined for the pair.")
	}
	s.Blocks = append(s.Blocks, t)
	return s
}

// dashed reports whether a number of the table does not exist.
func (t *Table) dashed() bool {
	return slices.ContainsFunc(t.Rows, func(r Row) bool {
		return slices.ContainsFunc(r.Cells, func(c Cell) bool { return c.Kind == CellNumber && !c.Number.Exists() })
	})
}

// at returns a cell of a matrix, NaN outside it.
func at(x study.Matrix, i, j int) study.Number {
	if i < 0 || j < 0 || i >= len(x.Values) || j >= len(x.Values[i]) {
		return study.Number(math.NaN())
	}
	return x.Values[i][j]
}

// pair returns the value for two names from a symmetric matrix of which one
// half may be missing.
func pair(x study.Matrix, a, b string) study.Number {
	if v := at(x, slices.Index(x.Rows, a), slices.Index(x.Cols, b)); v.Exists() {
		return v
	}
	return at(x, slices.Index(x.Rows, b), slices.Index(x.Cols, a))
}

// eachBelow calls f for every pair of a symmetric matrix once, j < i.
func eachBelow(x study.Matrix, f func(i, j int, v study.Number)) {
	for i := range x.Rows {
		for j := range min(i, len(x.Cols)) {
			f(i, j, pair(x, x.Rows[i], x.Cols[j]))
		}
	}
}
