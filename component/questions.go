package component

import (
	"crypto/rand"
	"sync"
	"time"

	"frontdesk/wire"
)

// question is a request about a visitor that waits for the desk's answer.
type question struct {
	request  wire.IQ
	deadline time.Time
}

// questions are those about visitors under way on one connection. Its methods
// may be called by any goroutine.
type questions struct {
	mu      sync.Mutex
	pending map[string]question
}

func newQuestions() *questions { return &questions{pending: make(map[string]question)} }

// add notes a request and returns its reference; false when there are too
// many.
func (q *questions) add(request wire.IQ, deadline time.Time) (ref string, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.pending) >= maxQuestions {
		return "", false
	}
	ref = rand.Text()
	q.pending[ref] = question{request, deadline}
	return ref, true
}

// take returns the request of a reference and forgets it.
func (q *questions) take(ref string) (wire.IQ, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	waiting, ok := q.pending[ref]
	delete(q.pending, ref)
	return waiting.request, ok
}

// sweep takes out the requests that are over their deadline.
func (q *questions) sweep(now time.Time) []wire.IQ {
	q.mu.Lock()
	defer q.mu.Unlock()
	var overdue []wire.IQ
	for ref, waiting := range q.pending {
		if !now.Before(waiting.deadline) {
			overdue = append(overdue, waiting.request)
			delete(q.pending, ref)
		}
	}
	return overdue
}
