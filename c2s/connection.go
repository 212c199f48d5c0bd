package c2s

import (
	"net/netip"
	"sync"

	"frontdesk/wheel"
)

// connection is the way to a page, over whatever transport. Its transport
// serialises the calls of the stream that it belongs to.
type connection struct {
	Conn
	socket Socket // the same, when the link is watched from here; else nil
	from   netip.Addr
	sent   uint64 // payloads, without pings; after bind guarded by the tab
}

func newConnection(conn Conn) *connection {
	info := conn.Info()
	c := &connection{Conn: conn, from: info.Remote}
	if info.Ping > 0 {
		c.socket, _ = conn.(Socket)
	}
	return c
}

// write sends a payload.
func (c *connection) write(payload []byte) {
	c.sent++
	c.Send(payload)
}

// begins is the beginning of a tab on this connection, or of its second life.
func (c *connection) begins(kind eventKind, clock *wheel.Wheel[*deadline]) event {
	e := event{kind: kind}
	if c.socket != nil {
		e.every, e.lastBytes = c.Info().Ping, clock.At(c.socket.LastBytes())
	}
	return e
}

// connections are those that are open. Nothing is called with its lock held but
// the door.
type connections struct {
	door Door

	mu     sync.Mutex
	closed bool
	open   map[*connection]struct{}
	none   chan struct{} // closed when the last one ends after close
}

// enter admits a connection beside those of others.
func (all *connections) enter(c *connection, others int) error {
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.closed {
		return &StreamError{"system-shutdown", ""}
	}
	if err := all.door.Enter(c.from, len(all.open)+others); err != nil {
		return &StreamError{"policy-violation", err.Error()}
	}
	all.open[c] = struct{}{}
	return nil
}

// leave forgets a connection that is over.
func (all *connections) leave(c *connection) {
	all.mu.Lock()
	defer all.mu.Unlock()
	delete(all.open, c)
	all.door.Leave(c.from)
	if all.closed && len(all.open) == 0 {
		close(all.none)
	}
}

// close admits no more; false when it was called before.
func (all *connections) close() bool {
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.closed {
		return false
	}
	all.closed = true
	if len(all.open) == 0 {
		close(all.none)
	}
	return true
}

// end has all transports end.
func (all *connections) end(err *StreamError) {
	all.mu.Lock()
	open := make([]*connection, 0, len(all.open))
	for c := range all.open {
		open = append(open, c)
	}
	all.mu.Unlock()
	for _, c := range open {
		c.Close(err)
	}
}

// count is how many there are.
func (all *connections) count() int {
	all.mu.Lock()
	defer all.mu.Unlock()
	return len(all.open)
}
