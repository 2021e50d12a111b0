package model

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// position is a place in the text, both numbers from 1; the zero value is
// nowhere.
type position struct{ line, char int }

type tokenKind uint8

const (
	tokenEnd tokenKind = iota // of the text
	tokenNewline
	tokenName   // bare or in back quotes; text is NFC
	tokenNumber // digits and dots only
	tokenString // in double or single quotes
	tokenMark   // operator or any other character
	tokenBroken // back quotes that never close
)

type token struct {
	kind   tokenKind
	text   string
	quoted bool // a name in back quotes
	position
}

// marks are the operators of one and more characters, longest first. Those of
// lavaan that a PLS model has no use for are here to be named in a finding.
var marks = []string{
	"~*~", "<->", "=~", "<~", "~~", ":=", "==", "->", "<-", "=>",
	"~", "+", ":", ";", "*", "(", ")", "[", "]", ",",
}

// reserved words mean something to lavaan or R when they stand bare.
var reserved = []string{"NA", "NaN", "Inf", "NULL", "TRUE", "FALSE"}

// scan cuts the text into tokens; comments and blanks are gone. The last token
// is tokenEnd.
func scan(text string, first position) []token {
	s := scanner{rest: text, position: first, indent: first.char}
	for s.rest != "" {
		s.next()
	}
	return append(s.tokens, token{kind: tokenEnd, position: s.position})
}

type scanner struct {
	rest   string
	indent int // char of the first character of every line
	tokens []token
	position
}

// take cuts n bytes off the rest and moves on by their characters.
func (s *scanner) take(n int) string {
	out := s.rest[:n]
	s.rest = s.rest[n:]
	s.char += utf8.RuneCountInString(out)
	return out
}

func (s *scanner) add(kind tokenKind, text string, at position) {
	s.tokens = append(s.tokens, token{kind: kind, text: text, position: at})
}

func (s *scanner) next() {
	at := s.position
	r, size := utf8.DecodeRuneInString(s.rest)
	switch {
	case r == '\n' || r == '\r':
		s.add(tokenNewline, "", at)
		if strings.HasPrefix(s.rest, "\r\n") {
			size = 2
		}
		s.rest = s.rest[size:]
		s.line++
		s.char = s.indent
	case r == '#' || r == '!':
		s.take(until(s.rest, ""))
	case unicode.IsSpace(r) || r == '\ufeff':
		s.take(size)
	case r == '`':
		s.backQuoted(at)
	case r == '"' || r == '\'':
		end := until(s.rest[1:], string(r))
		if !strings.HasPrefix(s.rest[1+end:], string(r)) {
			s.add(tokenMark, s.take(size), at)
			return
		}
		quoted := s.take(end + 2)
		s.add(tokenString, quoted[1:len(quoted)-1], at)
	case startsName(r):
		n := strings.IndexFunc(s.rest, func(r rune) bool { return !inName(r) })
		if n < 0 {
			n = len(s.rest)
		}
		name := norm.NFC.String(s.take(n))
		kind := tokenName
		if isNumber(name) {
			kind = tokenNumber
		}
		s.add(kind, name, at)
	default:
		for _, m := range marks {
			if strings.HasPrefix(s.rest, m) {
				size = len(m)
				break
			}
		}
		s.add(tokenMark, s.take(size), at)
	}
}

// backQuoted reads a name in back quotes; a doubled back quote stands for one.
func (s *scanner) backQuoted(at position) {
	s.take(1)
	var name strings.Builder
	for {
		name.WriteString(s.take(until(s.rest, "`")))
		if !strings.HasPrefix(s.rest, "`") {
			s.add(tokenBroken, name.String(), at)
			return
		}
		s.take(1)
		if !strings.HasPrefix(s.rest, "`") {
			break
		}
		name.WriteString(s.take(1))
	}
	s.tokens = append(s.tokens, token{kind: tokenName, text: norm.NFC.String(name.String()), quoted: true, position: at})
}

// until returns the bytes before the mark or the end of the line.
func until(s, mark string) int {
	if i := strings.IndexAny(s, mark+"\r\n"); i >= 0 {
		return i
	}
	return len(s)
}

// startsName and inName: letters, marks and numbers of any script, underscore
// and dot; within a name also the joiners that Persian and Indic words need.
func startsName(r rune) bool {
	return r == '_' || r == '.' || r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r))
}

func inName(r rune) bool { return startsName(r) || r == '\u200c' || r == '\u200d' }

func isNumber(s string) bool { return strings.Trim(s, "0123456789.") == "" }

// quote writes a name as the text needs it: in back quotes only when it would
// not be read as that name without.
func quote(name string) string {
	first, _ := utf8.DecodeRuneInString(name)
	if name == "" || !startsName(first) || isNumber(name) || slices.Contains(reserved, name) ||
		strings.ContainsFunc(name, func(r rune) bool { return !inName(r) }) {
		return "`" + strings.ReplaceAll(name, "`", "``") + "`"
	}
	return name
}
