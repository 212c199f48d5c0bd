package engine

import (
	"context"
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"
)

// Visitors is the way to the visitors' streams; c2s implements it. Its methods
// are called by the engine's goroutine, one after the other in the order of
// events; they never block and never call the engine.
type Visitors interface {
	// Answer is [desk.Answered]: it ends the request (tab, ref).
	Answer(tab desk.Tab, ref uint64, a desk.Answer)
	// Join is [desk.Joined].
	Join(tab desk.Tab)
	// Deliver is [desk.Delivered].
	Deliver(v roster.VisitorJID, d desk.Delivery)
	// Link is [desk.LinkChanged].
	Link(up bool)
	// Directory is [desk.Listed].
	Directory(queues []desk.QueueView)
	// Tenure is [desk.Tenured].
	Tenure(v roster.VisitorJID, linger time.Duration)
	// Dismiss is [desk.Dismissed].
	Dismiss(v roster.VisitorJID, all bool)
}

// Agents is the way to the agents; component implements it. Send is called by
// the engine's goroutine; it never blocks and never calls the engine.
type Agents interface {
	Send(batch []desk.ToAgent)
}

// Store keeps what must survive. Commit is called by the engine's goroutine: it
// queues the batch and blocks only while the store's queue is full. done is
// called once, from the store's goroutine, in the order of the calls; after a
// failed batch all later ones fail too, until Reset. The other methods may be
// called at any time by anybody.
type Store interface {
	Commit(changes []ledger.Change, done func(ledger.Committed))
	// Reset makes the store take batches again after a failure.
	Reset(ctx context.Context) error
	Rows
	Archive
}

// Rows is what a desk is loaded from; see [desk.Rows].
type Rows interface {
	Agents(ctx context.Context) ([]roster.Agent, error)
	Queues(ctx context.Context) ([]queue.Queue, error)
	OpenChats(ctx context.Context) ([]chat.Chat, error)
	Visitors(ctx context.Context, of []roster.VisitorJID) ([]roster.Visitor, error)
	Contacts(ctx context.Context) ([]roster.Contact, error)
	// Undelivered returns, by Seq, the entries that have yet to be confirmed
	// towards an agent or seen by a visitor; of closed chats only those that can
	// still be delivered.
	Undelivered(ctx context.Context) ([]ledger.Entry, error)
	// Said returns every entry of the open chats, by Seq.
	Said(ctx context.Context) ([]ledger.Entry, error)
	// Marks returns the highest Entry.Seq, Entry.Outbox and Chat.Place ever used.
	Marks(ctx context.Context) (seq, outbox, place int64, err error)
}

// Archive is what is looked up.
type Archive interface {
	// Chats returns the open chats, or with all the closed ones too, oldest first.
	Chats(ctx context.Context, all bool) ([]chat.Chat, error)
	// Chat returns one chat, false when there is none with that id.
	Chat(ctx context.Context, id chat.ID) (chat.Chat, bool, error)
	// Transcript returns what was said in a chat, in order.
	Transcript(ctx context.Context, id chat.ID) ([]ledger.Entry, error)
	// LastChat returns the visitor's latest chat, false when there was none.
	LastChat(ctx context.Context, v roster.VisitorJID) (chat.Chat, bool, error)
	// SeatsTaken counts the chats that hold a seat of an agent.
	SeatsTaken(ctx context.Context, a roster.AgentJID) (int, error)
}
