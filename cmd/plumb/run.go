package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"plumb/report"
	"plumb/study"
)

func (a *app) runCommand() *cobra.Command {
	var folder, workers, shard string
	c := &cobra.Command{
		Use:   "run STUDY",
		Short: "Run a whole study: tables here, report.html and result.json beside it",
		Long: `Run a whole study, as its study file says.

STUDY is a study file, or the folder that holds a study.yaml. The findings and
the key tables are printed; report.html (the whole report) and result.json (the
same for programs) are written beside the study file, or to the folder of -o. A
bar on the terminal tells how far the resampling is. --shard shares the resampling
out to several machines; plumb merge puts their files together.`,
		Example: `  plumb run examples/village
  plumb run thesis/study.yaml -o results
  plumb run thesis/study.yaml --shard 3/10 -o shards`,
		Args: exactly("a study file or its folder"),
		RunE: func(c *cobra.Command, args []string) error {
			return a.run(c.Context(), args[0], folder, workers, shard)
		},
	}
	c.Flags().StringVarP(&folder, "output", "o", "", "`DIR` for report.html and result.json (default: that of the study)")
	addNumber(c, &workers, "workers", "models.inference.workers")
	c.Flags().StringVar(&shard, "shard", "", "draw only part `I/N` of the replicates, for plumb merge")
	c.Flags().SortFlags = false
	return c
}

func (a *app) run(ctx context.Context, path, folder, workers, shard string) error {
	s, list := study.Load(path)
	if s == nil {
		return wrong(list.Err())
	}
	if folder == "" {
		folder = filepath.Dir(s.File)
	}
	o := study.RunOptions{Workers: whole(workers), Version: version(), Command: "plumb run " + quote(filepath.Base(s.File)), Progress: progress(a.stderr)}
	if shard != "" {
		return a.writeShard(ctx, s, o, shard, folder)
	}
	r, err := study.Run(ctx, s, o)
	if err != nil {
		return wrong(err)
	}
	return a.deliver(ctx, r, folder)
}

// deliver writes the report and the result into a folder and prints the tables.
func (a *app) deliver(ctx context.Context, r *study.Result, folder string) error {
	if err := makeFolder(folder); err != nil {
		return wrong(err)
	}
	html, json := filepath.Join(folder, "report.html"), filepath.Join(folder, "result.json")
	var tables bytes.Buffer
	o := look(a.stdout)
	o.Files = []string{html, json}
	if err := report.Terminal(&tables, r, o); err != nil {
		return wrong(err)
	}
	err := writeFiles(ctx,
		output{html, func(w io.Writer) error { return report.HTML(w, r) }},
		output{json, func(w io.Writer) error { return study.WriteJSON(w, r) }})
	if err != nil {
		return wrong(err)
	}
	_, err = a.stdout.Write(tables.Bytes())
	return wrong(err)
}

func makeFolder(folder string) error {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return cannotWrite(folder, err)
	}
	return nil
}
