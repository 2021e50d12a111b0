package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"

	"plumb/finding"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"plumb": main})
}

// The scripts under testdata begin in an empty folder but for the files that
// they bring. Beside testscript's own commands they use:
//
//	refused N args...   plumb args exits with N, prints nothing on standard
//	                    output, does not panic and leaves every file as it was
//	zeros FILE N        a file of N zero bytes
//	cut FROM TO N       the first N bytes of a file
//	workbook FROM TO    a CSV file as an Excel workbook
//	bomb FROM TO N      a workbook whose sheet unpacks to N million bytes
//	json FILE KEY VALUE the value at a dotted key; indices are keys
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"refused": refused, "zeros": zeros, "cut": cut, "workbook": workbook, "bomb": bomb, "json": jsonValue,
		},
	})
}

func refused(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: refused N args...")
	}
	before := tree(ts)
	err := ts.Exec("plumb", args[1:]...)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || strconv.Itoa(exit.ExitCode()) != args[0] {
		ts.Fatalf("exit: %v, want %s", err, args[0])
	}
	if out := ts.ReadFile("stdout"); out != "" {
		ts.Fatalf("standard output: %s", out)
	}
	said := ts.ReadFile("stderr")
	if strings.TrimSpace(said) == "" || strings.Contains(said, "goroutine ") || strings.Contains(said, "panic") {
		ts.Fatalf("standard error: %s", said)
	}
	if after := tree(ts); !slices.Equal(before, after) {
		ts.Fatalf("files before:\n%s\nafter:\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
	}
}

// tree lists the files of a script with their sizes and times.
func tree(ts *testscript.TestScript) []string {
	var out []string
	root := ts.MkAbs(".")
	ts.Check(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		line := path
		if !d.IsDir() {
			line = fmt.Sprint(path, " ", info.Size(), " ", info.ModTime())
		}
		out = append(out, line)
		return nil
	}))
	return out
}

func zeros(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), make([]byte, n), 0o666))
}

func cut(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[2])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(ts.ReadFile(args[0]))[:n], 0o666))
}

func workbook(ts *testscript.TestScript, _ bool, args []string) {
	book := excelize.NewFile()
	defer book.Close()
	for i, line := range strings.Split(strings.TrimSpace(ts.ReadFile(args[0])), "\n") {
		var row []any
		for _, cell := range strings.Split(line, ",") {
			if v, err := strconv.ParseFloat(cell, 64); err == nil {
				row = append(row, v)
			} else {
				row = append(row, cell)
			}
		}
		ts.Check(book.SetSheetRow("Sheet1", "A"+strconv.Itoa(i+1), &row))
	}
	ts.Check(book.SaveAs(ts.MkAbs(args[1])))
}

func bomb(ts *testscript.TestScript, _ bool, args []string) {
	megabytes, err := strconv.Atoi(args[2])
	ts.Check(err)
	in, err := zip.OpenReader(ts.MkAbs(args[0]))
	ts.Check(err)
	defer in.Close()
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range in.File {
		w, err := out.Create(f.Name)
		ts.Check(err)
		if strings.Contains(f.Name, "worksheets/sheet") {
			_, err = io.WriteString(w, `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>`)
			ts.Check(err)
			block := bytes.Repeat([]byte("a"), 1e6)
			for range megabytes {
				_, err = w.Write(block)
				ts.Check(err)
			}
			continue
		}
		r, err := f.Open()
		ts.Check(err)
		_, err = io.Copy(w, r)
		ts.Check(err)
		ts.Check(r.Close())
	}
	ts.Check(out.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b.Bytes(), 0o666))
}

func jsonValue(ts *testscript.TestScript, neg bool, args []string) {
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &v))
	for _, key := range strings.Split(args[1], ".") {
		switch at := v.(type) {
		case map[string]any:
			inner, there := at[key]
			if !there {
				ts.Fatalf("%s has no key %s", args[1], key)
			}
			v = inner
		case []any:
			i, err := strconv.Atoi(key)
			ts.Check(err)
			if i >= len(at) {
				ts.Fatalf("%s has %d entries", args[1], len(at))
			}
			v = at[i]
		default:
			ts.Fatalf("%s: nothing below %v", args[1], v)
		}
	}
	got, err := json.Marshal(v)
	ts.Check(err)
	if s := strings.Trim(string(got), `"`); (s == args[2]) == neg {
		ts.Fatalf("%s is %s", args[1], s)
	}
}

