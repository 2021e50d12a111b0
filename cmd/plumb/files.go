package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// output is a file that a command writes, or the standard output for "-".
type output struct {
	path  string
	write func(io.Writer) error
}

// writeFiles makes all outputs, and then lets all of them appear by renaming:
// an error or an interrupt before that leaves every file as it was.
func writeFiles(ctx context.Context, outputs ...output) (err error) {
	var temporary []string
	defer func() {
		for _, t := range temporary {
			_ = os.Remove(t) // gone already when all went well
		}
	}()
	for i, o := range outputs {
		var b bytes.Buffer
		if err := o.write(&b); err != nil {
			return fmt.Errorf("%s cannot be made: %w", o.path, err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		t := filepath.Join(filepath.Dir(o.path), fmt.Sprintf(".%s.%d.%d", filepath.Base(o.path), os.Getpid(), i))
		temporary = append(temporary, t)
		if err := os.WriteFile(t, b.Bytes(), mode(o.path)); err != nil {
			return cannotWrite(o.path, err)
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for i, o := range outputs {
		if err := os.Rename(temporary[i], o.path); err != nil {
			return cannotWrite(o.path, err)
		}
	}
	return nil
}

// mode returns the permissions of the file that is replaced.
func mode(path string) fs.FileMode {
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
		return info.Mode().Perm()
	}
	return 0o666 // less the umask
}

func cannotWrite(path string, err error) error {
	var detail *fs.PathError
	var link *os.LinkError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s cannot be written: the folder %s does not exist", path, filepath.Dir(path))
	case errors.As(err, &detail):
		err = detail.Err
	case errors.As(err, &link):
		err = link.Err
	}
	return fmt.Errorf("%s cannot be written: %w", path, err)
}

// refuseOverwrite keeps a slip of the keyboard from replacing what was read.
func refuseOverwrite(outputs, inputs []string) error {
	for _, out := range outputs {
		info, err := os.Stat(out)
		if out == "" || out == "-" || err != nil {
			continue
		}
		if info.IsDir() {
			return fmt.Errorf("%s is a folder; name a file", out)
		}
		for _, in := range inputs {
			if other, err := os.Stat(in); err == nil && os.SameFile(info, other) {
				return fmt.Errorf("%s would be overwritten by the output", in)
			}
		}
	}
	return nil
}
