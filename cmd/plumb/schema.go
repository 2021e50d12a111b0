package main

import (
	"io"

	"github.com/spf13/cobra"

	"plumb/study"
)

func (a *app) schemaCommand() *cobra.Command {
	var markdown bool
	c := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the study file, for editors",
		Long: `Print the JSON Schema (2020-12) of the study file. Editors with a YAML language
server complete and check a study by it when its first line reads

  # yaml-language-server: $schema=study.schema.json`,
		Example: `  plumb schema > study.schema.json
  plumb schema --markdown`,
		Args: exactly(),
		RunE: func(*cobra.Command, []string) error {
			text := string(study.Schema())
			if markdown {
				text = study.KeysMarkdown()
			}
			_, err := io.WriteString(a.stdout, text)
			return wrong(err)
		},
	}
	c.Flags().BoolVar(&markdown, "markdown", false, "print the keys as Markdown tables")
	return c
}
