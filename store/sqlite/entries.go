package sqlite

import (
	"context"
	"fmt"

	"frontdesk/chat"
	"frontdesk/ledger"
)

// The stages of delivery are those of [ledger.Delivery].
const (
	addressEntry  = `UPDATE entries SET agent = $2, outbox = $3, delivery = 0 WHERE seq = $1`
	confirmOutbox = `UPDATE entries SET delivery = 1 WHERE delivery = 0 AND outbox > 0 AND outbox BETWEEN $1 AND $2`
	seeEntry      = `UPDATE entries SET delivery = 2 WHERE seq = $1`
)

// entryFields are the columns of an entry.
func entryFields(e *ledger.Entry) []field {
	return []field{
		{"seq", &e.Seq},
		{"chat", (*string)(&e.Chat)},
		{"visitor", (*string)(&e.Visitor)},
		{"author", (*uint8)(&e.Author)},
		{"agent", (*string)(&e.Agent)},
		{"agent_name", &e.AgentName},
		{"id", &e.ID},
		{"ref", &e.Ref},
		{"text", &e.Text},
		{"lang", &e.Lang},
		{"replaces", &e.Replace},
		{"want_receipt", &e.WantReceipt},
		{"at", &e.At},
		{"outbox", &e.Outbox},
		{"delivery", (*uint8)(&e.Delivery)},
	}
}

// entryChat says that an entry keeps its chat by number. The row cannot be added
// when there is no such chat.
func entryChat() expression {
	return expression{"chat", "(SELECT num FROM chats WHERE id = $)", "c.id"}
}

// undelivered keeps of closed chats only what is on its way to an agent, and
// what a visitor who can still come back has not seen. Its first line is that of
// the index entries_undelivered; the plus keeps SQLite from reading the whole
// table to save the sorting.
const undelivered = `WHERE (e.delivery = 0 OR (e.delivery = 1 AND e.author <> 0))
AND (c.state <> 'closed' OR (e.author = 0 AND e.outbox > 0)
	OR (e.author <> 0 AND EXISTS (SELECT 1 FROM tokens t WHERE t.visitor = e.visitor)))
ORDER BY +e.seq`

const transcript = "WHERE e.chat = (SELECT num FROM chats WHERE id = $1) ORDER BY e.seq"

func (c *connection) seeEntries(seqs []int64) error {
	for _, seq := range seqs {
		if err := c.run(seeEntry, seq); err != nil {
			return err
		}
	}
	return nil
}

// Undelivered returns, by Seq, the entries of open chats that are not confirmed
// towards an agent or not seen by a visitor, and of closed chats those that are
// on their way to an agent or not seen by a visitor who has a resume token.
func (s *Store) Undelivered(ctx context.Context) ([]ledger.Entry, error) {
	return s.entries(ctx, undelivered)
}

// Said returns every entry of the open chats by Seq.
func (s *Store) Said(ctx context.Context) ([]ledger.Entry, error) {
	return s.entries(ctx, "WHERE c.state <> 'closed' ORDER BY e.seq")
}

// Transcript returns the entries of a chat by Seq; none for an unknown chat.
func (s *Store) Transcript(ctx context.Context, id chat.ID) ([]ledger.Entry, error) {
	return s.entries(ctx, transcript, string(id))
}

func (s *Store) entries(ctx context.Context, which string, args ...any) ([]ledger.Entry, error) {
	all, err := list(ctx, s, s.tables.entries.scan, s.selectEntries(which), args...)
	if err != nil {
		return nil, fmt.Errorf("read entries: %w", err)
	}
	return all, nil
}

func (s *Store) selectEntries(which string) string {
	return "SELECT " + s.tables.entries.columns + " FROM entries e JOIN chats c ON c.num = e.chat " + which
}
