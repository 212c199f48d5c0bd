package engine

import (
	"sync"

	"frontdesk/desk"
	"frontdesk/ledger"
)

// inbox is what waits for the engine: events, bounded, and the outcomes of its
// batches, which never wait (there are no more of them than batches).
type inbox struct {
	mu       sync.Mutex
	filled   sync.Cond // something is there
	room     sync.Cond // an event fits
	events   []desk.Event
	spare    []desk.Event // the slice the desk has worked off
	outcomes []ledger.Committed
	size     int
	woken    bool
	closed   bool
}

func newInbox(size int) *inbox {
	b := &inbox{size: size}
	b.filled.L, b.room.L = &b.mu, &b.mu
	return b
}

// put adds an event; it blocks while the inbox is full and tells whether the
// desk still takes events.
func (b *inbox) put(e desk.Event) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.events) >= b.size && !b.closed {
		b.room.Wait()
	}
	if b.closed {
		return false
	}
	b.events = append(b.events, e)
	if len(b.events) == 1 {
		b.filled.Signal()
	}
	return true
}

// outcome adds the outcome of a batch.
func (b *inbox) outcome(c ledger.Committed) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.outcomes = append(b.outcomes, c)
	b.filled.Signal()
}

// wake makes take return.
func (b *inbox) wake() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.woken = true
	b.filled.Signal()
}

func (b *inbox) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.filled.Signal()
	b.room.Broadcast()
}

func (b *inbox) isClosed() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.closed
}

// take waits for something and returns all of it. closed is true once no event will come and none is left.
func (b *inbox) take() (events []desk.Event, outcomes []ledger.Committed, closed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.outcomes) == 0 && !b.woken && !b.closed && len(b.events) == 0 {
		b.filled.Wait()
	}
	b.woken = false
	outcomes, b.outcomes = b.outcomes, nil
	events, b.events, b.spare = b.events, b.spare[:0], nil
	b.room.Broadcast()
	return events, outcomes, b.closed && len(b.events) == 0
}

// await waits for outcomes alone.
func (b *inbox) await() []ledger.Committed {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.outcomes) == 0 {
		b.filled.Wait()
	}
	out := b.outcomes
	b.outcomes = nil
	return out
}

// recycle gives the slice of take back.
func (b *inbox) recycle(events []desk.Event) {
	clear(events)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spare = events
}

func (b *inbox) backlog() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.events)
}
