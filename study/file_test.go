package study

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"plumb/finding"
)

// whole is a study that has every key.
const whole = `title: Trust
note: 312 households.
data:
  file: survey.csv
  codebook: codebook.csv
  format: csv
  sheet: 2
  header: none
  delimiter: semicolon
  decimal: comma
  encoding: windows-1254
  missing: [-99, n/a]
  id: a
  weight: b
  cluster: c
  strata: d
  group: e
  wave: f
models:
  - name: first
    text: |
      Trust =~ t1 + t2
      Loyalty =~ l1 + l2
      Loyalty ~ Trust
    labels: {Trust: Trust in the town}
    estimate: {estimator: plsc, scheme: centroid, mode: {Trust: B}, missing: pairwise, tolerance: 1e-9, max-iterations: 77}
    inference: {bootstrap: 500, interval: bca, level: 0.9, seed: 18446744073709551615, workers: 3, resample: people, sides: less, adjust: holm, inadmissible: drop, fit: true}
    groups: {by: gender, permutations: 99}
    hypotheses:
      H2: Trust -> Loyalty > 0
      H1: Trust -> Loyalty ≠ 0
  - file: model.txt
report: {style: plain}
change: 1
welfare: [a]
indicators:
`

func TestParseReadsEveryKey(t *testing.T) {
	s, list := Parse([]byte(whole), "folder/study.yaml")
	if n := list.Count(finding.Error); n > 0 {
		t.Fatalf("findings:\n%v", list.Err())
	}
	want := DataSpec{File: "survey.csv", Codebook: "codebook.csv", Format: "csv", Sheet: "2", Header: "none", Delimiter: "semicolon",
		Decimal: "comma", Encoding: "windows-1254", Missing: []string{"-99", "n/a"}, ID: "a", Weight: "b", Cluster: "c", Strata: "d", Group: "e", Wave: "f"}
	if !reflect.DeepEqual(s.Data, want) {
		t.Errorf("data: %+v", s.Data)
	}
	if s.Title != "Trust" || s.Note != "312 households." || len(s.Models) != 2 {
		t.Fatalf("study: %+v", s)
	}
	m := s.Models[0]
	if m.Name != "first" || m.Text != "Trust =~ t1 + t2\nLoyalty =~ l1 + l2\nLoyalty ~ Trust\n" || m.Labels["Trust"] != "Trust in the town" {
		t.Errorf("model: %+v", m)
	}
	if e := (EstimateSpec{"plsc", "centroid", map[string]string{"Trust": "B"}, "pairwise", 1e-9, 77}); !reflect.DeepEqual(m.Estimate, e) {
		t.Errorf("estimate: %+v", m.Estimate)
	}
	if i := (InferenceSpec{Bootstrap: 500, Interval: "bca", Level: 0.9, Seed: 18446744073709551615, Workers: 3,
		Resample: "people", Sides: "less", Adjust: "holm", Inadmissible: "drop", Fit: true}); m.Inference != i {
		t.Errorf("inference: %+v", m.Inference)
	}
	if g := (GroupSpec{By: "gender", Permutations: 99}); m.Groups != g {
		t.Errorf("groups: %+v", m.Groups)
	}
	claims := []Claim{{"H2", "Trust -> Loyalty > 0", []string{"Trust", "Loyalty"}, Positive}, {"H1", "Trust -> Loyalty ≠ 0", []string{"Trust", "Loyalty"}, Nonzero}}
	if !reflect.DeepEqual(m.Hypotheses, claims) {
		t.Errorf("hypotheses: %+v", m.Hypotheses)
	}
	if s.Models[1].Name != "model 2" || s.Models[1].File != "model.txt" {
		t.Errorf("second model: %+v", s.Models[1])
	}
	if s.path("model.txt") != filepath.Join("folder", "model.txt") {
		t.Errorf("path: %s", s.path("model.txt"))
	}
	// A key that the parser does not read would be a key in vain.
	for path := range leaves(&studyKeys, "") {
		if path != "data.matrix" && path != "data.n" && !strings.Contains(whole, path[strings.LastIndex(path, ".")+1:]+":") {
			t.Errorf("%s is missing from this test", path)
		}
	}
}

