package model

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"plumb/finding"
)

// Each text says in comments what is found: "# ERR code ..." in this line,
// "# ALL code ..." in the model as a whole.
var findingTexts = map[string]string{
	"empty":         "# ALL empty-model",
	"only comments": "# nothing\n ! yet # ALL empty-model\n;;\n",
	"fine": `
		QUAL <~ q1 + q2 [A]
		X =~ a + b; Y =~ c
		Y ~ X + QUAL
		`,
	"missing plus": `
		X =~ a b # ERR syntax
		Y =~ c
		Y ~ X
		`,
	"no operator":   "X # ERR syntax",
	"left missing":  "=~ a # ERR syntax",
	"equals sign":   "X = a # ERR syntax",
	"a table":       "id;a;b # ERR not-a-model\n1;2;3\n4;5;6\n",
	"short table":   "id,a # ERR syntax\n1,2 # ERR syntax",
	"prose":         "trust goes before use # ERR not-a-model\nit does\nand so on\nas said\nby others",
	"many slips":    strings.Repeat("X = a + b # ERR syntax\n", 6),
	"minus":         "X =~ a - b # ERR syntax",
	"string":        "X =~ \"net income\" # ERR syntax",
	"number":        "X =~ 2020 # ERR syntax",
	"open quote":    "X =~ `net income # ERR syntax",
	"two operators": "X =~ a =~ b # ERR syntax",
	"full width":    "X ＝~ a # ERR syntax",
	"bad mode":      "X =~ a [C] # ERR syntax",
	"open mode":     "X =~ a [A # ERR syntax",
	"mode on path": `
		X =~ a
		Y =~ b
		Y ~ X [A] # ERR syntax
		`,
	"two constructs measured at once": "X + Y =~ a # ERR syntax",
	"interaction measured":            "X:M =~ a # ERR syntax",
	"interaction as indicator":        "X =~ a:b # ERR syntax",
	"interaction as outcome": `
		X =~ a
		Y =~ b
		Y ~ X
		X:Y ~ X # ERR syntax
		`,
	"every line is told": `
		X =~ a b       # ERR syntax
		Y -> X         # ERR arrow
		Y ~~ X         # ERR covariance
		ind := a*b     # ERR definition
		Z =~ 1*c + k*d # ERR modifier modifier
		`,
	"trailing plus": `
		X =~ a +       # ERR syntax
		Y =~ b
		Y ~ X
		`,
	"nothing on the right": `
		X =~           # ERR no-indicators
		Y =~ b
		Y ~            # ERR syntax
		X <~           # ERR no-indicators`,
	"not UTF-8":  "X =~ a\nY =~ \xff # ERR model-not-utf8",
	"covariance": "X =~ a; X ~~ Y # ERR covariance",
	"intercept": `
		X =~ a
		Y =~ b
		Y ~ 1 + X      # ERR intercept
		X ~ 1          # ERR intercept
		`,
	"modifiers": `
		X =~ NA*a + start(0.5)*b + "lab"*c + c(u,v)*d # ERR modifier modifier modifier modifier
		Y =~ e
		Y ~ b1*X       # ERR modifier
		`,
	"constraints": `
		X =~ a
		a == b         # ERR definition
		a > 0          # ERR definition
		`,
	"unusable names": "`a:b` =~ a # ERR unusable-name\nX =~ `` # ERR unusable-name\nX =~ ` ` # ERR unusable-name\n" +
		"X =~ `a\tb` # ERR unusable-name\nX =~ " + strings.Repeat("x", MaxName+1) + " # ERR unusable-name\nX ~ `a:b`",
	"a column may have a colon": "X =~ `Q1: age`; Y =~ b; Y ~ X",
	"reserved": `
		NA =~ a        # ERR reserved-word
		X =~ TRUE      # ERR reserved-word
		X ~ NA         # ERR reserved-word
		`,
	"reserved in back quotes": "`NA` =~ a; X =~ `TRUE`; X ~ `NA`",
	"modes in conflict": `
		X =~ a [A]
		X =~ b [B]     # ERR mode-conflict
		Y =~ c
		Y ~ X
		`,
	"kinds in conflict": `
		X =~ a
		X <~ b         # ERR kind-conflict
		Y =~ c
		Y ~ X
		`,
	"unknown construct": `
		CUSL =~ a
		COMP =~ b
		CUSL ~ COMP + LIKE + LIKE # ERR unknown-construct duplicate-path
		CSUL ~ COMP               # ERR unknown-construct
		CSUL ~ CUSL               # once is enough
		`,
	"interaction component": `
		X =~ a
		Y =~ b
		Y ~ X + X:c    # ERR interaction-component
		`,
	"interaction alone": `
		X =~ a
		M =~ b
		Y =~ c
		Y ~ X + X:M    # ERR interaction-alone
		`,
	"interaction complete": `
		X =~ a
		M =~ b
		Y =~ c
		Y ~ X + M + X:M + X:X + X:X:M
		`,
	"interaction twice, parts turned": `
		X =~ a
		M =~ b
		Y =~ c
		Y ~ X + M + X:M
		Y ~ M:X        # ERR duplicate-path
		`,
	"indicator twice": `
		X =~ a + b
		X =~ a         # ERR indicator-twice
		Y =~ b         # ERR indicator-twice
		Y ~ X
		`,
	"construct as its indicator": `
		age =~ age     # ERR construct-is-indicator
		Y =~ b
		Y ~ age
		`,
	"construct among indicators": `
		H =~ X + b     # ERR construct-is-indicator
		X =~ a
		H ~ X
		`,
	"higher order": `
		CBE =~ OS + CS
		OS  =~ o1 + o2
		CS  <~ c1 + c2
		FI  =~ f1
		FI ~ CBE
		`,
	"part of two": `
		H =~ X + Z
		K =~ X         # ERR indicator-twice
		X =~ a
		Z =~ b
		K ~ H
		`,
	"made of itself": `
		H =~ H + X     # ERR higher-order-loop
		X =~ a
		Y =~ b
		Y ~ H
		`,
	"made of each other": `
		H =~ K + X     # ERR higher-order-loop
		K =~ H + Z
		X =~ a
		Z =~ b
		Y =~ c
		Y ~ H
		`,
	"path to a part": `
		H =~ X + Z
		X =~ a
		Z =~ b
		H ~ X          # ERR path-to-part
		Z ~ H          # ERR path-to-part
		`,
	"cycle": `
		A =~ a
		B =~ b
		C =~ c
		B ~ A
		C ~ B
		A ~ C          # ERR cycle
		`,
	"cycle through an interaction": `
		X =~ a
		M =~ b
		Y =~ c
		Y ~ X + X:M    # ERR interaction-alone
		M ~ Y          # ERR cycle
		`,
	"two cycles": `
		A =~ a; B =~ b; C =~ c; D =~ d
		B ~ A
		A ~ B          # ERR cycle
		D ~ C + A
		C ~ D          # ERR cycle
		`,
	"path to itself": `
		X =~ a
		Y =~ b
		Y ~ X
		X ~ X          # ERR self-path
		Y ~ X:Y        # ERR self-path
		`,
	"duplicate path": `
		X =~ a
		Y =~ b
		Y ~ X + X      # ERR duplicate-path
		Y ~ X          # ERR duplicate-path
		`,
	"no paths": "X =~ a + b # ALL no-paths",
	"isolated": `
		X =~ a
		Y =~ b
		Z =~ c         # ERR isolated-construct
		Y ~ X
		`,
	"disconnected": `
		A =~ a; B =~ b; C =~ c; D =~ d
		B ~ A
		D ~ C
		# ALL disconnected-model
		`,
	"isolated and twice": `
		X =~ a + a     # ERR indicator-twice
		Y =~ b
		Z =~ c         # ERR isolated-construct
		Y ~ X
		`,
	"no cascade from a broken line": `
		X =~ a b       # ERR syntax
		Y =~ c
		Z =~ d
		Y ~ X
		`,
	"no cascade from a line without names": `
		X =~ 2020      # ERR syntax
		Y =~ c
		Z =~           # ERR no-indicators
		X ~ Y + Z
		`,
	"too many parts": `
		X =~ a
		Y =~ b
		Y ~ X + X:X:X:X:X:X:X:X:X # ERR model-too-large
		`,
}

