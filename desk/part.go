package desk

import (
	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// part takes a visitor away from an agent: last words, `unavailable`, contact.
func (d *service) part(c *openChat, e chat.Part) {
	if e.Reason != chat.NoReason {
		d.after(Note{Visitor: c.Visitor, Agent: e.Agent, Text: textClosed(e.Reason), Gone: true})
	}
	d.withdraw(roster.Contact{Agent: e.Agent, Visitor: c.Visitor})
	d.after(tenure{c.Visitor})
	if e.Reason == chat.NoReason {
		d.takeBack(c, e.Agent)
	}
}

// takeBack keeps for the next agent what this one has not answered.
func (d *service) takeBack(c *openChat, agent roster.AgentJID) {
	if len(c.unanswered) == 0 {
		return
	}
	d.after(retract{roster.Contact{Agent: agent, Visitor: c.Visitor}})
	back := c.unanswered
	c.unanswered = nil
	for i := range back {
		back[i].Agent, back[i].Outbox = "", 0
		d.save(ledger.AddressEntry{Seq: back[i].Seq})
	}
	c.pending = append(back, c.pending...)
}

// withdraw makes a visitor unavailable to an agent and takes the contact back.
// It is remembered until the server has taken that: a link may be lost with it.
func (d *service) withdraw(contact roster.Contact) {
	d.after(ShowVisitor{Visitor: contact.Visitor, Agent: contact.Agent, Show: roster.Unavailable, Status: textOver})
	if _, known := d.contacts[contact]; !known {
		return
	}
	number := d.nextOutbox()
	d.contacts.leave(contact, number)
	d.after(RemoveContact{Contact: contact, Outbox: number})
}

// ended is the end of a chat's teardown: the transcript stays, and what the
// visitor has not fetched.
func (d *service) ended(c *openChat, reason chat.Reason) {
	d.stats.Closed++
	v := d.visitors.of(c.Visitor)
	v.chat = nil
	delete(d.chats, c.ID)
	d.networks.leave(c)
	d.after(Logged{Text: "chat closed", Chat: c.ID, Visitor: c.Visitor, Detail: string(reason)})
	if reason != chat.VisitorLeft {
		d.notice(c, textEnded(reason), nil)
	}
	d.after(tenure{v.JID})
	d.after(Dismissed{Visitor: v.JID})
	if len(v.unsettled.entries) > 0 {
		d.keep(v, d.at.Add(d.opts.ResumeTTL))
	}
	d.visitors.forget(v)
}

// expire drops what was kept for visitors who did not fetch it in time.
func (d *service) expire() {
	for {
		k, ok := d.kept.expired(d.at)
		if !ok {
			return
		}
		v := d.visitors[k.jid]
		if v == nil || v.chat != nil || len(v.unsettled.entries) == 0 || v.until.After(k.until) {
			continue
		}
		d.save(ledger.SettleEntries{Seqs: v.unsettled.drop()})
		d.visitors.forget(v)
	}
}
