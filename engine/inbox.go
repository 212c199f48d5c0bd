package engine

import (
	"sync"

	"frontdesk/desk"
	"frontdesk/ledger"
)

// look is a look at the desk between two steps.
type look struct {
	ref  uint64
	at   func(*desk.Desk)
	seen chan struct{} // closed afterwards
}

func (l look) take(d *desk.Desk) {
	l.at(d)
	close(l.seen)
}

// inbox is what waits for the engine: events, bounded; looks at the desk, each
// with somebody who waits for it; and the outcomes of its batches. The last two
// never wait for room.
type inbox struct {
	mu       sync.Mutex
	filled   sync.Cond // something is there
	room     sync.Cond // an event fits
	events   []desk.Event
	spare    []desk.Event // the slice the desk has worked off
	looks    []look
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

// look adds a look; it tells whether the desk still takes any.
func (b *inbox) look(l look) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return false
	}
	b.looks = append(b.looks, l)
	b.filled.Signal()
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

// taken is what the inbox had. closed: no event will come and none is left.
type taken struct {
	events   []desk.Event
	looks    []look // to be taken after the events
	outcomes []ledger.Committed
	closed   bool
}

// take waits for something and returns all of it.
func (b *inbox) take() taken {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.outcomes) == 0 && len(b.looks) == 0 && !b.woken && !b.closed && len(b.events) == 0 {
		b.filled.Wait()
	}
	t := taken{b.events, b.looks, b.outcomes, b.closed && len(b.events) == 0}
	b.woken = false
	b.events, b.spare, b.looks, b.outcomes = b.spare[:0], nil, nil, nil
	b.room.Broadcast()
	return t
}

// takeLooks waits for looks alone, or to be woken. closed: the engine is being
// stopped.
func (b *inbox) takeLooks() (looks []look, closed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.looks) == 0 && !b.woken && !b.closed {
		b.filled.Wait()
	}
	b.woken = false
	looks, b.looks = b.looks, nil
	return looks, b.closed
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
