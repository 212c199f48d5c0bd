package link

import (
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"frontdesk/wire"
)

// errUnanswered fails a request that got no answer in time.
var errUnanswered = errors.New("no answer in time")

// Reply takes the outcome of a request of ours: the answer, whose Error may be
// set, or why there is none. It is called once, or never when far too many
// requests are under way, and must not block.
type Reply func(answer wire.IQ, err error)

// request is an iq of ours under way.
type request struct {
	to       string
	deadline time.Time
	reply    Reply
}

// tracker knows the requests under way on one connection (RFC 6120 §8.2.3).
// Ids are random and answers count only from the address that was asked:
// others must not be able to answer in its place.
type tracker struct {
	mu      sync.Mutex
	pending map[string]request
	failed  error // the connection is over
}

func newTracker() *tracker { return &tracker{pending: make(map[string]request)} }

// add notes a request and returns its id. With too many under way the answer
// to this one goes unheard.
func (t *tracker) add(to string, deadline time.Time, r Reply) string {
	id := rand.Text()
	t.mu.Lock()
	failed := t.failed
	if failed == nil && len(t.pending) < maxRequests {
		t.pending[id] = request{to, deadline, r}
	}
	t.mu.Unlock()
	if failed != nil {
		r(wire.IQ{}, failed)
	}
	return id
}

// take hands an answer to whoever waits for it; anything else is dropped.
func (t *tracker) take(answer wire.IQ) {
	t.mu.Lock()
	r, ok := t.pending[answer.ID]
	ok = ok && r.to == answer.From
	if ok {
		delete(t.pending, answer.ID)
	}
	t.mu.Unlock()
	if ok {
		r.reply(answer, nil)
	}
}

// newTick is the clock of one connection, for what is due and what is over.
func newTick(every time.Duration) *time.Ticker { return time.NewTicker(every) }

// sweep fails the requests that are over their deadline.
func (t *tracker) sweep(now time.Time) {
	t.finish(errUnanswered, func(r request) bool { return !now.Before(r.deadline) })
}

// fail fails all requests, also later ones.
func (t *tracker) fail(err error) {
	t.mu.Lock()
	t.failed = err
	t.mu.Unlock()
	t.finish(err, func(request) bool { return true })
}

func (t *tracker) finish(err error, which func(request) bool) {
	var over []request
	t.mu.Lock()
	for id, r := range t.pending {
		if which(r) {
			over = append(over, r)
			delete(t.pending, id)
		}
	}
	t.mu.Unlock()
	for _, r := range over {
		r.reply(wire.IQ{}, err)
	}
}
