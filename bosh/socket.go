package bosh

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

// cutTime bounds the wait for an answer that is being written to a connection
// that its peer has closed.
const cutTime = time.Second

// socket is a TCP connection that the listener has accepted. At its end it
// asks the kernel what became of the last answer. It outlives the server's view
// of it: it is parked and comes back.
type socket struct {
	*net.TCPConn
	rest     []byte // read ahead, comes first
	requests atomic.Int64

	mu    sync.Mutex
	asked time.Time // when the kernel was asked; zero: not yet
	taken bool      // it said that the peer's kernel has everything
}

// Read implements net.Conn.
func (s *socket) Read(b []byte) (int, error) {
	if len(s.rest) > 0 {
		n := copy(b, s.rest)
		s.rest = s.rest[n:]
		return n, nil
	}
	return s.TCPConn.Read(b)
}

// SetWriteDeadline implements net.Conn. TLS sets a deadline before its last
// words (RFC 8446 §6.1). They are no answer, so the kernel is asked before.
func (s *socket) SetWriteDeadline(t time.Time) error {
	if t.IsZero() {
		s.forget()
	} else {
		s.ask()
	}
	return s.TCPConn.SetWriteDeadline(t)
}

// Close implements net.Conn.
func (s *socket) Close() error {
	s.ask()
	return s.TCPConn.Close()
}

// ask asks the kernel, once.
func (s *socket) ask() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asked.IsZero() {
		s.asked = time.Now()
		_, s.taken = askKernel(s.TCPConn)
	}
}

func (s *socket) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked, s.taken = time.Time{}, false
}

// cut reports whether the peer has closed the connection and the answer that
// was written last, if any, may not have arrived. The kernel knows that before
// the server sees it.
func (s *socket) cut(written time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, taken := s.asked, s.taken
	if at.IsZero() {
		var open bool
		if open, taken = askKernel(s.TCPConn); open {
			return false
		}
		at = time.Now()
	}
	return written.IsZero() || !s.proves(taken, at.Sub(written))
}

// state reports whether the connection is open as far as is known, and whether
// the peer's kernel has taken everything so far.
func (s *socket) state() (open, taken bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.asked.IsZero() {
		return false, s.taken
	}
	return askKernel(s.TCPConn)
}

// proves reports whether the end of the connection, so long after the answer,
// leaves no doubt that it has arrived. The peer's kernel must have taken all of
// it and not have reset the connection, which it does when the client leaves
// something unread. What it took before the answer was written proves nothing.
// Of a browser, which uses connections again, all that is not enough: it may
// have read the answer for a page that was going.
func (s *socket) proves(taken bool, after time.Duration) bool {
	return taken && after >= 0 && (s.requests.Load() < 2 || after >= readTime)
}

// socketOf returns the socket under a connection of the server; nil when the
// listener did not make one.
func socketOf(c net.Conn) *socket {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	s, _ := c.(*socket)
	return s
}
