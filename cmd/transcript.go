package cmd

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"frontdesk/admin"
)

func newTranscriptCommand(g *globals) *cobra.Command {
	return group("transcript", "Transcripts: what was said",
		newTranscriptListCommand(g), newTranscriptShowCommand(g))
}

func newTranscriptListCommand(g *globals) *cobra.Command {
	return listing[admin.Chat]{
		use: "list", short: "List the chats whose transcripts are kept", args: cobra.NoArgs,
		fetch: func(ctx context.Context, c *admin.Client, _ []string) ([]admin.Chat, error) {
			return c.Chats(ctx, true)
		},
		title: chatTitle(), row: chatRow,
	}.command(g)
}

func newTranscriptShowCommand(g *globals) *cobra.Command {
	return listing[admin.Entry]{
		use: "show ID", short: "Show what was said in a chat", args: cobra.ExactArgs(1),
		fetch: func(ctx context.Context, c *admin.Client, args []string) ([]admin.Entry, error) {
			return c.Transcript(ctx, args[0])
		},
		title: []string{"AT", "FROM", "DELIVERY", "TEXT"},
		row: func(e admin.Entry) []string {
			return []string{clock(e.At), from(e), e.Delivery, text(e)}
		},
	}.command(g)
}

// from names who wrote an entry.
func from(e admin.Entry) string {
	if e.Author == "agent" {
		return cmp.Or(e.Name, e.Agent, e.Author)
	}
	return e.Author
}

// text marks a correction (XEP-0308).
func text(e admin.Entry) string {
	if e.Replace != "" {
		return "(corrected) " + e.Text
	}
	return e.Text
}
