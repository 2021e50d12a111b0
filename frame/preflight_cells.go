package frame

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"plumb/finding"
)

// Findings about single cells.
const (
	// CodeTextInNumbers: a numeric column holds text.
	//
	//	OS1
	//	4
	//	four
	//	5
	CodeTextInNumbers finding.Code = "text-in-numbers"
	// CodeTextColumn: the model uses a column of words.
	//
	//	model: F =~ OS1 + village      data: village V01,V02
	CodeTextColumn finding.Code = "text-column"
	// CodeNumbersAsText: a column of text holds numbers that were not read as
	// such, with units, currency signs or thousands separators.
	//
	//	income
	//	¥14,500
	//	¥36,600
	CodeNumbersAsText finding.Code = "numbers-as-text"
	// CodeOutsideAllowed: answers that the codebook does not permit.
	//
	//	codebook: OS1 1-5      data: 4,5,7
	CodeOutsideAllowed finding.Code = "outside-allowed"
	// CodeNotWhole: answers between the points of a rating scale.
	//
	//	codebook: OS1 likert      data: 4,4.5,5
	CodeNotWhole finding.Code = "not-whole"
	// CodeUndeclaredMissing: a number that usually means "no answer" stands
	// far outside the answers and is not declared.
	//
	//	OS1
	//	4
	//	5
	//	99
	CodeUndeclaredMissing finding.Code = "undeclared-missing"
)

// usualMissingCodes are the numbers that survey programs and field manuals use
// for refusals and the like.
var usualMissingCodes = []float64{
	-1, -2, -3, -7, -8, -9, -66, -77, -88, -96, -97, -98, -99, -777, -888, -999, -9999,
	8, 9, 66, 77, 88, 96, 97, 98, 99, 777, 888, 998, 999, 9999, 99999,
}

const (
	// gapShare: a usual missing code is suspicious when it lies beyond the
	// other answers by this share of their range (and by 2 at least, so that a
	// 7-point scale suspects 9 and a 0-to-10 scale does not). Our rule: on the
	// common 5- to 11-point scales it separates every usual code from the next
	// regular answer.
	gapShare = 0.25
	// smallCode: a positive code below all others is suspicious when they are
	// this many times as large, as 99 among incomes of thousands.
	smallCode = 10
	// mostlyNumbers is the share of cells that must be numbers with trimmings
	// before a text column is called numeric.
	mostlyNumbers = 0.8
	// likertPoints is the largest number of points of a rating scale, 0 to 10.
	likertPoints = 11
	// mostlyWhole is the share of whole answers that makes an undescribed
	// column with few different answers look like a rating scale.
	mostlyWhole = 0.9
)

func (p *preflight) cells() {
	for _, c := range p.f.Columns {
		if c.Numeric() {
			p.textInNumbers(c)
			p.notWhole(c)
		} else {
			p.textColumn(c)
		}
		p.outsideAllowed(c)
	}
	p.undeclaredMissing()
}

// missingOption writes how the user declares codes missing.
func missingOption(codes ...string) string {
	flags, list := make([]string, len(codes)), make([]string, len(codes))
	for i, code := range codes {
		if strings.ContainsFunc(code, func(r rune) bool { return !strings.ContainsRune("+-./", r) && !isWordRune(r) }) {
			code = fmt.Sprintf("%q", code)
		}
		flags[i] = "--missing-code " + code
		list[i] = code
		if !plainNumber.MatchString(code) && code[0] != '"' {
			list[i] = fmt.Sprintf("%q", code)
		}
	}
	return fmt.Sprintf("%s, or missing: [%s] in the study file", strings.Join(flags, " "), strings.Join(list, ", "))
}

