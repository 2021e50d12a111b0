package study

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plumb/finding"
	"plumb/frame"
	"plumb/frame/open"
	"plumb/model"
	"plumb/moment"
)

// folder writes files into a folder of its own: name, content, name, ...
func folder(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		if err := os.WriteFile(filepath.Join(dir, files[i]), []byte(files[i+1]), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const (
	mixSurvey = "id;a1;a2;b1;b2\nP1;1;2;3;1\nP2;2;2;4;3\nP3;3;4;2;5\nP4;4;5;5;4\nP5;5;4;5;5\n"
	mixStudy  = "data: {file: d.csv}\nmodels:\n  - file: m.txt\n"
)

// TestMixedUpFiles holds that a file in the place of another is one error.
func TestMixedUpFiles(t *testing.T) {
	for _, c := range []struct {
		name        string
		data, model string
		code        finding.Code
		say         string
	}{
		{"exchanged", "m.txt", "d.csv", CodeSwapped, "fit d.csv --model m.txt"},
		{"a model with a slip, exchanged", "slip.txt", "d.csv", CodeSwapped, "slip.txt holds a model"},
		{"a table as the model", "d.csv", "d.csv", model.CodeNotModel, "d.csv is a table, not a model."},
		{"a study as the model", "d.csv", "study.yaml", model.CodeNotModel, "study.yaml is a study"},
		{"a model as the data", "m.txt", "m.txt", CodeNotData, "m.txt is a model, not data."},
		{"a study as the data", "study.yaml", "m.txt", CodeNotData, "plumb check"},
		{"a study's folder as the data", ".", "m.txt", CodeNotData, "plumb run"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := folder(t, "d.csv", mixSurvey, "m.txt", "# mine\n"+twoByTwo, "slip.txt", "A =~ a1 +\nB =~ b1\nB ~~ A\n", "study.yaml", mixStudy)
			t.Chdir(dir)
			list := refusal(t, &Study{Data: DataSpec{File: c.data}, Models: []ModelSpec{{File: c.model}}, Flags: true})
			if list.Count(finding.Error) != 1 || !list.Has(c.code) || !strings.Contains(list.Err().Error(), c.say) {
				t.Errorf("%v", list)
			}
		})
	}
}

func TestFilesInTheirPlaceAreNoMixUp(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       content
	}{
		{"m.txt", "A = a1 + a2\nB = b1, b2\n", unclear},
		{"m.txt", "A ~ B\n", unclear},
		{"m.txt", "", unclear},
		{"d.csv", "name\nAda\n", unclear},
		{"d.csv", "a~b,c\n1,2\n", unclear},
		{"d.csv", "a,b\n1,2\n", tableText},
		{"d.tsv", "a\tb\n1\t2\n", tableText},
		{"d.xlsx", "PK\x03\x04", tableText},
		{"m.txt", "`Net income` =~ income\n", modelText},
		{"m.txt", "\ufeff# A\nQ <~ q\n", modelText},
		{"s.yaml", mixStudy, studyText},
		{"s.yaml", "title: A\n", unclear},
	} {
		if got := looksLike(c.text, c.name); got != c.want {
			t.Errorf("%q in %s is %d, want %d", c.text, c.name, got, c.want)
		}
	}
}

// TestAWrongReadingIsToldOnce: the flood of unknown columns that a wrong
// delimiter makes is one finding, which says how the file was read.
func TestAWrongReadingIsToldOnce(t *testing.T) {
	dir := folder(t, "d.csv", mixSurvey)
	s := &Study{Data: DataSpec{File: filepath.Join(dir, "d.csv"), Delimiter: "bar"}, Models: []ModelSpec{{Text: twoByTwo}}, Flags: true}
	list := refusal(t, s)
	text := list.Err().Error()
	for _, want := range []string{"None of the 4 indicators", "id;a1;a2;b1;b2", "delimiter bar (as told)", "Leave out --delimiter bar", "data.delimiter"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s\nlacks %s", text, want)
		}
	}
	if list.Has(model.CodeUnknownColumn) || list.Count(finding.Error) != 1 {
		t.Errorf("a flood: %v", list)
	}
	// One of four is a slip of the pen; that the delimiter was given is told
	// beside it.
	s.Data.Delimiter, s.Models[0].Text = "semicolon", strings.Replace(twoByTwo, "a2", "a3", 1)
	list = refusal(t, s)
	last := list[len(list)-1]
	for _, f := range list {
		if f.Code == CodeReadAs {
			last = f
		}
	}
	if !list.Has(model.CodeUnknownColumn) || last.Code != CodeReadAs || last.Severity != finding.Info {
		t.Errorf("%v", list)
	}
	// Without such a setting there is nothing to add.
	s.Data.Delimiter = ""
	if list = refusal(t, s); list.Has(CodeReadAs) {
		t.Errorf("%v", list)
	}
}

