package component

import (
	"frontdesk/desk"
	"frontdesk/roster"
	"frontdesk/wire"
)

// addContact puts a visitor into an agent's contact list where her server lets
// us (XEP-0356 §5.1), with the subscription `to`: she sees the visitor, and
// her server does not tell each visitor of her.
func (w *writer) addContact(t desk.AddContact) {
	if h, ok := w.header(t.Contact.Visitor, t.Contact.Agent, ""); ok {
		w.setItem(h.To, item(string(t.Contact.Visitor), t.Name, "to", t.Group), nil)
	}
}

// removeContact takes it out again.
func (w *writer) removeContact(t desk.RemoveContact) {
	delete(w.conn.named, t.Contact)
	if h, ok := w.header(t.Contact.Visitor, t.Contact.Agent, ""); ok {
		w.setItem(h.To, removal(string(t.Contact.Visitor)), nil)
	}
}

// item is a contact list entry (RFC 6121 §2.1.2).
func item(jid, name, subscription, group string) *wire.Element {
	var in *wire.Element
	if group != "" {
		in = wire.New(wire.NSRoster, "group", nil, group)
	}
	return wire.New(wire.NSRoster, "item",
		wire.Attrs("jid", jid, "name", name, "subscription", subscription), in)
}

func removal(jid string) *wire.Element {
	return wire.New(wire.NSRoster, "item", wire.Attrs("jid", jid, "subscription", "remove"))
}

// setItem sets one item of an agent's contact list; more in one set are
// against RFC 6121 §2.1.5. It tells whether the privilege is there. A refused
// set ends the privilege for that host; then otherwise is called, unless nil.
func (w *writer) setItem(agent string, item *wire.Element, otherwise func()) bool {
	c, host := w.conn, split(agent).domain
	if !c.granted.roster(host) {
		return false
	}
	removes := item.Attr("subscription") == "remove"
	id := c.asked.add(agent, w.now().Add(c.opts.Timings.Answer), func(answer wire.IQ, err error) {
		switch {
		case err != nil || answer.Error == nil:
			return
		case removes && answer.Error.Condition == "item-not-found":
			return // it was not there
		}
		if c.granted.refuse(host) {
			c.log.Warn("the XMPP server grants contact lists but refuses to change them; "+
				"visitors will not be in contact lists", "host", host, "condition", answer.Error.Condition)
		}
		if otherwise != nil {
			otherwise()
		}
	})
	w.add(wire.AppendIQ(nil, wire.NSAccept, &wire.IQ{
		Header:  wire.Header{From: c.opts.Domain, To: agent, ID: id, Type: "set"},
		Payload: wire.New(wire.NSRoster, "query", nil, item),
	}))
	return true
}

// follow asks for an agent's presence. With the roster privilege the desk
// enters her contact list without a click of hers. Without it she is asked
// once; her server repeats that at each login. All her resources are asked for
// (RFC 6121 §4.3) before that.
//
// COMPAT: when we may not see her, Prosody answers the probe with
// `unsubscribed` and forgets that we asked her before.
func (w *writer) follow(t desk.Follow) {
	h, ok := w.header("", t.Agent, "")
	if !ok {
		return
	}
	c := w.conn
	c.following.add(t.Agent)
	set := w.setItem(h.To, item(c.opts.Domain, c.opts.Name, "both", ""), func() {
		if t.New {
			c.tell(h.From, h.To, "subscribe")
		}
	})
	if !set {
		c.probes.sent(t.Agent, !t.New)
	}
	w.presence(&wire.Presence{Header: wire.Header{From: h.From, To: h.To, Type: "probe"}})
	if !set && t.New {
		h.Type = "subscribe"
		w.presence(&wire.Presence{Header: h, Nick: c.opts.Name})
	}
}

// unfollow ends that: in both directions, and in her contact list.
func (w *writer) unfollow(t desk.Unfollow) {
	h, ok := w.header("", t.Agent, "")
	if !ok {
		return
	}
	w.conn.following.remove(roster.AgentJID(h.To))
	for _, kind := range []string{"unavailable", "unsubscribe", "unsubscribed"} {
		w.presence(&wire.Presence{Header: wire.Header{From: h.From, To: h.To, Type: kind}})
	}
	w.setItem(h.To, removal(w.conn.opts.Domain), nil)
}
