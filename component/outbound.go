package component

import (
	"crypto/rand"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/roster"
	"frontdesk/wire"
)

// visitorResource is the one resource from which a visitor speaks to agents,
// however many pages are open.
const visitorResource = "web"

// from returns the address a stanza comes from: the visitor's, or the desk's
// when v is "". It is "" when v is not an address of our domain.
func (c *conn) from(v roster.VisitorJID) string {
	if v == "" {
		return c.opts.Domain
	}
	if a := split(string(v)); a.local == "" || a.domain != c.opts.Domain || a.resource != "" || !sendable(string(v)) {
		return ""
	}
	return string(v) + "/" + visitorResource
}

// reaches tells whether agent is an address that stanzas can go to: one of
// another domain, because we must not talk to ourselves.
func (c *conn) reaches(agent string) bool {
	a := split(agent)
	return a.local != "" && a.domain != c.opts.Domain && sendable(agent)
}

// send encodes one thing of the desk.
func (w *writer) send(thing desk.ToAgent) {
	switch t := thing.(type) {
	case desk.Words:
		w.words(t)
	case desk.ShowVisitor:
		w.showVisitor(t)
	case desk.ShowDesk:
		w.showDesk(t)
	case desk.Note:
		w.note(t)
	case desk.Refuse:
		w.refuse(t)
	case desk.Follow:
		w.follow(t)
	case desk.Unfollow:
		w.unfollow(t)
	case desk.AddContact:
		w.addContact(t)
	case desk.RemoveContact:
		w.removeContact(t)
	case desk.Card:
		w.card(t)
	}
}

// header addresses a stanza; false when it must not be sent.
func (w *writer) header(v roster.VisitorJID, agent roster.AgentJID, resource string) (wire.Header, bool) {
	c := w.conn
	h := wire.Header{From: c.from(v), To: full(string(agent), resource)}
	if h.From == "" || !c.reaches(h.To) {
		c.count.dropped.Add(1)
		c.log.Warn("stanza not sent: bad address", "visitor", v, "agent", agent)
		return h, false
	}
	return h, true
}

func (w *writer) message(m *wire.Message) { w.add(wire.AppendMessage(nil, wire.NSAccept, m)) }

func (w *writer) presence(p *wire.Presence) { w.add(wire.AppendPresence(nil, wire.NSAccept, p)) }

// words sends a visitor's message to the agent's bare address: her server
// knows her devices better. Text asks for a receipt (XEP-0184) and tells that
// chat states are understood (XEP-0085 §5.1).
func (w *writer) words(t desk.Words) {
	h, ok := w.header(t.Visitor, t.Agent, "")
	if !ok {
		return
	}
	h.ID, h.Type = t.Message.ID, "chat"
	m := wire.Message{Header: h, Message: t.Message, OriginID: t.Message.ID}
	if t.Message.Text != "" {
		m.WantReceipt = true
		if m.Typing == chat.NoTyping {
			m.Typing = chat.TypingActive
		}
	}
	if !t.Sent.IsZero() {
		m.Delay, m.DelayFrom = t.Sent, w.conn.opts.Domain
	}
	w.message(&m)
}

// note sends a line of the desk's own; archives need not keep it (XEP-0334).
func (w *writer) note(t desk.Note) {
	h, ok := w.header(t.Visitor, t.Agent, t.Resource)
	if !ok {
		return
	}
	h.ID, h.Type = rand.Text(), "chat"
	m := wire.Message{Header: h, NoStore: true}
	m.Text = t.Text
	if t.Gone {
		m.Typing = chat.TypingGone
	}
	w.message(&m)
}

// refuse answers a message with an error, from the address it went to.
func (w *writer) refuse(t desk.Refuse) {
	h, ok := w.header(t.Visitor, t.Agent, t.Resource)
	if !ok || !w.conn.refused.allow(t, w.now()) {
		return
	}
	if t.Visitor != "" {
		h.From = string(t.Visitor)
	}
	h.ID, h.Type = t.ID, "error"
	w.message(&wire.Message{Header: h, Error: &wire.StanzaError{
		Type: t.Refusal.Type, Condition: t.Refusal.Condition, Text: t.Refusal.Text,
	}})
}

// showDesk sends the desk's own presence.
func (w *writer) showDesk(t desk.ShowDesk) {
	if h, ok := w.header("", t.Agent, t.Resource); ok {
		w.presence(&wire.Presence{Header: h, Nick: w.conn.opts.Name})
	}
}

// showVisitor sends a visitor's presence, directed (RFC 6121 §4.6), with the
// hash of the picture (XEP-0153).
func (w *writer) showVisitor(t desk.ShowVisitor) {
	h, ok := w.header(t.Visitor, t.Agent, t.Resource)
	if !ok {
		return
	}
	if t.Show == roster.Unavailable {
		h.Type = "unavailable"
		w.presence(&wire.Presence{Header: h, Status: t.Status})
		return
	}
	photo := wire.New(wire.NSVCardHash, "photo", nil, w.conn.faces.of(t.Visitor).hash)
	w.presence(&wire.Presence{
		Header: h, Show: showName(t.Show), Status: t.Status, Nick: t.Name,
		Extra: []*wire.Element{wire.New(wire.NSVCardHash, "x", nil, photo)},
	})
	w.name(t)
}

// showName is the content of <show/> (RFC 6121 §4.7.2.1).
func showName(s roster.Show) string {
	if s == roster.Available || s == roster.Unavailable {
		return ""
	}
	return s.String()
}

// name tells the visitor's name as a PEP event (XEP-0172 §4.3), once for each
// agent and name: some clients take it from there alone.
func (w *writer) name(t desk.ShowVisitor) {
	contact := roster.Contact{Agent: t.Agent, Visitor: t.Visitor}
	named := w.conn.named
	if t.Name == "" || named[contact] == t.Name {
		return
	}
	if len(named) >= maxKnown {
		clear(named)
	}
	named[contact] = t.Name
	nick := wire.New(wire.NSNick, "nick", nil, t.Name)
	item := wire.New(wire.NSPubSubEvt, "item", wire.Attrs("id", "current"), nick)
	items := wire.New(wire.NSPubSubEvt, "items", wire.Attrs("node", wire.NSNick), item)
	w.message(&wire.Message{
		Header: wire.Header{From: string(t.Visitor), To: string(t.Agent), ID: rand.Text(), Type: "headline"},
		Extra:  []*wire.Element{wire.New(wire.NSPubSubEvt, "event", nil, items)},
	})
}
