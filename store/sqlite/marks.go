package sqlite

import (
	"context"
	"fmt"

	"frontdesk/ledger"
)

// marks are the highest numbers ever used. The writer saves them in the
// transaction that uses them, so that they outlive the rows.
type marks struct {
	seq, outbox, place int64
	dirty              bool
}

func (m *marks) note(change ledger.Change) {
	switch v := change.(type) {
	case ledger.SaveEntry:
		m.raise(&m.seq, v.Entry.Seq)
		m.raise(&m.outbox, v.Entry.Outbox)
	case ledger.AddressEntry:
		m.raise(&m.outbox, v.Outbox)
	case ledger.SaveChat:
		m.raise(&m.place, v.Chat.Place)
	}
}

func (m *marks) raise(mark *int64, n int64) {
	if n > *mark {
		*mark, m.dirty = n, true
	}
}

// saveMarks is the last statement of a transaction.
func (w *writer) saveMarks() error {
	m := &w.marks
	if !m.dirty {
		return nil
	}
	if err := w.conn.run("UPDATE marks SET seq = $1, outbox = $2, place = $3 WHERE one = 1", m.seq, m.outbox, m.place); err != nil {
		return fmt.Errorf("save marks: %w", err)
	}
	return nil
}

// loadMarks reads them at the start.
func (w *writer) loadMarks() error {
	for text, mark := range map[string]*int64{
		"SELECT seq FROM marks":    &w.marks.seq,
		"SELECT outbox FROM marks": &w.marks.outbox,
		"SELECT place FROM marks":  &w.marks.place,
	} {
		var err error
		if *mark, err = w.conn.number(text); err != nil {
			return fmt.Errorf("load marks: %w", err)
		}
	}
	return nil
}

// Marks returns the highest Entry.Seq, Entry.Outbox and Chat.Place ever used;
// 0 where none was above it.
func (s *Store) Marks(ctx context.Context) (seq, outbox, place int64, err error) {
	err = s.reads.QueryRowContext(ctx, "SELECT seq, outbox, place FROM marks").Scan(&seq, &outbox, &place)
	if err != nil {
		return 0, 0, 0, fmt.Errorf("read marks: %w", err)
	}
	return seq, outbox, place, nil
}
