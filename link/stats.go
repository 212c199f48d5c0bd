package link

import (
	"sync/atomic"
	"time"
)

// Stats is a snapshot of the link for metrics and for `status`.
type Stats struct {
	Up          bool
	Since       time.Time // the present state began
	LinkID      string    // changes with every connection; "" while down
	StanzasIn   uint64
	StanzasOut  uint64
	BytesIn     uint64
	BytesOut    uint64
	Odd         uint64 // stanzas skipped because they are none or too long
	Panics      uint64 // faults of ours over single stanzas
	Dropped     uint64 // stanzas not sent because of their size
	Foreign     uint64 // barriers of another, younger process seen
	Connects    uint64 // connections that came up
	Unconfirmed int    // barriers under way
	Waiting     int    // items that wait for the writer
	Rival       bool   // another process serves our domain, and we stepped back
	Trouble     string // why the link is down, for people; "" when it is up
}

// counters count over the life of a [Link]; all may be used by any goroutine.
type counters struct {
	in, out, bytesIn, bytesOut atomic.Uint64
	odd, dropped, foreign      atomic.Uint64
	panics                     atomic.Uint64
	connects                   atomic.Uint64
}

// Stats returns a snapshot.
func (l *Link) Stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := Stats{
		Up: l.conn != nil, Since: l.since, Trouble: l.trouble.what, Rival: l.trouble.rival,
		StanzasIn: l.count.in.Load(), StanzasOut: l.count.out.Load(),
		BytesIn: l.count.bytesIn.Load(), BytesOut: l.count.bytesOut.Load(),
		Odd: l.count.odd.Load(), Dropped: l.count.dropped.Load(),
		Panics: l.count.panics.Load(), Foreign: l.count.foreign.Load(), Connects: l.count.connects.Load(),
	}
	if l.conn != nil {
		s.LinkID = l.conn.barriers.nonce
		s.Unconfirmed = l.conn.barriers.underWay()
		s.Waiting = l.conn.waiting()
	}
	return s
}
