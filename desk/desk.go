// Package desk is a whole desk as a state machine: who is here, who waits, who
// talks with whom. [Desk.Step] takes what happened and an instant, and gives
// what has to be written and what has to be done. It has no clock, no
// goroutine, no I/O and no log; package engine runs it.
//
// Nobody is told that something was done before it is on disk: what follows
// from a change is held until [Committed] says that the change is written, and
// comes out of that step, in order.
//
// A map, in the order of reading:
//
//	desk turn held            a step, what it writes, what waits for a commit
//	seats recount lines       who answers, who waits in which queue
//	chats references deadlines networks
//	visitors tabs unsettled   who is here, and what they have not got yet
//	contacts outbox           agents' contact lists, words on their way to them
//	rows                      all of that as it is loaded
//	step assign greet part    a chat's life, and what follows for both sides
//	message notice            words, and the desk's own
//	visitor_* agent_* link_*  what happens: an event each, with what it does
//	order_*                   what admins and agents order
//	view                      what may be looked at
package desk

import (
	"time"

	"frontdesk/chat"
)

// Options are the rules of a desk. Durations of 0 switch AnswerWithin and Idle
// off; MaxWaiting, OpenChats and ChatsPerNetwork of 0 mean no limit.
type Options struct {
	Domain       string
	DefaultQueue string // "" means the first by name
	Grace        time.Duration
	GraceBusy    time.Duration
	OfflineAfter time.Duration
	AgentGrace   time.Duration
	AgentReturn  time.Duration // least grace for agents after the link was down
	AnswerWithin time.Duration
	Idle         time.Duration
	WantedFor    time.Duration // how long a chat waits for the agent asked for
	ResumeTTL    time.Duration
	MaxWaiting   int
	OpenChats    int
	CloseOnGone  bool
	// ChatsPerNetwork bounds the open chats of visitors from one network.
	ChatsPerNetwork int
	// Seed begins the names of chats and messages; another in every process.
	Seed uint64
}

// maxChatBytes bounds the text of one chat.
const maxChatBytes = 1 << 20

// Desk is the state of a desk. It is for one goroutine at a time.
type Desk struct {
	opts  Options
	at    time.Time // the instant of the present step
	turn  turn      // what the present step writes
	held  held      // what waits for a commit
	stats Stats
	names names

	seats      seats
	lines      lines
	chats      chats
	visitors   visitors
	contacts   contacts
	due        deadlines
	networks   networks
	kept       kept
	outbox     outbox
	link       connection
	recounting []*agent // whose seats have to be read
	seq        int64    // last Entry.Seq
	outboxed   int64    // last number in the outbox
	place      int64    // last place in a line
	directory  directory
}

// New returns a desk that knows nobody. Its first event is [Started].
func New(opts Options) *Desk {
	return &Desk{
		opts: opts, names: names(opts.Seed), seats: newSeats(), lines: lines{}, chats: chats{},
		visitors: visitors{}, contacts: contacts{}, networks: networks{},
	}
}

// Event is something that happens to a desk. The types of events stand in
// files of their own, with what follows from them.
type Event interface{ happen(d *Desk) }

// Step takes an event at an instant. Instants never go back. The slices of the
// turn are good until the next step.
func (d *Desk) Step(e Event, now time.Time) Turn {
	d.at = now
	e.happen(d)
	for a := d.seats.nextFreed(); a != nil; a = d.seats.nextFreed() {
		d.serveFor(a)
	}
	return d.endTurn()
}

// Next is when a [Tick] is due; the zero time when none is.
func (d *Desk) Next() time.Time {
	next := earlier(d.due.next(), d.kept.next())
	for _, a := range d.recounting {
		next = earlier(next, a.recount.due)
	}
	return earlier(next, d.directory.next())
}

// Tick says that time has passed; a late, early or doubled one does no harm.
type Tick struct{}

func (Tick) happen(d *Desk) {
	d.expire()
	due := d.due.take(d.at)
	inReverse(due)
	for _, c := range due {
		d.step(c, chat.Tick{})
		if c.State != chat.Closed {
			d.due.fix(c)
		}
	}
	for _, c := range due {
		d.serve(c.Queue)
	}
	d.askSeats()
	d.tellDirectory()
}
