package bosh

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// carrier is a server's connection. It remembers the answer that it carried
// last, until the next request shows that the answer has arrived.
type carrier struct {
	conn   net.Conn
	mu     sync.Mutex
	last   *waiter
	closed bool
}

// carrierKey finds the carrier in a request's context.
type carrierKey struct{}

// carry notes that the connection carries the answer of x now.
func (c *carrier) carry(x *waiter) {
	c.mu.Lock()
	c.last = x
	closed := c.closed
	c.mu.Unlock()
	if closed {
		x.lose()
	}
}

// release forgets the last answer: the next request is here.
func (c *carrier) release() {
	c.mu.Lock()
	x := c.last
	c.last = nil
	c.mu.Unlock()
	if x != nil {
		x.release()
	}
}

// end notes that the connection is closed. Its last answer may be lost.
func (c *carrier) end() {
	c.mu.Lock()
	x := c.last
	c.last, c.closed = nil, true
	c.mu.Unlock()
	if x != nil && (socketOf(c.conn) == nil || x.cut()) {
		x.lose()
	}
}

// carriers are the connections of a server.
type carriers struct {
	mu sync.Mutex
	by map[net.Conn]*carrier
}

// ConnContext has to be installed in the http.Server that serves the manager.
// With [Manager.ConnState] it lets sessions know of connections that close
// after they carried an answer, which may then be lost.
func (m *Manager) ConnContext(ctx context.Context, c net.Conn) context.Context {
	k := &carrier{conn: c}
	m.carriers.mu.Lock()
	m.carriers.by[c] = k
	m.carriers.mu.Unlock()
	return context.WithValue(ctx, carrierKey{}, k)
}

// ConnState has to be installed in the http.Server that serves the manager.
func (m *Manager) ConnState(c net.Conn, state http.ConnState) {
	if state != http.StateActive && state != http.StateClosed && state != http.StateHijacked {
		return
	}
	m.carriers.mu.Lock()
	k := m.carriers.by[c]
	if state != http.StateActive {
		delete(m.carriers.by, c)
	}
	m.carriers.mu.Unlock()
	if k == nil {
		return
	}
	if state == http.StateClosed {
		k.end()
		return
	}
	k.release()
	if s := socketOf(c); s != nil && state == http.StateActive {
		s.requests.Add(1)
	}
}

// carrierOf returns the connection of a request when its end would mean
// something: not when it closes after the answer anyway, and not when it is
// shared by many requests at once.
func carrierOf(r *http.Request) *carrier {
	if r.Close || r.ProtoMajor != 1 || r.ProtoMinor == 0 {
		return nil
	}
	k, _ := r.Context().Value(carrierKey{}).(*carrier)
	return k
}
