package study

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plumb/finding"
	"plumb/frame"
	"plumb/model"
)

const twoByTwo = "A =~ a1 + a2\nB =~ b1 + b2\nB ~ A\n"

// small is a study on ten rows in a folder of its own.
func small(t *testing.T, models ...ModelSpec) *Study {
	t.Helper()
	path := filepath.Join(t.TempDir(), "d.csv")
	rows := "a1,a2,b1,b2,w,v\n1,2,3,1,1,x\n2,2,4,3,2,x\n3,4,2,5,1,x\n4,5,5,4,1,y\n5,4,5,4,2,y\n1,2,1,2,1,y\n2,1,3,1,1,z\n4,3,4,5,3,z\n3,3,2,2,1,z\n5,5,4,4,1,z\n"
	if err := os.WriteFile(path, []byte(rows), 0o666); err != nil {
		t.Fatal(err)
	}
	return &Study{Data: DataSpec{File: path}, Models: models}
}

// refusal runs a study that must not run, and returns its findings.
func refusal(t *testing.T, s *Study) finding.List {
	t.Helper()
	r, err := Run(t.Context(), s, RunOptions{})
	var list *finding.Errors
	if r != nil || !errors.As(err, &list) {
		t.Fatalf("result %v, error %v", r, err)
	}
	return list.List
}

func TestAStudyOutOfADoneContextDoesNotRun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := small(t, ModelSpec{Text: twoByTwo})
	if r, err := Run(ctx, s, RunOptions{}); r != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("Run: %v, %v", r, err)
	}
	if _, err := Check(ctx, s); !errors.Is(err, context.Canceled) {
		t.Errorf("Check: %v", err)
	}
	if _, _, err := Describe(ctx, s); !errors.Is(err, context.Canceled) {
		t.Errorf("Describe: %v", err)
	}
}

func TestAStudyBuiltByHandIsCheckedToo(t *testing.T) {
	s := small(t, ModelSpec{Text: twoByTwo})
	s.Data.Delimiter, s.Data.Decimal, s.Data.Header = "dash dash", "dot", "top"
	list := refusal(t, s)
	for _, key := range []string{"data.delimiter", "data.decimal", "data.header"} {
		found := false
		for _, f := range list {
			found = found || f.Place.Key == key && f.Code == CodeValue
		}
		if !found {
			t.Errorf("nothing about %s in %v", key, list)
		}
	}
}

