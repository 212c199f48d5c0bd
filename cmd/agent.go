package cmd

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"frontdesk/admin"
)

// defaultQueue is the queue that a first start creates.
const defaultQueue = "support"

func newAgentCommand(g *globals) *cobra.Command {
	return group("agent", "Agents: who answers visitors",
		newAgentListCommand(g), newAgentAddCommand(g), newAgentSetCommand(g),
		doing(g, "rm JID", "Remove an agent; her chats go back to the line",
			func(ctx context.Context, c *admin.Client, jid string) error {
				return withAgent(jid, func(jid string) error { return c.RemoveAgent(ctx, jid) })
			}))
}

func newAgentListCommand(g *globals) *cobra.Command {
	return listing[admin.Agent]{
		use: "list", short: "List the agents", args: cobra.NoArgs,
		fetch: func(ctx context.Context, c *admin.Client, _ []string) ([]admin.Agent, error) { return c.Agents(ctx) },
		title: []string{"JID", "NAME", "QUEUES", "CAPACITY", "CHATS", "PRESENCE"},
		row: func(a admin.Agent) []string {
			return []string{a.JID, a.Name, strings.Join(a.Queues, ","), count(a.Capacity), count(a.Chats), a.Presence}
		},
	}.command(g)
}

// agentOptions are the flags of agent add and agent set.
type agentOptions struct {
	Name     string
	Queues   []string
	Capacity int
	Grace    time.Duration
}

// AddFlags declares the flags; their defaults are what o holds.
func (o *agentOptions) AddFlags(f *pflag.FlagSet) {
	f.StringVar(&o.Name, "name", o.Name, "what visitors see; unless set the JID's localpart")
	f.StringArrayVar(&o.Queues, "queue", o.Queues, "queue she serves; may be repeated")
	f.IntVar(&o.Capacity, "capacity", o.Capacity, "chats she takes at one time")
	f.DurationVar(&o.Grace, "grace", o.Grace, "how long her visitors may be gone; 0 is the queue's")
}

func newAgentAddCommand(g *globals) *cobra.Command {
	o := agentOptions{Queues: []string{defaultQueue}, Capacity: 1}
	c := &cobra.Command{
		Use: "add JID", Short: "Make an XMPP account an agent", Args: cobra.ExactArgs(1),
		Example: "  frontdesk agent add alice@example.com --name Alice --queue support --capacity 3 --grace 2m",
		RunE: func(c *cobra.Command, args []string) error {
			return runAgentAdd(c.Context(), o, g, args[0])
		},
	}
	o.AddFlags(c.Flags())
	return c
}

func runAgentAdd(ctx context.Context, o agentOptions, g *globals, jid string) error {
	return withAgent(jid, func(jid string) error {
		local, _, _ := strings.Cut(jid, "@")
		wish := admin.NewAgent{
			JID: jid, Name: cmp.Or(o.Name, local), Queues: o.Queues,
			Capacity: o.Capacity, Grace: admin.Duration(o.Grace),
		}
		return g.ask(ctx, func(ctx context.Context, c *admin.Client) error { return c.AddAgent(ctx, wish) })
	})
}

func newAgentSetCommand(g *globals) *cobra.Command {
	var o agentOptions
	c := &cobra.Command{
		Use: "set JID", Short: "Change an agent; what is not named stays", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if !anySet(c) {
				return usagef("nothing to change; name at least one of the flags")
			}
			return runAgentSet(c.Context(), o.patch(c.Flags()), g, args[0])
		},
	}
	o.AddFlags(c.Flags())
	return c
}

func (o agentOptions) patch(f *pflag.FlagSet) admin.AgentPatch {
	return admin.AgentPatch{
		Name: ifSet(f, "name", o.Name), Queues: ifSet(f, "queue", o.Queues),
		Capacity: ifSet(f, "capacity", o.Capacity), Grace: ifSet(f, "grace", admin.Duration(o.Grace)),
	}
}

func runAgentSet(ctx context.Context, p admin.AgentPatch, g *globals, jid string) error {
	return withAgent(jid, func(jid string) error {
		return g.ask(ctx, func(ctx context.Context, c *admin.Client) error { return c.SetAgent(ctx, jid, p) })
	})
}

// withAgent calls f with the canonical form of an agent's address.
func withAgent(jid string, f func(string) error) error {
	canonical, err := admin.ParseAgent(jid)
	if err != nil {
		return usageError{err}
	}
	return f(string(canonical))
}
