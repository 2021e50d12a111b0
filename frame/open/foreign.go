package open

import "bytes"

// A kind of file that is told by its first bytes and read by no format here.
type kind struct {
	magic string
	what  string
	hint  string
}

const saveAs = "Save it as CSV or XLSX in the program that wrote it."

var kinds = []kind{
	{"$FL2", "an SPSS system file (.sav)", saveAs},
	{"$FL3", "an SPSS system file (.zsav)", saveAs},
	{"<stata_dta>", "a Stata file (.dta)", saveAs},
	{"PAR1", "a Parquet file", "Convert it to CSV, for instance with DuckDB or R."},
	{"\x89PNG\r\n", "a PNG picture", "Name the data file."},
	{"\xff\xd8\xff", "a JPEG picture", "Name the data file."},
	{"GIF8", "a GIF picture", "Name the data file."},
	{"%PDF-", "a PDF document", "Export the table as CSV or XLSX where it was made."},
	{"{\\rtf", "an RTF document", "Export the table as CSV or XLSX where it was made."},
	{"\x1f\x8b", "a gzip archive", "Unpack it and name the file inside."},
	{"BZh", "a bzip2 archive", "Unpack it and name the file inside."},
	{"\xfd7zXZ\x00", "an xz archive", "Unpack it and name the file inside."},
	{"(\xb5/\xfd", "a zstd archive", "Unpack it and name the file inside."},
	{"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it and name the file inside."},
	{"Rar!\x1a\x07", "a RAR archive", "Unpack it and name the file inside."},
	{"SQLite format 3\x00", "an SQLite database", "Export the table as CSV."},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (.xls) or one with a password",
		"Open it in Excel or LibreOffice, take the password off, and save it as XLSX."},
	{"RDX2\n", "an R data file", "Write the table with write.csv in R."},
	{"RDX3\n", "an R data file", "Write the table with write.csv in R."},
}

// foreign says what a file is whose content is of another kind than a table,
// and what to do; "" when nothing speaks against a table.
func foreign(head []byte) (what, hint string) {
	for _, k := range kinds {
		if bytes.HasPrefix(head, []byte(k.magic)) {
			return k.what, k.hint
		}
	}
	// Stata before 13: version, byte order, file type 1, a zero byte.
	if len(head) > 4 && head[0] >= 0x66 && head[0] <= 0x73 && (head[1] == 1 || head[1] == 2) && head[2] == 1 && head[3] == 0 {
		return "a Stata file (.dta)", saveAs
	}
	text := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"))
	for _, tag := range []string{"<!doctype html", "<html", "<table"} {
		if bytes.HasPrefix(text, []byte(tag)) {
			return "a web page (HTML)", "Open it in a spreadsheet program and save it as XLSX."
		}
	}
	if bytes.HasPrefix(text, []byte("<?xml")) {
		return "an XML file", saveAs
	}
	return "", ""
}
