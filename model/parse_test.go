package model

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"plumb/finding"
)

// bare returns a copy without places in the text.
func bare(m *Model) *Model {
	out := &Model{Interactions: m.Interactions}
	for _, c := range m.Constructs {
		c.Line, c.char, c.at = 0, 0, nil
		out.Constructs = append(out.Constructs, c)
	}
	for _, p := range m.Paths {
		out.Paths = append(out.Paths, Path{From: p.From, To: p.To})
	}
	return out
}

func mustParse(t testing.TB, text string) *Model {
	t.Helper()
	m, list := Parse(text, ParseOptions{})
	if err := list.Err(); err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	return m
}

// Texts that mean the same model.
func TestParseForms(t *testing.T) {
	want := &Model{
		Constructs: []Construct{
			{Name: "X", Indicators: []string{"a", "b", "c"}},
			{Name: "Y", Kind: Composite, Mode: ModeA, Indicators: []string{"d", "e"}},
			{Name: "Z", Indicators: []string{"f"}},
		},
		Paths: []Path{{From: "X", To: "Y"}, {From: "X", To: "Z"}, {From: "Y", To: "Z"}, {From: "X:Y", To: "Z"}},
		Interactions: []Interaction{
			{Name: "X:Y", Of: []string{"X", "Y"}},
		},
	}
	for name, text := range map[string]string{
		"plain":            "X =~ a + b + c\nY <~ d + e [A]\nZ =~ f\nY ~ X\nZ ~ X + Y + X:Y",
		"semicolons":       "X =~ a + b + c; Y <~ d + e [A];; Z =~ f; Y ~ X; Z ~ X + Y + X:Y;",
		"trailing plus":    "X =~ a +\n b + # why\n\n c\nY <~\n d + e [a]\nZ =~ f\nY ~ X\nZ ~ X + Y + X:\nY",
		"leading plus":     "X =~ a\n + b # why\n\n + c\nY <~ d\n+ e [A]\nZ =~ f\nY ~ X\nZ ~ X\n+ Y\n+ X:Y\n",
		"lines that merge": "X =~ a\nX =~ b + c\nY <~ d\nY <~ e [A]\nZ =~ f\nY ~ X\nZ ~ X\nZ ~ Y\nZ ~ X:Y",
		"Windows and BOM":  "\ufeffX =~ a + b + c\r\nY <~ d + e [A]\r\nZ =~ f\r\nY ~ X\r\nZ ~ X + Y + X:Y\r\n",
		"old Mac":          "X =~ a + b + c\rY <~ d + e [A]\rZ =~ f\rY ~ X\rZ ~ X + Y + X:Y",
		"tight":            "X=~a+b+c;Y<~d+e[A];Z=~f;Y~X;Z~X+Y+X:Y!end",
		"back quotes":      "`X`=~`a`+b+c;Y<~d+e[A];Z=~`f`;Y~`X`;Z~X+Y+`X`:Y",
		"two outcomes":     "X =~ a + b + c; Y <~ d + e [A]; Z =~ f; Y +\nZ ~ X; Z ~ Y + X:Y",
		"default mode":     "X =~ a + b + c [A]; Y <~ d + e [A]; Z =~ f [A]; Y ~ X; Z ~ X + Y + X:Y",
		"paths first":      "Y ~ X; Z ~ X + Y + X:Y; X =~ a + b + c; Y <~ d + e [A]; Z =~ f",
		"interleaved":      "X =~ a + b + c; Y <~ d + e [A]; Z =~ f; Y ~ X; Z ~ X + Y; Z ~ X:Y",
	} {
		t.Run(name, func(t *testing.T) {
			if got := bare(mustParse(t, text)); !reflect.DeepEqual(got, want) {
				t.Errorf("%q\ngot  %+v\nwant %+v", text, got, want)
			}
		})
	}
	const canonical = "X =~ a + b + c\nY <~ d + e [A]\nZ =~ f\n\nY ~ X\nZ ~ X + Y + X:Y"
	if got := want.String(); got != canonical {
		t.Errorf("String gives\n%s", got)
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ text, construct, indicator string }{
		{"家庭收入 =~ 问题1", "家庭收入", "问题1"},
		{"আয় =~ प्रश्न_१", "আয়", "प्रश्न_१"},
		{"می\u200cشود =~ س1", "می\u200cشود", "س1"},
		{"e\u0301t\u00e9 =~ d\u00e9pense.1", "\u00e9t\u00e9", "d\u00e9pense.1"},
		{"`net income` =~ `Q1: how much?`", "net income", "Q1: how much?"},
		{"`a``b` =~ ```x```", "a`b", "`x`"},
		{".x =~ 2020a", ".x", "2020a"},
		{"X =~ `2020`", "X", "2020"},
		{"X =~ `# no comment; + ~`", "X", "# no comment; + ~"},
	} {
		m := mustParse(t, c.text+"\nAnother =~ another_1\nAnother ~ "+strings.SplitN(c.text, " =~", 2)[0])
		if m.Constructs[0].Name != c.construct || m.Constructs[0].Indicators[0] != c.indicator {
			t.Errorf("%s: got %+v", c.text, m.Constructs[0])
		}
		if first, _, _ := strings.Cut(m.String(), "\n"); strings.Join(strings.Fields(first), "") != strings.Join(strings.Fields(strings.NewReplacer(
			"e\u0301", "\u00e9").Replace(c.text)), "") {
			t.Errorf("%s is printed as %s", c.text, first)
		}
	}
}

