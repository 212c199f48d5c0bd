// Package chat is the life of one chat: its states, what can happen to it,
// and what follows from that.
//
// It is pure: [Step] takes a value and an event and gives a value and effects
// back. Time is an argument. The states are those of the field (XEP-0142).
package chat

import (
	"time"

	"frontdesk/roster"
)

// ID names a chat; opaque and never reused.
type ID string

// State is where a chat is in its life.
type State uint8

// The states of a chat. Closed is final.
const (
	Queued  State = iota // waits in its queue's line
	Offered              // an agent is asked whether she takes it
	Invited              // an agent wrote first, the visitor has not answered
	Active               // visitor and agent talk
	Away                 // the visitor is gone, the grace is running
	Closed
)

// String returns the word used in JSON, SQL and on the command line.
func (s State) String() string {
	switch s {
	case Queued:
		return "queued"
	case Offered:
		return "offered"
	case Invited:
		return "invited"
	case Active:
		return "active"
	case Away:
		return "away"
	case Closed:
		return "closed"
	}
	return "unknown"
}

// Deadlines holds one instant per cause; the zero time means "not running".
// They are data: the timer that watches them is only an alarm.
type Deadlines struct {
	Grace      time.Time // the visitor's return
	AgentGrace time.Time // the agent's return
	Answer     time.Time // the agent's first answer
	Idle       time.Time // the visitor's next sign of life
	IdleWarn   time.Time // when to warn of Idle
	Invite     time.Time // the visitor's answer to an invitation
	Wanted     time.Time // until when the chat waits for the agent asked for
}

// Next returns the earliest instant, or the zero time when none is set.
func (d Deadlines) Next() time.Time {
	var next time.Time
	for _, t := range [...]time.Time{d.Grace, d.AgentGrace, d.Answer, d.Idle, d.IdleWarn, d.Invite, d.Wanted} {
		if !t.IsZero() && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	return next
}

// Chat is one conversation of a visitor with a queue.
type Chat struct {
	ID        ID
	Visitor   roster.VisitorJID
	Queue     string
	State     State
	Agent     roster.AgentJID // holds a seat of hers while set and the state is Offered, Invited, Active or Away
	Wanted    roster.AgentJID // the visitor asked for her
	Place     int64           // order in the line, lowest first
	Answered  bool            // the present agent has written
	Opened    time.Time
	Closed    time.Time
	Reason    Reason // why it was closed
	Deadlines Deadlines

	// Not stored: after a restart visitors and agents have to come back anyway.
	Pending   roster.AgentJID   // a claim on her seat is under way
	Excluded  []roster.AgentJID // who are asked last …
	Exclusion time.Time         // … until then
	Unserved  time.Time         // until when it waits although nobody serves its queue
	Reminded  bool              // the present agent was reminded that she has not answered
}

// Stored returns the chat with what is stored of it.
func (c Chat) Stored() Chat {
	c.Pending, c.Excluded, c.Exclusion, c.Unserved, c.Reminded = "", nil, time.Time{}, time.Time{}, false
	return c
}

// Next returns the earliest instant at which time alone changes something, or
// the zero time when there is none.
func (c Chat) Next() time.Time {
	next := c.Deadlines.Next()
	for _, t := range [...]time.Time{c.Exclusion, c.Unserved} {
		if !t.IsZero() && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	return next
}

// HoldsSeat tells whether the chat takes one of its agent's seats.
func (c Chat) HoldsSeat() bool {
	return c.Agent != "" && c.State != Queued && c.State != Closed
}

// Waits tells whether the chat stands in a line: queued, or queued when its
// visitor left.
func (c Chat) Waits() bool {
	return c.State == Queued || c.State == Away && c.Agent == ""
}

// Reason says why a chat was closed.
type Reason string

// The reasons for closing a chat, as stored.
const (
	NoReason      Reason = ""
	VisitorLeft   Reason = "visitor-left"  // the grace passed
	VisitorEnded  Reason = "visitor-ended" // the visitor said goodbye
	AgentEnded    Reason = "agent-ended"
	AdminEnded    Reason = "admin-ended"
	IdleTooLong   Reason = "idle"
	InviteExpired Reason = "invite-expired"
	NobodyCame    Reason = "nobody-came" // the queue had no agent any more
)
