package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"frontdesk/ledger"
	"frontdesk/queue"
)

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
		d.save(ledger.SaveQueue{Queue: q})
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
		d.save(ledger.SaveQueue{Queue: next})
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
			d.save(ledger.SaveAgent{Agent: a.Agent})
		}
		delete(d.state.queues, name)
		d.save(ledger.DropQueue{Name: name})
		d.stale = true
		return nil
	})
}
