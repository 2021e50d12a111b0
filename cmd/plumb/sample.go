package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"plumb/examples"
	"plumb/finding"
	"plumb/study"
)

func (a *app) sampleCommand() *cobra.Command {
	var force bool
	c := &cobra.Command{
		Use:   "sample [NAME [DIR]]",
		Short: "List the built-in studies, or unpack one",
		Long: `List the built-in studies, or unpack one: its study file, its survey, its codebook
and reference results. DIR is ./NAME unless given. When a file is there already
and differs from that of the sample, nothing is unpacked, unless --force says
otherwise.`,
		Example: `  plumb sample
  plumb sample village
  plumb sample village thesis/example`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return wrong(a.listSamples())
			}
			name, folder := args[0], args[0]
			if len(args) == 2 {
				folder = args[1]
			}
			names, err := samples()
			if err != nil {
				return wrong(err)
			}
			if _, err := fs.Stat(examples.FS, path.Join(name, "study.yaml")); err != nil || strings.Contains(name, "/") {
				hint := finding.DidYouMean(name, names)
				if hint == "" {
					hint = "There are " + strings.Join(names, ", ") + "."
				}
				return fmt.Errorf("there is no sample %s. %s", name, hint)
			}
			return wrong(a.unpack(c.Context(), name, folder, force))
		},
	}
	c.Flags().BoolVar(&force, "force", false, "replace files that were changed")
	return c
}

// samples returns the names of the built-in studies.
func samples() ([]string, error) {
	entries, err := fs.ReadDir(examples.FS, ".")
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, nil
}

func (a *app) listSamples() error {
	names, err := samples()
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, name := range names {
		text, err := fs.ReadFile(examples.FS, path.Join(name, "study.yaml"))
		if err != nil {
			return err
		}
		s, list := study.Parse(text, path.Join(name, "study.yaml"))
		if err := list.Err(); err != nil {
			return err
		}
		fmt.Fprintf(&b, "%s\n  %s\n  %s\n", name, s.Title, s.Note)
	}
	fmt.Fprintf(&b, "\nUnpack one with: plumb sample %s\n", names[0])
	_, err = io.WriteString(a.stdout, b.String())
	return err
}

// unpack copies the files of a sample to a folder.
func (a *app) unpack(ctx context.Context, name, folder string, force bool) error {
	entries, err := fs.ReadDir(examples.FS, name)
	if err != nil {
		return err
	}
	var outputs []output
	var there, all []string
	for _, e := range entries {
		content, err := fs.ReadFile(examples.FS, path.Join(name, e.Name()))
		if err != nil {
			return err
		}
		to := filepath.Join(folder, e.Name())
		all = append(all, to)
		if _, err := os.Lstat(to); err == nil {
			if have, err := os.ReadFile(to); err == nil && bytes.Equal(have, content) {
				continue
			}
			there = append(there, to)
		}
		outputs = append(outputs, output{to, func(w io.Writer) error {
			_, err := io.Copy(w, bytes.NewReader(content))
			return err
		}})
	}
	if len(there) > 0 && !force {
		return errors.New(strings.Join(there, ", ") + " would be replaced, with what was changed there; name another folder, or add --force")
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return cannotWrite(folder, err)
	}
	if err := writeFiles(ctx, outputs...); err != nil {
		return err
	}
	var b strings.Builder
	for _, path := range all {
		fmt.Fprintln(&b, path)
	}
	fmt.Fprintf(&b, "\nRun it with: plumb run %s\n", folder)
	_, err = io.WriteString(a.stdout, b.String())
	return err
}
