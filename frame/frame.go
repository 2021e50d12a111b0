// Package frame holds a survey: typed columns with what the codebook knows of
// them, where they came from, and what a careful person would notice before
// using them.
//
// Most people need two calls:
//
//	f, err := open.File("village.csv", frame.Options{})  // package frame/open: any readable format
//	findings := frame.Preflight(f, frame.PreflightOptions{}) // what to look at first
//
// The readers live in the packages below this one (csv, xlsx, matrix); they
// give a *Frame and know nothing of models. A Frame is read-only once read.
package frame

import (
	"math"

	"plumb/finding"
)

// Frame is a table of named columns of equal length.
type Frame struct {
	Source  Source
	Rows    int
	Columns []*Column
	// Matrix is set, and Rows is 0, when the source is a published correlation
	// or covariance matrix in place of raw data. Columns then carry names only.
	Matrix *Matrix
	// Findings of the reader: what it decided, and what it could not read.
	Findings finding.List
	// SheetRows[i] is the row of the file, as a spreadsheet numbers it, that
	// data row i came from. nil: data row i is row FirstSheetRow+i.
	SheetRows     []int
	FirstSheetRow int
}

// Source tells where a frame came from and what the reader chose.
type Source struct {
	File   string `json:"file"`   // base name
	SHA256 string `json:"sha256"` // of the bytes of the file, in hex
	Format string `json:"format"` // csv, xlsx, matrix, ...
	Bytes  int64  `json:"bytes"`
	// Choices are the reader's decisions in the order it took them: encoding,
	// delimiter, decimal mark, sheet, header row, ...
	Choices []Choice `json:"choices,omitempty"`
}

// Choice is one decision of a reader.
type Choice struct {
	Name  string `json:"name"`  // "delimiter"
	Value string `json:"value"` // "semicolon"
	Given bool   `json:"given"` // the user said so; else it was detected
}

// Column is one variable. Exactly one of Numbers and Texts is set, except in a
// frame that holds a Matrix.
type Column struct {
	Name  string
	Label string // question wording, from the codebook or the file
	Level Level
	Role  Role
	Unit  string // "yuan", "percent"; empty when the scale says all

	// Numbers holds the values, NaN where missing. Declared missing codes are
	// NaN already.
	Numbers []float64
	// Texts holds the values, "" where missing.
	Texts []string

	Allowed Allowed // what the codebook permits; the zero value permits all
	// MissingCodes are the numbers that stand for "no answer"; they are NaN in
	// Numbers. MissingTexts likewise ("n/a").
	MissingCodes []float64
	MissingTexts []string
	// NotNumbers are the cells of a mostly numeric column that hold something
	// else; they are NaN in Numbers.
	NotNumbers []Cell
}

// Cell is the text of one cell of a data row (from 0).
type Cell struct {
	Row  int
	Text string
}

// Numeric reports whether the column holds numbers.
func (c *Column) Numeric() bool { return c.Numbers != nil }

// Missing returns the number of missing values.
func (c *Column) Missing() int {
	n := 0
	for _, v := range c.Numbers {
		if math.IsNaN(v) {
			n++
		}
	}
	for _, t := range c.Texts {
		if t == "" {
			n++
		}
	}
	return n
}

// Level is the scale level of a column.
type Level uint8

const (
	LevelUnknown Level = iota
	Nominal            // names without order: village, gender
	Ordinal            // ordered categories: education, a Likert item
	Interval           // differences mean something: a test score
	Ratio              // so do ratios: yuan, persons, years
)

var levelNames = [...]string{"", "nominal", "ordinal", "interval", "ratio"}

// String returns the level's name, "" when unknown.
func (l Level) String() string { return levelNames[l] }

// Role is what a column is for, when it is not an ordinary variable.
type Role uint8

const (
	RoleNone Role = iota
	RoleID
	RoleWeight
	RoleCluster
	RoleStrata
	RoleGroup
	RoleWave
)

var roleNames = [...]string{"", "id", "weight", "cluster", "strata", "group", "wave"}

// String returns the role's name, "" for an ordinary variable.
func (r Role) String() string { return roleNames[r] }

// Allowed is the set of values that a codebook permits.
type Allowed struct {
	// Low and High bound the numbers when HasLow, HasHigh are set; Open bounds
	// exclude the bound itself ("> 0").
	Low, High         float64
	HasLow, HasHigh   bool
	LowOpen, HighOpen bool
	// Values are the permitted categories, with their labels. When set on a
	// numeric column without bounds, no other number is permitted.
	Values []ValueLabel
	// Integer means that only whole numbers are permitted.
	Integer bool
}

// ValueLabel names one category. Number is used for numeric columns, Text for
// the others.
type ValueLabel struct {
	Number float64
	Text   string
	Label  string
}

// Matrix is a published correlation or covariance matrix.
type Matrix struct {
	Names      []string
	N          int         // number of cases behind it
	Values     [][]float64 // symmetric, len(Names) x len(Names)
	Covariance bool        // else a correlation matrix
	Means      []float64   // nil when not published
	SDs        []float64   // nil when not published
}

// Column returns the column of that name, or nil.
func (f *Frame) Column(name string) *Column {
	for _, c := range f.Columns {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Names returns the names of all columns in file order.
func (f *Frame) Names() []string {
	names := make([]string, len(f.Columns))
	for i, c := range f.Columns {
		names[i] = c.Name
	}
	return names
}

// WithRole returns the columns that have the role.
func (f *Frame) WithRole(r Role) []*Column {
	var out []*Column
	for _, c := range f.Columns {
		if c.Role == r {
			out = append(out, c)
		}
	}
	return out
}

// SheetRow returns the row of the file, as a spreadsheet numbers it, that data
// row i (from 0) came from.
func (f *Frame) SheetRow(i int) int {
	if f.SheetRows != nil {
		return f.SheetRows[i]
	}
	return f.FirstSheetRow + i
}
