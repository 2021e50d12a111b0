package main

import (
	"github.com/spf13/cobra"

	"plumb/study"
)

// groupFlags ask plumb fit for a comparison of groups.
type groupFlags struct{ by, permutations string }

func (g *groupFlags) add(c *cobra.Command) {
	addSetting(c, &g.by, "group", "models.groups.by")
	addNumber(c, &g.permutations, "permutations", "models.groups.permutations")
}

// spec is what the flags ask for.
func (g *groupFlags) spec() study.GroupSpec {
	return study.GroupSpec{By: g.by, Permutations: whole(g.permutations)}
}
