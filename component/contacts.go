package component

import (
	"frontdesk/roster"
	"frontdesk/wire"
)

// addContact puts a visitor into an agent's contact list where her server lets
// us (XEP-0356 §5.1), with the subscription `to`: she sees the visitor, and
// her server does not tell each visitor of her.
func (o *outbound) addContact(c roster.Contact, name, group string) {
	if h, ok := o.header(c.Visitor, c.Agent, ""); ok {
		o.setItem(h.To, item(string(c.Visitor), name, "to", group), nil)
	}
}

// removeContact takes it out again. It tells whether it is gone with that: also
// where nobody lets us put it in.
func (o *outbound) removeContact(c roster.Contact) bool {
	delete(o.named, c)
	h, ok := o.header(c.Visitor, c.Agent, "")
	if ok {
		o.setItem(h.To, removal(string(c.Visitor)), nil)
	}
	return ok
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
func (o *outbound) setItem(agent string, item *wire.Element, otherwise func()) bool {
	c, host := o.connection, split(agent).domain
	if !c.granted.roster(host) {
		return false
	}
	removes := item.Attr("subscription") == "remove"
	o.w.Request(wire.IQ{
		Header:  wire.Header{To: agent, Type: "set"},
		Payload: wire.New(wire.NSRoster, "query", nil, item),
	}, func(answer wire.IQ, err error) {
		switch {
		case err != nil || answer.Error == nil:
			return
		case removes && answer.Error.Condition == "item-not-found":
			return // it was not there
		}
		if c.granted.markBroken(host) {
			c.log.Warn("the XMPP server grants contact lists but refuses to change them; "+
				"visitors will not be in contact lists", "host", host, "condition", answer.Error.Condition)
		}
		if otherwise != nil {
			otherwise()
		}
	})
	return true
}

// follow asks for an agent's presence; isNew when that was never done before,
// or is to be done again. With the roster privilege the desk enters her contact
// list without a click of hers. Without it she is asked once; her server
// repeats that at each login. All her resources are asked for (RFC 6121 §4.3)
// before that.
//
// COMPAT: when we may not see her, Prosody answers the probe with
// `unsubscribed` and forgets that we asked her before.
func (o *outbound) follow(agent roster.AgentJID, isNew bool) {
	h, ok := o.header("", agent, "")
	if !ok {
		return
	}
	c := o.connection
	c.following.add(agent)
	set := o.setItem(h.To, item(c.opts.Domain, c.opts.Name, "both", ""), func() {
		if isNew {
			c.sendPresence(h.From, h.To, "subscribe")
		}
	})
	if !set {
		c.probes.sent(agent, !isNew)
	}
	o.addPresence(&wire.Presence{Header: wire.Header{From: h.From, To: h.To, Type: "probe"}})
	if !set && isNew {
		h.Type = "subscribe"
		o.addPresence(&wire.Presence{Header: h, Nick: c.opts.Name})
	}
}

// unfollow ends that: in both directions, and in her contact list.
func (o *outbound) unfollow(agent roster.AgentJID) {
	h, ok := o.header("", agent, "")
	if !ok {
		return
	}
	o.following.remove(roster.AgentJID(h.To))
	for _, kind := range []string{"unavailable", "unsubscribe", "unsubscribed"} {
		o.addPresence(&wire.Presence{Header: wire.Header{From: h.From, To: h.To, Type: kind}})
	}
	o.setItem(h.To, removal(o.opts.Domain), nil)
}
