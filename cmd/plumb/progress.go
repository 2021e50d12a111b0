package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress returns a progress bar with the time left, on a terminal; nil, so
// that nothing is drawn, where the stream is none or NO_COLOR is set.
func progress(w io.Writer) func(model string, done, total int) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return nil
	}
	return progressBar(w)
}

// barDelay keeps short work from flashing a bar.
const barDelay = 300 * time.Millisecond

func progressBar(w io.Writer) func(model string, done, total int) {
	var bar *progressbar.ProgressBar
	var of string
	var began time.Time
	return func(model string, done, total int) {
		if model != of || began.IsZero() {
			bar, of, began = nil, model, time.Now()
		}
		if bar == nil {
			if done == total || time.Since(began) < barDelay {
				return
			}
			bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription("Resampling"),
				progressbar.OptionSetWidth(30), progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond),
				progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish())
		}
		_ = bar.Set(done) // a bar that cannot be drawn is no error of the run
		if done == total {
			_ = bar.Finish()
			bar = nil
		}
	}
}