func TestHigherOrder(t *testing.T) {
	m := mustParse(t, "CBE =~ OS + CS\nOS =~ o1 + o2\nCS =~ c1 + c2\nFI =~ f1 + f2 [B]\nFI ~ CBE")
	if got := m.Constructs[0]; len(got.Indicators) != 0 || !reflect.DeepEqual(got.Of, []string{"OS", "CS"}) {
		t.Errorf("got %+v", got)
	}
	if got := m.Constructs[3].EffectiveMode(); got != ModeB {
		t.Errorf("mode %v", got)
	}
	if got := m.Indicators(); !reflect.DeepEqual(got, []string{"o1", "o2", "c1", "c2", "f1", "f2"}) {
		t.Errorf("indicators %v", got)
	}
}

// Places are those of a file that holds the text from some line on, indented.
func TestPlaces(t *testing.T) {
	text := "\ufeffÉté =~ a\n  + b c\nÉté ~ Éte; Y ~ `no one`"
	_, list := Parse(text, ParseOptions{File: "study.yaml", Model: "main", Line: 10, Indent: 4})
	want := []string{
		"study.yaml, model main, line 11, character 11: error: Expected + or the end of the line, but found the name c. Put + between names; put a name with spaces in back quotes, as in `net income`. [syntax]",
		"study.yaml, model main, line 12, character 11: error: Éte is not a construct: no line measures it. Did you mean Été? [unknown-construct]",
		"study.yaml, model main, line 12, character 16: error: Y is not a construct: no line measures it. Add a line that measures it, as in Y =~ x1 + x2. [unknown-construct]",
		"study.yaml, model main, line 12, character 20: error: `no one` is not a construct: no line measures it. Add a line that measures it, as in `no one` =~ x1 + x2. [unknown-construct]",
	}
	check(t, list, want)
}

func check(t *testing.T, list finding.List, want []string) {
	t.Helper()
	for i, f := range list {
		if i >= len(want) || f.String() != want[i] {
			t.Errorf("finding %d:\n%v", i, f)
		}
	}
	if len(list) < len(want) {
		t.Errorf("%d findings, want %d", len(list), len(want))
	}
}

