package main

import (
	"io"
	"os"

	"golang.org/x/term"

	"plumb/report"
)

// look says how a stream is to be written: as wide as the terminal, and in
// colour only where a person looks at one and NO_COLOR (no-color.org) is unset.
func look(w io.Writer) report.TerminalOptions {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return report.TerminalOptions{}
	}
	o := report.TerminalOptions{Color: os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && colourReady(f)}
	if width, _, err := term.GetSize(int(f.Fd())); err == nil {
		o.Width = width
	}
	return o
}
