package report

import (
	"fmt"
	"math"
	"regexp"
	"strings"
)

// Is there a result at all? Where the algorithm did not converge or the numbers
// cannot be what they claim to be, this is said before anything else, and no
// sentence reads them.

// sound reports whether the numbers of a model may be read as results.
func (m *fitted) sound() bool { return m.Estimate.Converged && len(m.inadmissible()) == 0 }

// inadmissible names what is wrong with the solution, each with its figures.
// That the algorithm did not converge is another matter.
func (m *fitted) inadmissible() []Text {
	var wrong []Text
	for _, v := range m.Estimate.Admissibility {
		if v.Pass || convergence.MatchString(v.Question) && !m.Estimate.Converged {
			continue
		}
		t := say(squared(negated(v.Question)))
		if v.Detail != "" {
			t = say(t, " (", signed(v.Detail), ")")
		}
		wrong = append(wrong, t)
	}
	return wrong
}

var (
	convergence = regexp.MustCompile(`\bconverge\b`)
	atMostOne   = regexp.MustCompile(`^Are all (.+) at most 1\?$`)
	definite    = regexp.MustCompile(`^Are the (.+) positive definite\?$`)
	negative    = regexp.MustCompile(`(^|[ (])-(\.?\d)`)
)

// negated turns a question whose answer is no into what is wrong.
func negated(question string) string {
	if w := atMostOne.FindStringSubmatch(question); w != nil {
		return w[1] + " above 1"
	}
	if w := definite.FindStringSubmatch(question); w != nil {
		return w[1] + " not positive definite"
	}
	return question + " No"
}

// squared sets R2 as the tables do.
func squared(s string) Text {
	before, after, found := strings.Cut(s, "R2")
	if !found {
		return say(s)
	}
	return say(before, stat("R"), "²", after)
}

// signed gives the numbers of a detail their true minus sign.
func signed(s string) string { return negative.ReplaceAllString(s, "${1}"+minus+"${2}") }

// unsound says in one or two sentences why the numbers are no results; nil
// where they are.
func (m *fitted) unsound() []Text {
	var lead []Text
	if !m.Estimate.Converged {
		lead = append(lead, say(fmt.Sprintf("The algorithm did not converge in %s: no number below is a result yet.", several(m.Estimate.Iterations, "iteration", "iterations"))))
	}
	if wrong := m.inadmissible(); len(wrong) > 0 {
		lead = append(lead, say("The solution is inadmissible: ", listed(wrong), ". Read its numbers as a symptom, not as results."))
	}
	return lead
}

// aboveOne names the standardised paths beyond 1, which collinear predictors
// can produce although the solution is admissible.
func (m *fitted) aboveOne() Text {
	var beyond []Text
	collinear := false
	for _, p := range m.Estimate.Paths {
		if !p.Estimate.Exists() || math.Abs(float64(p.Estimate)) <= 1 {
			continue
		}
		t := say(m.arrow(p.From, p.To), " (", Bounded(float64(p.Estimate), 3))
		if vifThreshold.Judge(p.VIF).Level > LevelGood {
			collinear = true
			t = say(t, ", VIF ", Fixed(float64(p.VIF), 1))
		}
		beyond = append(beyond, say(t, ")"))
	}
	if len(beyond) == 0 {
		return nil
	}
	t := say("Paths beyond 1: ", listed(beyond), ".")
	if len(beyond) == 1 {
		t = say("A path beyond 1: ", listed(beyond), ".")
	}
	if collinear {
		return say(t, " Predictors that are nearly the same share an effect out among themselves arbitrarily: do not read them one by one.")
	}
	return say(t, " Do not read it as an effect before its cause is known.")
}

func admissibilitySection(m *fitted) Section {
	s := Section{ID: "admissibility", Title: "Admissibility", Appendix: true}
	if len(m.Estimate.Admissibility) == 0 {
		return s
	}
	t := &Table{
		Title: "Is the Solution Admissible?",
		Columns: []Column{
			{Head: say("Question"), Left: true},
			{Head: say("Answer"), Left: true},
			{Head: say("Detail"), Left: true},
		},
	}
	detailed := false
	for _, v := range m.Estimate.Admissibility {
		answer := words("yes")
		answer.Verdict = Verdict{LevelGood, "good"}
		if !v.Pass {
			t.Key = true
			answer = words("no")
			answer.Verdict.Level = LevelPoor
		}
		detailed = detailed || v.Detail != ""
		t.Rows = append(t.Rows, row(words(squared(v.Question)), answer, words(signed(v.Detail))))
	}
	if !detailed {
		t.drop(2)
	}
	verdict := m.unsound()
	if verdict == nil {
		verdict = []Text{say("The solution is admissible: it converged, and every number lies where it can.")}
	}
	for _, v := range verdict {
		s.Blocks = append(s.Blocks, Paragraph{Text: v})
	}
	s.Blocks = append(s.Blocks, t)
	return s
}
