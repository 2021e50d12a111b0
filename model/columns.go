package model

import (
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"

	"plumb/finding"
)

// CheckColumns compares the indicators with the names of the data's columns.
// Each indicator that is missing there is an Error with its place in the model
// text and the nearest column. Names of columns are expected in Unicode normal
// form C, as the indicators are. file is the base name of the data, for the
// message.
func (m *Model) CheckColumns(columns []string, file string) finding.List {
	return m.checkColumns(columns, file, nil)
}

// checkColumns leaves out the names that stand for constructs whose own line
// could not be read: they are no indicators.
func (m *Model) checkColumns(columns []string, file string, broken map[string]bool) finding.List {
	have := map[string]bool{}
	folded := map[string]string{}
	for _, name := range columns {
		have[name] = true
		folded[fold(name)] = name
	}
	where := "the data"
	if file != "" {
		where = file
	}
	var list finding.List
	hints := nearMisses
	for _, c := range m.Constructs {
		for k, name := range c.Indicators {
			if have[name] || broken[name] {
				continue
			}
			hint := ""
			if other, ok := folded[fold(name)]; ok {
				hint = caseHint(name, other)
			} else if hints > 0 {
				hints--
				hint = finding.DidYouMean(name, columns)
			}
			if hint == "" {
				hint = "Give the name of a column as it stands in the header."
			}
			list = append(list, finding.Finding{Code: CodeUnknownColumn, Severity: finding.Error, Place: m.place(c.partAt(k), c.Name),
				Message: fmt.Sprintf("%s, an indicator of %s, is not a column of %s.", quote(name), quote(c.Name), where), Hint: hint})
		}
	}
	return list
}

// caseHint tells how two names differ that fold makes alike.
func caseHint(name, column string) string {
	switch composed := norm.NFC.String(column); {
	case composed == name:
		return "The column's name looks the same but spells its accents as characters of their own; type it anew in the header of the data."
	case strings.EqualFold(composed, name):
		return fmt.Sprintf("Write %s: the names differ only in upper and lower case.", quote(column))
	}
	return fmt.Sprintf("Write %s: the names differ only in blanks and case.", quote(column))
}

// fold makes names alike that differ in case and blanks only.
func fold(name string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFC.String(name)), ""))
}
