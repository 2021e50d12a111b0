package grid

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"plumb/finding"
	"plumb/frame"
)

const (
	// CodeMissingToken: a token stands for "no answer" in a numeric column.
	// Smallest example: a column with the cells 1, 2, NA.
	CodeMissingToken finding.Code = "missing-token"
	// CodeDecimalMark: a column can be read with a decimal point and with a
	// decimal comma. Smallest example: a semicolon file with the cell 1.234.
	CodeDecimalMark finding.Code = "ambiguous-decimal"
	// CodeThousands: marks between thousands were taken off. Smallest example:
	// the cell 1,000.00.
	CodeThousands finding.Code = "thousands-mark"
	// CodeUnit: a percent or currency sign was taken off all cells of a column.
	// Smallest example: a column with the cells 5 %, 7 %.
	CodeUnit finding.Code = "unit-sign"
)

// numericShare is the least share of readable cells that makes a column numeric.
const numericShare = 0.8

// profile is what one look at the odd cells of a column shows.
type profile struct {
	looks   []number // one for each cell of Column.cells
	absent  []bool   // blank, missing token or declared missing
	plain   int      // cells that were plain whole numbers
	present int      // cells that are not absent, plain ones included
	unit    string
	counts  [len(styles)]int // of looks in the unit, by style
	onlyPt  bool             // a cell is a number with a decimal point only
	onlyCm  bool             // likewise with a decimal comma
	code    bool             // fixed-width digits with a leading zero
}

// Typed gives the columns of the frame. Names and cells have equal length. What
// the columns hold is copied or newly made.
func Typed(names []string, cells []Column, o Options) ([]*frame.Column, Report) {
	var report Report
	numbers, texts := missingCodes(o.Missing)
	profiles := make([]profile, len(cells))
	points, commas := 0, 0
	for i := range cells {
		profiles[i] = profileOf(&cells[i], texts)
		if profiles[i].onlyPt {
			points++
		}
		if profiles[i].onlyCm {
			commas++
		}
	}
	order := styleOrder(o, points, commas)
	tokens := tokenCounts{}
	out := make([]*frame.Column, len(cells))
	for i := range cells {
		p := &profiles[i]
		best := order[0]
		for _, s := range order[1:] {
			if p.counts[s] > p.counts[best] {
				best = s
			}
		}
		readable := p.plain + p.counts[best]
		c := &frame.Column{Name: names[i]}
		if readable > 0 && !p.code && float64(readable) >= numericShare*float64(p.present) {
			c.Unit = p.unit
			fillNumbers(c, &cells[i], p, styles[best], numbers, texts, tokens)
			describeStyle(c, p, best, o, points+commas, &report)
		} else {
			fillTexts(c, &cells[i], o.Missing)
		}
		profiles[i] = profile{}
		out[i] = c
	}
	report.Findings = append(report.Findings, tokens.findings(o.File)...)
	return out, report
}

// missingCodes parts the declared codes into numbers and texts.
func missingCodes(codes []string) (numbers []float64, texts []string) {
	for _, code := range codes {
		code = strings.TrimSpace(code)
		if n := look(code); n.styles&pointStyles != 0 {
			if v, ok := styles[0].value(n.text); ok {
				numbers = append(numbers, v)
				continue
			}
		}
		if code != "" {
			texts = append(texts, code)
		}
	}
	return numbers, texts
}