// The sentences that teach most.
func TestHints(t *testing.T) {
	const measured = "CUSL =~ cusl_1 + cusl_2; COMP =~ comp_1; LIKE =~ like_1\n"
	for _, c := range []struct{ text, code, want string }{
		{"COMP -> CUSL", "arrow", "Write CUSL ~ COMP."},
		{"CUSL <- COMP + LIKE", "arrow", "Write CUSL ~ COMP + LIKE."},
		{"CSUL ~ COMP", "unknown-construct", "Did you mean CUSL?"},
		{"CUSL ~ cusl_2", "unknown-construct", "cusl_2 is an indicator of CUSL; write the path with CUSL."},
		{"CUSL ~ age", "unknown-construct", "age is a column of the data: measure it as a single item, age_score =~ age, and write the path with age_score."},
		{"CUSL ~ COMP + LIKE + COMP.LIKE", "unknown-construct", "Write an interaction with colons: COMP:LIKE."},
		{"LIKE ~ COMP; CUSL ~ LIKE; COMP ~ CUSL", "cycle", "The paths form a cycle: CUSL -> COMP -> LIKE -> CUSL."},
		{"COMP =~ LIKE + cusl_1", "indicator-twice", "cusl_1 belongs to CUSL already (line 1) and is used again in COMP."},
		{"CUSL ~ COMP ＋ LIKE", "syntax", "Type the half-width + in place of the full-width ＋."},
		{"CUSL ~ COMP\u200b", "syntax", "found the invisible character U+200B."},
		{"CUSL ~ COMP-LIKE", "syntax", "Put names with spaces or punctuation in back quotes"},
		{"CUSL ~ COMP; X =~ 2020", "syntax", "Put the name in back quotes: `2020`."},
		{"CUSL ~ COMP; `X =~ x", "syntax", "Close it with another back quote."},
		{"CUSL ~ COMP + LIKE [A]", "syntax", "Move [A] to the line with =~ or <~."},
	} {
		_, list := Parse(measured+c.text, ParseOptions{Columns: []string{"age", "cusl_1", "cusl_2"}})
		found := false
		for _, f := range list {
			found = found || string(f.Code) == c.code && strings.Contains(f.Message+" "+f.Hint, c.want)
		}
		if !found {
			t.Errorf("%s: no %s with %q in\n%v", c.text, c.code, c.want, list)
		}
	}
}

func TestSetMode(t *testing.T) {
	m := mustParse(t, "X =~ a; Y <~ b + c; Y ~ X")
	if list := m.SetMode("Y", ModeA); list != nil || m.Constructs[1].Mode != ModeA {
		t.Errorf("%v %v", list, m.Constructs[1].Mode)
	}
	if list := m.SetMode("Y", ModeB); list != nil || m.Constructs[1].Mode != ModeDefault || m.Constructs[1].EffectiveMode() != ModeB {
		t.Errorf("%v %v", list, m.Constructs[1].Mode)
	}
	m = mustParse(t, "CUSL =~ a; CUSA =~ b; CUSL ~ CUSA")
	list := m.SetMode("CSUL", ModeA)
	if !list.Has(CodeUnknownConstruct) || list[0].Hint != "Did you mean CUSL?" {
		t.Errorf("%v", list)
	}
	var mode Mode
	if err := mode.UnmarshalText([]byte("C")); err == nil {
		t.Error("mode C must not exist")
	}
}

func TestCheckColumns(t *testing.T) {
	m, _ := Parse("X =~ OS1 + os2 + OS33\nY =~ `net income` + zzz + e\u0301\nY ~ X", ParseOptions{File: "model.txt"})
	list := m.CheckColumns([]string{"OS1", "OS2", "OS3", "netincome", "e\u0301"}, "village.csv")
	check(t, list, []string{
		"model.txt, line 1, character 12, construct X: error: os2, an indicator of X, is not a column of village.csv. Write OS2: the names differ only in upper and lower case. [unknown-column]",
		"model.txt, line 1, character 18, construct X: error: OS33, an indicator of X, is not a column of village.csv. Did you mean OS3? [unknown-column]",
		"model.txt, line 2, character 6, construct Y: error: `net income`, an indicator of Y, is not a column of village.csv. Write netincome: the names differ only in blanks and case. [unknown-column]",
		"model.txt, line 2, character 21, construct Y: error: zzz, an indicator of Y, is not a column of village.csv. Give the name of a column as it stands in the header. [unknown-column]",
		"model.txt, line 2, character 27, construct Y: error: \u00e9, an indicator of Y, is not a column of village.csv. The column's name looks the same but spells its accents as characters of their own; type it anew in the header of the data. [unknown-column]",
	})
	if list := m.CheckColumns(m.Indicators(), ""); list != nil {
		t.Errorf("%v", list)
	}
}

