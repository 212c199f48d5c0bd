package desk

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"frontdesk/chat"
	"frontdesk/queue"
	"frontdesk/roster"
)

// seats is who answers: the agents, how many chats each has, and for every
// queue who can take one now.
type seats struct {
	agents map[roster.AgentJID]*agent
	pools  map[string]*queue.Pool
	freed  []*agent // who lost a chat in this step
}

// agent is an agent and what she is doing.
type agent struct {
	roster.Agent
	resources roster.Resources
	show      roster.Show // best of the resources
	taken     int         // chats that hold a seat of hers
	pending   int         // claims under way
	since     time.Time   // when her seats changed last
	last      time.Time   // when she got a chat last
	expected  time.Time   // was online before the link was lost: may be back until then
	recount   recount
}

func newSeats() seats {
	return seats{agents: make(map[roster.AgentJID]*agent), pools: make(map[string]*queue.Pool)}
}

// online: some resource of hers takes messages.
func (a *agent) online() bool { return a.show != roster.Unavailable }

// ready: and she may be given chats.
func (a *agent) ready() bool { return a.show >= roster.Available && !a.recount.running() }

func (a *agent) seats() roster.Seats {
	return roster.Seats{Capacity: a.Capacity, Taken: a.taken + a.recount.elsewhere, Pending: a.pending}
}

// add makes somebody an agent.
func (s *seats) add(a roster.Agent, now time.Time) *agent {
	added := &agent{Agent: a, resources: roster.Resources{}, since: now}
	s.agents[a.JID] = added
	return added
}

// leave takes an agent out of all pools, as one who is not there.
func (s *seats) leave(a *agent) {
	clear(a.resources)
	a.show = roster.Unavailable
	s.enlist(a)
}

// openPool makes a queue's pool, or makes it anew by another strategy.
func (s *seats) openPool(q queue.Queue) {
	s.pools[q.Name] = queue.NewPool(cmp.Or(q.Strategy, queue.LeastLoaded))
	for _, a := range s.agents {
		s.enlist(a)
	}
}

// enlist enters an agent into the pools of her queues, or takes her out.
func (s *seats) enlist(a *agent) {
	for name, pool := range s.pools {
		if a.ready() && a.Serves(name) {
			pool.Set(queue.Candidate{Agent: a.JID, Seats: a.seats(), Since: a.since, Last: a.last})
		} else {
			pool.Remove(a.JID)
		}
	}
}

// changed notes that an agent's load is another.
func (s *seats) changed(a *agent, now time.Time) {
	a.since = now
	s.enlist(a)
}

// claim counts a claim under way as load.
func (s *seats) claim(jid roster.AgentJID, now time.Time) {
	if a := s.agents[jid]; a != nil {
		a.pending++
		a.last = now
		s.changed(a, now)
	}
}

// move keeps the loads in step with a chat.
func (s *seats) move(before, after chat.Chat, now time.Time) (moved bool) {
	if before.HoldsSeat() == after.HoldsSeat() && before.Agent == after.Agent {
		return false
	}
	if a := s.agents[before.Agent]; a != nil && before.HoldsSeat() {
		a.taken--
		s.freed = append(s.freed, a)
		s.changed(a, now)
	}
	if a := s.agents[after.Agent]; a != nil && after.HoldsSeat() {
		a.taken++
		s.changed(a, now)
	}
	return true
}

// nextFreed returns one who lost a chat in this step, nil when there is none
// left.
func (s *seats) nextFreed() *agent {
	if len(s.freed) == 0 {
		return nil
	}
	a := s.freed[0]
	s.freed = s.freed[1:]
	return a
}

// pick chooses the agent for a chat of a queue: the one asked for, the one the
// visitor knows (last), or the next of the pool; "" while nobody may take it.
// Those who are excluded come last, but come: they may be the only ones.
func (s *seats) pick(c *openChat, last roster.AgentJID) roster.AgentJID {
	pool := s.pools[c.Queue]
	if c.Wanted != "" {
		if pool.Has(c.Wanted) {
			return c.Wanted
		}
		return ""
	}
	may := func(a roster.AgentJID) bool { return !slices.Contains(c.Excluded, a) }
	if last != "" && pool.Has(last) && may(last) {
		return last
	}
	if len(c.Excluded) > 0 {
		if a := pool.Pick(may); a != "" {
			return a
		}
	}
	return pool.Pick(nil)
}

// others tells whether somebody else than a chat's agent can take it now, and
// is not excluded.
func (s *seats) others(c *openChat) bool {
	pool := s.pools[c.Queue]
	return pool != nil && pool.Pick(func(a roster.AgentJID) bool {
		return a != c.Agent && !slices.Contains(c.Excluded, a)
	}) != ""
}

// free tells how many agents of a queue can take a chat now.
func (s *seats) free(name string) int {
	if pool := s.pools[name]; pool != nil {
		return pool.Size()
	}
	return 0
}

// canTake tells whether a chat would not have to wait for the agent asked for,
// or for anyone ("").
func (s *seats) canTake(name string, wanted roster.AgentJID) bool {
	if wanted != "" {
		return s.pools[name].Has(wanted)
	}
	return s.free(name) > 0
}

// online counts who serves a queue and is there, or may be back after the link
// was lost.
func (s *seats) online(name string, now time.Time) int {
	n := 0
	for _, a := range s.agents {
		if (a.online() || now.Before(a.expected)) && a.Serves(name) {
			n++
		}
	}
	return n
}

// nextExpected is when the next agent who may be back after a lost link counts
// as gone; the zero time when there is none.
func (s *seats) nextExpected(now time.Time) (next time.Time) {
	for _, a := range s.agents {
		if now.Before(a.expected) {
			next = earlier(next, a.expected)
		}
	}
	return next
}

// named is the agent with a display name, if she serves the queue and is
// online.
func (s *seats) named(name, of string) roster.AgentJID {
	for _, a := range s.agents {
		if name != "" && a.Name == name && a.Serves(of) && a.online() {
			return a.JID
		}
	}
	return ""
}

// sorted returns the agents by address.
func (s *seats) sorted() []*agent {
	return slices.SortedFunc(maps.Values(s.agents), func(a, b *agent) int { return cmp.Compare(a.JID, b.JID) })
}
