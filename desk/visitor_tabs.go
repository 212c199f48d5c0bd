package desk

import (
	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// TabOnline says that a bound stream has a live link: after bind, after a
// return, and when Away changes (every tab away shows as away). Returning: the
// visitor logged in with a token and may have been here before.
type TabOnline struct {
	Tab       Tab
	Network   roster.Network
	Away      bool
	Returning bool
}

func (e TabOnline) happen(d *Desk) {
	v := d.visitors.of(e.Tab.Visitor)
	live, present := v.tabs.online()
	isNew := v.tabs.show(e.Tab.Stream, e.Away)
	v.network = e.Network
	if isNew {
		d.after(tenure{v.JID})
		d.welcome(v, e.Tab.Stream)
		if e.Returning && v.last == "" {
			d.after(Recall{v.JID})
		}
	}
	if v.chat == nil {
		return
	}
	d.networks.enter(v.chat, v.network)
	if live == 0 {
		v.chat.hidden = false
		d.step(v.chat, chat.VisitorBack{})
		d.serve(v.chat.Queue)
		return
	}
	d.reshow(v, present)
}

// Recalled answers [Recall]: the agent is preferred for the visitor's next
// chat.
type Recalled struct {
	Visitor roster.VisitorJID
	Agent   roster.AgentJID
}

func (e Recalled) happen(d *Desk) {
	if v, ok := d.visitors[e.Visitor]; ok && v.last == "" {
		v.last = e.Agent
	}
}

// TabOffline is that tab's `unavailable`, whatever its cause; the last tab's
// starts the grace. Ended: the stream itself is over.
type TabOffline struct {
	Tab   Tab
	Ended bool
}

func (e TabOffline) happen(d *Desk) {
	v, ok := d.visitors[e.Tab.Visitor]
	if !ok {
		return
	}
	before, present := v.tabs.online()
	v.tabs.hide(e.Tab.Stream, e.Ended)
	live, _ := v.tabs.online()
	switch c := v.chat; {
	case c == nil:
	case live == 0 && before > 0:
		c.hidden = false
		d.step(c, chat.VisitorGone{Busy: d.lines[c.Queue].others(c)})
		d.serve(c.Queue)
	default:
		d.reshow(v, present)
	}
	d.visitors.forget(v)
}

// reshow tells the agent when the visitor as a whole became away or present.
func (d *Desk) reshow(v *visitor, presentBefore int) {
	c := v.chat
	if _, present := v.tabs.online(); (present > 0) != (presentBefore > 0) && c.State == chat.Active {
		d.show(c, "")
	}
}

// TabBehind says that a tab left out deliveries because it lagged, and has
// caught up: it wants what is unsettled.
type TabBehind struct{ Tab Tab }

func (e TabBehind) happen(d *Desk) {
	if v, ok := d.visitors[e.Tab.Visitor]; ok && v.tabs.has(e.Tab.Stream) {
		d.welcome(v, e.Tab.Stream)
	}
}

// TabSettled says that the visitor's transport has confirmed the delivery of
// these entries (Delivery.Seq). The agent's receipts follow from it, once each.
type TabSettled struct {
	Tab  Tab
	Seqs []int64
}

func (e TabSettled) happen(d *Desk) {
	v, ok := d.visitors[e.Tab.Visitor]
	if !ok {
		return
	}
	var seqs []int64
	for _, seq := range e.Seqs {
		if entry, ok := v.unsettled.settle(seq); ok {
			seqs = append(seqs, seq)
			d.receipt(entry)
		}
	}
	if len(seqs) > 0 {
		d.saveLater(ledger.SettleEntries{Seqs: seqs})
	}
	d.visitors.forget(v)
}

// receipt is the one the agent asked for (XEP-0184 §5.2).
func (d *Desk) receipt(e ledger.Entry) {
	if e.WantReceipt && e.Ref != "" && e.Agent != "" {
		d.after(Words{Visitor: e.Visitor, Agent: e.Agent, Message: chat.Message{Receipt: e.Ref}})
	}
}
