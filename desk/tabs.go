package desk

import (
	"slices"
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// tabOnline takes a tab that has a live link: new, returned, or changed
// between away and present.
func (d *Desk) tabOnline(e TabOnline) {
	v := d.state.visitor(e.Tab.Visitor)
	tabs, present := v.online()
	t := v.tab(e.Tab.Stream)
	known := t != nil
	if !known {
		v.tabs = slices.Grow(v.tabs, 1) // most have one
		v.tabs = append(v.tabs, tab{stream: e.Tab.Stream})
		t = &v.tabs[len(v.tabs)-1]
	}
	t.online, t.away = true, e.Away
	v.where = e.Where
	if !known {
		d.after(tenured{visitor: v.JID})
		d.welcome(v, e.Tab.Stream)
		if e.Returning && v.last == "" {
			d.memory.ask(v.JID)
		}
	}
	if v.chat == nil {
		return
	}
	d.state.crowd.enter(v.chat, v.where)
	if tabs == 0 {
		v.chat.quiet = false
		d.step(v.chat, chat.VisitorBack{})
		d.serve(v.chat.Queue)
		return
	}
	d.reshow(v, present)
}

// tabOffline takes a tab's `unavailable`; the last one starts the grace.
func (d *Desk) tabOffline(e TabOffline) {
	v, ok := d.state.visitors[e.Tab.Visitor]
	if !ok {
		return
	}
	before, present := v.online()
	if t := v.tab(e.Tab.Stream); t != nil {
		t.online, t.away = false, false
	}
	if e.Ended {
		v.tabs = slices.DeleteFunc(v.tabs, func(t tab) bool { return t.stream == e.Tab.Stream })
	}
	tabs, _ := v.online()
	switch {
	case v.chat == nil:
	case tabs == 0 && before > 0:
		v.chat.quiet = false
		d.step(v.chat, chat.VisitorGone{Busy: d.busy(v.chat.Queue, v.chat)})
		d.serve(v.chat.Queue)
	default:
		d.reshow(v, present)
	}
	d.state.forget(v)
}

// reshow tells the agent when the visitor as a whole became away or present.
func (d *Desk) reshow(v *visitor, presentBefore int) {
	c := v.chat
	if _, present := v.online(); (present > 0) != (presentBefore > 0) && c.State == chat.Active {
		d.show(c, "")
	}
}

// show tells a chat's agent, or one resource of hers, how the visitor is.
func (d *Desk) show(c *openChat, resource string) {
	v := d.state.visitor(c.Visitor)
	p := ShowVisitor{
		Visitor: c.Visitor, Agent: c.Agent, Resource: resource,
		Show: roster.Available, Status: v.Page.Title, Name: displayName(v.Visitor),
	}
	if p.Status == "" {
		p.Status = v.Page.URI
	}
	switch _, present := v.online(); {
	case c.State == chat.Away:
		p.Show, p.Status = roster.Unavailable, textLeft(d.now(), c.Deadlines.Grace)
	case present == 0:
		p.Show = roster.Away
	}
	d.send(p)
}

// tabBehind starts a tab that lagged anew.
func (d *Desk) tabBehind(e TabBehind) {
	if v, ok := d.state.visitors[e.Tab.Visitor]; ok {
		if v.tab(e.Tab.Stream) != nil {
			d.welcome(v, e.Tab.Stream)
		}
	}
}

// welcome lets a stream have what is delivered to all of the visitor's, and
// first what none of them has confirmed.
func (d *Desk) welcome(v *visitor, stream string) {
	d.after(joined{tab: Tab{Visitor: v.JID, Stream: stream}})
	for _, e := range v.unsettled {
		d.after(delivered{visitor: v.JID, delivery: d.delivery(e, stream, true)})
	}
}

// delivery is an entry on its way to its visitor.
func (d *Desk) delivery(e ledger.Entry, only string, again bool) Delivery {
	out := Delivery{
		Seq: e.Seq, Only: only, AgentName: e.AgentName,
		Queue: d.queueOf(e),
		Message: chat.Message{
			ID: e.ID, Text: e.Text, Lang: e.Lang, Replace: e.Replace, Typing: chat.TypingActive, Markable: true,
		},
	}
	if again {
		out.Sent = e.At
	}
	return out
}

// tabSettled takes the confirmation of a transport: these entries have reached
// the visitor. The agent's receipts follow from it, once each.
func (d *Desk) tabSettled(e TabSettled) {
	v, ok := d.state.visitors[e.Tab.Visitor]
	if !ok {
		return
	}
	var seqs []int64
	for _, seq := range e.Seqs {
		if entry, ok := v.settle(seq); ok {
			seqs = append(seqs, seq)
			d.receipt(entry)
		}
	}
	if len(seqs) > 0 {
		d.saveLater(ledger.SettleEntries{Seqs: seqs})
	}
	d.state.forget(v)
}

func (v *visitor) settle(seq int64) (ledger.Entry, bool) {
	for i, e := range v.unsettled {
		if e.Seq == seq {
			if i == 0 {
				v.unsettled = v.unsettled[1:]
			} else {
				v.unsettled = slices.Delete(v.unsettled, i, i+1)
			}
			v.unread -= len(e.Text)
			return e, true
		}
	}
	return ledger.Entry{}, false
}

// receipt is the one the agent asked for (XEP-0184 §5.2).
func (d *Desk) receipt(e ledger.Entry) {
	if e.WantReceipt && e.Ref != "" && e.Agent != "" {
		d.send(Words{Visitor: e.Visitor, Agent: e.Agent, Message: chat.Message{Receipt: e.Ref}})
	}
}

// unsettle keeps an entry for the visitor until a transport has confirmed it.
// Beyond the limits the oldest are left to the transcript.
func (d *Desk) unsettle(v *visitor, e ledger.Entry) {
	v.unsettled, v.unread = append(v.unsettled, e), v.unread+len(e.Text)
	var gone []int64
	for len(v.unsettled) > maxUnsettled || v.unread > maxUnsettledB && len(v.unsettled) > 1 {
		first := v.unsettled[0]
		gone = append(gone, first.Seq)
		v.settle(first.Seq)
	}
	if len(gone) > 0 {
		d.save(ledger.SettleEntries{Seqs: gone})
	}
}

// expire drops what was kept for visitors who did not fetch it in time.
func (d *Desk) expire(now time.Time) {
	for len(d.state.kept) > maxKept || len(d.state.kept) > 0 && !now.Before(d.state.kept[0].until) {
		k := d.state.kept[0]
		d.state.kept = d.state.kept[1:]
		v, ok := d.state.visitors[k.jid]
		if !ok || v.chat != nil || len(v.unsettled) == 0 || v.until.After(k.until) {
			continue
		}
		var seqs []int64
		for _, e := range v.unsettled {
			seqs = append(seqs, e.Seq)
		}
		v.unsettled, v.unread = nil, 0
		d.save(ledger.SettleEntries{Seqs: seqs})
		d.state.forget(v)
	}
}

// linger is how long a visitor's sessions outlive a lost link.
func (d *Desk) linger(jid roster.VisitorJID) time.Duration {
	v, ok := d.state.visitors[jid]
	if !ok || v.chat == nil {
		return 0
	}
	return d.rules(v.chat).Grace + d.opts.OfflineAfter
}
