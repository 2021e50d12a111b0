package frame

import (
	"fmt"
	"math"

	"plumb/finding"
)

// Findings about whole columns.
const (
	// CodeEmptyColumn: a column has no answers.
	//
	//	OS1,OS2
	//	4,
	//	5,
	CodeEmptyColumn finding.Code = "empty-column"
	// CodeConstantColumn: all answers of a column are the same, so that it has
	// no correlation with anything.
	//
	//	OS1
	//	5
	//	5
	CodeConstantColumn finding.Code = "constant-column"
	// CodeNearConstant: nearly all answers of a column are the same.
	//
	//	OS1: a hundred times 5, once 4
	CodeNearConstant finding.Code = "near-constant"
	// CodeDuplicateColumn: two columns hold the same answers.
	//
	//	OS1,OS1_copy
	//	4,4
	//	5,5
	CodeDuplicateColumn finding.Code = "duplicate-column"
	// CodeMissingItem: many answers to an item are missing.
	//
	//	OS1
	//	4
	//	(blank)
	CodeMissingItem finding.Code = "missing-per-item"
)

const (
	// nearConstantShare and nearConstantOthers: a column is near-constant when
	// more than 95 % of its answers are the same (the usual 95/5 cut of
	// near-zero variance), or when fewer than 3 differ: a bootstrap resample
	// misses all k differing rows with probability about exp(-k), which for
	// k < 3 is more than 5 %, and then has no correlation to compute.
	nearConstantShare  = 0.95
	nearConstantOthers = 3
	// nearConstantRows: below it a share of the rows says nothing.
	nearConstantRows = 10
	// missingItemShare: up to 5 % of an item's answers may be replaced by its
	// mean (Hair, Hult, Ringle & Sarstedt 2022).
	missingItemShare = 0.05
)

func (p *preflight) columns() {
	if p.f.Rows == 0 {
		return // told by design
	}
	for _, c := range p.f.Columns {
		p.spread(c)
	}
	p.duplicateColumns()
	p.missingItems()
}

// spread tells columns that are empty, constant or nearly so. Only an answer
// that more than half of the rows share can matter, and that one is found by
// the majority vote of Boyer & Moore (1981), without counting the others.
func (p *preflight) spread(c *Column) {
	present, lead, first := 0, 0, -1
	same := func(i int) bool {
		return c.Numeric() && c.Numbers[i] == c.Numbers[first] || !c.Numeric() && c.Texts[i] == c.Texts[first]
	}
	for i := range p.f.Rows {
		if !c.present(i) {
			continue
		}
		present++
		switch {
		case lead == 0:
			first, lead = i, 1
		case same(i):
			lead++
		default:
			lead--
		}
	}
	most := 0
	var value string
	if present > 0 {
		value = shorten(c.cell(first), 30)
		for i := range p.f.Rows {
			if c.present(i) && same(i) {
				most++
			}
		}
	}
	others := present - most
	switch {
	case present == 0:
		p.add(CodeEmptyColumn, p.grade(c, finding.Info), p.at(c, -1),
			fmt.Sprintf("The column %s holds no answers.", c.Name), "Take it out of the model, or check that the right file was read and the missing codes are right.")
	case others == 0 && present > 1 && c.Role == RoleNone:
		s := finding.Info
		if p.inUse[c] {
			s = p.grade(c, finding.Warning)
		}
		p.add(CodeConstantColumn, s, p.at(c, -1),
			fmt.Sprintf("All %d answers of %s are %s; without variance it has no correlation with anything.", present, c.Name, value),
			"Take it out of the model; if the answers should differ, check the file.")
	case p.inUse[c] && present >= nearConstantRows &&
		(float64(most) > nearConstantShare*float64(present) || others < nearConstantOthers):
		p.add(CodeNearConstant, finding.Warning, p.at(c, -1),
			fmt.Sprintf("%d of the %d answers of %s are %s (%s); the few others decide every correlation, and some bootstrap resamples will hold none of them.",
				most, present, c.Name, value, percent(most, present)),
			"Consider leaving the column out.")
	}
}

