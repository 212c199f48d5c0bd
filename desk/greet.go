package desk

import (
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// greet makes a visitor known to the agent who got the seat: contact,
// presence, words, in this order.
func (d *service) greet(c *openChat) {
	a := d.seats.agents[c.Agent]
	v := d.visitors.of(c.Visitor)
	v.last = c.Agent
	d.after(tenure{v.JID}) // by her grace
	late := c.position > 0 || len(c.pending) > 0 && d.at.Sub(c.pending[0].At) > time.Second
	d.introduce(c)
	d.show(c, "")
	d.handOver(c, late)
	if a != nil {
		d.notice(c, textAssigned(a.Name), nil)
	}
	if a != nil && !a.online() {
		d.step(c, chat.AgentGone{})
	}
}

// introduce puts the visitor into the agent's contact list, or changes the
// name there.
func (d *service) introduce(c *openChat) {
	contact := roster.Contact{Agent: c.Agent, Visitor: c.Visitor}
	d.hold(contact)
	v := d.visitors.of(c.Visitor)
	d.after(AddContact{Contact: contact, Name: displayName(v.Visitor), Group: contactGroup})
}

// hold notes that an agent's contact list may hold somebody; it tells whether
// that is new.
func (d *service) hold(contact roster.Contact) bool {
	isNew := d.contacts.hold(contact)
	if isNew {
		d.save(ledger.SaveContact{Contact: contact})
	}
	return isNew
}

// show tells a chat's agent, or one resource of hers, how the visitor is.
func (d *service) show(c *openChat, resource string) {
	v := d.visitors.of(c.Visitor)
	p := ShowVisitor{
		Visitor: c.Visitor, Agent: c.Agent, Resource: resource,
		Show: roster.Available, Status: v.Page.Title, Name: displayName(v.Visitor),
	}
	if p.Status == "" {
		p.Status = v.Page.URI
	}
	switch _, present := v.tabs.online(); {
	case c.State == chat.Away:
		p.Show, p.Status = roster.Unavailable, textLeft(d.at, c.Deadlines.Grace)
	case present == 0:
		p.Show = roster.Away
	}
	d.after(p)
}

// showAll tells one resource of an agent, or all ("") of them, of her visitors:
// directed presence reaches only who is there at that moment.
func (d *service) showAll(a *agent, resource string) {
	for _, c := range d.chats.heldBy(a.JID) {
		if !c.hidden || c.State != chat.Away {
			d.show(c, resource)
		}
	}
}

// handOver sends the agent who has the chat everything that waits for her.
func (d *service) handOver(c *openChat, late bool) {
	v := d.visitors.of(c.Visitor)
	for _, e := range c.pending {
		e.Agent, e.Outbox = c.Agent, d.nextOutbox()
		d.save(ledger.AddressEntry{Seq: e.Seq, Agent: e.Agent, Outbox: e.Outbox})
		w := wordsFrom(v, e, chat.TypingActive)
		if late {
			w.Sent = e.At
		}
		d.after(w)
		c.unanswered = append(c.unanswered, e)
	}
	c.pending = nil
}
