package c2s

import (
	"time"

	"frontdesk/desk"
	"frontdesk/roster"
)

// Join implements [engine.Visitors]: the tab is new to the desk, or starts anew
// after it was behind.
func (h *Hub) Join(tab desk.Tab) {
	for _, t := range h.visitors.tabsOf(tab.Visitor) {
		if t.key == tab.Stream {
			t.follow()
		}
	}
}

// Deliver implements [engine.Visitors].
func (h *Hub) Deliver(v roster.VisitorJID, d desk.Delivery) {
	for _, t := range h.visitors.tabsOf(v) {
		if d.Only == "" || d.Only == t.key {
			t.show(d)
		}
	}
}

// Tenure implements [engine.Visitors].
func (h *Hub) Tenure(v roster.VisitorJID, linger time.Duration) {
	if known := h.visitors.find(v); known != nil {
		known.tenure.Store(int64(linger))
	}
}

// Dismiss implements [engine.Visitors]. A visitor who was kicked loses the
// identity as well.
func (h *Hub) Dismiss(v roster.VisitorJID, all bool) {
	for _, t := range h.visitors.tabsOf(v) {
		t.dismiss(all)
	}
	if all {
		h.background(func() { h.revoke(v) })
	}
}

// Directory implements [engine.Visitors]. What changed goes to the visitors
// who are available, a little later and together.
func (h *Hub) Directory(queues []desk.QueueView) {
	h.dir.Store(newDirectory(h.opts.Domain, queues))
	if h.announcing.CompareAndSwap(false, true) {
		h.after(&h.announce, coalesce)
	}
}

// Answer implements [engine.Visitors].
func (h *Hub) Answer(_ desk.Tab, number uint64, a desk.Answer) { h.requests.answer(number, a) }

// Link implements [engine.Visitors]: the link to the XMPP server came up, or
// went down.
func (h *Hub) Link(up bool) { h.outage.note(h.core, up) }
