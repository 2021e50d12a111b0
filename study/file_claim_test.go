package study

import (
	"reflect"
	"strings"
	"testing"

	"plumb/finding"
	"plumb/model"
)

func TestParseClaim(t *testing.T) {
	for _, c := range []struct {
		text string
		path []string
		sign Sign
		err  string
	}{
		{"A -> B > 0", []string{"A", "B"}, Positive, ""},
		{"A->B<0", []string{"A", "B"}, Negative, ""},
		{"A -> B != 0", []string{"A", "B"}, Nonzero, ""},
		{"A → B → C ≠ 0", []string{"A", "B", "C"}, Nonzero, ""},
		{"A -> B <> 0", []string{"A", "B"}, Nonzero, ""},
		{"`Big trust` -> `a > b` > 0", []string{"Big trust", "a > b"}, Positive, ""},
		{"X:M -> Y > 0", []string{"X:M", "Y"}, Positive, ""},
		{"Güven -> Sadakat > 0", []string{"Güven", "Sadakat"}, Positive, ""},
		{"A > 0", nil, 0, "has no arrow"},
		{"A -> B", nil, 0, "does not end in > 0"},
		{"A -> B > 1", nil, 0, "only 0 can be compared with"},
		{"A -> B >", nil, 0, "only 0 can be compared with"},
		{"A -> -> B > 0", nil, 0, "lacks the name of a construct after A"},
		{"-> B > 0", nil, 0, "before the arrow"},
		{"A -> > 0", nil, 0, "after A"},
		{"A causes B", nil, 0, "has more than a name"},
		{"", nil, 0, "lacks the name"},
	} {
		got, err := ParseClaim("H", c.text)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%q: error %v, want %q", c.text, err, c.err)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(got.Path, c.path) || got.Sign != c.sign {
			t.Errorf("%q: %+v, %v", c.text, got, err)
		}
	}
}

func TestCheckClaim(t *testing.T) {
	m, list := model.Parse("X =~ x\nM =~ m\nYield =~ y\nM ~ X\nYield ~ X + M + X:M", model.ParseOptions{})
	if m == nil {
		t.Fatal(list)
	}
	for _, c := range []struct {
		text string
		code finding.Code
		say  string
	}{
		{"X -> M -> Yield > 0", "", ""},
		{"X:M -> Yield > 0", "", ""},
		{"X -> Yeld > 0", CodeClaimConstruct, "Did you mean Yield?"},
		{"X -> Wealth > 0", CodeClaimConstruct, "The constructs are X, M, Yield"},
		{"M -> X > 0", CodeClaimPath, "the other way: X -> M"},
		{"X -> X > 0", CodeClaimPath, "Add the line X ~ X"},
	} {
		claim, err := ParseClaim("H1", c.text)
		if err != nil {
			t.Fatal(err)
		}
		list := checkClaim(claim, m, finding.Place{})
		if c.code == "" {
			if len(list) > 0 {
				t.Errorf("%s: %v", c.text, list)
			}
			continue
		}
		if !list.Has(c.code) || !strings.Contains(list.Err().Error(), c.say) {
			t.Errorf("%s: %v", c.text, list)
		}
	}
}

func TestCheckSides(t *testing.T) {
	for _, c := range []struct {
		sign  Sign
		sides string
		bad   bool
	}{{Positive, "greater", false}, {Positive, "less", true}, {Negative, "less", false}, {Negative, "greater", true},
		{Nonzero, "greater", true}, {Nonzero, "two-sided", false}, {Positive, "", false}} {
		if got := checkSides(Claim{Sign: c.sign}, c.sides, finding.Place{}); (got != nil) != c.bad {
			t.Errorf("%s tested %q: %v", c.sign, c.sides, got)
		}
	}
}
