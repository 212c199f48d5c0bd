package desk

import (
	"cmp"
	"slices"
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"
)

// serve assigns who can be assigned in a queue: the first waiting chat that an
// agent may take, and so on, and tells those who still wait where they are.
func (d *Desk) serve(name string) {
	r := d.state.queues[name]
	if r == nil {
		return
	}
	if d.link && r.pool.Size() > 0 && r.line.Len() > 0 {
		for _, w := range slices.Clone(r.line.All()) {
			if c := d.state.chats[w.Chat]; c != nil && c.State == chat.Queued && !c.claiming {
				d.assign(r, c)
			}
			if r.pool.Size() == 0 {
				break
			}
		}
	}
	was := r.busy
	if r.busy = d.busy(name, nil); r.busy && !was {
		d.shorten(name)
	}
	d.tellPositions(r)
}

func (d *Desk) assign(r *room, c *openChat) {
	if a := d.pick(r, c); a != "" {
		d.step(c, chat.Assign{Agent: a})
	}
}

// pick chooses the agent for a chat: the one asked for, the one the visitor
// knows, or the next of the pool.
func (d *Desk) pick(r *room, c *openChat) roster.AgentJID {
	may := func(a roster.AgentJID) bool { return !slices.Contains(c.Refused, a) }
	if c.Wanted != "" {
		if r.pool.Has(c.Wanted) && may(c.Wanted) {
			return c.Wanted
		}
		return ""
	}
	if last := d.state.visitor(c.Visitor).last; last != "" && r.pool.Has(last) && may(last) {
		return last
	}
	if len(c.Refused) == 0 {
		return r.pool.Pick(nil)
	}
	return r.pool.Pick(may)
}

// claim asks the store for a seat. Until it answers the claim counts as load.
func (d *Desk) claim(c *openChat, jid roster.AgentJID) {
	c.claiming = true
	d.save(ledger.ClaimSeat{Chat: c.ID, Agent: jid})
	d.turn.claims = append(d.turn.claims, claim{c.ID, jid})
	if a := d.state.agents[jid]; a != nil {
		a.pending++
		a.last = d.now()
		d.seatsChanged(a)
	}
}

// claimed takes the store's answer. When the chat has moved on meanwhile, what
// it became was stored after the claim, which is void by that.
func (d *Desk) claimed(cl claim, granted bool) {
	a := d.state.agents[cl.agent]
	if a != nil {
		a.pending--
	}
	c := d.state.chats[cl.chat]
	if c != nil {
		d.outcome(c, cl.agent, granted && a != nil)
		d.serve(c.Queue)
	}
	if a != nil {
		d.seatsChanged(a)
		d.serveFor(a)
	}
}

func (d *Desk) outcome(c *openChat, agent roster.AgentJID, granted bool) {
	c.claiming = false
	if granted {
		d.paced(c.Queue)
		d.step(c, chat.SeatGranted{Agent: agent})
		d.log.Info("chat assigned", "chat", c.ID, "visitor", c.Visitor, "agent", agent)
		return
	}
	d.log.Warn("the store refused a seat", "chat", c.ID, "agent", agent)
	d.step(c, chat.SeatRefused{Agent: agent})
	d.save(ledger.SaveChat{Chat: c.Chat})
}

// serveFreed gives the seats that an event freed to those who wait for them,
// in whatever queue.
func (d *Desk) serveFreed() {
	for len(d.freed) > 0 {
		a := d.freed[0]
		d.freed = d.freed[1:]
		d.serveFor(a)
	}
}

// reseat keeps the agents' loads in step with the chats.
func (d *Desk) reseat(before, after chat.Chat) {
	if before.HoldsSeat() == after.HoldsSeat() && before.Agent == after.Agent {
		return
	}
	if a := d.state.agents[before.Agent]; a != nil && before.HoldsSeat() {
		a.taken--
		d.freed = append(d.freed, a)
		d.seatsChanged(a)
	}
	if a := d.state.agents[after.Agent]; a != nil && after.HoldsSeat() {
		a.taken++
		d.seatsChanged(a)
	}
}

// seatsChanged enters an agent's load where it counts.
func (d *Desk) seatsChanged(a *agent) {
	a.since = d.now()
	d.enlist(a)
	d.stale = true
}

// enlist enters an agent into the pools of her queues, or takes her out.
func (d *Desk) enlist(a *agent) {
	for _, r := range d.state.queues {
		if r.pool == nil {
			continue
		}
		if a.ready() && a.Serves(r.Name) {
			r.pool.Set(queue.Candidate{Agent: a.JID, Seats: a.seats(), Since: a.since, Last: a.last})
		} else {
			r.pool.Remove(a.JID)
		}
	}
}

// fillPool builds a queue's pool anew.
func (d *Desk) fillPool(r *room) {
	strategy := cmp.Or(r.Strategy, queue.LeastLoaded)
	r.pool = queue.NewPool(strategy)
	for _, a := range d.state.agents {
		d.enlist(a)
	}
}

// serveFor assigns waiting chats to an agent who became free: the queue whose
// first chat waits longest comes first.
func (d *Desk) serveFor(a *agent) {
	names := slices.Clone(a.Queues)
	slices.SortStableFunc(names, func(x, y string) int { return cmp.Compare(d.front(x), d.front(y)) })
	for _, name := range names {
		d.serve(name)
	}
}

func (d *Desk) front(name string) int64 {
	r := d.state.queues[name]
	if r == nil || r.line.Len() == 0 {
		return 1<<63 - 1
	}
	return r.line.All()[0].Place
}

// paced learns how fast a line moves.
func (d *Desk) paced(name string) {
	r := d.state.queues[name]
	if r == nil {
		return
	}
	now := d.now()
	if !r.moved.IsZero() && r.line.Len() > 0 {
		if step := now.Sub(r.moved); r.pace == 0 {
			r.pace = step
		} else {
			r.pace += (step - r.pace) / 4
		}
	}
	r.moved = now
}

// estimate is how long the one at a position will wait; 0 while unknown.
func (r *room) estimate(position int) time.Duration {
	return (time.Duration(position) * r.pace).Round(time.Second)
}

// tellPositions tells those whose position changed.
func (d *Desk) tellPositions(r *room) {
	for i, w := range r.line.All() {
		c := d.state.chats[w.Chat]
		if c == nil || c.State != chat.Queued || c.claiming || c.told == i+1 {
			continue
		}
		c.told = i + 1
		d.notice(c, textPosition(c.told), d.status(c))
	}
}
