package cmd

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"frontdesk/admin"
)

func newChatCommand(g *globals) *cobra.Command {
	return group("chat", "Chats: who talks with whom",
		newChatListCommand(g), newChatShowCommand(g),
		doing(g, "close ID", "End a chat",
			func(ctx context.Context, c *admin.Client, id string) error { return c.CloseChat(ctx, id) }))
}

func newChatListCommand(g *globals) *cobra.Command {
	var all bool
	return listing[admin.Chat]{
		use: "list", short: "List the open chats", args: cobra.NoArgs,
		flags: func(f *pflag.FlagSet) { f.BoolVar(&all, "all", false, "closed chats too") },
		fetch: func(ctx context.Context, c *admin.Client, _ []string) ([]admin.Chat, error) { return c.Chats(ctx, all) },
		title: chatTitle(), row: chatRow,
	}.command(g)
}

func chatTitle() []string {
	return []string{"ID", "STATE", "QUEUE", "AGENT", "VISITOR", "OPENED", "DEADLINE"}
}

func chatRow(c admin.Chat) []string {
	return []string{c.ID, c.State, c.Queue, c.Agent, c.Visitor, clock(c.Opened), moment(c.Deadline)}
}

func newChatShowCommand(g *globals) *cobra.Command {
	return showing[admin.ChatDetail]{
		use: "show ID", short: "Show one chat, open or closed", args: cobra.ExactArgs(1),
		fetch: func(ctx context.Context, c *admin.Client, args []string) (admin.ChatDetail, error) {
			return c.Chat(ctx, args[0])
		},
		fields: func(c admin.ChatDetail) [][2]string {
			return [][2]string{
				{"id", c.ID},
				{"state", c.State},
				{"queue", c.Queue},
				{"agent", c.Agent},
				{"visitor", c.Visitor},
				{"opened", clock(c.Opened)},
				{"deadline", moment(c.Deadline)},
				{"closed", moment(c.Closed)},
				{"reason", c.Reason},
			}
		},
	}.command(g)
}
