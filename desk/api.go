package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"frontdesk/chat"
	"frontdesk/queue"
	"frontdesk/roster"
)

// Status returns the whole desk in numbers.
func (d *Desk) Status(ctx context.Context) (Status, error) {
	var s Status
	err := d.do(ctx, func() error {
		s = Status{Started: d.started, Link: d.link, Agents: len(d.state.agents), Queues: len(d.state.queues)}
		for _, a := range d.state.agents {
			if a.online() {
				s.Online++
			}
		}
		for _, v := range d.state.visitors {
			if tabs, _ := v.online(); tabs > 0 {
				s.Visitors++
			}
		}
		for _, c := range d.state.chats {
			switch {
			case c.State == chat.Away:
				s.Away++
			case c.Waits():
				s.Waiting++
			default:
				s.Active++
			}
		}
		return nil
	})
	s.Stats = d.Stats()
	return s, err
}

// Stats returns the counters; it never blocks.
func (d *Desk) Stats() Stats {
	c := &d.stats
	return Stats{
		Events: c.events.Load(), Batches: c.batches.Load(), Failed: c.failed.Load(),
		Opened: c.opened.Load(), Closed: c.closed.Load(), Requeued: c.requeued.Load(),
		FromAgent: c.fromAgent.Load(), FromGuest: c.fromGuest.Load(), Refused: c.refused.Load(),
		Outbox: int(c.outbox.Load()), Backlog: d.inbox.backlog(),
	}
}

// Configure replaces the rules; the domain and the log stay.
func (d *Desk) Configure(ctx context.Context, o Options) error {
	return d.do(ctx, func() error {
		o.Domain, o.Log = d.opts.Domain, d.opts.Log
		d.opts = o
		d.stale = true
		for _, v := range d.state.visitors {
			if v.chat != nil {
				d.after(tenured{visitor: v.JID})
			}
		}
		return nil
	})
}

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
		d.save(chat.SaveAgent{Agent: a})
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
		d.save(chat.SaveAgent{Agent: next})
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
		d.save(chat.DropContact{Contact: asked}, chat.DropAgent{JID: jid})
		d.send(Unfollow{Agent: jid})
		d.stale = true
		d.serveFor(a)
		return nil
	})
}

// Visitors returns who is online or has an open chat, by address.
func (d *Desk) Visitors(ctx context.Context) ([]VisitorInfo, error) {
	out := []VisitorInfo{}
	err := d.do(ctx, func() error {
		for _, v := range d.state.visitors {
			tabs, _ := v.online()
			info := VisitorInfo{Visitor: v.Visitor, Online: tabs > 0, Tabs: tabs}
			if v.chat != nil {
				info.Chat = v.chat.ID
			}
			if info.Online || v.chat != nil {
				out = append(out, info)
			}
		}
		return nil
	})
	slices.SortFunc(out, func(a, b VisitorInfo) int { return strings.Compare(string(a.Visitor.JID), string(b.Visitor.JID)) })
	return out, err
}

// KickVisitor ends a visitor's chat and streams: [ErrNotFound].
func (d *Desk) KickVisitor(ctx context.Context, jid roster.VisitorJID) error {
	return d.do(ctx, func() error {
		v := d.state.visitors[jid]
		if v == nil || v.chat == nil && len(v.tabs) == 0 {
			return fmt.Errorf("visitor %s: %w; see \"visitor list\"", jid, ErrNotFound)
		}
		if v.chat != nil {
			d.close(v.chat, chat.AdminEnded)
		}
		d.after(dismissed{visitor: jid, all: true})
		return nil
	})
}

