// Package ledger is what is written: the entries of transcripts (entry.go), the
// changes that a desk makes and the outcome of their commit (change.go). The
// desk makes them, a store takes them, and neither knows the other. [Book] is
// the ledger in memory (book.go, book_read.go): the rules that every store keeps.
//
// It is pure: no I/O, no clock, no goroutine.
package ledger

import (
	"errors"

	"frontdesk/chat"
	"frontdesk/queue"
	"frontdesk/roster"
)

// Change is one durable change. The changes of one batch are committed
// together or not at all.
type Change interface{ Durable() }

type (
	// SaveChat inserts a chat or replaces it by its ID. Closed is final: a chat
	// that is written as closed stays as it is.
	SaveChat struct{ Chat chat.Chat }
	// ClaimSeat gives the chat a seat of the agent if, and only if, the chat is
	// queued without an agent and she holds fewer seats than her capacity. It is
	// the only way to a seat. Granted, the row becomes Active with her as agent.
	ClaimSeat struct {
		Chat  chat.ID
		Agent roster.AgentJID
	}
	// SaveEntry inserts a line of a transcript. It fails when its chat is not
	// there, or its Seq is.
	SaveEntry struct{ Entry Entry }
	// AddressEntry sends an entry to an agent: its place in the outbox. The entry
	// is pending again.
	AddressEntry struct {
		Seq    int64
		Agent  roster.AgentJID
		Outbox int64
	}
	// ConfirmOutbox marks the pending entries with these numbers in the outbox,
	// both ends with them, as taken by the XMPP server: one range update.
	ConfirmOutbox struct{ From, UpTo int64 }
	// SeeEntry marks one entry as seen by its reader.
	SeeEntry struct{ Seq int64 }
	// SettleEntries marks entries towards a visitor as delivered.
	SettleEntries struct{ Seqs []int64 }
	// SaveVisitor inserts or replaces what is known of a visitor.
	SaveVisitor struct{ Visitor roster.Visitor }
	// SaveContact notes that a visitor may be in an agent's contact list.
	SaveContact struct{ Contact roster.Contact }
	// DropContact forgets a contact.
	DropContact struct{ Contact roster.Contact }
	// SaveQueue inserts or replaces a queue by its name.
	SaveQueue struct{ Queue queue.Queue }
	// DropQueue removes a queue, also from the agents who serve it.
	DropQueue struct{ Name string }
	// SaveAgent inserts or replaces an agent. It fails when another agent has her
	// name.
	SaveAgent struct{ Agent roster.Agent }
	// DropAgent removes an agent; her chats stay.
	DropAgent struct{ JID roster.AgentJID }
)

func (SaveChat) Durable()      {}
func (ClaimSeat) Durable()     {}
func (SaveEntry) Durable()     {}
func (AddressEntry) Durable()  {}
func (ConfirmOutbox) Durable() {}
func (SeeEntry) Durable()      {}
func (SettleEntries) Durable() {}
func (SaveVisitor) Durable()   {}
func (SaveContact) Durable()   {}
func (DropContact) Durable()   {}
func (SaveQueue) Durable()     {}
func (DropQueue) Durable()     {}
func (SaveAgent) Durable()     {}
func (DropAgent) Durable()     {}

// Committed is the outcome of a batch.
type Committed struct {
	Granted []bool // one for each ClaimSeat of the batch, in order
	Err     error  // not nil: nothing of the batch is on disk
}

// ErrFailed is the outcome of a batch that came after one that failed: a store
// takes no more until it is reset. Test with errors.Is.
var ErrFailed = errors.New("an earlier batch failed")
