package ws

import (
	"bytes"
	"context"
	"log/slog"
	"time"

	"frontdesk/c2s"
	"frontdesk/gate"
	"frontdesk/wheel"
)

// Endpoint serves XMPP over WebSocket. All its methods may be called at the
// same time.
type Endpoint struct{ *core }

// New returns an endpoint that asks the gate who sends a request, and opens its
// streams through streams.
func New(streams c2s.Streams, gate *gate.Gate, opt Options, log *slog.Logger) *Endpoint {
	if opt.Ping == 0 {
		opt.Ping = 12 * time.Second
	}
	e := &core{
		opt: opt, streams: streams, gate: gate, log: log, wheel: wheel.New[*conn](),
		conns: map[*conn]struct{}{},
	}
	e.buffers.New = func() any { return new(bytes.Buffer) }
	return &Endpoint{e}
}

// enter admits one more socket; false when the program stops.
func (e *Endpoint) enter() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.draining {
		return false
	}
	e.work.Add(1)
	return true
}

// start serves a socket that was admitted. Its goroutine ends with it.
func (e *Endpoint) start(c *conn) {
	due := c.due // nobody else knows c yet
	e.mu.Lock()
	e.conns[c] = struct{}{}
	draining := e.draining
	e.mu.Unlock()
	e.wheel.Hasten(c, due)
	e.count.accepted.Add(1)
	if draining {
		c.stop()
	}
	go func() {
		defer e.work.Done()
		defer e.forget(c)
		c.run()
	}()
}

// forget drops a socket that is over.
func (e *Endpoint) forget(c *conn) {
	e.wheel.Drop(c)
	e.mu.Lock()
	delete(e.conns, c)
	e.mu.Unlock()
}

// Shutdown ends all streams with system-shutdown and closes their sockets with
// 1001. Sockets that are left when ctx ends are closed as they are; its error
// is returned then.
func (e *Endpoint) Shutdown(ctx context.Context) error {
	for _, c := range e.drain() {
		c.stop()
	}
	done := make(chan struct{})
	go func() { // ends with the work it waits for
		e.work.Wait()
		close(done)
	}()
	var err error
	select {
	case <-done:
	case <-ctx.Done():
		err = ctx.Err()
		for _, c := range e.drain() {
			_ = c.socket.Close()
		}
		<-done
	}
	e.wheel.Close()
	return err
}

// drain admits no more sockets and returns those there are.
func (e *Endpoint) drain() []*conn {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.draining = true
	all := make([]*conn, 0, len(e.conns))
	for c := range e.conns {
		all = append(all, c)
	}
	return all
}

// Stats returns a snapshot; it may be called at any time.
func (e *Endpoint) Stats() Stats {
	e.mu.Lock()
	sockets := len(e.conns)
	e.mu.Unlock()
	c := &e.count
	return Stats{
		Sockets: sockets, Accepted: c.accepted.Load(), Opened: c.opened.Load(), Refused: c.refused.Load(),
		Foreign: c.foreign.Load(), Overloaded: c.overloaded.Load(),
		StanzasIn: c.stanzasIn.Load(), StanzasOut: c.stanzasOut.Load(),
		BytesIn: c.bytesIn.Load(), BytesOut: c.bytesOut.Load(),
		Lost: c.lost.Load(), Overflows: c.overflows.Load(), Panics: c.panics.Load(),
	}
}
