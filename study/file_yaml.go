package study

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"plumb/finding"
)

// This file turns YAML into a small tree that keeps the position of every key
// and value, and refuses what a study file has no use for. The rules are:
//
//   - A file is one document, UTF-8 and at most maxFileBytes long, without long
//     stretches of blank lines: the YAML parser takes time with the square of
//     either.
//   - Nesting stops at maxDepth and aliases at maxNodes nodes in all, so that a
//     few lines cannot ask for gigabytes.
//   - Scalars stay texts as written; the table of keys says what each must be.

const (
	maxFileBytes = 128 << 10
	maxBlank     = 200 // lines in a row
	maxDepth     = 32
	maxNodes     = 50_000
)

const (
	// CodeNotText: the study file holds bytes that are no UTF-8 text.
	// Smallest example: an .xlsx file renamed to study.yaml.
	CodeNotText finding.Code = "study-not-text"
	// CodeTooLarge: the study file is far longer than any study, or grows so by
	// its aliases. Smallest example: a survey renamed to study.yaml.
	CodeTooLarge finding.Code = "study-too-large"
	// CodeEmpty: the study file holds nothing. Smallest example: "# later".
	CodeEmpty finding.Code = "study-empty"
	// CodeYAML: the text is not YAML. Smallest example: "data: [a".
	CodeYAML finding.Code = "study-yaml"
	// CodeTab: a line of the study file is indented by a tab.
	// Smallest example: "data:\n\tfile: a.csv".
	CodeTab finding.Code = "study-tab"
	// CodeDocuments: the study file holds several documents.
	// Smallest example: "title: A\n---\ntitle: B".
	CodeDocuments finding.Code = "study-documents"
	// CodeDuplicateKey: a key stands twice in one mapping.
	// Smallest example: "title: A\ntitle: B".
	CodeDuplicateKey finding.Code = "study-duplicate-key"
	// CodeAlias: an alias has no anchor, or contains itself.
	// Smallest example: "title: *name".
	CodeAlias finding.Code = "study-alias"
)

// nodeKind is the shape of a node.
type nodeKind uint8

const (
	nullNode nodeKind = iota
	scalarNode
	listNode
	mappingNode
)

// node is a value of the study file.
type node struct {
	kind       nodeKind
	text       string // of a scalar, as written, without quotes
	style      string // of a text in several lines: "|" or ">"
	indent     int    // of the lines of such a text, in characters
	line, char int    // where it begins
	items      []*node
	entries    []entry
}

// entry is one key of a mapping with its value.
type entry struct {
	name       string
	line, char int
	value      *node
}

// get returns the value of a key, or nil.
func (n *node) get(name string) *node {
	if n == nil {
		return nil
	}
	for _, e := range n.entries {
		if e.name == name {
			return e.value
		}
	}
	return nil
}

// yamlReader builds the tree and collects what is wrong on the way.
type yamlReader struct {
	file    string
	lines   []string
	list    finding.List
	anchors map[string]*node // nil while the anchor is being read
	nodes   int
	full    bool // maxNodes has been reported
}

func (r *yamlReader) add(code finding.Code, line, char int, message, hint string) {
	r.list = append(r.list, finding.Finding{
		Code: code, Severity: finding.Error,
		Place:   finding.Place{File: r.file, Line: line, Char: char},
		Message: message, Hint: hint,
	})
}

// readYAML returns the tree of one document, or nil with the reasons.
func readYAML(text []byte, file string) (*node, finding.List) {
	r := &yamlReader{file: file, anchors: map[string]*node{}}
	s, ok := r.plainText(text)
	if !ok {
		return nil, r.list
	}
	r.lines = strings.Split(s, "\n")
	docs, err := parseYAML(s)
	if err != nil {
		r.syntax(err)
		return nil, r.list
	}
	if len(docs) == 0 {
		r.add(CodeEmpty, 0, 0, "The study file is empty.", "Begin with a data: section; plumb sample village unpacks a complete example.")
		return nil, r.list
	}
	if len(docs) > 1 {
		t := docs[1].GetToken().Position
		r.add(CodeDocuments, t.Line, 0, fmt.Sprintf("The file holds %d documents, divided by ---; a study is one.", len(docs)),
			"Keep each study in a file of its own.")
	}
	root := r.node(docs[0], 0)
	if root.kind == nullNode && len(r.list) == 0 {
		r.add(CodeEmpty, root.line, root.char, "The study file is empty.", "Begin with a data: section; plumb sample village unpacks a complete example.")
		return nil, r.list
	}
	return root, r.list
}

