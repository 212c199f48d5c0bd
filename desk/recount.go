package desk

import (
	"slices"
	"time"

	"frontdesk/roster"
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

// SeatsRead answers [ReadSeats]: how many chats hold a seat of the agent's by
// what the store has.
type SeatsRead struct {
	Agent roster.AgentJID
	Taken int
}

func (e SeatsRead) happen(d *Desk) {
	a := d.seats.agents[e.Agent]
	if a == nil || !a.recount.running() {
		return
	}
	a.recount.end(a.taken, e.Taken)
	if a.recount.elsewhere > 0 { // somebody else's: look again
		a.recount.due = d.at.Add(recountAgain)
	}
	d.seatsChanged(a)
	d.serveFor(a)
}

// askSeats asks for the seats that are due to be read.
func (d *Desk) askSeats() {
	d.recounting = slices.DeleteFunc(d.recounting, func(a *agent) bool {
		if d.seats.agents[a.JID] != a || !a.recount.running() {
			return true
		}
		if !d.at.Before(a.recount.due) {
			a.recount.due = d.at.Add(recountAgain)
			d.after(ReadSeats{Agent: a.JID})
		}
		return false
	})
}
