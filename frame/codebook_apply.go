package frame

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"plumb/finding"
)

// Findings about a codebook and the data that it describes.
const (
	// CodeVariableNotInData: the codebook describes a variable that the data
	// do not have.
	//
	//	codebook: OS4      data: OS1,OS2,OS3
	CodeVariableNotInData finding.Code = "codebook-not-in-data"
	// CodeColumnNotInCodebook: the data have columns that the codebook does
	// not describe; nothing about them can be checked.
	//
	//	codebook: OS1      data: OS1,comment
	CodeColumnNotInCodebook finding.Code = "codebook-not-described"
	// CodeTextConverted: a column of words became numbers by the codebook.
	//
	//	codebook: OS1 1 = no; 2 = yes      data: no,yes,yes
	CodeTextConverted finding.Code = "codebook-text-to-numbers"
	// CodeTextUnmatched: the codebook has numbers for a column of words, but
	// some words are not in it, so the column stays text.
	//
	//	codebook: OS1 1 = no; 2 = yes      data: no,yes,perhaps
	CodeTextUnmatched finding.Code = "codebook-text-unmatched"
	// CodeKindMismatch: the codebook lists words and the data hold numbers.
	//
	//	codebook: gender female|male      data: 1,2,2
	CodeKindMismatch finding.Code = "codebook-kind-mismatch"
)

// Apply puts what the codebook knows on the columns of the frame: label, scale
// level, unit, role, permitted values and missing codes, whose cells become
// missing. A column of words whose every answer is a label of the codebook
// becomes numbers. It is done once, after reading and before anything uses the
// frame; a second time changes nothing.
func (b *Codebook) Apply(f *Frame) finding.List {
	var findings finding.List
	columns := make(map[string]*Column, len(f.Columns))
	names := f.Names()
	for _, c := range f.Columns {
		if columns[c.Name] == nil {
			columns[c.Name] = c
		}
	}
	described := make(map[string]bool, len(b.Variables))
	var strangers []Variable
	var converted, unmatched []applying
	for _, v := range b.Variables {
		described[v.Name] = true
		c := columns[v.Name]
		if c == nil {
			strangers = append(strangers, v)
			continue
		}
		a := applying{book: b, frame: f, v: v, c: c}
		a.apply(f.Matrix != nil)
		findings = append(findings, a.findings...)
		if len(a.converted) > 0 {
			converted = append(converted, a)
		}
		if len(a.unmatched) > 0 {
			unmatched = append(unmatched, a)
		}
	}
	findings = append(findings, tellConverted(f, converted)...)
	findings = append(findings, tellUnmatched(f, b, unmatched)...)
	var undescribed []string
	for _, name := range names {
		if !described[name] {
			undescribed = append(undescribed, name)
		}
	}
	for _, v := range strangers {
		hint := "Correct the name in the codebook, or delete the row if the variable was dropped."
		// A column that the codebook lacks is the likeliest one meant.
		if d := finding.DidYouMean(v.Name, undescribed); d != "" {
			hint = d + " Names must agree to the letter, capitals included."
		}
		findings = append(findings, finding.Finding{Code: CodeVariableNotInData, Severity: finding.Warning,
			Place:   finding.Place{File: b.File, Row: v.Row, Column: v.Name},
			Message: fmt.Sprintf("The codebook describes %s, which the data do not have.", v.Name), Hint: hint})
	}
	if len(undescribed) > 0 {
		findings = append(findings, finding.Finding{Code: CodeColumnNotInCodebook, Severity: finding.Info,
			Place: finding.Place{File: b.File},
			Message: fmt.Sprintf("The codebook does not describe %s of the data: %s. Nothing about them can be checked against it.",
				count(len(undescribed), "column", "columns"), listNames(undescribed, maxNames)),
			Hint: "Add a row for each column that the analysis uses."})
	}
	return findings
}

// applying is the work of Apply on one column.
type applying struct {
	book     *Codebook
	frame    *Frame
	v        Variable
	c        *Column
	findings finding.List
	// converted says how cells of the column became numbers, "" when none did,
	// and cells how many.
	converted string
	cells     int
	unmatched []Cell // words that kept the column from becoming numbers
}

func (a *applying) apply(matrix bool) {
	if a.v.Label != "" {
		a.c.Label = a.v.Label
	}
	if a.v.Level != LevelUnknown {
		a.c.Level = a.v.Level
	}
	if a.v.Role != RoleNone {
		a.c.Role = a.v.Role
	}
	if a.v.Unit != "" {
		a.c.Unit = a.v.Unit
	}
	if matrix {
		return
	}
	a.declareMissing()
	if a.c.Numeric() {
		a.readLabels()
	} else if a.wantsNumbers() {
		a.toNumbers()
	}
	a.permit()
}

