package main

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/spf13/cobra"

	"plumb/finding"
	"plumb/report"
	"plumb/study"
)

func (a *app) describeCommand() *cobra.Command {
	var flags dataFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "describe DATA",
		Short: "Columns of a data file: types, missing answers, moments, distributions",
		Long: `Describe every column of a data file: type, scale level, missing answers, mean,
standard deviation, range, skewness, kurtosis and distribution.`,
		Example: `  plumb describe survey.csv
  plumb describe survey.xlsx --sheet 2 --codebook codebook.csv
  plumb describe survey.csv --json`,
		Args: exactly("a data file"),
		RunE: func(c *cobra.Command, args []string) error {
			return wrong(a.describe(c.Context(), flags.data(args[0]), asJSON))
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON: the data object of result.json")
	flags.add(c)
	return c
}

func (a *app) describe(ctx context.Context, data study.DataSpec, asJSON bool) error {
	d, list, err := study.Describe(ctx, &study.Study{Data: data})
	if err != nil {
		return inFlags(err)
	}
	list = placeFlags(list)
	var b bytes.Buffer
	if asJSON {
		enc := json.NewEncoder(&b)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		err = enc.Encode(d)
	} else {
		err = report.Describe(&b, d, look(a.stdout))
	}
	if err != nil {
		return err
	}
	// What the reader decided or could not read belongs beside the table, and
	// not into it.
	if err := report.ShowFindings(a.stderr, worth(list), look(a.stderr)); err != nil {
		return err
	}
	_, err = a.stdout.Write(b.Bytes())
	return err
}

// worth leaves out what is only for the record.
func worth(list finding.List) finding.List {
	var out finding.List
	for _, f := range list {
		if f.Severity != finding.Info {
			out = append(out, f)
		}
	}
	return out
}
