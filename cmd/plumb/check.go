package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"plumb/finding"
	"plumb/report"
	"plumb/study"
)

func (a *app) checkCommand() *cobra.Command {
	var flags dataFlags
	c := &cobra.Command{
		Use:   "check STUDY|DATA",
		Short: "Look at a study or a data file before anything is estimated",
		Long: `Look at a study (a study.yaml, or the folder that holds one) or at a data file
before anything is estimated, and print every finding: what is wrong, where, and
what to do about it. Exit status 1 tells that something must be mended first.

The flags say how to read a data file; a study file says so itself. The first
line tells how the data file was read.`,
		Example: `  plumb check examples/village
  plumb check survey.xlsx --codebook codebook.csv --missing-code -99`,
		Args: exactly("a study or a data file"),
		RunE: func(c *cobra.Command, args []string) error {
			if isStudy(args[0]) {
				if c.Flags().NFlag() > 0 {
					return fmt.Errorf("the flags of plumb check are for a data file; %s is a study, which says itself how to read its data", args[0])
				}
				return wrong(a.checkStudy(c.Context(), args[0]))
			}
			return wrong(a.checkData(c.Context(), flags.data(args[0])))
		},
	}
	flags.add(c)
	return c
}

// isStudy tells a study from a data file: a folder, or a YAML file by name.
func isStudy(path string) bool {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return true
	}
	ext := strings.ToLower(filepath.Ext(path))
	return ext == ".yaml" || ext == ".yml"
}

func (a *app) checkStudy(ctx context.Context, path string) error {
	s, list := study.Load(path)
	if s == nil {
		return list.Err()
	}
	list, err := study.Check(ctx, s)
	if err != nil {
		return err
	}
	return a.verdict(list, s.File, "")
}

func (a *app) checkData(ctx context.Context, data study.DataSpec) error {
	d, list, err := study.CheckData(ctx, &study.Study{Data: data, Flags: true})
	if err != nil {
		return err
	}
	read := ""
	if d.File != "" {
		read = d.File + " was read as " + d.HowRead() + ".\n"
	}
	return a.verdict(placeFlags(list), data.File+data.Matrix, read)
}

// verdict prints how the data were read, the findings and a closing line, or
// returns the findings as an error.
func (a *app) verdict(list finding.List, path, read string) error {
	if err := list.Err(); err != nil {
		_, _ = io.WriteString(a.stderr, read) // beside the error, which counts
		return err
	}
	var b bytes.Buffer
	b.WriteString(read)
	if err := report.ShowFindings(&b, list, look(a.stdout)); err != nil {
		return err
	}
	switch n := list.Count(finding.Warning); n {
	case 0:
		fmt.Fprintf(&b, "%s: nothing stands in the way.\n", path)
	case 1:
		fmt.Fprintf(&b, "%s: nothing stands in the way, 1 warning to read first.\n", path)
	default:
		fmt.Fprintf(&b, "%s: nothing stands in the way, %d warnings to read first.\n", path, n)
	}
	_, err := a.stdout.Write(b.Bytes())
	return err
}
