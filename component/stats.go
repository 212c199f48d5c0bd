package component

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
	Odd         uint64 // stanzas skipped because they could not be read
	Panics      uint64 // faults of ours over single stanzas
	Dropped     uint64 // stanzas not sent because of a bad address or their size
	Foreign     uint64 // barriers of another, younger process seen
	Connects    uint64 // connections that came up
	Unconfirmed int    // barriers under way
	Waiting     int    // things of the desk that wait for the writer
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
