package desk

import (
	"cmp"
	"slices"
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// rules are those of one chat: the agent's own grace before the queue's before
// the desk's.
func (d *Desk) rules(c *openChat) chat.Rules {
	rules := chat.Rules{
		Grace: d.opts.Grace, GraceBusy: d.opts.GraceBusy, AgentGrace: d.opts.AgentGrace,
		Answer: d.opts.AnswerWithin, Idle: d.opts.Idle, Wanted: d.opts.WantedFor,
	}
	if r := d.state.queues[c.Queue]; r != nil && r.Grace > 0 {
		rules.Grace = r.Grace
	}
	if a := d.state.agents[c.Agent]; a != nil && a.Grace > 0 {
		rules.Grace = a.Grace
	}
	return rules
}

// step applies an event to a chat, stores what changed and arranges what
// follows. While a claim is under way the store's answer decides what is
// stored next.
func (d *Desk) step(c *openChat, event chat.Event) {
	before := c.Chat
	after, effects := chat.Step(d.rules(c), before, event, d.now())
	c.Chat = after
	d.reseat(before, after)
	for _, e := range effects {
		d.follow(c, e)
	}
	if stored(before, c.Chat) && !(c.claiming && c.Pending != "") {
		d.save(ledger.SaveChat{Chat: c.Chat})
	}
	if before.Waits() && !c.Waits() {
		d.leaveLine(c, before.Queue)
	}
	if before.Deadlines != c.Deadlines {
		d.state.due.fix(c)
	}
}

// stored tells whether the stored part of a chat changed.
func stored(a, b chat.Chat) bool {
	return a.State != b.State || a.Agent != b.Agent || a.Wanted != b.Wanted || a.Place != b.Place ||
		a.Answered != b.Answered || a.Deadlines != b.Deadlines || len(a.Refused) != len(b.Refused)
}

// follow carries one effect of a step into the turn.
func (d *Desk) follow(c *openChat, e chat.Effect) {
	switch e := e.(type) {
	case chat.Claim:
		d.claim(c, e.Agent)
	case chat.Wait:
		d.enter(c, e.Head)
	case chat.Greet:
		d.greet(c)
	case chat.Show:
		if e.Online || !c.quiet {
			d.show(c, "")
		}
	case chat.Part:
		d.part(c, e)
	case chat.Requeued:
		d.stats.requeued.Add(1)
		c.told = 0
		d.notice(c, textRequeued, nil)
	case chat.IdleWarning:
		d.notice(c, textIdle, nil)
	case chat.Ended:
		d.ended(c, e.Reason)
	}
}

// greet makes a visitor known to the agent who got the seat: contact,
// presence, words, in this order.
func (d *Desk) greet(c *openChat) {
	a := d.state.agents[c.Agent]
	v := d.state.visitor(c.Visitor)
	v.last = c.Agent
	d.after(tenured{visitor: v.JID}) // by her grace
	late := c.told > 0 || len(c.pending) > 0 && d.now().Sub(c.pending[0].At) > time.Second
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
func (d *Desk) introduce(c *openChat) {
	contact := roster.Contact{Agent: c.Agent, Visitor: c.Visitor}
	d.hold(contact)
	v := d.state.visitor(c.Visitor)
	d.send(AddContact{Contact: contact, Name: displayName(v.Visitor), Group: contactGroup})
}

// hold notes that an agent's contact list may hold somebody; it tells whether
// that is new.
func (d *Desk) hold(contact roster.Contact) bool {
	_, known := d.state.contacts[contact]
	d.state.contacts[contact] = contactHeld
	if !known {
		d.save(ledger.SaveContact{Contact: contact})
	}
	return !known
}

// part takes a visitor away from an agent: last words, `unavailable`, contact.
func (d *Desk) part(c *openChat, e chat.Part) {
	if e.Reason != chat.NoReason {
		d.send(Note{Visitor: c.Visitor, Agent: e.Agent, Text: textClosed(e.Reason), Gone: true})
	}
	d.withdraw(roster.Contact{Agent: e.Agent, Visitor: c.Visitor})
	d.after(tenured{visitor: c.Visitor})
	if e.Reason == chat.NoReason {
		d.retract(c, e.Agent)
	}
}

// retract keeps for the next agent what this one has not answered.
func (d *Desk) retract(c *openChat, agent roster.AgentJID) {
	if len(c.unanswered) == 0 {
		return
	}
	d.after(retracted{contact: roster.Contact{Agent: agent, Visitor: c.Visitor}})
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
func (d *Desk) withdraw(contact roster.Contact) {
	d.send(ShowVisitor{Visitor: contact.Visitor, Agent: contact.Agent, Show: roster.Unavailable, Status: textOver})
	if _, known := d.state.contacts[contact]; !known {
		return
	}
	d.state.outboxed++
	d.state.contacts[contact] = contactState(d.state.outboxed)
	d.send(RemoveContact{Contact: contact, Outbox: d.state.outboxed})
}

// forgetContacts drops the contacts that are surely gone.
func (d *Desk) forgetContacts(confirmed int64) {
	for contact, state := range d.state.contacts {
		if state > 0 && int64(state) <= confirmed {
			delete(d.state.contacts, contact)
			d.save(ledger.DropContact{Contact: contact})
		}
	}
}

// ended is the end of a chat's teardown: the transcript stays, and what the
// visitor has not fetched.
func (d *Desk) ended(c *openChat, reason chat.Reason) {
	d.stats.closed.Add(1)
	v := d.state.visitor(c.Visitor)
	v.chat = nil
	delete(d.state.chats, c.ID)
	d.state.crowd.leave(c)
	d.log.Info("chat closed", "chat", c.ID, "visitor", c.Visitor, "reason", reason)
	if reason != chat.VisitorLeft {
		d.notice(c, textEnded(reason), nil)
	}
	d.after(tenured{visitor: v.JID})
	d.after(dismissed{visitor: v.JID})
	if len(v.unsettled) > 0 {
		d.state.keep(v, d.now().Add(d.opts.ResumeTTL))
	}
	d.state.forget(v)
}

// leaveLine takes a chat out of its line; those behind it move up.
func (d *Desk) leaveLine(c *openChat, name string) {
	if r := d.state.queues[name]; r != nil {
		r.line.Remove(c.ID)
	}
}

// shorten tells the chats whose visitors are gone that others wait now.
func (d *Desk) shorten(name string) {
	for _, c := range d.state.chats {
		if c.Queue == name && c.State == chat.Away && !c.Waits() {
			d.step(c, chat.LineGrew{})
		}
	}
}

// tick steps every chat of which a deadline is due. Chats of one instant go in
// the order of the line backwards, so that several requeued to its head keep
// their order.
func (d *Desk) tick() {
	now := d.now()
	d.expire(now)
	var due []*openChat
	for len(d.state.due) > 0 && !now.Before(d.state.due.next()) {
		c := d.state.due[0]
		due = append(due, c)
		d.state.due.drop(c)
	}
	slices.SortFunc(due, func(a, b *openChat) int { return cmp.Compare(b.Place, a.Place) })
	for _, c := range due {
		d.step(c, chat.Tick{})
		if c.State != chat.Closed {
			d.state.due.fix(c)
		}
	}
	for _, c := range due {
		d.serve(c.Queue)
	}
}

// next is the instant the alarm has to ring.
func (d *Desk) next() time.Time {
	next := d.state.due.next()
	if len(d.state.kept) > 0 {
		next = earlier(next, d.state.kept[0].until)
	}
	if d.stale {
		next = earlier(next, d.told.Add(directoryPause))
	}
	if due := d.turn.due(); !due.IsZero() {
		next = earlier(next, due)
	}
	return next
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
