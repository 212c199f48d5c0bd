// Package bosh is the connection manager of XMPP over BOSH: XEP-0124 and
// XEP-0206, with long polling over plain HTTP requests.
//
// A [Manager] is an http.Handler. It opens a [frontdesk/c2s.Stream] for every
// session, hands it the payloads of the requests in the order of their rids,
// and carries what the stream sends in the answers. It acknowledges nothing
// before the stream says that it is on disk.
//
// # Map
//
// In the order of reading. The rules are values without lock, clock or stream;
// a session calls its stream, which may call back, so what stands below it is
// used by it, and a slot of the window keeps an exchange, of which only the
// interface matters there.
//
//	stats bosh                numbers, limits and options
//	body terms request        what is read and answered, what was agreed, a request
//	window outbox pace keys   the rules: order of requests, payloads that wait, polling, keys
//	sessions gzip creation    all sessions with their clock, answers made small, what asks for one
//	session manager exchange  a session with its lock; the door; a request that waits
//	answers terminate         what was answered and may be lost; the end
//	outbound link             a payload's way; whether the page is there
//	repeat inbound            a request again; a request's way
//	create handler            a new session; HTTP
//
// # Locks
//
// Whoever holds a lock may take those to the right of it, no others:
//
//	a lock of the stream's, session.mu, httpExchange.mu, those of hold
//	                        session.mu, sessions.mu
//	                        session.mu, that of the wheel
//
// session.mu is never held during a call of the stream, which may hold its own
// when it calls Send or Close; nor during [exchange.lost], which may wait. Nobody
// who watches exchanges, and no entry of the wheel, is called with a lock held.
package bosh

import (
	"time"

	"frontdesk/wheel"
)

// Limits that nobody needs to change.
const (
	maxRid          = 1<<53 - 1 // XEP-0124 §14.1
	maxHold         = 1         // requests held at once
	maxAskedHold    = 4         // a larger hold does not widen the window further
	maxRepeats      = 5         // of one rid in repeatSpan, XEP-0124 §14.3
	repeatSpan      = instant(10 * time.Second)
	maxStrikes      = 3 // early polls in strikeSpan, XEP-0124 §11
	strikeSpan      = instant(10 * time.Second)
	maxUnacked      = 64        // kept responses of a client that acknowledges
	maxUnackedBytes = 256 << 10 // the same in bytes
	maxQueued       = 512       // payloads that wait for a request
	maxQueuedBytes  = 256 << 10 // the same in bytes
	maxAnswerBytes  = 64 << 10  // payloads in one body; a larger one goes alone
)

// Options are the settings of a [Manager]. Fields left zero get the default
// named with them, unless it says otherwise.
type Options struct {
	Domains     []string      // served domains; the first one is ours in answers
	GoneDomains []string      // served earlier: host-gone
	Wait        time.Duration // longest hold; 30s
	Inactivity  time.Duration // life of a session nothing is held for; 30s
	SilentAfter time.Duration // silence after an answer that is a lost link; 10s
	Polling     time.Duration // shortest time between empty requests; 0: any rate
	MaxPause    time.Duration // longest pause; 120s
	Strict      bool          // the first early poll ends a session, not the third

	BodyLimit   int // decoded bytes of a request; 64 KiB
	MaxRequests int // requests in hand, held ones too, before 503; 0: no limit
}

// withDefaults fills what was left zero.
func (o Options) withDefaults() Options {
	setDefault(&o.Wait, 30*time.Second)
	setDefault(&o.Inactivity, 30*time.Second)
	setDefault(&o.SilentAfter, 10*time.Second)
	setDefault(&o.MaxPause, 120*time.Second)
	setDefault(&o.BodyLimit, 64<<10)
	return o
}

func setDefault[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

// instant is a time of the manager's clock; 0 is none.
type instant = wheel.Instant
