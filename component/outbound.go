package component

import (
	"crypto/rand"
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/link"
	"frontdesk/roster"
	"frontdesk/wire"
)

// visitorResource is the one resource from which a visitor speaks to agents,
// however many pages are open.
const visitorResource = "web"

// from returns the address a stanza comes from: the visitor's, or the desk's
// when v is "". It is "" when v is not an address of our domain.
func (c *connection) from(v roster.VisitorJID) string {
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
func (c *connection) reaches(agent string) bool {
	a := split(agent)
	return a.local != "" && a.domain != c.opts.Domain && sendable(agent)
}

// item makes a thing of the desk ready for the link's queue.
func (c *connection) item(thing desk.ToAgent) link.Item {
	return link.Item{
		Number: numberOf(thing),
		Build:  func(w *link.Writer) bool { return (&outbound{c, w}).send(thing) },
	}
}

// numberOf is the number that the desk wants confirmed; 0 for none.
func numberOf(thing desk.ToAgent) int64 {
	switch t := thing.(type) {
	case desk.Words:
		return t.Outbox
	case desk.RemoveContact:
		return t.Outbox
	}
	return 0
}

// outbound builds the stanzas of one thing, in the link's writing goroutine.
type outbound struct {
	*connection
	w *link.Writer
}

// send encodes one thing of the desk. It tells whether nothing of it was left
// out; that matters for what has a number.
func (o *outbound) send(thing desk.ToAgent) bool {
	switch t := thing.(type) {
	case desk.Words:
		return o.words(t)
	case desk.ShowVisitor:
		o.showVisitor(t)
	case desk.ShowDesk:
		o.showDesk(t)
	case desk.Note:
		o.note(t)
	case desk.Refuse:
		o.refuse(t)
	case desk.Follow:
		o.follow(t.Agent, t.New)
	case desk.Unfollow:
		o.unfollow(t.Agent)
	case desk.AddContact:
		o.addContact(t.Contact, t.Name, t.Group)
	case desk.RemoveContact:
		return o.removeContact(t.Contact)
	case desk.Card:
		o.card(t)
	}
	return true
}

// header addresses a stanza; false when it must not be sent.
func (o *outbound) header(v roster.VisitorJID, agent roster.AgentJID, resource string) (wire.Header, bool) {
	h := wire.Header{From: o.from(v), To: full(string(agent), resource)}
	if h.From == "" || !o.reaches(h.To) {
		o.dropped.Add(1)
		o.log.Warn("stanza not sent: bad address", "visitor", v, "agent", agent)
		return h, false
	}
	return h, true
}

func (o *outbound) addMessage(m *wire.Message) bool {
	return o.w.Add(wire.AppendMessage(nil, wire.NSAccept, m))
}

func (o *outbound) addPresence(p *wire.Presence) { o.w.Add(wire.AppendPresence(nil, wire.NSAccept, p)) }

// words sends a visitor's message to the agent's bare address: her server
// knows her devices better. Text asks for a receipt (XEP-0184) and tells that
// chat states are understood (XEP-0085 §5.1).
func (o *outbound) words(t desk.Words) bool {
	h, ok := o.header(t.Visitor, t.Agent, "")
	if !ok {
		return false
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
		m.Delay, m.DelayFrom = t.Sent, o.opts.Domain
	}
	return o.addMessage(&m)
}

// note sends a line of the desk's own; archives need not keep it (XEP-0334).
func (o *outbound) note(t desk.Note) {
	h, ok := o.header(t.Visitor, t.Agent, t.Resource)
	if !ok {
		return
	}
	h.ID, h.Type = rand.Text(), "chat"
	m := wire.Message{Header: h, NoStore: true}
	m.Text = t.Text
	if t.Gone {
		m.Typing = chat.TypingGone
	}
	o.addMessage(&m)
}

// refuse answers a message with an error, from the address it went to.
func (o *outbound) refuse(t desk.Refuse) {
	h, ok := o.header(t.Visitor, t.Agent, t.Resource)
	about := roster.Contact{Agent: t.Agent, Visitor: t.Visitor}
	if !ok || !o.refusals.allow(about, o.following.has(t.Agent), t.Refusal.Condition, time.Now()) {
		return
	}
	if t.Visitor != "" {
		h.From = string(t.Visitor)
	}
	h.ID, h.Type = t.ID, "error"
	o.addMessage(&wire.Message{Header: h, Error: &wire.StanzaError{
		Type: t.Refusal.Type, Condition: t.Refusal.Condition, Text: t.Refusal.Text,
	}})
}

// showDesk sends the desk's own presence.
func (o *outbound) showDesk(t desk.ShowDesk) {
	if h, ok := o.header("", t.Agent, t.Resource); ok {
		o.addPresence(&wire.Presence{Header: h, Nick: o.opts.Name})
	}
}

// showVisitor sends a visitor's presence, directed (RFC 6121 §4.6), with the
// hash of the picture (XEP-0153).
func (o *outbound) showVisitor(t desk.ShowVisitor) {
	h, ok := o.header(t.Visitor, t.Agent, t.Resource)
	if !ok {
		return
	}
	if t.Show == roster.Unavailable {
		h.Type = "unavailable"
		o.addPresence(&wire.Presence{Header: h, Status: t.Status})
		return
	}
	photo := wire.New(wire.NSVCardHash, "photo", nil, o.pictures.of(t.Visitor).hash)
	o.addPresence(&wire.Presence{
		Header: h, Show: showName(t.Show), Status: t.Status, Nick: t.Name,
		Extra: []*wire.Element{wire.New(wire.NSVCardHash, "x", nil, photo)},
	})
	o.tellName(t)
}

// showName is the content of <show/> (RFC 6121 §4.7.2.1).
func showName(s roster.Show) string {
	if s == roster.Available || s == roster.Unavailable {
		return ""
	}
	return s.String()
}

// tellName tells the visitor's name as a PEP event (XEP-0172 §4.3), once for each
// agent and name: some clients take it from there alone.
func (o *outbound) tellName(t desk.ShowVisitor) {
	contact := roster.Contact{Agent: t.Agent, Visitor: t.Visitor}
	named := o.named
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
	o.addMessage(&wire.Message{
		Header: wire.Header{From: string(t.Visitor), To: string(t.Agent), ID: rand.Text(), Type: "headline"},
		Extra:  []*wire.Element{wire.New(wire.NSPubSubEvt, "event", nil, items)},
	})
}

// card answers the question about a visitor with what the desk knows.
func (o *outbound) card(t desk.Card) {
	q, ok := o.questions.take(t.Ref)
	switch {
	case !ok:
	case !t.Known:
		o.w.Add(errorReply(&q, "cancel", "item-not-found"))
	default:
		o.w.Add(o.visitorReply(&q, t.Visitor))
	}
}
