package reference

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

// writeCoverage writes docs/coverage.md under -update; otherwise it fails when
// the page lacks a case of this run, so that the page cannot fall behind.
func writeCoverage(t *testing.T, all []*comparison) {
	t.Helper()
	const path = "../docs/coverage.md"
	if t.Failed() {
		return
	}
	if *update {
		if err := os.WriteFile(path, []byte(coveragePage(all)), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if !strings.Contains(string(page), "| "+caseName(c)+" |") {
			t.Errorf("docs/coverage.md lacks %s; run go test ./reference -update", c.c.Name)
		}
	}
}

func caseName(c *comparison) string {
	return c.c.Dataset + " " + c.c.Model + " | " + c.c.Package + " " + c.c.Version
}

func coveragePage(all []*comparison) string {
	var b strings.Builder
	numbers, packages := 0, map[string]int{}
	worst := map[string]float64{}
	for _, c := range all {
		numbers += c.count
		packages[c.c.Package]++
		for q, d := range c.worst {
			worst[q] = max(worst[q], d)
		}
	}
	fmt.Fprintf(&b, `# Coverage: plumb against the field's packages

Written by the tests (go test ./reference -update); do not edit.

%d cases, %d numbers compared. Differences are absolute, relative where the
reference is above 1, and rounded up to one digit. Packages that print three
decimals are held to those; plspm's looser stopping rule leaves about 1e-6;
everything else must agree to 1e-8. Signs of whole constructs are aligned first,
since they are a convention. Definitions on which packages differ are compared
under the definition of the package: see methods.md.

| package | cases |
| --- | --- |
`, len(all), numbers)
	names := sortedKeys(packages)
	for _, name := range names {
		fmt.Fprintf(&b, "| %s | %d |\n", name, packages[name])
	}
	b.WriteString("\n## Cases\n\n| case | package | numbers | largest difference | in |\n| --- | --- | --- | --- | --- |\n")
	for _, c := range all {
		quantity, d := "", -1.0
		for _, q := range sortedKeys(c.worst) {
			if c.worst[q] > d {
				quantity, d = q, c.worst[q]
			}
		}
		fmt.Fprintf(&b, "| %s | %d | %s | %s |\n", caseName(c), c.count, oneDigit(d), quantity)
	}
	return b.String()
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// oneDigit rounds up to one significant digit.
func oneDigit(d float64) string {
	if d == 0 {
		return "0"
	}
	unit := math.Pow(10, math.Floor(math.Log10(d)))
	return fmt.Sprintf("%.0e", math.Ceil(d/unit)*unit)
}
