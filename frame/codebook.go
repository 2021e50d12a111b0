package frame

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"plumb/finding"
)

// Findings about a codebook.
const (
	// CodeCodebookUnreadable: the table cannot be a codebook, as it has no rows
	// or no column with the names of the variables.
	//
	//	question,values
	//	How old are you?,18-99
	CodeCodebookUnreadable finding.Code = "codebook-unreadable"
	// CodeCodebookColumn: a column of the codebook is not known and was passed over.
	//
	//	variable,lable
	//	age,Age in years
	CodeCodebookColumn finding.Code = "codebook-unknown-column"
	// CodeCodebookDuplicate: a variable is described twice.
	//
	//	variable,label
	//	age,Age
	//	age,Age of the head of household
	CodeCodebookDuplicate finding.Code = "codebook-duplicate-variable"
	// CodeCodebookNoName: a row describes no variable.
	//
	//	variable,label
	//	,Age
	CodeCodebookNoName finding.Code = "codebook-no-name"
	// CodeCodebookValues: the text that tells the permitted values cannot be read.
	//
	//	variable,values
	//	age,5-1
	CodeCodebookValues finding.Code = "codebook-values"
	// CodeCodebookWord: a type, scale or role is not a word that is known.
	//
	//	variable,scale
	//	age,ordnal
	CodeCodebookWord finding.Code = "codebook-unknown-word"
	// CodeCodebookNonAnswer: a label says that nobody answered, but its code
	// stands among the others, so it stays a category.
	//
	//	variable,values
	//	member,1 = yes; 2 = no; 3 = don't know
	CodeCodebookNonAnswer finding.Code = "codebook-non-answer"
)

// Codebook is what a study knows of its variables, apart from the answers.
type Codebook struct {
	File      string // base name, for messages
	Variables []Variable
}

// Variable is one row of a codebook.
type Variable struct {
	Name  string
	Label string // question wording
	Type  ValueType
	Level Level
	Role  Role
	Unit  string
	// Allowed holds the permitted values. Each entry of Allowed.Values carries
	// the code as written in Text and, where it is no number, NaN in Number.
	Allowed Allowed
	// Missing are the codes that stand for "no answer", in the same form.
	Missing []ValueLabel
	Row     int // of the codebook file, as a spreadsheet numbers it
}

// ValueType says whether a variable is written with numbers or with words.
type ValueType uint8

const (
	TypeUnknown ValueType = iota
	TypeNumber
	TypeText
)

// codebookColumns are the columns that a codebook may have, each with the
// headings that it goes by in the wild, the preferred one first.
var codebookColumns = []struct {
	name     string
	headings []string
}{
	{"variable", []string{"variable", "variable name", "varname", "var", "name", "column", "column name", "field", "field name", "variables", "indicator", "item", "id"}},
	{"label", []string{"label", "variable label", "wording", "question", "question wording", "question text", "item wording", "item text", "description", "definition", "meaning", "text"}},
	{"type", []string{"type", "data type", "datatype", "variable type", "storage", "storage type", "class"}},
	{"scale", []string{"scale", "level", "scale level", "measurement", "measurement level", "level of measurement", "measurement scale", "measure"}},
	{"values", []string{"values", "value labels", "codes", "coding", "allowed values", "allowed", "valid values", "value", "categories", "options", "answers", "answer options", "response options", "responses", "range"}},
	{"missing", []string{"missing", "missing codes", "missing code", "missing values", "missing value", "na", "na values", "no answer"}},
	{"role", []string{"role", "use", "usage", "function", "purpose"}},
	{"unit", []string{"unit", "units", "unit of measurement"}},
}

