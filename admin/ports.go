package admin

import (
	"context"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/engine"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"
)

// Desk is what this package needs of the desk. Its methods may be called from
// any goroutine and return after their changes are on disk; their errors wrap
// the desk's sentinels.
type Desk interface {
	Status(ctx context.Context) (engine.Status, error)

	Agents(ctx context.Context) ([]desk.AgentInfo, error)
	AddAgent(ctx context.Context, a roster.Agent) error
	SetAgent(ctx context.Context, jid roster.AgentJID, patch roster.AgentPatch) error
	RemoveAgent(ctx context.Context, jid roster.AgentJID) error

	Queues(ctx context.Context) ([]desk.QueueInfo, error)
	AddQueue(ctx context.Context, q queue.Queue) error
	SetQueue(ctx context.Context, name string, patch queue.Patch) error
	RemoveQueue(ctx context.Context, name string) error

	Visitors(ctx context.Context) ([]desk.VisitorInfo, error)
	KickVisitor(ctx context.Context, jid roster.VisitorJID) error

	Chats(ctx context.Context, all bool) ([]chat.Chat, error)
	Chat(ctx context.Context, id chat.ID) (chat.Chat, error)
	CloseChat(ctx context.Context, id chat.ID) error
	Transcript(ctx context.Context, id chat.ID) ([]ledger.Entry, error)
}
