package desk

import (
	"frontdesk/roster"
)

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