// ParseCodebook reads a codebook from a table, one variable a row, which any
// reader of survey files can supply. Its columns are variable, label, type,
// scale (or level), values, missing, role and unit; only the first must be
// there, other usual headings and any case are understood, and the order does
// not matter. The values are written as people write them: see parseValues.
//
// What cannot be read is a finding that names the row and the remedy; all
// other rows still count. The codebook is never nil.
func ParseCodebook(table *Frame, file string) (*Codebook, finding.List) {
	book := &Codebook{File: file}
	columns, findings := book.findColumns(table)
	if columns["variable"] == nil {
		return book, findings
	}
	seen := map[string]int{}
	for i := range table.Rows {
		cell := func(name string) string {
			c := columns[name]
			if c == nil {
				return ""
			}
			return strings.TrimSpace(c.cell(i))
		}
		row := variableRow{book: book, row: table.SheetRow(i), name: cell("variable")}
		if row.name == "" {
			if blankRow(table, i) {
				continue
			}
			findings = append(findings, row.finding(CodeCodebookNoName, finding.Warning, "variable",
				"This row names no variable, so what it says is not used.",
				"Write the name of the data's column in the column "+columns["variable"].Name+", or delete the row."))
			continue
		}
		if first, twice := seen[row.name]; twice {
			findings = append(findings, row.finding(CodeCodebookDuplicate, finding.Error, "variable",
				fmt.Sprintf("The variable %s is described twice, first in row %d; which description holds is not known.", row.name, first),
				"Delete one of the two rows, or correct its name."))
			continue
		}
		seen[row.name] = row.row
		v, more := row.read(cell)
		book.Variables = append(book.Variables, v)
		findings = append(findings, more...)
	}
	return book, findings
}

// findColumns tells which column of the table plays which part.
func (b *Codebook) findColumns(table *Frame) (map[string]*Column, finding.List) {
	columns := map[string]*Column{}
	var findings finding.List
	if table == nil || table.Rows == 0 {
		return columns, append(findings, finding.Finding{
			Code: CodeCodebookUnreadable, Severity: finding.Error, Place: finding.Place{File: b.File},
			Message: "The codebook holds no rows.",
			Hint:    "A codebook is a table with one variable a row and the headings variable, label, type, scale, values.",
		})
	}
	used := map[*Column]bool{}
	for _, want := range codebookColumns {
		for _, heading := range want.headings {
			c := table.columnByHeading(heading)
			if c != nil && !used[c] {
				columns[want.name] = c
				used[c] = true
				break
			}
		}
	}
	if columns["variable"] == nil {
		hint := "Give the column with the names of the data's columns the heading variable."
		if near := finding.Nearest("variable", table.Names()); near != "" {
			hint = fmt.Sprintf("Is it the column %s? Give it the heading variable.", near)
		}
		findings = append(findings, finding.Finding{
			Code: CodeCodebookUnreadable, Severity: finding.Error,
			Place:   finding.Place{File: b.File, Row: max(0, table.SheetRow(0)-1)},
			Message: "No column of the codebook names the variables; its columns are " + listNames(table.Names(), maxNames) + ".",
			Hint:    hint,
		})
		return columns, findings
	}
	for _, c := range table.Columns {
		if used[c] {
			continue
		}
		findings = append(findings, finding.Finding{
			Code: CodeCodebookColumn, Severity: finding.Info,
			Place:   finding.Place{File: b.File, Column: c.Name},
			Message: fmt.Sprintf("The codebook's column %s is not known and was passed over.", c.Name),
			Hint:    strings.TrimSpace(didYouMeanHeading(c.Name, columns) + " Known columns are variable, label, type, scale, values, missing, role and unit."),
		})
	}
	return columns, findings
}

// didYouMeanHeading suggests the part that a heading with a typing slip plays,
// unless that part is taken.
func didYouMeanHeading(heading string, taken map[string]*Column) string {
	var free []string
	for _, want := range codebookColumns {
		if taken[want.name] == nil {
			free = append(free, want.headings...)
		}
	}
	return finding.DidYouMean(foldHeading(heading), free)
}

func foldHeading(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return r == ' ' || r == '_' || r == '-' || r == '.' || r == '\u00a0' || r == '\ufeff' || r == '\n' || r == '\t'
	}), " ")
}

func (f *Frame) columnByHeading(heading string) *Column {
	for _, c := range f.Columns {
		if foldHeading(c.Name) == heading {
			return c
		}
	}
	return nil
}

// cell returns what stands in data row i, "" where the cell is missing. A
// number comes back in its shortest form.
func (c *Column) cell(i int) string {
	if i < len(c.Texts) {
		return c.Texts[i]
	}
	if i < len(c.Numbers) && !math.IsNaN(c.Numbers[i]) {
		return formatNumber(c.Numbers[i])
	}
	for _, n := range c.NotNumbers {
		if n.Row == i {
			return n.Text
		}
	}
	return ""
}

