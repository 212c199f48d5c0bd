package component

import (
	"sync"
	"time"

	"frontdesk/roster"
)

// refuseEvery is the least time between two errors to one sender about one
// visitor who is gone: two machines that answer each other's errors must not
// storm.
const refuseEvery = time.Minute

// refusals remembers to whom such errors went. Its methods may be called by
// any goroutine.
type refusals struct {
	mu   sync.Mutex
	sent map[roster.Contact]time.Time
}

func newRefusals() *refusals { return &refusals{sent: make(map[roster.Contact]time.Time)} }

// allow tells whether the error may be sent now, and notes it. With too many
// senders at once new ones get none.
func (r *refusals) allow(about roster.Contact, condition string, now time.Time) bool {
	if condition != "gone" && condition != "item-not-found" {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	last, known := r.sent[about]
	if known && now.Sub(last) < refuseEvery || !known && len(r.sent) >= maxKnown {
		return false
	}
	r.sent[about] = now
	return true
}

// sweep forgets what is over.
func (r *refusals) sweep(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for about, at := range r.sent {
		if now.Sub(at) >= refuseEvery {
			delete(r.sent, about)
		}
	}
}
