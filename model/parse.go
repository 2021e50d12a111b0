package model

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"plumb/finding"
)

// ParseOptions say where a text comes from. The zero value will do.
type ParseOptions struct {
	File  string // base name, for the places of findings
	Model string // name of the model in the study, likewise
	// Line is the line of File on which the text begins; 0 is 1. Indent is the
	// number of characters of File before every line of the text.
	Line, Indent int
	// Columns are the names of the data's columns, when known: indicators that
	// are not among them are Errors (see CheckColumns), at once with all others.
	Columns []string
	// Data is the base name of the data file, for those messages.
	Data string
}

// Parse reads a model text: lavaan's grammar as far as a PLS path model has use
// for it.
//
//	X  =~ a + b + c     reflective construct        X <~ a + b   composite
//	H  =~ X + Z         higher-order construct      X <~ a + b [A]   Mode A
//	Y  ~  X + M + X:M   paths into Y, interaction   Y ~ X + X:X  quadratic
//
// Lines end at a line break or semicolon and go on after a trailing operator,
// and where the next line begins with +. A # or ! begins a comment. Names are
// letters, marks and numbers of any script, dots and underscores; any other
// name stands in back quotes (a doubled back quote stands for one). Lines that
// measure the same construct merge, and so do lines with the same outcome.
//
// Names are compared, and stand in the Model, in Unicode normal form C: an é
// typed as one character or as two is the same name. A written mode that is
// the construct's default anyway is stored as ModeDefault.
//
// All findings come at once, in the order of the text, those about the whole
// model last. The model is nil when one of them is an Error.
func Parse(text string, o ParseOptions) (*Model, finding.List) {
	text = strings.TrimPrefix(text, "\ufeff")
	p := &parser{model: Model{file: o.File, name: o.Model}, columns: o.Columns, data: o.Data,
		index: map[string]int{}, products: map[string]string{}, broken: map[string]bool{}, modes: map[string]Mode{}}
	first := position{max(o.Line, 1), 1 + max(o.Indent, 0)}
	if len(text) > MaxText {
		p.report(CodeModelTooLarge, position{},
			fmt.Sprintf("The text has %d bytes; a model text has at most %d.", len(text), MaxText),
			"Check that the right file was given as the model.")
		return nil, p.findings
	}
	if at, ok := invalidUTF8(text, first); ok {
		p.report(CodeNotUTF8, at, "The text is not UTF-8 from here on.", "Save it as UTF-8 text and try again.")
		return nil, p.findings
	}
	p.tokens = scan(text, first)
	for p.peek().kind != tokenEnd {
		p.statement()
	}
	if p.isNoModel() {
		return nil, finding.List{{Code: CodeNotModel, Severity: finding.Error, Place: p.findings[0].Place,
			Message: fmt.Sprintf("The text is no model: it has no =~, <~ or ~ in it; it begins with %q.", clip(firstLine(text))),
			Hint:    "Check that the right file was given as the model. Its lines read X =~ x1 + x2 (measurement) or Y ~ X (paths)."}}
	}
	m := p.finish()
	sortByPlace(p.findings)
	if p.findings.Count(finding.Error) > 0 {
		m = nil
	}
	if more := len(p.findings) - MaxFindings; more > 0 {
		// What is cut must not turn a wrong text into a right one.
		p.findings = p.findings.BySeverity()[:MaxFindings]
		p.findings = append(p.findings, finding.Finding{Code: CodeMoreFindings, Severity: finding.Info, Place: p.model.place(position{}, ""),
			Message: fmt.Sprintf("There are %d more findings.", more), Hint: "Check that the right file was given as the model, or mend these first."})
	}
	return m, p.findings
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(line)
}

// leastLines is how many lines without sense make a text no model, where fewer
// are slips that are told one by one.
const leastLines = 5

// isNoModel reports that the text holds none of the operators and that its
// first lines (of a line, what semicolons part) are nothing that a model has,
// as in a table of data.
func (p *parser) isNoModel() bool {
	operator := func(t token) bool {
		return t.kind == tokenMark && slices.Contains([]string{"=~", "<~", "~"}, t.text)
	}
	slip := func(f finding.Finding) bool { return f.Code != CodeSyntax || f.Message == equalsMessage }
	return len(p.findings) >= leastLines && !slices.ContainsFunc(p.tokens, operator) &&
		!slices.ContainsFunc(p.findings[:leastLines], slip)
}

func invalidUTF8(text string, at position) (position, bool) {
	indent := at.char
	for i, r := range text {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				return at, true
			}
		}
		at.char++
		if r == '\n' {
			at = position{at.line + 1, indent}
		}
	}
	return at, false
}

