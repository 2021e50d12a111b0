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

// output is a file that a command writes.
type output struct {
	path  string
	write func(io.Writer) error
}

// writeFiles makes all outputs, and then lets all of them appear by renaming:
// an error or an interrupt before that leaves every file as it was. What a
// link points to is replaced, not the link; a device or a pipe is written to.
func writeFiles(ctx context.Context, outputs ...output) error {
	var temporary []string
	defer func() {
		for _, t := range temporary {
			if t != "" {
				_ = os.Remove(t) // gone already when all went well
			}
		}
	}()
	targets := make([]string, len(outputs))
	contents := make([][]byte, len(outputs)) // of those without a temporary file
	for i, o := range outputs {
		var b bytes.Buffer
		if err := o.write(&b); err != nil {
			return fmt.Errorf("%s cannot be made: %w", o.path, err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		perm := fs.FileMode(0o666) // less the umask
		targets[i] = o.path
		if real, err := filepath.EvalSymlinks(o.path); err == nil {
			targets[i] = real
		}
		t := filepath.Join(filepath.Dir(targets[i]), fmt.Sprintf(".%s.%d.%d", filepath.Base(targets[i]), os.Getpid(), i))
		if info, err := os.Stat(targets[i]); err == nil {
			if !info.Mode().IsRegular() && !info.IsDir() {
				contents[i] = b.Bytes()
				t = ""
			}
			perm = info.Mode().Perm()
		}
		temporary = append(temporary, t)
		if t == "" {
			continue
		}
		if err := os.WriteFile(t, b.Bytes(), perm); err != nil {
			return cannotWrite(o.path, err)
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for i, o := range outputs {
		var err error
		if temporary[i] == "" {
			err = writeDevice(targets[i], contents[i])
		} else {
			err = os.Rename(temporary[i], targets[i])
		}
		if err != nil {
			return cannotWrite(o.path, err)
		}
	}
	return nil
}

func writeDevice(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
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
// That a file cannot be written is, here as later, no error of the command
// line: it depends on what lies there.
func refuseOverwrite(outputs, inputs []string) error {
	for _, out := range outputs {
		info, err := os.Stat(out)
		if out == "" || out == "-" || err != nil {
			continue
		}
		if info.IsDir() {
			return wrong(fmt.Errorf("%s cannot be written: it is a folder; name a file", out))
		}
		for _, in := range inputs {
			if other, err := os.Stat(in); err == nil && os.SameFile(info, other) {
				return fmt.Errorf("%s would be overwritten by the output", in)
			}
		}
	}
	return nil
}