// Chats returns the open chats, or with all the closed ones too, oldest first.
func (d *Desk) Chats(ctx context.Context, all bool) ([]chat.Chat, error) {
	if all {
		return d.store.Chats(ctx, true)
	}
	out := []chat.Chat{}
	err := d.do(ctx, func() error {
		for _, c := range d.sortedChats() {
			out = append(out, c.Chat)
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b chat.Chat) int { return a.Opened.Compare(b.Opened) })
	return out, err
}

// CloseChat ends an open chat: [ErrNotFound].
func (d *Desk) CloseChat(ctx context.Context, id chat.ID) error {
	return d.do(ctx, func() error {
		c := d.state.chats[id]
		if c == nil {
			return fmt.Errorf("open chat %s: %w; see \"chat list\"", id, ErrNotFound)
		}
		d.close(c, chat.AdminEnded)
		return nil
	})
}

// Transcript returns what was said in a chat, in order: [ErrNotFound].
func (d *Desk) Transcript(ctx context.Context, id chat.ID) ([]chat.Entry, error) {
	chats, err := d.store.Chats(ctx, true)
	if err != nil {
		return nil, fmt.Errorf("read the chats: %w", err)
	}
	if !slices.ContainsFunc(chats, func(c chat.Chat) bool { return c.ID == id }) {
		return nil, fmt.Errorf("chat %s: %w; see \"chat list --all\"", id, ErrNotFound)
	}
	return d.store.Transcript(ctx, id)
}

// Queues returns the queues by name.
func (d *Desk) Queues(ctx context.Context) ([]QueueInfo, error) {
	out := []QueueInfo{}
	err := d.do(ctx, func() error {
		for _, r := range d.state.queues {
			info := QueueInfo{Queue: r.Queue, Waiting: r.line.Len(), Online: d.onlineIn(r)}
			for _, a := range d.state.agents {
				if a.Serves(r.Name) {
					info.Agents++
				}
			}
			out = append(out, info)
		}
		return nil
	})
	slices.SortFunc(out, func(a, b QueueInfo) int { return strings.Compare(a.Queue.Name, b.Queue.Name) })
	return out, err
}

// AddQueue makes a queue: [ErrExists], [ErrInvalid].
func (d *Desk) AddQueue(ctx context.Context, q queue.Queue) error {
	return d.do(ctx, func() error {
		if d.state.queues[q.Name] != nil {
			return fmt.Errorf("queue %q: %w; change it with \"queue set\"", q.Name, ErrExists)
		}
		if err := validQueue(q); err != nil {
			return err
		}
		r := &room{Queue: q}
		d.state.queues[q.Name] = r
		d.fillPool(r)
		d.save(queue.Save{Queue: q})
		d.stale = true
		return nil
	})
}

// SetQueue changes a queue: [ErrNotFound], [ErrInvalid].
func (d *Desk) SetQueue(ctx context.Context, name string, p QueuePatch) error {
	return d.do(ctx, func() error {
		r := d.state.queues[name]
		if r == nil {
			return fmt.Errorf("queue %q: %w; see \"queue list\"", name, ErrNotFound)
		}
		next := p.apply(r.Queue)
		if err := validQueue(next); err != nil {
			return err
		}
		r.Queue = next
		d.fillPool(r)
		d.save(queue.Save{Queue: next})
		d.stale = true
		for _, c := range d.state.chats {
			d.after(tenured{visitor: c.Visitor})
		}
		d.serve(name)
		return nil
	})
}

func (p QueuePatch) apply(q queue.Queue) queue.Queue {
	if p.Title != nil {
		q.Title = *p.Title
	}
	if p.Strategy != nil {
		q.Strategy = *p.Strategy
	}
	if p.Grace != nil {
		q.Grace = *p.Grace
	}
	if p.MaxWaiting != nil {
		q.MaxWaiting = *p.MaxWaiting
	}
	if p.Closed != nil {
		q.Closed = *p.Closed
	}
	return q
}

func validQueue(q queue.Queue) error {
	switch {
	case q.Name == "" || strings.Trim(q.Name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "":
		return fmt.Errorf("queue name %q: %w; use a-z, 0-9, \"-\", \"_\" and \".\"", q.Name, ErrInvalid)
	case strings.HasPrefix(q.Name, "visitor-"):
		return fmt.Errorf("queue name %q: %w; names of visitors begin like this", q.Name, ErrInvalid)
	case q.Strategy != "" && q.Strategy != queue.LeastLoaded && q.Strategy != queue.RoundRobin:
		return fmt.Errorf("strategy %q: %w; use %s or %s", q.Strategy, ErrInvalid, queue.LeastLoaded, queue.RoundRobin)
	case q.Grace < 0 || q.MaxWaiting < 0:
		return fmt.Errorf("a negative limit: %w; 0 means the default", ErrInvalid)
	}
	return nil
}

// RemoveQueue removes a queue: [ErrNotFound], [ErrInvalid] while it is the only
// one, has open chats, or is an agent's only one.
func (d *Desk) RemoveQueue(ctx context.Context, name string) error {
	return d.do(ctx, func() error {
		switch {
		case d.state.queues[name] == nil:
			return fmt.Errorf("queue %q: %w; see \"queue list\"", name, ErrNotFound)
		case len(d.state.queues) == 1:
			return fmt.Errorf("queue %q is the only one: removing it is %w", name, ErrInvalid)
		}
		for _, c := range d.state.chats {
			if c.Queue == name {
				return fmt.Errorf("queue %q has open chats: removing it is %w; close them first", name, ErrInvalid)
			}
		}
		for _, a := range d.state.agents {
			if a.Serves(name) && len(a.Queues) == 1 {
				return fmt.Errorf("queue %q is the only one of %s: removing it is %w", name, a.JID, ErrInvalid)
			}
		}
		for _, a := range d.state.agents {
			a.Queues = slices.DeleteFunc(slices.Clone(a.Queues), func(q string) bool { return q == name })
			d.save(chat.SaveAgent{Agent: a.Agent})
		}
		delete(d.state.queues, name)
		d.save(queue.Drop{Name: name})
		d.stale = true
		return nil
	})
}
