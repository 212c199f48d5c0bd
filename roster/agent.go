package roster

import (
	"errors"
	"fmt"
	"slices"
	"strings"
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

// Check tells what is wrong with an agent by herself, and the remedy.
func (a Agent) Check() error {
	switch {
	case a.Capacity < 1:
		return fmt.Errorf("capacity %d; at least 1", a.Capacity)
	case a.Grace < 0:
		return fmt.Errorf("grace %s; 0 means the queue's", a.Grace)
	case strings.TrimSpace(a.Name) == "":
		return errors.New("an empty name; visitors see it")
	case len(a.Queues) == 0:
		return errors.New("an agent without a queue; name one")
	}
	return nil
}

// AgentPatch changes the fields that are not nil.
type AgentPatch struct {
	Name     *string
	Queues   *[]string
	Capacity *int
	Grace    *time.Duration
}

// Apply returns the agent with the changes.
func (p AgentPatch) Apply(a Agent) Agent {
	if p.Name != nil {
		a.Name = *p.Name
	}
	if p.Queues != nil {
		a.Queues = slices.Clone(*p.Queues)
	}
	if p.Capacity != nil {
		a.Capacity = *p.Capacity
	}
	if p.Grace != nil {
		a.Grace = *p.Grace
	}
	return a
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
