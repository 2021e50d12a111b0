package study

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// schemaDialect is the version of JSON Schema that Schema is written in.
const schemaDialect = "https://json-schema.org/draft/2020-12/schema"

// schemaNode is a JSON Schema, its keywords in the order of the specification.
type schemaNode struct {
	Schema           string        `json:"$schema,omitempty"`
	Title            string        `json:"title,omitempty"`
	Description      string        `json:"description,omitempty"`
	Type             any           `json:"type,omitempty"`
	Enum             []string      `json:"enum,omitempty"`
	Const            string        `json:"const,omitempty"`
	Pattern          string        `json:"pattern,omitempty"`
	Minimum          *float64      `json:"minimum,omitempty"`
	ExclusiveMinimum *float64      `json:"exclusiveMinimum,omitempty"`
	ExclusiveMaximum *float64      `json:"exclusiveMaximum,omitempty"`
	Default          any           `json:"default,omitempty"`
	AnyOf            []*schemaNode `json:"anyOf,omitempty"`
	OneOf            []*schemaNode `json:"oneOf,omitempty"`
	Items            *schemaNode   `json:"items,omitempty"`
	Properties       properties    `json:"properties,omitempty"`
	Required         []string      `json:"required,omitempty"`
	Additional       any           `json:"additionalProperties,omitempty"`
}

// properties keeps the order of the table of keys, in which editors offer them.
type properties []property

type property struct {
	name   string
	schema *schemaNode
}

func (p properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, e := range p {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(e.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(e.schema)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// claimPattern is the grammar of ParseClaim as far as a pattern can say it.
const claimPattern = "(->|→).*(>|<|!=|<>|≠) *0 *$"

// Schema returns the JSON Schema (draft 2020-12) of the study file, for editors
// that complete and check YAML by one.
func Schema() []byte {
	root := studyKeys.schema()
	root.Schema, root.Title = schemaDialect, "plumb study file"
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false) // models are full of < and >
	if err := enc.Encode(root); err != nil {
		panic(err) // the table holds nothing that JSON cannot
	}
	return b.Bytes()
}

func (k *key) schema() *schemaNode {
	n := &schemaNode{Description: k.doc}
	switch k.kind {
	case textKey:
		n.Type, n.Enum = "string", k.values
		if k.values == nil {
			n.Type = []string{"string", "number"} // title: 2023 is a text too
		} else if k.standard == k.values[0] {
			n.Default = k.standard
		}
	case boolKey:
		n.Type, n.Default = "boolean", k.standard == "true"
	case numberKey, wholeKey:
		n.Type = "number"
		if k.kind == wholeKey {
			n.Type = "integer"
		}
		low, high := k.low, k.high
		if k.open {
			n.ExclusiveMinimum, n.ExclusiveMaximum = &low, &high
		} else {
			n.Minimum = &low
		}
		if v, err := strconv.ParseFloat(k.standard, 64); err == nil {
			n.Default = v
		}
	case rowKey:
		one := 1.0
		n.AnyOf = []*schemaNode{{Type: "integer", Minimum: &one}, {Const: "none"}}
	case textsKey:
		scalar := []string{"string", "number"}
		n.AnyOf = []*schemaNode{{Type: scalar}, {Type: "array", Items: &schemaNode{Type: scalar}}}
	case namesKey:
		n.Type = "object"
		value := &schemaNode{Type: "string", Enum: k.values}
		if k.name == "hypotheses" {
			value.Pattern = claimPattern
		}
		n.Additional = value
	case sectionKey:
		k.section(n)
	case sectionsKey:
		n.Type = "array"
		n.Items = &schemaNode{}
		k.section(n.Items)
	case laterKey:
	}
	return n
}

func (k *key) section(n *schemaNode) {
	n.Type, n.Additional = "object", false
	for i := range k.keys {
		sub := &k.keys[i]
		n.Properties = append(n.Properties, property{sub.name, sub.schema()})
		if sub.required {
			n.Required = append(n.Required, sub.name)
		}
	}
	for _, name := range k.oneOf {
		n.OneOf = append(n.OneOf, &schemaNode{Required: []string{name}})
	}
}

// KeysMarkdown returns the keys of the study file as Markdown tables, one a
// section: the reference part of docs/study-file.md.
func KeysMarkdown() string {
	var b strings.Builder
	studyKeys.markdown(&b, "")
	return strings.TrimSuffix(b.String(), "\n")
}

func (k *key) markdown(b *strings.Builder, path string) {
	heading := "The study"
	if path != "" {
		heading = "`" + path + "`"
	}
	fmt.Fprintf(b, "### %s\n\n%s\n\n| key | takes | default | meaning |\n| --- | --- | --- | --- |\n", heading, k.doc)
	for _, sub := range k.keys {
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", sub.name, cell(sub.takes(k)), cell(sub.standard), cell(sub.doc))
	}
	b.WriteByte('\n')
	for i := range k.keys {
		if sub := &k.keys[i]; sub.keys != nil {
			sub.markdown(b, join(path, sub.name))
		}
	}
}

// takes words the values for the reference.
func (k *key) takes(section *key) string {
	s := ""
	switch k.kind {
	case textKey, boolKey:
		s = "text"
		if k.values != nil {
			s = "`" + strings.Join(k.values, "`, `") + "`"
		}
	case numberKey, wholeKey, rowKey:
		s = strings.TrimPrefix(k.expects(), "a ")
	case textsKey:
		s = "text or list, `" + k.example + "`"
	case namesKey:
		s = "names, `" + k.example + "`"
	case sectionKey:
		s = "section, below"
	case sectionsKey:
		s = "list of sections, below"
	case laterKey:
		s = "anything"
	}
	if k.required {
		s += " (needed)"
	}
	for _, name := range section.oneOf {
		if name == k.name {
			s += " (one of " + strings.Join(section.oneOf, ", ") + " is needed)"
		}
	}
	return s
}

// cell escapes what would end a cell of a Markdown table.
func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }
