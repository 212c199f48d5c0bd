package desk

import (
	"net/netip"

	"frontdesk/chat"
	"frontdesk/roster"
)

// Event is something an edge tells the desk: values only, no shared pointers.
type Event interface{ event() }

// Tab is one stream of a visitor: one page. Stream is unique in the process
// and never shown to agents.
type Tab struct {
	Visitor roster.VisitorJID
	Stream  string
}

// From c2s.
type (
	// TabOnline says that a bound stream has a live link: after bind, after a
	// return, and when Away changes (every tab away shows as away). Where: what
	// counts as one address, not valid when it is not known. Returning: the
	// visitor logged in with a token and may have been here before.
	TabOnline struct {
		Tab       Tab
		Where     netip.Prefix
		Away      bool
		Returning bool
	}
	// TabOffline is that tab's `unavailable`, whatever its cause; the last tab's
	// starts the grace. Ended: the stream itself is over.
	TabOffline struct {
		Tab   Tab
		Ended bool
	}
	// TabSettled says that the visitor's transport has confirmed the delivery of
	// these entries (Delivery.Seq).
	TabSettled struct {
		Tab  Tab
		Seqs []int64
	}
	// TabBehind says that a tab left out deliveries because it lagged, and has
	// caught up: it wants what is unsettled.
	TabBehind struct{ Tab Tab }
	// VisitorAsks is a request of a visitor. It is answered by exactly one
	// Visitors.Answer with the same Tab and Ref, after everything that had to be
	// on disk for it is.
	VisitorAsks struct {
		Tab  Tab
		Ref  uint64
		What Ask
	}
)

// Ask is the body of a visitor's request.
type Ask interface{ ask() }

type (
	// Say is a message to a queue ("" for the default one), or to an agent of it
	// by her display name (the resource). Messages without text (chat states,
	// receipts, markers) are answered like any other.
	Say struct {
		Queue     string
		AgentName string
		Message   chat.Message
	}
	// Join is XEP-0142 join-queue.
	Join struct {
		Queue                 string
		Name, Email, Question string
	}
	// Depart is XEP-0142 depart-queue.
	Depart struct{ Queue string }
	// Place asks for the queue status.
	Place struct{ Queue string }
	// Browse tells where the visitor is (XEP-0195).
	Browse struct{ Page roster.Page }
	// Rename tells the visitor's name (XEP-0172).
	Rename struct{ Name string }
)

func (Say) ask()    {}
func (Join) ask()   {}
func (Depart) ask() {}
func (Place) ask()  {}
func (Browse) ask() {}
func (Rename) ask() {}

// From component.
type (
	// LinkUp says that the component link is ready for stanzas. Link tells this
	// connection from others; the desk repeats it in [Attached].
	LinkUp struct{ Link uint64 }
	// LinkDown says that the link is lost; what was not confirmed may be lost
	// with it.
	LinkDown struct{}
	// LinkConfirmed says that the XMPP server has taken every [Words] up to this
	// place in the outbox.
	LinkConfirmed struct{ Outbox int64 }
	// AgentPresence is what one resource of an agent says of itself; an
	// Unavailable one without a resource stands for all of them.
	AgentPresence struct {
		Agent    roster.AgentJID
		Resource string
		Presence roster.Presence
	}
	// AgentSays is a message of some XMPP user to a visitor's address. The desk
	// decides whether its sender may.
	AgentSays struct {
		Agent    roster.AgentJID // bare sender
		Resource string
		Visitor  roster.VisitorJID // "" when addressed to the desk itself
		Message  chat.Message
	}
	// AgentBounced says that a stanza of ours to an agent came back as an error.
	AgentBounced struct {
		Agent     roster.AgentJID
		Visitor   roster.VisitorJID
		ID        string // id of the stanza
		Condition string
	}
	// AgentProbes is a presence probe to a visitor or to the desk ("").
	AgentProbes struct {
		Agent    roster.AgentJID
		Resource string
		Visitor  roster.VisitorJID
	}
	// AgentLooks asks who a visitor is (disco, vCard, avatar); answered by
	// one [Card] with the same Ref.
	AgentLooks struct {
		Ref     string
		Agent   roster.AgentJID
		Visitor roster.VisitorJID
	}
)

// recalled is what the store knows of a returning visitor's latest chat.
type recalled struct {
	visitor roster.VisitorJID
	agent   roster.AgentJID
}

func (recalled) event()      {}
func (TabOnline) event()     {}
func (TabOffline) event()    {}
func (TabBehind) event()     {}
func (TabSettled) event()    {}
func (VisitorAsks) event()   {}
func (LinkUp) event()        {}
func (LinkDown) event()      {}
func (LinkConfirmed) event() {}
func (AgentPresence) event() {}
func (AgentSays) event()     {}
func (AgentBounced) event()  {}
func (AgentProbes) event()   {}
func (AgentLooks) event()    {}
