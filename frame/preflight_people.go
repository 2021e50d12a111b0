package frame

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"

	"plumb/finding"
)

// Findings about respondents.
const (
	// CodeDuplicateID: an identifier occurs twice (within a wave, where the
	// data have waves).
	//
	//	id,OS1
	//	R001,4
	//	R001,5
	CodeDuplicateID finding.Code = "duplicate-id"
	// CodeDuplicateRespondent: two rows agree in all of at least 5 answers.
	//
	//	id,a,b,c,d,e
	//	1,4,2,5,3,1
	//	2,4,2,5,3,1
	CodeDuplicateRespondent finding.Code = "duplicate-respondent"
	// CodeStraightLining: a person gave the same answer to every item.
	//
	//	OS1,OS2,OS3,CS1,CS2,CS3,RE1,RE2
	//	3,3,3,3,3,3,3,3
	CodeStraightLining finding.Code = "straight-lining"
	// CodeMissingCase: a person left many items unanswered.
	//
	//	OS1,OS2,OS3,OS4,OS5
	//	4,,,,
	CodeMissingCase finding.Code = "missing-per-case"
)

const (
	// missingCaseShare: a case with more than 15 % missing answers wants a
	// look (Hair, Hult, Ringle & Sarstedt 2022). A single blank is none: in a
	// model of up to six items it would always pass the share.
	missingCaseShare = 0.15
	missingCaseLeast = 2
	// duplicateAnswers: with fewer answers, equal rows are likely by chance.
	duplicateAnswers = 5
	// straightItems and straightBlocks: a person is told for straight-lining
	// when all answers are the same over at least 8 items of one rating scale,
	// or over all items of at least 2 blocks of 3 items or more. Fewer items
	// that agree are common among honest answers (Curran 2016).
	straightItems      = 8
	straightBlocks     = 2
	straightBlockItems = 3
)

func (p *preflight) people() {
	p.straightLining()
	p.duplicateIDs()
	p.duplicateRespondents()
	p.missingCases()
}

// isRating reports whether a column looks like an item of a rating scale: whole
// numbers from 0 to 10 with at least 3 different ones, or declared ordinal.
func isRating(c *Column) bool {
	if !c.Numeric() || c.Role != RoleNone || c.Level != LevelUnknown && c.Level != Ordinal {
		return false
	}
	var points uint16 // a bit for each answer from 0 to 10
	for _, x := range c.Numbers {
		if math.IsNaN(x) {
			continue
		}
		if x != math.Trunc(x) || x < 0 || x >= likertPoints {
			return false
		}
		points |= 1 << uint(x)
	}
	return bits.OnesCount16(points) >= 3
}

// straightLining tells the rows whose answers to all rating items in use are
// the same.
func (p *preflight) straightLining() {
	var items []*Column
	for _, c := range p.used {
		if isRating(c) {
			items = append(items, c)
		}
	}
	blocks := 0
	for _, b := range p.blocks {
		if countIn(items, b.columns) >= straightBlockItems {
			blocks++
		}
	}
	least := straightItems
	if blocks >= straightBlocks {
		least = min(least, len(items))
	}
	if len(items) < least {
		return
	}
	var rows []int
	for i := range p.f.Rows {
		n, same := 0, true
		var answer float64
		for _, c := range items {
			if !c.present(i) {
				continue
			}
			if n > 0 && c.Numbers[i] != answer {
				same = false
				break
			}
			answer = c.Numbers[i]
			n++
		}
		if same && n >= least {
			rows = append(rows, i)
			p.straight[i] = true
		}
	}
	if len(rows) == 0 {
		return
	}
	p.add(CodeStraightLining, finding.Warning, finding.Place{Row: p.f.SheetRow(rows[0])},
		fmt.Sprintf("%s gave the same answer to all of the %d rating items (%s of the rows): %s.",
			count(len(rows), "respondent", "respondents"), len(items), percent(len(rows), p.f.Rows), p.f.listRows(rows)),
		"Look at these interviews; report the results with and without them.")
}

