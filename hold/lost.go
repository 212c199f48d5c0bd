package hold

import (
	"context"
	"time"
)

// writtenTime bounds the wait for an answer that is being written to a
// connection that its peer has closed.
const writtenTime = time.Second

// takenTime is how long after the late news a peer that is there may need to
// acknowledge what it has got: a lost packet is sent again meanwhile (RFC 6298
// §2).
const takenTime = time.Second

// Lost reports whether the peer has closed the connection and may not have got
// the answer, or got none. The owner is told later, or was told already. It may
// wait a moment: for an answer that is being written, and when the answer is a
// precious one for the news of the connection's end.
func (e *Exchange) Lost() bool {
	e.mu.Lock()
	if e.woken && e.conn != nil {
		e.awaitFinish()
	}
	c, written, precious := e.conn, e.written, e.precious && !e.written.IsZero()
	e.mu.Unlock()
	switch {
	case c == nil:
		return false
	case c.lost(written):
		return true
	}
	return kernelTells && precious && e.lostLate(written)
}

// awaitFinish waits until nothing more is written, but not for long; mu is
// held.
func (e *Exchange) awaitFinish() {
	if e.over {
		return
	}
	if e.finished == nil {
		e.finished = make(chan struct{})
	}
	finished := e.finished
	e.mu.Unlock()
	defer e.mu.Lock()
	ctx, cancel := context.WithTimeout(context.Background(), writtenTime)
	defer cancel()
	select {
	case <-finished:
	case <-ctx.Done():
	}
}

// lostLate is for a precious answer when another connection brings the peer's
// next request. That may overtake the end of this one and the news of what
// became of the answer, so it waits for them. An answer that nobody has taken in
// all that time is lost.
func (e *Exchange) lostLate(written time.Time) bool {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); ; <-tick.C {
		e.mu.Lock()
		c := e.conn
		e.mu.Unlock()
		if c == nil {
			return false // the next request is here
		}
		open, taken := c.look()
		switch waited := time.Since(began); {
		case !open:
			return c.lost(written)
		case waited >= e.conns.lateNews && taken:
			return false
		case waited >= e.conns.lateNews+takenTime:
			return true
		}
	}
}
