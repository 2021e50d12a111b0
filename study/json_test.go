package study

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"plumb/finding"
)

// village runs the built-in study with more models of its own.
func village(t *testing.T, models ...ModelSpec) *Result {
	t.Helper()
	s, list := Load("../examples/village")
	if err := list.Err(); err != nil {
		t.Fatal(err)
	}
	s.Models = append(s.Models, models...)
	r, err := Run(t.Context(), s, RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func written(t *testing.T, r *Result) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteJSON(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// keys returns the keys of a JSON object in the order of the file.
func keys(t *testing.T, object []byte) []string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(object))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	var out []string
	for d.More() {
		name, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, name.(string))
		var skip json.RawMessage
		if err := d.Decode(&skip); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestResultJSONOfOneModelLiesFlat(t *testing.T) {
	b := written(t, village(t))
	want := "plumb title note data name settings model estimate inference hypotheses findings"
	if got := strings.Join(keys(t, b), " "); got != want {
		t.Errorf("keys %s", got)
	}
	if !bytes.HasSuffix(b, []byte("}\n")) || !bytes.Contains(b, []byte("\n  \"data\": {\n    \"file\": \"village_survey.csv\"")) {
		t.Error("the file is not indented, or lacks its last line end")
	}
	if bytes.Contains(b, []byte(`\u003e`)) || !bytes.Contains(b, []byte(`"claim": "CBE -> FI > 0"`)) {
		t.Error("signs are escaped that need not be")
	}
	var r struct {
		Data     map[string]any
		Findings []map[string]any
	}
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"file", "sha256", "rows", "rows_used", "missing"} {
		if _, there := r.Data[k]; !there {
			t.Errorf("data has no %s", k)
		}
	}
	if len(r.Findings) == 0 || len(r.Findings[0]) != 5 {
		t.Errorf("findings: %v", r.Findings)
	}
}

func TestResultJSONOfSeveralModels(t *testing.T) {
	b := written(t, village(t, ModelSpec{Name: "second", Text: "A <~ OS1 + CS1\nB =~ FI1\nB ~ A", Inference: InferenceSpec{Bootstrap: 10}}))
	want := "plumb title note data models findings"
	if got := strings.Join(keys(t, b), " "); got != want {
		t.Errorf("keys %s", got)
	}
	var r struct {
		Data   map[string]any
		Models []map[string]any
	}
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Models) != 2 || r.Models[1]["name"] != "second" || r.Models[1]["rows_used"] != 62.0 || r.Models[0]["inference"] == nil || r.Models[1]["inference"] == nil {
		t.Errorf("models: %v", r.Models[1]["name"])
	}
	if _, there := r.Data["rows_used"]; there {
		t.Error("rows_used of several models stands in data")
	}
}

func TestResultJSONComesBack(t *testing.T) {
	second := ModelSpec{Name: "second", Text: "A <~ OS1 + CS1\nB =~ FI1\nB ~ A", Inference: InferenceSpec{Bootstrap: 10}}
	for name, r := range map[string]*Result{"one": village(t), "two": village(t, second)} {
		first := written(t, r)
		var back Result
		if err := json.Unmarshal(first, &back); err != nil {
			t.Fatal(err)
		}
		if again := written(t, &back); !bytes.Equal(first, again) {
			t.Errorf("%s: written again, the result differs", name)
		}
		if len(back.Models) != len(r.Models) || back.Models[0].RowsUsed != 62 || !reflect.DeepEqual(back.Models[0].Settings, r.Models[0].Settings) ||
			back.Models[0].Estimate.Paths[0] != r.Models[0].Estimate.Paths[0] {
			t.Errorf("%s: read back as %+v", name, back.Models[0].Settings)
		}
	}
}

func TestResultJSONHasNoNullLists(t *testing.T) {
	r := &Result{Models: []Fitted{{Estimate: Estimate{Weights: []IndicatorRow{{Estimate: Number(math.NaN())}, {Estimate: Number(math.Inf(1))}}}}}}
	var got map[string]any
	if err := json.Unmarshal(written(t, r), &got); err != nil {
		t.Fatal(err)
	}
	estimate := got["estimate"].(map[string]any)
	for _, list := range []string{"loadings", "paths", "indirect", "total_indirect", "total", "constructs", "indicators", "selection"} {
		if v, ok := estimate[list].([]any); !ok || len(v) != 0 {
			t.Errorf("%s is %v", list, estimate[list])
		}
	}
	if m := estimate["htmt"].(map[string]any); m["values"] == nil {
		t.Error("an empty matrix has no values")
	}
	for i, w := range estimate["weights"].([]any) {
		if v := w.(map[string]any)["estimate"]; v != nil {
			t.Errorf("weight %d is %v", i, v)
		}
	}
	if f, ok := got["findings"].([]any); !ok || len(f) != 0 {
		t.Errorf("findings: %v", got["findings"])
	}
	if r.Models[0].Estimate.Loadings != nil {
		t.Error("writing changed the result")
	}
}

func TestResultJSONCountsMissingAnswersOfTheModels(t *testing.T) {
	r := &Result{Data: Data{Columns: []Column{{Name: "a", Missing: 2}, {Name: "b", Missing: 5}}}}
	if n := r.Missing(); n != 7 {
		t.Errorf("without a model %d", n)
	}
	r.Models = []Fitted{{Model: Model{Constructs: []Construct{{Indicators: []string{"a"}}}}}}
	if n := r.Missing(); n != 2 {
		t.Errorf("with a model %d", n)
	}
}

func TestFindingsOfOneModelFollowThoseOfTheData(t *testing.T) {
	r := &Result{Findings: finding.List{{Code: "first", Place: finding.Place{File: "a.csv", Row: 3}}},
		Models: []Fitted{{Findings: finding.List{{Code: "second"}}}}}
	var back Result
	if err := json.Unmarshal(written(t, r), &back); err != nil {
		t.Fatal(err)
	}
	if len(back.Findings) != 2 || back.Findings[0].Code != "first" || back.Findings[1].Code != "second" || back.Findings[0].Place.String() != "a.csv, row 3" {
		t.Errorf("findings: %v", back.Findings)
	}
}
