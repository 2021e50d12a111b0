package study

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"plumb/finding"
	"plumb/frame"
	"plumb/frame/open"
	"plumb/model"
)

// This file answers mix-ups about files once, where the consequences would be
// dozens of findings: a model in place of the data, a table in place of the
// model, a survey that was read by a wrong delimiter or header row.

const (
	// CodeNotData: what is named as the data is a model or a study. Smallest
	// example: plumb check model.txt.
	CodeNotData finding.Code = "not-data"
	// CodeSwapped: data and model stand in each other's place. Smallest
	// example: plumb fit model.txt --model survey.csv.
	CodeSwapped finding.Code = "swapped-files"
	// CodeReadAs says how the data were read when indicators are not among
	// their columns: an error when none is. Smallest example: a model of x1 to
	// x4 on a semicolon file with delimiter: comma.
	CodeReadAs finding.Code = "read-as"
)

// typed names a setting as the user writes it: a flag of plumb fit for a
// study that was put together from flags, else a key of the study file.
func typed(flags bool, key, value string) string {
	if !flags {
		return key + ": " + value
	}
	if key == "by" {
		key = "group"
	}
	return "--" + key + " " + value
}

// placeFile moves findings about a file that cannot be opened to the key of the
// study file that names it.
func (s *Study) placeFile(list finding.List, key string) finding.List {
	if s.places == nil {
		return list
	}
	for i, f := range list {
		if slices.Contains([]finding.Code{open.CodeMissingFile, open.CodeDirectory, open.CodeUnreadable, CodeCannotRead}, f.Code) {
			list[i].Place = s.place(key)
		}
	}
	return list
}

// content is what a text is by its looks.
type content uint8

const (
	unclear content = iota
	modelText
	tableText
	studyText
)

// looksLike tells models, tables and studies apart, and says unclear wherever
// it is not sure.
func looksLike(text, name string) content {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".yaml", ".yml":
		root, _ := readYAML([]byte(text), "")
		if root.get("data") != nil || root.get("models") != nil {
			return studyText
		}
	case ".xlsx":
		if strings.HasPrefix(text, "PK") {
			return tableText
		}
	}
	var lines []string
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
		if len(lines) == 2 {
			break
		}
	}
	if len(lines) == 0 {
		return unclear
	}
	if strings.Contains(lines[0], "=~") || strings.Contains(lines[0], "<~") {
		return modelText
	}
	if strings.Contains(text, "~") {
		if m, _ := model.Parse(text, model.ParseOptions{}); m != nil {
			return modelText
		}
		return unclear
	}
	if len(lines) == 2 && !strings.Contains(lines[0], "=") {
		for _, delimiter := range []string{";", ",", "\t", "|"} {
			if n := strings.Count(lines[0], delimiter); n > 0 && n == strings.Count(lines[1], delimiter) {
				return tableText
			}
		}
	}
	return unclear
}

// noData reports a model or a study in place of the data, nil when the file
// may be data. A file that is far too long for a model is not looked into, and
// what is neither file nor folder is not waited for.
func (s *Study) noData(path string) finding.List {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() && !info.IsDir() || info.Size() > model.MaxText {
		return nil // what stands in the way is reported by whoever reads it
	}
	name := filepath.Base(path)
	is := studyText
	if info.IsDir() {
		if _, trouble := locate(path); trouble != nil {
			return nil
		}
	} else {
		text, err := readLimited(path, model.MaxText)
		if err != nil {
			return nil
		}
		if is = looksLike(string(text), name); is != modelText && is != studyText {
			return nil
		}
	}
	if other := s.tableAsModel(); is == modelText && other != "" {
		hint := "Let data: file: name the table, and file: of the model the model."
		if s.Flags {
			hint = fmt.Sprintf("The data come first: plumb fit %s --model %s.", other, s.Data.File)
		}
		return finding.List{{Code: CodeSwapped, Severity: finding.Error, Place: s.filePlace("data.file", name),
			Message: fmt.Sprintf("%s holds a model and %s a table: they stand in each other's place.", name, filepath.Base(other)), Hint: hint}}
	}
	what, hint := "a model", "Name the survey file; a model stands after --model, or in a study file."
	if is == studyText {
		what, hint = "a study", fmt.Sprintf("plumb check %s looks at the study, plumb run %s runs it; else name the survey file.", path, path)
	}
	return finding.List{{Code: CodeNotData, Severity: finding.Error, Place: s.filePlace("data.file", name),
		Message: fmt.Sprintf("%s is %s, not data.", name, what), Hint: hint}}
}

// filePlace is the key that names a file, or for a study from flags the file.
func (s *Study) filePlace(key, file string) finding.Place {
	if s.places == nil {
		return finding.Place{File: file}
	}
	return s.place(key)
}

// tableAsModel returns the first model file that holds a table.
func (s *Study) tableAsModel() string {
	for _, m := range s.Models {
		if m.File == "" {
			continue
		}
		if text, err := readLimited(s.path(m.File), model.MaxText); err == nil && looksLike(string(text), m.File) == tableText {
			return m.File
		}
	}
	return ""
}

