package c2s

import (
	"strconv"
	"time"

	"frontdesk/desk"
	"frontdesk/roster"
	"frontdesk/wire"
)

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
		if s := t.live.state(t.core.wheel.Now()); s == present || s == away {
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
	number := t.on.sent
	if t.sm != nil {
		number = t.sm.out
	}
	if !t.deliveries.add(number+1, seq, len(payload)) {
		t.core.counts.skipped.Add(1)
		return
	}
	t.send(payload)
}

// delivered takes the transport's confirmation of its first n payloads. Where
// the page acknowledges stanzas itself it says nothing.
func (t *tab) delivered(c *connection, n uint64) {
	t.mu.Lock()
	if t.on == c && t.sm == nil {
		t.confirm(n)
	}
	t.mu.Unlock()
	t.flush()
}

// render is a delivery as a stanza for this tab.
func (t *tab) render(d desk.Delivery) []byte {
	m := wire.Message{
		Header:  wire.Header{From: d.Queue + "@" + t.core.opts.Domain, To: t.jid, ID: d.Message.ID, Type: "chat"},
		Message: d.Message,
		Delay:   d.Sent,
		NoStore: d.Notice || d.Status != nil,
	}
	if d.AgentName != "" {
		m.From += "/" + agentResource(d.AgentName)
	}
	if !d.Sent.IsZero() {
		m.DelayFrom = t.core.opts.Domain
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

// showDirectory sends what the tab has not seen of the directory, if it is
// available.
func (t *tab) showDirectory() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refreshDirectory()
}

// refreshDirectory is showDirectory with mu held. A tab without a connection
// sees the directory when it has one again.
func (t *tab) refreshDirectory() {
	if !t.shown.wanted || t.silent {
		return
	}
	now := t.core.dir.Load()
	for _, m := range now.since(t.shown.last) {
		t.sendPresenceOf(m)
	}
	t.shown.last = now
}

// sendPresenceOf sends the presence of a queue or an agent; mu is held.
func (t *tab) sendPresenceOf(m member) {
	p := wire.Presence{Header: wire.Header{From: m.from}, Status: m.status}
	switch m.show {
	case roster.Unavailable:
		p.Type = "unavailable"
	case roster.Available:
	default:
		p.Show = m.show.String()
	}
	t.sendPresence(&p)
}
