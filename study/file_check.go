package study

import (
	"fmt"
	"strings"

	"plumb/finding"
)

const (
	// CodeUnknownKey: the study file has a key that no study has.
	// Smallest example: "titel: A".
	CodeUnknownKey finding.Code = "study-unknown-key"
	// CodeType: a key has a list where a text is expected, or the like.
	// Smallest example: "title: [A]".
	CodeType finding.Code = "study-type"
	// CodeValue: a key has a value that it cannot take.
	// Smallest example: "estimate: {scheme: paths}".
	CodeValue finding.Code = "study-value"
	// CodeMissingKey: a section lacks a key that it cannot be without.
	// Smallest example: "title: A", which has no data.
	CodeMissingKey finding.Code = "study-missing-key"
	// CodeConflict: two keys exclude each other.
	// Smallest example: "data: {file: a.csv, matrix: r.csv}".
	CodeConflict finding.Code = "study-conflict"
	// CodeNotYet: the study asks for something that this version of the program
	// does not evaluate. Smallest example: "welfare: {income: hh_income}".
	CodeNotYet finding.Code = "not-evaluated-yet"
)

// checker compares the tree of a study file with the table of keys.
type checker struct {
	file   string
	places map[string]finding.Place // of every key, by its path; see Study.places
	list   finding.List
}

func (c *checker) add(code finding.Code, severity finding.Severity, at finding.Place, message, hint string) {
	c.list = append(c.list, finding.Finding{Code: code, Severity: severity, Place: at, Message: message, Hint: hint})
}

// place names a position. The indices of lists, which only the path has, are
// left out of the key: the line tells them apart.
func (c *checker) place(path string, line, char int) finding.Place {
	return finding.Place{File: c.file, Key: withoutIndices(path), Line: line, Char: char}
}