// TestInterrupt holds that Ctrl-C ends a command that waits for its input.
func TestInterrupt(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot be sent an interrupt on Windows")
	}
	folder := t.TempDir()
	data := filepath.Join(folder, "d.csv")
	if err := os.WriteFile(data, []byte("a,b\n1,2\n2,1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	fastest := time.Hour
	for range 3 { // a busy machine may be late once
		c := exec.Command("plumb", "fit", data, "--model", "-", "--json", filepath.Join(folder, "r.json"))
		stdin, err := c.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(300 * time.Millisecond) // until it waits
		start := time.Now()
		if err := c.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		_ = c.Wait()
		fastest = min(fastest, time.Since(start))
		_ = stdin.Close()
		if code := c.ProcessState.ExitCode(); code != exitInterrupted {
			t.Fatalf("exit status %d, want %d", code, exitInterrupted)
		}
	}
	if fastest > 200*time.Millisecond {
		t.Errorf("stopped after %v", fastest)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Errorf("files left: %v, %v", entries, err)
	}
}

// TestBrokenPipe holds that a reader who leaves early, as head does, ends the
// program without a word.
func TestBrokenPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	c := exec.Command("plumb", "schema")
	c.Stdout, c.Stderr = w, &said
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.Run(); err == nil {
		t.Error("writing to nobody went well")
	}
	_ = w.Close()
	if strings.Contains(said.String(), "panic") || strings.Contains(said.String(), "goroutine") {
		t.Error(said.String())
	}
}

func TestQuote(t *testing.T) {
	for word, want := range map[string]string{
		"a.csv": "a.csv", "": "''", "my file.csv": "'my file.csv'", "it's": `'it'\''s'`, "ölçek.csv": "ölçek.csv", "$x": "'$x'", "-99": "-99",
	} {
		if got := quote(word); got != want {
			t.Errorf("%s: %s, want %s", word, got, want)
		}
	}
}

func TestPlaceFlags(t *testing.T) {
	for key, want := range map[string]string{
		"": "", "data.weight": "--weight", "models.inference": "--bootstrap",
		"models.estimate.mode.QUAL": "--mode", "models.estimate.scheme": "--scheme",
	} {
		in := finding.List{{Place: finding.Place{Key: key}}}
		if got := placeFlags(in)[0].Place.Key; got != want {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
		if in[0].Place.Key != key {
			t.Error("the list of the caller changed")
		}
	}
}

func TestWriteFilesIsAllOrNothing(t *testing.T) {
	folder := t.TempDir()
	first := filepath.Join(folder, "first")
	if err := os.WriteFile(first, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	text := func(s string) func(io.Writer) error {
		return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
	}
	broken := func(io.Writer) error { return errors.New("no ink") }
	if err := writeFiles(t.Context(), output{first, text("new")}, output{filepath.Join(folder, "second"), broken}); err == nil {
		t.Error("no error")
	}
	check := func(want string, files int) {
		t.Helper()
		got, err := os.ReadFile(first)
		if err != nil || string(got) != want {
			t.Errorf("first holds %q, %v", got, err)
		}
		if entries, _ := os.ReadDir(folder); len(entries) != files {
			t.Errorf("files: %v", entries)
		}
	}
	check("old", 1)
	if err := writeFiles(t.Context(), output{first, text("new")}, output{filepath.Join(folder, "none", "second"), text("x")}); err == nil {
		t.Error("no error")
	}
	check("old", 1)
	if err := writeFiles(t.Context(), output{first, text("new")}, output{filepath.Join(folder, "second"), text("x")}); err != nil {
		t.Error(err)
	}
	check("new", 2)
	if info, err := os.Stat(first); err != nil || info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// BenchmarkFit is a whole process on a survey of common size, 344 x 31: from
// the start of the program to the tables.
func BenchmarkFit(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	var data, text strings.Builder
	for block := range 8 {
		fmt.Fprintf(&text, "C%d =~ x%d", block, 4*block)
		for i := 4*block + 1; i < min(4*block+4, 31); i++ {
			fmt.Fprintf(&text, " + x%d", i)
		}
		text.WriteByte('\n')
		for cause := range block {
			fmt.Fprintf(&text, "C%d ~ C%d\n", block, cause)
		}
	}
	for i := range 31 {
		fmt.Fprintf(&data, "%sx%d", []string{"", ","}[min(i, 1)], i)
	}
	for range 344 {
		person := random.NormFloat64()
		for i := range 31 {
			answer := min(max(int(4+1.2*person+random.NormFloat64()), 1), 7)
			fmt.Fprintf(&data, "%s%d", []string{"\n", ","}[min(i, 1)], answer)
		}
	}
	folder := b.TempDir()
	survey, model := filepath.Join(folder, "survey.csv"), filepath.Join(folder, "model.txt")
	for path, content := range map[string]string{survey: data.String(), model: text.String()} {
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if out, err := exec.Command("plumb", "fit", survey, "--model", model).CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
	}
}
