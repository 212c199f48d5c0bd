package desk

import (
	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// open begins a chat, or says why not. Nothing is opened and nothing is lost
// in silence.
func (d *Desk) open(v *visitor, queueName, agentName string) *Refusal {
	if queueName == "" {
		queueName = d.mainQueue()
	}
	l := d.lines[queueName]
	if l == nil {
		return refuse("item-not-found", "cancel", textNoQueue)
	}
	if l.Closed || d.seats.online(l.Name, d.at) == 0 {
		return refuse("service-unavailable", "cancel", textNobody)
	}
	wanted := d.seats.named(agentName, l.Name)
	if r := d.full(l, v, wanted); r != nil {
		return r
	}
	d.place++
	c := &openChat{index: -1, Chat: chat.Chat{
		ID: d.names.chat(), Visitor: v.JID, Queue: l.Name, Place: d.place, Opened: d.at,
	}}
	d.chats[c.ID] = c
	d.networks.enter(c, v.network)
	v.chat = c
	d.stats.Opened++
	d.save(ledger.SaveVisitor{Visitor: v.Visitor}, ledger.SaveChat{Chat: c.Chat})
	d.step(c, chat.Opened{Wanted: wanted})
	if live, _ := v.tabs.online(); live == 0 {
		d.step(c, chat.VisitorGone{Busy: l.others(c)})
	}
	d.after(tenure{v.JID})
	return nil
}

// full tells which limit one more chat would break.
func (d *state) full(l *line, v *visitor, wanted roster.AgentJID) *Refusal {
	limit := d.opts.MaxWaiting
	if l.MaxWaiting > 0 {
		limit = l.MaxWaiting
	}
	switch {
	case limit > 0 && l.unclaimed() >= limit && !d.seats.canTake(l.Name, wanted),
		d.opts.OpenChats > 0 && len(d.chats) >= d.opts.OpenChats:
		return refuse("resource-constraint", "wait", textLineFull)
	case d.opts.ChatsPerNetwork > 0 && d.networks[v.network] >= d.opts.ChatsPerNetwork:
		return refuse("resource-constraint", "wait", textCrowded)
	}
	return nil
}
