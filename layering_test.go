// Package plumb holds no code. Its tests keep the house in order: who may
// import whom, and that the pages generated from the source are up to date.
//
//	go test . -update  // writes docs/findings.md and the layers of .golangci.yml
package plumb

import (
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the generated parts of docs/findings.md and .golangci.yml")

// module is the path of the module; rooms are named relative to it.
const module = "plumb"

// room is a package and the packages of ours that it may import.
type room struct {
	name string
	may  []string
}

// law is the order of the house (docs/architecture.md). A room imports nothing
// that stands below it, and of what stands above only what is written here.
// Tests may import any room but the last three.
var law = []room{
	{"finding", nil},
	{"examples", nil},
	{"resample", nil},

	{"frame", []string{"finding"}},
	{"frame/grid", []string{"finding", "frame"}},
	{"frame/csv", []string{"finding", "frame", "frame/grid"}},
	{"frame/xlsx", []string{"finding", "frame", "frame/grid"}},
	{"frame/matrix", []string{"finding", "frame", "frame/grid", "frame/csv", "frame/xlsx"}},
	{"frame/open", []string{"finding", "frame", "frame/csv", "frame/xlsx", "frame/matrix"}},

	{"moment", []string{"finding", "frame"}},
	{"moment/replicate", nil},
	{"model", []string{"finding"}},

	{"estimate", []string{"finding", "moment", "model"}},
	{"pls", []string{"finding", "moment", "model", "estimate"}},
	{"sumscore", []string{"finding", "moment", "model", "estimate"}},
	{"assess", []string{"finding", "moment", "model", "estimate"}},

	{"pls/lanes", []string{"model", "estimate", "pls"}},
	{"infer", []string{"finding", "resample", "moment", "moment/replicate", "model", "estimate", "assess", "pls/lanes"}},
	{"infer/groups", []string{"finding", "resample", "moment", "model", "estimate", "assess", "pls/lanes", "infer"}},

	{"study", []string{"finding", "frame", "frame/open", "moment", "model", "estimate", "pls", "sumscore", "assess", "pls/lanes", "infer", "infer/groups"}},
	{"report/draw", nil},
	{"report", []string{"finding", "study", "report/draw"}},

	// Nothing imports what follows.
	{"infer/coverage", []string{"frame", "moment", "model", "estimate", "pls", "pls/lanes", "infer"}},
	{"cmd/plumb", []string{"finding", "examples", "model", "study", "report"}},
	{"reference", nil},
}

// last names the rooms that nothing imports, tests included.
var last = []string{"infer/coverage", "cmd/plumb", "reference"}

// forbidden names say nothing about what lives in a package.
var forbidden = []string{"util", "utils", "common", "core", "helper", "helpers", "manager", "base"}

// source is one file as far as imports go.
type source struct {
	room, file string
	test       bool
	imports    []string // rooms
}

// broken lists what in the files is against the law, and what in the law has no
// file any more or contradicts itself.
func broken(law []room, files []source) []string {
	var wrong []string
	add := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	may := map[string][]string{}
	var above []string
	for _, r := range law {
		for _, name := range r.may {
			if !slices.Contains(above, name) {
				add("the law lets %s import %s, which does not stand above it: that is a way to a cycle", r.name, name)
			}
		}
		for _, word := range strings.Split(r.name, "/") {
			if slices.Contains(forbidden, word) {
				add("%s: nothing is called %s here; name what lives in it", r.name, word)
			}
		}
		may[r.name] = r.may
		above = append(above, r.name)
	}
	seen := map[string]bool{}
	for _, f := range files {
		seen[f.room] = true
		if _, known := may[f.room]; !known {
			add("%s: the package %s has no place in the law (layering_test.go)", f.file, f.room)
			continue
		}
		for _, name := range f.imports {
			switch {
			case slices.Contains(last, name):
				add("%s imports %s, which nothing may import", f.file, name)
			case f.test || slices.Contains(may[f.room], name):
			case slices.Index(above, name) > slices.Index(above, f.room):
				add("%s imports %s, which stands below %s: that arrow runs back", f.file, name, f.room)
			default:
				add("%s imports %s, which the law does not let %s do", f.file, name, f.room)
			}
		}
	}
	for _, name := range above {
		if !seen[name] {
			add("the law names %s, and there is no such package", name)
		}
	}
	return wrong
}

// goFiles calls visit for every Go file of the module.
func goFiles(t *testing.T, visit func(file string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			name := d.Name()
			if name != "." && strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "node_modules" {
				return filepath.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(file, ".go") {
			visit(filepath.ToSlash(file))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestLayers(t *testing.T) {
	var files []source
	goFiles(t, func(file string) {
		dir := path.Dir(file)
		if dir == "." {
			return // these tests
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.FromSlash(file), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		s := source{room: dir, file: file, test: strings.HasSuffix(file, "_test.go")}
		for _, i := range parsed.Imports {
			p, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			// An external test imports the package that it tests.
			if name, ours := strings.CutPrefix(p, module+"/"); ours && name != dir {
				s.imports = append(s.imports, name)
			}
		}
		files = append(files, s)
	})
	if len(files) < len(law) {
		t.Fatalf("only %d files found", len(files))
	}
	for _, w := range broken(referenceMayAll(law), files) {
		t.Error(w)
	}
}

// referenceMayAll lets the conformance suite use everything but the command.
func referenceMayAll(law []room) []room {
	out := slices.Clone(law)
	end := &out[len(out)-1]
	for _, r := range out[:len(out)-1] {
		if !slices.Contains(last, r.name) {
			end.may = append(end.may, r.name)
		}
	}
	return out
}

// TestBroken makes sure that the law bites.
func TestBroken(t *testing.T) {
	small := []room{{"a", nil}, {"b", []string{"a"}}, {"c", []string{"b"}}}
	all := []source{{room: "a", file: "a/a.go"}, {room: "b", file: "b/b.go"}, {room: "c", file: "c/c.go"}}
	for _, c := range []struct {
		name string
		law  []room
		file source
		want string
	}{
		{"allowed", small, source{room: "c", file: "c/c.go", imports: []string{"b"}}, ""},
		{"backwards", small, source{room: "a", file: "a/x.go", imports: []string{"b"}}, "runs back"},
		{"not granted", small, source{room: "c", file: "c/x.go", imports: []string{"a"}}, "does not let"},
		{"test", small, source{room: "a", file: "a/x_test.go", test: true, imports: []string{"c"}}, ""},
		{"test of the command", small, source{room: "a", file: "a/x_test.go", test: true, imports: []string{"cmd/plumb"}}, "nothing may import"},
		{"unknown package", small, source{room: "d", file: "d/d.go"}, "no place"},
		{"cycle in the law", []room{{"a", []string{"b"}}, {"b", []string{"a"}}, {"c", nil}}, all[0], "way to a cycle"},
		{"gone", append(slices.Clone(small), room{"e", nil}), all[0], "no such package"},
		{"drawer", []room{{"a", nil}, {"b", nil}, {"c", nil}, {"frame/util", nil}}, source{room: "frame/util", file: "frame/util/u.go"}, "name what lives in it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := strings.Join(broken(c.law, append(slices.Clone(all), c.file)), "\n")
			if c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q in it", got, c.want)
			}
		})
	}
}

// TestDepguard keeps the linter's rules the same as the law, so that an editor
// with golangci-lint shows a wrong import where it is written.
func TestDepguard(t *testing.T) {
	const file = ".golangci.yml"
	const begin, end = "      # The law of layering_test.go; go test . -update writes it.\n", "      # End of the law.\n"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	if !ok {
		t.Fatalf("%s lacks the line %q", file, begin)
	}
	have, after, ok := strings.Cut(rest, end)
	if !ok {
		t.Fatalf("%s lacks the line %q", file, end)
	}
	want := depguard(law)
	if have == want {
		return
	}
	if !*update {
		t.Fatalf("%s is not the law of layering_test.go; run go test . -update", file)
	}
	if err := os.WriteFile(file, []byte(before+begin+want+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// depguard writes the law as rules of depguard: in the files of a room, of all
// our packages only those that it may import.
func depguard(law []room) string {
	var b strings.Builder
	b.WriteString("      rules:\n")
	for _, r := range law {
		if r.name == "reference" {
			continue // it may import everything
		}
		fmt.Fprintf(&b, "        %s:\n          list-mode: lax\n", strings.ReplaceAll(r.name, "/", "-"))
		fmt.Fprintf(&b, "          files: [\"**/%s/*.go\", \"!$test\"]\n", r.name)
		if r.may != nil {
			b.WriteString("          allow:\n")
			for _, name := range r.may {
				fmt.Fprintf(&b, "            - %s/%s$\n", module, name)
			}
		}
		b.WriteString("          deny:\n")
		fmt.Fprintf(&b, "            - {pkg: %s, desc: \"%s may not import this: see the law in layering_test.go\"}\n", module, r.name)
	}
	b.WriteString("        last:\n          list-mode: lax\n          deny:\n")
	for _, name := range last {
		fmt.Fprintf(&b, "            - {pkg: %s/%s, desc: nothing imports this}\n", module, name)
	}
	return b.String()
}

// maxLines is where a file begins to hold more than one thing.
const maxLines = 600

func TestFileLength(t *testing.T) {
	goFiles(t, func(file string) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(text), "\n"); n > maxLines {
			t.Errorf("%s has %d lines; up to %d keep a file to one thing", file, n, maxLines)
		}
	})
}
