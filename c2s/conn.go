// Package c2s is a visitor's XMPP stream, whatever transport carries it:
// login, binding, the visitor's requests, and what the visitor is shown
// (RFC 6120, RFC 6121). It also finds out whether the visitor is still there:
// [liveness] is a value, a pure step over what was seen and when.
//
// A map, in the order of reading. What is above knows nothing of what is below,
// with two exceptions: a visitor has tabs, and a tab may count stanzas.
//
//	conn ports options stats          transports, what is needed of others, rules, counts
//	pace deadline requests            how fast a visitor may be, alarms, questions to the desk
//	event page liveness               what happens to a tab; is its script there, is its visitor
//	deliveries acks                   what has arrived, by payloads and by stanzas (XEP-0198)
//	text name refusals                spelling: addresses, names; the ways to say no
//	directory connection              queues as visitors see them; the way to a page
//	core address identity outage      what all streams have in common, and do with it
//	visitors tab online show sm       who is here; one tab: its life, what it is shown
//	login entrance                    from the opening to bind
//	inbound call                      a stanza, and a request
//	carbons message presence          what a visitor says
//	disco roster workgroup pep        what a visitor asks
//	query mam iq                      "
//	stream bind resume receive        one stream, from its first element to the last
//	hub deskside                      all of them, for transports and for the desk
package c2s

import (
	"net/netip"
	"time"

	"frontdesk/roster"
	"frontdesk/wire"
)

// Element is a checked piece of XML as transports see it.
type Element = wire.Element

// Info says what is known of a connection, and what its transport can do.
type Info struct {
	Site    string         // whose page it is
	Remote  netip.Addr     // behind trusted proxies the visitor's own
	Network roster.Network // what the desk counts visitors by; "": unknown
	Secure  bool

	// Acknowledges: the transport knows what has arrived, and says so by
	// [Stream.Delivered]. Over others stream management is offered (XEP-0198).
	Acknowledges bool
	// Ping is the silence after which the page is asked whether it is there. The
	// Conn is a [Socket] then. 0: the transport watches the link itself and
	// reports by LinkLost and LinkBack.
	Ping time.Duration
}

// Conn is the one thing a transport is. Its methods may be called by anybody
// at any time, also while the transport is inside a call of [Stream]; they
// never block and never call back into the Stream.
type Conn interface {
	// Send queues one element for the visitor. The payload declares all its
	// namespaces itself. Payloads are counted from 1; see Stream.Delivered.
	Send(payload []byte)
	// Close ends the transport after what was sent: with a stream error, or
	// plainly when err is nil. The transport then calls [Stream.End].
	Close(err *StreamError)
	Info() Info
}

// Socket is a [Conn] whose link is watched from here. What holds for the methods
// of Conn holds for these.
type Socket interface {
	Conn
	// LastBytes is when the last bytes came from the peer.
	LastBytes() time.Time
	// Ping asks the peer below the page, behind all that was sent; pong is called
	// like a method of [Stream] when it answers. While one is under way another
	// is left out.
	Ping(pong func())
	// Drop ends the connection without a word: nobody is there. Stream.End
	// follows.
	Drop()
}

// Hello is what a client says when it opens or restarts a stream.
type Hello struct {
	To   string // the domain; already checked to be there
	From string // a hint, never an identity
	Lang string // xml:lang
}

// StreamError ends a stream (RFC 6120 §4.9).
type StreamError struct {
	Condition string // "not-authorized", "host-unknown", "conflict", …
	Text      string
}

func (e *StreamError) Error() string { return "stream error " + e.Condition }

// Streams opens streams; [Hub] implements it.
type Streams interface {
	// Open starts a stream over conn. Its error is a *StreamError: host-unknown,
	// policy-violation (limits), system-shutdown, remote-connection-failed.
	Open(conn Conn, hello Hello) (Stream, error)
}

// Stream is a visitor's stream as its transport sees it. The transport
// serialises its calls and makes them without holding a lock that its Conn
// methods take.
type Stream interface {
	// ID is unpredictable and unique; for <open id='…'/>.
	ID() string
	// Features is <stream:features/> for the stream's present state.
	Features() []byte
	// Restart begins the stream anew (RFC 6120 §4.3.3); before login it changes
	// nothing. Features follows.
	Restart(hello Hello) error
	// Receive takes one child of a body or one frame, in order. settled is called
	// exactly once, from any goroutine and possibly before Receive returns, when
	// all that e caused to be stored is on disk. A *StreamError ends the stream:
	// the transport closes with it; settled is called all the same.
	Receive(e *Element, settled func()) error
	// Delivered says that the first n payloads of Conn.Send have surely reached
	// the visitor.
	Delivered(n uint64)
	// LinkLost says that the link is gone: the last held request's connection
	// closed, socket lost, pings missed, silence, the page is leaving. The visitor
	// is offline when nothing contradicts it within `offline_after`.
	LinkLost()
	// LinkBack contradicts LinkLost: an in-order request came (not a leaving
	// page's). Cheap when nothing was lost.
	LinkBack()
	// Linger is how long the session outlives a lost link because of an open
	// chat; 0: the transport's own rule.
	Linger() time.Duration
	// End says that the transport is over for good: terminate, close,
	// inactivity, error, shutdown. Idempotent. The tab ends at once; after a
	// LinkLost that nothing contradicted it ends no sooner than `offline_after`,
	// and one that can be resumed (XEP-0198) waits for that.
	End()
}
