package frame

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxExpanded bounds how many values a range such as R001-R062 may stand for.
const maxExpanded = 100000

// valueSpec is what one cell of the values column says.
type valueSpec struct {
	allowed  Allowed
	missing  []ValueLabel // codes that mean "no answer"
	kept     []ValueLabel // codes that say so, but stand among the others
	anchored bool         // the ends of a scale were labelled
}

// parseValues reads the permitted values as codebooks write them. Clauses are
// separated by semicolons or line ends:
//
//	1-5   1..5   -3 to 3   0.5 – 2.5                    range of numbers
//	R001-R062   A-D                                     range of names
//	> 0   >= 18   18+   > 0 and < 1                     bounds
//	A|B|C|D   female, male   yes/no                     list
//	0 = no; 1 = yes   1=yes|2=no   1: yes, 2: no        codes with labels
//	1 = strongly disagree ... 5 = strongly agree        ends of a scale, also with …
//	-99 = refused   99 = don't know (missing)           codes for "no answer"
//	empty = not answered                                says that a blank is expected
//
// With TypeText numbers are names: 18-24|25-34 lists two.
func parseValues(text string, kind ValueType) (valueSpec, error) {
	p := valuesParser{kind: kind}
	clauses := splitClauses(text)
	for _, clause := range clauses {
		if err := p.clause(clause, len(clauses) == 1); err != nil {
			return valueSpec{}, err
		}
	}
	return p.finish()
}

// parseMissing reads the codes of the missing column: -99; -98 = refused; n/a.
func parseMissing(text string) ([]ValueLabel, error) {
	var out []ValueLabel
	for _, clause := range splitClauses(text) {
		for _, item := range splitItems(clause) {
			switch strings.ToLower(item) {
			case "", "none", "no", "-", "–", "empty", "blank":
				continue
			}
			if lo, hi, ok := numberRange(item); ok {
				codes, err := expandNumbers(lo, hi)
				if err != nil {
					return nil, err
				}
				out = append(out, codes...)
				continue
			}
			code, label := item, ""
			if m := labelled.FindStringSubmatch(item); m != nil {
				code, label = m[1], m[2]
			}
			out = append(out, newValue(code, label))
		}
	}
	return out, nil
}

const number = `[-+−]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?`

var (
	plainNumber = regexp.MustCompile(`^` + number + `$`)
	rangeSign   = `\s*(?:-|–|—|−|\.\.\.?|…|\bto\b)\s*`
	numbersFrom = regexp.MustCompile(`^(` + number + `)` + rangeSign + `(` + number + `)$`)
	namesFrom   = regexp.MustCompile(`^([^\s=<>]*?)(\d+)` + rangeSign + `([^\s=<>]*?)(\d+)$`)
	lettersFrom = regexp.MustCompile(`^([A-Za-z])` + rangeSign + `([A-Za-z])$`)
	labelled    = regexp.MustCompile(`^([^=:]+?)\s*[=:]\s*(\S.*)$`)
	bracketed   = regexp.MustCompile(`^(` + number + `)\s*\((.+)\)$`)
	labelStart  = regexp.MustCompile(`(?i)^\s*(?:` + number + `|empty|blank)\s*[=:]`)
	emptyCell   = regexp.MustCompile(`(?i)^(?:empty|blank|"")\s*(?:[=:].*)?$`)
	bound       = regexp.MustCompile(`^(>=|=>|≥|>|<=|=<|≤|<)\s*(` + number + `)$`)
	boundPlus   = regexp.MustCompile(`^(` + number + `)\s*(?:\+|(?:and|or) (?:more|over|above|older))$`)
	boundJoin   = regexp.MustCompile(`(?i)\s*(?:\band\b|&|,)\s*`)
	ellipsis    = regexp.MustCompile(`\s*(?:\.\.\.|…)\s*`)
)

// anything are texts that permit every value.
var anything = []string{"any", "anything", "free", "free text", "open", "open text", "text", "number", "numeric", "date"}

