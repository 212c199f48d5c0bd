// Package desk is a whole desk as a state machine: who is here, who waits, who
// talks with whom. [Desk.Step] takes what happened and an instant, and gives
// what has to be written and what has to be done. It has no clock, no
// goroutine, no I/O and no log; package engine runs it.
//
// Nobody is told that something was done before it is on disk: what follows
// from a change is held until [Committed] says that the change is written, and
// comes out of that step, in order.
//
// A map, in the order of reading. What is above knows nothing of what is below,
// with few exceptions: a step of a chat may lead to another (service, assign,
// step, greet), and a turn releases what a commit was awaited for.
//
//	effect to_agent              what comes out
//	options text                 the rules, what people read
//	tabs unsettled references    one visitor's pages, what has not arrived, one chat's messages
//	chats visitors contacts      who is here, whom agents have in their lists
//	networks deadlines           counted by where they come from; ordered by when they are due
//	recount seats lines          who answers and has a seat, who waits in which queue
//	names outbox held            ids, words on their way to agents, what waits for commits
//	state turn                   all of that, and what a step writes
//	service message part         a chat is carried on: words, the desk's own, the end,
//	assign step greet            the line, a step of its life, its agent
//	desk committed seats_read    what happens: an event each, with what it does
//	directory tick link          what visitors see of the queues, what time and the link do
//	order order_*                what somebody wants done: an order each
//	open record visitor_*        what visitors do
//	agent_*                      what agents do
//	rows view                    loading, what admins look at
package desk

import "time"

// Desk is a desk. It is for one goroutine at a time.
type Desk struct{ service }

// New returns a desk that knows nobody. Its first event is [Started].
func New(opts Options) *Desk {
	d := &Desk{}
	d.opts, d.names = opts, names(opts.Seed)
	d.seats, d.lines, d.chats, d.visitors = newSeats(), lines{}, chats{}, visitors{}
	d.contacts, d.networks = contacts{}, networks{}
	return d
}

// Event is something that happens to a desk. The types of events stand in
// files of their own, with what follows from them.
type Event interface{ happen(d *Desk) }

// Step takes an event at an instant. Instants never go back.
func (d *Desk) Step(e Event, now time.Time) Turn {
	d.at = now
	d.beginTurn()
	e.happen(d)
	for a := d.seats.nextFreed(); a != nil; a = d.seats.nextFreed() {
		d.serveFor(a)
	}
	return d.endTurn()
}
