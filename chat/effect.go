package chat

import "frontdesk/roster"

// Effect is what follows from a step; the desk carries it out.
type Effect interface{ effect() }

type (
	// Claim asks the store for a seat of the agent.
	Claim struct{ Agent roster.AgentJID }
	// Wait puts the chat into its queue's line: at its place, or at the head.
	Wait struct{ Head bool }
	// Greet makes the visitor known to the agent who got the seat and sends her
	// what the visitor has said.
	Greet struct{ Agent roster.AgentJID }
	// Show tells the chat's agent that the visitor is there, or gone.
	Show struct{ Online bool }
	// Part takes the visitor away from an agent who had the chat. Reason is
	// NoReason when the chat goes on with somebody else.
	Part struct {
		Agent  roster.AgentJID
		Reason Reason
	}
	// Requeued tells the visitor that another agent will take over.
	Requeued struct{}
	// IdleWarning tells the visitor that the chat is about to be closed.
	IdleWarning struct{}
	// Remind tells the agent that she has not answered.
	Remind struct{ Agent roster.AgentJID }
	// Ended is the end of the chat.
	Ended struct{ Reason Reason }
)

func (Claim) effect()       {}
func (Wait) effect()        {}
func (Greet) effect()       {}
func (Show) effect()        {}
func (Part) effect()        {}
func (Requeued) effect()    {}
func (IdleWarning) effect() {}
func (Remind) effect()      {}
func (Ended) effect()       {}
