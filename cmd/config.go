package cmd

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"frontdesk/config"
)

func newConfigCommand(g *globals) *cobra.Command {
	return group("config", "The configuration file; needs no daemon",
		newConfigCheckCommand(g),
		printing(g, "default", "Print a complete file with every key, its default and its meaning", config.Example),
		printing(g, "doc", "Print every key as a table in Markdown", config.Doc))
}

// printing is a command that prints a text.
func printing(g *globals, use, short string, text func() string) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := io.WriteString(g.out, text())
			return err
		},
	}
}

func newConfigCheckCommand(g *globals) *cobra.Command {
	return &cobra.Command{
		Use: "check [FILE]", Short: "Check the configuration file", Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			path := g.config
			if len(args) > 0 {
				path = args[0]
			}
			return runConfigCheck(g, path)
		},
	}
}

func runConfigCheck(g *globals, path string) error {
	c, err := config.Load(path)
	if found, ok := errors.AsType[config.Errors](err); ok {
		_, _ = fmt.Fprintln(g.err, found)
		return errProblems
	}
	if err != nil {
		return err
	}
	for _, w := range config.Warnings(path, c) {
		_, _ = fmt.Fprintf(g.err, "%s: warning: %s\n", path, w)
	}
	_, err = fmt.Fprintf(g.out, "%s: ok\n", path)
	return err
}