// A model built by hand has no text, and is checked alike.
func TestCheck(t *testing.T) {
	m := &Model{
		Constructs: []Construct{{Name: "X", Indicators: []string{"a"}}, {Name: "X", Indicators: []string{"b"}}, {Name: "Y"}, {Name: "Z", Of: []string{"W"}}},
		Paths:      []Path{{From: "X", To: "Y"}, {From: "X:Q", To: "Y"}},
	}
	list := m.Check()
	for _, code := range []finding.Code{CodeDuplicateConstruct, CodeNoIndicators, CodeUnknownConstruct} {
		if !list.Has(code) {
			t.Errorf("%s is missing in %v", code, list)
		}
	}
	if list := new(Model).Check(); !list.Has(CodeEmptyModel) {
		t.Errorf("%v", list)
	}
}

func TestLimits(t *testing.T) {
	var many strings.Builder
	for i := range MaxConstructs + 1 {
		fmt.Fprintf(&many, "X%d =~ a%d\n", i, i)
	}
	star := strings.TrimSuffix(strings.Repeat("a+", 1000), "+")
	for name, c := range map[string]struct {
		text string
		code finding.Code
	}{
		"bytes":      {strings.Repeat(" ", MaxText+1), CodeModelTooLarge},
		"constructs": {many.String(), CodeModelTooLarge},
		"indicators": {"X =~ a" + strings.Repeat("+a", MaxIndicators), CodeModelTooLarge},
		"paths":      {star + "~" + star, CodeModelTooLarge},
		"findings":   {strings.Repeat("X =~ a b\n", 1000), CodeMoreFindings},
		"no model":   {strings.Repeat("12,34;\"x\",,-9\n", 10_000), CodeNotModel},
	} {
		t.Run(name, func(t *testing.T) {
			m, list := Parse(c.text, ParseOptions{})
			if m != nil || !list.Has(c.code) || len(list) > MaxFindings+1 {
				t.Errorf("%d findings: %v", len(list), list[:min(3, len(list))])
			}
		})
	}
}

// Texts at the limits that would be slow if some check were not bounded. The
// slowest takes a quarter of a second; the bound is loose for busy machines.
func TestHostileTextsAreQuick(t *testing.T) {
	fill := func(s string) string { return strings.Repeat(s, (MaxText-100)/len(s)) }
	var unknown, dense strings.Builder
	long := strings.Repeat("x", 60)
	for i := range 400 {
		fmt.Fprintf(&unknown, "%s%03d =~ a%d\n", long, i, i)
	}
	for i := range 1500 {
		fmt.Fprintf(&unknown, "y%04d%s ~ %s001\n", i, long[:56], long)
	}
	for i := range 140 {
		fmt.Fprintf(&dense, "C%d =~ a%d\n", i, i)
		for j := range i {
			fmt.Fprintf(&dense, "C%d ~ C%d\n", i, j)
		}
	}
	for name, text := range map[string]string{
		"newlines":     "A" + fill("\n"),
		"parentheses":  "A ~ " + fill("a("),
		"modifiers":    "A ~ " + fill("a*"),
		"calls":        "A ~ " + fill("a()*"),
		"colons":       "A ~ " + fill("a:"),
		"pluses":       fill("+"),
		"lefts":        fill("a+"),
		"quotes":       fill("`"),
		"strings":      fill("\""),
		"arrows":       fill("a->"),
		"tildes":       fill("a~"),
		"modes":        "A =~ a" + fill("[A]"),
		"products":     fill("a~b:c;a~c:d;"),
		"paths":        fill("a~b;"),
		"duplicates":   "A =~ " + fill("a+") + "a",
		"long name":    fill("a"),
		"near names":   unknown.String(),
		"dense":        dense.String(),
		"most twice":   "A =~ a" + strings.Repeat("+a", MaxIndicators-1),
		"continuation": "A =~ a" + fill("\n+a"),
	} {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			m, _ := Parse(text, ParseOptions{})
			if m != nil {
				m.Chains()
			}
			took := time.Since(begin)
			t.Log(took)
			if took > 5*time.Second {
				t.Errorf("%d bytes took %v", len(text), took)
			}
		})
	}
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawModel(t)
		text := want.String()
		got, list := Parse(text, ParseOptions{})
		if got == nil {
			t.Fatalf("%s\n%v", text, list)
		}
		if !reflect.DeepEqual(bare(got), want) {
			t.Fatalf("%s\ngot  %+v\nwant %+v", text, bare(got), want)
		}
		if again := got.String(); again != text {
			t.Fatalf("%q is printed again as %q", text, again)
		}
	})
}

