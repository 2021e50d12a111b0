package frame

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
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
	// 7-point scale suspects 9 and a 0-to-10 scale does not), and farther than
	// any two of them are apart. A negative code among answers from 0 up always
	// is. Our rule: on the common 5- to 11-point scales it separates every usual
	// code from the next regular answer.
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
	}
	p.outsideAllowed()
	p.wordColumns()
	p.undeclaredMissing()
}

// DeclareMissing writes how the user says that codes mean no answer, on the
// command line and in a study file.
func DeclareMissing(codes ...string) string {
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
		hint = "Correct the cells; if they mean no answer, declare it: " + DeclareMissing(words...) + "."
	}
	p.add(CodeTextInNumbers, p.grade(c, finding.Warning), p.at(c, c.NotNumbers[0].Row),
		fmt.Sprintf("%s of the numeric column %s %s no number: %s.", count(len(c.NotNumbers), "cell", "cells"), c.Name,
			isAre(len(c.NotNumbers)), p.f.listCells(c.NotNumbers)), hint)
}

func (p *preflight) textColumn(c *Column) {
	present, numbers, codes := 0, 0, 0
	var example string
	for _, t := range c.Texts {
		if t == "" {
			continue
		}
		present++
		if leadingNought(t) {
			codes++
		}
		if looksLikeNumber(t) {
			numbers++
			example = t
		}
	}
	if present == 0 {
		return // an empty column is told elsewhere
	}
	switch {
	case c.Level != Nominal && c.Role == RoleNone && codes == 0 && float64(numbers) >= mostlyNumbers*float64(present):
		p.add(CodeNumbersAsText, p.grade(c, finding.Warning), p.at(c, -1),
			fmt.Sprintf("The column %s is text, yet %d of its %d answers look like numbers, as %q.", c.Name, numbers, present, shorten(example, 30)),
			"Format the column as a plain number in the spreadsheet, without units, currency signs or thousands separators, or state the decimal mark: "+Setting("decimal", "MARK")+".")
	case p.inModel[c]:
		p.ofWords = append(p.ofWords, c)
	}
}

// wordColumns tells the columns of words that the model uses, all at once.
func (p *preflight) wordColumns() {
	if len(p.ofWords) == 0 {
		return
	}
	var words []string
	seen := map[string]bool{}
	for _, c := range p.ofWords {
		for _, t := range c.Texts {
			if t = strings.TrimSpace(t); t != "" && !seen[t] {
				seen[t] = true
				words = append(words, shorten(t, 30))
			}
		}
	}
	these := "their words"
	if len(words) <= likertPoints {
		these = fmt.Sprintf("the words (%s)", listNames(words, likertPoints))
	}
	if len(p.ofWords) == 1 {
		c := p.ofWords[0]
		first := slices.IndexFunc(c.Texts, func(t string) bool { return t != "" })
		p.add(CodeTextColumn, finding.Error, p.at(c, first),
			fmt.Sprintf("The model uses %s, which holds words, as %q.", c.Name, shorten(c.Texts[first], 30)),
			"Give "+these+" numbers in the codebook, as in 1 = never; 2 = often, or take the column out of the model.")
		return
	}
	p.add(CodeTextColumn, finding.Error, finding.Place{},
		fmt.Sprintf("The model uses %d columns that hold words, as %q: %s.", len(p.ofWords), words[0], listNames(columnNames(p.ofWords), maxNames)),
		"Give "+these+" numbers in the codebook, as in 1 = never; 2 = often, or take the columns out of the model.")
}

// trimmed is a number with currency sign, separators and unit; 25-34 and
// 2020-05-01 are none.
var trimmed = regexp.MustCompile(`^[-+−]?[¥$€£₹元]?\s*[-+−]?\d[\d.,'’\s\x{a0}\x{202f}]*\s*[%¥$€£₹元]?$`)

// looksLikeNumber reports whether a text is a number once blanks, separators,
// currency signs and units are taken off.
func looksLikeNumber(t string) bool { return trimmed.MatchString(strings.TrimSpace(t)) }

// leadingNought marks a code, such as that of a district, which is no number.
func leadingNought(t string) bool { return len(t) > 1 && t[0] == '0' && t[1] >= '0' && t[1] <= '9' }

// outside is what a column holds beyond its permitted values.
type outside struct {
	*Column
	rows   []int
	values []string // different ones, in order of appearance
}

// outsideAllowed tells answers that the codebook does not permit, once for all
// columns with the same values in and outside of it.
func (p *preflight) outsideAllowed() {
	var groups [][]outside
	at := map[string]int{}
	for _, c := range p.f.Columns {
		o := outsideOf(c)
		if len(o.rows) == 0 {
			continue
		}
		key := fmt.Sprint(c.Allowed, slices.Sorted(slices.Values(o.values)), p.inModel[c], c.Role)
		k, known := at[key]
		if !known {
			k = len(groups)
			at[key] = k
			groups = append(groups, nil)
		}
		groups[k] = append(groups[k], o)
	}
	for _, g := range groups {
		p.tellOutside(g)
	}
}

