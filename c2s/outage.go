package c2s

import (
	"sync"
	"time"
)

// How long the way to the agents may be down before no stream is opened any
// more, and before those that are open end (XEP-0124 §17.2).
const (
	refuseAfter  = 30 * time.Second
	giveUpAfter  = 10 * time.Minute
	outageReason = "the XMPP server cannot be reached"
)

// outage is the time without a link to the XMPP server.
type outage struct {
	mu    sync.Mutex
	since time.Time // zero: the link is up
	end   deadline
}

// Link implements desk.Visitors: the link to the XMPP server came up, or went
// down.
func (h *Hub) Link(up bool) {
	h.outage.mu.Lock()
	defer h.outage.mu.Unlock()
	switch {
	case up:
		h.outage.since = time.Time{}
		h.wheel.Drop(&h.outage.end)
	case h.outage.since.IsZero():
		h.outage.since = time.Now()
		h.after(&h.outage.end, giveUpAfter)
	}
}

// reachable refuses new streams after a while without a link.
func (h *Hub) reachable() error {
	h.outage.mu.Lock()
	defer h.outage.mu.Unlock()
	if since := h.outage.since; !since.IsZero() && time.Since(since) > refuseAfter {
		return &StreamError{"remote-connection-failed", outageReason}
	}
	return nil
}

// giveUp ends all streams: the outage has lasted too long.
func (h *Hub) giveUp() {
	if h.reachable() == nil {
		return
	}
	h.mu.Lock()
	open := make([]*stream, 0, len(h.streams))
	for s := range h.streams {
		open = append(open, s)
	}
	h.mu.Unlock()
	for _, s := range open {
		s.conn.Close(&StreamError{"remote-connection-failed", outageReason})
	}
}