func withoutIndices(path string) string {
	var parts []string
	for p := range strings.SplitSeq(path, ".") {
		if p != "" && strings.Trim(p, "0123456789") != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ".")
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// value checks the value n of key k at a path.
func (c *checker) value(n *node, k *key, path string) {
	at := c.place(path, n.line, n.char)
	c.places[path] = at
	wrong := func(found string) {
		c.add(CodeType, finding.Error, at, fmt.Sprintf("%s is %s; expected is %s.", title(k, path), found, k.expects()), "")
	}
	if k.kind == laterKey {
		severity := finding.Warning
		if k.name == "report" {
			severity = finding.Info // the report is made all the same
		}
		c.add(CodeNotYet, severity, at, fmt.Sprintf("This version of plumb does not evaluate the section %s; the rest of the study is.", k.name),
			"Keep the section for a later version, or compute that part elsewhere.")
		return
	}
	if n.kind == nullNode {
		return // the same as leaving the key out
	}
	switch k.kind {
	case sectionKey:
		if n.kind != mappingNode {
			wrong(n.what())
			return
		}
		c.section(n, k, path)
	case sectionsKey:
		if n.kind != listNode {
			wrong(n.what())
			return
		}
		for i, item := range n.items {
			p := fmt.Sprintf("%s.%d", path, i)
			if item.kind != mappingNode {
				at := c.place(p, item.line, item.char)
				c.add(CodeType, finding.Error, at, fmt.Sprintf("Entry %d of %s is %s; expected are the keys %s.", i+1, k.name, item.what(), strings.Join(k.names(), ", ")), "")
				continue
			}
			c.places[p] = c.place(p, item.line, item.char)
			c.section(item, k, p)
		}
	case namesKey:
		if n.kind != mappingNode {
			wrong(n.what())
			return
		}
		for _, e := range n.entries {
			c.scalar(e.value, k, join(path, e.name), e.name)
		}
	case textsKey:
		if n.kind == listNode {
			for i, item := range n.items {
				c.scalar(item, k, fmt.Sprintf("%s.%d", path, i), k.name)
			}
			return
		}
		c.scalar(n, k, path, k.name)
	default:
		c.scalar(n, k, path, k.name)
	}
}

func (c *checker) scalar(n *node, k *key, path, name string) {
	at := c.place(path, n.line, n.char)
	c.places[path] = at
	if n.kind != scalarNode {
		expected := k.expects()
		if k.kind == namesKey || k.kind == textsKey {
			expected = "a single text or number"
		}
		c.add(CodeType, finding.Error, at, fmt.Sprintf("%s is %s; expected is %s.", name, n.what(), expected), "")
		return
	}
	if message, hint := k.scalar(n.text); message != "" {
		c.add(CodeValue, finding.Error, at, message, hint)
	}
}

func (c *checker) section(n *node, k *key, path string) {
	present := map[string]bool{}
	for _, e := range n.entries {
		sub := k.child(e.name)
		if sub == nil {
			c.unknown(e, k, path)
			continue
		}
		present[e.name] = e.value.kind != nullNode
		c.value(e.value, sub, join(path, e.name))
	}
	at := c.place(path, n.line, n.char)
	for _, sub := range k.keys {
		if sub.required && !present[sub.name] {
			c.add(CodeMissingKey, finding.Error, at, fmt.Sprintf("The key %s is missing.", sub.name), "It takes "+sub.expects()+".")
		}
	}
	if k.oneOf == nil {
		return
	}
	var given []string
	for _, name := range k.oneOf {
		if present[name] {
			given = append(given, name)
		}
	}
	switch {
	case len(given) == 0:
		c.add(CodeMissingKey, finding.Error, at, fmt.Sprintf("One of the keys %s is missing.", strings.Join(k.oneOf, " or ")),
			k.explain(k.oneOf))
	case len(given) > 1:
		c.add(CodeConflict, finding.Error, at, fmt.Sprintf("The keys %s exclude each other.", strings.Join(given, " and ")), "Keep one of them.")
	}
}

func (c *checker) unknown(e entry, k *key, path string) {
	at := c.place(join(path, e.name), e.line, e.char)
	hint := finding.DidYouMean(e.name, k.names())
	if hint == "" {
		hint = "The keys here are " + strings.Join(k.names(), ", ") + "."
		if owner := studyKeys.owner(e.name, ""); owner != "" {
			hint = fmt.Sprintf("It belongs under %s.", owner)
		}
	}
	where := "a study"
	if p := withoutIndices(path); p != "" {
		where = p
	}
	c.add(CodeUnknownKey, finding.Error, at, fmt.Sprintf("%s is no key of %s.", quoteEmpty(e.name), where), hint)
}

// owner returns the path of the section that has a key of this name: a right
// key at the wrong depth is the commonest mistake in YAML.
func (k *key) owner(name, path string) string {
	for _, sub := range k.keys {
		if sub.name == name && path != "" {
			return path
		}
		if o := sub.owner(name, join(path, sub.name)); o != "" {
			return o
		}
	}
	return ""
}

// explain says what some keys of a section are for.
func (k *key) explain(names []string) string {
	var b strings.Builder
	for i, name := range names {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(name + ": " + k.child(name).doc)
	}
	return b.String()
}

func (n *node) what() string {
	switch n.kind {
	case scalarNode:
		return fmt.Sprintf("%q", firstLine(n.text))
	case listNode:
		return "a list"
	case mappingNode:
		return "a section with keys"
	}
	return "empty"
}

func title(k *key, path string) string {
	if path == "" {
		return "The study"
	}
	return k.name
}

func quoteEmpty(name string) string {
	if strings.TrimSpace(name) == "" {
		return fmt.Sprintf("%q", name)
	}
	return name
}

func firstLine(s string) string {
	line, rest, more := strings.Cut(strings.TrimSpace(s), "\n")
	if more && rest != "" || len([]rune(line)) > 60 {
		r := []rune(line)
		return string(r[:min(60, len(r))]) + " ..."
	}
	return line
}
