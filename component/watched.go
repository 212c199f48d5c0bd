package component

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// watched is a connection that notices a dead peer: after expect some input
// has to come within patience, or Read fails with os.ErrDeadlineExceeded.
// Time that the reader spends elsewhere does not count.
type watched struct {
	net.Conn
	patience time.Duration
	count    *counters

	mu    sync.Mutex
	until time.Time // input has to come until then; zero: none is awaited
}

// expect says that the peer has been asked something.
func (w *watched) expect() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.until.IsZero() {
		w.arm()
	}
}

func (w *watched) arm() {
	w.until = time.Now().Add(w.patience)
	// A connection that takes no deadline is a closed one; Read tells.
	_ = w.SetReadDeadline(w.until)
}

// Read reads from the connection and takes any input as a sign of life.
func (w *watched) Read(p []byte) (int, error) {
	for {
		began := time.Now()
		n, err := w.Conn.Read(p)
		if n > 0 {
			w.count.bytesIn.Add(uint64(n))
			w.heard()
			return n, nil
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) || !w.late(began) {
			return 0, err
		}
	}
}

// Write writes to the connection and counts the bytes.
func (w *watched) Write(p []byte) (int, error) {
	n, err := w.Conn.Write(p)
	w.count.bytesOut.Add(uint64(n))
	return n, err
}

func (w *watched) heard() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.until.IsZero() {
		w.until = time.Time{}
		_ = w.SetReadDeadline(time.Time{})
	}
}

// late tells whether the time had run out before the read began, and then
// gives the peer its patience anew.
func (w *watched) late(began time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.until.IsZero() || w.until.After(began) {
		return false
	}
	w.arm()
	return true
}
