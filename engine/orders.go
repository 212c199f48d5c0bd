package engine

import (
	"context"
	"fmt"
	"sync"
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/ledger"
)

// orders are those that wait for their reply.
type orders struct {
	mu      sync.Mutex
	last    uint64
	waiting map[uint64]chan error
}

// begin returns a new reference and where its reply comes.
func (o *orders) begin() (uint64, chan error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last++
	replied := make(chan error, 1)
	o.waiting[o.last] = replied
	return o.last, replied
}

func (o *orders) reply(r desk.Replied) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if replied := o.waiting[r.Ref]; replied != nil {
		replied <- r.Err
		delete(o.waiting, r.Ref)
	}
}

func (o *orders) forget(ref uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.waiting, ref)
}

// lookPatience is how long a look waits for the store.
const lookPatience = 100 * time.Millisecond

// Order has something done, and returns after its changes are on disk or with
// its error: those of package desk, [ErrStopped], or that of ctx.
func (e *Engine) Order(ctx context.Context, what desk.Order) error {
	ref, replied := e.orders.begin()
	defer e.orders.forget(ref)
	if !e.inbox.put(desk.Ordered{Ref: ref, What: what}) {
		return ErrStopped
	}
	select {
	case err := <-replied:
		return err
	case <-e.done:
		return ErrStopped
	case <-ctx.Done():
		return fmt.Errorf("wait for the desk: %w", ctx.Err())
	}
}

// Look calls f with the desk, on the engine's goroutine, and returns when
// everything that f could see is on disk; but a store that is slow or refuses
// keeps nobody from looking. f only looks, and keeps nothing. Its errors are
// [ErrStopped] and that of ctx.
func (e *Engine) Look(ctx context.Context, f func(*desk.Desk)) error {
	ref, replied := e.orders.begin()
	defer e.orders.forget(ref)
	l := look{ref: ref, at: f, seen: make(chan struct{})}
	if !e.inbox.look(l) {
		return ErrStopped
	}
	select {
	case <-l.seen:
	case <-e.done:
		return ErrStopped
	case <-ctx.Done():
		return fmt.Errorf("wait for the desk: %w", ctx.Err())
	}
	patience, end := context.WithTimeout(ctx, lookPatience)
	defer end()
	select {
	case <-replied: //nolint:errcheck // whatever became of it, what was seen was so
	case <-patience.Done():
	case <-e.done:
	}
	return nil
}

// Chats returns the open chats, or with all the closed ones too, oldest first.
func (e *Engine) Chats(ctx context.Context, all bool) (chats []chat.Chat, err error) {
	if all {
		return e.store.Chats(ctx, true)
	}
	err = e.Look(ctx, func(d *desk.Desk) { chats = d.Chats() })
	return chats, err
}

// Chat returns an open chat as it stands, or a closed one from the store:
// [desk.ErrNotFound].
func (e *Engine) Chat(ctx context.Context, id chat.ID) (one chat.Chat, err error) {
	var found bool
	err = e.Look(ctx, func(d *desk.Desk) { one, found = d.Chat(id) })
	if err == nil && !found {
		one, found, err = e.store.Chat(ctx, id)
	}
	if err == nil && !found {
		err = fmt.Errorf("chat %s: %w; see \"chat list --all\"", id, desk.ErrNotFound)
	}
	return one, err
}

// Transcript returns what was said in a chat, in order: [desk.ErrNotFound].
func (e *Engine) Transcript(ctx context.Context, id chat.ID) ([]ledger.Entry, error) {
	if _, err := e.Chat(ctx, id); err != nil {
		return nil, err
	}
	return e.store.Transcript(ctx, id)
}

// Status is the whole desk in numbers.
type Status struct {
	desk.Status
	Stats Stats
}

// Status returns the whole desk in numbers.
func (e *Engine) Status(ctx context.Context) (s Status, err error) {
	err = e.Look(ctx, func(d *desk.Desk) { s.Status = d.Status() })
	s.Stats = e.Stats()
	return s, err
}
