package open_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plumb/finding"
	"plumb/frame"
	"plumb/frame/open"
)

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "village.csv")
	text := "id,a\n1,2\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := open.File(path, frame.Options{})
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(text))
	s := f.Source
	if s.File != "village.csv" || s.Format != "csv" || s.Bytes != int64(len(text)) || s.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("source %+v", s)
	}
}

// TestFileRefused: each kind of bad path has its own finding, with a remedy.
func TestFileRefused(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("village_survey.csv", "a\n1\n")
	write("empty.csv", "")
	large, err := os.Create(filepath.Join(dir, "large.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if err := large.Truncate(open.MaxBytes + 1); err != nil { // a hole: takes no room
		t.Skip(err)
	}
	large.Close()
	tests := []struct {
		path string
		o    frame.Options
		code finding.Code
		hint string
	}{
		{"vilage_survey.csv", frame.Options{}, open.CodeMissingFile, "village_survey.csv"},
		{"none/x.csv", frame.Options{}, open.CodeMissingFile, "folder"},
		{".", frame.Options{}, open.CodeDirectory, "file"},
		{"empty.csv", frame.Options{}, open.CodeEmptyFile, "Export"},
		{"large.csv", frame.Options{}, open.CodeTooLarge, "columns"},
		{"village_survey.csv", frame.Options{Format: "xslx"}, open.CodeUnknownFormat, "Did you mean xlsx?"},
		{"village_survey.csv", frame.Options{Format: "xlsx"}, "broken-workbook", "cut"},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			_, err := open.File(filepath.Join(dir, test.path), test.o)
			list := errorList(t, err)
			if !list.Has(test.code) || !strings.Contains(list[0].Hint, test.hint) {
				t.Errorf("%v lacks %s or the hint %q", list, test.code, test.hint)
			}
		})
	}
}

func TestUnreadable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret.csv")
	if err := os.WriteFile(path, []byte("a\n1\n"), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile(path); err == nil {
		t.Skip("this user may read everything")
	}
	_, err := open.File(path, frame.Options{})
	if list := errorList(t, err); !list.Has(open.CodeUnreadable) {
		t.Error(list)
	}
}

// TestOtherFormats: the finding says what the file is, whatever its name.
func TestOtherFormats(t *testing.T) {
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	if _, err := w.Write([]byte("a\n1\n")); err != nil {
		t.Fatal(err)
	}
	w.Close()
	tests := []struct{ content, word string }{
		{"$FL2@(#) SPSS DATA FILE", "SPSS"}, {"<stata_dta><header>", "Stata"}, {"\x72\x02\x01\x00\x05\x00", "Stata"},
		{"PAR1\x15\x04", "Parquet"}, {"\x89PNG\r\n\x1a\n", "PNG"}, {"%PDF-1.7\n", "PDF"}, {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xls"},
		{zipped.String(), "gzip"}, {"\ufeff\n<!DOCTYPE HTML><html>", "HTML"}, {"<?xml version=\"1.0\"?><Workbook/>", "XML"},
	}
	for _, test := range tests {
		_, err := open.Bytes("survey.csv", []byte(test.content), frame.Options{})
		list := errorList(t, err)
		if !list.Has(open.CodeOtherFormat) || !strings.Contains(list[0].Message, test.word) || list[0].Hint == "" {
			t.Errorf("%v does not say %s", list, test.word)
		}
	}
}

// TestPicks: content first, then name, and the last format takes the rest.
func TestPicks(t *testing.T) {
	const m = ",a,b\na,1,.5\nb,.5,1\nn,9,9\n"
	tests := []struct {
		name, content string
		o             frame.Options
		want          string
	}{
		{"a.csv", "a,b\n1,2\n", frame.Options{}, "csv"},
		{"a.xlsx", "a,b\n1,2\n", frame.Options{}, "csv"},
		{"noname", "a,b\n1,2\n", frame.Options{}, "csv"},
		{"a.csv", m, frame.Options{}, "matrix"},
		{"a.csv", m, frame.Options{Format: "csv"}, "csv"},
		{"a.csv", m, frame.Options{Format: "MATRIX"}, "matrix"},
	}
	for _, test := range tests {
		f, err := open.Bytes(test.name, []byte(test.content), test.o)
		if err != nil {
			t.Fatal(err)
		}
		if f.Source.Format != test.want {
			t.Errorf("%s as %q is read as %s, not %s", test.name, test.o.Format, f.Source.Format, test.want)
		}
	}
}

// TestSurveysAreNoMatrices reads every data set of the reference material.
func TestSurveysAreNoMatrices(t *testing.T) {
	dir := filepath.Join(corpus(t, "."), "..", "data")
	paths, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil || len(paths) == 0 {
		t.Skip("no data sets in ", dir)
	}
	for _, path := range paths {
		f, err := open.File(path, frame.Options{})
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if f.Matrix != nil || f.Rows == 0 {
			t.Errorf("%s: a matrix, or no rows", path)
		}
	}
}
