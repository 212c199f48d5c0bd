package link

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// socket is the network connection below a [Conn]; it notices a dead peer:
// after expect some input has to come within patience, or Read fails with
// os.ErrDeadlineExceeded. Time that the reader spends elsewhere does not count.
type socket struct {
	net.Conn
	patience time.Duration
	count    *counters

	mu    sync.Mutex
	until time.Time // input has to come until then; zero: none is awaited
}

// expect says that the peer has been asked something.
func (s *socket) expect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.until.IsZero() {
		s.arm()
	}
}

// arm gives the peer its patience from now on.
func (s *socket) arm() {
	s.until = time.Now().Add(s.patience)
	// A connection that takes no deadline is a closed one; Read tells.
	_ = s.SetReadDeadline(s.until)
}

// Read reads from the connection and takes any input as a sign of life.
func (s *socket) Read(p []byte) (int, error) {
	for {
		began := time.Now()
		n, err := s.Conn.Read(p)
		if n > 0 {
			s.count.bytesIn.Add(uint64(n))
			s.gotInput()
			return n, nil
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) || !s.ranOut(began) {
			return 0, err
		}
	}
}

// Write writes to the connection and counts the bytes.
func (s *socket) Write(p []byte) (int, error) {
	n, err := s.Conn.Write(p)
	s.count.bytesOut.Add(uint64(n))
	return n, err
}

// gotInput ends the wait for a sign of life.
func (s *socket) gotInput() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.until.IsZero() {
		s.until = time.Time{}
		_ = s.SetReadDeadline(time.Time{})
	}
}

// ranOut tells whether the time had run out before the read began, and then
// gives the peer its patience anew.
func (s *socket) ranOut(began time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.until.IsZero() || s.until.After(began) {
		return false
	}
	s.arm()
	return true
}
