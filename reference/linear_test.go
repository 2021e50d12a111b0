package reference

import (
	"flag"
	"math"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/coverage.md from this run")

// linear says whether a case is a linear PLS, PLSc or sum-score model.
func linear(name string) bool {
	part := strings.Split(name, "__")
	model, pkg := part[1], part[2]
	for _, no := range []string{"predict", "nonlinear", "interaction", "moderation", "hoc", "secondorder", "bootstrap",
		"modmed", "mga", "ipma", "2sls", "ordinal", "nonmetric", "nipals", "gsca", "maxvar", "sumcorr", "-pca", "quadratic"} {
		if strings.Contains(model, no) {
			return false
		}
	}
	for _, yes := range []string{"-pls-", "-plsc-", "-unit", "-group-", "basic-missing", "plscore", "plscow"} {
		if strings.Contains(model, yes) && pkg != "lavaan" && pkg != "base-r" {
			return true
		}
	}
	return pkg == "adanco"
}

// TestLinear holds every linear PLS, PLSc and sum-score case to the numbers of
// its package.
func TestLinear(t *testing.T) {
	folder := folderOrSkip(t)
	cases, err := Cases(folder, linear)
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) < 200 {
		t.Fatalf("only %d linear cases found", len(cases))
	}
	var coverage []*comparison
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			f, err := run(folder, c)
			if err != nil {
				t.Fatal(err)
			}
			if !f.e.Converged {
				t.Errorf("not converged after %d iterations", f.e.Iterations)
			}
			cmp := &comparison{c: c, worst: map[string]float64{}}
			compare(f, cmp)
			for _, miss := range cmp.misses {
				t.Error(miss)
			}
			if len(cmp.worst) < 2 {
				t.Errorf("only %d quantities compared", len(cmp.worst))
			}
			coverage = append(coverage, cmp)
		})
	}
	slices.SortFunc(coverage, func(a, b *comparison) int { return strings.Compare(a.c.Name, b.c.Name) })
	writeCoverage(t, coverage)
}

// comparison collects the differences of one case.
type comparison struct {
	c      *Case
	worst  map[string]float64 // largest difference, one a quantity
	count  int                // numbers compared
	misses []string
}

// is compares one number: ours against the package's, relative above 1. A
// number that the package does not give (NaN) is not compared, so that whether
// something should exist is said by the caller.
func (c *comparison) is(quantity, what string, ours, theirs, tolerance float64) {
	if math.IsNaN(theirs) {
		return
	}
	c.count++
	d := math.Abs(ours-theirs) / math.Max(1, math.Abs(theirs))
	if !(d <= c.worst[quantity]) || c.worst[quantity] == 0 {
		if old, seen := c.worst[quantity]; !seen || !(d <= old) {
			c.worst[quantity] = d
		}
	}
	if !(d <= tolerance) && len(c.misses) < 12 {
		c.misses = append(c.misses, sprint(quantity, what, ours, theirs, d))
	}
}
