// Package examples holds the built-in sample studies, so that the one binary
// can unpack them: plumb sample village DIR.
package examples

import "embed"

// FS holds one folder a study, named as the study.
//
//go:embed village
var FS embed.FS
