package c2s

import (
	"frontdesk/desk"
	"frontdesk/wire"
)

// presence takes what a visitor says of the tab's presence.
func (in inbound) presence(e *Element) error {
	p, err := wire.ReadPresence(e)
	if err != nil {
		return in.unreadable("presence", p.Header, err)
	}
	switch {
	case p.Type == "error":
	case p.To != "":
		in.touch()
		in.directed(&p)
	case p.Type == "unavailable":
		in.leave()
	case p.Type == "":
		in.appear(&p)
		if name, fresh := in.visitor.renames(p.Nick); fresh {
			in.ask(desk.Rename{Name: name}, nothing, in.settled)
			return nil
		}
	default: // subscriptions need an address
		in.touch()
	}
	in.settled()
	return nil
}

// appear is available presence: the tab is there, and sees the queues.
func (in inbound) appear(p *wire.Presence) {
	t, e := in.tab, event{kind: visitorAppeared}
	if p.Show == "away" || p.Show == "xa" {
		e.kind = visitorIdle
	}
	t.mu.Lock()
	t.step(e)
	t.shown.wanted = true
	if t.shown.page != t.live.pages { // another one has taken over, which has seen nothing
		t.shown.page, t.shown.last = t.live.pages, nil
	}
	t.sendPresence(&wire.Presence{ // RFC 6121 §4.2.2
		Header: wire.Header{From: t.jid}, Show: p.Show, Status: p.Status, Priority: p.Priority,
	})
	t.mu.Unlock()
	t.conclude()
	t.showDirectory()
}

// leave is the visitor's own `unavailable`.
func (in inbound) leave() {
	t := in.tab
	t.mu.Lock()
	t.step(event{kind: visitorLeft})
	t.shown.wanted, t.shown.last = false, nil
	t.mu.Unlock()
	t.conclude()
}

// directed answers presence with an address. It goes no further: nobody
// subscribes to visitors, and they see the queues anyway (RFC 6121 §4.6).
func (in inbound) directed(p *wire.Presence) {
	t := in.tab
	to := t.core.resolve(t.visitor.jid, p.To)
	if to.kind == nowhere {
		switch p.Type {
		case "", "subscribe", "probe":
			t.fail("presence", p.Header, notFound())
		}
		return
	}
	if to.kind != toQueue {
		return
	}
	bare := to.queue + "@" + t.core.opts.Domain
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
	if m, ok := t.core.dir.Load().byAddress[bare]; ok {
		t.sendPresenceOf(m)
	}
}
