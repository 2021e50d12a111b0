//go:build !windows

package main

import "os"

// colourReady reports whether a terminal understands colour sequences.
func colourReady(*os.File) bool { return true }
