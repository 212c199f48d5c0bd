package desk

import (
	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// LinkUp says that the component link is ready for stanzas. Link tells this
// connection from others; the desk repeats it in [Attached].
type LinkUp struct{ Link uint64 }

func (e LinkUp) happen(d *Desk) { d.linkUp(e) }

// linkUp shows the agents the whole picture anew: the server and their clients
// may have forgotten everything. Agents who were here get time to come back.
func (d *Desk) linkUp(e LinkUp) {
	d.link.up = true
	d.link.number++
	d.after(LinkChanged{Up: true})
	d.after(attach{d.link.number, e.Link})
	for _, a := range d.seats.sorted() {
		d.followAgent(a, false)
		if a.online() {
			a.expected = d.at.Add(d.opts.AgentReturn)
		}
		d.seats.leave(a)
		for _, c := range d.chats.heldBy(a.JID) {
			d.step(c, chat.AgentGone{AtLeast: d.opts.AgentReturn})
		}
	}
	d.directory.stale = true
	for _, contact := range d.contacts.sorted() {
		d.restore(contact)
	}
}

// restore shows an agent a visitor of hers again, or takes back what an earlier
// life left in her contact list.
func (d *Desk) restore(contact roster.Contact) {
	if contact.Visitor == "" {
		return
	}
	v := d.visitors[contact.Visitor]
	if !v.talksWith(contact.Agent) {
		d.withdraw(contact)
		return
	}
	d.introduce(v.chat)
	if !v.chat.hidden {
		d.show(v.chat, "")
	}
}

// followAgent asks for an agent's presence; the first time she is asked
// whether the desk may see it.
func (d *Desk) followAgent(a *agent, again bool) {
	isNew := d.hold(roster.Contact{Agent: a.JID}) // the desk itself
	d.after(Follow{Agent: a.JID, New: isNew || again})
}

// LinkDown says that the link is lost; what was not confirmed may be lost with
// it. It stops everything that waits for an agent: nothing is known of them.
type LinkDown struct{}

func (LinkDown) happen(d *Desk) {
	d.link.up, d.link.attached = false, false
	d.after(LinkChanged{Up: false})
	d.link.number++
	d.directory.stale = true
	d.contacts.linkLost()
	for _, c := range d.chats.sorted() {
		d.step(c, chat.LinkLost{})
	}
}

// LinkConfirmed says that the XMPP server has taken what has these numbers:
// [Words] and [RemoveContact]. What it says stays true when its link is lost.
type LinkConfirmed struct{ Numbers []int64 }

func (e LinkConfirmed) happen(d *Desk) {
	words, others := d.outbox.confirm(e.Numbers)
	for _, run := range words {
		d.saveLater(ledger.ConfirmOutbox(run))
	}
	d.forgetContacts(others)
}

// forgetContacts drops the contacts whose removal has one of these numbers.
func (d *Desk) forgetContacts(numbers []int64) {
	for _, gone := range d.contacts.gone(numbers) {
		d.save(ledger.DropContact{Contact: gone})
	}
}

// LinkUnsent says that what has this number cannot be written, on no link:
// words for an address that is none, for example. Nobody waits for it any more.
type LinkUnsent struct{ Number int64 }

func (e LinkUnsent) happen(d *Desk) {
	to, ok := d.outbox.drop(e.Number)
	if !ok {
		d.forgetContacts([]int64{e.Number})
		return
	}
	d.after(Logged{Text: "a message to an agent could not be sent", Warning: true, Agent: to.Agent, Visitor: to.Visitor})
	if v := d.visitors[to.Visitor]; v.talksWith(to.Agent) {
		d.notice(v.chat, textUnsent, nil)
	}
}
