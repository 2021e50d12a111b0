package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"plumb/study"
)

// release is set when a release is built: -ldflags "-X main.release=1.2.3".
var release string

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Example: "  plumb version",
		Args:    exactly(),
		RunE: func(*cobra.Command, []string) error {
			_, err := io.WriteString(a.stdout, versionLine())
			return wrong(err)
		},
	}
}

// versionLine is what plumb version and plumb --version print.
func versionLine() string {
	return fmt.Sprintf("plumb %s (%s, %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// version is that of the release, else that of the module when go install
// fetched a tagged one, else that of the source.
func version() string {
	if release != "" {
		return release
	}
	// A build from a checkout calls itself by a pseudo-version or (devel);
	// only a tag names a version that others can find.
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Sum != "" {
		return info.Main.Version
	}
	return study.Version
}
