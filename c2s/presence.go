package c2s

import (
	"frontdesk/desk"
	"frontdesk/roster"
	"frontdesk/wire"
)

// receivePresence takes what a visitor says of the tab's presence.
func (t *tab) receivePresence(e *Element, settled func()) error {
	p, err := wire.ReadPresence(e)
	if err != nil {
		return t.unreadable("presence", p.Header, err, settled)
	}
	settledByName := false
	switch {
	case p.Type == "error":
	case p.To != "":
		t.touch()
		t.directed(&p)
	case p.Type == "unavailable":
		t.leave()
	case p.Type == "":
		t.appear(&p)
		if t.renames(p.Nick) {
			settledByName = true
			t.ask(desk.Rename{Name: cleanName(p.Nick)}, nothing, settled)
		}
	default: // subscriptions need an address
		t.touch()
	}
	if !settledByName {
		settled()
	}
	return nil
}

// appear is available presence: the tab is there, and sees the queues.
func (t *tab) appear(p *wire.Presence) {
	t.change(func(l *link) {
		l.left, l.idle = false, p.Show == "away" || p.Show == "xa"
		t.available = true
		if t.renewed {
			t.renewed, t.seen = false, nil
		}
		t.sendPresence(&wire.Presence{ // RFC 6121 §4.2.2
			Header: wire.Header{From: t.jid}, Show: p.Show, Status: p.Status, Priority: p.Priority,
		})
	})
	t.showDirectory()
}

// leave is the visitor's own `unavailable`: it counts at once, unless the link
// is lost already: what a page sends while it closes is no more than that.
func (t *tab) leave() {
	t.change(func(l *link) {
		l.left = l.left || !l.lost
		t.available, t.seen = false, nil
	})
}

// directed answers presence with an address. It goes no further: nobody
// subscribes to visitors, and they see the queues anyway (RFC 6121 §4.6).
func (t *tab) directed(p *wire.Presence) {
	to := t.hub.resolve(t.visitor.jid, p.To)
	if to.place == nowhere {
		switch p.Type {
		case "", "subscribe", "probe":
			t.fail("presence", p.Header, notFound())
		}
		return
	}
	if to.place != toQueue {
		return
	}
	bare := to.queue + "@" + t.hub.opts.Domain
	t.mu.Lock()
	defer t.mu.Unlock()
	switch p.Type {
	case "subscribe":
		t.sendPresence(&wire.Presence{Header: wire.Header{From: bare, ID: p.ID, Type: "subscribed"}})
	case "unsubscribe":
		t.sendPresence(&wire.Presence{Header: wire.Header{From: bare, ID: p.ID, Type: "unsubscribed"}})
		return
	case "probe":
	default:
		return
	}
	if f, ok := t.hub.dir.Load().byFrom[bare]; ok {
		t.sendFace(f)
	}
}

// sendFace sends the presence of a queue or an agent; mu is held.
func (t *tab) sendFace(f face) {
	p := wire.Presence{Header: wire.Header{From: f.from}, Status: f.status}
	switch f.show {
	case roster.Unavailable:
		p.Type = "unavailable"
	case roster.Available:
	default:
		p.Show = f.show.String()
	}
	t.sendPresence(&p)
}
