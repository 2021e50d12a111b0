// Package examples holds the built-in sample studies, so that the one binary
// can unpack them: plumb sample village DIR.
package examples

import "embed"

// FS holds one folder a study, named as the study. The files are listed, so
// that a report that was made in the folder does not become part of the sample.
//
//go:embed village/*.csv village/study.yaml village/README.md village/expected.json
var FS embed.FS