func profileOf(c *Column, missing []string) profile {
	p := profile{plain: c.numbers()}
	p.present = p.plain
	if len(c.cells) == 0 {
		return p
	}
	p.looks, p.absent = make([]number, 0, len(c.cells)), make([]bool, 0, len(c.cells))
	unreadable := 0
	byUnit := map[string]int{}
	if p.plain > 0 {
		byUnit[""] = p.plain
	}
	width, leadingZero, fixed := 0, false, true
	for _, cell := range c.cells {
		s := strings.TrimSpace(cell.Text)
		if isMissingToken(s) || slices.Contains(missing, s) {
			p.looks, p.absent = append(p.looks, number{}), append(p.absent, true)
			continue
		}
		p.present++
		n := look(s)
		p.looks, p.absent = append(p.looks, n), append(p.absent, false)
		if n.styles == 0 {
			if unreadable++; float64(unreadable) > (1-numericShare)*float64(len(c.values)) {
				// Text, whatever follows. Nothing of it counts as evidence.
				return profile{present: len(c.values)}
			}
			continue
		}
		byUnit[n.unit]++
		p.onlyPt = p.onlyPt || n.styles&commaStyles == 0
		p.onlyCm = p.onlyCm || n.styles&pointStyles == 0
		if digits, ok := wholeNumber(s); ok && s[0] != '-' && s[0] != '+' {
			leadingZero = leadingZero || digits > 1 && s[0] == '0'
			fixed = fixed && (width == 0 || width == digits)
			width = digits
		} else {
			fixed = false
		}
	}
	best := -1
	for unit, n := range byUnit {
		if n > best || n == best && unit < p.unit {
			best, p.unit = n, unit
		}
	}
	for i, n := range p.looks {
		if n.styles == 0 || p.absent[i] || n.unit != p.unit {
			continue
		}
		for s := range styles {
			if n.styles&(1<<s) != 0 {
				p.counts[s]++
			}
		}
	}
	if p.unit != "" {
		p.plain = 0 // a bare number in a column of percentages is an odd one
	}
	if leadingZero && fixed {
		lo, hi := math.Pow10(width-1), math.Pow10(width)
		p.code = !slices.ContainsFunc(c.values, func(v float64) bool { return v < lo || v >= hi })
	}
	return p
}

// styleOrder returns the styles in the order in which they are preferred when
// they read equally many cells of a column.
func styleOrder(o Options, points, commas int) []int {
	switch {
	case o.Decimal == '.':
		return []int{0, 2, 4, 6}
	case o.Decimal == ',':
		return []int{1, 3, 5, 7}
	case commas > points:
		return []int{1, 3, 5, 7, 0, 2, 4, 6}
	case points > 0 || !o.CommaLikely:
		return []int{0, 2, 4, 6, 1, 3, 5, 7}
	}
	return []int{0, 1, 2, 3, 4, 5, 6, 7}
}

func fillNumbers(c *frame.Column, cells *Column, p *profile, st style, codes []float64, texts []string, tokens tokenCounts) {
	c.Numbers = cells.values
	if c.Numbers == nil {
		c.Numbers = []float64{}
	}
	c.MissingCodes, c.MissingTexts = slices.Clone(codes), slices.Clone(texts)
	if p.unit != "" {
		for i, v := range c.Numbers {
			if !math.IsNaN(v) {
				c.NotNumbers = append(c.NotNumbers, frame.Cell{Row: i, Text: numberText(v)})
				c.Numbers[i] = math.NaN()
			}
		}
	}
	for i, cell := range cells.cells {
		if p.absent[i] {
			if s := strings.TrimSpace(cell.Text); s != "" && !slices.Contains(texts, s) {
				tokens.add(s, c.Name)
			}
			continue
		}
		if n := p.looks[i]; n.styles != 0 && n.unit == p.unit && (n.styles == allStyles || st.matches(n.text)) {
			if v, ok := st.value(n.text); ok {
				c.Numbers[cell.Row] = v
				continue
			}
		}
		c.NotNumbers = append(c.NotNumbers, frame.Cell{Row: cell.Row, Text: strings.Clone(cell.Text)})
	}
	if p.unit != "" {
		slices.SortFunc(c.NotNumbers, func(a, b frame.Cell) int { return a.Row - b.Row })
	}
	if len(codes) > 0 {
		for i, v := range c.Numbers {
			if slices.Contains(codes, v) {
				c.Numbers[i] = math.NaN()
			}
		}
	}
}

// tokenCounts counts the tokens for missing values of all columns.
type tokenCounts map[string]*tokenCount

type tokenCount struct {
	cells   int
	columns []string
}

func (t tokenCounts) add(token, column string) {
	n := t[token]
	if n == nil {
		n = &tokenCount{}
		t[strings.Clone(token)] = n
	}
	n.cells++
	if k := len(n.columns); k == 0 || n.columns[k-1] != column {
		n.columns = append(n.columns, column)
	}
}

