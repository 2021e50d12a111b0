package matrix_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"plumb/finding"
	"plumb/frame"
	"plumb/frame/csv"
	"plumb/frame/matrix"
)

func input(text string) frame.Input {
	return frame.Input{Name: "m.csv", ReaderAt: strings.NewReader(text), Size: int64(len(text))}
}

func show(m *frame.Matrix) string {
	var b strings.Builder
	kind := "cor"
	if m.Covariance {
		kind = "cov"
	}
	fmt.Fprintf(&b, "%s n=%d %v", kind, m.N, m.Names)
	for i, row := range m.Values {
		for _, v := range row[:i+1] {
			fmt.Fprintf(&b, " %.6g", v)
		}
	}
	if m.Means != nil {
		fmt.Fprintf(&b, " mean%v", m.Means)
	}
	if m.SDs != nil {
		fmt.Fprintf(&b, " sd%v", m.SDs)
	}
	return b.String()
}

func TestRead(t *testing.T) {
	tests := []struct {
		name, text string
		n          int
		want       string
		code       finding.Code
	}{
		{"full", ",a,b\na,1,.5\nb,.5,1\nn,100,100\n", 0, "cor n=100 [a b] 1 0.5 1", ""},
		{"lower", ",a,b,c\na,1\nb,.5,1\nc,.3,.4,1\n", 200, "cor n=200 [a b c] 1 0.5 1 0.3 0.4 1", ""},
		{"upper", "x;a;b;c\na;1;0,5;0,3\nb;;1;0,4\nc;;;1\n", 200, "cor n=200 [a b c] 1 0.5 1 0.3 0.4 1", ""},
		{"covariance", ",a,b\na,4,1\nb,1,9\nN,50,\n", 0, "cov n=50 [a b] 4 1 9", ""},
		{"sd and mean", ",a,b\na,1,.5\nb,.5,1\nSD,2,3\nMean,5,6\nn,10,10\n", 0, "cov n=10 [a b] 4 3 9 mean[5 6] sd[2 3]", ""},
		{"given n wins", ",a,b\na,1,.5\nb,.5,1\nn,10,10\n", 99, "cor n=99 [a b] 1 0.5 1", ""},
		{"unequal n", ",a,b\na,1,.5\nb,.5,1\nn,10,12\n", 0, "cor n=10 [a b] 1 0.5 1", matrix.CodeUnequalN},
		{"empty diagonal", ",a,b\na,-,\nb,.5,-\n", 10, "cor n=10 [a b] 1 0.5 1", ""},
		{"rowtype", "rowtype_,varname_,a,b\nn,,80,80\nmean,,1,2\nstddev,,2,2\ncorr,a,1,\ncorr,b,.5,1\n", 0, "cov n=80 [a b] 4 2 4 mean[1 2] sd[2 2]", ""},
		{"indefinite", ",a,b,c\na,1,,\nb,.9,1,\nc,.9,-.9,1\n", 10, "cor n=10 [a b c] 1 0.9 1 0.9 -0.9 1", matrix.CodeIndefinite},
		{"a variable named n", ",n,sd\nn,1,.5\nsd,.5,1\n", 10, "cor n=10 [n sd] 1 0.5 1", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if !(matrix.Format{}).Probe(input(test.text), frame.Options{}) {
				t.Error("not recognised")
			}
			f, err := matrix.Format{}.Read(input(test.text), frame.Options{N: test.n})
			if err != nil {
				t.Fatal(err)
			}
			if got := show(f.Matrix); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if test.code != "" && !f.Findings.Has(test.code) || test.code == "" && len(f.Findings) > 0 {
				t.Errorf("findings %v, want %q", f.Findings, test.code)
			}
			if f.Rows != 0 || len(f.Columns) != len(f.Matrix.Names) {
				t.Errorf("%d rows, %d columns", f.Rows, len(f.Columns))
			}
		})
	}
}

