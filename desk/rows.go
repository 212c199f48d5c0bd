package desk

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
)

// Started is the first event of a desk: what an earlier life has left. Chats
// that were open wait for their visitors to come back.
type Started struct{ Rows Rows }

func (e Started) happen(d *Desk) {
	d.load(e.Rows)
	for _, c := range d.chats.sorted() {
		c.hidden = c.HoldsSeat()
		d.step(c, chat.Restarted{})
		d.after(tenure{c.Visitor})
	}
	d.directory.stale = true
	d.after(LinkChanged{Up: false})
}

// Reloaded says that changes were not written: those of all turns that are not
// [Committed] are lost, and Rows is what the store has.
type Reloaded struct{ Rows Rows }

func (e Reloaded) happen(d *Desk) {
	lost := d.held.effects[d.held.first:]
	d.held = held{}
	sent := d.outbox // what is on the link stays there
	d.load(e.Rows)
	d.outbox = sent
	d.directory.stale = true
	d.reconcile()
	for _, h := range lost {
		d.drop(h.Effect)
	}
}

// load takes the store's rows, and keeps who is here.
func (d *Desk) load(r Rows) {
	old := *d
	d.seats, d.lines, d.chats, d.visitors = newSeats(), lines{}, chats{}, visitors{}
	d.contacts, d.due, d.networks, d.kept, d.outbox = contacts{}, nil, networks{}, nil, outbox{}
	d.recounting = nil
	d.seq, d.outboxed, d.place = r.Seq, r.Outbox, r.Place
	for _, a := range r.Agents {
		d.seats.add(a, time.Time{})
	}
	for _, c := range r.Contacts {
		d.contacts.hold(c)
	}
	for _, q := range r.Queues {
		d.lines[q.Name] = &line{Queue: q}
	}
	d.loadChats(r)
	d.loadEntries(r)
	d.keepPresent(&old)
	for _, q := range r.Queues {
		d.seats.openPool(q)
	}
}

func (d *Desk) loadChats(r Rows) {
	for _, c := range r.Chats {
		o := &openChat{Chat: c, index: -1}
		d.chats[c.ID] = o
		d.visitors.of(c.Visitor).chat = o
		if a := d.seats.agents[c.Agent]; a != nil && c.HoldsSeat() {
			a.taken++
		}
		if c.Waits() {
			d.lines.enter(o, false)
		}
		d.due.fix(o)
	}
	for _, v := range r.Visitors {
		d.visitors.of(v.JID).Visitor = v
	}
}

func (d *Desk) loadEntries(r Rows) {
	for _, e := range r.Undelivered {
		if d.chats[e.Chat] != nil {
			continue // below
		}
		if d.loadEntry(e); e.Author != ledger.FromVisitor {
			d.keep(d.visitors.of(e.Visitor), e.At.Add(d.opts.ResumeTTL))
		}
	}
	for _, e := range r.Said {
		d.loadEntry(e)
		if c := d.chats[e.Chat]; c != nil {
			c.hear(e)
		}
	}
	slices.SortFunc(d.outbox.words, func(a, b waitingWords) int { return cmp.Compare(a.number, b.number) })
}

// loadEntry puts an entry back to where it is on its way.
func (d *Desk) loadEntry(e ledger.Entry) {
	switch {
	case e.Author == ledger.FromVisitor && e.Outbox > 0 && e.Delivery == ledger.DeliveryPending:
		d.outbox.add(e.Outbox, wordsOf(e))
	case e.Author != ledger.FromVisitor && e.Delivery != ledger.DeliverySeen:
		d.visitors.of(e.Visitor).unsettled.put(e)
	}
}

// keepPresent takes over who is here, and where chats came from.
func (d *Desk) keepPresent(old *Desk) {
	for jid, was := range old.seats.agents {
		if a, ok := d.seats.agents[jid]; ok {
			a.resources, a.show, a.since, a.last = was.resources, was.show, was.since, was.last
			a.expected = was.expected
		}
	}
	for jid, was := range old.visitors {
		if len(was.tabs) == 0 {
			continue
		}
		v := d.visitors.of(jid)
		v.tabs, v.network, v.last = was.tabs, was.network, was.last
		if v.Name == "" {
			v.Name, v.Page = was.Name, was.Page
		}
	}
	for id, c := range d.chats {
		if was := old.chats[id]; was != nil {
			d.networks.enter(c, was.network)
		}
		d.networks.enter(c, d.visitors.of(c.Visitor).network)
	}
}

// reconcile fits a state that was loaded again to who is here.
func (d *Desk) reconcile() {
	for _, c := range d.chats.sorted() {
		if live, _ := d.visitors.of(c.Visitor).tabs.online(); live > 0 {
			d.step(c, chat.VisitorBack{})
		} else {
			d.step(c, chat.VisitorGone{Busy: d.lines[c.Queue].others(c)})
		}
		d.reconcileAgent(c)
	}
	for _, name := range slices.Sorted(maps.Keys(d.lines)) {
		d.serve(name)
	}
}

// reconcileAgent tells a chat's agent of it again. While the link is down her
// words wait in the outbox, in front of those to come.
func (d *Desk) reconcileAgent(c *openChat) {
	a := d.seats.agents[c.Agent]
	switch {
	case a == nil || !c.HoldsSeat():
	case a.online():
		if d.link.up {
			d.introduce(c)
			d.show(c, "")
		}
		d.handOver(c, true)
	case d.link.up:
		d.step(c, chat.AgentGone{})
	}
}

// drop tells of an effect whose changes are lost: whoever waits gets an error,
// and what is so all the same is told again.
func (d *Desk) drop(e Effect) {
	switch e := e.(type) {
	case Answered:
		d.stats.Refused++
		d.emit(Answered{e.Tab, e.Ref, Answer{Err: refuse("resource-constraint", "wait", textStoreFailed)}})
	case Replied:
		d.emit(Replied{e.Ref, ErrStore})
	case accepted:
		d.release(Refuse(e))
	case Joined:
		if v, ok := d.visitors[e.Tab.Visitor]; ok {
			d.welcome(v, e.Tab.Stream)
		}
	case attach:
		if e.number == d.link.number {
			d.linkUp(LinkUp{e.link})
		}
	case Card, LinkChanged, Recall:
		d.release(e)
	}
}
