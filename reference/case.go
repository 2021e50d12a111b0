// Package reference holds plumb against the field's trusted packages: each
// case is a data set, a model, the settings and the numbers that a named
// version of a named program gave for them.
//
// The cases are not part of the repository (several are under licences that
// plumb does not carry); the tests look for them in shared/reference beside
// the checkout and say so when they are not there. docs/coverage.md is written
// from a run: go test ./reference -update.
package reference

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Folder returns the folder of the reference material, found by walking up
// from the working directory to the root of the module.
func Folder() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			folder := filepath.Join(filepath.Dir(dir), "shared", "reference")
			if _, err := os.Stat(folder); err != nil {
				return "", errors.New("no shared/reference beside the checkout")
			}
			return folder, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("not inside the module")
		}
		dir = up
	}
}

// Case is one expected result.
type Case struct {
	Name     string // data set, model and package as in the file name
	Dataset  string `json:"dataset"`
	Model    string `json:"model_name"`
	Package  string `json:"package"`
	Version  string `json:"package_version"`
	DataFile string `json:"data_file"`
	Text     string `json:"model"`
	Settings struct {
		Method      string           `json:"method"`
		Scheme      string           `json:"inner_scheme"`
		Modes       json.RawMessage  `json:"modes"` // an object, or one word for all
		Missing     string           `json:"missing"`
		Group       string           `json:"group"`
		CaseWeights string           `json:"case_weights"`
		Missed      map[string][]int `json:"missing_cells"`
		Tolerance   float64          `json:"tolerance"`
		N           float64          `json:"n_used"`
	} `json:"settings"`
	Results map[string]json.RawMessage `json:"results"`
}

// Cases reads every case whose file name the filter takes.
func Cases(folder string, take func(name string) bool) ([]*Case, error) {
	var cases []*Case
	dir := filepath.Join(folder, "expected")
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		name, isJSON := strings.CutSuffix(filepath.Base(path), ".json")
		if err != nil || !isJSON || !take(name) {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		c := &Case{Name: name}
		if err := json.Unmarshal(b, c); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		cases = append(cases, c)
		return nil
	})
	return cases, err
}

// Mode returns "A" or "B" for a construct.
func (c *Case) Mode(construct string) string {
	var word string
	var words map[string]string
	if json.Unmarshal(c.Settings.Modes, &words) == nil {
		word = words[construct]
	} else {
		_ = json.Unmarshal(c.Settings.Modes, &word)
	}
	if strings.HasPrefix(word, "Mode B") {
		return "B"
	}
	return "A"
}

// Table is a result with row and column names; a cell that the package left
// out is NaN.
type Table struct {
	Rows, Cols []string
	Values     [][]float64
}

// At returns the cell of a row and column, NaN when there is none.
func (t Table) At(row, col string) float64 {
	for i, r := range t.Rows {
		for j, c := range t.Cols {
			if r == row && c == col {
				return t.Values[i][j]
			}
		}
	}
	return math.NaN()
}

// Has reports whether the table has a row of that name.
func (t Table) Has(row string) bool {
	return slices.Contains(t.Rows, row)
}

// Table returns a result by its key as a table: a matrix as it is, a named
// vector as one column "", a nested object by row and column. ok is false when
// the case does not have it.
func (c *Case) Table(key string) (t Table, ok bool) { return table(c.Results[key]) }

func table(raw json.RawMessage) (Table, bool) {
	var t Table
	var m struct {
		Rows, Cols oneOrMany
		Values     json.RawMessage
	}
	if json.Unmarshal(raw, &m) == nil && m.Values != nil {
		t.Rows, t.Cols = m.Rows, m.Cols
		var values [][]number
		if json.Unmarshal(m.Values, &values) != nil {
			var flat []number // one column
			if json.Unmarshal(m.Values, &flat) != nil {
				return t, false
			}
			values = nil // what the failed reading left
			for _, v := range flat {
				values = append(values, []number{v})
			}
		}
		for _, row := range values {
			t.Values = append(t.Values, floats(row))
		}
		return t, true
	}
	var nested map[string]map[string]number
	if json.Unmarshal(raw, &nested) == nil && len(nested) > 0 {
		for row, cells := range nested {
			for col := range cells {
				if !slices.Contains(t.Cols, col) {
					t.Cols = append(t.Cols, col)
				}
			}
			t.Rows = append(t.Rows, row)
		}
		for _, row := range t.Rows {
			values := make([]float64, len(t.Cols))
			for j, col := range t.Cols {
				values[j] = math.NaN()
				if v, ok := nested[row][col]; ok {
					values[j] = float64(v)
				}
			}
			t.Values = append(t.Values, values)
		}
		return t, true
	}
	var vector map[string]number
	if json.Unmarshal(raw, &vector) != nil || len(vector) == 0 {
		return t, false
	}
	t.Cols = []string{""}
	for name, v := range vector {
		t.Rows = append(t.Rows, name)
		t.Values = append(t.Values, []float64{float64(v)})
	}
	return t, true
}

// Number returns a single number by its key and, optionally, a key below it.
func (c *Case) Number(keys ...string) (float64, bool) {
	raw := c.Results[keys[0]]
	for _, k := range keys[1:] {
		var m map[string]json.RawMessage
		if json.Unmarshal(raw, &m) != nil {
			return math.NaN(), false
		}
		raw = m[k]
	}
	var v float64
	if raw == nil || json.Unmarshal(raw, &v) != nil {
		return math.NaN(), false
	}
	return v, true
}

// oneOrMany reads "x" like ["x"].
type oneOrMany []string

func (o *oneOrMany) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*o = oneOrMany{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(o))
}

// number is a float64 that JSON may leave out: null is NaN.
type number float64

func (n *number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*n = number(math.NaN())
		return nil
	}
	return json.Unmarshal(b, (*float64)(n))
}

func floats(row []number) []float64 {
	out := make([]float64, len(row))
	for i, v := range row {
		out[i] = float64(v)
	}
	return out
}
