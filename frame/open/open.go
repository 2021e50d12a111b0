// Package open reads a survey file of any format that plumb knows.
//
//	f, err := open.File("village.csv", frame.Options{})
//	f, err := open.Bytes("village.csv", bytes, frame.Options{})  // an upload, an embedded sample
//
// The format is found by content first and by name second; Options.Format
// overrules both. A new format is one more package in the list of Formats.
package open

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"plumb/finding"
	"plumb/frame"
	"plumb/frame/csv"
	"plumb/frame/matrix"
	"plumb/frame/xlsx"
)

const (
	// CodeMissingFile: there is no file of that name. Smallest example:
	// File("no.csv").
	CodeMissingFile finding.Code = "missing-file"
	// CodeDirectory: the name is that of a folder. Smallest example: File(".").
	CodeDirectory finding.Code = "is-a-folder"
	// CodeUnreadable: the file is there and may not or cannot be read. Smallest
	// example: a file without read permission.
	CodeUnreadable finding.Code = "file-unreadable"
	// CodeEmptyFile: the file holds no byte. Smallest example: an empty file.
	CodeEmptyFile finding.Code = "empty-file"
	// CodeTooLarge: the file is larger than MaxBytes. Smallest example: a file
	// of three gigabytes.
	CodeTooLarge finding.Code = "file-too-large"
	// CodeUnknownFormat: Options.Format names no format. Smallest example:
	// Format "cvs".
	CodeUnknownFormat finding.Code = "unknown-format"
	// CodeOtherFormat: the content is of a kind that cannot be read as a table.
	// Smallest example: a picture under the name survey.csv.
	CodeOtherFormat finding.Code = "other-format"
)

// MaxBytes is the size of the largest file that is read, 2 GiB.
const MaxBytes = 2 << 30

// Formats returns the readers, in the order in which they are asked whether a
// file is theirs. The last one, delimited text, takes what no other wants.
func Formats() []frame.Format {
	return []frame.Format{matrix.Format{}, xlsx.Format{}, csv.Format{}}
}

// File reads the file at path. The error is a *finding.Errors.
func File(path string, o frame.Options) (*frame.Frame, error) {
	name := filepath.Base(path)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, refuse(CodeMissingFile, name, "There is no file "+path+".", NearFile(path))
	case err != nil:
		return nil, refuse(CodeUnreadable, name, "The file cannot be read: "+reason(err)+".", "Check its name and its permissions.")
	case info.IsDir():
		return nil, refuse(CodeDirectory, name, path+" is a folder, not a file.", "Name a file in it.")
	case !info.Mode().IsRegular():
		return nil, refuse(CodeUnreadable, name, path+" is no ordinary file.", "Save the data in a file.")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, refuse(CodeUnreadable, name, "The file cannot be read: "+reason(err)+".", "Check its permissions, and that no other program holds it.")
	}
	defer file.Close()
	return read(frame.Input{Name: name, ReaderAt: file, Size: info.Size()}, o)
}

// Bytes reads the content of a file; name is used for messages and, where the
// content does not decide, for the format. The error is a *finding.Errors.
func Bytes(name string, b []byte, o frame.Options) (*frame.Frame, error) {
	return read(frame.Input{Name: filepath.Base(name), ReaderAt: bytes.NewReader(b), Size: int64(len(b))}, o)
}

func refuse(code finding.Code, file, message, hint string) error {
	return finding.List{{Code: code, Severity: finding.Error, Place: finding.Place{File: file}, Message: message, Hint: hint}}.Err()
}

// reason strips the path off an error of the operating system.
func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return err.Error()
}

// NearFile is the hint about a file that does not exist: the name in its folder
// that was probably meant.
func NearFile(path string) string {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return "The folder " + filepath.Dir(path) + " cannot be read either."
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	if hint := finding.DidYouMean(filepath.Base(path), names); hint != "" {
		return hint
	}
	return "Check the name and the folder."
}

func read(in frame.Input, o frame.Options) (*frame.Frame, error) {
	switch {
	case in.Size == 0:
		return nil, refuse(CodeEmptyFile, in.Name, "The file is empty.", "Export it again.")
	case in.Size > MaxBytes:
		return nil, refuse(CodeTooLarge, in.Name,
			fmt.Sprintf("The file has %d bytes; up to %d are read.", in.Size, int64(MaxBytes)), "Leave out columns that are not needed.")
	}
	head := make([]byte, min(in.Size, 4096))
	if n, err := in.ReadAt(head, 0); err != nil && (err != io.EOF || n < len(head)) {
		return nil, refuse(CodeUnreadable, in.Name, "The file cannot be read: "+reason(err)+".", "Check the disk or copy the file again.")
	}
	format, err := pick(in, head, o)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(in, 0, in.Size)); err != nil {
		return nil, refuse(CodeUnreadable, in.Name, "The file cannot be read: "+reason(err)+".", "Check the disk or copy the file again.")
	}
	f, err := format.Read(in, o)
	if err != nil {
		return nil, err
	}
	f.Source.File, f.Source.Bytes, f.Source.SHA256 = in.Name, in.Size, hex.EncodeToString(sum.Sum(nil))
	return f, nil
}

// prober is the ability of formats that are not known by their first bytes.
type prober interface {
	Probe(in frame.Input, o frame.Options) bool
}

// pick chooses the reader.
func pick(in frame.Input, head []byte, o frame.Options) (frame.Format, error) {
	formats := Formats()
	if o.Format != "" {
		names := make([]string, len(formats))
		for i, f := range formats {
			names[i] = f.Name()
		}
		i := slices.Index(names, strings.ToLower(strings.TrimPrefix(o.Format, ".")))
		if i >= 0 {
			return formats[i], nil
		}
		hint := finding.DidYouMean(o.Format, names)
		return nil, refuse(CodeUnknownFormat, in.Name, "There is no format "+o.Format+".",
			strings.TrimSpace(hint+" Formats are "+strings.Join(names, ", ")+"."))
	}
	if what, hint := foreign(head); what != "" {
		return nil, refuse(CodeOtherFormat, in.Name, "The file is "+what+", which cannot be read as a table.", hint)
	}
	for _, f := range formats {
		p, ok := f.(prober)
		if f.Match(head, in.Name) || ok && p.Probe(in, o) {
			return f, nil
		}
	}
	return formats[len(formats)-1], nil
}