// plainText refuses what is no text, and strips the byte order mark.
func (r *yamlReader) plainText(text []byte) (string, bool) {
	if len(text) > maxFileBytes {
		r.add(CodeTooLarge, 0, 0, fmt.Sprintf("The file has more than %d bytes; no study is longer than that.", maxFileBytes),
			"If this is a survey, name it under data.file of a study, or use plumb fit or plumb check.")
		return "", false
	}
	s := strings.TrimPrefix(string(text), "\ufeff")
	for i, line := range strings.Split(s, "\n") {
		if !utf8.ValidString(line) || strings.Contains(line, "\x00") {
			r.add(CodeNotText, i+1, 0, "The file is not UTF-8 text from here on.",
				"A study file is a text file; save it as UTF-8.")
			return "", false
		}
	}
	line, blank := 1, 0
	for _, c := range s {
		switch c {
		case '\n', '\r':
			if c == '\n' {
				line++
			}
			blank++
		case ' ', '\t':
		default:
			blank = 0
		}
		if blank > 2*maxBlank { // a line may end in two characters
			r.add(CodeTooLarge, line, 0, fmt.Sprintf("More than %d blank lines stand in a row here.", maxBlank), "Delete them.")
			return "", false
		}
	}
	return s, true
}

// errTooDeep stands for nesting beyond maxDepth.
var errTooDeep = fmt.Errorf("values are nested deeper than %d levels", maxDepth)

// parseYAML returns the bodies of the documents that are not empty.
func parseYAML(s string) (docs []ast.Node, err error) {
	// The parser is another project's and recursive: what it cannot digest is a
	// syntax error of the file, not a crash of ours.
	defer func() {
		if p := recover(); p != nil {
			docs, err = nil, fmt.Errorf("the structure cannot be understood")
		}
	}()
	tokens := lexer.Tokenize(s)
	if err := checkDepth(tokens); err != nil {
		return nil, err
	}
	f, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, err
	}
	for _, d := range f.Docs {
		if d.Body == nil {
			continue
		}
		if _, directive := d.Body.(*ast.DirectiveNode); !directive {
			docs = append(docs, d.Body)
		}
	}
	return docs, nil
}

// checkDepth bounds the nesting before the recursive parser sees it: brackets,
// the dashes and question marks of one line, and columns of indentation.
func checkDepth(tokens token.Tokens) error {
	brackets, onLine, line := 0, 0, 0
	for _, t := range tokens {
		if t.Position.Line != line {
			line, onLine = t.Position.Line, 0
		}
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			brackets++
		case token.SequenceEndType, token.MappingEndType:
			brackets--
		case token.SequenceEntryType, token.MappingKeyType, token.MappingValueType, token.TagType, token.AnchorType:
			if brackets == 0 {
				onLine++
			}
		}
		if brackets > maxDepth || onLine > maxDepth {
			return errTooDeep
		}
	}
	return nil
}

// syntax reports why a text is no YAML. Indentation by tabs is the usual
// reason, and every such line is named; the parser stops at its first trouble.
func (r *yamlReader) syntax(err error) {
	for i, line := range r.lines {
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		if at := strings.IndexByte(indent, '\t'); at >= 0 && strings.TrimSpace(line) != "" {
			r.add(CodeTab, i+1, at+1, "The line is indented by a tab, which YAML does not allow.",
				"Indent by blanks; most editors can convert tabs to spaces.")
		}
	}
	if len(r.list) > 0 {
		return
	}
	line, char, message := 0, 0, err.Error()
	var detail yaml.Error
	if errors.As(err, &detail) {
		message = detail.GetMessage()
		if t := detail.GetToken(); t != nil && t.Position != nil {
			line, char = t.Position.Line, t.Position.Column
		}
	}
	r.add(CodeYAML, line, char, "This is not valid YAML: "+message+".",
		"Check the indentation and the colons, quotes and brackets here and on the line above.")
}

