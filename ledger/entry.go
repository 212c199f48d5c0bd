package ledger

import (
	"time"

	"frontdesk/chat"
	"frontdesk/roster"
)

// Author says who wrote an entry of the transcript.
type Author uint8

// The authors of transcript entries.
const (
	FromVisitor Author = iota
	FromAgent
	FromDesk
)

// Delivery is how far an entry has come towards its reader.
type Delivery uint8

// The stages of delivery. Towards an agent Confirmed means that the XMPP
// server has taken the message (a barrier came back), Seen that her client
// said so (XEP-0184). Towards a visitor Seen means that a stream confirmed it.
const (
	DeliveryPending Delivery = iota
	DeliveryConfirmed
	DeliverySeen
)

// Entry is one line of a transcript and, until it is delivered, the unit of
// delivery.
type Entry struct {
	Seq         int64 // unique and rising over all chats; given by the desk
	Chat        chat.ID
	Visitor     roster.VisitorJID
	Author      Author
	Agent       roster.AgentJID // who wrote it, or to whom it was sent; "" while nobody has it
	AgentName   string          // as the visitor sees her
	ID          string          // the id it carries outward; ours
	Ref         string          // the id its sender gave it
	Text        string
	Lang        string
	Replace     string // outward id of the entry it corrects
	WantReceipt bool   // its sender asked for a receipt
	At          time.Time
	Outbox      int64 // place in the link's outbox; 0: none yet
	Delivery    Delivery
}
