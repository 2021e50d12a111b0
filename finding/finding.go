// Package finding is how plumb says that something about a survey, a model or
// a result deserves a person's attention.
//
// A Finding is code + place + sentence + hint. Whoever looks for trouble
// returns all of it at once as a List; a List that contains an Error can be
// returned as a Go error with List.Err. Nothing here logs or prints.
//
//	list = append(list, finding.Finding{Code: "unknown-column", Severity: finding.Error,
//		Place: finding.Place{File: "model.txt", Line: 3}, Message: "...", Hint: "..."})
//	if err := list.Err(); err != nil { return nil, err }
package finding

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Severity grades a finding.
type Severity uint8

const (
	// Info tells what was decided on the user's behalf; nothing is wrong.
	Info Severity = iota
	// Warning means that results exist but a reader should know this first.
	Warning
	// Error means that there is no answer until the input is mended.
	Error
)

var severityNames = [...]string{"info", "warning", "error"}

// String returns info, warning or error.
func (s Severity) String() string { return severityNames[s] }

// MarshalText writes the word of String.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the word of String.
func (s *Severity) UnmarshalText(text []byte) error {
	i := slices.Index(severityNames[:], string(text))
	if i < 0 {
		return fmt.Errorf("severity %q is none of %s", text, strings.Join(severityNames[:], ", "))
	}
	*s = Severity(i)
	return nil
}

// Code names the kind of a finding, in lower case with hyphens. It never
// changes once published: users filter by it and translators key on it. Each
// package declares the codes it raises, with a smallest example in the comment.
type Code string

// Place says where. Zero fields are left out.
type Place struct {
	File string // base name of the file
	Line int    // line of a text file, from 1
	Char int    // character in that line, from 1
	// Row is the row as a spreadsheet program numbers it: the first row of
	// the file, usually the header, is 1.
	Row       int
	Column    string // name of the column or indicator
	Model     string // name of the model in the study
	Construct string // name of the construct
	Key       string // key in a study file or codebook, such as data.file
	// Written is the whole place in words when the finding was read back from
	// a result file; the other fields are then zero.
	Written string
}

// String writes the place in reading order, as in
// "village.csv, row 118, column OS3".
func (p Place) String() string {
	if p.Written != "" {
		return p.Written
	}
	var parts []string
	add := func(format string, v any) { parts = append(parts, fmt.Sprintf(format, v)) }
	if p.File != "" {
		add("%s", p.File)
	}
	if p.Key != "" {
		add("%s", p.Key)
	}
	if p.Model != "" {
		add("model %s", p.Model)
	}
	if p.Line > 0 {
		add("line %d", p.Line)
	}
	if p.Char > 0 {
		add("character %d", p.Char)
	}
	if p.Row > 0 {
		add("row %d", p.Row)
	}
	if p.Column != "" {
		add("column %s", p.Column)
	}
	if p.Construct != "" {
		add("construct %s", p.Construct)
	}
	return strings.Join(parts, ", ")
}

// Finding is one thing to look at.
type Finding struct {
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	Place    Place    `json:"-"`
	Message  string   `json:"message"` // a whole sentence: what is so, and what follows if left alone
	Hint     string   `json:"hint"`    // what to do about it
}

// MarshalJSON writes the five keys of the contract, the place as one string.
func (f Finding) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // "A -> B > 0" is to be read by people too
	err := enc.Encode(struct {
		Code     Code     `json:"code"`
		Severity Severity `json:"severity"`
		Place    string   `json:"place"`
		Message  string   `json:"message"`
		Hint     string   `json:"hint"`
	}{f.Code, f.Severity, f.Place.String(), f.Message, f.Hint})
	return bytes.TrimRight(b.Bytes(), "\n"), err
}

// UnmarshalJSON reads the five keys back; the place stays in words.
func (f *Finding) UnmarshalJSON(b []byte) error {
	type keys Finding
	in := struct {
		*keys
		Place string `json:"place"`
	}{keys: (*keys)(f)}
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	f.Place = Place{Written: in.Place}
	return nil
}

// String writes the finding on one line: place: severity: message (hint) [code].
func (f Finding) String() string {
	var b strings.Builder
	if p := f.Place.String(); p != "" {
		b.WriteString(p + ": ")
	}
	fmt.Fprintf(&b, "%s: %s", f.Severity, f.Message)
	if f.Hint != "" {
		fmt.Fprintf(&b, " %s", f.Hint)
	}
	fmt.Fprintf(&b, " [%s]", f.Code)
	return b.String()
}

// List is all the findings of one look.
type List []Finding

// Count returns the number of findings of severity s.
func (l List) Count(s Severity) int {
	n := 0
	for _, f := range l {
		if f.Severity == s {
			n++
		}
	}
	return n
}

// Has reports whether the list holds a finding with this code.
func (l List) Has(c Code) bool {
	return slices.ContainsFunc(l, func(f Finding) bool { return f.Code == c })
}

// BySeverity returns a copy, errors first; the order within a severity stays.
func (l List) BySeverity() List {
	out := slices.Clone(l)
	slices.SortStableFunc(out, func(a, b Finding) int { return cmp.Compare(b.Severity, a.Severity) })
	return out
}

// Err returns nil when the list holds no Error, else an *Errors with the whole
// list, warnings included: a user mends a file once, not line by line.
func (l List) Err() error {
	if l.Count(Error) == 0 {
		return nil
	}
	return &Errors{List: l}
}

// Errors is a List as a Go error.
type Errors struct{ List List }

// Error writes all findings, errors first, one a line.
func (e *Errors) Error() string {
	lines := make([]string, len(e.List))
	for i, f := range e.List.BySeverity() {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}
