package cmd

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"frontdesk/admin"
)

func newVisitorCommand(g *globals) *cobra.Command {
	return group("visitor", "Visitors: who is on the site",
		newVisitorListCommand(g), newVisitorShowCommand(g),
		doing(g, "kick JID", "End a visitor's streams and chat",
			func(ctx context.Context, c *admin.Client, jid string) error { return c.KickVisitor(ctx, jid) }))
}

func newVisitorListCommand(g *globals) *cobra.Command {
	return listing[admin.Visitor]{
		use: "list", short: "List the visitors who are online or have an open chat", args: cobra.NoArgs,
		fetch: func(ctx context.Context, c *admin.Client, _ []string) ([]admin.Visitor, error) {
			return c.Visitors(ctx)
		},
		title: []string{"JID", "NAME", "ONLINE", "TABS", "CHAT", "PAGE"},
		row: func(v admin.Visitor) []string {
			return []string{v.JID, v.Name, yesNo(v.Online), count(v.Tabs), v.Chat, page(v).URI}
		},
	}.command(g)
}

// page returns where a visitor is, the zero value when that is not known.
func page(v admin.Visitor) admin.Page {
	if v.Page == nil {
		return admin.Page{}
	}
	return *v.Page
}

func newVisitorShowCommand(g *globals) *cobra.Command {
	return showing[admin.Visitor]{
		use: "show JID", short: "Show one visitor", args: cobra.ExactArgs(1),
		fetch: findVisitor,
		fields: func(v admin.Visitor) [][2]string {
			return [][2]string{
				{"jid", v.JID},
				{"name", v.Name},
				{"online", yesNo(v.Online)},
				{"tabs", count(v.Tabs)},
				{"chat", v.Chat},
				{"page", page(v).Title},
				{"uri", page(v).URI},
			}
		},
	}.command(g)
}

func findVisitor(ctx context.Context, c *admin.Client, args []string) (admin.Visitor, error) {
	visitors, err := c.Visitors(ctx)
	if err != nil {
		return admin.Visitor{}, err
	}
	for _, v := range visitors {
		if strings.EqualFold(v.JID, args[0]) {
			return v, nil
		}
	}
	return admin.Visitor{}, fmt.Errorf("visitor %s is not online and has no open chat", args[0])
}