// parser reads statements and gathers constructs and paths from them.
type parser struct {
	tokens   []token
	next     int
	model    Model
	columns  []string
	index    map[string]int    // of constructs
	products map[string]string // sorted parts of an interaction -> its name
	data     string            // base name of the data file
	broken   map[string]bool   // constructs whose line has a syntax error
	modes    map[string]Mode   // as written
	stumbled bool              // some line could not be read
	findings finding.List
}

// term is a name, or several joined by colons.
type term struct {
	names []string
	position
}

func (t term) String() string {
	out := make([]string, len(t.names))
	for i, n := range t.names {
		out[i] = quote(n)
	}
	return strings.Join(out, ":")
}

func (p *parser) peek() token { return p.tokens[p.next] }

func (p *parser) report(code finding.Code, at position, message, hint string) {
	p.findings = append(p.findings, finding.Finding{Code: code, Severity: finding.Error, Place: p.model.place(at, ""), Message: message, Hint: hint})
}

// stumble reports a line that cannot be read on and passes over its rest.
func (p *parser) stumble(code finding.Code, at position, message, hint string) {
	p.report(code, at, message, hint)
	p.stumbled = true
	for p.peek().kind != tokenEnd && !p.atEnd() {
		t := p.peek()
		p.next++
		if isJoint(t) {
			p.skipNewlines()
		}
	}
}

// isJoint tells the marks after which a line goes on.
func isJoint(t token) bool {
	return t.kind == tokenMark && slices.Contains([]string{"+", "~", "=~", "<~", ":", "*"}, t.text)
}

func (p *parser) is(mark string) bool {
	t := p.peek()
	return t.kind == tokenMark && t.text == mark
}

func (p *parser) skipNewlines() {
	for p.peek().kind == tokenNewline {
		p.next++
	}
}

// atEnd reports the end of a statement: line breaks count unless the next line
// begins with a plus, to which it moves on.
func (p *parser) atEnd() bool {
	switch {
	case p.peek().kind == tokenEnd || p.is(";"):
		return true
	case p.peek().kind != tokenNewline:
		return false
	}
	back := p.next
	p.skipNewlines()
	if p.is("+") {
		return false
	}
	p.next = back
	return true
}

func (p *parser) statement() {
	if p.peek().kind == tokenNewline || p.is(";") {
		p.next++
		return
	}
	left, ok := p.terms("")
	if !ok {
		return
	}
	op := p.peek()
	if op.kind != tokenMark {
		p.stumble(CodeSyntax, op.position, fmt.Sprintf("Expected =~, <~ or ~ after %s, but found %s.", join(left), describe(op)), nameHint(op))
		return
	}
	p.next++
	switch op.text {
	case "=~", "<~", "~":
		p.skipNewlines()
		if p.nothingFollows(op) {
			p.broken[left[0].names[0]] = true
			return
		}
		right, ok := p.terms(op.text)
		mode := ModeDefault
		if ok {
			mode, ok = p.mode(op)
		}
		if op.text == "~" {
			p.paths(left, right)
			return
		}
		if !ok {
			p.broken[left[0].names[0]] = true
		}
		p.measure(left, op, right, mode)
	case "->", "<-", "=>", "<->", "→", "←", "⇒":
		p.arrow(left, op)
	case "~~":
		p.stumble(CodeCovariance, op.position, "plumb has no use for ~~: variances and covariances are not parameters of a PLS path model.",
			"Drop the line; the correlations of exogenous constructs are always estimated freely and reported.")
	case "=":
		p.equals(left, op)
	case ":=", "==", "<", ">":
		p.stumble(CodeDefinition, op.position, fmt.Sprintf("plumb has no use for %s: it has neither defined parameters nor constraints.", op.text),
			"Drop the line; indirect and total effects are always reported.")
	default:
		p.stumble(CodeSyntax, op.position, fmt.Sprintf("Expected =~, <~ or ~ after %s, but found %s.", join(left), describe(op)), nameHint(op))
	}
}

