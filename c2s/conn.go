// Package c2s is a visitor's XMPP stream, whatever transport carries it:
// login, binding, the visitor's requests, and what the visitor is shown
// (RFC 6120, RFC 6121).
package c2s

import (
	"net/netip"

	"frontdesk/wire"
)

// Element is a checked piece of XML as transports see it.
type Element = wire.Element

// ReadBody parses a BOSH <body/> (XEP-0124 §6) with the limits of each payload.
func ReadBody(b []byte) (*Element, error) { return wire.ParseBody(b) }

// ReadFrame parses one WebSocket message (RFC 7395 §3.3.3).
func ReadFrame(b []byte) (*Element, error) { return wire.Parse(b) }

// Info says what is known of a connection.
type Info struct {
	Transport string     // "bosh" or "websocket"
	Remote    netip.Addr // behind trusted proxies the client's own
	Secure    bool
}

// Conn is the one thing a transport is. Its methods may be called by anybody
// at any time, also while the transport is inside a call of [Stream]; they
// never block and never call back into the Stream.
type Conn interface {
	// Send queues one element for the visitor. The payload declares all its
	// namespaces itself. Payloads are counted from 1; see [Stream.Delivered].
	Send(payload []byte)
	// Close ends the transport after what was sent: with a stream error, or
	// plainly when err is nil. The transport then calls [Stream.End].
	Close(err *StreamError)
	Info() Info
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

// A transport uses the hub and its streams like this; it serialises its calls
// of one stream's methods and holds no lock that Conn's methods take while it
// makes them:
//
//	(*Hub).Open(conn Conn, hello Hello) (*Stream, error)  // *StreamError: host-unknown, policy-violation (limits), system-shutdown, remote-connection-failed …
//	(*Stream).ID() string                      // unpredictable; for <open id=…/>
//	(*Stream).Features() []byte                // <stream:features/> for the stream's present state, declaring its namespaces
//	(*Stream).Restart(hello Hello) error       // after SASL; then Features again
//	(*Stream).Receive(e *Element, settled func()) error
//	     // one child of the body / one frame, in order. settled is called exactly once, from any goroutine, when all that e
//	     // caused to be stored is on disk (at once when nothing is). A *StreamError: the transport ends the stream with it.
//	(*Stream).Delivered(n uint64)              // the first n payloads of Send have surely reached the visitor
//	(*Stream).LinkLost()                       // closed connection of the last held request, lost socket, missed pings, silence, leaving page
//	(*Stream).LinkBack()                       // an in-order request or a resumed socket after LinkLost; cheap when nothing was lost
//	(*Stream).Linger() time.Duration           // how long the session outlives silence because of an open chat; 0: the transport's own rule
//	(*Stream).End()                            // the transport is over for good: terminate, close, inactivity, error, shutdown
