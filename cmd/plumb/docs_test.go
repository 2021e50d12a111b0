package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The manual is executed. In README.md and every Markdown file under docs:
//
//   - Of a console block each line "$ plumb ..." is run, and what follows it must
//     be what the command prints. A line "..." stands for any lines, also none.
//     A command may end in "> FILE".
//   - "```console fails" says that its commands end with another status than 0.
//   - A block with a file name after the language, "```yaml study.yaml", is
//     written to that file.
//   - "<!-- $ plumb ... -->" is run without being shown.
//   - Relative links lead to files that exist.
//
// A page begins in an empty folder, and the guide is followed once more from its
// first page to its last in one folder, as a reader does. go test ./cmd/plumb -run TestDocs -update
// writes new output into blocks that elide nothing.

var updateDocs = flag.Bool("update", false, "write the output of plumb into the blocks of the documentation")

const repository = "../.."

func TestDocs(t *testing.T) {
	pages := []string{filepath.Join(repository, "README.md")}
	for _, pattern := range []string{"docs/*.md", "docs/*/*.md"} {
		found, err := filepath.Glob(filepath.Join(repository, pattern))
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, found...)
	}
	commands := 0
	for _, page := range pages {
		file, err := filepath.Abs(page)
		if err != nil {
			t.Fatal(err)
		}
		name, err := filepath.Rel(repository, page)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.ToSlash(name), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p := &manual{t: t, lines: strings.Split(string(text), "\n")}
			p.links(filepath.Dir(file))
			t.Chdir(t.TempDir())
			p.execute()
			commands += p.commands
			if new := strings.Join(p.out, "\n"); *updateDocs && new != string(text) {
				if err := os.WriteFile(file, []byte(new), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	if commands < 10 {
		t.Errorf("only %d commands found", commands)
	}
}

// TestGuideInOneFolder follows the guide page by page where the page before
// ended.
func TestGuideInOneFolder(t *testing.T) {
	if testing.Short() {
		t.Skip("TestDocs runs each page already")
	}
	folder, err := filepath.Abs(filepath.Join(repository, "docs", "guide"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	commands := 0
	for page := 1; ; page++ {
		files, err := filepath.Glob(filepath.Join(folder, fmt.Sprintf("%d-*.md", page)))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) == 0 {
			break
		}
		text, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		t.Log(filepath.Base(files[0]))
		p := &manual{t: t, lines: strings.Split(string(text), "\n")}
		p.execute()
		commands += p.commands
	}
	if commands < 15 {
		t.Errorf("only %d commands found", commands)
	}
}

// manual is one Markdown file on its way through the test.
type manual struct {
	t        *testing.T
	lines    []string
	out      []string // the same with new output
	commands int
}

var (
	hidden = regexp.MustCompile(`^<!-- \$ (plumb .*) -->$`)
	link   = regexp.MustCompile(`\]\(([^)#\s]+)(#[^)]*)?\)`)
)

// execute goes through the blocks of the page.
func (p *manual) execute() {
	for i := 0; i < len(p.lines); i++ {
		line := p.lines[i]
		p.out = append(p.out, line)
		if m := hidden.FindStringSubmatch(line); m != nil {
			if output, code := p.run(m[1]); code != exitDone {
				p.t.Errorf("line %d: %s: exit status %d\n%s", i+1, m[1], code, output)
			}
			continue
		}
		info, ok := strings.CutPrefix(line, "```")
		if !ok {
			continue
		}
		end := i + 1 + slices.Index(p.lines[i+1:], "```")
		if end <= i {
			p.t.Fatalf("line %d: the block does not end", i+1)
		}
		body := p.lines[i+1 : end]
		switch language, file, _ := strings.Cut(info, " "); {
		case language == "console":
			p.console(i+1, body, file == "fails")
		case file != "":
			if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
				p.t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(strings.Join(body, "\n")+"\n"), 0o666); err != nil {
				p.t.Fatal(err)
			}
			fallthrough
		default:
			p.out = append(p.out, body...)
		}
		p.out = append(p.out, "```")
		i = end
	}
}

// console runs the commands of a block and compares what they print.
func (p *manual) console(first int, body []string, fails bool) {
	for i := 0; i < len(body); {
		command, ok := strings.CutPrefix(body[i], "$ ")
		if !ok {
			p.t.Errorf("line %d: %q is no command; a console block begins with one", first+i+1, body[i])
			return
		}
		next := i + 1
		for next < len(body) && !strings.HasPrefix(body[next], "$ ") {
			next++
		}
		want := body[i+1 : next]
		output, code := p.run(command)
		have := strings.Split(strings.TrimRight(output, "\n"), "\n")
		if output == "" {
			have = nil
		}
		for k := range have {
			have[k] = strings.TrimRight(have[k], " ")
		}
		if (code != exitDone) != fails {
			p.t.Errorf("line %d: %s: exit status %d\n%s", first+i+1, command, code, output)
		}
		p.out = append(p.out, body[i])
		switch {
		case matches(want, have):
			p.out = append(p.out, want...)
		case *updateDocs && !slices.Contains(want, "..."):
			p.out = append(p.out, have...)
		default:
			p.out = append(p.out, want...)
			p.t.Errorf("line %d: %s prints\n%s\nand the page shows\n%s", first+i+1, command, strings.Join(have, "\n"), strings.Join(want, "\n"))
		}
		i = next
	}
}

// matches compares lines; "..." in want stands for any lines.
func matches(want, have []string) bool {
	for i, line := range want {
		if line == "..." {
			for k := i; k <= len(have); k++ {
				if matches(want[i+1:], have[k:]) {
					return true
				}
			}
			return false
		}
		if i >= len(have) || strings.TrimRight(line, " ") != have[i] {
			return false
		}
	}
	return len(want) == len(have)
}

// run runs one command line in this process.
func (p *manual) run(line string) (output string, code int) {
	p.commands++
	line, file, redirected := strings.Cut(line, " > ")
	words := fields(line)
	if len(words) == 0 || words[0] != "plumb" {
		return fmt.Sprintf("%q is not a command of plumb; show others in a sh block", line), exitUsage
	}
	var out, messages bytes.Buffer
	if !redirected {
		code = execute(p.t.Context(), words[1:], strings.NewReader(""), &out, &out)
		return out.String(), code
	}
	code = execute(p.t.Context(), words[1:], strings.NewReader(""), &out, &messages)
	if err := os.WriteFile(strings.TrimSpace(file), out.Bytes(), 0o666); err != nil {
		p.t.Fatal(err)
	}
	return messages.String(), code
}

// fields splits a command line at blanks outside of quotes.
func fields(line string) []string {
	var words []string
	var word strings.Builder
	quote, inWord := rune(0), false
	for _, c := range line {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote, inWord = c, true
		case quote == 0 && c == ' ':
			if inWord {
				words = append(words, word.String())
			}
			word.Reset()
			inWord = false
		default:
			word.WriteRune(c)
			inWord = true
		}
	}
	if inWord {
		words = append(words, word.String())
	}
	return words
}

// links holds relative links to files that exist.
func (p *manual) links(dir string) {
	inBlock := false
	for i, line := range p.lines {
		if strings.HasPrefix(line, "```") {
			inBlock = !inBlock
		}
		if inBlock {
			continue
		}
		for _, m := range link.FindAllStringSubmatch(line, -1) {
			if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "mailto:") {
				continue
			}
			if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(m[1]))); err != nil {
				p.t.Errorf("line %d: the link %s leads nowhere", i+1, m[1])
			}
		}
	}
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		want, have string
		ok         bool
	}{
		{"a|b", "a|b", true},
		{"a", "a|b", false},
		{"a|...", "a|b|c", true},
		{"...|c", "a|b|c", true},
		{"a|...|c", "a|c", true},
		{"a|...|d", "a|b|c", false},
		{"...", "", true},
	} {
		split := func(s string) []string {
			if s == "" {
				return nil
			}
			return strings.Split(s, "|")
		}
		if got := matches(split(c.want), split(c.have)); got != c.ok {
			t.Errorf("matches(%s, %s) = %v", c.want, c.have, got)
		}
	}
}

// TestResultPage holds docs/result.md to the keys that result.json has.
func TestResultPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(repository, "docs", "result.md"))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "village")
	for _, args := range [][]string{{"sample", "village", dir}, {"run", dir}} {
		var messages bytes.Buffer
		if code := execute(t.Context(), args, strings.NewReader(""), &messages, &messages); code != exitDone {
			t.Fatalf("plumb %s: exit status %d\n%s", strings.Join(args, " "), code, &messages)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "result.json"))
	if err != nil {
		t.Fatal(err)
	}
	var result any
	if err := json.Unmarshal(text, &result); err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	collectKeys(result, keys)
	if len(keys) < 50 {
		t.Fatalf("only %d keys found", len(keys))
	}
	for key := range keys {
		if !strings.Contains(string(page), "`"+key+"`") && !strings.Contains(string(page), `"`+key+`"`) {
			t.Errorf("docs/result.md lacks %s", key)
		}
	}
}

func collectKeys(v any, keys map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for key, child := range v {
			keys[key] = true
			collectKeys(child, keys)
		}
	case []any:
		for _, child := range v {
			collectKeys(child, keys)
		}
	}
}
