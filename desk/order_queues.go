package desk

import (
	"fmt"
	"slices"

	"frontdesk/ledger"
	"frontdesk/queue"
)

// AddQueue makes a queue: [ErrExists], [ErrInvalid].
type AddQueue struct{ Queue queue.Queue }

func (o AddQueue) order(d *Desk) error {
	if d.lines[o.Queue.Name] != nil {
		return fmt.Errorf("queue %q: %w; change it with \"queue set\"", o.Queue.Name, ErrExists)
	}
	return d.putQueue(&line{}, o.Queue)
}

// putQueue gives a line its queue.
func (d *Desk) putQueue(l *line, q queue.Queue) error {
	if err := q.Check(); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	l.Queue = q
	d.lines[q.Name] = l
	d.seats.openPool(q)
	d.save(ledger.SaveQueue{Queue: q})
	d.directory.stale = true
	return nil
}

// SetQueue changes a queue: [ErrNotFound], [ErrInvalid].
type SetQueue struct {
	Name  string
	Patch queue.Patch
}

func (o SetQueue) order(d *Desk) error {
	l := d.lines[o.Name]
	if l == nil {
		return fmt.Errorf("queue %q: %w; see \"queue list\"", o.Name, ErrNotFound)
	}
	if err := d.putQueue(l, o.Patch.Apply(l.Queue)); err != nil {
		return err
	}
	for _, c := range d.chats.sorted() {
		d.after(tenure{c.Visitor})
	}
	d.serve(o.Name)
	return nil
}

// RemoveQueue removes a queue: [ErrNotFound], [ErrInvalid] while it is the only
// one, has open chats, or is an agent's only one.
type RemoveQueue struct{ Name string }

func (o RemoveQueue) order(d *Desk) error {
	if err := d.removable(o.Name); err != nil {
		return err
	}
	for _, a := range d.seats.sorted() {
		a.Queues = slices.DeleteFunc(slices.Clone(a.Queues), func(q string) bool { return q == o.Name })
		d.save(ledger.SaveAgent{Agent: a.Agent})
	}
	delete(d.lines, o.Name)
	delete(d.seats.pools, o.Name)
	d.save(ledger.DropQueue{Name: o.Name})
	d.directory.stale = true
	return nil
}

func (d *state) removable(name string) error {
	switch {
	case d.lines[name] == nil:
		return fmt.Errorf("queue %q: %w; see \"queue list\"", name, ErrNotFound)
	case len(d.lines) == 1:
		return fmt.Errorf("queue %q is the only one: removing it is %w", name, ErrInvalid)
	}
	for _, c := range d.chats {
		if c.Queue == name {
			return fmt.Errorf("queue %q has open chats: removing it is %w; close them first", name, ErrInvalid)
		}
	}
	for _, a := range d.seats.sorted() {
		if a.Serves(name) && len(a.Queues) == 1 {
			return fmt.Errorf("queue %q is the only one of %s: removing it is %w", name, a.JID, ErrInvalid)
		}
	}
	return nil
}
