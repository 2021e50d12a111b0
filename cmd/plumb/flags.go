package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"plumb/study"
)

// setting is a flag that takes what a key of the study file takes. It checks
// itself, so that a wrong word is an error of the command line.
type setting struct {
	key    string
	text   *string
	number bool
}

func (s *setting) String() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

func (s *setting) Set(text string) error {
	if err := study.CheckValue(s.key, text); err != nil {
		return err
	}
	*s.text = text
	return nil
}

func (s *setting) Type() string {
	if study.Key(s.key).Words != nil {
		return "WORD"
	}
	if s.number {
		return "N"
	}
	return "TEXT"
}

// addSetting gives a command the flag of a key of the study file.
func addSetting(c *cobra.Command, target *string, name, key string) {
	c.Flags().Var(&setting{key: key, text: target}, name, settingUsage(key))
}

func addNumber(c *cobra.Command, target *string, name, key string) {
	c.Flags().Var(&setting{key: key, text: target, number: true}, name, settingUsage(key))
}

// settingUsage is the sentence of the key with its words and its default.
func settingUsage(key string) string {
	info := study.Key(key)
	usage := strings.ToLower(info.Doc[:1]) + strings.TrimSuffix(info.Doc[1:], ".")
	if info.Words != nil {
		words := strings.Join(info.Words, "|")
		if len(words) > helpWidth/2 { // let it break between words
			words = strings.Join(info.Words, " | ")
		}
		usage += ": " + words
	}
	if info.Default != "" {
		usage += " (default: " + info.Default + ")"
	}
	return usage
}

// modeFlag collects --mode NAME=A|B.
type modeFlag struct{ modes *map[string]string }

func (m modeFlag) String() string { return "" }
func (m modeFlag) Type() string   { return "NAME=A|B" }

func (m modeFlag) Set(text string) error {
	name, mode, ok := cutLast(text, "=")
	if !ok || name == "" {
		return fmt.Errorf("write it as NAME=A or NAME=B")
	}
	if err := study.CheckValue("models.estimate.mode", mode); err != nil {
		return err
	}
	if *m.modes == nil {
		*m.modes = map[string]string{}
	}
	(*m.modes)[name] = mode
	return nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// dataFlags are the flags that say how to read the data.
type dataFlags struct {
	spec study.DataSpec
	n    string
}

func (d *dataFlags) add(c *cobra.Command) {
	addSetting(c, &d.spec.Format, "format", "data.format")
	addSetting(c, &d.spec.Sheet, "sheet", "data.sheet")
	addSetting(c, &d.spec.Header, "header", "data.header")
	addSetting(c, &d.spec.Delimiter, "delimiter", "data.delimiter")
	addSetting(c, &d.spec.Decimal, "decimal", "data.decimal")
	addSetting(c, &d.spec.Encoding, "encoding", "data.encoding")
	addSetting(c, &d.spec.Codebook, "codebook", "data.codebook")
	addNumber(c, &d.n, "n", "data.n")
	c.Flags().StringArrayVar(&d.spec.Missing, "missing-code", nil, "`CODE` that means no answer in every column, such as -99 or n/a (repeatable)")
	addSetting(c, &d.spec.Weight, "weight", "data.weight")
	addSetting(c, &d.spec.Cluster, "cluster", "data.cluster")
	addSetting(c, &d.spec.Strata, "strata", "data.strata")
	addSetting(c, &d.spec.ID, "id", "data.id")
	c.Flags().SortFlags = false
}

// data returns what the flags say of the file at path. A number of cases is
// what makes a file a published matrix.
func (d *dataFlags) data(path string) study.DataSpec {
	spec := d.spec
	spec.File = path
	if d.n != "" {
		spec.File, spec.Matrix = "", path
		spec.N = whole(d.n)
	}
	return spec
}