func splitClauses(text string) []string {
	fields := strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == '；' || r == '\n' || r == '\r' })
	out := fields[:0]
	for _, f := range fields {
		if f = strings.TrimSpace(f); f != "" {
			out = append(out, f)
		}
	}
	return out
}

// splitItems cuts a clause at bars; else at commas, but within labelled codes
// only where the next code begins, for a label may hold a comma; else at
// strokes.
func splitItems(clause string) []string {
	var items []string
	isComma := func(r rune) bool { return r == ',' || r == '，' || r == '、' }
	switch {
	case strings.Contains(clause, "|"):
		items = strings.Split(clause, "|")
	case labelStart.MatchString(clause):
		start := 0
		for i, r := range clause {
			if isComma(r) && labelStart.MatchString(clause[i+len(string(r)):]) {
				items = append(items, clause[start:i])
				start = i + len(string(r))
			}
		}
		items = append(items, clause[start:])
	case strings.ContainsFunc(clause, isComma):
		items = strings.FieldsFunc(clause, isComma)
	case strings.Contains(clause, "/") && !strings.ContainsAny(clause, "=<>:") && !isNonAnswer(clause):
		items = strings.Split(clause, "/")
	default:
		items = []string{clause}
	}
	out := items[:0]
	for _, item := range items {
		if item = strings.TrimSpace(item); item != "" {
			out = append(out, item)
		}
	}
	return out
}

// parseNumber reads a number with a decimal point; the sign may be the
// typographic minus.
func parseNumber(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	if !plainNumber.MatchString(s) {
		return 0, false
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(s, "−", "-"), 64)
	return v + 0, err == nil // + 0 turns -0 into 0
}

func newValue(code, label string) ValueLabel {
	v := ValueLabel{Number: math.NaN(), Text: strings.TrimSpace(code), Label: strings.TrimSpace(label)}
	if x, ok := parseNumber(v.Text); ok {
		v.Number = x
	}
	return v
}

func numberRange(item string) (lo, hi float64, ok bool) {
	m := numbersFrom.FindStringSubmatch(item)
	if m == nil {
		return 0, 0, false
	}
	lo, ok1 := parseNumber(m[1])
	hi, ok2 := parseNumber(m[2])
	return lo, hi, ok1 && ok2
}

// expandNumbers lists the whole numbers from lo to hi.
func expandNumbers(lo, hi float64) ([]ValueLabel, error) {
	switch {
	case lo != math.Trunc(lo) || hi != math.Trunc(hi) || math.Abs(lo) > 1e15 || math.Abs(hi) > 1e15:
		return nil, errors.New("a range beside other values must have whole ends")
	case hi < lo:
		return nil, fmt.Errorf("the range from %s to %s runs backwards", formatNumber(lo), formatNumber(hi))
	case hi-lo >= maxExpanded:
		return nil, fmt.Errorf("the range from %s to %s is too long to list", formatNumber(lo), formatNumber(hi))
	}
	var out []ValueLabel
	for v := lo; v <= hi; v++ {
		out = append(out, ValueLabel{Number: v, Text: formatNumber(v)})
	}
	return out, nil
}

// expandNames lists the names of a range: R001-R062, 01-12, A-D.
func expandNames(item string) ([]ValueLabel, bool, error) {
	if m := lettersFrom.FindStringSubmatch(item); m != nil {
		from, to := m[1][0], m[2][0]
		if (from >= 'a') != (to >= 'a') {
			return nil, false, nil
		}
		if from > to {
			return nil, true, fmt.Errorf("the range %s runs backwards", item)
		}
		var out []ValueLabel
		for c := from; c <= to; c++ {
			out = append(out, newValue(string(rune(c)), ""))
		}
		return out, true, nil
	}
	m := namesFrom.FindStringSubmatch(item)
	if m == nil || m[1] != m[3] {
		return nil, false, nil
	}
	from, err1 := strconv.Atoi(m[2])
	to, err2 := strconv.Atoi(m[4])
	switch {
	case err1 != nil || err2 != nil || to-from >= maxExpanded:
		return nil, true, fmt.Errorf("the range %s is too long to list", shorten(item, 40))
	case to < from:
		return nil, true, fmt.Errorf("the range %s runs backwards", item)
	}
	width := 0
	if m[2][0] == '0' {
		width = len(m[2])
	}
	var out []ValueLabel
	for k := from; k <= to; k++ {
		out = append(out, newValue(fmt.Sprintf("%s%0*d", m[1], width, k), ""))
	}
	return out, true, nil
}

