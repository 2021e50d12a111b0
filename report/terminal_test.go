package report

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"

	"plumb/finding"
	"plumb/frame"
	"plumb/study"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -run %s -update rewrites it):\n%s", path, t.Name(), got)
	}
}

func terminal(t *testing.T, r *study.Result, o TerminalOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := Terminal(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTerminalVillage(t *testing.T) {
	for _, width := range []int{80, 120} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			got := terminal(t, village(t), TerminalOptions{Width: width, Files: []string{"report.html", "result.json"}})
			golden(t, fmt.Sprintf("village-%d.txt", width), got)
		})
	}
}

// No line is wider than the terminal, whatever the names, and no table is cut.
func TestTerminalFits(t *testing.T) {
	for _, width := range []int{60, 80, 100, 120, 200} {
		got := terminal(t, large(), TerminalOptions{Width: width}) + terminal(t, testedLarge(), TerminalOptions{Width: width}) + terminal(t, testedVillage(t), TerminalOptions{Width: width})
		for i, line := range strings.Split(got, "\n") {
			if w := text.StringWidthWithoutEscSequences(line); w > width {
				t.Errorf("width %d, line %d has %d columns: %s", width, i+1, w, line)
			}
			if strings.TrimRight(line, " ") != line {
				t.Errorf("width %d, line %d ends in blanks: %q", width, i+1, line)
			}
		}
		for _, item := range []string{"item_01", "item_31"} {
			if !strings.Contains(got, item) {
				t.Errorf("width %d: %s is missing", width, item)
			}
		}
	}
}

var escape = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestTerminalColor(t *testing.T) {
	plain := terminal(t, testedLarge(), TerminalOptions{})
	if strings.Contains(plain, "\x1b") {
		t.Error("an escape sequence of a name, or a colour that nobody asked for, got through")
	}
	coloured := terminal(t, testedLarge(), TerminalOptions{Color: true})
	if !escape.MatchString(coloured) {
		t.Error("no colour where it was asked for")
	}
	var lines []string
	for _, l := range strings.Split(escape.ReplaceAllString(coloured, ""), "\n") {
		lines = append(lines, strings.TrimRight(l, " "))
	}
	if got := strings.Join(lines, "\n"); got != plain {
		t.Errorf("colour changes the words or their places:\n%s", got)
	}
}

func TestTerminalSaysOnceThatNothingWasTested(t *testing.T) {
	const words = "Point estimates only"
	r := village(t)
	if n := strings.Count(terminal(t, r, TerminalOptions{}), words); n != 1 {
		t.Errorf("said %d times", n)
	}
	r.Models[0].Inference = &study.Inference{}
	if strings.Contains(terminal(t, r, TerminalOptions{}), words) {
		t.Error("said although there are replicates")
	}
}

// A line does not end between a statistic and its value.
func TestWrapKeepsValuesWithTheirLetters(t *testing.T) {
	p := newPrinter(TerminalOptions{Width: 40})
	for _, before := range []int{26, 28, 30, 32, 34} {
		got := p.wrap(strings.Repeat("x", before)+" β = .571, and more", "")
		if !strings.Contains(got, "β = .571") || strings.ContainsAny(got, "\u00a0\ue000") {
			t.Errorf("%q", got)
		}
	}
}

func TestWrapIndented(t *testing.T) {
	for _, c := range []struct {
		s, want string
		width   int
	}{
		{"  Trust → Family income", "  Trust →\n  Family\n  income", 10},
		{"Trust → Family income", "Trust →\nFamily\nincome", 10},
		{"  short", "  short", 10},
		{"", "", 10},
	} {
		if got := wrapIndented(c.s, c.width); got != c.want {
			t.Errorf("%q in %d columns: %q, want %q", c.s, c.width, got, c.want)
		}
	}
}

func TestShowFindings(t *testing.T) {
	list := finding.List{
		{Code: "a-note", Severity: finding.Info, Message: "The file was read as UTF-8."},
		{Code: "unknown-column", Severity: finding.Error, Place: finding.Place{File: "model.txt", Line: 3, Column: "OS33"}, Message: "There is no column OS33 in the data.", Hint: "Did you mean OS3?"},
		{Code: "outside-scale", Severity: finding.Warning, Place: finding.Place{File: "village.csv", Row: 118, Column: "OS3"}, Message: "The value 7 lies outside the scale from 1 to 5 that the codebook gives, so it is counted as it stands.", Hint: "Mend the cell or the codebook."},
	}
	var b bytes.Buffer
	if err := ShowFindings(&b, list, TerminalOptions{}); err != nil {
		t.Fatal(err)
	}
	golden(t, "findings.txt", b.String())
	b.Reset()
	if err := ShowFindings(&b, nil, TerminalOptions{}); err != nil || b.Len() > 0 {
		t.Errorf("no findings: %q, %v", b.String(), err)
	}
}

func TestDescribe(t *testing.T) {
	d := study.Data{
		Source: frame.Source{File: "köyler.csv", Choices: []frame.Choice{{Name: "delimiter", Value: "semicolon"}, {Name: "decimal mark", Value: "comma"}}},
		Rows:   62,
		Columns: []study.Column{
			{Name: "village", Kind: "text", Level: "nominal", Role: "cluster", Distinct: 11},
			{Name: "gelir düzeyi", Kind: "number", Level: "ratio", Missing: 2, Mean: 37948.39, SD: 11995.4, Min: 8100, Max: 123400, Distinct: 59},
			{Name: "满意度", Kind: "number", Level: "ordinal", Mean: 3.274, SD: 1.38, Min: 1, Max: 5, Distinct: 3, Top: []study.Frequency{{Value: "1", Count: 1}, {Value: "3", Count: 31}, {Value: "5", Count: 30}}},
			{Name: "empty", Kind: "number", Missing: 62, Mean: nan, SD: nan, Min: nan, Max: nan},
		},
	}
	for _, width := range []int{80, 120} {
		var b bytes.Buffer
		if err := Describe(&b, d, TerminalOptions{Width: width}); err != nil {
			t.Fatal(err)
		}
		golden(t, fmt.Sprintf("describe-%d.txt", width), b.String())
	}
}

func TestHistogram(t *testing.T) {
	column := func(counts ...int) study.Column {
		c := study.Column{Distinct: len(counts)}
		for _, n := range counts {
			c.Top = append(c.Top, study.Frequency{Count: n})
		}
		return c
	}
	many := column(3, 4)
	many.Distinct = 40
	for want, c := range map[string]study.Column{"▁█": column(1, 1000), "██": column(5, 5), "▄█": column(4, 8), "": many} {
		if got := histogram(c); got != want {
			t.Errorf("%v: %q, want %q", c.Top, got, want)
		}
	}
}

// The numbers of the tables jump on a terminal; it says once why.
func TestTerminalSaysWhoseNumbersTablesHave(t *testing.T) {
	for _, r := range []*study.Result{village(t), twoModels(t)} {
		text := terminal(t, r, TerminalOptions{})
		const words = "The key tables, with the numbers that they have in the full report:"
		if i := strings.Index(text, words); strings.Count(text, words) != 1 || i > strings.Index(text, "Table 2. ") {
			t.Errorf("said %d times, or too late", strings.Count(text, words))
		}
	}
	if text := terminal(t, &study.Result{}, TerminalOptions{}); strings.Contains(text, "key tables") {
		t.Error("said although there is no table")
	}
}