var wanted = regexp.MustCompile(`# (ERR|ALL) (.*)`)

func TestFindings(t *testing.T) {
	for name, text := range findingTexts {
		t.Run(name, func(t *testing.T) {
			var want []string
			for i, line := range strings.Split(text, "\n") {
				w := wanted.FindStringSubmatch(line)
				if w == nil {
					continue
				}
				at := i + 1
				if w[1] == "ALL" {
					at = 0
				}
				for _, code := range strings.Fields(w[2]) {
					want = append(want, fmt.Sprintf("%d %s", at, code))
				}
			}
			m, list := Parse(text, ParseOptions{})
			var got []string
			for _, f := range list {
				got = append(got, fmt.Sprintf("%d %s", f.Place.Line, f.Code))
				if f.Message == "" || f.Hint == "" {
					t.Errorf("message or hint is missing: %v", f)
				}
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%s\ngot  %q\nwant %q", text, got, want)
				for _, f := range list {
					t.Log(f)
				}
			}
			if (m == nil) != (list.Count(finding.Error) > 0) {
				t.Errorf("the model must be nil exactly with errors: %v, %v", m, list)
			}
		})
	}
}

// TestEquals: the hint for = shows the line as it should be.
func TestEquals(t *testing.T) {
	_, list := Parse("Trust = TRUST1 + TRUST2\n", ParseOptions{})
	if len(list) != 1 || !strings.Contains(list[0].Hint, "Write Trust =~ TRUST1 + TRUST2 if") {
		t.Errorf("findings %v", list)
	}
}
