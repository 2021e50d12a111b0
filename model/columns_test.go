package model

import (
	"strings"
	"testing"
)

// A wrong path and a wrong column are told at once: a user mends a text once.
func TestColumnsWithOtherErrors(t *testing.T) {
	_, list := Parse("A =~ a1 + a2\nB =~ b1 + b3\nC =~ + c1\nB ~ A + X + C",
		ParseOptions{Columns: []string{"a1", "a2", "b1", "b2"}, Data: "survey.csv"})
	if !list.Has(CodeUnknownColumn) || !list.Has(CodeUnknownConstruct) {
		t.Errorf("not all at once: %v", list)
	}
	for _, f := range list {
		if f.Code == CodeUnknownColumn && (f.Place.Line != 2 || !strings.Contains(f.Message, "b3")) {
			t.Errorf("the wrong column: %v", f)
		}
	}
}