// leaves returns the paths of all keys that are no sections.
func leaves(k *key, path string) map[string]*key {
	out := map[string]*key{}
	for i := range k.keys {
		sub := &k.keys[i]
		p := join(path, sub.name)
		if sub.keys == nil {
			out[p] = sub
			continue
		}
		for q, leaf := range leaves(sub, p) {
			out[q] = leaf
		}
	}
	return out
}

func TestParseMatrix(t *testing.T) {
	s, list := Parse([]byte("data: {matrix: r.csv, n: 344}\nmodels: [{text: \"A =~ a\"}]\n"), "study.yaml")
	if len(list) > 0 || s.Data.Matrix != "r.csv" || s.Data.N != 344 {
		t.Errorf("%+v %v", s.Data, list)
	}
}

func TestLaterSectionsAreNotSilent(t *testing.T) {
	_, list := Parse([]byte(whole), "study.yaml")
	found := map[string]finding.Severity{}
	for _, f := range list {
		if f.Code == CodeNotYet {
			found[f.Place.Key] = f.Severity
		}
	}
	want := map[string]finding.Severity{"report": finding.Info, "change": finding.Warning, "welfare": finding.Warning, "indicators": finding.Warning}
	if !reflect.DeepEqual(found, want) {
		t.Errorf("found %v", found)
	}
}

