package reference

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"plumb/estimate"
	"plumb/frame"
	"plumb/model"
	"plumb/moment"
	"plumb/pls"
	"plumb/sumscore"
)

// readData reads a reference CSV with the standard library alone, so that a
// fault of the program's own reader cannot hide a fault of the estimates.
func readData(folder, file string) (*frame.Frame, error) {
	f, err := os.Open(filepath.Join(folder, "data", file))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	out := &frame.Frame{Rows: len(records) - 1, FirstSheetRow: 2, Source: frame.Source{File: file}}
	for j, name := range records[0] {
		c := &frame.Column{Name: name, Numbers: make([]float64, out.Rows), Texts: make([]string, out.Rows)}
		numeric := true
		for i, record := range records[1:] {
			c.Texts[i] = record[j]
			v, err := strconv.ParseFloat(record[j], 64)
			if record[j] == "" || record[j] == "NA" {
				v, err = math.NaN(), nil
			}
			numeric = numeric && err == nil
			c.Numbers[i] = v
		}
		if numeric {
			c.Texts = nil
		} else {
			c.Numbers = nil
		}
		out.Columns = append(out.Columns, c)
	}
	return out, nil
}

// fitted is a case as plumb estimates it.
type fitted struct {
	*Case
	m   *model.Model
	s   *moment.Set
	e   *estimate.Estimate
	fit func(*model.Model) (*estimate.Estimate, error)
	// sign[h] turns construct h the way the package has it.
	sign []float64
}

// tight stops the iteration where double precision does.
const tight = 1e-14

// run estimates a case under its own settings.
func run(folder string, c *Case) (*fitted, error) {
	f, err := readData(folder, c.DataFile)
	if err != nil {
		return nil, err
	}
	out := &fitted{Case: c}
	if out.m, err = buildModel(c); err != nil {
		return nil, err
	}
	options, err := momentOptions(c, f, out.m)
	if err != nil {
		return nil, err
	}
	out.s, _, err = moment.Compute(f, out.m.Indicators(), options)
	if err != nil {
		return nil, err
	}
	scheme, ok := pls.ParseScheme(strings.Fields(c.Settings.Scheme + " path")[0])
	if !ok {
		scheme = pls.Path // "package default (path weighting)"
	}
	out.fit = func(m *model.Model) (*estimate.Estimate, error) {
		if c.Settings.Method == "unit" || strings.Contains(c.Name, "plscore") || strings.Contains(c.Name, "plscow") {
			return sumscore.Estimate(m, out.s, sumscore.Options{})
		}
		return pls.Estimate(m, out.s, pls.Options{
			Scheme: scheme, Tolerance: tight, MaxIterations: 20000,
			Consistent: consistent(c),
		})
	}
	out.e, err = out.fit(out.m)
	if err != nil {
		return nil, err
	}
	out.align()
	return out, nil
}

func consistent(c *Case) bool { return strings.HasPrefix(c.Settings.Method, "PLSc") }

func buildModel(c *Case) (*model.Model, error) {
	m, findings := model.Parse(c.Text, model.ParseOptions{})
	if err := findings.Err(); err != nil {
		return nil, err
	}
	for i := range m.Constructs {
		k := &m.Constructs[i]
		k.Mode = model.ModeA
		if c.Mode(k.Name) == "B" {
			k.Mode = model.ModeB
		} else if consistent(c) && c.Package == "seminr" {
			// seminr's files write <~ throughout and say in the settings that
			// every multi-item Mode A construct is a common factor.
			k.Kind = model.Reflective
		}
	}
	return m, nil
}

// momentOptions prepares f as the case's settings say: missing codes, holes,
// the group, and the order in which means replace missing cells.
func momentOptions(c *Case, f *frame.Frame, m *model.Model) (moment.Options, error) {
	o := moment.Options{}
	for name, rows := range c.Settings.Missed {
		for _, r := range rows {
			f.Column(name).Numbers[r-1] = math.NaN()
		}
	}
	if strings.Contains(c.Settings.Missing, "-99") {
		for _, name := range m.Indicators() {
			for i, v := range f.Column(name).Numbers {
				if v == -99 {
					f.Column(name).Numbers[i] = math.NaN()
				}
			}
		}
	}
	if strings.Contains(c.Settings.Missing, "dropped") {
		o.Missing = moment.Listwise
	}
	if strings.HasPrefix(c.Settings.CaseWeights, "column ") {
		o.Weight = strings.Trim(strings.Fields(c.Settings.CaseWeights)[1], ":")
	}
	if c.Settings.Group == "" {
		return o, nil
	}
	if strings.Contains(c.Settings.Missing, "over ALL rows") {
		for _, name := range m.Indicators() {
			fillWithMean(f.Column(name).Numbers)
		}
	}
	// "rows with gender = female"
	words := strings.Fields(strings.TrimPrefix(c.Settings.Group, "rows with "))
	if len(words) != 3 {
		return o, fmt.Errorf("group %q", c.Settings.Group)
	}
	column := f.Column(words[0])
	for i := range f.Rows {
		value := ""
		if column.Numeric() {
			value = strconv.FormatFloat(column.Numbers[i], 'g', -1, 64)
		} else {
			value = column.Texts[i]
		}
		if value == words[2] {
			o.Rows = append(o.Rows, i)
		}
	}
	return o, nil
}

func fillWithMean(x []float64) {
	sum, n := 0.0, 0.0
	for _, v := range x {
		if !math.IsNaN(v) {
			sum, n = sum+v, n+1
		}
	}
	for i, v := range x {
		if math.IsNaN(v) {
			x[i] = sum / n
		}
	}
}

// loading returns the package's loading of an indicator on its construct.
func (f *fitted) loading(construct, indicator string) float64 {
	if p, ok := f.Table("parameters"); ok { // plssem
		return p.At(construct+"=~"+indicator, "")
	}
	for _, key := range []string{"loadings", "outerLoadings", "loadings_mode_A"} {
		if t, ok := f.Table(key); ok {
			if slices.Contains(t.Cols, construct) {
				return t.At(indicator, construct)
			}
			for _, col := range []string{"", construct} {
				if v := t.At(indicator, col); !math.IsNaN(v) {
					return v
				}
			}
		}
	}
	return math.NaN()
}

// align finds the signs of the package: the construct orientation is a
// convention, so each construct is turned as a whole to agree in its loadings.
func (f *fitted) align() {
	f.sign = make([]float64, len(f.m.Constructs))
	for h, c := range f.m.Constructs {
		agree := 0.0
		for k, name := range c.Indicators {
			if v := f.loading(c.Name, name); !math.IsNaN(v) {
				agree += v * f.e.Loadings[f.e.Blocks[h].First+k]
			}
			if p, ok := f.Table("parameters"); ok { // plssem gives weights for Mode B blocks
				if v := p.At(c.Name+"<~"+name, ""); !math.IsNaN(v) {
					agree += v * f.e.Weights[f.e.Blocks[h].First+k]
				}
			}
		}
		f.sign[h] = 1
		if agree < 0 {
			f.sign[h] = -1
		}
	}
}

// folderOrSkip skips where the reference material is not at hand.
func folderOrSkip(t *testing.T) string {
	t.Helper()
	folder, err := Folder()
	if err != nil {
		t.Skipf("reference material not found: %v", err)
	}
	return folder
}
