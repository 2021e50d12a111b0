package open_test

import (
	stdcsv "encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"plumb/finding"
	"plumb/frame"
	"plumb/frame/open"
)

// corpus returns a folder of the reference files, which lie beside the
// repository.
func corpus(t testing.TB, folder string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Skip("not inside of the repository")
		}
		dir = filepath.Dir(dir)
	}
	found := filepath.Join(filepath.Dir(dir), "shared", "reference", "files", folder)
	if _, err := os.Stat(found); err != nil {
		t.Skip("the reference files are not here: ", found)
	}
	return found
}

// data lists the files of a folder that are to be read.
func data(t *testing.T, dir string, skipped map[string]string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		name := e.Name()
		if strings.Contains(name, ".expected.") || name == "README.md" {
			continue
		}
		if why, ok := skipped[filepath.Ext(name)]; ok {
			t.Logf("%s: skipped, %s", name, why)
			continue
		}
		names = append(names, name)
	}
	return names
}

// expectation is what an .expected.json says that matters here.
type expectation struct {
	Rows, Columns int
	MustReport    []struct{ Line, Fields int } `json:"must_report"`
	Names         []string
	Encoding      string
	Quote         string
	Comment       string
	Sheet         string `json:"sheet_in_csv"`
}

func expected(t *testing.T, path string) (expectation, [][]string) {
	t.Helper()
	base := strings.TrimSuffix(path, filepath.Ext(path))
	raw, err := os.ReadFile(base + ".expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var e expectation
	if err := json.Unmarshal(raw, &e); err != nil {
		t.Fatal(err)
	}
	raw, err = os.ReadFile(base + ".expected.csv")
	if err != nil {
		t.Fatal(err)
	}
	r := stdcsv.NewReader(strings.NewReader(strings.ReplaceAll(string(raw), "\r", carriage)))
	r.FieldsPerRecord = -1
	records, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records {
		for i := range record {
			record[i] = strings.ReplaceAll(record[i], carriage, "\r")
		}
	}
	return e, records
}

// carriage stands for a CR while encoding/csv, which drops those before a line
// end inside of quotes, reads a file.
const carriage = "\ue000"

// sameNumber allows for the digits that are lost when numbers become text.
func sameNumber(a, b float64) bool {
	return a == b || math.Abs(a-b) <= 1e-13*max(math.Abs(a), math.Abs(b))
}

// missingToken are the texts that a numeric column takes for "no answer".
var missingToken = []string{"", "na", "n/a", "nan", "null", "#n/a", ".", "-"}

// compare returns the first cell of a column that is not the expected one.
func compare(c *frame.Column, want []string) string {
	odd := map[int]string{}
	for _, cell := range c.NotNumbers {
		odd[cell.Row] = cell.Text
	}
	for i, w := range want {
		if !c.Numeric() {
			got := c.Texts[i]
			if got == w || got == "" && strings.TrimSpace(w) == "" {
				continue
			}
			a, err1 := strconv.ParseFloat(got, 64)
			b, err2 := strconv.ParseFloat(w, 64)
			if err1 == nil && err2 == nil && sameNumber(a, b) {
				continue // the text of a number may differ
			}
			return "data row " + strconv.Itoa(i) + ": " + strconv.Quote(got) + ", not " + strconv.Quote(w)
		}
		got := c.Numbers[i]
		if math.IsNaN(got) {
			if odd[i] == w || slices.Contains(missingToken, strings.ToLower(strings.TrimSpace(w))) {
				continue
			}
			return "data row " + strconv.Itoa(i) + ": missing, not " + strconv.Quote(w)
		}
		plain := strings.NewReplacer(" ", "", "%", "", "#", "").Replace(w)
		v, err := strconv.ParseFloat(plain, 64)
		if err != nil || !sameNumber(got, v) {
			return "data row " + strconv.Itoa(i) + ": " + strconv.FormatFloat(got, 'g', -1, 64) + ", not " + strconv.Quote(w)
		}
	}
	return ""
}

// TestCorpusCSV reads every delimited file as a user would, with an option only
// where nothing in the file can decide.
func TestCorpusCSV(t *testing.T) {
	dir := corpus(t, "csv")
	names := data(t, dir, nil)
	// refused are the files that are rightly not read, with the finding that
	// says why.
	refused := map[string]finding.Code{
		"gzip_inside.csv": open.CodeOtherFormat, // archives come later; it says what it is
		"ragged.csv":      "ragged-line",        // refusing with the lines named is right
	}
	passed := 0
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, name)
			e, want := expected(t, path)
			o := frame.Options{Comment: e.Comment}
			if e.Quote != "" {
				o.Quote = rune(e.Quote[0])
			}
			f, err := open.File(path, o)
			if code, ok := refused[name]; ok {
				list := errorList(t, err)
				if !list.Has(code) {
					t.Fatalf("findings %v lack %s", list, code)
				}
				for _, line := range e.MustReport {
					if !slices.ContainsFunc(list, func(f finding.Finding) bool { return f.Place.Line == line.Line }) {
						t.Errorf("no finding names line %d", line.Line)
					}
				}
				passed++
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if f.Rows != e.Rows || len(f.Columns) != e.Columns {
				t.Fatalf("%d x %d, not %d x %d", f.Rows, len(f.Columns), e.Rows, e.Columns)
			}
			checkNames(t, f, want[0])
			for j, c := range f.Columns {
				column := make([]string, f.Rows)
				for i := range column {
					if j < len(want[i+1]) {
						column[i] = want[i+1][j]
					}
				}
				if trouble := compare(c, column); trouble != "" {
					t.Errorf("%s, %s", c.Name, trouble)
				}
			}
			if !t.Failed() {
				passed++
			}
		})
	}
	t.Logf("%d of %d files", passed, len(names))
}

