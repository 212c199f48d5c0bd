package desk

import (
	"frontdesk/chat"
	"frontdesk/ledger"
)

// nextOutbox is a number in the outbox.
func (d *Desk) nextOutbox() int64 {
	d.outboxed++
	return d.outboxed
}

// entryOf makes a line of the transcript from what somebody says.
func (d *Desk) entryOf(c *openChat, from ledger.Author, m chat.Message) ledger.Entry {
	d.seq++
	e := ledger.Entry{
		Seq: d.seq, Chat: c.ID, Visitor: c.Visitor, Author: from,
		ID: d.names.message(d.seq), Ref: m.ID, Text: m.Text, Lang: m.Lang,
		WantReceipt: m.WantReceipt, At: d.at,
	}
	if replaced, ok := c.byRef(from, m.Replace); ok {
		e.Replace = replaced.id
	}
	return e
}

// messageOf is an entry as it goes outward.
func messageOf(e ledger.Entry) chat.Message {
	return chat.Message{ID: e.ID, Text: e.Text, Lang: e.Lang, Replace: e.Replace, Markable: true}
}

// wordsOf is an entry on its way to its agent.
func wordsOf(e ledger.Entry) Words {
	w := Words{Outbox: e.Outbox, Visitor: e.Visitor, Agent: e.Agent, Message: messageOf(e)}
	w.Message.WantReceipt = true
	return w
}

// wordsFrom is the same with what is not stored.
func wordsFrom(v *visitor, e ledger.Entry, typing chat.Typing) Words {
	w := wordsOf(e)
	w.Message.Typing = typing
	w.Message.Nick = displayName(v.Visitor)
	return w
}

// deliveryOf is an entry on its way to its visitor: to one stream, or to all
// ("").
func (d *Desk) deliveryOf(e ledger.Entry, only string) Delivered {
	m := messageOf(e)
	m.Typing = chat.TypingActive
	return Delivered{Visitor: e.Visitor, Delivery: Delivery{
		Seq: e.Seq, Only: only, AgentName: e.AgentName, Queue: d.queueOf(e), Message: m,
	}}
}

// queueOf is the queue an entry was written in.
func (d *Desk) queueOf(e ledger.Entry) string {
	if c := d.chats[e.Chat]; c != nil {
		return c.Queue
	}
	return d.mainQueue()
}

// mainQueue is the queue for those who name none.
func (d *Desk) mainQueue() string { return d.lines.main(d.opts.DefaultQueue) }

// notice tells a visitor something in the desk's own words.
func (d *Desk) notice(c *openChat, text string, status *QueueStatus) {
	d.after(Delivered{Visitor: c.Visitor, Delivery: Delivery{
		Queue: c.Queue, Message: chat.Message{Text: text}, Status: status, Notice: true,
	}})
}

// signal brings what is not stored from an agent to her visitor.
func (d *Desk) signal(c *openChat, a *agent, m chat.Message) {
	if m != (chat.Message{}) {
		d.after(Delivered{Visitor: c.Visitor, Delivery: Delivery{Queue: c.Queue, AgentName: a.Name, Message: m}})
	}
}

// welcome lets a stream have what is delivered to all of the visitor's, and
// first what none of them has confirmed.
func (d *Desk) welcome(v *visitor, stream string) {
	d.after(Joined{Tab{Visitor: v.JID, Stream: stream}})
	for _, e := range v.unsettled.entries {
		again := d.deliveryOf(e, stream)
		again.Delivery.Sent = e.At
		d.after(again)
	}
}
