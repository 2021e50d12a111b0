package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// colourReady asks the console to understand colour sequences, which older
// ones print as text unless told so.
func colourReady(f *os.File) bool {
	h := windows.Handle(f.Fd())
	var mode uint32
	if windows.GetConsoleMode(h, &mode) != nil {
		return false
	}
	return windows.SetConsoleMode(h, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
