package cmd

import (
	"context"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"frontdesk/admin"
)

func newQueueCommand(g *globals) *cobra.Command {
	return group("queue", "Queues: what visitors write to",
		newQueueListCommand(g), newQueueAddCommand(g), newQueueSetCommand(g),
		doing(g, "rm QUEUE", "Remove a queue without open chats",
			func(ctx context.Context, c *admin.Client, name string) error { return c.RemoveQueue(ctx, name) }))
}

func newQueueListCommand(g *globals) *cobra.Command {
	return listing[admin.Queue]{
		use: "list", short: "List the queues", args: cobra.NoArgs,
		fetch: func(ctx context.Context, c *admin.Client, _ []string) ([]admin.Queue, error) { return c.Queues(ctx) },
		title: []string{"QUEUE", "TITLE", "STRATEGY", "GRACE", "MAX", "CLOSED", "WAITING", "ONLINE", "AGENTS"},
		row: func(q admin.Queue) []string {
			return []string{
				q.Name, q.Title, q.Strategy, orDefault(q.Grace != 0, time.Duration(q.Grace).String()),
				orDefault(q.MaxWaiting != 0, count(q.MaxWaiting)), yesNo(q.Closed), count(q.Waiting), count(q.Online), count(q.Agents),
			}
		},
	}.command(g)
}

// orDefault returns v when it was set.
func orDefault(set bool, v string) string {
	if !set {
		return "default"
	}
	return v
}

// queueOptions are the flags of queue add and queue set.
type queueOptions struct {
	Title      string
	Strategy   string
	Grace      time.Duration
	MaxWaiting int
	Closed     bool
}

// AddFlags declares the flags.
func (o *queueOptions) AddFlags(f *pflag.FlagSet) {
	f.StringVar(&o.Title, "title", "", "what people read; unless set the queue's name")
	f.StringVar(&o.Strategy, "strategy", "", "who is next: least_loaded (unless set) or round_robin")
	f.DurationVar(&o.Grace, "grace", 0, "how long visitors may be gone; 0 is the configuration's")
	f.IntVar(&o.MaxWaiting, "max-waiting", 0, "how many chats may wait; 0 is the configuration's")
	f.BoolVar(&o.Closed, "closed", false, "take no new chats")
}

func newQueueAddCommand(g *globals) *cobra.Command {
	var o queueOptions
	c := &cobra.Command{
		Use: "add QUEUE", Short: "Make a queue", Args: cobra.ExactArgs(1),
		Example: "  frontdesk queue add sales --title Sales --max-waiting 20",
		RunE: func(c *cobra.Command, args []string) error {
			return runQueueAdd(c.Context(), o, g, args[0])
		},
	}
	o.AddFlags(c.Flags())
	return c
}

func runQueueAdd(ctx context.Context, o queueOptions, g *globals, name string) error {
	if _, err := admin.ParseQueue(name); err != nil {
		return usageError{err}
	}
	wish := admin.NewQueue{
		Name: name, Title: o.Title, Strategy: o.Strategy,
		Grace: admin.Duration(o.Grace), MaxWaiting: o.MaxWaiting, Closed: o.Closed,
	}
	return g.ask(ctx, func(ctx context.Context, c *admin.Client) error { return c.AddQueue(ctx, wish) })
}

func newQueueSetCommand(g *globals) *cobra.Command {
	var o queueOptions
	c := &cobra.Command{
		Use: "set QUEUE", Short: "Change a queue; what is not named stays", Args: cobra.ExactArgs(1),
		Example: "  frontdesk queue set sales --closed\n  frontdesk queue set sales --closed=false",
		RunE: func(c *cobra.Command, args []string) error {
			if !anySet(c) {
				return usagef("nothing to change; name at least one of the flags")
			}
			return runQueueSet(c.Context(), o.patch(c.Flags()), g, args[0])
		},
	}
	o.AddFlags(c.Flags())
	return c
}

func (o queueOptions) patch(f *pflag.FlagSet) admin.QueuePatch {
	return admin.QueuePatch{
		Title: ifSet(f, "title", o.Title), Strategy: ifSet(f, "strategy", o.Strategy),
		Grace: ifSet(f, "grace", admin.Duration(o.Grace)), MaxWaiting: ifSet(f, "max-waiting", o.MaxWaiting),
		Closed: ifSet(f, "closed", o.Closed),
	}
}

func runQueueSet(ctx context.Context, p admin.QueuePatch, g *globals, name string) error {
	return g.ask(ctx, func(ctx context.Context, c *admin.Client) error { return c.SetQueue(ctx, name, p) })
}
