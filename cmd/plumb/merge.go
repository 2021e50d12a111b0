package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"plumb/study"
)

func (a *app) mergeCommand() *cobra.Command {
	var folder string
	c := &cobra.Command{
		Use:   "merge SHARD...",
		Short: "Put the shards of one run together: report.html and result.json",
		Long: `Put the shards of one run together. Each SHARD is a file that plumb run or
plumb fit wrote with --shard; all of them are needed, in any order. The data are
read again, where the run found them, and must be as they were. The result has
the same bits as that of one run.`,
		Example: `  plumb run study.yaml --shard 1/2
  plumb run study.yaml --shard 2/2
  plumb merge shard-*-of-2.plumb`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("plumb merge takes the files that --shard wrote, and none was given. See plumb help merge")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return a.merge(c.Context(), args, folder) },
	}
	c.Flags().StringVarP(&folder, "output", "o", "", "`DIR` for report.html and result.json (default: that of the first shard)")
	return c
}

func (a *app) merge(ctx context.Context, shards []string, folder string) error {
	r, _, err := study.Merge(ctx, shards, study.RunOptions{Version: version()})
	if err != nil {
		return wrong(err)
	}
	if folder == "" {
		folder = filepath.Dir(shards[0])
	}
	return a.deliver(ctx, r, folder)
}

// writeShard draws part of the replicates of a study into folder.
func (a *app) writeShard(ctx context.Context, s *study.Study, o study.RunOptions, shard, folder string) error {
	part, err := study.ParseShard(shard)
	if err != nil {
		return fmt.Errorf("--shard: %w", err)
	}
	var drawn bytes.Buffer // an interrupt leaves not even a folder
	if err := study.WriteShard(ctx, s, o, part, &drawn); err != nil {
		return wrong(err)
	}
	if err := makeFolder(folder); err != nil {
		return wrong(err)
	}
	path := filepath.Join(folder, fmt.Sprintf("shard-%d-of-%d.plumb", part.I, part.N))
	err = writeFiles(ctx, output{path, func(w io.Writer) error { _, err := w.Write(drawn.Bytes()); return err }})
	if err != nil {
		return wrong(err)
	}
	_, err = fmt.Fprintf(a.stdout, "%s\nWhen all %d shards are there: plumb merge %s\n", path, part.N,
		filepath.Join(folder, fmt.Sprintf("shard-*-of-%d.plumb", part.N)))
	return wrong(err)
}
