package desk

import (
	"slices"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// linkUp shows the agents the whole picture anew: the server and their clients
// may have forgotten everything. Agents who were here get time to come back.
func (d *Desk) linkUp(e LinkUp) {
	d.link = true
	d.links++
	d.after(linked{up: true})
	d.after(connected{link: d.links, attached: Attached(e)})
	for _, a := range d.sortedAgents() {
		d.followAgent(a, false)
		clear(a.resources)
		if a.online() {
			a.expected = d.now().Add(d.opts.AgentReturn)
		}
		a.show = roster.Unavailable
		d.enlist(a)
		for _, c := range d.chatsOf(a.JID) {
			d.step(c, chat.AgentGone{AtLeast: d.opts.AgentReturn})
		}
	}
	d.stale = true
	for contact := range d.state.contacts {
		d.restore(contact)
	}
}

// restore shows an agent a visitor of hers again, or takes back what an earlier
// life left in her contact list.
func (d *Desk) restore(contact roster.Contact) {
	if contact.Visitor == "" {
		return
	}
	v := d.state.visitors[contact.Visitor]
	if v == nil || v.chat == nil || v.chat.Agent != contact.Agent {
		d.withdraw(contact)
		return
	}
	d.introduce(v.chat)
	if !v.chat.quiet {
		d.show(v.chat, "")
	}
}

// followAgent asks for an agent's presence; the first time she is asked
// whether the desk may see it.
func (d *Desk) followAgent(a *agent, again bool) {
	asked := roster.Contact{Agent: a.JID} // the desk itself
	isNew := d.hold(asked)
	d.send(Follow{Agent: a.JID, New: isNew || again})
}

// linkDown stops everything that waits for an agent: nothing is known of them.
func (d *Desk) linkDown() {
	d.link, d.wired = false, false
	d.after(linked{up: false})
	d.links++
	d.batch = nil
	d.stale = true
	for contact, state := range d.state.contacts {
		if state > 0 {
			d.state.contacts[contact] = 0
		}
	}
	for _, c := range d.state.chats {
		d.step(c, chat.LinkLost{})
	}
}

// connected opens a link for what is carried out from here on, the outbox from
// its beginning first. It is void when that link is lost already.
type connected struct {
	link     int
	attached Attached
}

// failed: the link is up all the same, and has to be told everything again.
func (e connected) failed(d *Desk) {
	if e.link == d.links {
		d.linkUp(LinkUp(e.attached))
	}
}

func (e connected) carryOut(d *Desk) {
	if d.wired = e.link == d.links; d.wired {
		d.outbox.rewind()
		d.batch = append(d.batch, e.attached)
	}
}

// linkConfirmed takes the server's word for everything up to a place.
func (d *Desk) linkConfirmed(e LinkConfirmed) {
	if d.outbox.confirm(e.Outbox) {
		d.saveLater(ledger.ConfirmOutbox{UpTo: e.Outbox})
	}
	if d.link {
		d.forgetContacts(e.Outbox)
	}
}

func (d *Desk) sortedAgents() []*agent {
	var all []*agent
	for _, a := range d.state.agents {
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b *agent) int {
		if a.JID < b.JID {
			return -1
		}
		return 1
	})
	return all
}

// restart makes the open chats of an earlier life wait for their visitors.
func (d *Desk) restart() {
	for _, c := range d.sortedChats() {
		c.quiet = c.HoldsSeat()
		d.step(c, chat.Restarted{})
		d.after(tenured{visitor: c.Visitor})
	}
}

// reconcile fits a state that was loaded again to who is here.
func (d *Desk) reconcile() {
	for _, c := range d.sortedChats() {
		v := d.state.visitor(c.Visitor)
		if tabs, _ := v.online(); tabs > 0 {
			d.step(c, chat.VisitorBack{})
		} else {
			d.step(c, chat.VisitorGone{Busy: d.busy(c.Queue, c)})
		}
		if a := d.state.agents[c.Agent]; c.HoldsSeat() && a != nil && d.link {
			if !a.online() {
				d.step(c, chat.AgentGone{})
			} else {
				d.introduce(c)
				d.show(c, "")
				d.handOver(c, true)
			}
		}
	}
	for name := range d.state.queues {
		d.serve(name)
	}
}

func (d *Desk) sortedChats() []*openChat {
	var all []*openChat
	for _, c := range d.state.chats {
		all = append(all, c)
	}
	sortByPlace(all)
	return all
}

func sortByPlace(chats []*openChat) {
	slices.SortFunc(chats, func(a, b *openChat) int {
		switch {
		case a.Place < b.Place:
			return -1
		case a.Place > b.Place:
			return 1
		}
		return 0
	})
}
