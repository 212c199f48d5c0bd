package chat

import (
	"time"

	"frontdesk/roster"
)

// Rules are the durations a chat lives by; 0 switches Answer, Idle off.
type Rules struct {
	Grace      time.Duration // how long a visitor may be gone
	GraceBusy  time.Duration // the same when others wait
	AgentGrace time.Duration // how long an agent may be gone
	Answer     time.Duration // how long an agent may leave a chat unanswered
	Idle       time.Duration // how long a visitor may be silent
	Wanted     time.Duration // how long a chat waits for the agent asked for
	Exclusion  time.Duration // how long an agent who lost a chat is asked last
}

// Event is something that happens to a chat.
type Event interface{ event() }

type (
	// Opened is the first event of a chat. Wanted, when set, is an agent who is
	// online: the chat waits for her a while before it goes to anyone.
	Opened struct{ Wanted roster.AgentJID }
	// Restarted is the first event of a stored chat in a new process: its visitor
	// and its agent have to come back.
	Restarted struct{}
	// VisitorSpoke is the visitor's sign of life: a message, or typing.
	VisitorSpoke struct{}
	// VisitorGone says that the visitor's last tab is unavailable. Busy: others wait.
	VisitorGone struct{ Busy bool }
	// VisitorBack says that a tab of the visitor is online again.
	VisitorBack struct{}
	// LineGrew says that others wait now: a running grace is shortened.
	LineGrew struct{}
	// Assign is the pick of an agent; a claim on her seat follows.
	Assign struct{ Agent roster.AgentJID }
	// SeatGranted is the store's yes to a claim.
	SeatGranted struct{ Agent roster.AgentJID }
	// SeatRefused is the store's no to a claim.
	SeatRefused struct{ Agent roster.AgentJID }
	// AgentSpoke says that the chat's agent has written.
	AgentSpoke struct{}
	// AgentGone says that the agent is unavailable on all resources; she has the
	// agents' grace, and at least AtLeast, to come back.
	AgentGone struct{ AtLeast time.Duration }
	// AgentBack says that she is there again.
	AgentBack struct{}
	// AgentLost takes the chat from its agent at once. Exclude: she is asked last
	// for a while (a message to her bounced).
	AgentLost struct{ Exclude bool }
	// AgentAlive is a sign of life of an agent, who may not have the chat.
	AgentAlive struct{ Agent roster.AgentJID }
	// Unserved says that nobody serves the chat's queue any more: it keeps its
	// place for the grace.
	Unserved struct{}
	// Served says that somebody is back.
	Served struct{}
	// LinkLost stops the deadlines that wait for the agent.
	LinkLost struct{}
	// Close ends the chat.
	Close struct{ Reason Reason }
	// Tick says that time has passed; the deadlines decide. Others: somebody else
	// than the chat's agent could take it now.
	Tick struct{ Others bool }
)

func (Opened) event()       {}
func (Restarted) event()    {}
func (VisitorSpoke) event() {}
func (VisitorGone) event()  {}
func (VisitorBack) event()  {}
func (LineGrew) event()     {}
func (Assign) event()       {}
func (SeatGranted) event()  {}
func (SeatRefused) event()  {}
func (AgentSpoke) event()   {}
func (AgentGone) event()    {}
func (AgentBack) event()    {}
func (AgentLost) event()    {}
func (AgentAlive) event()   {}
func (Unserved) event()     {}
func (Served) event()       {}
func (LinkLost) event()     {}
func (Close) event()        {}
func (Tick) event()         {}
