package desk

import (
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"
)

// Effect is something that has to be done: values only, no shared pointers.
type Effect interface{ effect() }

// For the host of the desk.
type (
	// Replied ends an order; see [Ordered].
	Replied struct {
		Ref uint64
		Err error
	}
	// Recall asks who talked with a returning visitor last. It is a preference:
	// [Recalled] may never come.
	Recall struct{ Visitor roster.VisitorJID }
	// ReadSeats asks how many seats of an agent are taken by what the store has:
	// [SeatsRead].
	ReadSeats struct{ Agent roster.AgentJID }
	// Logged is a line for the log. What is empty in it is left out.
	Logged struct {
		Text    string
		Warning bool
		Chat    chat.ID
		Visitor roster.VisitorJID
		Agent   roster.AgentJID
		Detail  string
	}
)

// For the visitors' side.
type (
	// Answered ends a visitor's request; see [VisitorAsks].
	Answered struct {
		Tab    Tab
		Ref    uint64
		Answer Answer
	}
	// Joined says that the desk knows a tab from here on: what is delivered to all
	// streams of its visitor reaches it only after this.
	Joined struct{ Tab Tab }
	// Delivered brings words to a visitor: to every stream, or to Only.
	Delivered struct {
		Visitor  roster.VisitorJID
		Delivery Delivery
	}
	// LinkChanged tells that the component link came up, or is lost.
	LinkChanged struct{ Up bool }
	// Listed tells the present state of every queue. It replaces the last one.
	Listed struct{ Queues []QueueView }
	// Tenured tells how long sessions of this visitor outlive a lost link; 0 means
	// the transport's own rule (no open chat).
	Tenured struct {
		Visitor roster.VisitorJID
		Linger  time.Duration
	}
	// Dismissed ends the visitor's streams whose link is lost, or all of them
	// (kicked). It is the end of a chat's teardown.
	Dismissed struct {
		Visitor roster.VisitorJID
		All     bool
	}
)

// Inside: what is computed, or matters to the desk alone, when it is carried
// out.
type (
	// tenure becomes Tenured.
	tenure struct{ visitor roster.VisitorJID }
	// accepted is an agent's message that is on disk; nothing is left to do. If it is
	// not, she has to know.
	accepted Refuse
	// retract takes words from the outbox that somebody else gets now.
	retract struct{ contact roster.Contact }
	// attach opens a link for what is carried out from here on; see committed.go.
	attach struct {
		number int
		link   uint64
	}
)

// Answer is the outcome of a visitor's request.
type Answer struct {
	Err    *Refusal     // nil: done
	ID     string       // Say: the id the message carries outward; "" when it has no text
	Status *QueueStatus // Join and AskPosition while waiting; nil: not in a line
	Ended  bool         // the request ended the visitor's chat
}

// Refusal is a stanza error (RFC 6120 §8.3) in the desk's words.
type Refusal struct {
	Condition string // for example "service-unavailable"
	Type      string // "cancel", "wait", "modify", "auth"
	Text      string // for people
}

func refuse(condition, kind, text string) *Refusal {
	return &Refusal{Condition: condition, Type: kind, Text: text}
}

// Tab is one stream of a visitor: one page. Stream is unique in the process
// and never shown to agents.
type Tab struct {
	Visitor roster.VisitorJID
	Stream  string
}

// QueueView is a queue as visitors see it.
type QueueView struct {
	Name    string
	Title   string
	Show    roster.Show // Available, Away or Unavailable
	Status  string
	Default bool
	Agents  []AgentView // the online ones
}

// AgentView is an agent as visitors see her: a resource of the queue.
type AgentView struct {
	Name string
	Show roster.Show
}

// QueueStatus is a visitor's place in a line (XEP-0142 §4.5).
type QueueStatus struct {
	Position int           // counted from 1
	Wait     time.Duration // estimate; 0: unknown
}

// Delivery is what a visitor is shown. Seq > 0 wants a [TabSettled] once a
// transport has confirmed it and is to be shown once; 0 is a notice, forgotten
// when no stream is live.
type Delivery struct {
	Seq       int64
	Only      string // this stream alone; "" all of the visitor's streams
	Queue     string // the address it comes from …
	AgentName string // … with this resource; "" for the desk's own words
	Message   chat.Message
	Sent      time.Time    // not zero: carries a delay stamp (XEP-0203)
	Status    *QueueStatus // carries queue-status, with a no-store hint
	Notice    bool         // words of the desk: no-store
}

// Rows is what the store has, for [Started] and [Reloaded]. Visitors are those
// of the open chats, Said is every entry of them by Seq, and Undelivered every
// entry that has yet to be confirmed towards an agent or seen by a visitor.
type Rows struct {
	Agents      []roster.Agent
	Queues      []queue.Queue
	Chats       []chat.Chat
	Visitors    []roster.Visitor
	Contacts    []roster.Contact
	Undelivered []ledger.Entry
	Said        []ledger.Entry
	// The highest Entry.Seq, Entry.Outbox and Chat.Place ever used.
	Seq, Outbox, Place int64
}

func (Replied) effect()     {}
func (Recall) effect()      {}
func (ReadSeats) effect()   {}
func (Logged) effect()      {}
func (Answered) effect()    {}
func (Joined) effect()      {}
func (Delivered) effect()   {}
func (LinkChanged) effect() {}
func (Listed) effect()      {}
func (Tenured) effect()     {}
func (Dismissed) effect()   {}
func (tenure) effect()      {}
func (accepted) effect()    {}
func (retract) effect()     {}
func (attach) effect()      {}
