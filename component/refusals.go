package component

import (
	"sync"
	"time"

	"frontdesk/roster"
)

// Errors to one sender about one visitor who is gone. An agent gets one for
// every word that reached nobody, so long as a person wrote them; a stranger
// gets one a minute: two machines that answer each other's errors must not
// storm.
const (
	agentErrors   = 20 // at once …
	agentErrorsIn = 1  // … and a second, for long
	refuseEvery   = time.Minute
)

// refusals remembers to whom such errors went. Its methods may be called by
// any goroutine.
type refusals struct {
	mu   sync.Mutex
	sent map[roster.Contact]*roster.Pace
}

func newRefusals() *refusals { return &refusals{sent: make(map[roster.Contact]*roster.Pace)} }

// allow tells whether the error may be sent now, and notes it. With too many
// senders at once new ones get none.
func (r *refusals) allow(about roster.Contact, agent bool, condition string, now time.Time) bool {
	if condition != "gone" && condition != "item-not-found" {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	pace := r.sent[about]
	if pace == nil {
		if len(r.sent) >= maxKnown {
			return false
		}
		pace = paceFor(agent)
		r.sent[about] = pace
	}
	return pace.Take(now)
}

func paceFor(agent bool) *roster.Pace {
	pace := roster.NewPace(1/refuseEvery.Seconds(), 1)
	if agent {
		pace = roster.NewPace(agentErrorsIn, agentErrors)
	}
	return &pace
}

// sweep forgets what is over.
func (r *refusals) sweep(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for about, pace := range r.sent {
		if pace.Quiet(now.Add(-refuseEvery)) {
			delete(r.sent, about)
		}
	}
}
