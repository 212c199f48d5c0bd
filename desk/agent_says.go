package desk

import (
	"slices"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// AgentSays is a message of some XMPP user to a visitor's address, or to the
// desk's. The desk decides whether its sender may: only the agent who has the
// chat may speak. A message that orders something never reaches the visitor:
// Order is what it orders, and Reply what she is told instead of or after it.
type AgentSays struct {
	Agent    roster.AgentJID // bare sender
	Resource string
	Visitor  roster.VisitorJID // "" when addressed to the desk itself
	Message  chat.Message
	Order    Order
	Reply    string
}

func (e AgentSays) happen(d *Desk) {
	a := d.seats.agents[e.Agent]
	if a != nil {
		d.alive(a)
	}
	if e.Visitor == "" {
		d.deskHears(a, e)
		return
	}
	v := d.visitors[e.Visitor]
	switch {
	case a == nil:
		d.decline(e, refuse("item-not-found", "cancel", textStranger))
	case v == nil || v.chat == nil:
		d.decline(e, refuse("gone", "cancel", textVisitorLeft))
	case v.chat.Agent != e.Agent || !v.chat.HoldsSeat():
		d.decline(e, refuse("forbidden", "auth", textNotYours))
	case e.Order != nil || e.Reply != "":
		d.obey(e)
	case e.Message.Typing == chat.TypingGone && e.Message.Text == "":
		if d.opts.CloseOnGone {
			d.close(v.chat, chat.AgentEnded)
		}
	default:
		d.speak(a, v, e)
	}
}

// obey does what an agent's message orders.
func (d *Desk) obey(e AgentSays) {
	if e.Order != nil {
		if err := e.Order.order(d); err != nil {
			d.decline(e, refuse("not-acceptable", "modify", err.Error()))
			return
		}
	}
	if e.Reply != "" {
		d.after(Note{Visitor: e.Visitor, Agent: e.Agent, Resource: e.Resource, Text: e.Reply})
	}
}

// deskHears answers what somebody writes to the desk itself. Strangers get an
// error.
func (d *Desk) deskHears(a *agent, e AgentSays) {
	switch {
	case a == nil:
		d.decline(e, refuse("service-unavailable", "cancel", textStranger))
	case e.Message.Text != "":
		d.obey(e)
	}
}

// decline answers a message with text with an error, and nothing else
// (RFC 6121 §8.1).
func (d *Desk) decline(e AgentSays, r *Refusal) {
	if e.Message.Text == "" {
		return
	}
	d.stats.Refused++
	d.after(refusal(e, r.Condition, r.Type, r.Text))
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
	if !v.unsettled.fits(m.Text) {
		d.decline(e, refuse("resource-constraint", "wait", textUnread))
		return
	}
	d.stats.FromAgent++
	if !c.Answered {
		d.step(c, chat.AgentSpoke{})
	}
	clear(c.unanswered)
	c.unanswered = c.unanswered[:0]
	entry := d.entryOf(c, ledger.FromAgent, m)
	entry.Agent, entry.AgentName = a.JID, a.Name
	d.save(ledger.SaveEntry{Entry: entry})
	c.remember(entry)
	v.unsettled.put(entry)
	d.after(accepted(refusal(e, "resource-constraint", "wait", textStoreFailed)))
	d.after(d.deliveryOf(entry, ""))
}

// agentSignals passes on typing, receipts and markers, which are not stored
// but for the fact that a message was seen.
func (d *Desk) agentSignals(a *agent, c *openChat, m chat.Message) {
	out := chat.Message{Typing: m.Typing}
	if r, ok := c.byID(ledger.FromVisitor, m.Receipt); ok {
		d.save(ledger.SeeEntry{Seq: r.seq})
		if r.wants {
			out.Receipt = r.ref
		}
	}
	if r, ok := c.byID(ledger.FromVisitor, m.Displayed); ok {
		d.save(ledger.SeeEntry{Seq: r.seq})
		out.Displayed = r.ref
	}
	d.signal(c, a, out)
}

// AgentBounced says that a stanza of ours to an agent came back as an error:
// she blocks the visitor, or her server refuses. It means something only when it
// is for good and of a word that she has not answered. Then that chat goes to
// somebody else who can take it, and her others stay.
type AgentBounced struct {
	Agent     roster.AgentJID
	Visitor   roster.VisitorJID
	ID        string // id of the stanza
	Condition string
	Passing   bool // it may be sent again (type "wait")
}

func (e AgentBounced) happen(d *Desk) {
	v := d.visitors[e.Visitor]
	if !v.talksWith(e.Agent) {
		return
	}
	c := v.chat
	unanswered := slices.ContainsFunc(c.unanswered, func(said ledger.Entry) bool { return said.ID == e.ID })
	if !unanswered || e.Passing || !d.seats.others(c) {
		return
	}
	d.after(Logged{
		Text: "a message to an agent bounced", Warning: true,
		Agent: e.Agent, Chat: c.ID, Detail: e.Condition,
	})
	d.step(c, chat.AgentLost{Exclude: true})
	d.serve(c.Queue)
}
