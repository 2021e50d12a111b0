package xlsx

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"plumb/finding"
	"plumb/frame"
)

// Limits that no honest survey reaches. They are checked in the directory of
// the archive before anything is unpacked, and held while unpacking.
const (
	maxUnpacked = 1 << 30 // bytes of all parts together
	maxRatio    = 250     // unpacked to packed size of a part above bombFloor
	bombFloor   = 8 << 20
	maxParts    = 10000
	maxCell     = 32767 // characters in a cell, by Excel's own limit
)

// workbook is an open file with what its sheets share.
type workbook struct {
	file     string
	parts    map[string]*zip.File
	sheets   []sheet
	strings  []string
	dates    []dateKind // by cell style
	date1904 bool
}

type sheet struct {
	name   string
	part   string
	hidden bool
	grid   bool // not a chart or a macro sheet
}

// trouble is an error that is already a finding.
type trouble struct{ finding.Finding }

func (t trouble) Error() string { return t.Message }

func (w *workbook) trouble(code finding.Code, message, hint string) error {
	return trouble{finding.Finding{Code: code, Severity: finding.Error,
		Place: finding.Place{File: w.file}, Message: message, Hint: hint}}
}

const exportAgain = "Open it in a spreadsheet program and save it again as XLSX."

// openWorkbook reads the directory, the list of sheets, the strings and the
// styles.
func openWorkbook(in frame.Input) (*workbook, error) {
	w := &workbook{file: in.Name, parts: map[string]*zip.File{}}
	archive, err := zip.NewReader(in, in.Size)
	if err != nil {
		return nil, w.trouble(CodeBroken, "The file is no whole workbook: its archive cannot be opened ("+err.Error()+").",
			"The file may be cut; copy or download it again.")
	}
	if err := w.checkSizes(archive); err != nil {
		return nil, err
	}
	for _, f := range archive.File {
		w.parts[strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/")] = f
	}
	main, err := w.mainPart()
	if err != nil {
		return nil, err
	}
	related, err := w.relations(main)
	if err != nil {
		return nil, err
	}
	if err := w.readSheets(main, related); err != nil {
		return nil, err
	}
	if part := related.ofType("/styles"); part != "" && w.parts[part] != nil {
		if err := w.readStyles(part); err != nil {
			return nil, err
		}
	}
	if part := related.ofType("/sharedStrings"); part != "" && w.parts[part] != nil {
		if err := w.readStrings(part); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func (w *workbook) checkSizes(archive *zip.Reader) error {
	if len(archive.File) > maxParts {
		return w.trouble(CodeBomb, fmt.Sprintf("The archive has %d parts; a workbook has a few dozen.", len(archive.File)), exportAgain)
	}
	var total uint64
	for _, f := range archive.File {
		total += f.UncompressedSize64
		if f.UncompressedSize64 > maxUnpacked || total > maxUnpacked {
			return w.trouble(CodeBomb, fmt.Sprintf("The workbook unpacks to more than %d bytes.", int64(maxUnpacked)),
				"Save the sheet with the data as CSV.")
		}
		if f.UncompressedSize64 > bombFloor && f.UncompressedSize64/maxRatio > f.CompressedSize64 {
			return w.trouble(CodeBomb, fmt.Sprintf("The part %s unpacks from %d to %d bytes, as no data do; it was not opened.",
				f.Name, f.CompressedSize64, f.UncompressedSize64), "If the file is to be trusted, save the sheet with the data as CSV.")
		}
	}
	return nil
}

// part returns a scanner of a part of the archive.
func (w *workbook) part(name string) (*scanner, error) {
	f := w.parts[name]
	if f == nil {
		return nil, w.trouble(CodeBroken, "The workbook lacks its part "+name+".", exportAgain)
	}
	r, err := f.Open()
	if err != nil {
		return nil, w.broken(name, err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, int64(f.UncompressedSize64)+1))
	if err != nil {
		return nil, w.broken(name, err)
	}
	return &scanner{b: trimBOM(b)}, nil
}

func trimBOM(b []byte) []byte {
	if len(b) >= 3 && b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf {
		return b[3:]
	}
	return b
}

func (w *workbook) broken(part string, err error) error {
	var t trouble
	if errors.As(err, &t) {
		return err
	}
	return w.trouble(CodeBroken, "The part "+part+" of the workbook cannot be read: "+err.Error()+".", exportAgain)
}

// walk calls visit for every start tag of a part.
func (w *workbook) walk(name string, visit func(s *scanner) error) error {
	s, err := w.part(name)
	if err != nil {
		return err
	}
	for {
		switch t, err := s.next(); {
		case err != nil:
			return w.broken(name, err)
		case t == end:
			return nil
		case t == startTag:
			if err := visit(s); err != nil {
				return w.broken(name, err)
			}
		}
	}
}

// relation is a link from one part to another.
type relation struct{ id, kind, part string }

type relations []relation

func (r relations) ofType(ending string) string {
	for _, x := range r {
		if strings.HasSuffix(x.kind, ending) {
			return x.part
		}
	}
	return ""
}

func (r relations) byID(id string) (relation, bool) {
	for _, x := range r {
		if x.id == id {
			return x, true
		}
	}
	return relation{}, false
}

// relations returns the links of a part; none when it has no list of them.
func (w *workbook) relations(of string) (relations, error) {
	dir, base := path.Split(of)
	name := dir + "_rels/" + base + ".rels"
	if w.parts[name] == nil {
		return nil, nil
	}
	var out relations
	err := w.walk(name, func(s *scanner) error {
		if s.is("Relationship") && s.attr("TargetMode") != "External" {
			target := strings.ReplaceAll(s.attr("Target"), `\`, "/")
			if !strings.HasPrefix(target, "/") {
				target = path.Join(dir, target)
			}
			out = append(out, relation{s.attr("Id"), s.attr("Type"), strings.TrimPrefix(path.Clean(target), "/")})
		}
		return nil
	})
	return out, err
}

// mainPart finds the part that lists the sheets.
func (w *workbook) mainPart() (string, error) {
	root, err := w.relations("")
	if err != nil {
		return "", err
	}
	if part := root.ofType("/officeDocument"); part != "" && w.parts[part] != nil {
		return part, nil
	}
	const usual = "xl/workbook.xml"
	if w.parts[usual] != nil {
		return usual, nil
	}
	return "", w.trouble(CodeNotWorkbook, "The file is a zip archive, but no Excel workbook.", "Unpack it and name the file inside.")
}

func (w *workbook) readSheets(main string, related relations) error {
	isWorkbook := false
	err := w.walk(main, func(s *scanner) error {
		switch {
		case s.is("workbook"):
			isWorkbook = true
		case s.is("workbookPr"):
			// Extensions have elements of the same name without the attribute.
			if v := s.attr("date1904"); v != "" {
				w.date1904 = v == "1" || v == "true"
			}
		case s.is("sheet"):
			state := s.attr("state")
			rel, _ := related.byID(s.attr("id"))
			w.sheets = append(w.sheets, sheet{
				name: s.attr("name"), part: rel.part,
				hidden: state == "hidden" || state == "veryHidden",
				grid:   strings.HasSuffix(rel.kind, "/worksheet"),
			})
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case !isWorkbook:
		return w.trouble(CodeNotWorkbook, "The file is an Office document, but no Excel workbook.", "Export the table as CSV or XLSX.")
	case len(w.sheets) == 0:
		return w.trouble(CodeBroken, "The workbook lists no sheets.", exportAgain)
	}
	return nil
}

// readStrings reads the table of strings that cells point into. Phonetic
// guides are not part of a string.
func (w *workbook) readStrings(name string) error {
	s, err := w.part(name)
	if err != nil {
		return err
	}
	var item strings.Builder
	phonetic, inText := 0, false
	for {
		t, err := s.next()
		if err != nil {
			return w.broken(name, err)
		}
		switch {
		case t == end:
			return nil
		case t == startTag && s.is("si"):
			item.Reset()
		case t == startTag && s.is("rPh"):
			phonetic++
		case t == endTag && s.is("rPh"):
			phonetic--
		case s.is("t") && t != text:
			inText = t == startTag && phonetic == 0
		case t == text && inText:
			item.WriteString(s.content())
		case t == endTag && s.is("si"):
			w.strings = append(w.strings, underscores(item.String()))
		}
	}
}

// readStyles notes which cell styles show a number as a date or a time.
func (w *workbook) readStyles(name string) error {
	custom := map[int]string{}
	inCellStyles := false
	s, err := w.part(name)
	if err != nil {
		return err
	}
	for {
		t, err := s.next()
		if err != nil {
			return w.broken(name, err)
		}
		switch {
		case t == end:
			return nil
		case s.is("cellXfs") && t != text:
			inCellStyles = t == startTag
		case t == startTag && s.is("numFmt"):
			if id, err := strconv.Atoi(s.attr("numFmtId")); err == nil {
				custom[id] = s.attr("formatCode")
			}
		case t == startTag && s.is("xf") && inCellStyles:
			id, _ := strconv.Atoi(s.attr("numFmtId"))
			w.dates = append(w.dates, kindOfFormat(id, custom))
		}
	}
}
