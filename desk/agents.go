package desk

import (
	"strings"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// agentPresence takes what one resource of an agent says. Others than agents
// are nobody to the desk. It is idempotent: servers may tell it twice.
func (d *Desk) agentPresence(e AgentPresence) {
	a := d.state.agents[e.Agent]
	if a == nil {
		return
	}
	was, known := a.resources[e.Resource]
	fresh := e.Presence.Show != roster.Unavailable && (!known || was.Priority < 0)
	a.resources.Set(e.Resource, e.Presence)
	d.showChanged(a)
	if fresh && e.Presence.Priority >= 0 {
		d.send(ShowDesk{Agent: a.JID, Resource: e.Resource})
		d.showAll(a, e.Resource)
	}
}

// showChanged follows a change of an agent's best show.
func (d *Desk) showChanged(a *agent) {
	was := a.online()
	before := a.show
	a.show = a.resources.Best()
	if a.show == before {
		return
	}
	d.log.Info("agent's presence", "agent", a.JID, "presence", a.show.String())
	d.enlist(a)
	d.stale = true
	for _, c := range d.chatsOf(a.JID) {
		switch {
		case was && !a.online():
			d.step(c, chat.AgentGone{})
		case !was && a.online():
			d.step(c, chat.AgentBack{})
			d.handOver(c, true)
		}
	}
	d.serveFor(a)
}

// showAll tells one resource of an agent, or all ("") of them, of her visitors:
// directed presence reaches only who is there at that moment.
func (d *Desk) showAll(a *agent, resource string) {
	for _, c := range d.chatsOf(a.JID) {
		if !c.quiet || c.State != chat.Away {
			d.show(c, resource)
		}
	}
}

// chatsOf returns the chats that hold a seat of an agent, by their place.
func (d *Desk) chatsOf(jid roster.AgentJID) []*openChat {
	var of []*openChat
	for _, c := range d.state.chats {
		if c.Agent == jid && c.HoldsSeat() {
			of = append(of, c)
		}
	}
	sortByPlace(of)
	return of
}

// agentSays takes a message to a visitor's address or to the desk's. Its
// sender is looked at every time: only the agent who has the chat may speak.
func (d *Desk) agentSays(e AgentSays) {
	a := d.state.agents[e.Agent]
	if e.Visitor == "" {
		d.deskHears(a, e)
		return
	}
	v := d.state.visitors[e.Visitor]
	switch {
	case a == nil:
		d.decline(e, refuse("item-not-found", "cancel", textStranger))
	case v == nil || v.chat == nil:
		d.decline(e, refuse("gone", "cancel", textVisitorLeft))
	case v.chat.Agent != e.Agent || !v.chat.HoldsSeat():
		d.decline(e, refuse("forbidden", "auth", textNotYours))
	case strings.HasPrefix(e.Message.Text, commandPrefix):
		d.commands(a, v, e)
	case e.Message.Typing == chat.TypingGone && e.Message.Text == "":
		if d.opts.CloseOnGone {
			d.close(v.chat, chat.AgentEnded)
		}
	default:
		d.speak(a, v, e)
	}
}

// decline answers a message with text with an error, and nothing else
// (RFC 6121 §8.1).
func (d *Desk) decline(e AgentSays, r *Refusal) {
	if e.Message.Text == "" {
		return
	}
	d.stats.refused.Add(1)
	d.send(refusal(e, r.Condition, r.Type, r.Text))
}

func refusal(e AgentSays, condition, kind, text string) Refuse {
	return Refuse{
		Visitor: e.Visitor, Agent: e.Agent, Resource: e.Resource, ID: e.Message.ID,
		Refusal: *refuse(condition, kind, text),
	}
}

// speak brings an agent's words to her visitor.
func (d *Desk) speak(a *agent, v *visitor, e AgentSays) {
	c, m := v.chat, e.Message
	if m.Text == "" {
		d.agentSignals(a, c, m)
		return
	}
	if c.bytes+len(m.Text) > maxChatBytes {
		d.decline(e, refuse("policy-violation", "wait", textChatFull))
		return
	}
	d.stats.fromAgent.Add(1)
	if !c.Answered {
		d.step(c, chat.AgentSpoke{})
	}
	clear(c.unanswered)
	c.unanswered = c.unanswered[:0]
	entry := d.entry(c, ledger.FromAgent, m)
	entry.Agent, entry.AgentName = a.JID, a.Name
	if replaced, ok := c.byRef(ledger.FromAgent, m.Replace); ok {
		entry.Replace = replaced.id
	}
	d.save(ledger.SaveEntry{Entry: entry})
	c.remember(entry)
	d.unsettle(v, entry)
	d.after(heard{e})
	d.after(delivered{visitor: v.JID, delivery: d.delivery(entry, "", false)})
}

// agentSignals passes on typing, receipts and markers, which are not stored
// but for the fact that a message was seen.
func (d *Desk) agentSignals(a *agent, c *openChat, m chat.Message) {
	out := chat.Message{Typing: m.Typing}
	if l, ok := c.byID(ledger.FromVisitor, m.Receipt); ok {
		d.save(ledger.SeeEntry{Seq: l.seq})
		if l.wants {
			out.Receipt = l.ref
		}
	}
	if l, ok := c.byID(ledger.FromVisitor, m.Displayed); ok {
		d.save(ledger.SeeEntry{Seq: l.seq})
		out.Displayed = l.ref
	}
	if out != (chat.Message{}) {
		d.after(delivered{visitor: c.Visitor, delivery: Delivery{
			Queue: c.Queue, AgentName: a.Name, Message: out,
		}})
	}
}

// agentBounced takes a stanza of ours that came back: she blocks the visitor,
// or her server refuses. That chat goes to somebody else, her others stay.
func (d *Desk) agentBounced(e AgentBounced) {
	v := d.state.visitors[e.Visitor]
	if v == nil || v.chat == nil || v.chat.Agent != e.Agent {
		return
	}
	if _, ours := v.chat.byID(ledger.FromVisitor, e.ID); !ours {
		return
	}
	d.log.Warn("a message to an agent bounced", "agent", e.Agent, "chat", v.chat.ID, "condition", e.Condition)
	c := v.chat
	d.step(c, chat.AgentLost{Refuse: true})
	d.serve(c.Queue)
}

// agentProbes answers a presence probe (RFC 6121 §4.3): with the visitor's
// presence to the agent who has the chat, with `unavailable` to anyone else.
func (d *Desk) agentProbes(e AgentProbes) {
	if e.Visitor == "" {
		if d.state.agents[e.Agent] != nil {
			d.send(ShowDesk{Agent: e.Agent, Resource: e.Resource})
		}
		return
	}
	if v := d.state.visitors[e.Visitor]; v != nil && v.chat != nil && v.chat.Agent == e.Agent {
		if !v.chat.quiet {
			d.show(v.chat, e.Resource)
		}
		return
	}
	d.send(ShowVisitor{Visitor: e.Visitor, Agent: e.Agent, Resource: e.Resource, Show: roster.Unavailable})
}

// agentLooks tells who a visitor is, to the agent who has the chat.
func (d *Desk) agentLooks(e AgentLooks) {
	card := Card{Ref: e.Ref, Visitor: roster.Visitor{JID: e.Visitor}}
	if v := d.state.visitors[e.Visitor]; v != nil && v.chat != nil && v.chat.Agent == e.Agent {
		tabs, _ := v.online()
		card.Known, card.Online, card.Visitor = true, tabs > 0, v.Visitor
		card.Visitor.Name = displayName(v.Visitor)
	}
	d.send(card)
}
