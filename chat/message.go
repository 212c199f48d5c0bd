package chat

import (
	"time"

	"frontdesk/roster"
)

// Typing is a chat state (XEP-0085).
type Typing uint8

// The chat states; NoTyping means the message carries none.
const (
	NoTyping Typing = iota
	TypingActive
	TypingComposing
	TypingPaused
	TypingInactive
	TypingGone
)

// Message is what one side says to the other, as typed values. It never holds
// markup: everything outside these fields was left at the border.
type Message struct {
	ID          string // the sender's id on the way in, ours on the way out
	Text        string // <body/>
	Lang        string // xml:lang of the body
	Replace     string // XEP-0308: id of the message this one corrects
	Typing      Typing // XEP-0085
	WantReceipt bool   // XEP-0184 <request/>
	Receipt     string // XEP-0184 <received id='…'/>
	Markable    bool   // XEP-0333 <markable/>
	Displayed   string // XEP-0333 <displayed id='…'/>
	Nick        string // XEP-0172, in messages towards agents
}

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
	Chat        ID
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