// finding places a finding at the column in the data, and names the row of the
// codebook in the hint.
func (a *applying) finding(code finding.Code, s finding.Severity, message, hint string) {
	a.findings = append(a.findings, finding.Finding{Code: code, Severity: s, Message: message, Hint: hint,
		Place: finding.Place{File: a.frame.Source.File, Column: a.c.Name}})
}

// declareMissing makes the cells with a missing code missing.
func (a *applying) declareMissing() {
	if len(a.v.Missing) == 0 {
		return
	}
	texts := map[string]bool{}
	for _, m := range a.v.Missing {
		texts[fold(m.Text)] = true
		if m.Label != "" {
			texts[fold(m.Label)] = true
		}
		if !math.IsNaN(m.Number) {
			if !slices.Contains(a.c.MissingCodes, m.Number) {
				a.c.MissingCodes = append(a.c.MissingCodes, m.Number)
			}
		} else if !slices.Contains(a.c.MissingTexts, m.Text) {
			a.c.MissingTexts = append(a.c.MissingTexts, m.Text)
		}
	}
	for i, x := range a.c.Numbers {
		if slices.Contains(a.c.MissingCodes, x) {
			a.c.Numbers[i] = math.NaN()
		}
	}
	for i, t := range a.c.Texts {
		if t == "" {
			continue
		}
		x, isNumber := parseNumber(t)
		if texts[fold(t)] || isNumber && slices.Contains(a.c.MissingCodes, x) {
			a.c.Texts[i] = ""
		}
	}
	a.c.NotNumbers = slices.DeleteFunc(a.c.NotNumbers, func(cell Cell) bool { return texts[fold(cell.Text)] })
}

// fold makes labels comparable: case, blanks and underscores do not count.
func fold(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return r == ' ' || r == '_' || r == '\u00a0' || r == '\t'
	}), " ")
}

// codes returns the number that each label stands for. A label that two
// numbers share stands for neither.
func (a *applying) codes() map[string]float64 {
	codes := map[string]float64{}
	for _, v := range a.v.Allowed.Values {
		if v.Label == "" || math.IsNaN(v.Number) {
			continue
		}
		key := fold(v.Label)
		if have, twice := codes[key]; twice && have != v.Number {
			codes[key] = math.NaN()
			continue
		}
		codes[key] = v.Number
	}
	for key, x := range codes {
		if math.IsNaN(x) {
			delete(codes, key)
		}
	}
	return codes
}

// wantsNumbers reports whether the codebook describes numbers: by its type, by
// bounds, or by labels of numbers.
func (a *applying) wantsNumbers() bool {
	if len(a.codes()) > 0 {
		return true
	}
	if a.v.Type == TypeText {
		return false
	}
	allowed := a.v.Allowed
	numbers := len(allowed.Values) > 0 && !slices.ContainsFunc(allowed.Values, func(v ValueLabel) bool { return math.IsNaN(v.Number) })
	return a.v.Type == TypeNumber || allowed.HasLow || allowed.HasHigh || numbers
}

// readLabels turns the cells of a numeric column that hold a label into its
// number: 2, 3, "strongly agree".
func (a *applying) readLabels() {
	codes := a.codes()
	read := 0
	a.c.NotNumbers = slices.DeleteFunc(a.c.NotNumbers, func(cell Cell) bool {
		x, ok := codes[fold(cell.Text)]
		if ok && cell.Row < len(a.c.Numbers) {
			a.c.Numbers[cell.Row] = x
			read++
		}
		return ok
	})
	if read > 0 {
		a.converted, a.cells = "Labels among the numbers of %s became numbers by the codebook (%s).", read
	}
}

// toNumbers turns a text column into numbers when every answer is a number or
// a label with a number. Where labels play no part and most answers are
// numbers, the others become NotNumbers, for the pre-flight to name.
func (a *applying) toNumbers() {
	codes := a.codes()
	numbers := make([]float64, len(a.c.Texts))
	var labels, plain int
	var strange []Cell
	for i, t := range a.c.Texts {
		numbers[i] = math.NaN()
		if t == "" {
			continue
		}
		if x, ok := codes[fold(t)]; ok {
			numbers[i] = x
			labels++
		} else if x, ok := parseNumber(t); ok {
			numbers[i] = x
			plain++
		} else {
			strange = append(strange, Cell{Row: i, Text: t})
		}
	}
	switch {
	case len(strange) == 0, labels == 0 && plain > len(strange):
		a.c.Numbers, a.c.Texts, a.c.NotNumbers = numbers, nil, strange
		if labels+plain > 0 {
			a.converted, a.cells = "The answers of %s became numbers, which the file has as text (%s).", labels+plain
			if labels > 0 {
				a.converted = "The answers of %s became numbers, by the labels of the codebook (%s)."
			}
		}
	default:
		a.unmatched = strange
	}
}

