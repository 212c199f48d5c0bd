package command

import (
	"context"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/engine"
	"frontdesk/ledger"
)

// Desk is what verbs need of the desk. Its methods may be called from any
// goroutine and return after everything they did or saw is on disk; their errors
// wrap those of this package, or are that of ctx.
type Desk interface {
	// Order has something done.
	Order(ctx context.Context, what desk.Order) error
	// Look calls f with the desk as it stands.
	Look(ctx context.Context, f func(View)) error
	// Process returns the desk in numbers.
	Process(ctx context.Context) (Process, error)
	Archive
}

// View is what can be seen of the desk; it is looked at, and not kept.
type View interface {
	Agents() []desk.AgentInfo
	Queues() []desk.QueueInfo
	Visitors() []desk.VisitorInfo
}

// Archive is the chats, those that are over too.
type Archive interface {
	// Chats returns the open chats, or with all the closed ones too, oldest first.
	Chats(ctx context.Context, all bool) ([]chat.Chat, error)
	// Chat returns one chat, open or closed.
	Chat(ctx context.Context, id chat.ID) (chat.Chat, error)
	// Transcript returns what was said in a chat, in order.
	Transcript(ctx context.Context, id chat.ID) ([]ledger.Entry, error)
}

// Process is the desk in numbers, with what only the running process knows.
type Process struct {
	engine.Status
	Version string
	LinkID  string // changes with every connection; "" while the link is down
	Trouble string // why the link is down, for people; "" while it is up
}
