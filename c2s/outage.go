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

// note takes the news of the link: it came up, or went down.
func (o *outage) note(core *core, up bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case up:
		o.since = time.Time{}
		core.wheel.Drop(&o.end)
	case o.since.IsZero():
		o.since = time.Now()
		core.after(&o.end, giveUpAfter)
	}
}

// refusal refuses new streams after a while without a link.
func (o *outage) refusal() *StreamError {
	o.mu.Lock()
	defer o.mu.Unlock()
	if since := o.since; !since.IsZero() && time.Since(since) > refuseAfter {
		return &StreamError{"remote-connection-failed", outageReason}
	}
	return nil
}
