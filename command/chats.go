package command

import (
	"context"
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
)

// Chat is a row of the chats.
type Chat struct {
	ID       string     `json:"id"`
	Visitor  string     `json:"visitor"`
	Queue    string     `json:"queue"`
	Agent    string     `json:"agent"` // "" while nobody has it
	State    string     `json:"state"`
	Opened   time.Time  `json:"opened"`
	Deadline *time.Time `json:"deadline"` // when it changes hands or ends by itself; nil: never
}

// ChatDetail is one chat with its end.
type ChatDetail struct {
	Chat
	Closed *time.Time `json:"closed"` // nil while it is open
	Reason string     `json:"reason"` // why it was closed
}

func chatRow(c chat.Chat) Chat {
	return Chat{
		ID: string(c.ID), Visitor: string(c.Visitor), Queue: c.Queue, Agent: string(c.Agent),
		State: c.State.String(), Opened: c.Opened.UTC(), Deadline: deadline(c),
	}
}

func chatDetail(c chat.Chat) ChatDetail {
	return ChatDetail{Chat: chatRow(c), Closed: instant(c.Closed), Reason: string(c.Reason)}
}

// deadline is the next instant at which an open chat changes hands or ends by
// itself; warnings and preferences do not count.
func deadline(c chat.Chat) *time.Time {
	if c.State == chat.Closed {
		return nil
	}
	d := c.Deadlines
	d.IdleWarn, d.Wanted = time.Time{}, time.Time{}
	return instant(d.Next())
}

func chatColumns() []column[Chat] {
	return []column[Chat]{
		{"ID", func(c Chat) string { return c.ID }},
		{"STATE", func(c Chat) string { return c.State }},
		{"QUEUE", func(c Chat) string { return c.Queue }},
		{"AGENT", func(c Chat) string { return c.Agent }},
		{"VISITOR", func(c Chat) string { return c.Visitor }},
		{"OPENED", func(c Chat) string { return clock(c.Opened) }},
		{"DEADLINE", func(c Chat) string { return moment(c.Deadline) }},
	}
}

func chatFields() []column[ChatDetail] {
	return []column[ChatDetail]{
		{"id", func(c ChatDetail) string { return c.ID }},
		{"state", func(c ChatDetail) string { return c.State }},
		{"queue", func(c ChatDetail) string { return c.Queue }},
		{"agent", func(c ChatDetail) string { return c.Agent }},
		{"visitor", func(c ChatDetail) string { return c.Visitor }},
		{"opened", func(c ChatDetail) string { return clock(c.Opened) }},
		{"deadline", func(c ChatDetail) string { return moment(c.Deadline) }},
		{"closed", func(c ChatDetail) string { return moment(c.Closed) }},
		{"reason", func(c ChatDetail) string { return c.Reason }},
	}
}

func chats() Group {
	id := []Arg{{Name: "id"}}
	return Group{Name: "chat", Short: "Chats: who talks with whom", Verbs: []Verb{
		{
			Name: "chat list", Short: "List the open chats",
			Flags: []Flag{{Name: "all", Default: false, Help: "closed chats too"}},
			Who:   ByAdmin | BySiteReading, Doors: CLI | HTTP, Route: "GET /chats",
			Does: list[Chat]{chatColumns(), func(ctx context.Context, d Desk, in Input) ([]Chat, error) {
				all, _ := in["all"].(bool)
				found, err := d.Chats(ctx, all)
				return each(found, chatRow), err
			}},
		},
		{
			Name: "chat show", Short: "Show one chat, open or closed",
			Args: id,
			Who:  ByAdmin | BySiteReading, Doors: CLI | HTTP, Route: "GET /chats/{id}",
			Does: one[ChatDetail]{chatFields(), func(ctx context.Context, d Desk, in Input) (ChatDetail, error) {
				c, err := d.Chat(ctx, chatOf(in))
				return chatDetail(c), err
			}},
		},
		{
			Name: "chat close", Short: "End a chat",
			Args: id,
			Who:  ByAdmin, Doors: CLI | HTTP, Route: "POST /chats/{id}/close",
			Does: order(func(in Input) (desk.Order, error) {
				return desk.CloseChat{ID: chatOf(in), Reason: chat.AdminEnded}, nil
			}),
		},
	}}
}

func chatOf(in Input) chat.ID { return chat.ID(in.text("id")) }