func TestRefuse(t *testing.T) {
	tests := []struct {
		name, text string
		n          int
		code       finding.Code
		row        int
	}{
		{"no n", ",a,b\na,1,.5\nb,.5,1\n", 0, matrix.CodeMissingN, 0},
		{"n of one", ",a,b\na,1,.5\nb,.5,1\n", 1, matrix.CodeBadN, 0},
		{"broken n", ",a,b\na,1,.5\nb,.5,1\nn,9.5,9.5\n", 0, matrix.CodeBadN, 0},
		{"asymmetric", ",a,b\na,1,.5\nb,.6,1\n", 9, matrix.CodeAsymmetric, 3},
		{"large", ",a,b\na,1,\nb,1.2,1\n", 9, matrix.CodeOutOfRange, 3},
		{"large covariance", ",a,b\na,4,\nb,7,9\n", 9, matrix.CodeOutOfRange, 3},
		{"negative variance", ",a,b\na,4,\nb,1,-9\n", 9, matrix.CodeOutOfRange, 3},
		{"hole", ",a,b,c\na,1,,\nb,.5,1,\nc,,.5,1\n", 9, matrix.CodeMissingPair, 4},
		{"no last row", ",a,b,c\na,1,,\nb,.5,1,\n", 9, matrix.CodeMissingPair, 0},
		{"stars", ",a,b\na,1,\nb,.5**,1\n", 9, matrix.CodeCell, 3},
		{"unknown row", ",a,b\na,1,\nb,.5,1\nc,.1,.2\n", 9, matrix.CodeCell, 4},
		{"row twice", ",a,b\na,1,\nb,.5,1\nb,.5,1\n", 9, matrix.CodeCell, 4},
		{"quote", ",a,b\na,1,.5\nb,.5,\"1\nn,9,9\n", 0, csv.CodeUnclosedQuote, 0},
		{"survey", "id,a,b\n1,2,3\n2,3,4\n", 9, matrix.CodeNotMatrix, 0},
		{"no sd", ",a,b\na,1,\nb,.5,1\nsd,0,1\n", 9, matrix.CodeOutOfRange, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := matrix.Format{}.Read(input(test.text), frame.Options{N: test.n})
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

// TestSurveyWithN: whoever gives n for a survey is told what n is for.
func TestSurveyWithN(t *testing.T) {
	_, err := matrix.Format{}.Read(input("id,a,b\n1,2,3\n2,3,4\n"), frame.Options{N: 100})
	if err == nil || !strings.Contains(err.Error(), "--n") {
		t.Errorf("error %v", err)
	}
}

// TestProbeRefusesSurveys: tables that are near to a matrix and are none.
func TestProbeRefusesSurveys(t *testing.T) {
	for _, text := range []string{
		"id,a,b\n1,2,3\n2,3,4\n", "1,2,3\n2,3,4\n3,4,5\n", "variable,label,type\na,A,text\nb,B,text\n",
		"village,a,b\na,1,2\nc,3,4\n", "x\n1\n2\n", "", "a,b\n", ",a\na,1\n",
	} {
		if (matrix.Format{}).Probe(input(text), frame.Options{}) {
			t.Errorf("taken for a matrix: %q", text)
		}
	}
}

func TestWorkbook(t *testing.T) {
	book := excelize.NewFile()
	for i, row := range [][]any{{"", "a", "b"}, {"a", 1, 0.25}, {"b", 0.25, 1}, {"n", 60, 60}} {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("B%d", i+3), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	in := frame.Input{Name: "m.xlsx", ReaderAt: bytes.NewReader(b.Bytes()), Size: int64(b.Len())}
	if !(matrix.Format{}).Probe(in, frame.Options{}) {
		t.Fatal("not recognised")
	}
	f, err := matrix.Format{}.Read(in, frame.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := show(f.Matrix), "cor n=60 [a b] 1 0.25 1"; got != want {
		t.Errorf("%s, not %s", got, want)
	}
}

// FuzzMatrix: whatever the bytes, there is a symmetric matrix of finite numbers
// or a list of findings.
func FuzzMatrix(f *testing.F) {
	for _, seed := range []string{
		",a,b\na,1,.5\nb,.5,1\nn,100,100\n", "rowtype_,varname_,a,b\nn,,8,8\ncov,a,1,\ncov,b,.5,2\n",
		"x;a;b\na;1;0,5\nb;;1\nsd;2;3\nmean;1;\n", ",a,b\na,1e308,1\nb,1,1e308\n", ",a,a\na,1,1\na,1,1\n",
	} {
		f.Add(seed, 0)
	}
	f.Fuzz(func(t *testing.T, text string, n int) {
		matrix.Format{}.Probe(input(text), frame.Options{})
		fr, err := matrix.Format{}.Read(input(text), frame.Options{N: n})
		if err != nil {
			var list *finding.Errors
			if !errors.As(err, &list) || list.List.Count(finding.Error) == 0 {
				t.Fatalf("error without findings: %v", err)
			}
			return
		}
		m := fr.Matrix
		if m.N < 2 || len(m.Values) != len(m.Names) {
			t.Fatalf("n is %d, %d names, %d rows", m.N, len(m.Names), len(m.Values))
		}
		for i := range m.Values {
			for j := range m.Values[i] {
				if v := m.Values[i][j]; v != m.Values[j][i] || math.IsNaN(v) || math.IsInf(v, 0) {
					t.Fatalf("value %g at %d, %d", v, i, j)
				}
			}
		}
	})
}
