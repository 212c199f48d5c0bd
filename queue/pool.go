package queue

import (
	"container/heap"
	"time"

	"frontdesk/roster"
)

// Candidate is an agent who can take a chat now.
type Candidate struct {
	Agent roster.AgentJID
	Seats roster.Seats
	Since time.Time // idle since: when she last got or finished a chat
	Last  time.Time // when she last got one
}

// Pool holds the agents of one queue who can take a chat now, and knows who is
// next: O(log n) to change, O(1) to look.
type Pool struct {
	strategy Strategy
	entries  []*entry
	byAgent  map[roster.AgentJID]*entry
}

type entry struct {
	Candidate
	index int
}

// NewPool returns an empty pool.
func NewPool(s Strategy) *Pool {
	return &Pool{strategy: s, byAgent: make(map[roster.AgentJID]*entry)}
}

// Size returns how many agents can take a chat.
func (p *Pool) Size() int { return len(p.entries) }

// Set enters an agent or changes her entry. An agent without a free seat is
// taken out.
func (p *Pool) Set(c Candidate) {
	if !c.Seats.Free() {
		p.Remove(c.Agent)
		return
	}
	if e, ok := p.byAgent[c.Agent]; ok {
		e.Candidate = c
		heap.Fix((*order)(p), e.index)
		return
	}
	e := &entry{Candidate: c}
	p.byAgent[c.Agent] = e
	heap.Push((*order)(p), e)
}

// Remove takes an agent out.
func (p *Pool) Remove(a roster.AgentJID) {
	if e, ok := p.byAgent[a]; ok {
		heap.Remove((*order)(p), e.index)
		delete(p.byAgent, a)
	}
}

// Has tells whether the agent can take a chat.
func (p *Pool) Has(a roster.AgentJID) bool {
	_, ok := p.byAgent[a]
	return ok
}

// Pick returns the agent who is next among those that may does not refuse;
// "" when there is none. A nil may refuses nobody.
func (p *Pool) Pick(may func(roster.AgentJID) bool) roster.AgentJID {
	if len(p.entries) == 0 {
		return ""
	}
	if may == nil || may(p.entries[0].Agent) {
		return p.entries[0].Agent
	}
	var best *entry
	for _, e := range p.entries {
		if may(e.Agent) && (best == nil || p.before(e, best)) {
			best = e
		}
	}
	if best == nil {
		return ""
	}
	return best.Agent
}

// before is the order of the pick.
func (p *Pool) before(a, b *entry) bool {
	if p.strategy == RoundRobin {
		if !a.Last.Equal(b.Last) {
			return a.Last.Before(b.Last)
		}
		return a.Agent < b.Agent
	}
	if a.Seats.Less(b.Seats) || b.Seats.Less(a.Seats) {
		return a.Seats.Less(b.Seats)
	}
	if !a.Since.Equal(b.Since) {
		return a.Since.Before(b.Since)
	}
	return a.Agent < b.Agent
}

// order is the heap of a pool.
type order Pool

func (o *order) Len() int           { return len(o.entries) }
func (o *order) Less(i, j int) bool { return (*Pool)(o).before(o.entries[i], o.entries[j]) }

func (o *order) Swap(i, j int) {
	o.entries[i], o.entries[j] = o.entries[j], o.entries[i]
	o.entries[i].index, o.entries[j].index = i, j
}

// Push is for container/heap.
func (o *order) Push(x any) {
	e, _ := x.(*entry)
	e.index = len(o.entries)
	o.entries = append(o.entries, e)
}

// Pop is for container/heap.
func (o *order) Pop() any {
	last := len(o.entries) - 1
	e := o.entries[last]
	o.entries[last] = nil
	o.entries = o.entries[:last]
	return e
}
