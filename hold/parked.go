package hold

import (
	"bytes"
	"time"
)

// Times of connections that no goroutine serves.
const (
	writeTime = 10 * time.Second // for one answer
	idleTime  = 75 * time.Second // between two requests
)

// CanPark reports whether Park may be called: the connection that k has is plain
// TCP, the system can watch it, and there is no answer yet.
func (e *Exchange) CanPark(k *Carrier) bool {
	e.mu.Lock()
	over := e.woken || e.gone
	e.mu.Unlock()
	return !over && k.parkable()
}

// Park takes a connection over from the server, which has given it up. ahead is
// what was read of the next request already. The answer is written when it is
// there; then the connection goes back to the listener with the next request.
func (e *Exchange) Park(ahead []byte) {
	c := e.conn
	_ = c.SetDeadline(time.Time{})
	c.ahead = bytes.Clone(ahead)
	e.conns.parked.Add(1)
	e.mu.Lock()
	e.state = parked
	watched := e.conns.poller.add(e)
	if watched && e.woken {
		e.deliver()
	}
	e.mu.Unlock()
	if !watched {
		e.drop()
	}
}

// deliver has the answer written; mu is held.
func (e *Exchange) deliver() {
	e.state = writing
	e.conns.parked.Add(-1)
	e.conns.spawn(e.write)
}

// write writes the answer and waits for the next request.
func (e *Exchange) write() {
	c := e.conn
	answer := e.owner.Bytes()
	_ = c.TCPConn.SetWriteDeadline(time.Now().Add(writeTime))
	if _, err := c.Write(answer); err != nil {
		e.drop()
		return
	}
	_ = c.TCPConn.SetWriteDeadline(time.Time{})
	e.Written()
	if len(c.ahead) > 0 {
		e.giveBack()
		return
	}
	e.mu.Lock()
	e.state = idle
	watched := e.conns.poller.watch(e)
	e.mu.Unlock()
	if !watched {
		e.drop()
	}
}

// event is called by the poller: something came, or the peer has gone.
func (e *Exchange) event(gone bool) {
	e.mu.Lock()
	was := e.state
	if was == parked && !gone { // the next request already; it can wait
		gone = !e.conns.poller.watchEnd(e)
	}
	e.mu.Unlock()
	switch {
	case gone && (was == parked || was == idle):
		e.conns.spawn(e.drop)
	case was == idle:
		e.conns.spawn(e.giveBack)
	}
}

// drop closes the connection and says so, unless its answer has arrived.
func (e *Exchange) drop() {
	c, was := e.leave()
	if was == left {
		return
	}
	_ = c.Close()
	if was != idle || e.Lost() {
		e.Gone()
	}
}

// giveBack lets the server read the next request.
func (e *Exchange) giveBack() {
	c, was := e.leave()
	if was == left {
		return
	}
	e.next()
	select {
	case e.conns.back <- c:
	case <-e.conns.closed:
		_ = c.Close()
	}
}

// leave takes the connection out of the poller and returns it with its state
// before.
func (e *Exchange) leave() (*conn, state) {
	e.mu.Lock()
	defer e.mu.Unlock()
	was := e.state
	if was == left {
		return nil, was
	}
	if was == parked {
		e.conns.parked.Add(-1)
	}
	e.state = left
	e.conns.poller.remove(e)
	return e.conn, was
}
