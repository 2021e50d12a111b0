package report

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"plumb/finding"
	"plumb/study"
)

// citation matches whatever looks like one: authors and a year.
var citation = regexp.MustCompile(`\p{Lu}\p{L}+(?:, \p{Lu}\p{L}+)*(?: et al\.| (?:&|and) \p{Lu}\p{L}+)?,? \(?(?:19|20)\d\d\b`)

func TestCited(t *testing.T) {
	for text, want := range map[string]string{
		"(Hair et al., 2019)":                              "Hair et al., 2019",
		"Henseler et al. (2015) ask":                       "Henseler et al., 2015",
		"power (inverse square root, Kock & Hadaya 2018).": "Kock & Hadaya, 2018",
		"say so (Cameron, Gelbach &\n Miller 2008)":        "Cameron, Gelbach & Miller, 2008",
		"in June 2020":                                     "",
		"Hair et al., 20191":                               "",
	} {
		var got []string
		for _, s := range cited(text) {
			got = append(got, s.String())
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%q cites %v, want %q", text, got, want)
		}
	}
}

func TestSourcesAreInOrder(t *testing.T) {
	if !slices.IsSortedFunc(sources, func(a, b source) int { return strings.Compare(a.full, b.full) }) {
		t.Error("the list of references would not be in alphabetical order")
	}
	for _, s := range sources {
		first, _, _ := strings.Cut(strings.NewReplacer(" et al.", "", ",", " ").Replace(s.authors), " ")
		if !strings.HasPrefix(s.full, first+",") || !strings.Contains(s.full, "("+s.year+")") {
			t.Errorf("%s is not %q", s, s.full)
		}
	}
}

// Every work that a report cites stands in its list of references, and no
// other one does.
func TestEveryCitationHasItsReference(t *testing.T) {
	advised := village(t)
	advised.Findings = append(advised.Findings, finding.Finding{Code: "few-clusters", Severity: finding.Warning, Message: "Few.", Hint: "Say so (Cameron, Gelbach & Miller 2008)."})
	compared := grouped(t, 1000, "holm", "full", "partial")
	fitted := testedVillage(t)
	fitted.Models[0].Inference.ExactFit = &study.ExactFit{Replicates: 1000}
	for name, r := range map[string]*study.Result{
		"village": village(t), "large": large(), "tested": testedVillage(t), "tested and large": testedLarge(), "two models": twoModels(t),
		"a finding": advised, "groups": compared, "exact fit": fitted,
	} {
		t.Run(name, func(t *testing.T) {
			var references []string
			for _, s := range Build(r).Sections {
				for _, b := range s.Blocks {
					if p, ok := b.(Paragraph); ok && p.Reference {
						references = append(references, p.Text.String())
					}
				}
			}
			_, text := parse(t, page(t, r))
			for _, list := range references {
				if !strings.Contains(text, list) {
					t.Errorf("the page lacks %q", list)
				}
				text = strings.ReplaceAll(text, list, "")
			}
			text += terminal(t, r, TerminalOptions{Width: 200})
			seen := map[string]bool{}
			for _, c := range citation.FindAllString(text, -1) {
				works := cited(c)
				if len(works) != 1 {
					t.Errorf("%q is in no list of references", c)
					continue
				}
				seen[works[0].full] = true
				if !slices.Contains(references, works[0].full) {
					t.Errorf("%q is cited and not listed", c)
				}
			}
			for _, r := range references {
				if !seen[r] {
					t.Errorf("%q is listed and not cited", r)
				}
			}
			if len(seen) < 5 {
				t.Errorf("only %d works are cited", len(seen))
			}
		})
	}
}

// The findings of the other packages reach the report: what they cite has its
// source here too.
func TestFindingsCiteKnownWorks(t *testing.T) {
	some := 0
	for _, room := range []string{"frame", "moment", "model", "estimate", "pls", "assess", "infer", "study"} {
		err := filepath.WalkDir(filepath.Join("..", room), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					return true
				}
				text, err := strconv.Unquote(lit.Value)
				if err != nil {
					return true
				}
				for _, c := range citation.FindAllString(text, -1) {
					some++
					if len(cited(c)) == 0 {
						t.Errorf("%s: %q has no source", path, c)
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	if some == 0 {
		t.Error("no citation found: is the pattern right?")
	}
}