// duplicateIDs tells identifiers that occur twice. With several id columns the
// person is their combination; with a wave column, a person occurs once a wave.
func (p *preflight) duplicateIDs() {
	ids := p.f.WithRole(RoleID)
	if len(ids) == 0 {
		return
	}
	keys := append(slices.Clone(ids), p.f.WithRole(RoleWave)...)
	first := map[string]int{}
	var rows []int
	var names []string
	named := map[string]bool{}
	for i := range p.f.Rows {
		if !ids[0].present(i) {
			continue
		}
		var b strings.Builder
		for _, c := range keys {
			b.WriteString(c.cell(i) + "\x1f")
		}
		key := b.String()
		if _, twice := first[key]; twice {
			rows = append(rows, i)
			if name := ids[0].cell(i); !named[name] {
				named[name] = true
				names = append(names, name)
			}
			continue
		}
		first[key] = i
	}
	if len(rows) == 0 {
		return
	}
	within := ""
	if len(keys) > len(ids) {
		within = " within a wave"
	}
	p.add(CodeDuplicateID, finding.Warning, p.at(ids[0], rows[0]),
		fmt.Sprintf("%s more than once%s, so some respondents may count twice: %s (again in %s).",
			count(len(names), "identifier occurs", "identifiers occur"), within, listNames(names, maxCells), p.f.listRows(rows)),
		"Delete the second entry, or correct the identifier; repeated interviews need a column with the role wave.")
}

// duplicateRespondents tells rows that agree in every number. Straight-liners
// agree by nature and are told already.
func (p *preflight) duplicateRespondents() {
	var answers []*Column
	for _, c := range p.f.Columns {
		if c.Numeric() && c.Role == RoleNone && !identifies(c) {
			answers = append(answers, c)
		}
	}
	if len(answers) < duplicateAnswers {
		return
	}
	const prime = 1099511628211
	groups := map[uint64][]int{} // first rows with that hash
	var rows, of []int
	for i := range p.f.Rows {
		n := 0
		h := uint64(14695981039346656037)
		for _, c := range answers {
			answer := uint64(1)
			if c.present(i) {
				n++
				answer = math.Float64bits(c.Numbers[i] + 0)
			}
			h = (h ^ answer) * prime
			h ^= h >> 29
		}
		if n < duplicateAnswers || p.straight[i] {
			continue
		}
		k := slices.IndexFunc(groups[h], func(j int) bool { return sameRow(answers, i, j) })
		if k < 0 {
			groups[h] = append(groups[h], i)
			continue
		}
		rows = append(rows, i)
		of = append(of, groups[h][k])
	}
	if len(rows) == 0 {
		return
	}
	pairs := make([]string, len(rows))
	for k, i := range rows {
		pairs[k] = fmt.Sprintf("row %d as row %d", p.f.SheetRow(i), p.f.SheetRow(of[k]))
	}
	p.add(CodeDuplicateRespondent, finding.Warning, finding.Place{Row: p.f.SheetRow(rows[0])},
		fmt.Sprintf("%s the same answers as another in all %d numeric columns: %s.",
			count(len(rows), "row has", "rows have"), len(answers), listNames(pairs, maxCells)),
		"Check whether an interview was entered twice, or copied.")
}

// identifies reports whether a column only numbers the rows: 1, 2, 3, ...
func identifies(c *Column) bool {
	for i, x := range c.Numbers {
		if i > 0 && x != c.Numbers[i-1]+1 || math.IsNaN(x) || x != math.Trunc(x) {
			return false
		}
	}
	return len(c.Numbers) > 2
}

func sameRow(columns []*Column, i, j int) bool {
	for _, c := range columns {
		x, y := c.Numbers[i], c.Numbers[j]
		if x != y && !(math.IsNaN(x) && math.IsNaN(y)) {
			return false
		}
	}
	return true
}

// missingCases tells the rows of which more than missingCaseShare is missing.
func (p *preflight) missingCases() {
	if len(p.used) < 2 {
		return
	}
	var rows []int
	blank := 0
	for i, n := range p.answered {
		missing := len(p.used) - n
		if missing >= missingCaseLeast && float64(missing) > missingCaseShare*float64(len(p.used)) {
			rows = append(rows, i)
			if n == 0 {
				blank++
			}
		}
	}
	if len(rows) == 0 {
		return
	}
	also := ""
	if blank > 0 {
		also = fmt.Sprintf(" Of these, %d answered nothing at all.", blank)
	}
	p.add(CodeMissingCase, finding.Warning, finding.Place{Row: p.f.SheetRow(rows[0])},
		fmt.Sprintf("%s more than 15%% of the %d answers missing: %s.%s", count(len(rows), "row has", "rows have"), len(p.used), p.f.listRows(rows), also),
		"Consider leaving these cases out, and report how many (Hair et al. 2022).")
}