// formatNumber writes a number as people do: 100000, not 1e+05.
func formatNumber(v float64) string {
	if a := math.Abs(v); a != 0 && (a < 1e-5 || a >= 1e15) {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

func blankRow(f *Frame, i int) bool {
	return !slices.ContainsFunc(f.Columns, func(c *Column) bool { return strings.TrimSpace(c.cell(i)) != "" })
}

// variableRow is a row of the codebook while it is read.
type variableRow struct {
	book *Codebook
	row  int
	name string
}

func (r variableRow) finding(code finding.Code, s finding.Severity, key, message, hint string) finding.Finding {
	return finding.Finding{Code: code, Severity: s, Message: message, Hint: hint,
		Place: finding.Place{File: r.book.File, Key: key, Row: r.row, Column: r.name}}
}

func (r variableRow) unknownWord(key, word string, known []string) finding.Finding {
	hint := "Known words are " + listNames(known, len(known)) + "."
	if d := finding.DidYouMean(strings.ToLower(word), known); d != "" {
		hint = d + " " + hint
	}
	return r.finding(CodeCodebookWord, finding.Warning, key,
		fmt.Sprintf("The %s %q of %s is not known and was passed over.", key, word, r.name), hint)
}

// read interprets the cells of one row.
func (r variableRow) read(cell func(string) string) (Variable, finding.List) {
	var findings finding.List
	v := Variable{Name: r.name, Label: cell("label"), Unit: cell("unit"), Row: r.row}

	// Many codebooks have one column for what others split into type and
	// scale, so either column may hold either kind of word.
	var word meaning
	for _, key := range []string{"type", "scale"} {
		text := cell(key)
		if text == "" {
			continue
		}
		m, ok := lookUpMeaning(text)
		if !ok {
			findings = append(findings, r.unknownWord(key, text, meaningExamples))
			continue
		}
		word = word.or(m)
	}
	v.Type, v.Level = word.kind, word.level
	if v.Unit == "" {
		v.Unit = word.unit
	}

	if text := cell("role"); text != "" {
		role, ok := roleWords[foldHeading(text)]
		if !ok {
			findings = append(findings, r.unknownWord("role", text, roleNames[1:]))
		}
		v.Role = role
	}

	if text := cell("values"); text != "" {
		spec, err := parseValues(text, v.Type)
		if err != nil {
			findings = append(findings, r.finding(CodeCodebookValues, finding.Warning, "values",
				fmt.Sprintf("The values %q of %s cannot be read: %v. Answers are not checked against them.", shorten(text, 80), r.name, err),
				"Write a range (1-5), a bound (> 0), a list (A|B|C), codes with labels (0 = no; 1 = yes) or the ends of a scale (1 = never ... 5 = always)."))
		} else {
			v.Allowed, v.Missing = spec.allowed, spec.missing
			if spec.anchored && v.Level == LevelUnknown {
				v.Level = Ordinal
			}
			for _, kept := range spec.kept {
				findings = append(findings, r.finding(CodeCodebookNonAnswer, finding.Info, "values",
					fmt.Sprintf("The code %s of %s means %q, yet it stands among the other codes, so it is kept as a category.", kept.Text, r.name, kept.Label),
					fmt.Sprintf("If it should count as missing, write %s = %s (missing).", kept.Text, kept.Label)))
			}
		}
	}
	v.Allowed.Integer = v.Allowed.Integer || word.integer
	if v.Type == TypeText {
		v.Allowed.Integer = false
	}

	if text := cell("missing"); text != "" {
		codes, err := parseMissing(text)
		if err != nil {
			findings = append(findings, r.finding(CodeCodebookValues, finding.Warning, "missing",
				fmt.Sprintf("The missing codes %q of %s cannot be read: %v. None of them is treated as missing.", shorten(text, 80), r.name, err),
				"Write the codes with semicolons between them, as in -99; -98."))
		}
		for _, code := range codes {
			if !slices.ContainsFunc(v.Missing, func(m ValueLabel) bool { return m.Text == code.Text }) {
				v.Missing = append(v.Missing, code)
			}
		}
		// A code that the row also lists as a value is missing all the same.
		v.Allowed.Values = slices.DeleteFunc(v.Allowed.Values, func(have ValueLabel) bool {
			return slices.ContainsFunc(v.Missing, func(m ValueLabel) bool { return m.Text == have.Text })
		})
	}
	return v, findings
}

func shorten(s string, limit int) string {
	runes := []rune(strings.Join(strings.Fields(s), " "))
	if len(runes) > limit {
		return string(runes[:limit-1]) + "…"
	}
	return string(runes)
}