// nothingFollows reports an operator or plus without a right side: the text
// ends, or the next line is a statement of its own.
func (p *parser) nothingFollows(op token) bool {
	t := p.peek()
	ends := t.kind == tokenEnd || t.kind == tokenMark && t.text == ";"
	if !ends && t.line > op.line && p.next+1 < len(p.tokens) {
		after := p.tokens[p.next+1]
		ends = after.kind == tokenMark && slices.Contains([]string{"=~", "<~", "~", "~~", ":=", "->", "<-"}, after.text)
	}
	if !ends {
		return false
	}
	p.stumbled = true
	switch op.text {
	case "=~", "<~":
		p.report(CodeNoIndicators, op.position, fmt.Sprintf("Nothing follows %s: the construct has no indicators.", op.text),
			"Name the columns of the data that measure it, as in X "+op.text+" x1 + x2.")
	case "~":
		p.report(CodeSyntax, op.position, "Nothing follows ~: expected a construct.", "Name the constructs that have a path into it, as in Y ~ X.")
	default:
		p.report(CodeSyntax, op.position, "Nothing follows "+op.text+": expected a name.", "Drop the trailing "+op.text+" or add a name.")
	}
	return true
}

const equalsMessage = "Nothing is defined with =."

// equals shows the right form of A = b + c.
func (p *parser) equals(left []term, op token) {
	hint := "Write =~ before indicators, as in X =~ x1 + x2, and ~ before constructs, as in Y ~ X."
	if right := p.lookAhead(); len(right) > 0 {
		hint = fmt.Sprintf("Write %s =~ %s if these are its indicators, or ~ in place of = if they are constructs.", join(left), join(right))
	}
	p.stumble(CodeSyntax, op.position, equalsMessage, hint)
}

// lookAhead returns the names that follow, for a hint.
func (p *parser) lookAhead() []term {
	quiet, back, stumbled := len(p.findings), p.next, p.stumbled
	right, _ := p.terms("~")
	p.findings, p.next, p.stumbled = p.findings[:quiet], back, stumbled
	return right
}

// arrow shows the right form of A -> B.
func (p *parser) arrow(left []term, op token) {
	from, to := left, p.lookAhead()
	if op.text == "<-" || op.text == "←" {
		from, to = to, from
	}
	hint := "Write the outcome first, as in Y ~ X."
	if len(from) > 0 && len(to) > 0 {
		hint = fmt.Sprintf("Write %s ~ %s.", join(to), join(from))
	}
	p.stumble(CodeArrow, op.position, fmt.Sprintf("Paths are not written with %s.", op.text), hint)
}

// terms reads names joined by plus. After an operator, op is its text; it is
// empty on the left side. Not ok means that the rest of the statement was
// passed over.
func (p *parser) terms(op string) ([]term, bool) {
	var out []term
	for {
		t, ok := p.term(op)
		if !ok {
			return out, false
		}
		if t.names != nil {
			out = append(out, t)
		}
		if p.atEnd() && op != "" || !p.is("+") {
			return out, true
		}
		plus := p.peek()
		p.next++
		p.skipNewlines()
		if op != "" && p.nothingFollows(plus) {
			return out, false
		}
	}
}

// term reads one name or product. Modifiers and intercepts are reported and
// passed over; a term without names is such an intercept.
func (p *parser) term(op string) (term, bool) {
	for p.modifier() {
	}
	t := p.peek()
	out := term{position: t.position}
	if t.kind == tokenNumber && op == "~" && (t.text == "1" || t.text == "0") {
		p.report(CodeIntercept, t.position, "plumb has no use for an intercept: all variables are standardised.", "Drop it; means are reported with the data.")
		p.next++
		return out, true
	}
	for {
		t := p.peek()
		if t.kind != tokenName {
			p.stumble(CodeSyntax, t.position, fmt.Sprintf("Expected a name, but found %s.", describe(t)), nameHint(t))
			return out, false
		}
		p.next++
		p.checkName(t)
		if r := []rune(t.text); len(r) > MaxName {
			t.text = string(r[:MaxName])
		}
		if len(out.names) == MaxParts {
			p.stumble(CodeModelTooLarge, t.position, fmt.Sprintf("An interaction has at most %d parts.", MaxParts), "Interactions of more than three constructs can hardly be interpreted.")
			return out, false
		}
		out.names = append(out.names, t.text)
		if !p.is(":") {
			return out, true
		}
		p.next++
		p.skipNewlines()
	}
}

// modifier passes over label*, 1* or start(0.5)* and reports it.
func (p *parser) modifier() bool {
	i := p.next
	switch p.tokens[i].kind {
	case tokenName, tokenNumber, tokenString:
	default:
		return false
	}
	end := i + 1
	if p.tokens[end].kind == tokenMark && p.tokens[end].text == "(" {
		for depth := 0; ; end++ {
			t := p.tokens[end]
			if t.kind == tokenEnd || t.kind == tokenNewline {
				return false
			}
			if t.kind == tokenMark && t.text == "(" {
				depth++
			}
			if t.kind == tokenMark && t.text == ")" {
				depth--
			}
			if depth == 0 {
				break
			}
		}
		end++
	}
	if t := p.tokens[end]; t.kind != tokenMark || t.text != "*" {
		return false
	}
	p.report(CodeModifier, p.tokens[i].position, "plumb has no use for labels, fixed values and starting values before a *.",
		"Drop everything up to the *; scores are standardised, so that no loading or weight needs fixing.")
	p.next = end + 1
	p.skipNewlines()
	return true
}

