package study

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plumb/finding"
)

const shardStudy = `
data: {file: village_survey.csv, codebook: codebook.csv, cluster: village}
models:
  - name: one
    text: |
      CBE =~ OS1 + OS2 + OS3
      FI =~ FI1 + FI2 + FI3
      FI ~ CBE
    inference: {bootstrap: 53, interval: bca, resample: people}
  - name: no replicates
    text: |
      CBE =~ OS1 + OS2 + OS3
      INF =~ INF1 + INF2
      INF ~ CBE
  - name: two
    text: |
      CBE =~ OS1 + OS2 + OS3
      INF =~ INF1 + INF2
      INF ~ CBE
    inference: {bootstrap: 40, interval: studentized, level: 0.9}
`

func shardFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"village_survey.csv", "codebook.csv"} {
		b, err := os.ReadFile(filepath.Join("..", "examples", "village", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "study.yaml"), []byte(shardStudy), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

func loaded(t *testing.T, dir string) *Study {
	t.Helper()
	s, list := Load(dir)
	if err := list.Err(); err != nil {
		t.Fatal(err)
	}
	return s
}

// Merged shards must give the JSON of one run, byte for byte.
func TestMergeIsOneRun(t *testing.T) {
	dir := shardFolder(t)
	whole, err := Run(t.Context(), loaded(t, dir), RunOptions{Command: "x"})
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for i := 3; i >= 1; i-- {
		var b bytes.Buffer
		if err := WriteShard(t.Context(), loaded(t, dir), RunOptions{Command: "x", Workers: i}, Shard{i, 3}, &b); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, Shard{i, 3}.String()[:1]+".plumb")
		if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	merged, _, err := Merge(t.Context(), paths, RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(whole)
	b, _ := json.Marshal(merged)
	if !bytes.Equal(a, b) {
		t.Errorf("the merged result differs:\n%.2000s\n%.2000s", a, b)
	}
	if whole.Models[0].Inference == nil || whole.Models[1].Inference != nil || whole.Models[2].Inference == nil {
		t.Error("the wrong models were resampled")
	}

	raw, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		paths []string
		bytes []byte
		says  string
	}{
		"one is missing": {paths: paths[1:], says: "3/3 is missing"},
		"cut off":        {bytes: raw[:len(raw)-9], says: "cut off"},
		"a bit flipped":  {bytes: append(bytes.Clone(raw[:len(raw)-40]), append([]byte{raw[len(raw)-40] ^ 1}, raw[len(raw)-39:]...)...), says: "damaged"},
		"no shard":       {bytes: []byte("a,b\n1,2\n"), says: "it is none"},
		"nothing":        {paths: []string{}, says: "No shard"},
		"no file":        {paths: []string{filepath.Join(dir, "nowhere")}, says: "no such file"},
	} {
		list := c.paths
		if c.bytes != nil {
			bad := filepath.Join(dir, "bad.plumb")
			if err := os.WriteFile(bad, c.bytes, 0o666); err != nil {
				t.Fatal(err)
			}
			list = append([]string{bad}, paths[1:]...)
		}
		_, _, err := Merge(t.Context(), list, RunOptions{})
		var findings *finding.Errors
		if !errors.As(err, &findings) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want a finding that says %q", what, err, c.says)
		}
	}
	// Other data under the same name.
	data := filepath.Join(dir, "village_survey.csv")
	survey, _ := os.ReadFile(data)
	if err := os.WriteFile(data, bytes.Replace(survey, []byte("R001,"), []byte("R999,"), 1), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Merge(t.Context(), paths, RunOptions{}); err == nil || !strings.Contains(err.Error(), "other data") {
		t.Errorf("other data: %v", err)
	}
}

func TestShardWithoutReplicates(t *testing.T) {
	dir := shardFolder(t)
	s := loaded(t, dir)
	s.Models = s.Models[1:2]
	if err := WriteShard(t.Context(), s, RunOptions{}, Shard{1, 2}, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "no-replicates") {
		t.Errorf("%v", err)
	}
	s = loaded(t, dir)
	if err := WriteShard(t.Context(), s, RunOptions{}, Shard{1, 90}, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "fewer shards") {
		t.Errorf("%v", err)
	}
}

func TestParseShard(t *testing.T) {
	for text, want := range map[string]Shard{"3/10": {3, 10}, " 1 / 1": {1, 1}, "0/3": {}, "4/3": {}, "a/b": {}, "3": {}, "1/99999999": {}} {
		got, err := ParseShard(text)
		if got != want || (err == nil) != (want != Shard{}) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

// A file read another way, or other settings of the summary, are not one run.
func TestMergeRefusesOtherReadingsAndSettings(t *testing.T) {
	dir := shardFolder(t)
	write := func(name string, part Shard, change func(*Study)) string {
		t.Helper()
		s := loaded(t, dir)
		s.Models = s.Models[:1]
		change(s)
		var b bytes.Buffer
		if err := WriteShard(t.Context(), s, RunOptions{Workers: 1}, part, &b); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	plain := func(*Study) {}
	one, two := write("one", Shard{1, 2}, plain), write("two", Shard{2, 2}, func(s *Study) { s.Models[0].Inference.Workers = 2 })
	if _, _, err := Merge(t.Context(), []string{two, one}, RunOptions{}); err != nil {
		t.Fatalf("shards that differ in their cores only: %v", err)
	}
	for name, change := range map[string]func(*Study){
		"another code":  func(s *Study) { s.Data.Missing = []string{"3"} },
		"another level": func(s *Study) { s.Models[0].Inference.Level = 0.9 },
		"another side":  func(s *Study) { s.Models[0].Inference.Sides = "greater" },
	} {
		other := write("other", Shard{2, 2}, change)
		_, _, err := Merge(t.Context(), []string{one, other}, RunOptions{})
		if err == nil || !strings.Contains(err.Error(), "other") || !strings.Contains(err.Error(), "settings") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := Merge(t.Context(), []string{one, one}, RunOptions{}); err == nil || !strings.Contains(err.Error(), "and so is one") {
		t.Errorf("twice: %v", err)
	}
}
