package grid

import (
	"fmt"
	"strings"

	"plumb/finding"
	"plumb/frame"
)

const (
	// CodeDuplicateName: two columns have the same name; the later one was
	// given another. Smallest example: the header q1,q1.
	CodeDuplicateName finding.Code = "duplicate-column-name"
	// CodeEmptyName: a column with values has no name and was given one.
	// Smallest example: the header q1,,q3 over the row 1,2,3.
	CodeEmptyName finding.Code = "empty-column-name"
	// CodeEmptyColumn: a column without name and values was dropped. Smallest
	// example: the header q1,q2, over the row 1,2,
	CodeEmptyColumn finding.Code = "empty-column"
)

// fewNames is how many columns with bad names get a finding each.
const fewNames = 5

// Named makes the names of a header usable: blanks around them go, columns
// with neither name nor values are dropped, nameless ones are called by their
// place (V3), equal ones get a number (q1, q1_2). left are the columns that
// remain, kept[i] the place of the i-th of them among the raw ones. Names that differ only in case are different names.
func Named(raw []string, cells []Column, o Options) (names []string, left []Column, kept []int, found finding.List) {
	taken := make(map[string]bool, len(raw))
	for _, name := range raw {
		taken[strings.TrimSpace(name)] = true
	}
	used := make(map[string]bool, len(raw))
	var bad []string // the names that were given
	add := func(code finding.Code, column, message, hint string) {
		if bad = append(bad, column); len(bad) > fewNames {
			return
		}
		found = append(found, finding.Finding{Code: code, Severity: finding.Warning,
			Place: finding.Place{File: o.File, Column: column}, Message: message, Hint: hint})
	}
	next := map[string]int{}
	unique := func(base string) string {
		name := base
		for n := max(2, next[base]); used[name] || taken[name]; n++ {
			name = fmt.Sprintf("%s_%d", base, n)
			next[base] = n + 1
		}
		return name
	}
	dropped := 0
	for i, name := range raw {
		name = strings.TrimSpace(name)
		switch {
		case name == "" && cells[i].Empty():
			dropped++
			continue
		case name == "":
			name = unique(fmt.Sprintf("V%d", i+1))
			add(CodeEmptyName, name, fmt.Sprintf("Column %d has values and no name; it is called %s here.", i+1, name),
				"Give it a name in the header row.")
		case used[name]:
			old := name
			name = unique(name)
			add(CodeDuplicateName, name, fmt.Sprintf("The name %s occurs more than once; column %d is called %s here.", old, i+1, name),
				"Give every column its own name.")
		}
		used[name] = true
		names = append(names, name)
		left = append(left, cells[i])
		kept = append(kept, i)
	}
	if len(bad) > fewNames {
		found = finding.List{{Code: found[0].Code, Severity: finding.Warning, Place: finding.Place{File: o.File},
			Message: fmt.Sprintf("%d columns have no name or one that occurs before; they are called %s here.", len(bad), firstNames(bad)),
			Hint:    "Give every column its own name. If this is not the header, name its row: " + frame.Setting("header", "ROW") + "."}}
	}
	if dropped > 0 {
		f := finding.Finding{Code: CodeEmptyColumn, Severity: finding.Info, Place: finding.Place{File: o.File},
			Message: fmt.Sprintf("%d columns without name and values were left out.", dropped)}
		if dropped == 1 {
			f.Message = "One column without name and values was left out."
		}
		found = append(found, f)
	}
	return names, left, kept, found
}

// NoHeader returns the names V1, V2, ... of a table without a header row.
func NoHeader(columns int) []string {
	names := make([]string, columns)
	for i := range names {
		names[i] = fmt.Sprintf("V%d", i+1)
	}
	return names
}

// LooksLikeData reports whether a first row holds values and not names: it has
// cells and all of them are numbers or blank.
func LooksLikeData(row []string) bool {
	numbers := 0
	for _, cell := range row {
		switch {
		case IsNumber(cell):
			numbers++
		case strings.TrimSpace(cell) != "":
			return false
		}
	}
	return numbers > 0
}