func TestRolesOfTheStudyComeBeforeThoseOfTheCodebook(t *testing.T) {
	s := small(t, ModelSpec{Text: twoByTwo})
	book := filepath.Join(filepath.Dir(s.Data.File), "book.csv")
	if err := os.WriteFile(book, []byte("variable,role\nw,weight\nv,cluster\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	s.Data.Codebook = book
	d, _, err := Describe(t.Context(), s)
	if err != nil || d.Weight != "w" || d.Cluster != "v" {
		t.Fatalf("codebook: %+v, %v", d, err)
	}
	s.Data.Weight = "b2"
	d, _, err = Describe(t.Context(), s)
	if err != nil || d.Weight != "b2" || d.Cluster != "v" {
		t.Errorf("study: weight %s, cluster %s, %v", d.Weight, d.Cluster, err)
	}
	s.Data.Weight, s.Data.Cluster = "ww", "V"
	list := refusal(t, s)
	if text := list.Err().Error(); !strings.Contains(text, "data.weight") || !strings.Contains(text, "Did you mean w?") || !strings.Contains(text, "Did you mean v?") {
		t.Errorf("findings: %s", text)
	}
}

// TestFewClustersWarnWhereTheyAreDrawn: the number of clusters matters for what
// is resampled by cluster, and is a note elsewhere.
func TestFewClustersWarnWhereTheyAreDrawn(t *testing.T) {
	for _, c := range []struct {
		inference InferenceSpec
		want      finding.Severity
	}{
		{InferenceSpec{}, finding.Info},
		{InferenceSpec{Bootstrap: 200}, finding.Warning},
		{InferenceSpec{Bootstrap: 200, Resample: "people"}, finding.Info},
	} {
		s := small(t, ModelSpec{Text: twoByTwo, Inference: c.inference})
		s.Data.Cluster = "v"
		list, err := Check(t.Context(), s)
		k := slices.IndexFunc(list, func(f finding.Finding) bool { return f.Code == frame.CodeFewClusters })
		if err != nil || k < 0 || list[k].Severity != c.want {
			t.Errorf("%+v: %v, %v", c.inference, list, err)
		}
	}
}

func TestWeightsReachTheEstimates(t *testing.T) {
	s := small(t, ModelSpec{Text: twoByTwo})
	plain, err := Run(t.Context(), s, RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s.Data.Weight = "w"
	weighted, err := Run(t.Context(), s, RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if plain.Models[0].Estimate.Paths[0].Estimate == weighted.Models[0].Estimate.Paths[0].Estimate {
		t.Error("weights change nothing")
	}
}

func TestSettingsBesideTheModelText(t *testing.T) {
	for _, c := range []struct {
		name string
		spec ModelSpec
		code finding.Code
		say  string
	}{
		{"mode of no construct", ModelSpec{Text: twoByTwo, Estimate: EstimateSpec{Modes: map[string]string{"C": "A"}}}, CodeModeConstruct, "models.estimate.mode.C"},
		{"hypothesis", ModelSpec{Text: twoByTwo, Hypotheses: []Claim{{"H1", "B -> A > 0", []string{"B", "A"}, Positive}}}, CodeClaimPath, "the other way"},
		{"no such column", ModelSpec{Text: "A =~ a1 + a3\nB =~ b1\nB ~ A"}, model.CodeUnknownColumn, "a3"},
		{"no such file", ModelSpec{File: "nowhere.txt"}, CodeCannotRead, "nowhere.txt"},
		{"no such estimator", ModelSpec{Text: twoByTwo, Estimate: EstimateSpec{Estimator: "plsk"}}, CodeOption, "plsk"},
	} {
		t.Run(c.name, func(t *testing.T) {
			list := refusal(t, small(t, c.spec))
			if !list.Has(c.code) || !strings.Contains(list.Err().Error(), c.say) {
				t.Errorf("findings: %v", list)
			}
		})
	}
}

func TestModesReachTheModel(t *testing.T) {
	r, err := Run(t.Context(), small(t, ModelSpec{Text: "A <~ a1 + a2\nB <~ b1 + b2 [A]\nB ~ A\n", Estimate: EstimateSpec{Modes: map[string]string{"A": "A", "B": "B"}}}), RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	m := r.Models[0].Model
	if m.Constructs[0].Mode != "A" || m.Constructs[1].Mode != "B" {
		t.Errorf("constructs: %+v", m.Constructs)
	}
	if !strings.Contains(m.Text, "[A]") || strings.Contains(m.Text, "[B]") {
		t.Errorf("a default is written out, or a mode left out:\n%s", m.Text)
	}
}

func TestWarningsDoNotStopAStudy(t *testing.T) {
	r, err := Run(t.Context(), small(t, ModelSpec{Text: twoByTwo, Labels: map[string]string{"A": "Ahead", "C": "See"}, Inference: InferenceSpec{Interval: "bca", Seed: 5}}), RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	f := r.Models[0]
	if !f.Findings.Has(CodeLabelConstruct) || !f.Findings.Has(CodeNoReplicates) || f.Inference != nil || f.Settings.Seed != 5 {
		t.Errorf("settings %+v, findings %v", f.Settings, f.Findings)
	}
	if f.Model.Constructs[0].Label != "Ahead" {
		t.Errorf("construct: %+v", f.Model.Constructs[0])
	}
}

// TestTroubleOfOneModelNamesIt holds that a model which cannot be estimated
// leaves no result, and that its findings say which of several it is.
func TestTroubleOfOneModelNamesIt(t *testing.T) {
	s := small(t, ModelSpec{Name: "plain", Text: twoByTwo},
		ModelSpec{Name: "curved", Text: "A =~ a1 + a2\nB =~ b1 + b2\nB ~ A + A:A\n"})
	list := refusal(t, s)
	if text := list.Err().Error(); !strings.Contains(text, "model curved") || strings.Contains(text, "model plain") {
		t.Errorf("findings: %s", text)
	}
}

func TestCheckEstimatesNothingAndFindsEverything(t *testing.T) {
	s := small(t, ModelSpec{Text: "A =~ a1 + a9\nB =~ b1\nB ~ A\n"})
	s.Data.Weight = "nowhere"
	list, err := Check(t.Context(), s)
	if err != nil || !list.Has(model.CodeUnknownColumn) || list.Count(finding.Error) != 2 {
		t.Errorf("%v, %v", list, err)
	}
}

// TestBlocksOfSeveralModelsAreLookedAtOnce: the same indicator in two models
// is one finding.
func TestBlocksOfSeveralModelsAreLookedAtOnce(t *testing.T) {
	s := small(t, ModelSpec{Name: "one", Text: twoByTwo}, ModelSpec{Name: "two", Text: "A =~ a1 + a2\nB =~ b1 + b2\nA ~ B\n"})
	if err := os.WriteFile(s.Data.File, []byte("a1,a2,b1,b2\n3,2,3,1\n3,2,4,3\n3,4,2,5\n3,5,5,4\n3,4,5,4\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	list, err := Check(t.Context(), s)
	if err != nil || list.Count(finding.Error) != 1 {
		t.Errorf("%v, %v", list, err)
	}
}