// mode reads [A] or [B] and the end of the statement.
func (p *parser) mode(op token) (Mode, bool) {
	var mode Mode
	if p.is("[") {
		at := p.peek().position
		p.next++
		word := p.peek()
		if word.kind != tokenName || mode.UnmarshalText([]byte(word.text)) != nil || mode == ModeDefault {
			p.stumble(CodeSyntax, word.position, fmt.Sprintf("Expected A or B after [, but found %s.", describe(word)), "Write [A] for correlation weights or [B] for regression weights.")
			return ModeDefault, false
		}
		p.next++
		if !p.is("]") {
			p.stumble(CodeSyntax, p.peek().position, fmt.Sprintf("Expected ], but found %s.", describe(p.peek())), "Write ["+mode.String()+"].")
			return ModeDefault, false
		}
		p.next++
		if op.text == "~" {
			p.report(CodeSyntax, at, "A mode belongs to a line that measures a construct, not to paths.", "Move ["+mode.String()+"] to the line with =~ or <~.")
		}
	}
	if !p.atEnd() {
		t := p.peek()
		p.stumble(CodeSyntax, t.position, fmt.Sprintf("Expected + or the end of the line, but found %s.", describe(t)), nameHint(t))
		return mode, false
	}
	return mode, true
}

// checkName reports names that cannot stand anywhere.
func (p *parser) checkName(t token) {
	switch {
	case strings.TrimSpace(t.text) == "":
		p.report(CodeUnusableName, t.position, "A name is empty.", "Write a name between the back quotes.")
	case utf8.RuneCountInString(t.text) > MaxName:
		p.report(CodeUnusableName, t.position, fmt.Sprintf("A name has more than %d characters.", MaxName), "Rename the column or construct.")
	case strings.ContainsFunc(t.text, unicode.IsControl):
		p.report(CodeUnusableName, t.position, fmt.Sprintf("The name %q holds a control character.", t.text), "Rename the column or construct.")
	case !t.quoted && slices.Contains(reserved, t.text):
		p.report(CodeReservedWord, t.position, t.text+" is a reserved word.", fmt.Sprintf("Write `%s` if that is the name, or rename it.", t.text))
	}
}

// describe names a token for a sentence.
func describe(t token) string {
	switch t.kind {
	case tokenEnd:
		return "the end of the text"
	case tokenNewline:
		return "the end of the line"
	case tokenName:
		return "the name " + clip(quote(t.text))
	case tokenNumber:
		return "the number " + clip(t.text)
	case tokenString:
		return fmt.Sprintf("the quoted text %q", clip(t.text))
	case tokenBroken:
		return "a back quote that is not closed on its line"
	}
	if r, _ := utf8.DecodeRuneInString(t.text); !unicode.IsPrint(r) {
		return fmt.Sprintf("the invisible character %U", r)
	}
	return t.text
}

// clip shortens a text for a sentence.
func clip(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "..."
	}
	return s
}

// nameHint says what most likely was meant by an unexpected token.
func nameHint(t token) string {
	switch t.kind {
	case tokenName:
		return "Put + between names; put a name with spaces in back quotes, as in `net income`."
	case tokenNumber, tokenString:
		return fmt.Sprintf("Put the name in back quotes: `%s`.", clip(t.text))
	case tokenBroken:
		return "Close it with another back quote."
	case tokenEnd, tokenNewline:
		return "A line reads X =~ x1 + x2 (measurement) or Y ~ X (paths)."
	}
	switch r, _ := utf8.DecodeRuneInString(t.text); {
	case slices.Contains(marks, t.text):
		return "A line reads X =~ x1 + x2 (measurement) or Y ~ X (paths)."
	case r >= '！' && r <= '～':
		return fmt.Sprintf("Type the half-width %c in place of the full-width %c.", r-'！'+'!', r)
	case !unicode.IsPrint(r):
		return "Delete it; it may have come along from a web page or a word processor."
	}
	return "Put names with spaces or punctuation in back quotes, as in `net-income`."
}

func join(terms []term) string {
	const most = 8
	var out []string
	for i, t := range terms {
		if i == most {
			out = append(out, "...")
			break
		}
		out = append(out, t.String())
	}
	return strings.Join(out, " + ")
}
