package moment

import (
	"errors"

	"plumb/finding"
)

// codes lists the finding codes of an error.
func codes(err error) []string {
	var list *finding.Errors
	if !errors.As(err, &list) {
		return nil
	}
	var out []string
	for _, f := range list.List {
		out = append(out, string(f.Code))
	}
	return out
}
