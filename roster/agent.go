package roster

import (
	"slices"
	"time"
)

// Agent is a person who answers visitors from an XMPP client.
type Agent struct {
	JID      AgentJID
	Name     string        // what visitors see; unique in the desk
	Queues   []string      // queues she serves
	Capacity int           // chats she takes at one time, at least 1
	Grace    time.Duration // her own grace for visitors who left; 0: the queue's
}

// Serves tells whether the agent belongs to queue.
func (a Agent) Serves(queue string) bool {
	return slices.Contains(a.Queues, queue)
}

// Seats is how an agent's capacity is used.
type Seats struct {
	Capacity int
	Taken    int // chats that hold a seat
	Pending  int // claims under way
}

// Free tells whether another chat fits.
func (s Seats) Free() bool { return s.Taken+s.Pending < s.Capacity }

// Less tells whether s is less loaded than o: (taken+pending)/capacity,
// compared without division. No capacity counts as fully loaded.
func (s Seats) Less(o Seats) bool {
	if s.Capacity <= 0 || o.Capacity <= 0 {
		return s.Capacity > 0
	}
	return (s.Taken+s.Pending)*o.Capacity < (o.Taken+o.Pending)*s.Capacity
}
