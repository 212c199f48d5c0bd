package c2s

import (
	"strconv"
	"time"

	"frontdesk/desk"
	"frontdesk/roster"
	"frontdesk/wire"
)

// Join implements [engine.Visitors]: the tab is new to the desk, or starts anew
// after it was behind.
func (h *Hub) Join(tab desk.Tab) {
	_, tabs := h.tabsOf(tab.Visitor)
	for _, t := range tabs {
		if t.key == tab.Stream {
			t.follow()
		}
	}
}

// Deliver implements [engine.Visitors].
func (h *Hub) Deliver(v roster.VisitorJID, d desk.Delivery) {
	_, tabs := h.tabsOf(v)
	for _, t := range tabs {
		if d.Only == "" || d.Only == t.key {
			t.show(d)
		}
	}
}

// follow lets the tab have all deliveries from here on.
func (t *tab) follow() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.deliveries.following = all
}

// show sends a delivery. Notices are for live tabs alone, all else waits in
// the transport for the visitor's return.
func (t *tab) show(d desk.Delivery) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if d.Only == "" && t.deliveries.following == notYet {
		return // the desk brings it again when it knows the tab
	}
	if d.Seq == 0 {
		if s := t.live.state(t.hub.wheel.Now()); s == present || s == away {
			t.send(t.render(d))
		}
		return
	}
	if !t.live.deaf() {
		t.deliver(d.Seq, t.render(d))
	}
}

// deliver sends a payload whose arrival the desk wants to know, unless the tab
// lags; mu is held.
func (t *tab) deliver(seq int64, payload []byte) {
	number := t.sent
	if t.sm != nil {
		number = t.sm.out
	}
	if !t.deliveries.add(number+1, seq, len(payload)) {
		t.hub.counts.skipped.Add(1)
		return
	}
	t.send(payload)
}

// delivered takes the transport's confirmation of its first n payloads. Where
// the page acknowledges stanzas itself it says nothing.
func (t *tab) delivered(s *stream, n uint64) {
	t.mu.Lock()
	if t.stream == s && t.sm == nil {
		t.confirm(n)
	}
	t.mu.Unlock()
	t.flush()
}

// confirm tells the desk what n confirmed payloads mean; mu is held.
func (t *tab) confirm(n uint64) {
	seqs, fellBehind := t.deliveries.confirm(n)
	if len(seqs) > 0 {
		t.post(desk.TabSettled{Tab: t.desk(), Seqs: seqs})
	}
	if fellBehind {
		t.post(desk.TabBehind{Tab: t.desk()})
	}
}

// render is a delivery as a stanza for this tab.
func (t *tab) render(d desk.Delivery) []byte {
	m := wire.Message{
		Header:  wire.Header{From: d.Queue + "@" + t.hub.opts.Domain, To: t.jid, ID: d.Message.ID, Type: "chat"},
		Message: d.Message,
		Delay:   d.Sent,
		NoStore: d.Notice || d.Status != nil,
	}
	if d.AgentName != "" {
		m.From += "/" + agentResource(d.AgentName)
	}
	if !d.Sent.IsZero() {
		m.DelayFrom = t.hub.opts.Domain
	}
	if d.Seq > 0 { // XEP-0359 §3: the archive's id
		m.StanzaID, m.StanzaBy = d.Message.ID, string(t.visitor.jid)
	}
	if d.Status != nil {
		m.Extra = append(m.Extra, queueStatus(d.Status))
	}
	return wire.AppendMessage(nil, wire.NSClient, &m)
}

// queueStatus is a place in a line (XEP-0142 §4.5); without one it is empty.
func queueStatus(s *desk.QueueStatus) *Element {
	e := wire.New(wire.NSWorkgroup, "queue-status", nil)
	if s == nil {
		return e
	}
	number := func(local string, n int) {
		e.Children = append(e.Children, wire.Node{Element: wire.New(wire.NSWorkgroup, local, nil, strconv.Itoa(n))})
	}
	number("position", s.Position)
	if s.Wait > 0 {
		number("time", int((s.Wait+time.Second-1)/time.Second))
	}
	return e
}

// Tenure implements [engine.Visitors].
func (h *Hub) Tenure(v roster.VisitorJID, linger time.Duration) {
	if known, _ := h.tabsOf(v); known != nil {
		known.tenure.Store(int64(linger))
	}
}

// Dismiss implements [engine.Visitors]. A visitor who was kicked loses the
// identity as well.
func (h *Hub) Dismiss(v roster.VisitorJID, all bool) {
	_, tabs := h.tabsOf(v)
	for _, t := range tabs {
		t.dismiss(all)
	}
	if all {
		h.background(func() { h.revoke(v) })
	}
}

func (t *tab) dismiss(all bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case all:
		t.end(&StreamError{"policy-violation", "ended by the desk"})
	case t.live.lost != 0:
		t.end(nil)
	}
}
