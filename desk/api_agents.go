package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// Agents returns the agents by address.
func (d *Desk) Agents(ctx context.Context) ([]AgentInfo, error) {
	out := []AgentInfo{}
	err := d.do(ctx, func() error {
		for _, a := range d.sortedAgents() {
			info := AgentInfo{Agent: a.Agent, Chats: a.taken, Presence: a.show}
			info.Agent.Queues = slices.Clone(a.Queues)
			out = append(out, info)
		}
		return nil
	})
	return out, err
}

// AddAgent makes an account an agent: [ErrExists], [ErrInvalid].
func (d *Desk) AddAgent(ctx context.Context, a roster.Agent) error {
	return d.do(ctx, func() error {
		if d.state.agents[a.JID] != nil {
			return fmt.Errorf("agent %s: %w; change it with \"agent set\"", a.JID, ErrExists)
		}
		if err := d.validAgent(a); err != nil {
			return err
		}
		added := &agent{Agent: a, resources: roster.Resources{}, since: d.now()}
		d.state.agents[a.JID] = added
		d.save(ledger.SaveAgent{Agent: a})
		d.followAgent(added, true)
		d.stale = true
		return nil
	})
}

// SetAgent changes an agent: [ErrNotFound], [ErrInvalid]. A capacity below what
// is taken ends nothing; it only keeps new chats away.
func (d *Desk) SetAgent(ctx context.Context, jid roster.AgentJID, p AgentPatch) error {
	return d.do(ctx, func() error {
		a := d.state.agents[jid]
		if a == nil {
			return fmt.Errorf("agent %s: %w; see \"agent list\"", jid, ErrNotFound)
		}
		next := p.apply(a.Agent)
		if err := d.validAgent(next); err != nil {
			return err
		}
		a.Agent = next
		d.save(ledger.SaveAgent{Agent: next})
		for _, c := range d.chatsOf(jid) {
			d.after(tenured{visitor: c.Visitor})
		}
		d.seatsChanged(a)
		d.serveFor(a)
		return nil
	})
}

func (p AgentPatch) apply(a roster.Agent) roster.Agent {
	if p.Name != nil {
		a.Name = *p.Name
	}
	if p.Queues != nil {
		a.Queues = slices.Clone(*p.Queues)
	}
	if p.Capacity != nil {
		a.Capacity = *p.Capacity
	}
	if p.Grace != nil {
		a.Grace = *p.Grace
	}
	return a
}

func (d *Desk) validAgent(a roster.Agent) error {
	switch {
	case a.Capacity < 1:
		return fmt.Errorf("capacity %d: %w; at least 1", a.Capacity, ErrInvalid)
	case a.Grace < 0:
		return fmt.Errorf("grace %s: %w; 0 means the queue's", a.Grace, ErrInvalid)
	case strings.TrimSpace(a.Name) == "":
		return fmt.Errorf("an empty name: %w; visitors see it", ErrInvalid)
	case len(a.Queues) == 0:
		return fmt.Errorf("an agent without a queue: %w; name one", ErrInvalid)
	}
	for _, q := range a.Queues {
		if d.state.queues[q] == nil {
			return fmt.Errorf("queue %q: %w; add it first", q, ErrInvalid)
		}
	}
	for _, other := range d.state.agents {
		if other.JID != a.JID && strings.EqualFold(other.Name, a.Name) {
			return fmt.Errorf("name %q: %w; %s has it, names are unique", a.Name, ErrInvalid, other.JID)
		}
	}
	return nil
}

// RemoveAgent takes an account out: [ErrNotFound]. Her chats go to the head of
// their lines.
func (d *Desk) RemoveAgent(ctx context.Context, jid roster.AgentJID) error {
	return d.do(ctx, func() error {
		a := d.state.agents[jid]
		if a == nil {
			return fmt.Errorf("agent %s: %w; see \"agent list\"", jid, ErrNotFound)
		}
		clear(a.resources)
		a.show = roster.Unavailable
		d.enlist(a)
		chats := d.chatsOf(jid)
		slices.Reverse(chats)
		for _, c := range chats {
			d.step(c, chat.AgentLost{})
		}
		delete(d.state.agents, jid)
		asked := roster.Contact{Agent: jid}
		delete(d.state.contacts, asked)
		d.save(ledger.DropContact{Contact: asked}, ledger.DropAgent{JID: jid})
		d.send(Unfollow{Agent: jid})
		d.stale = true
		d.serveFor(a)
		return nil
	})
}
