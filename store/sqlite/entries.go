package sqlite

import (
	"context"
	"fmt"

	"frontdesk/chat"
	"frontdesk/ledger"
)

// saveEntry fails when the chat is not there: num may not be NULL.
const saveEntry = `INSERT INTO entries (seq, chat, visitor, author, agent, agent_name, id, ref, text, lang, replaces,
	want_receipt, at, outbox, delivery)
VALUES ($1, (SELECT num FROM chats WHERE id = $2), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`

// The stages of delivery are those of [ledger.Delivery].
const (
	addressEntry  = `UPDATE entries SET agent = $2, outbox = $3, delivery = 0 WHERE seq = $1`
	confirmOutbox = `UPDATE entries SET delivery = 1 WHERE delivery = 0 AND outbox > 0 AND outbox <= $1`
	seeEntry      = `UPDATE entries SET delivery = 2 WHERE seq = $1`
)

const selectEntries = `SELECT e.seq, c.id, e.visitor, e.author, e.agent, e.agent_name, e.id, e.ref, e.text, e.lang, e.replaces,
	e.want_receipt, e.at, e.outbox, e.delivery FROM entries e JOIN chats c ON c.num = e.chat `

// undelivered keeps of closed chats only what is on its way to an agent, and
// what a visitor who can still come back has not seen. Its first line is that of the index entries_undelivered; the
// plus keeps SQLite from reading the whole table to save the sorting.
const undelivered = `WHERE (e.delivery = 0 OR (e.delivery = 1 AND e.author <> 0))
AND (c.state <> 'closed' OR (e.author = 0 AND e.outbox > 0)
	OR (e.author <> 0 AND EXISTS (SELECT 1 FROM tokens t WHERE t.visitor = e.visitor)))
ORDER BY +e.seq`

func (c *connection) saveEntry(e ledger.Entry) error {
	return c.run(saveEntry, e.Seq, string(e.Chat), string(e.Visitor), int64(e.Author), string(e.Agent), e.AgentName, e.ID, e.Ref,
		e.Text, e.Lang, e.Replace, flag(e.WantReceipt), nanos(e.At), e.Outbox, int64(e.Delivery))
}

func (c *connection) settle(seqs []int64) error {
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
	return s.entries(ctx, "WHERE e.chat = (SELECT num FROM chats WHERE id = $1) ORDER BY e.seq", string(id))
}

func (s *Store) entries(ctx context.Context, which string, args ...any) ([]ledger.Entry, error) {
	all, err := list(ctx, s, scanEntry, selectEntries+which, args...)
	if err != nil {
		return nil, fmt.Errorf("read entries: %w", err)
	}
	return all, nil
}

func scanEntry(row scanner) (e ledger.Entry, err error) {
	err = row.Scan(&e.Seq, &e.Chat, &e.Visitor, &e.Author, &e.Agent, &e.AgentName, &e.ID, &e.Ref, &e.Text, &e.Lang, &e.Replace,
		&e.WantReceipt, instant{&e.At}, &e.Outbox, &e.Delivery)
	return e, err
}
