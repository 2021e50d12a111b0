package study

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"plumb/finding"
)

// The checks below read the schema as a JSON document, as an editor does, and
// know nothing of the table that it was made from.

func schemaOf(t *testing.T) map[string]any {
	t.Helper()
	var s map[string]any
	if err := json.Unmarshal(Schema(), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// invalid returns why a value does not satisfy a schema, by the keywords that
// Schema uses. An unknown keyword is a mistake of the test.
func invalid(schema map[string]any, v any, path string) (out []string) {
	say := func(format string, a ...any) { out = append(out, path+": "+fmt.Sprintf(format, a...)) }
	for keyword, rule := range schema {
		switch keyword {
		case "$schema", "title", "description", "default":
		case "type":
			types, ok := rule.([]any)
			if !ok {
				types = []any{rule}
			}
			if !slices.ContainsFunc(types, func(t any) bool { return isType(t.(string), v) }) {
				say("is no %v", rule)
			}
		case "enum":
			if !slices.Contains(rule.([]any), v) {
				say("%v is none of %v", v, rule)
			}
		case "const":
			if v != rule {
				say("is not %v", rule)
			}
		case "pattern":
			// Go's and JavaScript's expressions agree on this one.
			if _, err := ParseClaim("", v.(string)); err != nil {
				say("%v", err)
			}
		case "minimum":
			if n, ok := v.(float64); ok && n < rule.(float64) {
				say("too small")
			}
		case "exclusiveMinimum":
			if n, ok := v.(float64); ok && n <= rule.(float64) {
				say("too small")
			}
		case "exclusiveMaximum":
			if n, ok := v.(float64); ok && n >= rule.(float64) {
				say("too large")
			}
		case "anyOf", "oneOf":
			fits := 0
			for _, s := range rule.([]any) {
				if len(invalid(s.(map[string]any), v, path)) == 0 {
					fits++
				}
			}
			if fits == 0 || keyword == "oneOf" && fits > 1 {
				say("fits %d of %s", fits, keyword)
			}
		case "required":
			m, _ := v.(map[string]any)
			for _, name := range rule.([]any) {
				if _, there := m[name.(string)]; !there {
					say("lacks %v", name)
				}
			}
		case "properties", "additionalProperties", "items":
		default:
			say("unknown keyword %s", keyword)
		}
	}
	switch v := v.(type) {
	case map[string]any:
		properties, _ := schema["properties"].(map[string]any)
		for name, value := range v {
			if s, ok := properties[name].(map[string]any); ok {
				out = append(out, invalid(s, value, path+"."+name)...)
			} else if s, ok := schema["additionalProperties"].(map[string]any); ok {
				out = append(out, invalid(s, value, path+"."+name)...)
			} else if schema["additionalProperties"] == false {
				say("unknown key %s", name)
			}
		}
	case []any:
		if s, ok := schema["items"].(map[string]any); ok {
			for i, value := range v {
				out = append(out, invalid(s, value, fmt.Sprint(path, ".", i))...)
			}
		}
	}
	return out
}

func isType(name string, v any) bool {
	switch v := v.(type) {
	case string:
		return name == "string"
	case float64:
		return name == "number" || name == "integer" && v == float64(int64(v))
	case map[string]any:
		return name == "object"
	case []any:
		return name == "array"
	case bool:
		return name == "boolean"
	case nil:
		return name == "null"
	}
	return false
}

// plain turns a tree of the study file into what a JSON decoder would give.
func plain(n *node) any {
	switch n.kind {
	case scalarNode:
		var number float64
		if json.Unmarshal([]byte(n.text), &number) == nil {
			return number
		}
		if n.text == "true" || n.text == "false" {
			return n.text == "true"
		}
		return n.text
	case listNode:
		out := []any{}
		for _, i := range n.items {
			out = append(out, plain(i))
		}
		return out
	case mappingNode:
		out := map[string]any{}
		for _, e := range n.entries {
			out[e.name] = plain(e.value)
		}
		return out
	}
	return nil
}

func TestSchemaAndParserAgree(t *testing.T) {
	village, err := os.ReadFile("../examples/village/study.yaml")
	if err != nil {
		t.Fatal(err)
	}
	schema := schemaOf(t)
	for _, c := range []struct {
		text  string
		valid bool
	}{
		{string(village), true},
		{strings.ReplaceAll(whole, "18446744073709551615", "7"), true},
		{"data: {matrix: r.csv, n: 300}\n", true},
		{"data: {file: a.csv, header: 3, missing: -99}\n", true},
		{"data: {file: a.csv, header: first}\n", false},
		{"data: {file: a.csv, header: 0}\n", false},
		{"data: {}\n", false},
		{"data: {file: a, matrix: b}\n", false},
		{"title: A\n", false},
		{"data: {file: a}\ntitel: A\n", false},
		{"data: {file: a}\ntitle: [A]\n", false},
		{"data: {file: a}\nmodels: {text: A}\n", false},
		{"data: {file: a}\nmodels: [{name: A}]\n", false},
		{"data: {file: a}\nmodels: [{text: A, estimate: {scheme: paths}}]\n", false},
		{"data: {file: a}\nmodels: [{text: A, estimate: {mode: {A: C}}}]\n", false},
		{"data: {file: a}\nmodels: [{text: A, estimate: {tolerance: 0}}]\n", false},
		{"data: {file: a}\nmodels: [{text: A, estimate: {max-iterations: 1.5}}]\n", false},
		{"data: {file: a}\nmodels: [{text: A, inference: {level: 1}}]\n", false},
		{"data: {file: a}\nmodels: [{text: A, inference: {seed: 0}}]\n", false},
		{"data: {file: a}\nmodels: [{text: A, hypotheses: {H1: A causes B}}]\n", false},
	} {
		_, list := Parse([]byte(c.text), "study.yaml")
		if ok := list.Count(finding.Error) == 0; ok != c.valid {
			t.Errorf("the parser says %v of\n%s%v", ok, c.text, list)
		}
		root, _ := readYAML([]byte(c.text), "study.yaml")
		if trouble := invalid(schema, plain(root), "study"); (len(trouble) == 0) != c.valid {
			t.Errorf("the schema says %v of\n%s", trouble, c.text)
		}
	}
}

// TestTheTableOfKeysIsWhole holds what the schema, the reference page and the
// flags rely on.
func TestTheTableOfKeysIsWhole(t *testing.T) {
	for path, k := range leaves(&studyKeys, "") {
		if k.doc == "" || !strings.HasSuffix(k.doc, ".") {
			t.Errorf("%s is not explained in a sentence", path)
		}
		if k.kind != laterKey && k.example == "" && path != "models.hypotheses" {
			t.Errorf("%s has no example", path)
		}
		if k.values != nil && k.kind == textKey && k.standard != k.values[0] && path != "data.format" {
			t.Errorf("the first word of %s is not its default", path)
		}
		if k.kind == textKey || k.kind == numberKey || k.kind == wholeKey || k.kind == rowKey || k.kind == boolKey {
			if message, _ := k.scalar(k.example); message != "" {
				t.Errorf("the example of %s is wrong: %s", path, message)
			}
			if Key(path).Doc != k.doc {
				t.Errorf("Key does not find %s", path)
			}
		}
	}
}

// TestDefaultsAreWhatHappens compares the defaults in words with the settings
// of a run that asks for nothing.
func TestDefaultsAreWhatHappens(t *testing.T) {
	s, list := Load("../examples/village")
	if err := list.Err(); err != nil {
		t.Fatal(err)
	}
	s.Models[0].Estimate, s.Models[0].Inference = EstimateSpec{}, InferenceSpec{}
	r, err := Run(t.Context(), s, RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	is := r.Models[0].Settings
	for key, got := range map[string]any{
		"models.estimate.estimator": is.Estimator, "models.estimate.scheme": is.Scheme, "models.estimate.missing": is.Missing,
		"models.estimate.tolerance": is.Tolerance, "models.estimate.max-iterations": is.MaxIterations, "models.inference.seed": is.Seed,
	} {
		want := Key(key).Default
		if key == "models.estimate.tolerance" {
			want = strings.Replace(want, "e-7", "e-07", 1) // as Go prints it
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%s: the key says %s, the run %v", key, want, got)
		}
	}
}

func TestTheReferencePageHasTheKeys(t *testing.T) {
	page, err := os.ReadFile("../docs/study-file.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), KeysMarkdown()) {
		t.Error("docs/study-file.md is behind the table of keys: put the output of plumb schema --markdown under its heading Keys")
	}
}
