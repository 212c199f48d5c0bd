package desk

import (
	"fmt"
	"slices"
	"strings"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// AddAgent makes an account an agent: [ErrExists], [ErrInvalid] (name taken, no
// such queue, capacity below 1).
type AddAgent struct{ Agent roster.Agent }

func (o AddAgent) order(d *Desk) error {
	if d.seats.agents[o.Agent.JID] != nil {
		return fmt.Errorf("agent %s: %w; change it with \"agent set\"", o.Agent.JID, ErrExists)
	}
	if err := d.validAgent(o.Agent); err != nil {
		return err
	}
	added := d.seats.add(o.Agent, d.at)
	d.save(ledger.SaveAgent{Agent: o.Agent})
	d.followAgent(added, true)
	d.directory.stale = true
	return nil
}

// SetAgent changes an agent: [ErrNotFound], [ErrInvalid]. A capacity below what
// is taken ends nothing; it only keeps new chats away.
type SetAgent struct {
	JID   roster.AgentJID
	Patch roster.AgentPatch
}

func (o SetAgent) order(d *Desk) error {
	a := d.seats.agents[o.JID]
	if a == nil {
		return fmt.Errorf("agent %s: %w; see \"agent list\"", o.JID, ErrNotFound)
	}
	next := o.Patch.Apply(a.Agent)
	if err := d.validAgent(next); err != nil {
		return err
	}
	a.Agent = next
	d.save(ledger.SaveAgent{Agent: next})
	for _, c := range d.chats.heldBy(o.JID) {
		d.after(tenure{c.Visitor})
	}
	d.seatsChanged(a)
	d.serveFor(a)
	return nil
}

// validAgent is what only the desk can check: what others have.
func (d *state) validAgent(a roster.Agent) error {
	if err := a.Check(); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	for _, q := range a.Queues {
		if d.lines[q] == nil {
			return fmt.Errorf("queue %q: %w; add it first", q, ErrInvalid)
		}
	}
	for _, other := range d.seats.sorted() {
		if other.JID != a.JID && strings.EqualFold(other.Name, a.Name) {
			return fmt.Errorf("name %q: %w; %s has it, names are unique", a.Name, ErrInvalid, other.JID)
		}
	}
	return nil
}

// RemoveAgent takes an account out: [ErrNotFound]. Her chats go to the head of
// their lines.
type RemoveAgent struct{ JID roster.AgentJID }

func (o RemoveAgent) order(d *Desk) error {
	a := d.seats.agents[o.JID]
	if a == nil {
		return fmt.Errorf("agent %s: %w; see \"agent list\"", o.JID, ErrNotFound)
	}
	d.seats.leave(a)
	chats := d.chats.heldBy(o.JID)
	slices.Reverse(chats)
	for _, c := range chats {
		d.step(c, chat.AgentLost{})
	}
	delete(d.seats.agents, o.JID)
	asked := roster.Contact{Agent: o.JID}
	delete(d.contacts, asked)
	d.save(ledger.DropContact{Contact: asked}, ledger.DropAgent{JID: o.JID})
	d.after(Unfollow{Agent: o.JID})
	d.directory.stale = true
	d.serveFor(a)
	return nil
}
