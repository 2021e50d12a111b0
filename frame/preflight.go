package frame

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"plumb/finding"
)

// PreflightOptions tell what the data are wanted for. The zero value looks at
// every column and asks nothing of the number of rows.
type PreflightOptions struct {
	// Blocks are the columns that a model uses, by construct. Trouble in them
	// is graded by what it does to the model. nil: no model is known, every
	// numeric column without a role is looked at, and nothing is an Error that
	// only a model would trip over.
	Blocks []Block
	// Parameters is the number of free parameters of the model: weights or
	// loadings and paths. 0 when unknown.
	Parameters int
	// KeepsIncomplete says that rows with a missing answer are used as well
	// (mean replacement, pairwise), in place of complete rows only.
	KeepsIncomplete bool
	// ByCluster says that standard errors or intervals come from drawing whole
	// clusters, so that their number matters.
	ByCluster bool
}

// Block is the columns of one construct.
type Block struct {
	Construct string
	Columns   []string
	// Regression says that the construct is a regression on its columns
	// (Mode B), which has no answer when they are collinear.
	Regression bool
}

// CodeColumnNotFound: the model names a column that the data do not have.
//
//	model: F =~ OS1 + OS9      data: OS1,OS2,OS3
const CodeColumnNotFound finding.Code = "column-not-found"

const (
	maxCells = 10 // cells or rows named in one message
	fewCells = 3  // where each is named with its row
	maxNames = 12 // names listed in one message
)

// Preflight looks at a frame as a careful person would before using it, and
// returns all it finds, in the order cells, columns, people, design. The frame
// is not changed. Apply the codebook first: where permitted values and missing
// codes are declared, nothing is guessed.
//
// Rules and thresholds stand beside each check as named constants with their
// source. The cost is one pass over the columns, and for collinearity one
// over the cross-products of the columns in use.
func Preflight(f *Frame, o PreflightOptions) finding.List {
	p := newPreflight(f, o)
	if f.Matrix != nil {
		p.matrix()
		return p.findings
	}
	p.cells()
	p.columns()
	p.people()
	p.design()
	return p.findings
}

// preflight is one look at a frame.
type preflight struct {
	f        *Frame
	o        PreflightOptions
	findings finding.List
	used     []*Column        // of the model, or all plain numeric columns
	inUse    map[*Column]bool // the same as a set
	inModel  map[*Column]bool // only with a model
	ofWords  []*Column        // columns of words in the model
	blocks   []columnBlock
	answered []int // answered cells of used, by row
	straight map[int]bool
}

// columnBlock is a Block with its columns found.
type columnBlock struct {
	Block
	columns []*Column
}

func newPreflight(f *Frame, o PreflightOptions) *preflight {
	p := &preflight{f: f, o: o, inUse: map[*Column]bool{}, inModel: map[*Column]bool{}, straight: map[int]bool{}}
	byName := make(map[string]*Column, len(f.Columns))
	for _, c := range f.Columns {
		if byName[c.Name] == nil {
			byName[c.Name] = c
		}
	}
	for _, b := range o.Blocks {
		block := columnBlock{Block: b}
		for _, name := range b.Columns {
			c := byName[name]
			if c == nil {
				hint := finding.DidYouMean(name, f.Names())
				if hint == "" {
					hint = "The columns are " + listNames(f.Names(), maxNames) + "."
				}
				p.add(CodeColumnNotFound, finding.Error, finding.Place{Column: name, Construct: b.Construct},
					fmt.Sprintf("The data have no column %s.", name), hint)
				continue
			}
			block.columns = append(block.columns, c)
			if !p.inModel[c] {
				p.inModel[c] = true
				p.used = append(p.used, c)
			}
		}
		p.blocks = append(p.blocks, block)
	}
	if o.Blocks == nil {
		for _, c := range f.Columns {
			if c.Numeric() && c.Role == RoleNone {
				p.used = append(p.used, c)
			}
		}
	}
	for _, c := range p.used {
		p.inUse[c] = true
	}
	p.answered = make([]int, f.Rows)
	for _, c := range p.used {
		for i := range f.Rows {
			if c.present(i) {
				p.answered[i]++
			}
		}
	}
	return p
}

// present reports whether data row i has an answer.
func (c *Column) present(i int) bool {
	return i < len(c.Numbers) && !math.IsNaN(c.Numbers[i]) || i < len(c.Texts) && c.Texts[i] != ""
}

// add appends a finding; the file is that of the frame.
func (p *preflight) add(code finding.Code, s finding.Severity, at finding.Place, message, hint string) {
	at.File = p.f.Source.File
	p.findings = append(p.findings, finding.Finding{Code: code, Severity: s, Place: at, Message: message, Hint: hint})
}

// at places a finding at a column and, when row >= 0, at the sheet row of that
// data row.
func (p *preflight) at(c *Column, row int) finding.Place {
	place := finding.Place{Column: c.Name}
	if row >= 0 {
		place.Row = p.f.SheetRow(row)
	}
	return place
}

// grade is Error for a column of the model and otherwise the milder severity.
func (p *preflight) grade(c *Column, otherwise finding.Severity) finding.Severity {
	if p.inModel[c] {
		return finding.Error
	}
	return otherwise
}

// listRows names data rows by their row in the file: "rows 4, 9 and 12".
func (f *Frame) listRows(rows []int) string {
	words := make([]string, 0, maxCells+1)
	for _, i := range rows[:min(len(rows), maxCells)] {
		words = append(words, strconv.Itoa(f.SheetRow(i)))
	}
	if len(rows) == 1 {
		return "row " + words[0]
	}
	return "rows " + joinWords(words, len(rows)-len(words))
}

// listCells names cells by row and content: `row 4 "n/a", row 9 "?"`.
func (f *Frame) listCells(cells []Cell) string {
	words := make([]string, 0, maxCells)
	for _, c := range cells[:min(len(cells), maxCells)] {
		words = append(words, fmt.Sprintf("row %d %q", f.SheetRow(c.Row), shorten(c.Text, 30)))
	}
	return joinWords(words, len(cells)-len(words))
}

// listNames writes up to limit names: "a, b and 7 more".
func listNames(names []string, limit int) string {
	return joinWords(names[:min(len(names), limit)], max(0, len(names)-limit))
}

func joinWords(words []string, more int) string {
	switch {
	case more > 0:
		return strings.Join(words, ", ") + " and " + strconv.Itoa(more) + " more"
	case len(words) < 2:
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// count writes a number with its noun: 1 row, 2 rows.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// percent writes a share: 4.8%.
func percent(part, whole int) string {
	if part > 0 && 2000*part < whole {
		return "<0.1%"
	}
	return strconv.FormatFloat(100*float64(part)/float64(whole), 'f', 1, 64) + "%"
}

func columnNames(columns []*Column) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names
}

// isAre is "are" or "is".
func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
