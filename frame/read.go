package frame

import "io"

// Options say how to read a file. The zero value detects everything.
type Options struct {
	Format string // csv, xlsx, matrix; "" decides by content, then by name

	// Delimited text.
	Delimiter rune   // 0 detects among comma, semicolon, tab, bar, caret, blanks
	Decimal   rune   // '.' or ','; 0 detects
	Encoding  string // "utf-8", "windows-1252", ... as in the IANA registry; "" detects
	Quote     rune   // 0 is the double quote
	Comment   string // lines that begin with it are passed over; "" keeps them

	// Workbooks.
	Sheet string // name, or number from 1; "" is the first sheet that holds a table

	// HeaderRow is the row with the names, as a spreadsheet numbers it: 0 finds
	// it, -1 says that there is none (columns are then V1, V2, ...).
	HeaderRow int

	// Missing are codes that mean "no answer" in every column, numbers (-99)
	// or texts ("n/a").
	Missing []string

	// N is the number of cases behind a published matrix, when the file does
	// not say.
	N int
}

// Setting writes how a user overrules a reader, on the command line and in a
// study file: "--encoding NAME, or encoding: in the study file". The word says
// what the flag takes.
func Setting(name, word string) string {
	return "--" + name + " " + word + ", or " + name + ": in the study file"
}

// Input is an open file.
type Input struct {
	Name string // base name, for messages
	io.ReaderAt
	Size int64
}

// Format reads one kind of file. Each reader package has one, listed in package
// open. An ability that only some formats have (reading in blocks, choosing
// columns before reading) is a further interface, found by assertion.
type Format interface {
	// Name is the word for Options.Format.
	Name() string
	// Match reports whether the file looks like this format, by its first
	// bytes (up to 4096) and its name.
	Match(head []byte, name string) bool
	// Read gives the whole table. The error is a *finding.Errors.
	Read(in Input, o Options) (*Frame, error)
}
