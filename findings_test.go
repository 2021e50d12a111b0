package plumb

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// code is one declared finding.Code.
type code struct {
	name    string // CodeUnknownColumn
	value   string // unknown-column
	room    string
	comment string // what it means and its smallest example
}

const findingsHead = `# Findings

Every finding has a code that never changes, so that you can search for it. This
page is made from the comments of the code (go test . -update); do not edit it.
Under each code stands what it means and its smallest example. The message of the
program names the place and says what to do; the guide has a
[table of the most frequent ones](guide/9-trouble.md).
`

// TestFindings holds every declared finding code to a comment with its smallest
// example, and docs/findings.md to those comments.
func TestFindings(t *testing.T) {
	codes := declaredCodes(t)
	if len(codes) < 100 {
		t.Fatalf("only %d finding codes found", len(codes))
	}
	for _, c := range codes {
		flat := strings.Join(strings.Fields(c.comment), " ")
		if !strings.Contains(flat, "mallest example") && !strings.Contains(flat, " as in ") && !strings.Contains(c.comment, "\n\t") {
			t.Errorf("%s (%s): its comment lacks the smallest example", c.name, c.room)
		}
	}
	const file = "docs/findings.md"
	want := findingsPage(codes)
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) == want {
		return
	}
	for _, c := range codes {
		if !strings.Contains(string(have), "\n### "+c.value+"\n") {
			t.Errorf("%s lacks %s", file, c.value)
		}
	}
	t.Errorf("%s is not what the comments say; run go test . -update", file)
}

// TestTroublePage holds the guide's table to codes that exist.
func TestTroublePage(t *testing.T) {
	text, err := os.ReadFile("docs/guide/9-trouble.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, c := range declaredCodes(t) {
		known[c.value] = true
	}
	named := 0
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		cell := strings.Split(line, "|")[1]
		for value := range strings.SplitSeq(cell, ",") {
			value = strings.Trim(value, " `")
			named++
			if !known[value] {
				t.Errorf("there is no finding %s", value)
			}
		}
	}
	if named < 20 {
		t.Errorf("only %d codes found", named)
	}
}

// declaredCodes finds the constants of type finding.Code of the module, in
// order of package and value.
func declaredCodes(t *testing.T) []code {
	t.Helper()
	var codes []code
	goFiles(t, func(file string) {
		if strings.HasSuffix(file, "_test.go") {
			return
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.FromSlash(file), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			group, ok := d.(*ast.GenDecl)
			if !ok || group.Tok != token.CONST {
				continue
			}
			for _, s := range group.Specs {
				value := s.(*ast.ValueSpec)
				kind, ok := value.Type.(*ast.SelectorExpr)
				if !ok || kind.Sel.Name != "Code" {
					continue
				}
				for i, name := range value.Names {
					c := code{name: name.Name, room: path.Dir(file), comment: value.Doc.Text()}
					if c.comment == "" && !group.Lparen.IsValid() {
						c.comment = group.Doc.Text()
					}
					if c.value, err = strconv.Unquote(value.Values[i].(*ast.BasicLit).Value); err != nil {
						t.Fatal(err)
					}
					codes = append(codes, c)
				}
			}
		}
	})
	slices.SortFunc(codes, func(a, b code) int {
		return strings.Compare(a.room+" "+a.value, b.room+" "+b.value)
	})
	return codes
}

// subjects are the headings of the page, in the order in which a user meets
// them, with the rooms whose codes stand below each.
var subjects = []struct {
	title string
	rooms []string
}{
	{"Opening and reading files", []string{"frame/open", "frame/csv", "frame/xlsx", "frame/matrix", "frame/grid"}},
	{"The data and the codebook", []string{"frame"}},
	{"The study file", []string{"study"}},
	{"The model text", []string{"model"}},
	{"Estimates", []string{"moment", "estimate", "pls", "sumscore", "assess"}},
	{"Resampling and groups", []string{"infer", "infer/groups"}},
}

// findingsPage writes the page: one heading a code, with the text of every
// package that raises it.
func findingsPage(codes []code) string {
	var b strings.Builder
	b.WriteString(findingsHead)
	left := map[string]bool{}
	for _, c := range codes {
		left[c.room] = true
	}
	write := func(title string, rooms []string) {
		fmt.Fprintf(&b, "\n## %s\n", title)
		texts := map[string][]string{}
		for _, room := range rooms {
			delete(left, room)
			for _, c := range codes {
				if c.room != room {
					continue
				}
				if text := markdown(c); !slices.Contains(texts[c.value], text) {
					texts[c.value] = append(texts[c.value], text)
				}
			}
		}
		for _, value := range slices.Sorted(maps.Keys(texts)) {
			fmt.Fprintf(&b, "\n### %s\n\n%s", value, strings.Join(texts[value], "\n"))
		}
	}
	for _, s := range subjects {
		write(s.title, s.rooms)
	}
	if len(left) > 0 {
		write("Others", slices.Sorted(maps.Keys(left)))
	}
	return b.String()
}

// markdown turns the comment of a code into a paragraph and, where lines are
// indented, code.
func markdown(c code) string {
	text := strings.TrimPrefix(c.comment, c.name)
	for _, grade := range []string{"warning", "info"} {
		text = strings.Replace(text, " ("+grade+"):", " "+strings.ToUpper(grade[:1])+grade[1:]+":", 1)
	}
	text = strings.TrimLeft(text, ": ")
	var b strings.Builder
	inCode := false
	for line := range strings.Lines(text) {
		indented := strings.HasPrefix(line, "\t")
		if indented != inCode && strings.TrimSpace(line) != "" {
			b.WriteString("```\n")
			inCode = indented
		}
		if indented {
			line = line[1:]
		} else if b.Len() == 0 {
			line = strings.ToUpper(line[:1]) + line[1:]
		}
		b.WriteString(line)
	}
	if inCode {
		b.WriteString("```\n")
	}
	return b.String()
}
