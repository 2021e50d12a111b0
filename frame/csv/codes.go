package csv

import "plumb/finding"

const (
	// CodeUnreadable: the bytes could not be had. Smallest example: a disk error.
	CodeUnreadable finding.Code = "file-unreadable"
	// CodeOption: an option makes no sense for delimited text. Smallest
	// example: the decimal mark ":".
	CodeOption finding.Code = "bad-option"
	// CodeNoTable: there is nothing but blank lines and comments. Smallest
	// example: a file with one line end.
	CodeNoTable finding.Code = "no-table"
	// CodeNotText: the file is no text. Smallest example: zero bytes alone.
	CodeNotText finding.Code = "not-a-table"
	// CodeTitleRows: lines above the header were passed over. Smallest
	// example: "My survey" above the header a,b.
	CodeTitleRows finding.Code = "title-rows"
	// CodeNoHeader: the first row is all numbers. Smallest example: 1,2 above 3,4.
	CodeNoHeader finding.Code = "no-header"
	// CodeRagged: lines have more or fewer fields than the header. Smallest
	// example: the header a,b above the line 1.
	CodeRagged finding.Code = "ragged-line"
	// CodeUnclosedQuote: a quote opens and does not close. Smallest example:
	// the header a,b above the line 1,"x
	CodeUnclosedQuote finding.Code = "unclosed-quote"
	// CodeRunawayQuote: a quoted cell looks like it had swallowed rows or cells,
	// from where a quote is missing or one too many. Smallest example: the header
	// a,b above the lines 1,"x and 2,"y".
	CodeRunawayQuote finding.Code = "runaway-quote"
	// CodeLongField: a field is longer than any answer. Smallest example: a
	// field of two million letters.
	CodeLongField finding.Code = "long-field"
	// CodeStrayText: text stands between a closing quote and the delimiter.
	// Smallest example: the line "x"y,1.
	CodeStrayText finding.Code = "stray-text"
	// CodeTrailingDelimiter: lines end with delimiters that the header lacks.
	// Smallest example: the header a,b above the line 1,2,
	CodeTrailingDelimiter finding.Code = "trailing-delimiter"
	// CodeEmptyRows: rows of delimiters alone follow the table. Smallest
	// example: the header a,b above 1,2 and a lone comma.
	CodeEmptyRows finding.Code = "empty-rows"
	// CodeEncoding: the encoding was guessed, or is not known. Smallest
	// example: the byte E9 alone, é in windows-1252.
	CodeEncoding finding.Code = "guessed-encoding"
	// CodeMixedEncodings: some lines are in another encoding than the rest.
	// Smallest example: one line with é in UTF-8 and one with the byte E9.
	CodeMixedEncodings finding.Code = "mixed-encodings"
	// CodeBadCharacters: bytes mean nothing in the encoding of the file.
	// Smallest example: a lone surrogate in UTF-16.
	CodeBadCharacters finding.Code = "bad-characters"
	// CodeNUL: cells hold NUL characters. Smallest example: the cell x<NUL>y.
	CodeNUL finding.Code = "nul-characters"
)

const (
	// maxField is the longest field in bytes; Excel's cells end at 32,767
	// characters.
	maxField = 1 << 20
	// maxName is the longest column name in bytes.
	maxName = 1000
)
