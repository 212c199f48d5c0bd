package desk

import (
	"time"
)

// How long the desk waits before it asks again for an agent's seats: when the
// store refused a second claim in that time, and when no answer came.
const (
	recountPause = time.Second
	recountAgain = 5 * time.Second
)

// recount is what follows from a refused claim: the store and the desk do not
// agree about an agent's seats. She gets no chats until they are read again,
// and not twice in a moment, so that nothing turns in a circle.
type recount struct {
	refused   time.Time // the last refusal
	due       time.Time // when her seats are asked for; zero: nothing is wrong
	elsewhere int       // seats the store knows of and the desk does not
}

func (r *recount) running() bool { return !r.due.IsZero() }

// start takes a refusal.
func (r *recount) start(now time.Time) {
	r.due = now
	if !r.refused.IsZero() && now.Before(r.refused.Add(recountPause)) {
		r.due = r.refused.Add(recountPause)
	}
	r.refused = now
}

// end takes what was read.
func (r *recount) end(taken, read int) {
	r.due, r.elsewhere = time.Time{}, max(0, read-taken)
}
