package xlsx_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"plumb/finding"
	"plumb/frame"
	"plumb/frame/xlsx"
)

// at is a row of cells that begins at a cell.
type at struct {
	cell string
	row  []any
}

// book writes a workbook with one sheet for each list of rows.
func book(t testing.TB, change func(*excelize.File), sheets ...[]at) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, rows := range sheets {
		name := fmt.Sprintf("Sheet%d", i+1)
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if err := f.SetSheetRow(name, r.cell, &r.row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if change != nil {
		change(f)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func input(b []byte) frame.Input {
	return frame.Input{Name: "t.xlsx", ReaderAt: bytes.NewReader(b), Size: int64(len(b))}
}

func show(f *frame.Frame) string {
	var b strings.Builder
	for _, c := range f.Columns {
		b.WriteString(c.Name + ":")
		for i := range f.Rows {
			switch {
			case !c.Numeric():
				fmt.Fprintf(&b, " %q", c.Texts[i])
			case math.IsNaN(c.Numbers[i]):
				b.WriteString(" NA")
			default:
				fmt.Fprintf(&b, " %.15g", c.Numbers[i])
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

func row(cells ...any) []any { return cells }

func TestRead(t *testing.T) {
	day := time.Date(2020, 2, 29, 0, 0, 0, 0, time.UTC)
	table := []at{{"A1", row("a", "b")}, {"A2", row(1, "x")}, {"A3", row(2.5, "y")}}
	const plain = "a: 1 2.5\nb: \"x\" \"y\"\n"
	tests := []struct {
		name   string
		sheets [][]at
		change func(*excelize.File)
		o      frame.Options
		want   string
		rows   []int
		code   finding.Code
	}{
		{name: "plain", sheets: [][]at{table}, want: plain, rows: []int{2, 3}},
		{name: "title and offset", sheets: [][]at{{{"B1", row("My survey")}, {"C4", row("a", "b")}, {"C6", row(1, "x")}, {"C9", row(2.5, "y")}}},
			want: plain, rows: []int{6, 9}, code: xlsx.CodeTitleRows},
		{name: "first sheet is notes", sheets: [][]at{{{"A1", row("The data are on the second sheet")}}, table}, want: plain, rows: []int{2, 3}},
		{name: "sheet by name", sheets: [][]at{{{"A1", row("z")}, {"A2", row(9)}}, table}, o: frame.Options{Sheet: "Sheet2"}, want: plain, rows: []int{2, 3}},
		{name: "sheet by number", sheets: [][]at{{{"A1", row("z")}, {"A2", row(9)}}, table}, o: frame.Options{Sheet: "2"}, want: plain, rows: []int{2, 3}},
		{name: "hidden sheet", sheets: [][]at{{{"A1", row("z", "y")}, {"A2", row(9, 9)}}, table}, change: func(f *excelize.File) {
			f.SetActiveSheet(1)
			_ = f.SetSheetVisible("Sheet1", false)
		}, want: plain, rows: []int{2, 3}},
		{name: "header row said", sheets: [][]at{append([]at{{"A5", row(3, "z")}}, table...)}, o: frame.Options{HeaderRow: 3},
			want: "2.5: 3\ny: \"z\"\n", rows: []int{5}},
		{name: "no header", sheets: [][]at{{{"A1", row(1, 2)}, {"A2", row(3, 4)}}}, want: "V1: 1 3\nV2: 2 4\n", rows: []int{1, 2}, code: xlsx.CodeNoHeader},
		{name: "dates and booleans", sheets: [][]at{{{"A1", row("d", "f")}, {"A2", row(day, true)}, {"A3", row(day.Add(6*time.Hour), false)}}},
			want: "d: \"2020-02-29\" \"2020-02-29T06:00:00\"\nf: \"TRUE\" \"FALSE\"\n", rows: []int{2, 3}},
		{name: "numbers as text", sheets: [][]at{{{"A1", row("a")}, {"A2", row("3")}, {"A3", row(4)}}}, want: "a: 3 4\n", rows: []int{2, 3}, code: xlsx.CodeTextNumbers},
		{name: "exact numbers", sheets: [][]at{{{"A1", row("a")}, {"A2", row(1.234)}, {"A3", row(1e-7)}}}, want: "a: 1.234 1e-07\n", rows: []int{2, 3}},
		{name: "groups of columns", sheets: [][]at{{{"B1", row("Skills", nil, "Income")}, {"A2", row("id", "before", "after", "2020", "2022")}, {"A3", row(1, 2, 3, 4, 5)}}},
			change: func(f *excelize.File) {
				_ = f.MergeCell("Sheet1", "B1", "C1")
				_ = f.MergeCell("Sheet1", "D1", "E1")
			}, want: "id: 1\nSkills before: 2\nSkills after: 3\nIncome 2020: 4\nIncome 2022: 5\n", rows: []int{3}},
		{name: "another table", sheets: [][]at{table, {{"A1", row("variable", "label")}, {"A2", row("a", "x")}}}, want: plain, rows: []int{2, 3}, code: xlsx.CodeOtherSheets},
		{name: "missing codes", sheets: [][]at{table}, o: frame.Options{Missing: []string{"1", "y"}}, want: "a: NA 2.5\nb: \"x\" \"\"\n", rows: []int{2, 3}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f, err := xlsx.Format{}.Read(input(book(t, test.change, test.sheets...)), test.o)
			if err != nil {
				t.Fatal(err)
			}
			if got := show(f); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
			var rows []int
			for i := range f.Rows {
				rows = append(rows, f.SheetRow(i))
			}
			if !slices.Equal(rows, test.rows) {
				t.Errorf("rows %v, not %v", rows, test.rows)
			}
			if test.code != "" && !f.Findings.Has(test.code) || test.code == "" && len(f.Findings) > 0 {
				t.Errorf("findings %v, want %q", f.Findings, test.code)
			}
		})
	}
}

// TestOtherSheets: what is on the other sheets decides how loudly it is said
// that they were not read.
func TestOtherSheets(t *testing.T) {
	wave := []at{{"A1", row("id", "q1", "q2")}, {"A2", row(1, 2, 3)}, {"A3", row(2, 3, 4)}}
	notes := []at{{"A1", row("The second wave")}, {"A2", row("was in spring")}}
	book1 := []at{{"A1", row("variable", "label")}, {"A2", row("q1", "First")}}
	tests := []struct {
		name     string
		sheets   [][]at
		o        frame.Options
		severity finding.Severity
		says     string // "" for no finding
	}{
		{"waves", [][]at{notes, wave, book1, wave}, frame.Options{}, finding.Warning, "The sheet Sheet2 was read; sheets with the same columns are there too, and were not: Sheet4. If another one is meant, name it: --sheet NAME, or sheet: in the study file."},
		{"a codebook", [][]at{wave, notes, book1}, frame.Options{}, finding.Info, "The sheet Sheet1 was read; tables stand on other sheets too: Sheet3."},
		{"notes", [][]at{notes, wave}, frame.Options{}, 0, ""},
		{"named", [][]at{wave, wave}, frame.Options{Sheet: "Sheet2"}, 0, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f, err := xlsx.Format{}.Read(input(book(t, nil, test.sheets...)), test.o)
			if err != nil {
				t.Fatal(err)
			}
			if test.says == "" {
				if len(f.Findings) > 0 {
					t.Errorf("findings %v", f.Findings)
				}
				return
			}
			if len(f.Findings) != 1 || f.Findings[0].Severity != test.severity || !strings.Contains(f.Findings[0].String(), test.says) {
				t.Errorf("findings %v", f.Findings)
			}
		})
	}
}

// raw writes a workbook by hand with the cells of one sheet as XML.
func raw(t testing.TB, sheet string) []byte {
	t.Helper()
	const rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, part := range [][2]string{
		{"_rels/.rels", `<Relationships><Relationship Id="r1" Type="` + rel + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns:r="` + rel + `"><sheets><sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="` + rel + `/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/worksheets/sheet1.xml", `<worksheet><sheetData>` + sheet + `</sheetData></worksheet>`},
	} {
		p, err := w.Create(part[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Write([]byte(part[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const header = `<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>`

func TestRefuse(t *testing.T) {
	good := book(t, nil, []at{{"A1", row("a", "b")}, {"A2", row(1, 2)}})
	var diagonal strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&diagonal, `<row r="%d"><c r="%s"><v>1</v></c></row>`, i+2, cellName(t, i+1, i+2))
	}
	tests := []struct {
		name string
		b    []byte
		o    frame.Options
		code finding.Code
		row  int
	}{
		{"cut", good[:len(good)/2], frame.Options{}, xlsx.CodeBroken, 0},
		{"unknown sheet", good, frame.Options{Sheet: "Shet1"}, xlsx.CodeUnknownSheet, 0},
		{"sheet zero", good, frame.Options{Sheet: "0"}, xlsx.CodeUnknownSheet, 0},
		{"header row beyond", good, frame.Options{HeaderRow: 7}, xlsx.CodeOption, 7},
		{"empty", raw(t, ""), frame.Options{}, xlsx.CodeNoTable, 0},
		{"error cell", raw(t, header+`<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="e"><v>#DIV/0!</v></c></row>`), frame.Options{}, xlsx.CodeErrorCell, 2},
		{"cut XML", raw(t, header+`<row r="2"><c r="A2"><v>1`), frame.Options{}, xlsx.CodeBroken, 0},
		{"entities", raw(t, `<!DOCTYPE x [<!ENTITY a "b">]>`+header), frame.Options{}, xlsx.CodeBroken, 0},
		{"no string table", raw(t, header+`<row r="2"><c r="A2" t="s"><v>3</v></c></row>`), frame.Options{}, xlsx.CodeBroken, 0},
		{"rows out of order", raw(t, `<row r="3"/><row r="2"/>`), frame.Options{}, xlsx.CodeBroken, 0},
		{"column beyond XFD", raw(t, `<row r="1"><c r="XFE1"><v>1</v></c></row>`), frame.Options{}, xlsx.CodeBroken, 0},
		{"long cell", raw(t, header+`<row r="2"><c t="str"><v>`+strings.Repeat("x", 40000)+`</v></c></row>`), frame.Options{}, xlsx.CodeLongCell, 0},
		{"bomb", raw(t, header+strings.Repeat(" ", 60<<20)), frame.Options{}, xlsx.CodeBomb, 0},
		{"diagonal", raw(t, header+diagonal.String()), frame.Options{}, xlsx.CodeSparse, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := xlsx.Format{}.Read(input(test.b), test.o)
			var list *finding.Errors
			if !errors.As(err, &list) {
				t.Fatalf("error %v", err)
			}
			for _, f := range list.List {
				if f.Code == test.code && f.Place.Row == test.row {
					return
				}
			}
			t.Errorf("no finding %s at row %d in %v", test.code, test.row, list.List)
		})
	}
}

func cellName(t *testing.T, column, row int) string {
	t.Helper()
	name, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// TestNotAvailable: #N/A is a missing value in numbers and in texts.
func TestNotAvailable(t *testing.T) {
	f, err := xlsx.Format{}.Read(input(raw(t, header+`<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="str"><v>x</v></c></row>`+
		`<row r="3"><c r="A3"><v>2</v></c><c r="B3" t="e"><v>#N/A</v></c></row>`)), frame.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := show(f); got != "a: 1 2\nb: \"x\" \"\"\n" || !f.Findings.Has(xlsx.CodeNotAvailable) {
		t.Errorf("%s%v", got, f.Findings)
	}
}

// FuzzXLSX: whatever the archive or the cells, there is a well-formed frame or
// a list of findings.
func FuzzXLSX(f *testing.F) {
	good := book(f, nil, []at{{"A1", row("a", "b")}, {"A2", row(1, "x")}, {"A3", row(2.5, true)}})
	f.Add(good, header)
	f.Add(good[:len(good)-30], `<row><c><v>1</v></c><c t="b"><v>1</v></c></row>`)
	f.Add([]byte("PK\x05\x06"), `<row r="9"><c r="C9" t="inlineStr"><is><r><t>x</t></r><rPh><t>y</t></rPh></is></c></row>`)
	f.Add([]byte{}, header+`<row r="2"><c r="A2" t="e"><v>#N/A</v></c><c r="B2" t="str"><v>_x000D_&amp;&#65;</v></c></row>`)
	f.Fuzz(func(t *testing.T, archive []byte, cells string) {
		for _, b := range [][]byte{archive, raw(t, cells)} {
			fr, err := xlsx.Format{}.Read(input(b), frame.Options{})
			if err != nil {
				var list *finding.Errors
				if !errors.As(err, &list) || list.List.Count(finding.Error) == 0 {
					t.Fatalf("error without findings: %v", err)
				}
				continue
			}
			seen := map[string]bool{}
			for _, c := range fr.Columns {
				if c.Name == "" || seen[c.Name] || len(c.Numbers)+len(c.Texts) != fr.Rows {
					t.Fatalf("column %q: %d numbers, %d texts, %d rows", c.Name, len(c.Numbers), len(c.Texts), fr.Rows)
				}
				seen[c.Name] = true
			}
			for i := 1; i < fr.Rows; i++ {
				if fr.SheetRow(i) <= fr.SheetRow(i-1) {
					t.Fatalf("row %d does not follow row %d", fr.SheetRow(i), fr.SheetRow(i-1))
				}
			}
		}
	})
}

// BenchmarkRead reads 5,000 answers to 40 items; bytes are those of the file.
func BenchmarkRead(b *testing.B) {
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	for i := range 5001 {
		cells := make([]any, 40)
		for j := range cells {
			if cells[j] = (i*j)%5 + 1; i == 0 {
				cells[j] = fmt.Sprintf("v%d", j)
			}
		}
		if err := w.SetRow(fmt.Sprintf("A%d", i+1), cells); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	var buffer bytes.Buffer
	if err := f.Write(&buffer); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(buffer.Len()))
	for b.Loop() {
		if _, err := (xlsx.Format{}).Read(input(buffer.Bytes()), frame.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
