// Package cmd is the command line: a tree of cobra commands. What the daemon can
// be asked over its admin socket is in the table of verbs, and verb.go makes
// commands of it. The others have a file for each word: a newXCommand function
// describes a command, a runX function does it.
package cmd

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"frontdesk/config"
)

const (
	configFile = "/etc/frontdesk/frontdesk.toml"
	configEnv  = "FRONTDESK_CONFIG"
)

// globals is what every command has: where the configuration is and where to
// write. Nothing written there holds control characters.
type globals struct {
	config  string
	out     io.Writer
	err     io.Writer
	running bool // the command line was understood and is being carried out

	newProcess func(config.Config, *slog.Logger, serveOptions) (process, error)
	check      func(context.Context, config.Config) []finding
}

// Main runs the command line of this process and returns its exit code.
func Main() int {
	g := &globals{out: plain{os.Stdout}, err: plain{os.Stderr}, newProcess: newServer, check: checkServer}
	root := newRoot(g)
	root.SetArgs(os.Args[1:])
	err := root.ExecuteContext(context.Background())
	return g.report(err)
}

func newRoot(g *globals) *cobra.Command {
	root := &cobra.Command{
		Use:   "frontdesk",
		Short: "Live chat for web sites, answered from any XMPP client",
		Long: `Live chat for web sites, answered from any XMPP client.

"frontdesk serve" is the daemon. The other commands ask a running daemon over
the socket that the configuration file names.`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		PersistentPreRunE: func(*cobra.Command, []string) error { g.running = true; return nil },
	}
	root.SetOut(g.out)
	root.SetErr(g.err)
	root.SetHelpTemplate(root.HelpTemplate() + exitCodes)
	root.PersistentFlags().StringVarP(&g.config, "config", "c", cmp.Or(os.Getenv(configEnv), configFile),
		"configuration file; also "+configEnv+" in the environment")
	root.AddCommand(newServeCommand(g), newCheckCommand(g), newVersionCommand(g), newConfigCommand(g))
	root.AddCommand(newVerbCommands(g)...)
	return root
}

// group is a command that only holds others.
func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{
		Use:   use,
		Short: short,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("%s needs a command after it", c.CommandPath())
			}
			return usagef("%s: unknown command %q", c.CommandPath(), args[0])
		},
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	c.AddCommand(commands...)
	return c
}

// readConfig returns the configuration for commands that only need to know
// where the daemon is.
func (g *globals) readConfig() (config.Config, error) { return config.Read(g.config) }
