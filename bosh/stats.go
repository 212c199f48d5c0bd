package bosh

import "sync/atomic"

// Stats is a snapshot of what the manager has done and has in hand. Counts
// are since the start unless it says otherwise.
type Stats struct {
	Sessions int // now
	Waiting  int // HTTP requests that wait for their answer now
	Parked   int // those of them that need no goroutine
	InHand   int // HTTP requests being served now, waiting ones too

	Requests   int64 // HTTP requests
	BytesIn    int64 // decoded bodies
	BytesOut   int64 // bodies as written
	StanzasIn  int64
	StanzasOut int64

	Created    int64 // sessions
	Expired    int64 // sessions ended by inactivity
	Refused    int64 // creations
	Foreign    int64 // requests of other origins
	Overloaded int64 // requests answered 503
	Unreadable int64 // bodies that were no <body/>
	Unknown    int64 // requests with an unknown sid
	Outside    int64 // rids outside the window
	Insecure   int64 // requests without TLS for a session with it
	Repeats    int64 // repeated rids
	Doubts     int64 // answers sent again because they may be lost
	Overflows  int64 // sessions that read too slowly
	Panics     int64
}

// counters are what Stats reads.
type counters struct {
	waiting, inHand, requests, bytesIn, bytesOut, stanzasIn, stanzasOut,
	created, expired, refused, foreign, overloaded, unreadable, unknown,
	outside, insecure, repeats, doubts, overflows, panics atomic.Int64
}

// Stats returns a snapshot; it may be called at any time.
func (m *Manager) Stats() Stats {
	m.mu.RLock()
	sessions := len(m.byID)
	m.mu.RUnlock()
	c, parked := &m.count, m.conns.Parked()
	return Stats{
		Sessions: sessions, Waiting: int(c.waiting.Load() + parked),
		Parked: int(parked), InHand: int(c.inHand.Load() + parked),
		Requests: c.requests.Load(), BytesIn: c.bytesIn.Load(), BytesOut: c.bytesOut.Load(),
		StanzasIn: c.stanzasIn.Load(), StanzasOut: c.stanzasOut.Load(),
		Created: c.created.Load(), Expired: c.expired.Load(), Refused: c.refused.Load(),
		Foreign: c.foreign.Load(), Overloaded: c.overloaded.Load(),
		Unreadable: c.unreadable.Load(), Unknown: c.unknown.Load(),
		Outside: c.outside.Load(), Insecure: c.insecure.Load(), Repeats: c.repeats.Load(),
		Doubts: c.doubts.Load(), Overflows: c.overflows.Load(), Panics: c.panics.Load(),
	}
}
