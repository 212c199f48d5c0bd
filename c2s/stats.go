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
	Refused  uint64 // streams over a limit
	Bound    uint64
	Stanzas  uint64 // received on bound streams
	Failed   uint64 // answered with a stanza error
	Skipped  uint64 // deliveries left out of a tab that lags
}

// Stats returns a snapshot.
func (h *Hub) Stats() Stats {
	h.mu.Lock()
	streams, visitors := len(h.streams), len(h.visitors)
	h.mu.Unlock()
	c := &h.counts
	return Stats{
		Streams: streams, Visitors: visitors,
		Opened: c.opened.Load(), Refused: c.refused.Load(), Bound: c.bound.Load(), Stanzas: c.stanzas.Load(),
		Failed: c.failed.Load(), Skipped: c.skipped.Load(),
	}
}
