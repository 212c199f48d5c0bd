// Package ws is XMPP over WebSocket: RFC 7395 on top of RFC 6455.
//
// An [Endpoint] is an http.Handler. It opens a [frontdesk/c2s.Stream] for every
// socket that begins with <open/>, hands it the messages one by one, and writes
// what the stream sends. A payload counts as delivered when the page has
// answered a ping that was sent a moment behind it.
package ws

import (
	"time"

	"frontdesk/wheel"
)

// Namespaces of RFC 7395 and what it uses.
const (
	nsFraming = "urn:ietf:params:xml:ns:xmpp-framing"
	nsStreams = "http://etherx.jabber.org/streams"
	nsErrors  = "urn:ietf:params:xml:ns:xmpp-streams"
	nsXML     = "http://www.w3.org/XML/1998/namespace"
)

// Limits that nobody needs to change.
const (
	subprotocol    = "xmpp"
	maxMessage     = 64 << 10         // bytes of one message, all its fragments together
	maxFragments   = 256              // of one message
	maxQueued      = 512              // payloads that wait to be written
	maxQueuedBytes = 256 << 10        // the same in bytes
	openWithin     = 10 * time.Second // from the upgrade to <open/>
	closeWithin    = 5 * time.Second  // from our <close/> to the peer's
	leaveWithin    = 2 * time.Second  // the same when the program stops
	writeWithin    = 10 * time.Second // one write
	pingBurst      = 16               // pings of a peer at once; then one a second
	pingEvery      = time.Second      // "
	proofAfter     = time.Second      // from a write to the ping that proves its arrival
	missedPings    = 2                // in a row are a lost link
)

// Options are the settings of an [Endpoint].
type Options struct {
	Domain string        // ours, in headers
	Ping   time.Duration // silence after which the peer is pinged; 0: 12s
}

// instant is a time of the endpoint's clock; 0 is none.
type instant = wheel.Instant
