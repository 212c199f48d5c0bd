package component

import (
	"crypto/rand"
	"sync"
	"time"

	"frontdesk/wire"
)

// look is a request about a visitor that waits for the desk's [desk.Card].
type look struct {
	request  wire.IQ
	deadline time.Time
}

// timeout is the answer when the desk gave none.
func (l look) timeout() []byte {
	return refusal(&l.request, "wait", "remote-server-timeout")
}

// looks are the requests about visitors under way. Its methods may be called
// by any goroutine.
type looks struct {
	mu      sync.Mutex
	pending map[string]look
}

func newLooks() *looks { return &looks{pending: make(map[string]look)} }

// add notes a request and returns its reference; false when there are too
// many.
func (l *looks) add(request wire.IQ, deadline time.Time) (ref string, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.pending) >= maxLooks {
		return "", false
	}
	ref = rand.Text()
	l.pending[ref] = look{request, deadline}
	return ref, true
}

// take returns the request of a reference and forgets it.
func (l *looks) take(ref string) (wire.IQ, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	waiting, ok := l.pending[ref]
	delete(l.pending, ref)
	return waiting.request, ok
}

// sweep takes out the requests that are over their deadline.
func (l *looks) sweep(now time.Time) []look {
	l.mu.Lock()
	defer l.mu.Unlock()
	var over []look
	for ref, waiting := range l.pending {
		if !now.Before(waiting.deadline) {
			over = append(over, waiting)
			delete(l.pending, ref)
		}
	}
	return over
}
