package cmd

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"frontdesk/admin"
)

func newStatusCommand(g *globals) *cobra.Command {
	return showing[admin.Status]{
		use: "status", short: "Show how the daemon is doing", args: cobra.NoArgs,
		fetch: func(ctx context.Context, c *admin.Client, _ []string) (admin.Status, error) { return c.Status(ctx) },
		fields: func(s admin.Status) [][2]string {
			return [][2]string{
				{"version", s.Version},
				{"started", clock(s.Started)},
				{"link", upDown(s)},
				{"agents", count(s.Agents)},
				{"agents online", count(s.Online)},
				{"queues", count(s.Queues)},
				{"visitors online", count(s.Visitors)},
				{"chats waiting", count(s.Waiting)},
				{"chats active", count(s.Active)},
				{"chats away", count(s.Away)},
				{"chats opened", total(s.Stats.Opened)},
				{"chats closed", total(s.Stats.Closed)},
				{"chats requeued", total(s.Stats.Requeued)},
				{"messages of visitors", total(s.Stats.FromVisitor)},
				{"messages of agents", total(s.Stats.FromAgent)},
				{"requests refused", total(s.Stats.Refused)},
				{"events", total(s.Stats.Events)},
				{"batches", total(s.Stats.Batches)},
				{"batches failed", total(s.Stats.Failed)},
				{"outbox", count(s.Stats.Outbox)},
				{"backlog", count(s.Stats.Backlog)},
			}
		},
	}.command(g)
}

// upDown says how the component link is, and which one it is or why it is down.
func upDown(s admin.Status) string {
	switch {
	case s.Link && s.LinkID != "":
		return "up (" + s.LinkID + ")"
	case s.Link:
		return "up"
	case s.Trouble != "":
		return "down: " + s.Trouble
	}
	return "down"
}

func total(n uint64) string { return strconv.FormatUint(n, 10) }
