package hold

import (
	"context"
	"sync"
	"time"
)

// Owner waits for an answer on a connection. No lock of this package is held
// while it is called.
type Owner interface {
	// Bytes returns the answer as it is to be written. It is called once, after
	// Wake and from a goroutine of its own, when the connection is parked.
	Bytes() []byte
	// Gone says, once, that the connection is closed: before the answer, or after
	// it when it may not have arrived.
	Gone()
}

// Exchange is one request on a connection and its answer. It ends with the next
// request on that connection or with the connection. It has to be begun first;
// then its methods may be called at the same time.
type Exchange struct {
	conns *Conns // nil: the connection tells nothing
	owner Owner

	mu       sync.Mutex
	conn     *conn     // nil: unknown, or it brings the next request
	written  time.Time // when the answer was written; zero: not yet
	watch    int32     // tells the poller's events of this exchange from those of an older one
	state    state
	woken    bool          // the answer is there
	gone     bool          // the owner was told
	over     bool          // nothing more is written
	precious bool          // news of the answer's end are worth waiting for
	answered chan struct{} // closed by Wake; nil when no goroutine waits
	finished chan struct{} // closed when over; nil when nobody waits for it
}

// state is where the connection of an exchange is.
type state uint8

const (
	served  state = iota // at the server, whose goroutine waits for the answer
	parked               // parked, without an answer
	writing              // parked, and the answer is being written
	idle                 // parked until the next request
	left                 // closed, or back at the server
)

// Begin begins the exchange of a request that k has brought.
func (e *Exchange) Begin(k *Carrier, o Owner) {
	e.owner = o
	if k != nil {
		e.conns, e.conn = k.conns, connUnder(k.conn)
	}
}

// Wait waits until the answer is there. False: the context has ended before,
// with the connection, and the owner was told.
func (e *Exchange) Wait(ctx context.Context) bool {
	e.mu.Lock()
	if e.woken {
		e.mu.Unlock()
		return true
	}
	answered := make(chan struct{})
	e.answered = answered
	e.mu.Unlock()
	select {
	case <-answered:
		return true
	case <-ctx.Done():
	}
	e.mu.Lock()
	woken := e.woken
	first := !woken && e.end()
	e.mu.Unlock()
	if first {
		e.owner.Gone()
	}
	return woken
}

// Wake says that the answer is there: whoever waits for it goes on, a parked
// connection asks for its bytes and writes them. It never blocks, and counts
// once. False: the connection has gone. precious says that the peer would miss
// the answer, so that Lost may take its time.
func (e *Exchange) Wake(precious bool) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.woken || e.gone {
		return false
	}
	e.woken, e.precious = true, precious
	switch {
	case e.state == parked:
		e.deliver()
	case e.answered != nil:
		close(e.answered)
	}
	return true
}

// Written notes that the answer is written.
func (e *Exchange) Written() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.written = time.Now()
	e.finish()
}

// Gone notes that the connection is closed and tells the owner.
func (e *Exchange) Gone() {
	e.mu.Lock()
	first := e.end()
	e.mu.Unlock()
	if first {
		e.owner.Gone()
	}
}

// end notes that the owner is told that the connection is closed, and reports
// whether he has to be; mu is held.
func (e *Exchange) end() bool {
	e.finish()
	first := !e.gone
	e.gone = true
	return first
}

// finish notes that nothing more is written; mu is held.
func (e *Exchange) finish() {
	if e.over = true; e.finished != nil {
		close(e.finished)
		e.finished = nil
	}
}

// next notes that the connection brings the next request.
func (e *Exchange) next() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.conn = nil
}
