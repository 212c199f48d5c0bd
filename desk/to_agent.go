package desk

import (
	"time"

	"frontdesk/chat"
	"frontdesk/roster"
)

// ToAgent is an effect on the agents' side: one thing for the link, in order.
// They come only while a link is attached, at most [OutboxWindow] unconfirmed
// [Words] among them.
type ToAgent interface {
	Effect
	toAgent()
}

type (
	// Attached is the first thing sent after a [LinkUp], with its Link. The link
	// drops what comes before it: the desk sent that before it knew that the
	// connection it meant is lost, and sends it again.
	Attached struct{ Link uint64 }
	// Follow asks for an agent's presence: subscribe once, probe after each
	// connect.
	Follow struct {
		Agent roster.AgentJID
		New   bool // never asked before, or asked again by the admin
	}
	// Unfollow ends that.
	Unfollow struct{ Agent roster.AgentJID }
	// AddContact puts a visitor into an agent's contact list where the server
	// grants it (XEP-0356).
	AddContact struct {
		Contact roster.Contact
		Name    string
		Group   string
	}
	// RemoveContact takes it out again.
	RemoveContact struct {
		Contact roster.Contact
		Outbox  int64 // wants [LinkConfirmed], like Words
	}
	// ShowVisitor is a visitor's presence towards an agent (directed, RFC 6121
	// §4.6); Resource "" means the bare JID.
	ShowVisitor struct {
		Visitor  roster.VisitorJID
		Agent    roster.AgentJID
		Resource string
		Show     roster.Show
		Status   string
		Name     string
	}
	// ShowDesk is the desk's own presence towards an agent.
	ShowDesk struct {
		Agent    roster.AgentJID
		Resource string
	}
	// Words is a visitor's message to an agent. Message.ID is ours. Outbox > 0
	// wants [LinkConfirmed]; 0 is not kept (chat states, receipts, markers).
	Words struct {
		Outbox  int64
		Visitor roster.VisitorJID
		Agent   roster.AgentJID
		Message chat.Message
		Sent    time.Time // not zero: delay stamp
	}
	// Note is a line of the desk to an agent, from the visitor's address or, when
	// Visitor is "", from the desk's; marked no-store.
	Note struct {
		Visitor  roster.VisitorJID
		Agent    roster.AgentJID
		Resource string
		Text     string
		Gone     bool // with <gone/> (XEP-0085): the chat is over
	}
	// Refuse answers a message to a visitor's address ("" the desk) with an error.
	Refuse struct {
		Visitor  roster.VisitorJID
		Agent    roster.AgentJID
		Resource string
		ID       string // of the refused message
		Refusal  Refusal
	}
	// Card answers [AgentLooks].
	Card struct {
		Ref     string
		Known   bool // the visitor exists and is open to the asker
		Visitor roster.Visitor
		Online  bool
	}
)

func (Attached) effect()      {}
func (Follow) effect()        {}
func (Unfollow) effect()      {}
func (AddContact) effect()    {}
func (RemoveContact) effect() {}
func (ShowVisitor) effect()   {}
func (ShowDesk) effect()      {}
func (Words) effect()         {}
func (Note) effect()          {}
func (Refuse) effect()        {}
func (Card) effect()          {}

func (Attached) toAgent()      {}
func (Follow) toAgent()        {}
func (Unfollow) toAgent()      {}
func (AddContact) toAgent()    {}
func (RemoveContact) toAgent() {}
func (ShowVisitor) toAgent()   {}
func (ShowDesk) toAgent()      {}
func (Words) toAgent()         {}
func (Note) toAgent()          {}
func (Refuse) toAgent()        {}
func (Card) toAgent()          {}
