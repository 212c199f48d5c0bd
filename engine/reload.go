package engine

import (
	"context"
	"fmt"

	"frontdesk/desk"
	"frontdesk/roster"
)

// fail waits for the outcomes of the batches under way (known of them are
// there), all of which fail, and takes the desk back to what the store has.
func (e *Engine) fail(known int, err error) {
	for known < len(e.batches) {
		known += len(e.inbox.await())
	}
	e.counts.Failed += uint64(known)
	e.batches, e.batch = nil, &batch{}
	e.publish()
	e.refused("the store did not take a batch; the state is loaded again", err)
	if rows, ok := e.reload(); ok {
		e.step(desk.Reloaded{Rows: rows})
	}
}

// reload reads what the store has. While the store does not answer the desk
// stands still: there is nothing it could promise; but it may be looked at. It
// gives up when the engine is stopped.
func (e *Engine) reload() (desk.Rows, bool) {
	ctx := context.Background()
	for {
		err := e.store.Reset(ctx)
		if err == nil {
			var rows desk.Rows
			if rows, err = load(ctx, e.store); err == nil {
				return rows, true
			}
		}
		e.refused("the store cannot be read", err)
		if e.standStill() {
			return desk.Rows{}, false
		}
	}
}

// standStill waits until the store is asked again, and lets people look
// meanwhile. It returns early, with true, when the engine is being stopped.
func (e *Engine) standStill() (stopping bool) {
	for {
		now := e.clock.now()
		if !now.Before(e.refusals.until) {
			return false
		}
		e.alarm.arm(e.refusals.until, now)
		looks, closed := e.inbox.takeLooks()
		for _, l := range looks {
			l.take(e.desk)
		}
		if closed {
			return true
		}
	}
}

// refused notes that the store did not do what it was asked, and logs it, but
// not every time.
func (e *Engine) refused(what string, err error) {
	now := e.clock.now()
	if count, tell := e.refusals.add(now); tell {
		e.log.Error(what, "err", err, "times", count, "since", e.refusals.since) //nolint:sloglint // constants of the callers
	}
}

// load reads all rows that a desk needs.
func load(ctx context.Context, from Rows) (rows desk.Rows, err error) {
	for _, part := range []struct {
		name string
		read func() error
	}{
		{"agents", func() error { rows.Agents, err = from.Agents(ctx); return err }},
		{"queues", func() error { rows.Queues, err = from.Queues(ctx); return err }},
		{"contacts", func() error { rows.Contacts, err = from.Contacts(ctx); return err }},
		{"marks", func() error { rows.Seq, rows.Outbox, rows.Place, err = from.Marks(ctx); return err }},
		{"chats", func() error { rows.Chats, err = from.OpenChats(ctx); return err }},
		{"visitors", func() error { rows.Visitors, err = from.Visitors(ctx, visitorsOf(rows)); return err }},
		{"undelivered messages", func() error { rows.Undelivered, err = from.Undelivered(ctx); return err }},
		{"messages of open chats", func() error { rows.Said, err = from.Said(ctx); return err }},
	} {
		if err := part.read(); err != nil {
			return rows, fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return rows, nil
}

// visitorsOf are the visitors of the open chats.
func visitorsOf(rows desk.Rows) []roster.VisitorJID {
	of := make([]roster.VisitorJID, 0, len(rows.Chats))
	for _, c := range rows.Chats {
		of = append(of, c.Visitor)
	}
	return of
}
