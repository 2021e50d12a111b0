package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"plumb/finding"
)

// app is the program with its streams.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
}

const rootHelp = `plumb turns a field survey into evidence: a survey file and a path model in,
estimates with their full assessment and a report out.

The two commands that most people need:

  plumb run STUDY              run a whole study, as its study.yaml says
  plumb fit DATA --model FILE  estimate and assess one model

A first look:

  plumb sample village         unpack a complete example
  plumb run village            and run it

All commands: plumb help. About one of them: plumb help fit.
`

// helpWidth is that of a small terminal.
const helpWidth = 80

// command returns the whole command tree.
func (a *app) command() *cobra.Command {
	root := &cobra.Command{
		Use:           "plumb",
		Short:         "From a field survey to a verified path model and a report",
		Long:          "plumb turns a field survey into evidence: a survey file and a path model in,\nestimates with their full assessment and a report out.",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          unknownCommand,
		RunE: func(*cobra.Command, []string) error {
			_, err := io.WriteString(a.stdout, rootHelp)
			return wrong(err)
		},
	}
	root.Version = version()
	root.SetVersionTemplate(versionLine())
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetFlagErrorFunc(flagError)
	root.SetHelpCommand(helpCommand(root))
	cobra.AddTemplateFunc("wrapped", func(f *pflag.FlagSet) string { return f.FlagUsagesWrapped(helpWidth) })
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages |", " | wrapped |"))
	root.AddCommand(a.runCommand(), a.fitCommand(), a.mergeCommand(), a.checkCommand(), a.describeCommand(),
		a.sampleCommand(), a.schemaCommand(), a.versionCommand())
	return root
}

// helpCommand is plumb help, which also knows when there is no such command.
func helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Say more about a command",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 && args[0] == root.Name() {
				args = args[1:]
			}
			c, rest, err := root.Find(args)
			if err != nil || c == root && len(rest) > 0 {
				return unknownCommand(root, args)
			}
			c.InitDefaultHelpFlag()
			return c.Help()
		},
	}
}

// unknownCommand answers a word that is no command with the nearest one.
func unknownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	hint := finding.DidYouMean(args[0], names)
	if hint == "" {
		hint = "The commands are " + strings.Join(names, ", ") + "."
	}
	return fmt.Errorf("there is no command %s. %s", args[0], hint)
}

// flagError answers a flag that does not exist with the nearest one.
func flagError(c *cobra.Command, err error) error {
	var value *pflag.InvalidValueError
	if errors.As(err, &value) {
		return fmt.Errorf("--%s: %w", value.GetFlag().Name, errors.Unwrap(value))
	}
	var missing *pflag.NotExistError
	if !errors.As(err, &missing) || len(missing.GetSpecifiedName()) < 2 {
		return fmt.Errorf("%w. See %s", err, helpFor(c))
	}
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	hint := "See " + helpFor(c) + "."
	if near := finding.Nearest(missing.GetSpecifiedName(), names); near != "" {
		hint = "Did you mean --" + near + "?"
	}
	return fmt.Errorf("%s has no flag --%s. %s", c.CommandPath(), missing.GetSpecifiedName(), hint)
}

// helpFor is the command that shows the flags of c.
func helpFor(c *cobra.Command) string {
	if !c.HasParent() {
		return "plumb help"
	}
	return "plumb help " + c.Name()
}

// exactly says in words which arguments a command takes.
func exactly(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == len(names) {
			return nil
		}
		wants := "takes no argument"
		if len(names) > 0 {
			wants = "takes " + strings.Join(names, " and ")
		}
		if len(args) > len(names) {
			return fmt.Errorf("plumb %s %s; %q is one too many", c.Name(), wants, args[len(names)])
		}
		return fmt.Errorf("plumb %s %s, and none was given. See plumb help %s", c.Name(), wants, c.Name())
	}
}
