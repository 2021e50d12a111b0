package model

import (
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"

	"plumb/finding"
)

// CheckColumns compares the indicators with the names of the data's columns.
// Each indicator that is missing there is an Error with its place in the model
// text and the nearest column. Names are compared in Unicode normal form C.
// file is the base name of the data, for the message.
func (m *Model) CheckColumns(columns []string, file string) finding.List {
	have := map[string]bool{}
	folded := map[string]string{}
	for _, name := range columns {
		have[norm.NFC.String(name)] = true
		folded[fold(name)] = name
	}
	where := "the data"
	if file != "" {
		where = file
	}
	var list finding.List
	hints := 2 * MaxFindings
	for _, c := range m.Constructs {
		for k, name := range c.Indicators {
			if have[norm.NFC.String(name)] {
				continue
			}
			hint := ""
			if other, ok := folded[fold(name)]; ok {
				hint = fmt.Sprintf("Write %s: the names differ only in upper and lower case or blanks.", quote(other))
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

// fold makes names alike that differ in case and blanks only.
func fold(name string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFC.String(name)), ""))
}
