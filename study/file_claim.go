package study

import (
	"fmt"
	"strings"

	"plumb/finding"
	"plumb/model"
)

// Claim is a hypothesis as a study file states it: the sign of one path, or of
// the indirect effect along a chain of paths.
type Claim struct {
	Name string   // H1
	Text string   // as written: "A -> B -> C > 0"
	Path []string // A, B, C: at least two constructs (or an interaction such as X:M, as a cause)
	Sign Sign
}

// Sign is what a Claim says of an effect.
type Sign uint8

const (
	Positive Sign = iota // > 0
	Negative             // < 0
	Nonzero              // != 0
)

// String returns "> 0", "< 0" or "!= 0".
func (s Sign) String() string { return [...]string{"> 0", "< 0", "!= 0"}[s] }

const (
	// CodeClaimSyntax: a hypothesis is not of the form A -> B > 0.
	// Smallest example: hypotheses: {H1: A causes B}.
	CodeClaimSyntax finding.Code = "hypothesis-syntax"
	// CodeClaimConstruct: a hypothesis names a construct that the model lacks.
	// Smallest example: H1: A -> C > 0 beside B ~ A.
	CodeClaimConstruct finding.Code = "hypothesis-construct"
	// CodeClaimPath: a hypothesis is about an arrow that the model lacks.
	// Smallest example: H1: B -> A > 0 beside B ~ A.
	CodeClaimPath finding.Code = "hypothesis-path"
)

// comparisons lists every way to write a sign. Longer forms stand before the
// forms that they contain.
var comparisons = []struct {
	text string
	sign Sign
}{{"!=", Nonzero}, {"<>", Nonzero}, {"≠", Nonzero}, {">", Positive}, {"<", Negative}}

// ParseClaim reads "A -> B > 0", "A -> B < 0", "A -> B != 0" (or ≠) and the
// same for a chain A -> B -> C. Names with blanks may stand in back quotes. The
// error is a sentence that says what is wrong.
func ParseClaim(name, text string) (Claim, error) {
	c := Claim{Name: name, Text: strings.TrimSpace(text)}
	rest := strings.ReplaceAll(c.Text, "→", "->")
	var steps []string
	for {
		step, after, quoted := cutName(rest)
		if step == "" {
			return c, fmt.Errorf("%q lacks the name of a construct %s", c.Text, beside(steps))
		}
		if !quoted && strings.ContainsAny(step, " \t\n") {
			return c, fmt.Errorf("%q has more than a name in %q", c.Text, step)
		}
		steps = append(steps, step)
		if next, ok := strings.CutPrefix(after, "->"); ok {
			rest = next
			continue
		}
		rest = after
		break
	}
	c.Path = steps
	if len(steps) < 2 {
		return c, fmt.Errorf("%q has no arrow", c.Text)
	}
	for _, cmp := range comparisons {
		right, ok := strings.CutPrefix(rest, cmp.text)
		if !ok {
			continue
		}
		if right = strings.TrimSpace(right); right != "0" {
			return c, fmt.Errorf("%q compares with %q; only 0 can be compared with", c.Text, right)
		}
		c.Sign = cmp.sign
		return c, nil
	}
	return c, fmt.Errorf("%q does not end in > 0, < 0 or != 0", c.Text)
}

func beside(steps []string) string {
	if len(steps) == 0 {
		return "before the arrow"
	}
	return "after " + steps[len(steps)-1]
}

// cutName takes the name at the start of s, up to an arrow or a comparison.
func cutName(s string) (name, rest string, quoted bool) {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "`") {
		if inside, after, ok := strings.Cut(s[1:], "`"); ok {
			return inside, strings.TrimSpace(after), true
		}
	}
	end := len(s)
	if i := strings.Index(s, "->"); i >= 0 {
		end = i
	}
	for _, cmp := range comparisons {
		if i := strings.Index(s[:end], cmp.text); i >= 0 {
			end = i
		}
	}
	return strings.TrimSpace(s[:end]), s[end:], false
}

// CodeClaimSides: a one-sided test that can never support a hypothesis.
// Smallest example: sides: less beside H1: A -> B > 0.
const CodeClaimSides finding.Code = "hypothesis-sides"

// checkSides compares a claim with the side that is tested.
func checkSides(c Claim, sides string, at finding.Place) finding.List {
	fits := map[string]Sign{"greater": Positive, "less": Negative}
	if sign, oneSided := fits[sides]; !oneSided || c.Sign == sign {
		return nil
	}
	return finding.List{{Code: CodeClaimSides, Severity: finding.Error, Place: at,
		Message: fmt.Sprintf("The hypothesis says %s, and the test is against effects that are %s than 0 only: it could never be supported.", c.Sign, sides),
		Hint:    "Test two-sided, or on the side that the hypothesis claims (sides: in the study file, --sides)."}}
}

// checkClaim compares a claim with the model that it is about.
func checkClaim(c Claim, m *model.Model, at finding.Place) finding.List {
	var list finding.List
	names := m.Names()
	for _, i := range m.Interactions {
		names = append(names, i.Name)
	}
	known := func(name string) bool {
		for _, n := range names {
			if n == name {
				return true
			}
		}
		return false
	}
	for _, name := range c.Path {
		if known(name) {
			continue
		}
		hint := finding.DidYouMean(name, names)
		if hint == "" {
			hint = "The constructs are " + strings.Join(names, ", ") + "."
		}
		list = append(list, finding.Finding{
			Code: CodeClaimConstruct, Severity: finding.Error, Place: at,
			Message: fmt.Sprintf("Hypothesis %s (%s) names %s, which is no construct of the model.", c.Name, c.Text, name),
			Hint:    hint,
		})
	}
	if len(list) > 0 {
		return list
	}
	for i := 1; i < len(c.Path); i++ {
		from, to := c.Path[i-1], c.Path[i]
		if hasPath(m, from, to) {
			continue
		}
		hint := fmt.Sprintf("Add the line %s ~ %s to the model, or change the hypothesis.", to, from)
		if hasPath(m, to, from) {
			hint = fmt.Sprintf("The model has the arrow the other way: %s -> %s.", to, from)
		}
		list = append(list, finding.Finding{
			Code: CodeClaimPath, Severity: finding.Error, Place: at,
			Message: fmt.Sprintf("Hypothesis %s (%s) is about the arrow %s -> %s, which the model does not have.", c.Name, c.Text, from, to),
			Hint:    hint,
		})
	}
	return list
}

func hasPath(m *model.Model, from, to string) bool {
	for _, p := range m.Paths {
		if p.From == from && p.To == to {
			return true
		}
	}
	return false
}
