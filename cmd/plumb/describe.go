package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"

	"github.com/spf13/cobra"

	"plumb/finding"
	"plumb/report"
	"plumb/study"
)

func (a *app) describeCommand() *cobra.Command {
	var flags dataFlags
	var jsonTo string
	c := &cobra.Command{
		Use:   "describe DATA",
		Short: "Columns of a data file: types, missing answers, moments, distributions",
		Long: `Describe every column of a data file: type, scale level, missing answers, mean,
standard deviation, range, skewness, kurtosis and distribution.`,
		Example: `  plumb describe survey.csv
  plumb describe survey.xlsx --sheet 2 --codebook codebook.csv
  plumb describe survey.csv --json -`,
		Args: exactly("a data file"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := refuseOverwrite([]string{jsonTo}, []string{args[0], flags.spec.Codebook}); err != nil {
				return err
			}
			return wrong(a.describe(c.Context(), flags.data(args[0]), jsonTo))
		},
	}
	c.Flags().StringVar(&jsonTo, "json", "", "write the data object of result.json to this `FILE`, or to standard output for -")
	flags.add(c)
	return c
}

func (a *app) describe(ctx context.Context, data study.DataSpec, jsonTo string) error {
	d, list, err := study.Describe(ctx, &study.Study{Data: data, Flags: true})
	if err != nil {
		return inFlags(err)
	}
	asJSON := func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(d)
	}
	var printed bytes.Buffer
	if jsonTo == "-" {
		err = asJSON(&printed)
	} else {
		err = report.Describe(&printed, d, look(a.stdout))
	}
	if err != nil {
		return err
	}
	if jsonTo != "" && jsonTo != "-" {
		if err := writeFiles(ctx, output{jsonTo, asJSON}); err != nil {
			return err
		}
	}
	// What the reader could not read belongs beside the table, not into it.
	if err := report.ShowFindings(a.stderr, worth(placeFlags(list)), look(a.stderr)); err != nil {
		return err
	}
	_, err = a.stdout.Write(printed.Bytes())
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