// TestFindings gives one wrong file each and the findings as they are shown.
func TestFindings(t *testing.T) {
	const ok = "data: {file: a.csv}\n"
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "study.yaml: error: The study file is empty."},
		{"comments only", "# later\n", "study.yaml: error: The study file is empty."},
		{"null", "~\n", "The study file is empty."},
		{"a tag of nothing", "# later\n! ", "The study file is empty."},
		{"unknown key", ok + "titel: A\n", "study.yaml, titel, line 2, character 1: error: titel is no key of a study. Did you mean title? [study-unknown-key]"},
		{"key at the wrong depth", ok + "estimator: pls\n", "It belongs under models.estimate."},
		{"unknown key without a near one", "data: {file: a.csv, qqq: 1}\n", "study.yaml, data.qqq, line 1, character 21: error: qqq is no key of data. The keys here are file, matrix"},
		{"dotted key", ok + "data.codebook: x\n", "data.codebook is no key of a study"},
		{"list for a text", ok + "title: [a]\n", "study.yaml, title, line 2, character 8: error: title is a list; expected is a text."},
		{"text for a section", "data: a.csv\n", `error: data is "a.csv"; expected is the keys file, matrix`},
		{"section for a list", ok + "models: {name: a}\n", "models is a section with keys; expected is a list: each entry begins with a dash"},
		{"text in a list", ok + "models: [a]\n", `Entry 1 of models is "a"; expected are the keys name, text`},
		{"no data", "title: A\n", "The key data is missing."},
		{"no file", "data: {codebook: a.csv}\n", "One of the keys file or matrix is missing. file: The survey file"},
		{"empty value", "data: {file: }\n", "One of the keys file or matrix is missing."},
		{"file and matrix", "data: {file: a, matrix: b}\n", "The keys file and matrix exclude each other."},
		{"n of a survey", "data: {file: a, n: 3}\n", "study.yaml, data.n, line 1, character 20: error: The key n belongs to a published matrix"},
		{"twice", ok + "title: A\ntitle: B\n", "line 3, character 1: error: The key title stands here for the second time; the first is on line 2."},
		{"tab", "data:\n\tfile: a.csv\n", "study.yaml, line 2, character 1: error: The line is indented by a tab"},
		{"syntax", "data: [a\n", "error: This is not valid YAML"},
		{"documents", ok + "---\n" + ok, "study.yaml, line 3: error: The file holds 2 documents"},
		{"not text", "data: \xff\n", "study.yaml, line 1: error: The file is not UTF-8 text from here on."},
		{"zeros", "\x00\x00\x00", "not UTF-8 text"},
		{"a survey", "a,b\n1,2\n", "If this is a survey, use plumb fit"},
		{"a list", "- a\n", "The study is a list"},
		{"word", ok + "models: [{text: A, estimate: {scheme: paths}}]\n", `"paths" is not one of path, factorial, centroid. Did you mean path?`},
		{"case of a word", ok + "models: [{text: A, estimate: {mode: {A: a}}}]\n", `study.yaml, models.estimate.mode.A, line 2, character 41: error: "a" is not one of A, B. Did you mean A?`},
		{"number", ok + "models: [{text: A, estimate: {tolerance: small}}]\n", `"small" is not a number between 0 and 1.`},
		{"tolerance of zero", ok + "models: [{text: A, estimate: {tolerance: 0}}]\n", `"0" is not a number between 0 and 1.`},
		{"not a number", ok + "models: [{text: A, estimate: {tolerance: .nan}}]\n", `".nan" is not a number`},
		{"whole number", ok + "models: [{text: A, estimate: {max-iterations: 1.5}}]\n", `"1.5" is not a whole number from 1.`},
		{"level in percent", ok + "models: [{text: A, inference: {level: 95}}]\n", `"95" is not a number between 0 and 1.`},
		{"header", "data: {file: a, header: 0}\n", `"0" is not a row number from 1, or none.`},
		{"delimiter", "data: {file: a, delimiter: colon colon}\n", `"colon colon" is no delimiter`},
		{"decimal", "data: {file: a, decimal: dot}\n", `"dot" is no decimal mark`},
		{"format", "data: {file: a, format: cvs}\n", `Did you mean csv?`},
		{"list in missing", "data: {file: a, missing: [[1]]}\n", "missing is a list; expected is a single text or number."},
		{"claim", ok + "models: [{text: A, hypotheses: {H1: A causes B}}]\n", `study.yaml, models.hypotheses.H1, line 2, character 37: error: "A causes B"`},
		{"folded", ok + "models:\n  - text: >\n      A =~ a\n      B =~ b\n", "A text that begins with > loses its line ends"},
		{"names", ok + "models: [{name: m, text: A}, {name: m, text: B}]\n", `Models 1 and 2 are both called "m".`},
		{"both texts", ok + "models: [{name: m, text: A, file: b}]\n", "The keys text and file exclude each other."},
		{"no anchor", ok + "title: *t\n", "Nothing is anchored as &t above."},
		{"anchor in itself", ok + "title: &t [*t]\n", "&t contains itself."},
		{"too long", strings.Repeat("# x\n", maxFileBytes), "no study is longer than"},
		{"blank lines", ok + strings.Repeat("\n", 3000), "More than 200 blank lines stand in a row here."},
		{"too deep", "a: " + strings.Repeat("[", 2000), "deeper than 32 levels"},
		{"too deep by dashes", strings.Repeat("- ", 2000) + "a", "deeper than 32 levels"},
		{"merge key", "data: &d {file: a.csv}\nmodels: [{<<: *d}]\n", "<< is no key of models."},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, list := Parse([]byte(c.text), "study.yaml")
			if err := list.Err(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("found:\n%v\nwant:\n%s", err, c.want)
			}
		})
	}
}

func TestAliasesRepeatAValueAtTheirPlace(t *testing.T) {
	s, list := Parse([]byte("data: {file: &f a.csv, id: *f, weight: [*f]}\n"), "study.yaml")
	if s.Data.File != "a.csv" || s.Data.ID != "a.csv" {
		t.Errorf("data: %+v", s.Data)
	}
	if len(list) != 1 || list[0].Place.Char != 40 {
		t.Errorf("findings: %v", list)
	}
}