func outsideOf(c *Column) outside {
	o := outside{Column: c}
	a := c.Allowed
	if !a.HasLow && !a.HasHigh && len(a.Values) == 0 {
		return o
	}
	seen := map[string]bool{}
	note := func(i int, value string) {
		o.rows = append(o.rows, i)
		if !seen[value] {
			seen[value] = true
			o.values = append(o.values, value)
		}
	}
	known := make(map[float64]bool, len(a.Values))
	permitted := make(map[string]bool, len(a.Values))
	for _, v := range a.Values {
		known[v.Number], permitted[v.Text] = true, true
	}
	bounds := a
	bounds.Values = nil
	for i, x := range c.Numbers {
		switch {
		case math.IsNaN(x), a.Integer && x != math.Trunc(x): // notWhole tells
		case c.Role == RoleWeight && x <= 0: // weights tells
		case (a.HasLow || a.HasHigh) && bounds.Permits(x):
		case !known[x]:
			note(i, formatNumber(x))
		}
	}
	for i, t := range c.Texts {
		if t != "" && len(a.Values) > 0 && !permitted[strings.TrimSpace(t)] {
			note(i, t)
		}
	}
	return o
}

// tellOutside tells of columns with the same values outside of the same
// permitted ones.
func (p *preflight) tellOutside(columns []outside) {
	c, values := columns[0].Column, columns[0].values
	hint := "Correct the answers, or the values in the codebook."
	if c.Role != RoleWeight && onlyUsualCodes(values) {
		hint = "If they mean no answer, declare it: " + DeclareMissing(values...) + "."
	} else if !c.Numeric() {
		var known []string
		for _, v := range c.Allowed.Values {
			known = append(known, v.Text)
		}
		if d := finding.DidYouMean(values[0], known); d != "" {
			hint = d + " " + hint
		}
	}
	short := make([]string, len(values))
	for i, v := range values {
		short[i] = shorten(v, 30)
	}
	what := listNames(short, maxCells)
	if len(columns) == 1 {
		rows := columns[0].rows
		p.add(CodeOutsideAllowed, p.grade(c, finding.Warning), p.at(c, rows[0]),
			fmt.Sprintf("%s of %s %s outside what the codebook permits (%s): %s in %s.", count(len(rows), "answer", "answers"), c.Name,
				isAre(len(rows)), c.Allowed, what, p.f.listRows(rows)), hint)
		return
	}
	answers := 0
	places := make([]string, len(columns))
	for i, o := range columns {
		answers += len(o.rows)
		where := count(len(o.rows), "row", "rows")
		if len(o.rows) <= fewCells {
			where = p.f.listRows(o.rows)
		}
		places[i] = o.Name + " (" + where + ")"
	}
	p.add(CodeOutsideAllowed, p.grade(c, finding.Warning), finding.Place{},
		fmt.Sprintf("%d answers are outside what the codebook permits (%s): %s, in %s.", answers, c.Allowed, what, listNames(places, maxNames)), hint)
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
	for i, x := range c.Numbers {
		if x != math.Trunc(x) && !math.IsNaN(x) {
			rows = append(rows, i)
		}
	}
	if len(rows) == 0 {
		return
	}
	points := map[float64]bool{}
	present := 0
	low, high := math.Inf(1), math.Inf(-1)
	for _, x := range c.Numbers {
		if math.IsNaN(x) {
			continue
		}
		present++
		if x == math.Trunc(x) {
			low, high = min(low, x), max(high, x)
			if len(points) <= likertPoints {
				points[x] = true
			}
		}
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
			"If it means no answer, declare it: "+DeclareMissing(code)+".")
	}
}

// suspiciousCodes returns the usual missing codes among the values that stand
// apart from the rest, in ascending order.
func suspiciousCodes(values []float64) []float64 {
	candidates := map[float64]bool{}
	distinct := map[float64]bool{}
	for _, x := range values {
		if x >= 0 && x < 8 || math.IsNaN(x) || math.IsInf(x, 0) {
			continue // the common answers, told apart cheaply
		}
		if slices.Contains(usualMissingCodes, x) {
			candidates[x] = true
		}
	}
	if len(candidates) == 0 {
		return nil
	}
	for _, x := range values {
		if !candidates[x] && !math.IsNaN(x) && !math.IsInf(x, 0) {
			distinct[x] = true
		}
	}
	if len(distinct) == 0 {
		return nil // nothing but candidates: nothing to compare with
	}
	rest := sortedKeys(distinct)
	// Candidates that adjoin the other answers are answers themselves: 8 and 9
	// on a scale to 10, and -1 on a scale about zero. Grow until none joins.
	for grown := true; grown; {
		grown = false
		for _, x := range sortedKeys(candidates) {
			if !standsApart(x, rest) {
				delete(candidates, x)
				rest = append(rest, x)
				slices.Sort(rest)
				grown = true
			}
		}
	}
	return sortedKeys(candidates)
}

func sortedKeys(set map[float64]bool) []float64 {
	out := make([]float64, 0, len(set))
	for x := range set {
		out = append(out, x)
	}
	slices.Sort(out)
	return out
}

// standsApart reports whether x is as far from the other answers, ascending,
// as the constants above say, and farther than they are from one another.
func standsApart(x float64, rest []float64) bool {
	low, high := rest[0], rest[len(rest)-1]
	far := max(2, gapShare*max(high-low, 1))
	gap := 0.0
	for i := 1; i < len(rest); i++ {
		gap = max(gap, rest[i]-rest[i-1])
	}
	switch {
	case x > high:
		return x-high >= far && x-high > gap
	case x < low && x < 0 && low >= 0:
		return true
	case x < low && x > 0:
		return low >= smallCode*x
	case x < low:
		return low-x >= far && low-x > gap
	}
	return false
}