// node converts a node of the parser's tree.
func (r *yamlReader) node(from ast.Node, depth int) *node {
	n := &node{}
	if from == nil {
		return n
	}
	if t := from.GetToken(); t != nil && t.Position != nil {
		n.line, n.char = t.Position.Line, t.Position.Column
	}
	if r.nodes++; r.nodes > maxNodes || depth > maxDepth {
		if !r.full {
			r.full = true
			r.add(CodeTooLarge, n.line, n.char, fmt.Sprintf("The study has more than %d values, or more than %d levels.", maxNodes, maxDepth),
				"Aliases (*name) repeat what they stand for; write the study without them.")
		}
		return n
	}
	switch v := from.(type) {
	case *ast.NullNode:
	case *ast.MappingNode:
		r.mapping(n, v.Values, depth)
	case *ast.MappingValueNode:
		r.mapping(n, []*ast.MappingValueNode{v}, depth)
	case *ast.SequenceNode:
		n.kind = listNode
		for _, item := range v.Values {
			n.items = append(n.items, r.node(item, depth+1))
		}
	case *ast.LiteralNode:
		n.kind, n.text = scalarNode, v.Value.Value
		n.style, n.indent = v.Start.Value[:1], r.indent(n.line)
	case *ast.TagNode:
		return r.node(v.Value, depth+1)
	case *ast.AnchorNode:
		name := v.Name.GetToken().Value
		r.anchors[name] = nil
		n = r.node(v.Value, depth+1)
		r.anchors[name] = n
	case *ast.AliasNode:
		return r.alias(n, v.Value.GetToken().Value)
	default:
		n.kind, n.text = scalarNode, from.GetToken().Value
	}
	return n
}

// alias returns a copy of the anchored value at the place of the alias, so
// that findings point to where a value is used.
func (r *yamlReader) alias(at *node, name string) *node {
	target, known := r.anchors[name]
	if target == nil {
		message := "Nothing is anchored as &" + name + " above."
		if known {
			message = "&" + name + " contains itself."
		}
		r.add(CodeAlias, at.line, at.char, message, "Write the value out.")
		return at
	}
	return r.copyAt(target, at.line, at.char)
}

func (r *yamlReader) copyAt(n *node, line, char int) *node {
	c := &node{kind: n.kind, text: n.text, line: line, char: char}
	if r.nodes++; r.nodes > maxNodes {
		if !r.full {
			r.full = true
			r.add(CodeTooLarge, line, char, fmt.Sprintf("With its aliases the study has more than %d values.", maxNodes),
				"Write the study without aliases (*name).")
		}
		return c
	}
	for _, i := range n.items {
		c.items = append(c.items, r.copyAt(i, line, char))
	}
	for _, e := range n.entries {
		c.entries = append(c.entries, entry{e.name, line, char, r.copyAt(e.value, line, char)})
	}
	return c
}

func (r *yamlReader) mapping(n *node, values []*ast.MappingValueNode, depth int) {
	n.kind = mappingNode
	first := map[string]int{}
	for i, v := range values {
		e := r.key(v.Key)
		if i == 0 {
			n.line, n.char = e.line, e.char
		}
		e.value = r.node(v.Value, depth+1)
		if line, twice := first[e.name]; twice {
			r.add(CodeDuplicateKey, e.line, e.char, fmt.Sprintf("The key %s stands here for the second time; the first is on line %d.", e.name, line),
				"Keep one of them.")
			continue
		}
		first[e.name] = e.line
		n.entries = append(n.entries, e)
	}
}

// indent returns how far the text that begins below a line is indented.
func (r *yamlReader) indent(line int) int {
	for _, l := range r.lines[min(line, len(r.lines)):] {
		if text := strings.TrimLeft(l, " "); strings.TrimSpace(text) != "" {
			return len(l) - len(text)
		}
	}
	return 0
}

func (r *yamlReader) key(k ast.MapKeyNode) entry {
	t := k.GetToken()
	if explicit, ok := k.(*ast.MappingKeyNode); ok && explicit.Value != nil {
		t = explicit.Value.GetToken()
	}
	return entry{name: t.Value, line: t.Position.Line, char: t.Position.Column}
}
