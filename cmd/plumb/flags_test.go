package main

import (
	"encoding/json"
	"io/fs"
	"slices"
	"testing"

	"plumb/examples"
	"plumb/study"
)

// TestKeysHaveFlags holds that plumb fit has a flag for every key of the study
// file that changes a figure, so that its command line can repeat any fit.
func TestKeysHaveFlags(t *testing.T) {
	type node struct {
		Properties map[string]node
		Items      *node
	}
	var root node
	if err := json.Unmarshal(study.Schema(), &root); err != nil {
		t.Fatal(err)
	}
	// other are keys with a flag of another name.
	other := map[string]string{"by": "group", "data.missing": "missing-code"}
	// without change no figure, or are of studies only.
	without := []string{
		"data.file", "data.matrix", // the argument
		"data.wave",     // --group names it
		"inference.fit", // the test of exact fit, which changes no other figure
	}
	a := &app{}
	fit := a.fitCommand()
	count := 0
	model := root.Properties["models"].Items.Properties
	for section, keys := range map[string]node{"data": root.Properties["data"], "estimate": model["estimate"], "inference": model["inference"], "groups": model["groups"]} {
		for name := range keys.Properties {
			path := section + "." + name
			flag := name
			for _, k := range []string{path, name} {
				if o := other[k]; o != "" {
					flag = o
					break
				}
			}
			count++
			if has := fit.Flags().Lookup(flag) != nil; has == slices.Contains(without, path) {
				t.Errorf("%s: flag --%s: %v", path, flag, has)
			}
		}
	}
	if count < 30 {
		t.Errorf("only %d keys found", count)
	}
}

// TestSampleHoldsNoOutput: what a run leaves in the folder of the sample does
// not travel with the program.
func TestSampleHoldsNoOutput(t *testing.T) {
	entries, err := fs.ReadDir(examples.FS, "village")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	want := []string{"README.md", "codebook.csv", "cpi.csv", "expected.json", "national_ecommerce.csv", "study.yaml", "village_survey.csv"}
	if !slices.Equal(names, want) {
		t.Errorf("the sample holds %v, want %v", names, want)
	}
}