// valuesParser gathers the items of one cell.
type valuesParser struct {
	kind     ValueType
	values   []ValueLabel
	ranges   []Allowed // numbers only; bounds
	limits   Allowed   // from > 0 and the like
	limited  bool
	anchored bool
}

func (p *valuesParser) clause(clause string, alone bool) error {
	if slices.Contains(anything, strings.ToLower(clause)) {
		return nil
	}
	if p.bounds(clause) {
		return nil
	}
	if done, err := p.anchors(clause); done || err != nil {
		return err
	}
	items := splitItems(clause)
	kind := p.kind
	if kind == TypeUnknown && strings.Contains(clause, "|") && countRanges(items) > 1 {
		kind = TypeText // 18-24|25-34 are bands with names, not stretches of a number line
	}
	for _, item := range items {
		if err := p.item(item, kind, alone && len(items) == 1); err != nil {
			return err
		}
		if len(p.values) > maxExpanded {
			return errors.New("there are too many values to list")
		}
	}
	return nil
}

func countRanges(items []string) int {
	n := 0
	for _, item := range items {
		if _, _, ok := numberRange(item); ok {
			n++
		}
	}
	return n
}

// bounds reads "> 0", "18+", "> 0 and <= 1".
func (p *valuesParser) bounds(clause string) bool {
	var found []Allowed
	for _, part := range boundJoin.Split(clause, -1) {
		var a Allowed
		if m := boundPlus.FindStringSubmatch(clause); m != nil {
			v, ok := parseNumber(m[1])
			if !ok {
				return false
			}
			found = []Allowed{{Low: v, HasLow: true}}
			break
		}
		m := bound.FindStringSubmatch(part)
		if m == nil {
			return false
		}
		v, ok := parseNumber(m[2])
		if !ok {
			return false
		}
		switch m[1] {
		case ">":
			a = Allowed{Low: v, HasLow: true, LowOpen: true}
		case ">=", "=>", "≥":
			a = Allowed{Low: v, HasLow: true}
		case "<":
			a = Allowed{High: v, HasHigh: true, HighOpen: true}
		default:
			a = Allowed{High: v, HasHigh: true}
		}
		found = append(found, a)
	}
	for _, a := range found {
		p.limited = true
		if a.HasLow && (!p.limits.HasLow || a.Low > p.limits.Low) {
			p.limits.Low, p.limits.HasLow, p.limits.LowOpen = a.Low, true, a.LowOpen
		}
		if a.HasHigh && (!p.limits.HasHigh || a.High < p.limits.High) {
			p.limits.High, p.limits.HasHigh, p.limits.HighOpen = a.High, true, a.HighOpen
		}
	}
	return true
}

