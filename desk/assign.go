package desk

import (
	"cmp"
	"maps"
	"slices"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// serve assigns who can be assigned in a queue: the first waiting chat that an
// agent may take, and so on, and tells those who still wait where they are.
func (d *service) serve(name string) {
	l := d.lines[name]
	if l == nil {
		return
	}
	if d.link.up && d.seats.free(name) > 0 && l.waiting.Len() > 0 {
		for _, w := range slices.Clone(l.waiting.All()) {
			if c := w.Chat; c.State == chat.Queued && !c.claiming {
				d.assign(c)
			}
			if d.seats.free(name) == 0 {
				break
			}
		}
	}
	was := l.busy
	if l.busy = l.others(nil); l.busy && !was {
		d.shorten(name)
	}
	d.tellPositions(l)
}

func (d *service) assign(c *openChat) {
	if a := d.seats.pick(c, d.visitors.of(c.Visitor).last); a != "" {
		d.step(c, chat.Assign{Agent: a})
	}
}

// serveFor assigns waiting chats to an agent who became free: the queue whose
// first chat waits longest comes first.
func (d *service) serveFor(a *agent) {
	names := slices.Clone(a.Queues)
	slices.SortStableFunc(names, func(x, y string) int { return cmp.Compare(d.lines.front(x), d.lines.front(y)) })
	for _, name := range names {
		d.serve(name)
	}
}

// claim asks the store for a seat. Until it answers the claim counts as load.
func (d *service) claim(c *openChat, jid roster.AgentJID) {
	c.claiming = true
	d.save(ledger.ClaimSeat{Chat: c.ID, Agent: jid})
	d.held.claims = append(d.held.claims, claim{d.nextNumber(), c.ID, jid})
	d.seats.claim(jid, d.at)
	d.directory.stale = true
}

// claimed takes the store's answer. When the chat has moved on meanwhile, what
// it became was written after the claim, which is void by that.
func (d *service) claimed(cl claim, granted bool) {
	a := d.seats.agents[cl.agent]
	if a != nil {
		a.pending--
		if !granted {
			d.doubt(a)
		}
	}
	if c := d.chats[cl.chat]; c != nil {
		d.outcome(c, cl.agent, granted && a != nil)
		d.serve(c.Queue)
	}
	if a != nil {
		d.seatsChanged(a)
		d.serveFor(a)
	}
}

func (d *service) outcome(c *openChat, agent roster.AgentJID, granted bool) {
	c.claiming = false
	if granted {
		if l := d.lines[c.Queue]; l != nil {
			l.advanced(d.at)
		}
		d.step(c, chat.SeatGranted{Agent: agent})
		d.after(Logged{Text: "chat assigned", Chat: c.ID, Visitor: c.Visitor, Agent: agent})
		return
	}
	d.after(Logged{Text: "the store refused a seat", Warning: true, Chat: c.ID, Agent: agent})
	d.step(c, chat.SeatRefused{Agent: agent})
	d.save(ledger.SaveChat{Chat: c.Chat})
}

// doubt follows a refused claim: the agent gets no chats until her seats are
// read again.
func (d *service) doubt(a *agent) {
	a.recount.start(d.at)
	if !slices.Contains(d.recounting, a) {
		d.recounting = append(d.recounting, a)
	}
	d.askSeats()
}

// askSeats asks for the seats that are due to be read.
func (d *service) askSeats() {
	d.recounting = slices.DeleteFunc(d.recounting, func(a *agent) bool {
		if d.seats.agents[a.JID] != a || !a.recount.running() {
			return true
		}
		if !d.at.Before(a.recount.due) {
			a.recount.due = d.at.Add(recountAgain)
			d.after(ReadSeats{Agent: a.JID})
		}
		return false
	})
}

// checkLines tells those who wait when nobody serves their queue any more, and
// when somebody is back. While the link is down nobody knows.
func (d *service) checkLines() {
	if !d.link.up {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(d.lines)) {
		if l := d.lines[name]; l.waiting.Len() > 0 {
			d.checkLine(l, d.seats.online(name, d.at) > 0)
		}
	}
}

func (d *service) checkLine(l *line, served bool) {
	for _, w := range slices.Clone(l.waiting.All()) {
		c := w.Chat
		switch {
		case c.State != chat.Queued:
		case !served && c.Unserved.IsZero():
			d.step(c, chat.Unserved{})
			d.notice(c, textUnserved, nil)
		case served && !c.Unserved.IsZero():
			d.step(c, chat.Served{})
			d.notice(c, textServed, l.status(c))
		}
	}
}

// tellPositions tells those whose position changed.
func (d *service) tellPositions(l *line) {
	for i, w := range l.waiting.All() {
		c := w.Chat
		if c.State != chat.Queued || c.claiming || c.position == i+1 {
			continue
		}
		c.position = i + 1
		d.notice(c, textPosition(c.position), l.status(c))
	}
}
