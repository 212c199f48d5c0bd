// Package ws is XMPP over WebSocket: RFC 7395 on top of RFC 6455.
//
// An [Endpoint] is an http.Handler. It opens a [frontdesk/c2s.Stream] for every
// socket that begins with <open/>, hands it the messages one by one, and writes
// what the stream sends. Whether the page is still there, and what it has got,
// is found out by the stream: all that a socket knows is when bytes came, and
// whether the browser answers a ping.
//
// A map, in the order of reading. What is above knows nothing of what is below,
// but that all sockets are listed in what they have in common.
//
//	ws stats              limits and settings, counts
//	scan socket text      frames in bytes, the connection below, what we say ourselves
//	core conn             what all sockets have in common, and one of them
//	ping write goodbye    its pings, what goes out, how it ends
//	stream read           elements for the stream, messages
//	endpoint upgrade      all sockets, HTTP
package ws

import (
	"time"

	"frontdesk/wheel"
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
	pingBurst      = 16               // pings of a peer at once …
	pingEvery      = time.Second      // … and then
)

// Options are the settings of an [Endpoint].
type Options struct {
	Domain string        // ours, in headers
	Ping   time.Duration // silence after which the peer is pinged; 0: 12s
}

// instant is a time of the endpoint's clock; 0 is none.
type instant = wheel.Instant
