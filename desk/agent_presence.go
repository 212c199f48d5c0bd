package desk

import (
	"slices"

	"frontdesk/chat"
	"frontdesk/roster"
)

// AgentPresence is what one resource of an agent says of itself; an
// Unavailable one without a resource stands for all of them. Others than agents
// are nobody to the desk. It is idempotent: servers may tell it twice.
type AgentPresence struct {
	Agent    roster.AgentJID
	Resource string
	Presence roster.Presence
}

func (e AgentPresence) happen(d *Desk) {
	a := d.seats.agents[e.Agent]
	if a == nil {
		return
	}
	if e.Presence.Show != roster.Unavailable {
		d.alive(a)
	}
	was, known := a.resources[e.Resource]
	fresh := e.Presence.Show != roster.Unavailable && (!known || was.Priority < 0)
	a.resources.Set(e.Resource, e.Presence)
	d.showChanged(a)
	if fresh && e.Presence.Priority >= 0 {
		d.after(ShowDesk{Agent: a.JID, Resource: e.Resource})
		d.showAll(a, e.Resource)
	}
}

// alive is a sign of life of an agent: she may have the chats again that she
// lost.
func (d *Desk) alive(a *agent) {
	for _, name := range a.Queues {
		l := d.lines[name]
		if l == nil {
			continue
		}
		for _, w := range l.waiting.All() {
			if slices.Contains(w.Chat.Excluded, a.JID) {
				d.step(w.Chat, chat.AgentAlive{Agent: a.JID})
			}
		}
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
	d.after(Logged{Text: "agent's presence", Agent: a.JID, Detail: a.show.String()})
	d.seats.enlist(a)
	d.directory.stale = true
	for _, c := range d.chats.heldBy(a.JID) {
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

// AgentProbes is a presence probe to a visitor or to the desk (""): answered
// with the visitor's presence to the agent who has the chat, with `unavailable`
// to anyone else (RFC 6121 §4.3).
type AgentProbes struct {
	Agent    roster.AgentJID
	Resource string
	Visitor  roster.VisitorJID
}

func (e AgentProbes) happen(d *Desk) {
	if e.Visitor == "" {
		if d.seats.agents[e.Agent] != nil {
			d.after(ShowDesk{Agent: e.Agent, Resource: e.Resource})
		}
		return
	}
	if v := d.visitors[e.Visitor]; v.talksWith(e.Agent) {
		if !v.chat.hidden {
			d.show(v.chat, e.Resource)
		}
		return
	}
	d.after(ShowVisitor{Visitor: e.Visitor, Agent: e.Agent, Resource: e.Resource, Show: roster.Unavailable})
}

// AgentLooks asks who a visitor is (disco, vCard, avatar); answered by one
// [Card] with the same Ref, which says it to the agent who has the chat.
type AgentLooks struct {
	Ref     string
	Agent   roster.AgentJID
	Visitor roster.VisitorJID
}

func (e AgentLooks) happen(d *Desk) {
	card := Card{Ref: e.Ref, Visitor: roster.Visitor{JID: e.Visitor}}
	if v := d.visitors[e.Visitor]; v.talksWith(e.Agent) {
		live, _ := v.tabs.online()
		card.Known, card.Online, card.Visitor = true, live > 0, v.Visitor
		card.Visitor.Name = displayName(v.Visitor)
	}
	d.after(card)
}
