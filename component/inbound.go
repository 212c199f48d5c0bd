package component

import (
	"strings"

	"frontdesk/command"
	"frontdesk/desk"
	"frontdesk/roster"
	"frontdesk/wire"
)

// visitorAt returns the visitor (or queue) that a stanza is addressed to; ""
// for the desk itself. Any resource stands for the visitor.
func (c *connection) visitorAt(to address) roster.VisitorJID {
	if to.local == "" {
		return ""
	}
	return roster.VisitorJID(to.bare())
}

// message takes a message to the desk, a queue or a visitor. Only the outer
// stanza is read: what is wrapped into it could be forged.
func (c *connection) message(e *wire.Element) {
	m, err := wire.ReadMessage(e)
	if err != nil {
		c.skip("message cannot be read", err)
		return
	}
	from, to, ok := c.parties(m.Header)
	switch {
	case !ok:
	case m.Error != nil:
		c.bounce(from, to, m.Header, m.Error)
	case from.local == "" && from.resource == "" && to.local == "" && c.granted.announced(from.domain, e):
	case m.Type == "groupchat", m.Type == "headline", m.Wrapped:
	case len(m.Text) > maxText:
		c.rejectLong(m.Header)
	case carries(&m):
		c.desk.Post(command.Read(desk.AgentSays{
			Agent: roster.AgentJID(from.bare()), Resource: from.resource,
			Visitor: c.visitorAt(to), Message: m.Message,
		}))
	}
}

// carries tells whether a message carries anything for the desk.
func carries(m *wire.Message) bool {
	return m.Text != "" || m.Typing != 0 || m.Receipt != "" || m.Displayed != ""
}

// rejectLong answers a message whose text is over the limit.
func (c *connection) rejectLong(h wire.Header) {
	c.conn.Answer(wire.AppendMessage(nil, wire.NSAccept, &wire.Message{
		Header: wire.Header{From: h.To, To: h.From, ID: h.ID, Type: "error"},
		Error:  &wire.StanzaError{Type: "modify", Condition: "not-acceptable", Text: "The message is too long."},
	}))
}

// bounce takes a stanza of ours that came back as an error; it is never
// answered.
func (c *connection) bounce(from, to address, h wire.Header, e *wire.StanzaError) {
	if e.Condition == "policy-violation" && strings.Contains(e.Text, "strangers") {
		c.log.Error("the XMPP server rejects messages from visitors as strangers; "+
			"allow our domain there (ejabberd: mod_block_strangers, option access)", "host", from.domain)
	}
	c.desk.Post(desk.AgentBounced{
		Agent: roster.AgentJID(from.bare()), Visitor: c.visitorAt(to),
		ID: h.ID, Condition: e.Condition, Passing: e.Type == "wait",
	})
}

// presence takes a presence stanza (RFC 6121 §3, §4).
func (c *connection) presence(e *wire.Element) {
	p, err := wire.ReadPresence(e)
	if err != nil {
		c.skip("presence cannot be read", err)
		return
	}
	from, to, ok := c.parties(p.Header)
	if !ok {
		return
	}
	agent, visitor := roster.AgentJID(from.bare()), c.visitorAt(to)
	switch p.Type {
	case "", "unavailable":
		if visitor == "" {
			c.probes.answered(agent)
			c.desk.Post(desk.AgentPresence{Agent: agent, Resource: from.resource, Presence: presenceTerms(&p)})
		}
	case "error":
		c.presenceError(from, to, &p)
	case "probe":
		c.desk.Post(desk.AgentProbes{Agent: agent, Resource: from.resource, Visitor: visitor})
	case "subscribe":
		c.subscribe(agent, to)
	case "unsubscribe":
		c.sendPresence(to.bare(), string(agent), "unsubscribed")
	case "unsubscribed":
		c.unsubscribed(agent, visitor)
	}
}

// presenceTerms turns a presence stanza into the desk's terms.
func presenceTerms(p *wire.Presence) roster.Presence {
	if p.Type == "unavailable" {
		return roster.Presence{Status: p.Status}
	}
	show := roster.Available
	switch p.Show {
	case "chat":
		show = roster.Chat
	case "away":
		show = roster.Away
	case "xa":
		show = roster.XA
	case "dnd":
		show = roster.DND
	}
	return roster.Presence{Show: show, Status: p.Status, Priority: p.Priority}
}

// presenceError takes the bounce of a presence stanza: of a visitor's to an
// agent like that of a message; of the desk's as "not there".
func (c *connection) presenceError(from, to address, p *wire.Presence) {
	if to.local != "" {
		c.bounce(from, to, p.Header, p.Error)
		return
	}
	c.desk.Post(desk.AgentPresence{Agent: roster.AgentJID(from.bare()), Resource: from.resource})
}

// subscribe answers a request to see somebody of ours: agents may see the
// desk, nobody may have a visitor in a contact list for good.
func (c *connection) subscribe(agent roster.AgentJID, to address) {
	if to.local != "" || !c.following.has(agent) {
		c.sendPresence(to.bare(), string(agent), "unsubscribed")
		return
	}
	c.sendPresence(to.bare(), string(agent), "subscribed")
	c.sendPresence(to.bare(), string(agent), "")
}

// unsubscribed takes the end, or refusal, of our subscription. As the answer
// to a probe it may only mean that she has not decided yet: then she is asked
// again, once on a connection.
func (c *connection) unsubscribed(agent roster.AgentJID, visitor roster.VisitorJID) {
	if visitor != "" || !c.following.has(agent) {
		return
	}
	awaited, again := c.probes.answered(agent)
	switch {
	case again:
		c.sendPresence(c.opts.Domain, string(agent), "subscribe")
	case !awaited:
		c.log.Warn("agent does not let us see her presence; she counts as offline", "agent", agent)
	}
	c.desk.Post(desk.AgentPresence{Agent: agent})
}

// sendPresence answers with a presence of that type. The writer must not call
// it.
func (c *connection) sendPresence(from, to, kind string) {
	if !sendable(to) {
		return
	}
	c.conn.Answer(wire.AppendPresence(nil, wire.NSAccept, &wire.Presence{
		Header: wire.Header{From: from, To: to, Type: kind},
	}))
}