// duplicateColumns tells columns with identical answers, empty cells included.
// Columns are compared by a hash first, so the cost is one pass.
func (p *preflight) duplicateColumns() {
	groups := map[uint64][][]*Column{}
	var order []uint64
	for _, c := range p.f.Columns {
		if c.Missing() == p.f.Rows || constant(c) {
			continue
		}
		h := c.hash()
		if groups[h] == nil {
			order = append(order, h)
		}
		placed := false
		for k, same := range groups[h] {
			if sameAnswers(same[0], c) {
				groups[h][k] = append(same, c)
				placed = true
				break
			}
		}
		if !placed {
			groups[h] = append(groups[h], []*Column{c})
		}
	}
	for _, h := range order {
		for _, same := range groups[h] {
			if len(same) < 2 {
				continue
			}
			p.add(CodeDuplicateColumn, p.sharedSeverity(same, 2), p.at(same[1], -1),
				fmt.Sprintf("The columns %s hold the same answers in every row.", joinWords(columnNames(same), 0)),
				"Keep one of them; check whether one was pasted in place of another.")
		}
	}
}

// sharedSeverity grades columns that carry the same information: an Error when
// least of them belong to one regression block, which then has no answer.
func (p *preflight) sharedSeverity(columns []*Column, least int) finding.Severity {
	for _, b := range p.blocks {
		if b.Regression && countIn(columns, b.columns) >= least {
			return finding.Error
		}
	}
	if len(p.inModel) > 0 && countIn(columns, p.used) < 2 {
		return finding.Info
	}
	return finding.Warning
}

func countIn(columns, among []*Column) int {
	n := 0
	for _, c := range columns {
		for _, d := range among {
			if c == d {
				n++
				break
			}
		}
	}
	return n
}

func constant(c *Column) bool {
	first := -1
	for i := range max(len(c.Numbers), len(c.Texts)) {
		if !c.present(i) {
			continue
		}
		if first < 0 {
			first = i
		} else if c.Numeric() && c.Numbers[i] != c.Numbers[first] || !c.Numeric() && c.Texts[i] != c.Texts[first] {
			return false
		}
	}
	return true
}

// hash is FNV-1a over the answers; all missing numbers hash alike.
func (c *Column) hash() uint64 {
	const prime = 1099511628211
	h := uint64(14695981039346656037)
	for _, x := range c.Numbers {
		bits := math.Float64bits(x + 0)
		if math.IsNaN(x) {
			bits = 1
		}
		h = (h ^ bits) * prime
		h ^= h >> 29
	}
	for _, t := range c.Texts {
		for i := range len(t) {
			h = (h ^ uint64(t[i])) * prime
		}
		h = (h ^ 0x1f) * prime
	}
	return h
}

func sameAnswers(a, b *Column) bool {
	if a.Numeric() != b.Numeric() || len(a.Numbers) != len(b.Numbers) || len(a.Texts) != len(b.Texts) {
		return false
	}
	for i, x := range a.Numbers {
		y := b.Numbers[i]
		if x != y && !(math.IsNaN(x) && math.IsNaN(y)) {
			return false
		}
	}
	for i, t := range a.Texts {
		if t != b.Texts[i] {
			return false
		}
	}
	return true
}

// missingItems tells the items of which more than missingItemShare is missing.
func (p *preflight) missingItems() {
	var words []string
	var first *Column
	for _, c := range p.used {
		m := c.Missing()
		if m == p.f.Rows || float64(m) <= missingItemShare*float64(p.f.Rows) {
			continue
		}
		if first == nil {
			first = c
		}
		words = append(words, fmt.Sprintf("%s %d (%s)", c.Name, m, percent(m, p.f.Rows)))
	}
	if len(words) == 0 {
		return
	}
	at := finding.Place{}
	if len(words) == 1 {
		at.Column = first.Name
	}
	p.add(CodeMissingItem, finding.Warning, at,
		fmt.Sprintf("More than 5%% of the answers are missing in %s: %s.", count(len(words), "column", "columns"), listNames(words, maxNames)),
		"Replacing them by the mean is acceptable up to 5% only (Hair et al. 2022). Report how answers came to be missing and compare two ways of handling them.")
}
