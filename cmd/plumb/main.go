// Plumb turns a field survey into evidence: it reads a survey file and a path
// model, and writes estimates, their assessment and a report.
//
//	plumb run examples/village
//	plumb fit survey.csv --model model.txt
//
// This command parses flags, calls package study and prints; it computes
// nothing. Its rules are:
//
//   - Exit status 0: done. 1: the input or the model is wrong, and every finding
//     stands on the error stream. 2: the command line is wrong. 130: interrupted.
//   - Output is complete or absent: it is made in memory, files appear by
//     renaming, and nothing is printed before the last error is known.
//   - An interrupt ends the program within graceful, whatever it is doing.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"plumb/finding"
	"plumb/report"
)

const (
	exitDone        = 0
	exitWrong       = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// graceful is how long an interrupted command may take to remove its
// temporary files.
const graceful = 100 * time.Millisecond

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	done := make(chan int, 1)
	go func() { done <- execute(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr) }()
	select {
	case code := <-done:
		os.Exit(code)
	case <-ctx.Done():
		select {
		case <-done:
		case <-time.After(graceful):
		}
		os.Exit(exitInterrupted)
	}
}

// execute runs one command line and returns the exit status.
func execute(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr}
	root := a.command()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var wrong *inputError
	switch {
	case err == nil:
		return exitDone
	case ctx.Err() != nil:
		return exitInterrupted
	case errors.As(err, &wrong):
		var list *finding.Errors
		if errors.As(err, &list) {
			_ = report.ShowFindings(stderr, list.List, look(stderr))
		} else {
			fmt.Fprintf(stderr, "plumb: %v\n", wrong.err)
		}
		return exitWrong
	}
	fmt.Fprintf(stderr, "plumb: %v\n", err)
	return exitUsage
}

// inputError is an error of the input, of the model or of writing. All other
// errors are about the command line.
type inputError struct{ err error }

func (e *inputError) Error() string { return e.err.Error() }
func (e *inputError) Unwrap() error { return e.err }

// wrong marks err as one of the input.
func wrong(err error) error {
	if err == nil {
		return nil
	}
	return &inputError{err}
}
