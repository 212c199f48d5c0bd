package hold

import (
	"crypto/tls"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// readTime is how long the page may take to read an answer that its browser
// has. A connection that lives longer was not closed by a page that goes.
const readTime = 2 * time.Second

// conn is a TCP connection that the listener has accepted. At its end it asks
// the kernel what became of the last answer. It outlives its carriers: it is
// parked and comes back.
type conn struct {
	*net.TCPConn
	ahead    []byte // read ahead while it was parked, comes first
	requests atomic.Int64

	mu    sync.Mutex
	asked time.Time // when the kernel was asked; zero: not yet
	taken bool      // it said that the peer's kernel has everything
}

// Read implements net.Conn.
func (c *conn) Read(b []byte) (int, error) {
	if len(c.ahead) > 0 {
		n := copy(b, c.ahead)
		c.ahead = c.ahead[n:]
		return n, nil
	}
	return c.TCPConn.Read(b)
}

// SetWriteDeadline implements net.Conn. TLS sets a deadline before its last
// words (RFC 8446 §6.1). They are no answer, so the kernel is asked before.
func (c *conn) SetWriteDeadline(t time.Time) error {
	if t.IsZero() {
		c.forget()
	} else {
		c.ask()
	}
	return c.TCPConn.SetWriteDeadline(t)
}

// Close implements net.Conn.
func (c *conn) Close() error {
	c.ask()
	return c.TCPConn.Close()
}

// ask asks the kernel, once.
func (c *conn) ask() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked.IsZero() {
		c.asked = time.Now()
		_, c.taken = askKernel(c.TCPConn)
	}
}

func (c *conn) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked, c.taken = time.Time{}, false
}

// lost reports whether the peer has closed the connection and the answer that
// was written last, if any, may not have arrived. The kernel knows that before
// the server sees it.
func (c *conn) lost(written time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, taken := c.asked, c.taken
	if at.IsZero() {
		var open bool
		if open, taken = askKernel(c.TCPConn); open {
			return false
		}
		at = time.Now()
	}
	return written.IsZero() || !c.proves(taken, at.Sub(written))
}

// look reports whether the connection is open as far as is known, and whether
// the peer's kernel has taken everything so far.
func (c *conn) look() (open, taken bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.asked.IsZero() {
		return false, c.taken
	}
	return askKernel(c.TCPConn)
}

// proves reports whether the end of the connection, so long after the answer,
// leaves no doubt that it has arrived. The peer's kernel must have taken all of
// it and not have reset the connection, which it does when the client leaves
// something unread. What it took before the answer was written proves nothing.
// Of a browser, which uses connections again, all that is not enough: it may
// have read the answer for a page that was going.
func (c *conn) proves(taken bool, after time.Duration) bool {
	return taken && after >= 0 && (c.requests.Load() < 2 || after >= readTime)
}

// connUnder returns our connection under one of the server; nil when the
// listener did not make one.
func connUnder(c net.Conn) *conn {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	tcp, _ := c.(*conn)
	return tcp
}