func isWordRune(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

func (p *preflight) textInNumbers(c *Column) {
	if len(c.NotNumbers) == 0 {
		return
	}
	var words []string
	for _, cell := range c.NotNumbers {
		if w := shorten(cell.Text, 30); w != "" && !slices.Contains(words, w) && len(words) < 4 {
			words = append(words, w)
		}
	}
	hint := "Correct the cells in the file."
	if len(words) > 0 && len(words) <= 3 {
		hint = "Correct the cells; if they mean no answer, declare it: " + missingOption(words...) + "."
	}
	p.add(CodeTextInNumbers, p.grade(c, finding.Warning), p.at(c, c.NotNumbers[0].Row),
		fmt.Sprintf("%s of the numeric column %s %s no number: %s.", count(len(c.NotNumbers), "cell", "cells"), c.Name,
			isAre(len(c.NotNumbers)), p.f.listCells(c.NotNumbers)), hint)
}

func (p *preflight) textColumn(c *Column) {
	present, numbers := 0, 0
	var example string
	for _, t := range c.Texts {
		if t == "" {
			continue
		}
		present++
		if looksLikeNumber(t) {
			numbers++
			example = t
		}
	}
	if present == 0 {
		return // an empty column is told elsewhere
	}
	first := slices.IndexFunc(c.Texts, func(t string) bool { return t != "" })
	switch {
	case c.Level != Nominal && c.Role == RoleNone && float64(numbers) >= mostlyNumbers*float64(present):
		p.add(CodeNumbersAsText, p.grade(c, finding.Warning), p.at(c, -1),
			fmt.Sprintf("The column %s is text, yet %d of its %d answers look like numbers, as %q.", c.Name, numbers, present, shorten(example, 30)),
			"Format the column as a plain number in the spreadsheet, without units, currency signs or thousands separators, or state the decimal mark.")
	case p.inModel[c]:
		p.add(CodeTextColumn, finding.Error, p.at(c, first),
			fmt.Sprintf("The model uses %s, which holds words, as %q.", c.Name, shorten(c.Texts[first], 30)),
			"Give the words numbers in the codebook (1 = never; 2 = often), or take the column out of the model.")
	}
}

// looksLikeNumber reports whether a text is a number once blanks, separators,
// currency signs and units are taken off.
func looksLikeNumber(t string) bool {
	digits := false
	for _, r := range strings.TrimSpace(t) {
		switch {
		case r >= '0' && r <= '9':
			digits = true
		case strings.ContainsRune("+-−.,'’ \u00a0\u202f%¥$€£₹元", r):
		default:
			return false
		}
	}
	return digits
}

func (p *preflight) outsideAllowed(c *Column) {
	var rows []int
	var values []string
	note := func(i int, value string) {
		rows = append(rows, i)
		if !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	a := c.Allowed
	if a.isZero() || c.Numeric() && !a.HasLow && !a.HasHigh && len(a.Values) == 0 {
		return
	}
	a.Integer = false // notWhole tells that
	for i, x := range c.Numbers {
		if !a.Permits(x) && (len(a.Values) == 0 || a.HasLow || a.HasHigh || x == math.Trunc(x) || !c.Allowed.Integer) {
			note(i, formatNumber(x))
		}
	}
	if len(c.Texts) > 0 && len(a.Values) > 0 {
		permitted := make(map[string]bool, len(a.Values))
		for _, v := range a.Values {
			permitted[v.Text] = true
		}
		for i, t := range c.Texts {
			if t != "" && !permitted[strings.TrimSpace(t)] {
				note(i, t)
			}
		}
	}
	if len(rows) == 0 {
		return
	}
	hint := "Correct the answers, or the values in the codebook."
	if codes := onlyUsualCodes(values); codes {
		hint = "If they mean no answer, declare it: " + missingOption(values...) + "."
	} else if !c.Numeric() {
		var known []string
		for _, v := range a.Values {
			known = append(known, v.Text)
		}
		if d := finding.DidYouMean(values[0], known); d != "" {
			hint = d + " " + hint
		}
	}
	for i := range values {
		values[i] = shorten(values[i], 30)
	}
	p.add(CodeOutsideAllowed, finding.Warning, p.at(c, rows[0]),
		fmt.Sprintf("%s of %s %s outside what the codebook permits (%s): %s in %s.", count(len(rows), "answer", "answers"), c.Name,
			isAre(len(rows)), c.Allowed, listNames(values, maxCells), p.f.listRows(rows)), hint)
}

func onlyUsualCodes(values []string) bool {
	for _, v := range values {
		x, ok := parseNumber(v)
		if !ok || !slices.Contains(usualMissingCodes, x) {
			return false
		}
	}
	return len(values) <= 3
}

// notWhole tells answers between the points of a rating scale: declared whole
// by the codebook, or whole in at least mostlyWhole of the answers with at
// most likertPoints different ones.
func (p *preflight) notWhole(c *Column) {
	declared := c.Allowed.Integer
	if !declared && (c.Level != Ordinal && (c.Level != LevelUnknown || !p.inUse[c])) {
		return
	}
	var rows []int
	points := map[float64]bool{}
	present := 0
	low, high := math.Inf(1), math.Inf(-1)
	for i, x := range c.Numbers {
		if math.IsNaN(x) {
			continue
		}
		present++
		if x != math.Trunc(x) {
			rows = append(rows, i)
			continue
		}
		low, high = min(low, x), max(high, x)
		if len(points) <= likertPoints {
			points[x] = true
		}
	}
	if len(rows) == 0 {
		return
	}
	if !declared && c.Level != Ordinal &&
		(len(points) < 3 || len(points) > likertPoints || low < 0 || high > likertPoints || float64(present-len(rows)) < mostlyWhole*float64(present)) {
		return
	}
	p.add(CodeNotWhole, finding.Warning, p.at(c, rows[0]),
		fmt.Sprintf("%s of %s %s no whole number, though its answers should be: %s in %s.", count(len(rows), "answer", "answers"), c.Name,
			isAre(len(rows)), formatNumber(c.Numbers[rows[0]]), p.f.listRows(rows)),
		"Check for typing slips, and for means that were filled in for missing answers.")
}

// undeclaredMissing looks for usual missing codes in columns whose permitted
// values are not declared, and tells each code once for all columns.
func (p *preflight) undeclaredMissing() {
	type found struct {
		code    float64
		columns []*Column
		rows    [][]int
	}
	var all []*found
	for _, c := range p.f.Columns {
		if !c.Numeric() || c.Role != RoleNone || c.Allowed.HasLow || c.Allowed.HasHigh || len(c.Allowed.Values) > 0 {
			continue
		}
		for _, code := range suspiciousCodes(c.Numbers) {
			k := slices.IndexFunc(all, func(f *found) bool { return f.code == code })
			if k < 0 {
				all = append(all, &found{code: code})
				k = len(all) - 1
			}
			var rows []int
			for i, x := range c.Numbers {
				if x == code {
					rows = append(rows, i)
				}
			}
			all[k].columns = append(all[k].columns, c)
			all[k].rows = append(all[k].rows, rows)
		}
	}
	slices.SortFunc(all, func(a, b *found) int { return cmp.Compare(a.code, b.code) })
	for _, f := range all {
		cells := 0
		places := make([]string, len(f.columns))
		for i, c := range f.columns {
			cells += len(f.rows[i])
			places[i] = c.Name + " (" + p.f.listRows(f.rows[i]) + ")"
		}
		at := finding.Place{Row: p.f.SheetRow(f.rows[0][0])}
		if len(f.columns) == 1 {
			at.Column = f.columns[0].Name
		}
		code := formatNumber(f.code)
		p.add(CodeUndeclaredMissing, finding.Warning, at,
			fmt.Sprintf("%s looks like a code for no answer: it stands far from all other answers in %s of %s, and counts as a number now.",
				code, count(cells, "cell", "cells"), listNames(places, maxNames)),
			"If it means no answer, declare it: "+missingOption(code)+".")
	}
}

// suspiciousCodes returns the usual missing codes among the values that stand
// apart from the rest, in ascending order.
func suspiciousCodes(values []float64) []float64 {
	candidates := map[float64]bool{}
	low, high := math.Inf(1), math.Inf(-1) // of all but the candidates
	for _, x := range values {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			continue
		}
		if slices.Contains(usualMissingCodes, x) {
			candidates[x] = true
			continue
		}
		low, high = min(low, x), max(high, x)
	}
	if len(candidates) == 0 {
		return nil
	}
	// Candidates that adjoin the other answers are answers: 8 and 9 on a scale
	// to 10, and -1 to -3 on a scale about zero. Grow the range until none joins.
	if low > high {
		return nil // nothing but candidates: nothing to compare with
	}
	for grown := true; grown; {
		grown = false
		for x := range candidates {
			if !standsApart(x, low, high) {
				delete(candidates, x)
				low, high = min(low, x), max(high, x)
				grown = true
			}
		}
	}
	out := make([]float64, 0, len(candidates))
	for x := range candidates {
		out = append(out, x)
	}
	slices.Sort(out)
	return out
}

func standsApart(x, low, high float64) bool {
	spread := max(high-low, 1)
	switch {
	case x > high:
		return x-high >= max(2, gapShare*spread)
	case x < low && x < 0 && low >= 0:
		return true
	case x < low && x > 0:
		return low >= smallCode*x
	case x < low:
		return low-x >= max(2, gapShare*spread)
	}
	return false
}
