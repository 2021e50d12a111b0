package xlsx

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// scanner walks the elements of one part of a workbook. It knows the XML that
// workbooks consist of and refuses document type declarations, so that no
// entity can grow. Names are without their prefix.
type scanner struct {
	b     []byte
	pos   int
	open  [][]byte // names of the open elements
	close bool     // the last start tag closed itself
	name  []byte   // of the last start or end tag
	attrs []byte   // of the last start tag, as they stand
	text  []byte   // of the last text, as it stands
	cdata bool
}

type token uint8

const (
	end token = iota
	startTag
	endTag
	text
)

var (
	errCut     = errors.New("the XML ends in the middle")
	errXML     = errors.New("the XML is not well formed")
	errDoctype = errors.New("the XML declares entities, which no spreadsheet program writes")
)

const maxDepth = 100

// next returns the next token; comments and processing instructions are passed
// over.
func (s *scanner) next() (token, error) {
	if s.close {
		s.close = false
		s.open = s.open[:len(s.open)-1]
		return endTag, nil
	}
	for s.pos < len(s.b) {
		if s.b[s.pos] != '<' {
			n := bytes.IndexByte(s.b[s.pos:], '<')
			if n < 0 {
				n = len(s.b) - s.pos
			}
			s.text, s.cdata = s.b[s.pos:s.pos+n], false
			s.pos += n
			if len(s.open) == 0 {
				continue // line ends around the root
			}
			return text, nil
		}
		rest := s.b[s.pos:]
		switch {
		case bytes.HasPrefix(rest, []byte("<?")):
			if err := s.pass("?>"); err != nil {
				return end, err
			}
		case bytes.HasPrefix(rest, []byte("<!--")):
			if err := s.pass("-->"); err != nil {
				return end, err
			}
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			from := s.pos + len("<![CDATA[")
			if err := s.pass("]]>"); err != nil {
				return end, err
			}
			s.text, s.cdata = s.b[from:max(from, s.pos-3)], true
			return text, nil
		case bytes.HasPrefix(rest, []byte("<!")):
			return end, errDoctype
		default:
			return s.tag()
		}
	}
	if len(s.open) > 0 {
		return end, errCut
	}
	return end, nil
}

func (s *scanner) pass(mark string) error {
	n := bytes.Index(s.b[s.pos:], []byte(mark))
	if n < 0 {
		return errCut
	}
	s.pos += n + len(mark)
	return nil
}

// tag reads the tag at pos.
func (s *scanner) tag() (token, error) {
	stop := s.pos + 1
	var quote byte
	for ; ; stop++ {
		if stop >= len(s.b) {
			return end, errCut
		}
		c := s.b[stop]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '<':
			return end, errXML
		}
		if c == '>' && quote == 0 {
			break
		}
	}
	inner := s.b[s.pos+1 : stop]
	s.pos = stop + 1
	if len(inner) > 0 && inner[0] == '/' {
		s.name = local(bytes.TrimSpace(inner[1:]))
		if n := len(s.open); n == 0 || !bytes.Equal(s.open[n-1], s.name) {
			return end, errXML
		}
		s.open = s.open[:len(s.open)-1]
		return endTag, nil
	}
	if len(inner) > 0 && inner[len(inner)-1] == '/' {
		s.close = true
		inner = inner[:len(inner)-1]
	}
	n := bytes.IndexAny(inner, " \t\r\n")
	if n < 0 {
		n = len(inner)
	}
	if s.name = local(inner[:n]); len(s.name) == 0 || len(s.open) >= maxDepth {
		return end, errXML
	}
	s.attrs = inner[n:]
	s.open = append(s.open, s.name)
	return startTag, nil
}

func local(name []byte) []byte { return name[bytes.IndexByte(name, ':')+1:] }

// is reports whether the last tag has this name.
func (s *scanner) is(name string) bool { return string(s.name) == name }

// attr returns an attribute of the last start tag by its name without prefix,
// or "".
func (s *scanner) attr(name string) string {
	rest := s.attrs
	for {
		rest = bytes.TrimLeft(rest, " \t\r\n")
		eq := bytes.IndexByte(rest, '=')
		if eq < 0 {
			return ""
		}
		key := local(bytes.TrimRight(rest[:eq], " \t\r\n"))
		rest = bytes.TrimLeft(rest[eq+1:], " \t\r\n")
		if len(rest) == 0 {
			return ""
		}
		stop := bytes.IndexByte(rest[1:], rest[0])
		if stop < 0 {
			return ""
		}
		if string(key) == name {
			return unescape(rest[1 : stop+1])
		}
		rest = rest[stop+2:]
	}
}

// content returns the last text with its entities resolved.
func (s *scanner) content() string {
	if s.cdata {
		return string(s.text)
	}
	return unescape(s.text)
}

// unescape resolves the five entities of XML and character references; others
// stay as they stand. Line ends become LF, as XML demands.
func unescape(b []byte) string {
	if bytes.IndexByte(b, '&') < 0 && bytes.IndexByte(b, '\r') < 0 {
		return string(b)
	}
	var out strings.Builder
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '\r':
			if i+1 == len(b) || b[i+1] != '\n' {
				out.WriteByte('\n')
			}
		case '&':
			semi := bytes.IndexByte(b[i:min(len(b), i+12)], ';')
			r := rune(-1)
			if semi > 0 {
				r = entity(string(b[i+1 : i+semi]))
			}
			if r < 0 {
				out.WriteByte('&')
				continue
			}
			out.WriteRune(r)
			i += semi
		default:
			out.WriteByte(b[i])
		}
	}
	return out.String()
}

func entity(name string) rune {
	switch name {
	case "amp":
		return '&'
	case "lt":
		return '<'
	case "gt":
		return '>'
	case "quot":
		return '"'
	case "apos":
		return '\''
	}
	if !strings.HasPrefix(name, "#") {
		return -1
	}
	base, digits := 10, name[1:]
	if strings.HasPrefix(digits, "x") {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || !utf8.ValidRune(rune(n)) {
		return -1
	}
	return rune(n)
}

// underscores resolves the _xHHHH_ escapes that spreadsheets use for
// characters that XML cannot hold.
func underscores(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if i+7 <= len(s) && s[i] == '_' && s[i+1] == 'x' && s[i+6] == '_' {
			if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil {
				out.WriteRune(rune(n))
				i += 6
				continue
			}
		}
		out.WriteByte(s[i])
	}
	return out.String()
}