// anchors reads "1 = strongly disagree ... 5 = strongly agree".
func (p *valuesParser) anchors(clause string) (bool, error) {
	parts := ellipsis.Split(clause, -1)
	if len(parts) < 2 {
		return false, nil
	}
	var points, others []ValueLabel
	for i, part := range parts {
		items := splitItems(strings.Trim(part, " ,|"))
		for j, item := range items {
			m := labelled.FindStringSubmatch(item)
			if m == nil {
				m = bracketed.FindStringSubmatch(item)
			}
			if m == nil {
				return false, nil
			}
			v := newValue(m[1], m[2])
			if math.IsNaN(v.Number) {
				return false, nil
			}
			// What stands before the first end or after the last is a code
			// beside the scale: 1 = never ... 5 = always, 9 = don't know.
			if i == 0 && j < len(items)-1 || i == len(parts)-1 && j > 0 {
				others = append(others, v)
			} else {
				points = append(points, v)
			}
		}
	}
	if len(points) < 2 {
		return false, nil
	}
	low, high := points[0].Number, points[len(points)-1].Number
	if low > high { // 5 = always ... 1 = never
		low, high = high, low
	}
	p.anchored = true
	p.values = append(append(p.values, points...), others...)
	p.ranges = append(p.ranges, Allowed{Low: low, High: high, HasLow: true, HasHigh: true, Integer: true})
	return true, nil
}

func (p *valuesParser) item(item string, kind ValueType, alone bool) error {
	if emptyCell.MatchString(item) {
		return nil
	}
	if kind != TypeText {
		if lo, hi, ok := numberRange(item); ok {
			if hi < lo {
				return fmt.Errorf("the range from %s to %s runs backwards", formatNumber(lo), formatNumber(hi))
			}
			p.ranges = append(p.ranges, Allowed{Low: lo, High: hi, HasLow: true, HasHigh: true})
			return nil
		}
	}
	if plainNumber.MatchString(item) {
		p.values = append(p.values, newValue(item, ""))
		return nil
	}
	if names, ok, err := expandNames(item); ok || err != nil {
		// In a list, 18-24 is a band of ages by its name.
		if err == nil && kind == TypeText && !alone && item[0] >= '0' && item[0] <= '9' {
			p.values = append(p.values, newValue(item, ""))
			return nil
		}
		p.values = append(p.values, names...)
		return err
	}
	if m := labelled.FindStringSubmatch(item); m != nil {
		p.values = append(p.values, newValue(m[1], m[2]))
		return nil
	}
	if m := bracketed.FindStringSubmatch(item); m != nil {
		p.values = append(p.values, newValue(m[1], m[2]))
		return nil
	}
	switch {
	case alone:
		return fmt.Errorf("%q is neither a range nor a list", shorten(item, 40))
	case strings.ContainsAny(item, "=<>"):
		return fmt.Errorf("%q is not understood", shorten(item, 40))
	case kind == TypeNumber:
		return fmt.Errorf("%q is not a number", shorten(item, 40))
	}
	p.values = append(p.values, newValue(item, ""))
	return nil
}

// finish puts the items together: one stretch of numbers becomes bounds,
// several become the numbers in them; codes for "no answer" go aside.
func (p *valuesParser) finish() (valueSpec, error) {
	spec := valueSpec{anchored: p.anchored}
	a := &spec.allowed
	if p.limited {
		*a = p.limits
	}
	switch {
	case len(p.ranges) == 1 && p.limited:
		return valueSpec{}, errors.New("a range and a bound contradict each other")
	case len(p.ranges) == 1:
		*a = p.ranges[0]
	case len(p.ranges) > 1 && p.limited:
		return valueSpec{}, errors.New("several ranges and a bound contradict one another")
	case len(p.ranges) > 1:
		for _, r := range p.ranges {
			values, err := expandNumbers(r.Low, r.High)
			if err != nil {
				return valueSpec{}, err
			}
			p.values = append(p.values, slices.DeleteFunc(values, func(v ValueLabel) bool {
				return slices.ContainsFunc(p.values, func(have ValueLabel) bool { return have.Number == v.Number })
			})...)
			if len(p.values) > maxExpanded {
				return valueSpec{}, errors.New("there are too many values to list")
			}
		}
	}
	if a.HasLow && a.HasHigh && (a.Low > a.High || a.Low == a.High && (a.LowOpen || a.HighOpen)) {
		return valueSpec{}, errors.New("no number lies between the bounds")
	}
	seen := make(map[string]bool, len(p.values))
	for _, v := range p.values {
		key := v.Text
		if !math.IsNaN(v.Number) {
			key = formatNumber(v.Number)
		}
		if seen[key] {
			return valueSpec{}, fmt.Errorf("the code %s stands there twice", v.Text)
		}
		seen[key] = true
	}
	spec.sortOutMissing(p.values)
	return spec, nil
}

