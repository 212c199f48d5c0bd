package desk

import (
	"frontdesk/chat"
	"frontdesk/ledger"
)

// record stores a message with text and sends it on; signals go on alone.
func (d *Desk) record(v *visitor, m chat.Message) Answer {
	c := v.chat
	if m.Text == "" {
		d.visitorSignals(c, m)
		return Answer{}
	}
	d.stats.FromVisitor++
	e := d.entryOf(c, ledger.FromVisitor, m)
	if d.reaches(c) {
		e.Agent, e.Outbox = c.Agent, d.nextOutbox()
		c.unanswered = append(c.unanswered, e)
		d.after(wordsFrom(v, e, m.Typing))
	} else {
		c.pending = append(c.pending, e)
	}
	d.save(ledger.SaveEntry{Entry: e})
	c.remember(e)
	return Answer{ID: e.ID}
}

// visitorSignals passes on typing and markers, which are not stored.
func (d *Desk) visitorSignals(c *openChat, m chat.Message) {
	if !d.reaches(c) {
		return
	}
	out := chat.Message{Typing: m.Typing}
	if m.Typing == chat.TypingGone {
		out.Typing = chat.NoTyping
	}
	if r, ok := c.byID(ledger.FromAgent, m.Displayed); ok {
		out.Displayed = r.ref
	}
	if out != (chat.Message{}) {
		d.after(Words{Visitor: c.Visitor, Agent: c.Agent, Message: out})
	}
}
