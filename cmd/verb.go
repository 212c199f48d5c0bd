package cmd

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"frontdesk/admin"
)

// askTimeout bounds one question to the daemon.
const askTimeout = 30 * time.Second

// newVerbCommands returns what the daemon can be asked to do, as the table of
// verbs has it.
func newVerbCommands(g *globals) []*cobra.Command {
	var all []*cobra.Command
	for _, verbs := range admin.Groups() {
		var commands []*cobra.Command
		for _, v := range verbs.Verbs {
			commands = append(commands, newVerbCommand(g, v))
		}
		if verbs.Name != "" {
			commands = []*cobra.Command{group(verbs.Name, verbs.Short, commands...)}
		}
		all = append(all, commands...)
	}
	return all
}

func newVerbCommand(g *globals, v admin.Verb) *cobra.Command {
	var asJSON bool
	words := strings.Fields(v.Name)
	c := &cobra.Command{Use: words[len(words)-1], Short: v.Short, Args: cobra.NoArgs}
	for i, a := range v.Args {
		c.Use += " " + strings.ToUpper(a.Name)
		c.Args = cobra.ExactArgs(i + 1)
	}
	if v.Example != "" {
		c.Example = "  " + strings.ReplaceAll(v.Example, "\n", "\n  ")
	}
	given := addFlags(c.Flags(), v)
	if v.Answers() {
		c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		in := given()
		if v.Patch && len(in) == 0 {
			return usagef("nothing to change; name at least one of the flags")
		}
		for i, a := range v.Args {
			in[a.Name] = args[i]
		}
		in, err := v.Check(in)
		if err != nil {
			return usageError{err}
		}
		return g.run(c.Context(), v, in, asJSON)
	}
	return c
}

// addFlags declares the flags of a verb and returns what tells, after the
// command line is read, which were given.
func addFlags(f *pflag.FlagSet, v admin.Verb) func() admin.Input {
	values := map[string]func() any{}
	for _, flag := range v.Flags {
		values[flag.Name] = declare(f, flag.Name, flag.Default, flag.Help)
	}
	return func() admin.Input {
		in := admin.Input{}
		for name, value := range values {
			if f.Changed(name) {
				in[name] = value()
			}
		}
		return in
	}
}

// declare declares a flag and returns what tells its value.
func declare(f *pflag.FlagSet, name string, unless any, help string) func() any {
	switch unless := unless.(type) {
	case []string:
		return value(f.StringArray(name, unless, help))
	case int:
		return value(f.Int(name, unless, help))
	case time.Duration:
		return value(f.Duration(name, unless, help))
	case bool:
		return value(f.Bool(name, unless, help))
	}
	unset, _ := unless.(string)
	return value(f.String(name, unset, help))
}

func value[T any](p *T) func() any { return func() any { return *p } }

// run has the daemon carry out a verb and prints its answer.
func (g *globals) run(ctx context.Context, v admin.Verb, in admin.Input, asJSON bool) error {
	c, err := g.readConfig()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	out, err := admin.NewClient(c.Admin.Socket).Call(ctx, v, in)
	if err != nil {
		return err
	}
	return g.printOutput(out, asJSON)
}

// printOutput prints what a verb answers; one that is only done says nothing.
func (g *globals) printOutput(out admin.Output, asJSON bool) error {
	switch {
	case out.Value == nil:
		return nil
	case asJSON:
		return g.printJSON(out.Value)
	case out.Many:
		return g.printTable(out.Titles, out.Rows)
	case len(out.Rows) > 0:
		return g.printFields(out.Titles, out.Rows[0])
	}
	_, err := fmt.Fprintln(g.out, out.Text)
	return err
}