// sortOutMissing parts codes for "no answer" from the categories. A label with
// the word missing always counts. "Refused" and the like count when the code
// is set apart from the others, as survey practice does it: negative where no
// other code is, or with a gap below or above them. 3 = don't know after
// 1 = yes; 2 = no is left a category, and said so.
func (s *valueSpec) sortOutMissing(values []ValueLabel) {
	low, high := math.Inf(1), math.Inf(-1)
	if s.allowed.HasLow {
		low = s.allowed.Low
	}
	if s.allowed.HasHigh {
		high = s.allowed.High
	} else if s.allowed.HasLow {
		high = math.Inf(1)
	}
	if s.allowed.HasHigh && !s.allowed.HasLow {
		low = math.Inf(-1)
	}
	for _, v := range values {
		if !isNonAnswer(v.Label) && !missingWord.MatchString(v.Label) && !math.IsNaN(v.Number) {
			low, high = min(low, v.Number), max(high, v.Number)
		}
	}
	for _, v := range values {
		apart := low > high || v.Number < 0 && low >= 0 || v.Number <= low-2 || v.Number >= high+2
		switch {
		case missingWord.MatchString(v.Label), isNonAnswer(v.Label) && apart && !math.IsNaN(v.Number):
			s.missing = append(s.missing, v)
		case isNonAnswer(v.Label):
			s.kept = append(s.kept, v)
			fallthrough
		default:
			s.allowed.Values = append(s.allowed.Values, v)
		}
	}
}

// Permits reports whether the codebook permits the number; NaN is permitted.
func (a Allowed) Permits(v float64) bool {
	if math.IsNaN(v) {
		return true
	}
	for _, have := range a.Values {
		if have.Number == v {
			return true
		}
	}
	bounded := a.HasLow || a.HasHigh
	if a.Integer && v != math.Trunc(v) || len(a.Values) > 0 && !bounded {
		return false
	}
	return !(a.HasLow && (v < a.Low || a.LowOpen && v == a.Low) ||
		a.HasHigh && (v > a.High || a.HighOpen && v == a.High))
}

// String writes the permitted values in the codebook's own notation, "" when
// everything is permitted.
func (a Allowed) String() string {
	var parts []string
	switch {
	case a.HasLow && a.HasHigh && !a.LowOpen && !a.HighOpen:
		parts = append(parts, formatNumber(a.Low)+" to "+formatNumber(a.High))
	default:
		if a.HasLow {
			parts = append(parts, map[bool]string{true: "> ", false: ">= "}[a.LowOpen]+formatNumber(a.Low))
		}
		if a.HasHigh {
			parts = append(parts, map[bool]string{true: "< ", false: "<= "}[a.HighOpen]+formatNumber(a.High))
		}
		if len(parts) == 2 {
			parts = []string{parts[0] + " and " + parts[1]}
		}
	}
	if len(parts) > 0 && a.Integer {
		parts[0] += " in whole numbers"
	} else if a.Integer && len(a.Values) == 0 {
		parts = append(parts, "whole numbers")
	}
	var names []string
	for _, v := range a.Values {
		if v.Text == "" && (!a.HasLow || !a.HasHigh || v.Number < a.Low || v.Number > a.High) {
			names = append(names, formatNumber(v.Number))
		} else if v.Text != "" {
			names = append(names, v.Text)
		}
	}
	if len(names) > 0 {
		parts = append(parts, listNames(names, maxNames))
	}
	return strings.Join(parts, "; ")
}
