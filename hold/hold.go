// Package hold keeps connections waiting without a goroutine: a connection
// whose request has no answer yet is parked, is woken when the answer is there,
// and then brings the next request or is gone. It knows bytes only; what a
// request and an answer are is the business of whoever parks them.
//
// In the order of reading. Where there is no epoll, and over TLS, nothing is
// parked: goroutines wait.
//
//	kernel         what the kernel knows of a connection (tcp(7))
//	hold           the connections of one server
//	conn exchange  a TCP connection; one request on it and its answer
//	listener       accepts new ones and those that come back
//	lost           whether an answer has arrived
//	carrier        a connection while the server reads from it
//	parked poller  waiting without a goroutine, and who watches (epoll(7))
//
// # Locks
//
// Whoever holds a lock may take those to the right of it, no others:
//
//	Exchange.mu, then Conns.mu or poller.mu
//
// Carriers' locks and conn.mu stand alone: nothing else is taken under them. No
// lock of this package is held while an [Owner] is called, so an owner may hold
// its own when it calls a method of its exchange that does not block.
package hold

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Options are the settings of [Conns]; the zero value is good for all but tests.
type Options struct {
	// LateNews is how much later than a request on one connection the end of
	// another may be known, when the peer has closed that one before; 20ms.
	LateNews time.Duration
}

// Conns are the connections of one server. Its methods may be called at the
// same time.
type Conns struct {
	lateNews time.Duration
	back     chan net.Conn // to the listener, with a request on the way
	parked   atomic.Int64  // not answered

	carriersMu sync.Mutex
	carriers   map[net.Conn]*Carrier

	mu     sync.Mutex
	open   bool    // there is a listener that takes connections back
	poller *poller // made for the first connection and not changed any more
	closed chan struct{}
	work   sync.WaitGroup
}

// New returns the connections of a server that has none yet.
func New(opt Options) *Conns {
	c := &Conns{
		lateNews: opt.LateNews, back: make(chan net.Conn), carriers: map[net.Conn]*Carrier{},
		closed: make(chan struct{}),
	}
	if c.lateNews == 0 {
		c.lateNews = 20 * time.Millisecond
	}
	return c
}

// Parked returns how many connections are parked and have no answer yet.
func (c *Conns) Parked() int64 { return c.parked.Load() }

// spawn runs f in a goroutine that Close waits for.
func (c *Conns) spawn(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open {
		c.work.Go(f)
	}
}

// ready reports whether connections can be parked.
func (c *Conns) ready() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open && c.poller == nil {
		c.poller = newPoller()
		c.open = c.poller != nil
	}
	return c.open
}

// Close writes the answers that are on their way and closes all parked
// connections; their owners are told. Nothing is parked any more.
func (c *Conns) Close() {
	c.mu.Lock()
	wasOpen := c.open
	c.open = false
	c.mu.Unlock()
	if !wasOpen {
		return
	}
	close(c.closed)
	c.work.Wait()
	if c.poller == nil {
		return
	}
	for _, e := range c.poller.all() {
		e.drop()
	}
	c.poller.close()
}
