package ledger

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"frontdesk/chat"
	"frontdesk/queue"
	"frontdesk/roster"
)

// Book is the ledger in memory: it takes batches of changes by the rules that
// every store keeps, and says what is written. It is what a store is measured
// by, and a store for those who need no disk. A book is made by [NewBook] and
// belongs to one goroutine.
//
// What it is given and what it returns is a copy. Instants are compared as they
// are, so all of them are to be of one zone and after 1970.
type Book struct {
	// Returns tells whether a visitor can come back to a chat that is closed,
	// which a store knows by the resume tokens; nil: nobody can.
	Returns func(roster.VisitorJID) bool

	agents   map[roster.AgentJID]roster.Agent
	queues   map[string]queue.Queue
	chats    map[chat.ID]row
	entries  map[int64]Entry
	contacts map[roster.Contact]bool
	visitors map[roster.VisitorJID]roster.Visitor
	marks    marks
	written  int64    // chats ever
	undo     []func() // takes the running batch back, last change first
}

// row is a chat and its number: how many were written up to it.
type row struct {
	chat   chat.Chat
	number int64
}

// marks are the highest numbers ever used.
type marks struct{ seq, outbox, place int64 }

// NewBook returns the book of a desk that starts for the first time: there is
// one queue, "support".
func NewBook() *Book {
	return &Book{
		agents:   map[roster.AgentJID]roster.Agent{},
		queues:   map[string]queue.Queue{"support": {Name: "support"}},
		chats:    map[chat.ID]row{},
		entries:  map[int64]Entry{},
		contacts: map[roster.Contact]bool{},
		visitors: map[roster.VisitorJID]roster.Visitor{},
	}
}

// Commit writes all changes of a batch, in their order, or none. It returns for
// each [ClaimSeat] whether it was granted. It fails for an entry of a chat that
// is not there, an entry whose Seq is taken, an agent with the name of another
// agent, and a change that it does not know.
func (b *Book) Commit(changes []Change) (granted []bool, err error) {
	marks, written := b.marks, b.written
	b.undo = b.undo[:0]
	for _, change := range changes {
		if claim, ok := change.(ClaimSeat); ok {
			granted = append(granted, b.claimSeat(claim))
			continue
		}
		if err := b.change(change); err != nil {
			for _, back := range slices.Backward(b.undo) {
				back()
			}
			b.marks, b.written = marks, written
			return nil, fmt.Errorf("%T: %w", change, err)
		}
		b.marks.note(change)
	}
	return granted, nil
}

// change carries one change out that is no claim.
func (b *Book) change(change Change) error {
	switch v := change.(type) {
	case SaveChat:
		b.saveChat(v.Chat)
	case SaveEntry:
		return b.saveEntry(v.Entry)
	case AddressEntry:
		b.entry(v.Seq, func(e *Entry) { e.Agent, e.Outbox, e.Delivery = v.Agent, v.Outbox, DeliveryPending })
	case ConfirmOutbox:
		b.confirm(v)
	case SeeEntry:
		b.see(v.Seq)
	case SettleEntries:
		for _, seq := range v.Seqs {
			b.see(seq)
		}
	case SaveVisitor:
		put(b, b.visitors, v.Visitor.JID, v.Visitor)
	case SaveContact:
		put(b, b.contacts, v.Contact, true)
	case DropContact:
		remove(b, b.contacts, v.Contact)
	case SaveQueue:
		put(b, b.queues, v.Queue.Name, v.Queue)
	case DropQueue:
		b.dropQueue(v.Name)
	case SaveAgent:
		return b.saveAgent(v.Agent)
	case DropAgent:
		remove(b, b.agents, v.JID)
	default:
		return errors.New("unknown change")
	}
	return nil
}

// saveChat writes a chat. Closed is final: such a chat stays as it is.
func (b *Book) saveChat(c chat.Chat) {
	was, known := b.chats[c.ID]
	if !known {
		b.written++
		was.number = b.written
	} else if was.chat.State == chat.Closed {
		return
	}
	put(b, b.chats, c.ID, row{c.Stored(), was.number})
}

func (b *Book) claimSeat(claim ClaimSeat) bool {
	r, known := b.chats[claim.Chat]
	agent, serves := b.agents[claim.Agent]
	if !known || !serves || r.chat.State != chat.Queued || r.chat.Agent != "" || b.Seats(claim.Agent) >= agent.Capacity {
		return false
	}
	r.chat.State, r.chat.Agent = chat.Active, claim.Agent
	put(b, b.chats, claim.Chat, r)
	return true
}

func (b *Book) saveEntry(e Entry) error {
	if _, known := b.chats[e.Chat]; !known {
		return fmt.Errorf("entry %d: no chat %q", e.Seq, e.Chat)
	}
	if _, taken := b.entries[e.Seq]; taken {
		return fmt.Errorf("entry %d is there", e.Seq)
	}
	put(b, b.entries, e.Seq, e)
	return nil
}

// entry changes an entry, if it is there.
func (b *Book) entry(seq int64, change func(*Entry)) {
	if e, known := b.entries[seq]; known {
		change(&e)
		put(b, b.entries, seq, e)
	}
}

func (b *Book) see(seq int64) {
	b.entry(seq, func(e *Entry) { e.Delivery = DeliverySeen })
}

func (b *Book) confirm(of ConfirmOutbox) {
	for seq, e := range b.entries {
		if e.Delivery == DeliveryPending && e.Outbox > 0 && of.From <= e.Outbox && e.Outbox <= of.UpTo {
			b.entry(seq, func(e *Entry) { e.Delivery = DeliveryConfirmed })
		}
	}
}

// dropQueue removes a queue, also from the agents who serve it.
func (b *Book) dropQueue(name string) {
	remove(b, b.queues, name)
	for jid, a := range b.agents {
		if a.Serves(name) {
			a.Queues = slices.DeleteFunc(slices.Clone(a.Queues), func(q string) bool { return q == name })
			put(b, b.agents, jid, a)
		}
	}
}

// saveAgent writes an agent; her queues keep their order, each once.
func (b *Book) saveAgent(a roster.Agent) error {
	for other := range maps.Values(b.agents) {
		if a.Name != "" && other.Name == a.Name && other.JID != a.JID {
			return fmt.Errorf("the name %q is that of %s", a.Name, other.JID)
		}
	}
	var queues []string
	for _, q := range a.Queues {
		if !slices.Contains(queues, q) {
			queues = append(queues, q)
		}
	}
	a.Queues = queues
	put(b, b.agents, a.JID, a)
	return nil
}

// note raises the marks to the numbers that a change uses.
func (m *marks) note(change Change) {
	switch v := change.(type) {
	case SaveEntry:
		m.seq, m.outbox = max(m.seq, v.Entry.Seq), max(m.outbox, v.Entry.Outbox)
	case AddressEntry:
		m.outbox = max(m.outbox, v.Outbox)
	case SaveChat:
		m.place = max(m.place, v.Chat.Place)
	}
}

// put writes one row of a table.
func put[K comparable, V any](b *Book, table map[K]V, key K, value V) {
	b.undo = append(b.undo, keep(table, key))
	table[key] = value
}

// remove takes one row out of a table.
func remove[K comparable, V any](b *Book, table map[K]V, key K) {
	b.undo = append(b.undo, keep(table, key))
	delete(table, key)
}

// keep returns what brings a row of a table back to what it is now.
func keep[K comparable, V any](table map[K]V, key K) (back func()) {
	was, known := table[key]
	if !known {
		return func() { delete(table, key) }
	}
	return func() { table[key] = was }
}
