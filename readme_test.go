package plumb

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeNumbers holds the counts that the README and the change log quote
// to those of the coverage page.
func TestReadmeNumbers(t *testing.T) {
	read := func(file string) string {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(strings.Fields(string(text)), " ")
	}
	m := regexp.MustCompile(`(\d+) cases, (\d+) numbers compared`).FindStringSubmatch(read("docs/coverage.md"))
	if m == nil {
		t.Fatal("docs/coverage.md does not say how many cases and numbers it has")
	}
	for file, want := range map[string][]string{
		"README.md":    {m[1] + " cases of", m[2] + " numbers"},
		"CHANGELOG.md": {m[1] + " reference cases"},
	} {
		text := read(file)
		for _, phrase := range want {
			if !strings.Contains(text, phrase) {
				t.Errorf("%s lacks %q, which docs/coverage.md says", file, phrase)
			}
		}
	}
}