// noModel reports a table or a study in place of the file of model i. It
// returns an empty list, not nil, when the data were told to be exchanged with
// it.
func (s *Study) noModel(i int, text string) finding.List {
	file := s.Models[i].File
	is := looksLike(text, file)
	if is != tableText && is != studyText {
		return nil
	}
	if is == tableText && s.Data.File != "" {
		if list := s.noData(s.path(s.Data.File)); list.Has(CodeSwapped) {
			return finding.List{}
		}
	}
	what, hint := "a table", "Name the file of the model; its lines read X =~ x1 + x2 (measurement) or Y ~ X (paths)."
	if is == studyText {
		what, hint = "a study", fmt.Sprintf("plumb run %s runs the study; else name a file that holds nothing but the model.", file)
	}
	at := s.filePlace("models."+strconv.Itoa(i)+".file", filepath.Base(file))
	at.Model = s.modelName(i)
	return finding.List{{Code: model.CodeNotModel, Severity: finding.Error, Place: at,
		Message: fmt.Sprintf("%s is %s, not a model.", filepath.Base(file), what), Hint: hint}}
}

// shownNames is how many names of columns a finding repeats.
const shownNames = 4

// sayHowRead ends the findings about a model with one that says how the data
// were read, when indicators are not among their columns and a setting may be
// the reason. When none of at least three indicators is there, it stands for
// them all.
func (s *Study) sayHowRead(list finding.List, text string, f *frame.Frame, name string) finding.List {
	if f == nil || !list.Has(model.CodeUnknownColumn) {
		return list
	}
	key, given := "", ""
	for _, g := range []struct{ key, value string }{{"delimiter", s.Data.Delimiter}, {"header", s.Data.Header}, {"sheet", s.Data.Sheet}} {
		if g.value != "" {
			key, given = g.key, g.value
			break
		}
	}
	unknown := 0
	for _, one := range list {
		if one.Code == model.CodeUnknownColumn {
			unknown++
		}
	}
	bare, _ := model.Parse(text, model.ParseOptions{})
	none := bare != nil && unknown > 2 && unknown == len(bare.Indicators())
	if key == "" && !none {
		return list
	}
	at := finding.Place{File: f.Source.File}
	file := f.Source.File
	if strings.Contains(file, " ") {
		file = strconv.Quote(file)
	}
	hint := fmt.Sprintf("plumb describe %s shows all columns; give the delimiter, the header row or the sheet if they were read wrongly.", file)
	if s.Flags {
		hint = fmt.Sprintf("plumb describe %s shows all columns; say how to read the file with --delimiter, --header or --sheet.", file)
	}
	if key != "" {
		at = s.place("data." + key)
		hint = fmt.Sprintf("Leave out %s if the names are not those of the file.", typed(s.Flags, key, given))
	}
	at.Model = name
	how := fmt.Sprintf("%s was read as %s (%s)", f.Source.File, count(len(f.Columns), "column"), firstNames(f.Names()))
	if choices := choicesInWords(f.Source.Choices); choices != "" {
		how += " with " + choices
	}
	if !none {
		return append(list, finding.Finding{Code: CodeReadAs, Severity: finding.Info, Place: at, Message: how + ".", Hint: hint})
	}
	out := slices.DeleteFunc(slices.Clone(list), func(f finding.Finding) bool { return f.Code == model.CodeUnknownColumn })
	return append(out, finding.Finding{Code: CodeReadAs, Severity: finding.Error, Place: at,
		Message: fmt.Sprintf("None of the %d indicators (%s) is a column: %s.", unknown, firstNames(bare.Indicators()), how), Hint: hint})
}

// HowRead says how the data file was read: its size and what its reader chose,
// or was told to choose.
func (d Data) HowRead() string {
	how := []string{count(d.Rows, "row"), count(len(d.Columns), "column")}
	if d.Matrix {
		how = []string{"a matrix of " + count(len(d.Columns), "variable")}
	}
	if choices := choicesInWords(d.Choices); choices != "" {
		how = append(how, choices)
	}
	return strings.Join(how, ", ")
}

func choicesInWords(choices []frame.Choice) string {
	var words []string
	for _, c := range choices {
		value := c.Value
		switch value { // a mark by itself is lost among those of the sentence
		case ",":
			value = "comma"
		case ".":
			value = "point"
		}
		if c.Given {
			value += " (as told)"
		}
		words = append(words, c.Name+" "+value)
	}
	return strings.Join(words, ", ")
}

// count writes "1 column" and "3 columns".
func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

func firstNames(names []string) string {
	var shown []string
	for _, n := range names[:min(len(names), shownNames)] {
		if r := []rune(n); len(r) > 30 {
			n = string(r[:30]) + "..."
		}
		shown = append(shown, n)
	}
	if len(names) > shownNames {
		shown = append(shown, "...")
	}
	return strings.Join(shown, ", ")
}