// TestMissingFilesOfAStudyStandAtTheirLine: the line of the study file is where
// a wrong name is mended.
func TestMissingFilesOfAStudyStandAtTheirLine(t *testing.T) {
	dir := folder(t, "d.csv", mixSurvey, "m.txt", twoByTwo, "study.yaml", "data:\n  file: dd.csv\n  codebook: nowhere.xlsx\nmodels:\n  - file: n.txt\n")
	s, _ := Load(dir)
	list, err := Check(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"study.yaml, data.file, line 2, character 9: error: There is no file ", "Did you mean d.csv?",
		"study.yaml, data.codebook, line 3", "study.yaml, models.file, line 5, character 11: error: The model file n.txt cannot be read: there is no such file. Did you mean m.txt?",
	} {
		if !strings.Contains(fmt.Sprint(list.Err()), want) {
			t.Errorf("%v\nlacks %s", list.Err(), want)
		}
	}
	if !list.Has(open.CodeMissingFile) || list.Count(finding.Error) != 3 {
		t.Errorf("%v", list)
	}
}

// TestAWrongKeyHidesNothing: data are read by the keys that are right.
func TestAWrongKeyHidesNothing(t *testing.T) {
	s, _ := Parse([]byte("data: {file: d.csv, weigth: w, cluster: nowhere}\nmodels:\n  - text: |\n      A =~ a1 + a9\n      B =~ b1\n      B ~ A\n"),
		filepath.Join(folder(t, "d.csv", mixSurvey), "study.yaml"))
	list, err := Check(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprint(list.Err())
	for _, want := range []string{"Did you mean weight?", "nowhere, the cluster, is not a column", "a9, an indicator of A"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s\nlacks %s", text, want)
		}
	}
}

// TestFoldedTextIsToldAlone: a model whose line ends are lost is not read.
func TestFoldedTextIsToldAlone(t *testing.T) {
	s, _ := Parse([]byte("data: {file: d.csv}\nmodels:\n  - text: >\n      A =~ a1 + a2\n      B =~ b1\n      B ~ A\n"),
		filepath.Join(folder(t, "d.csv", mixSurvey), "study.yaml"))
	list, err := Check(t.Context(), s)
	if err != nil || list.Count(finding.Error) != 1 || !list.Has(CodeFoldedText) {
		t.Errorf("%v, %v", list, err)
	}
}

func TestTreatedCountsInWords(t *testing.T) {
	f := &frame.Frame{Source: frame.Source{File: "d.csv"}, Rows: 9}
	names := []string{"a", "b", "c"}
	for _, c := range []struct {
		r     moment.Report
		flags bool
		want  string
	}{
		{moment.Report{Missing: moment.Mean, Filled: []int{0, 1, 0}}, false, "1 missing cell, in b, was replaced by the mean of the column. missing: listwise drops"},
		{moment.Report{Missing: moment.Mean, Filled: []int{0, 3, 0}}, true, "3 missing cells, all in b, were replaced by the mean of the column. --missing listwise drops"},
		{moment.Report{Missing: moment.Mean, Filled: []int{1, 1, 1}}, true, "3 missing cells were replaced by the mean of their column, one in each of 3 columns."},
		{moment.Report{Missing: moment.Mean, Filled: []int{1, 0, 4}}, true, "5 missing cells were replaced by the mean of their column; of 2 columns c misses most (4)."},
		{moment.Report{Missing: moment.Listwise, Rows: 9, Dropped: []int{3}}, true, "1 of 9 rows misses an answer to some indicator and was left out (listwise deletion). --missing mean keeps"},
		{moment.Report{Missing: moment.Pairwise, Filled: []int{1, 0, 0}, PairN: [2]int{8, 9}}, false, "1 cell is missing; each correlation comes from the 8 to 9 rows"},
	} {
		list := treated(f, c.r, names, c.flags)
		if len(list) != 1 || !strings.Contains(list[0].String(), c.want) {
			t.Errorf("%v\nlacks %s", list, c.want)
		}
	}
}

// TestHintsNameFlagsOrKeys: whoever typed flags is not told of keys.
func TestHintsNameFlagsOrKeys(t *testing.T) {
	for _, flags := range []bool{false, true} {
		s := small(t, ModelSpec{Text: twoByTwo, Inference: InferenceSpec{Interval: "bca"}, Groups: GroupSpec{Permutations: 10}})
		s.Flags = flags
		list, err := Check(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprint(list.Err())
		for _, pair := range [][2]string{{"Name the column: by: gender.", "Name the column: --group gender."}, {"Say how many: bootstrap: 10000.", "Say how many: --bootstrap 10000."}} {
			want, not := pair[0], pair[1]
			if flags {
				want, not = not, want
			}
			if !strings.Contains(text, want) || strings.Contains(text, not) {
				t.Errorf("flags %v: %s", flags, text)
			}
		}
	}
}

// TestHowRead says the size and the choices of the reader.
func TestHowRead(t *testing.T) {
	s := &Study{Data: DataSpec{File: filepath.Join(folder(t, "d.csv", mixSurvey), "d.csv"), Delimiter: "semicolon"}}
	d, list, err := CheckData(t.Context(), s)
	if err != nil || list.Count(finding.Error) > 0 {
		t.Fatal(list, err)
	}
	if got := d.HowRead(); !strings.HasPrefix(got, "5 rows, 5 columns, encoding utf-8, delimiter semicolon (as told), header row 1") {
		t.Error(got)
	}
	s.Data.File = "nowhere.csv"
	if d, list, err := CheckData(t.Context(), s); err != nil || d.File != "" || list.Count(finding.Error) != 1 {
		t.Error(d, list, err)
	}
}