func TestAliasesCannotExplode(t *testing.T) {
	text := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 12; i++ {
		p, q := string(rune('a'+i-1)), string(rune('a'+i))
		if i == 1 {
			p = "a0"
		}
		text += q + ": &" + q + " [" + strings.Repeat("*"+p+", ", 9) + "*" + p + "]\n"
	}
	_, list := Parse([]byte(text), "study.yaml")
	if !list.Has(CodeTooLarge) {
		t.Errorf("no finding: %v", list)
	}
}

func TestAllMistakesAtOnce(t *testing.T) {
	_, list := Parse([]byte("titel: A\ndata: {fiel: a.csv, header: x}\nmodels:\n  - name: m\n    text: |\n      A =~ a\n    estimate: {scheme: paths, estimater: pls}\n"), "study.yaml")
	if n := list.Count(finding.Error); n != 6 {
		t.Errorf("%d errors, want 6:\n%v", n, list.Err())
	}
	for _, f := range list {
		if f.Place.Line == 0 || f.Place.Char == 0 || f.Place.File != "study.yaml" {
			t.Errorf("no position: %v", f)
		}
	}
}

func TestTheTextOfAModelKnowsItsLines(t *testing.T) {
	s, _ := Parse([]byte("data: {file: a}\nmodels:\n  - name: m\n    text: |\n\n      A =~ a\n"), "study.yaml")
	if got := s.texts[0]; got != (textPlace{first: 5, indent: 6}) {
		t.Errorf("text: %+v", got)
	}
}

func TestLoadFindsTheStudyOfAFolder(t *testing.T) {
	folder := t.TempDir()
	write := func(name string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("data: {file: a.csv}\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	check := func(want finding.Code, message string) {
		t.Helper()
		s, list := Load(folder)
		if want == "" {
			if s == nil || s.File == "" || len(list) > 0 {
				t.Errorf("study %+v, findings %v", s, list)
			}
			return
		}
		if s != nil || !list.Has(want) || !strings.Contains(list.Err().Error(), message) {
			t.Errorf("findings: %v", list)
		}
	}
	check(CodeNoStudy, "plumb sample")
	write("thesis.yaml")
	check(CodeNoStudy, "thesis.yaml")
	write("study.yml")
	check("", "")
	write("study.yaml")
	check(CodeNoStudy, "study.yaml and study.yml")
	folder = filepath.Join(folder, "nowhere")
	check(CodeCannotRead, "there is no such file")
}

func TestTheVillageIsAStudyWithoutFindings(t *testing.T) {
	s, list := Load("../examples/village")
	if len(list) > 0 {
		t.Fatal(list)
	}
	if s.Data.Cluster != "village" || len(s.Models) != 1 || len(s.Models[0].Hypotheses) != 2 {
		t.Errorf("study: %+v", s)
	}
}

// FuzzParse holds that no text makes the parser panic, and that a text without
// an error is a study that can be described.
func FuzzParse(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte("a: &a [*a]\nb: *a\n"))
	f.Add([]byte("data: {file: a.csv}\nmodels:\n- text: |2\n    A =~ a\n"))
	f.Add([]byte("? a\n: b\n- c\n"))
	f.Add([]byte("%YAML 1.2\n---\n!!map {a: !x b}\n...\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, list := Parse(text, "study.yaml")
		if s == nil && list.Count(finding.Error) == 0 {
			t.Fatal("neither a study nor an error")
		}
		if s != nil && list.Err() == nil && s.Data.File == "" && s.Data.Matrix == "" {
			t.Fatal("a study without data passed")
		}
		for _, f := range list {
			if f.Message == "" || f.Code == "" {
				t.Fatalf("a finding without words: %+v", f)
			}
		}
	})
}
