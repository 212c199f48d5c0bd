package c2s

import "sync/atomic"

// counters count since the start.
type counters struct {
	opened, refused, bound, stanzas, failed, skipped atomic.Uint64
}

// Stats are the streams in numbers; counters count since the start.
type Stats struct {
	Streams  int // open, logged in or not
	Visitors int // with at least one tab
	Opened   uint64
	Refused  uint64 // streams that were not admitted
	Bound    uint64
	Stanzas  uint64 // received on bound streams
	Failed   uint64 // answered with a stanza error
	Skipped  uint64 // deliveries left out of a tab that lags
}
