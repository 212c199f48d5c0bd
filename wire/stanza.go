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

// Error says what is wrong, without quoting the input.
func (e *Error) Error() string { return e.What }