// drawModel draws an acyclic model, built by hand: its paths run from earlier
// to later constructs, those into one outcome together.
func drawModel(t *rapid.T) *Model {
	used := map[string]bool{}
	name := rapid.OneOf(
		rapid.StringMatching(`[A-Za-z_][A-Za-z0-9_.]{0,6}`),
		rapid.StringMatching(`[一-龠é]{1,3}`),
		rapid.StringMatching("[0-9A-Z #~+;!`=*-]{0,5}[A-Z]"),
		rapid.SampledFrom(append(reserved, "2020", "1.5", ".", "a b", "[A]")),
	)
	fresh := func(label string) string {
		return name.Filter(func(s string) bool {
			if used[s] {
				return false
			}
			used[s] = true
			return true
		}).Draw(t, label)
	}
	m := &Model{}
	n := rapid.IntRange(2, 7).Draw(t, "constructs")
	for range n {
		c := Construct{Name: fresh("construct"), Kind: rapid.SampledFrom([]Kind{Reflective, Composite}).Draw(t, "kind")}
		if rapid.Bool().Draw(t, "mode") {
			c.Mode = ModeB
			if c.Kind == Composite {
				c.Mode = ModeA
			}
		}
		for range rapid.IntRange(1, 4).Draw(t, "indicators") {
			c.Indicators = append(c.Indicators, fresh("indicator"))
		}
		m.Constructs = append(m.Constructs, c)
	}
	if rapid.Bool().Draw(t, "higher order") {
		// Of the first two; it takes their place as a cause of the last.
		m.Constructs = append(m.Constructs, Construct{Name: fresh("construct"), Kind: Composite, Of: []string{m.Constructs[0].Name, m.Constructs[1].Name}},
			Construct{Name: fresh("construct"), Indicators: []string{fresh("indicator")}})
		m.Paths = append(m.Paths, Path{From: m.Constructs[n].Name, To: m.Constructs[n+1].Name})
	}
	for j := 1; j < n; j++ {
		to := m.Constructs[j].Name
		// A path from the neighbour leaves nothing isolated.
		m.Paths = append(m.Paths, Path{From: m.Constructs[j-1].Name, To: to})
		for i := range j - 1 {
			if !rapid.Bool().Draw(t, "path") {
				continue
			}
			from := m.Constructs[i].Name
			m.Paths = append(m.Paths, Path{From: from, To: to})
			if x := from + ":" + m.Constructs[j-1].Name; rapid.Bool().Draw(t, "interaction") {
				m.Paths = append(m.Paths, Path{From: x, To: to})
				m.Interactions = append(m.Interactions, Interaction{Name: x, Of: []string{from, m.Constructs[j-1].Name}})
			}
		}
	}
	return m
}

func FuzzParse(f *testing.F) {
	for _, text := range findingTexts {
		f.Add(text)
	}
	f.Add("X =~ a\r\n + `b``c`; Y <~ d [A] ! why\nY ~ X + X:X")
	f.Fuzz(func(t *testing.T, text string) {
		m, list := Parse(text, ParseOptions{})
		if m == nil {
			if list.Err() == nil {
				t.Fatal("neither a model nor an error")
			}
			return
		}
		if err := list.Err(); err != nil {
			t.Fatalf("a model with errors: %v", err)
		}
		printed := m.String()
		again, list := Parse(printed, ParseOptions{})
		if again == nil {
			t.Fatalf("%q was printed as\n%s\n%v", text, printed, list)
		}
		if !reflect.DeepEqual(bare(m), bare(again)) {
			t.Fatalf("%q was printed as\n%s\n%+v\n%+v", text, printed, bare(m), bare(again))
		}
		if err := m.Check().Err(); err != nil {
			t.Fatalf("Check finds what Parse did not: %v", err)
		}
		m.Chains()
	})
}
