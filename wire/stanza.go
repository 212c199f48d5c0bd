package wire

import (
	"time"

	"frontdesk/chat"
)

// Header is what all stanzas carry. Addresses are kept as received.
type Header struct {
	From, To, ID, Type, Lang string
}

// StanzaError is the content of <error/> (RFC 6120 §8.3).
type StanzaError struct {
	Type      string // cancel, wait, modify, auth, continue
	Condition string // element name in NSStanzaErr
	Text      string
	AppSpace  string // optional application condition
	AppName   string
}

// Message is a message stanza as typed values; everything else that it
// carried was dropped. Wrappers (forwarded, carbons, MAM results) are not
// looked into; Wrapped tells that there was one.
type Message struct {
	Header
	chat.Message // its ID equals Header.ID
	Error        *StanzaError
	Wrapped      bool
	Delay        time.Time // writing: XEP-0203 stamp, zero for none
	DelayFrom    string    // writing
	OriginID     string    // writing: XEP-0359
	StanzaID     string    // writing: XEP-0359, with StanzaBy
	StanzaBy     string
	NoStore      bool       // writing: XEP-0334
	Extra        []*Element // writing: our own additions, such as queue-status
}

// Presence is a presence stanza as typed values.
type Presence struct {
	Header
	Show     string // away, chat, dnd, xa or ""
	Status   string
	Priority int8
	Nick     string
	Error    *StanzaError
	Extra    []*Element // writing
}

// IQ is an iq stanza. Payload is the checked tree of its only child; nil when
// it has none.
type IQ struct {
	Header
	Payload *Element
	Error   *StanzaError
}

// Kind says what is wrong with an input.
type Kind uint8

// The kinds of [Error].
const (
	NotWellFormed Kind = iota // not XML, or not namespace-well-formed
	Restricted                // XML that XMPP forbids: comment, PI, DTD, entity
	TooBig                    // over a limit
	BadStanza                 // well-formed but not a stanza we can read
)

// Error is what every reading function returns when it refuses an input.
type Error struct {
	Kind Kind
	What string
}

func (e *Error) Error() string { return e.What }

// The functions of this package, to be found in reader.go, message.go,
// presence.go, iq.go, framer.go and writer.go:
//
//	Parse(b []byte) (*Element, error)            one stanza or nonza, limits of one stanza
//	ParseBody(b []byte) (*Element, error)        a BOSH body: limits for each payload
//	ReadMessage(e *Element) (Message, error)
//	ReadPresence(e *Element) (Presence, error)
//	ReadIQ(e *Element) (IQ, error)
//	AppendElement(dst []byte, e *Element, ns string) []byte    ns: default namespace in force around it
//	AppendMessage(dst []byte, ns string, m *Message) []byte    ns: NSClient (declared on the stanza) or NSAccept (not declared)
//	AppendPresence(dst []byte, ns string, p *Presence) []byte
//	AppendIQ(dst []byte, ns string, q *IQ) []byte
//	NewFramer(r io.ByteReader…, limit int) *Framer; (*Framer).Next() (raw []byte, err error)
