package cmd

import (
	"context"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"frontdesk/admin"
)

// askTimeout bounds one question to the daemon.
const askTimeout = 30 * time.Second

// ask calls f with the way to the daemon.
func (g *globals) ask(ctx context.Context, f func(context.Context, *admin.Client) error) error {
	c, err := g.readConfig()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	return f(ctx, admin.NewClient(c.Admin.Socket))
}

// listing is a command that prints a list, as a table or as JSON.
type listing[T any] struct {
	use, short string
	args       cobra.PositionalArgs
	flags      func(*pflag.FlagSet)
	fetch      func(ctx context.Context, c *admin.Client, args []string) ([]T, error)
	title      []string
	row        func(T) []string
}

func (l listing[T]) command(g *globals) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: l.use, Short: l.short, Args: l.args,
		RunE: func(c *cobra.Command, args []string) error { return l.run(c.Context(), g, asJSON, args) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	if l.flags != nil {
		l.flags(c.Flags())
	}
	return c
}

func (l listing[T]) run(ctx context.Context, g *globals, asJSON bool, args []string) error {
	return g.ask(ctx, func(ctx context.Context, c *admin.Client) error {
		list, err := l.fetch(ctx, c, args)
		if err != nil {
			return err
		}
		if asJSON {
			return g.printJSON(list)
		}
		rows := make([][]string, 0, len(list))
		for _, e := range list {
			rows = append(rows, l.row(e))
		}
		return g.printTable(l.title, rows)
	})
}

// showing is a command that prints one thing, as lines or as JSON.
type showing[T any] struct {
	use, short string
	args       cobra.PositionalArgs
	fetch      func(ctx context.Context, c *admin.Client, args []string) (T, error)
	fields     func(T) [][2]string
}

func (s showing[T]) command(g *globals) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: s.use, Short: s.short, Args: s.args,
		RunE: func(c *cobra.Command, args []string) error { return s.run(c.Context(), g, asJSON, args) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func (s showing[T]) run(ctx context.Context, g *globals, asJSON bool, args []string) error {
	return g.ask(ctx, func(ctx context.Context, c *admin.Client) error {
		v, err := s.fetch(ctx, c, args)
		if err != nil {
			return err
		}
		if asJSON {
			return g.printJSON(v)
		}
		return g.printFields(s.fields(v))
	})
}

// doing is a command that changes one named thing.
func doing(g *globals, use, short string, do func(context.Context, *admin.Client, string) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return g.ask(c.Context(), func(ctx context.Context, a *admin.Client) error { return do(ctx, a, args[0]) })
		},
	}
}

// ifSet returns v when its flag was given, nil otherwise.
func ifSet[T any](f *pflag.FlagSet, name string, v T) *T {
	if !f.Changed(name) {
		return nil
	}
	return &v
}

// anySet tells whether one of the command's own flags was given.
func anySet(c *cobra.Command) bool {
	set := false
	c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) { set = set || f.Changed })
	return set
}

func count(n int) string { return strconv.Itoa(n) }

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