// checkNames compares names; those that are empty or occur before were replaced.
func checkNames(t *testing.T, f *frame.Frame, want []string) {
	t.Helper()
	seen := map[string]bool{}
	for j, c := range f.Columns {
		name := ""
		if j < len(want) {
			name = strings.TrimSpace(want[j])
		}
		if name != "" && !seen[name] && c.Name != name {
			t.Errorf("column %d is called %q, not %q", j+1, c.Name, name)
		}
		seen[name] = true
	}
}

func errorList(t *testing.T, err error) finding.List {
	t.Helper()
	var e *finding.Errors
	if !errors.As(err, &e) {
		t.Fatalf("the error is %v, no list of findings", err)
	}
	return e.List
}

// TestCorpusXLSX reads the sheet that the expectation names. The expected grid
// has title, header and blank rows, so data are found by their row.
func TestCorpusXLSX(t *testing.T) {
	dir := corpus(t, "xlsx")
	names := data(t, dir, map[string]string{".xls": "the old binary format comes later"})
	refused := map[string]finding.Code{
		"lo_formulas_errors.xlsx":  "error-cell", // #DIV/0! and #NAME? are named, cell by cell
		"xw_no_cells.xlsx":         "no-table",
		"readxl_empty_sheets.xlsx": "no-table", // the sheet asked for is empty
	}
	passed := 0
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, name)
			e, want := expected(t, path)
			f, err := open.File(path, frame.Options{Sheet: e.Sheet})
			if code, ok := refused[name]; ok {
				if list := errorList(t, err); !list.Has(code) {
					t.Fatalf("findings %v lack %s", list, code)
				}
				passed++
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if name == "readxl_new_line_errors.xlsx" {
				// The expectation, that of SheetJS, has two CR in a line end. XML
				// 1.0, 2.11 makes the CR LF of the part one LF, so one CR, that of
				// the _x000D_ before it, is right.
				for _, record := range want {
					record[0] = strings.ReplaceAll(record[0], "\r\r\n", "\r\n")
				}
			}
			checkSheet(t, f, rowsOf(t, path, want))
			if !t.Failed() {
				passed++
			}
		})
	}
	t.Logf("%d of %d files", passed, len(names))
}

// rowsOf restores the rows of a sheet from a csv, where encoding/csv leaves out
// blank lines: those stand for blank rows of a sheet with one column.
func rowsOf(t *testing.T, path string, records [][]string) [][]string {
	t.Helper()
	raw, err := os.ReadFile(strings.TrimSuffix(path, filepath.Ext(path)) + ".expected.csv")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(raw), "\n\n") && len(records) > 0 && len(records[0]) == 1 {
		t.Fatal("blank lines: compare by hand")
	}
	wide := 0
	for _, record := range records {
		wide = max(wide, len(record))
	}
	for i, record := range records {
		records[i] = append(record, make([]string, wide-len(record))...)
	}
	return records
}

// checkSheet finds every column of the frame in the grid and every value in its
// place, and no values of the grid below the header that the frame lacks.
func checkSheet(t *testing.T, f *frame.Frame, grid [][]string) {
	t.Helper()
	if f.Rows == 0 {
		if len(grid) != 1 {
			t.Fatalf("no rows, but the sheet has %d", len(grid))
		}
		checkNames(t, f, grid[0])
		return
	}
	filled := func(j int) bool {
		for i := range f.Rows {
			if r := f.SheetRow(i) - 1; r < len(grid) && strings.TrimSpace(grid[r][j]) != "" {
				return true
			}
		}
		return false
	}
	header := f.SheetRow(0) - 2
	for header > 0 && strings.Join(grid[header], "") == "" {
		header--
	}
	var columns []int
	for j := range grid[0] {
		if filled(j) || header >= 0 && strings.TrimSpace(grid[header][j]) != "" {
			columns = append(columns, j)
		}
	}
	if len(columns) != len(f.Columns) {
		t.Fatalf("%d columns, not %d", len(f.Columns), len(columns))
	}
	for k, c := range f.Columns {
		column := make([]string, f.Rows)
		for i := range column {
			column[i] = grid[f.SheetRow(i)-1][columns[k]]
		}
		if trouble := compare(c, column); trouble != "" {
			t.Errorf("%s, %s", c.Name, trouble)
		}
	}
	rows := 0
	for i := header + 1; i < len(grid); i++ {
		if strings.Join(grid[i], "") != "" {
			rows++
		}
	}
	if rows != f.Rows {
		t.Errorf("%d rows, not %d", f.Rows, rows)
	}
}

// TestCorpusBroken gives a finding for every damaged file, and no table.
func TestCorpusBroken(t *testing.T) {
	dir := corpus(t, "broken")
	readable := map[string]finding.Code{
		"csv_utf16_lone_surrogate.csv": "bad-characters", // "or read with a finding"
	}
	for _, name := range data(t, dir, nil) {
		if !strings.HasPrefix(name, "csv_") && !strings.HasPrefix(name, "xlsx_") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			f, err := open.File(filepath.Join(dir, name), frame.Options{})
			if code, ok := readable[name]; ok {
				if err != nil || !f.Findings.Has(code) {
					t.Fatalf("error %v, want a frame with %s", err, code)
				}
				return
			}
			for _, finding := range errorList(t, err) {
				if finding.Place.File != name || finding.Message == "" {
					t.Errorf("a finding without file or message: %v", finding)
				}
			}
		})
	}
}
