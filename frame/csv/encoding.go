package csv

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"

	"plumb/finding"
	"plumb/frame"
)

// decode gives the text of the file in UTF-8 without a byte order mark.
func (r *reader) decode(raw string) (string, bool) {
	if r.o.Encoding != "" {
		return r.decodeGiven(raw)
	}
	switch {
	case strings.HasPrefix(raw, "\xef\xbb\xbf") && utf8.ValidString(raw):
		r.choose("encoding", "utf-8 with byte order mark", false)
		return r.checkNUL(raw[3:])
	case strings.HasPrefix(raw, "\xff\xfe\x00\x00"):
		r.choose("encoding", "utf-32le with byte order mark", false)
		return r.checkNUL(r.decode32(raw[4:]))
	case strings.HasPrefix(raw, "\xff\xfe"):
		r.choose("encoding", "utf-16le with byte order mark", false)
		return r.checkNUL(r.decode16(raw[2:], binary.LittleEndian))
	case strings.HasPrefix(raw, "\xfe\xff"):
		r.choose("encoding", "utf-16be with byte order mark", false)
		return r.checkNUL(r.decode16(raw[2:], binary.BigEndian))
	}
	switch utf16Order(raw) {
	case binary.LittleEndian:
		r.choose("encoding", "utf-16le", false)
		return r.checkNUL(r.decode16(raw, binary.LittleEndian))
	case binary.BigEndian:
		r.choose("encoding", "utf-16be", false)
		return r.checkNUL(r.decode16(raw, binary.BigEndian))
	}
	if utf8.ValidString(raw) {
		r.choose("encoding", "utf-8", false)
		return r.checkNUL(raw)
	}
	return r.decodeGuess(raw)
}

// utf16Order recognises UTF-16 without a mark by the zero bytes of its digits,
// delimiters and line ends; nil when the text is no UTF-16.
func utf16Order(raw string) binary.ByteOrder {
	head := raw[:min(len(raw), 4096)&^1]
	var zeros [2]int
	for i := range len(head) {
		if head[i] == 0 {
			zeros[i&1]++
		}
	}
	pairs := len(head) / 2
	switch {
	case zeros[1] > 1 && zeros[1]*10 > pairs && zeros[0]*50 <= pairs:
		return binary.LittleEndian
	case zeros[0] > 1 && zeros[0]*10 > pairs && zeros[1]*50 <= pairs:
		return binary.BigEndian
	}
	return nil
}

func (r *reader) decode16(raw string, order binary.ByteOrder) string {
	var b strings.Builder
	b.Grow(len(raw))
	bad := len(raw) & 1
	unit := func(i int) rune { return rune(order.Uint16([]byte{raw[i], raw[i+1]})) }
	for i := 0; i+1 < len(raw); i += 2 {
		u := unit(i)
		if utf16.IsSurrogate(u) {
			if i+3 < len(raw) {
				if pair := utf16.DecodeRune(u, unit(i+2)); pair != utf8.RuneError {
					b.WriteRune(pair)
					i += 2
					continue
				}
			}
			u = utf8.RuneError
			bad++
		}
		b.WriteRune(u)
	}
	r.reportBad(b.String(), bad)
	return b.String()
}

func (r *reader) decode32(raw string) string {
	var b strings.Builder
	b.Grow(len(raw) / 2)
	bad := 0
	if len(raw)%4 != 0 {
		bad++
	}
	for i := 0; i+3 < len(raw); i += 4 {
		u := rune(raw[i]) | rune(raw[i+1])<<8 | rune(raw[i+2])<<16 | rune(raw[i+3])<<24
		if !utf8.ValidRune(u) {
			u = utf8.RuneError
			bad++
		}
		b.WriteRune(u)
	}
	r.reportBad(b.String(), bad)
	return b.String()
}

// reportBad warns of characters that could not be decoded, at the first of them.
func (r *reader) reportBad(text string, bad int) {
	if bad == 0 {
		return
	}
	line := 0
	if at := strings.IndexRune(text, utf8.RuneError); at >= 0 {
		line = (&tokenizer{s: text}).lineOf(at)
	}
	r.add(CodeBadCharacters, finding.Warning, line,
		plural(bad, "place")+" in the text without meaning in its encoding, shown as "+string(utf8.RuneError)+"; the first is here.",
		"Export the file again, in UTF-8.")
}

// checkNUL refuses what is no text, and reports single NUL characters, which are
// kept.
func (r *reader) checkNUL(text string) (string, bool) {
	n := strings.Count(text, "\x00")
	switch {
	case notText(text):
		return r.refuseBinary()
	case n == 0:
		return text, true
	case n*10 > len(text):
		r.add(CodeNotText, finding.Error, 0, "The file is no text: most of it is zero bytes, as after a broken download or on a failing disk.",
			"Copy or export the file again.")
		return "", false
	}
	r.add(CodeNUL, finding.Warning, (&tokenizer{s: text}).lineOf(strings.IndexByte(text, 0)),
		plural(n, "NUL character")+" in the text; the first is here. They were kept.", "Export the file again if cells look cut.")
	return text, true
}

