package hold

import (
	"context"
	"net"
	"sync"
)

// Carrier is a connection of which the server reads requests. It remembers the
// exchange whose answer it carried last, until the next request shows that the
// answer has arrived. Its methods may be called at the same time, and on nil,
// which is a connection that tells nothing.
type Carrier struct {
	conns  *Conns
	conn   net.Conn
	mu     sync.Mutex
	last   *Exchange
	closed bool
}

// carrierKey finds the carrier in a context.
type carrierKey struct{}

// CarrierOf returns the carrier that [Conns.Opened] has put into a context; nil
// when there is none.
func CarrierOf(ctx context.Context) *Carrier {
	k, _ := ctx.Value(carrierKey{}).(*Carrier)
	return k
}

// Opened has to be called for every connection from which the server begins to
// read, one that was parked too. The context leads to its carrier.
func (c *Conns) Opened(ctx context.Context, conn net.Conn) context.Context {
	k := &Carrier{conns: c, conn: conn}
	c.carriersMu.Lock()
	c.carriers[conn] = k
	c.carriersMu.Unlock()
	return context.WithValue(ctx, carrierKey{}, k)
}

// Active has to be called when a connection brings a request.
func (c *Conns) Active(conn net.Conn) {
	c.carriersMu.Lock()
	k := c.carriers[conn]
	c.carriersMu.Unlock()
	if k == nil {
		return
	}
	k.next()
	if tcp := connUnder(conn); tcp != nil {
		tcp.requests.Add(1)
	}
}

// Hijacked has to be called when somebody else takes a connection from the
// server, to park it or for himself.
func (c *Conns) Hijacked(conn net.Conn) { c.forget(conn) }

// Closed has to be called when the server has closed a connection, for whatever
// reason.
func (c *Conns) Closed(conn net.Conn) {
	if k := c.forget(conn); k != nil {
		k.end()
	}
}

func (c *Conns) forget(conn net.Conn) *Carrier {
	c.carriersMu.Lock()
	defer c.carriersMu.Unlock()
	k := c.carriers[conn]
	delete(c.carriers, conn)
	return k
}

// Carry notes that the connection carries the answer of e now. A goroutine that
// has waited for the answer calls it before it writes.
func (k *Carrier) Carry(e *Exchange) {
	if k == nil {
		return
	}
	k.mu.Lock()
	k.last = e
	closed := k.closed
	k.mu.Unlock()
	if closed {
		e.Gone()
	}
}

// next forgets the last answer: the next request is here.
func (k *Carrier) next() {
	k.mu.Lock()
	e := k.last
	k.last = nil
	k.mu.Unlock()
	if e != nil {
		e.next()
	}
}

// end notes that the connection is closed. Its last answer may be lost.
func (k *Carrier) end() {
	k.mu.Lock()
	e := k.last
	k.last, k.closed = nil, true
	k.mu.Unlock()
	if e != nil && (connUnder(k.conn) == nil || e.Lost()) {
		e.Gone()
	}
}

// parkable reports whether the connection is plain TCP with nothing left to
// read first.
func (k *Carrier) parkable() bool {
	if k == nil {
		return false
	}
	tcp, ok := k.conn.(*conn)
	return ok && len(tcp.ahead) == 0 && k.conns.ready()
}
