package desk

import (
	"slices"

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

// askSeats asks for the seats that are due to be read.
func (d *service) askSeats() {
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