// notText reports whether the beginning of a text holds more control characters
// than a damaged text would: more than one in fifty. Those that text files do use
// (tab, line ends, page break, end mark, escape) and NUL, which is told by itself,
// do not count.
func notText(text string) bool {
	text = text[:min(len(text), 1<<16)]
	n := 0
	for i := range len(text) {
		if c := text[i]; c > 0 && c < ' ' && strings.IndexByte("\t\n\v\f\r\x1a\x1b", c) < 0 {
			n++
		}
	}
	return n > 2 && n*50 > len(text)
}

func (r *reader) refuseBinary() (string, bool) {
	r.add(CodeNotText, finding.Error, 0, "The file is no text: it is full of control characters, as programs and pictures are.",
		"Check that this is the right file, and export the table as CSV or XLSX.")
	return "", false
}

// decodeGiven reads the text in the encoding that the user named.
func (r *reader) decodeGiven(raw string) (string, bool) {
	name := strings.ToLower(strings.TrimSpace(r.o.Encoding))
	enc, canonical := lookup(name)
	switch {
	case canonical == "utf-8":
		r.choose("encoding", "utf-8", true)
		raw = strings.TrimPrefix(raw, "\xef\xbb\xbf")
		text := strings.ToValidUTF8(raw, string(utf8.RuneError))
		r.reportBad(text, strings.Count(text, string(utf8.RuneError))-strings.Count(raw, string(utf8.RuneError)))
		return r.checkNUL(text)
	case canonical == "utf-32le":
		r.choose("encoding", canonical, true)
		return r.checkNUL(r.decode32(strings.TrimPrefix(raw, "\xff\xfe\x00\x00")))
	case canonical == "utf-16le":
		r.choose("encoding", canonical, true)
		return r.checkNUL(r.decode16(strings.TrimPrefix(raw, "\xff\xfe"), binary.LittleEndian))
	case canonical == "utf-16be":
		r.choose("encoding", canonical, true)
		return r.checkNUL(r.decode16(strings.TrimPrefix(raw, "\xfe\xff"), binary.BigEndian))
	case enc == nil:
		hint := finding.DidYouMean(name, encodingNames)
		if hint == "" {
			hint = "Names are those of the IANA registry, such as windows-1252, gb18030 or shift_jis."
		}
		r.findings = append(r.findings, finding.Finding{Code: CodeEncoding, Severity: finding.Error,
			Place:   finding.Place{File: r.file, Key: "encoding"},
			Message: "There is no encoding named " + r.o.Encoding + ".", Hint: hint})
		return "", false
	}
	r.choose("encoding", canonical, true)
	return r.decodeWith(raw, enc)
}

var encodingNames = []string{
	"utf-8", "utf-16le", "utf-16be", "utf-32le", "windows-1250", "windows-1251", "windows-1252", "windows-1253",
	"windows-1254", "windows-1256", "windows-1258", "iso-8859-1", "iso-8859-2", "iso-8859-9", "iso-8859-15", "koi8-r",
	"ibm866", "gbk", "gb18030", "big5", "shift_jis", "euc-jp", "euc-kr", "windows-874", "macintosh",
}

// lookup finds an encoding by the names of the web and of the IANA registry.
func lookup(name string) (encoding.Encoding, string) {
	switch name {
	case "utf-8", "utf8":
		return nil, "utf-8"
	case "utf-32le", "utf32le", "utf-32":
		return nil, "utf-32le"
	case "utf-16le", "utf16le", "utf-16", "utf16":
		return nil, "utf-16le"
	case "utf-16be", "utf16be":
		return nil, "utf-16be"
	}
	if strings.HasPrefix(name, "cp125") {
		name = "windows-" + name[2:]
	}
	if enc, err := htmlindex.Get(name); err == nil {
		if canonical, err := htmlindex.Name(enc); err == nil {
			return enc, canonical
		}
		return enc, name
	}
	if enc, err := ianaindex.IANA.Encoding(name); err == nil && enc != nil {
		return enc, name
	}
	return nil, ""
}

func (r *reader) decodeWith(raw string, enc encoding.Encoding) (string, bool) {
	text, err := enc.NewDecoder().String(raw)
	if err != nil {
		r.add(CodeEncoding, finding.Error, 0, "The text cannot be decoded: "+err.Error()+".",
			"Name another encoding: "+frame.Setting("encoding", "NAME")+".")
		return "", false
	}
	r.reportBad(text, strings.Count(text, string(utf8.RuneError)))
	return r.checkNUL(text)
}
