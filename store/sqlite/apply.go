package sqlite

import (
	"fmt"

	"frontdesk/ledger"
)

// apply carries a batch out inside the running transaction.
func (w *writer) apply(b *batch) error {
	if b.work != nil {
		var err error
		b.rows, err = b.work(w.conn)
		return err
	}
	b.granted = nil
	for _, change := range b.changes {
		if claim, ok := change.(ledger.ClaimSeat); ok {
			granted, err := w.conn.claimSeat(claim)
			if err != nil {
				return fmt.Errorf("claim seat: %w", err)
			}
			b.granted = append(b.granted, granted)
			continue
		}
		if err := w.conn.change(change); err != nil {
			return fmt.Errorf("%T: %w", change, err)
		}
		w.marks.note(change)
	}
	return nil
}

// change carries one change out.
func (c *connection) change(change ledger.Change) error {
	switch v := change.(type) {
	case ledger.SaveEntry:
		return c.run(c.tables.entries.insert, c.tables.entries.values(v.Entry)...)
	case ledger.SaveChat:
		return save(c, c.tables.chats, v.Chat)
	case ledger.ConfirmOutbox:
		return c.run(confirmOutbox, v.From, v.UpTo)
	case ledger.SeeEntry:
		return c.run(seeEntry, v.Seq)
	case ledger.SettleEntries:
		return c.seeEntries(v.Seqs)
	case ledger.AddressEntry:
		return c.run(addressEntry, v.Seq, string(v.Agent), v.Outbox)
	case ledger.SaveVisitor:
		return save(c, c.tables.visitors, v.Visitor)
	case ledger.SaveContact:
		return c.run(saveContact, string(v.Contact.Agent), string(v.Contact.Visitor))
	case ledger.DropContact:
		return c.run(dropContact, string(v.Contact.Agent), string(v.Contact.Visitor))
	case ledger.SaveAgent:
		return c.saveAgent(v.Agent)
	case ledger.DropAgent:
		return c.run(dropAgent, string(v.JID))
	case ledger.SaveQueue:
		return save(c, c.tables.queues, v.Queue)
	case ledger.DropQueue:
		return c.dropQueue(v.Name)
	}
	return fmt.Errorf("unknown change: %w", ErrNotSupported)
}