// findings has one finding for each token, whatever the number of columns.
func (t tokenCounts) findings(file string) finding.List {
	var out finding.List
	for _, token := range slices.Sorted(maps.Keys(t)) {
		n := t[token]
		place := finding.Place{File: file}
		where := fmt.Sprintf("in %d columns (%s)", len(n.columns), firstNames(n.columns))
		if len(n.columns) == 1 {
			place.Column, where = n.columns[0], "in this column"
		}
		cells := fmt.Sprintf("%d cells", n.cells)
		if n.cells == 1 {
			cells = "one cell"
		}
		out = append(out, finding.Finding{Code: CodeMissingToken, Severity: finding.Info, Place: place,
			Message: fmt.Sprintf("%q in %s %s was taken as a missing value.", token, cells, where),
			Hint:    "Declare it to silence this: " + frame.DeclareMissing(token) + "."})
	}
	return out
}

func firstNames(names []string) string {
	const shown = 5
	if len(names) > shown {
		return strings.Join(names[:shown], ", ") + ", ..."
	}
	return strings.Join(names, ", ")
}

// describeStyle reports how the numbers of a column were read where a person
// could have read them otherwise.
func describeStyle(c *frame.Column, p *profile, best int, o Options, evidence int, report *Report) {
	add := func(code finding.Code, s finding.Severity, message, hint string) {
		report.Findings = append(report.Findings, finding.Finding{Code: code, Severity: s,
			Place: finding.Place{File: o.File, Column: c.Name}, Message: message, Hint: hint})
	}
	if p.unit != "" {
		add(CodeUnit, finding.Info, fmt.Sprintf("The sign %s was taken off the numbers and kept as the unit.", p.unit), "")
	}
	marked, grouped, example := false, 0, ""
	both := allStyles
	for i, n := range p.looks {
		if p.absent[i] || n.styles == 0 || n.styles == allStyles || n.unit != p.unit {
			continue
		}
		marked = true
		both &= n.styles
		if t := styles[best].thousands; t != 0 && strings.IndexByte(n.text, t) >= 0 {
			grouped++
			example = n.text
		}
	}
	if !marked {
		return
	}
	if report.Decimal == 0 {
		report.Decimal = rune(styles[best].decimal)
	}
	if grouped > 0 {
		v, _ := styles[best].value(example)
		add(CodeThousands, finding.Info, fmt.Sprintf(
			"%q was read as %.15g: marks between thousands were taken off (cells: %d).", example, v, grouped),
			"If this is wrong, name the decimal mark: "+frame.Setting("decimal", "MARK")+".")
	}
	if o.Decimal == 0 && evidence == 0 && both&pointStyles != 0 && both&commaStyles != 0 && (o.CommaLikely || grouped > 0) {
		add(CodeDecimalMark, finding.Warning, fmt.Sprintf(
			"The numbers can be read with a decimal point or a decimal comma; the decimal mark was taken to be %q.",
			string(rune(styles[best].decimal))), "Name the decimal mark: "+frame.Setting("decimal", "MARK")+".")
	}
}

// fillTexts keeps text as it stands. All texts of the column share one piece of
// memory, equal ones the same place in it, so that the column does not keep the
// bytes of the file alive.
func fillTexts(c *frame.Column, cells *Column, missing []string) {
	const shared = 4096
	c.Texts = make([]string, len(cells.values))
	for _, m := range missing {
		c.MissingTexts = append(c.MissingTexts, strings.TrimSpace(m))
	}
	var all strings.Builder
	type span struct{ from, to int }
	spans := make([]span, len(cells.cells))
	seen := map[string]span{}
	for i, cell := range cells.cells {
		at, ok := seen[cell.Text]
		if !ok {
			at = span{all.Len(), all.Len()}
			if s := strings.TrimSpace(cell.Text); s != "" && !slices.Contains(c.MissingTexts, s) {
				all.WriteString(cell.Text)
				at.to = all.Len()
			}
			if len(seen) < shared {
				seen[cell.Text] = at
			}
		}
		spans[i] = at
	}
	text := all.String()
	for i, cell := range cells.cells {
		c.Texts[cell.Row] = text[spans[i].from:spans[i].to]
	}
	for i, v := range cells.values {
		if !math.IsNaN(v) {
			if s := numberText(v); !slices.Contains(c.MissingTexts, s) {
				c.Texts[i] = s
			}
		}
	}
}