// tellConverted says which columns became numbers, once for each way.
func tellConverted(f *Frame, columns []applying) finding.List {
	var out finding.List
	for len(columns) > 0 {
		how := columns[0].converted
		var names []string
		cells := 0
		columns = slices.DeleteFunc(columns, func(a applying) bool {
			if a.converted == how {
				names = append(names, a.c.Name)
				cells += a.cells
			}
			return a.converted == how
		})
		place := finding.Place{File: f.Source.File}
		which := names[0]
		if len(names) == 1 {
			place.Column = names[0]
		} else {
			which = fmt.Sprintf("%d columns (%s)", len(names), listNames(names, maxNames))
		}
		out = append(out, finding.Finding{Code: CodeTextConverted, Severity: finding.Info, Place: place,
			Message: fmt.Sprintf(how, which, count(cells, "cell", "cells"))})
	}
	return out
}

// tellUnmatched names the words that the codebook does not list, once for all
// columns that it gives the same values.
func tellUnmatched(f *Frame, b *Codebook, columns []applying) finding.List {
	var out finding.List
	for len(columns) > 0 {
		first := columns[0]
		values := fmt.Sprint(first.v.Allowed.Values)
		var names, words []string
		seen := map[string]bool{}
		cells := 0
		columns = slices.DeleteFunc(columns, func(a applying) bool {
			same := fmt.Sprint(a.v.Allowed.Values) == values
			if same {
				names = append(names, a.c.Name)
				cells += len(a.unmatched)
				for _, cell := range a.unmatched {
					if w := shorten(strings.TrimSpace(cell.Text), 30); !seen[w] {
						seen[w] = true
						words = append(words, strconv.Quote(w))
					}
				}
			}
			return same
		})
		place := finding.Place{File: f.Source.File}
		which, so, where := names[0], "the column stays", fmt.Sprintf("%s in row %d of", names[0], first.v.Row)
		if len(names) == 1 {
			place.Column, place.Row = names[0], f.SheetRow(first.unmatched[0].Row)
		} else {
			which, so, where = fmt.Sprintf("%d columns (%s)", len(names), listNames(names, maxNames)), "the columns stay", "these columns in"
		}
		what := listNames(words, maxCells)
		if cells <= fewCells && len(names) == 1 {
			what = f.listCells(first.unmatched)
		}
		hint := fmt.Sprintf("Correct the cells, or add the words to the values of %s %s.", where, b.File)
		var known []string
		for _, v := range first.v.Allowed.Values {
			if v.Label != "" {
				known = append(known, v.Label)
			}
		}
		if d := finding.DidYouMean(first.unmatched[0].Text, known); d != "" {
			hint = d + " " + hint
		}
		out = append(out, finding.Finding{Code: CodeTextUnmatched, Severity: finding.Warning, Place: place,
			Message: fmt.Sprintf("The codebook has numbers for %s, but %s hold words that it does not list, so %s text: %s.",
				which, count(cells, "cell", "cells"), so, what),
			Hint: hint})
	}
	return out
}

// permit sets the permitted values in the form that the column's kind uses. To a
// column whose words kept it from becoming numbers they do not apply.
func (a *applying) permit() {
	if len(a.unmatched) > 0 {
		return
	}
	allowed := a.v.Allowed
	allowed.Values = nil
	if !a.c.Numeric() {
		allowed = Allowed{}
	}
	dropped := 0
	for _, v := range a.v.Allowed.Values {
		switch {
		case !a.c.Numeric():
			allowed.Values = append(allowed.Values, ValueLabel{Text: v.Text, Label: v.Label})
		case !math.IsNaN(v.Number):
			allowed.Values = append(allowed.Values, ValueLabel{Number: v.Number, Label: v.Label})
		default:
			dropped++
		}
	}
	if dropped > 0 {
		allowed.Values = nil
		a.finding(CodeKindMismatch, finding.Warning,
			fmt.Sprintf("The codebook lists words for %s, as %q, but the data hold numbers; answers are not checked against it.", a.c.Name, a.v.Allowed.Values[0].Text),
			"Write the numbers with their labels, as in 1 = "+a.v.Allowed.Values[0].Text+", in row "+strconv.Itoa(a.v.Row)+" of "+a.book.File+".")
	}
	if !allowed.isZero() {
		a.c.Allowed = allowed
	}
}

func (a Allowed) isZero() bool {
	return !a.HasLow && !a.HasHigh && !a.Integer && len(a.Values) == 0
}
