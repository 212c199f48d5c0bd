package desk

import (
	"frontdesk/chat"
	"frontdesk/ledger"
)

// entryOf makes a line of the transcript from what somebody says.
func (d *state) entryOf(c *openChat, from ledger.Author, m chat.Message) ledger.Entry {
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
func (d *state) deliveryOf(e ledger.Entry, only string) Delivered {
	m := messageOf(e)
	m.Typing = chat.TypingActive
	return Delivered{Visitor: e.Visitor, Delivery: Delivery{
		Seq: e.Seq, Only: only, AgentName: e.AgentName, Queue: d.queueOf(e), Message: m,
	}}
}

// welcome lets a stream have what is delivered to all of the visitor's, and
// first what none of them has confirmed.
func (d *service) welcome(v *visitor, stream string) {
	d.after(Joined{Tab{Visitor: v.JID, Stream: stream}})
	for _, e := range v.unsettled.entries {
		again := d.deliveryOf(e, stream)
		again.Delivery.Sent = e.At
		d.after(again)
	}
}
