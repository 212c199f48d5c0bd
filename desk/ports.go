package desk

import (
	"context"
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"
)

// Visitors is the way to the visitors' streams; c2s implements it. Its methods
// are called by the desk's goroutine, one after the other in the order of
// events; they never block and never call the desk.
type Visitors interface {
	// Answer ends the request (tab, ref); see [VisitorAsks].
	Answer(tab Tab, ref uint64, a Answer)
	// Join says that the desk knows a tab from here on: what is delivered to all
	// streams of its visitor reaches it only after this.
	Join(tab Tab)
	// Deliver brings words to a visitor: to every stream, or to Only.
	Deliver(v roster.VisitorJID, d Delivery)
	// Link tells that the component link came up, or is lost.
	Link(up bool)
	// Directory tells the present state of every queue. It replaces the last one.
	Directory(queues []QueueView)
	// Tenure tells how long sessions of this visitor outlive a lost link; 0 means
	// the transport's own rule (no open chat).
	Tenure(v roster.VisitorJID, linger time.Duration)
	// Dismiss ends the visitor's streams whose link is lost, or all of them
	// (kicked). It is the end of a chat's teardown.
	Dismiss(v roster.VisitorJID, all bool)
}

// Agents is the way to the agents; component implements it. Send is called by
// the desk's goroutine; it never blocks and never calls the desk. The desk
// sends only while the link is up, at most [OutboxWindow] unconfirmed Words.
type Agents interface {
	Send(batch []ToAgent)
}

// OutboxWindow is how many unconfirmed [Words] may be on the link.
const OutboxWindow = 4096

// Store keeps what must survive; the pure packages own the types. Commit is
// called by the desk's goroutine: it queues the batch and blocks only while
// the store's queue is full. done is called once, from the store's goroutine,
// in the order of the calls; after a failed batch all later ones fail too,
// until Reset. The other methods may be called at any time by anybody.
type Store interface {
	Commit(changes []ledger.Change, done func(ledger.Committed))
	// Reset makes the store take batches again after a failure.
	Reset(ctx context.Context) error

	Agents(ctx context.Context) ([]roster.Agent, error)
	Queues(ctx context.Context) ([]queue.Queue, error)
	OpenChats(ctx context.Context) ([]chat.Chat, error)
	// Undelivered returns, by Seq, the entries that have yet to be confirmed
	// towards an agent or seen by a visitor; of closed chats only those that can
	// still be delivered.
	Undelivered(ctx context.Context) ([]ledger.Entry, error)
	// Said returns every entry of the open chats, by Seq.
	Said(ctx context.Context) ([]ledger.Entry, error)
	Contacts(ctx context.Context) ([]roster.Contact, error)
	Visitors(ctx context.Context, of []roster.VisitorJID) ([]roster.Visitor, error)
	// Marks returns the highest Entry.Seq, Entry.Outbox and Chat.Place ever used.
	Marks(ctx context.Context) (seq, outbox, place int64, err error)

	Chats(ctx context.Context, all bool) ([]chat.Chat, error)
	// Chat returns one chat, false when there is none with that id.
	Chat(ctx context.Context, id chat.ID) (chat.Chat, bool, error)
	Transcript(ctx context.Context, id chat.ID) ([]ledger.Entry, error)
	// LastChat returns the visitor's latest chat, false when there was none.
	LastChat(ctx context.Context, v roster.VisitorJID) (chat.Chat, bool, error)
}

// Answer is the outcome of a visitor's request.
type Answer struct {
	Err    *Refusal     // nil: done
	ID     string       // Say: the id the message carries outward; "" when it has no text
	Status *QueueStatus // Join and Place while waiting; nil: not in a line
	Ended  bool         // the request ended the visitor's chat
}

// Refusal is a stanza error (RFC 6120 §8.3) in the desk's words.
type Refusal struct {
	Condition string // for example "service-unavailable"
	Type      string // "cancel", "wait", "modify", "auth"
	Text      string // for people
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

// ToAgent is one thing for the link, sent in order.
type ToAgent interface{ toAgent() }

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
