package desk

import (
	"context"
	"time"

	"frontdesk/ledger"
)

// run is the desk's goroutine: outcomes first, then events, then what is due.
func (d *Desk) run() {
	defer close(d.done)
	defer d.alarm.stop()
	for {
		events, outcomes, closed := d.inbox.take()
		d.look()
		d.settle(outcomes)
		for _, e := range events {
			d.stats.events.Add(1)
			d.look()
			d.handle(e)
			d.serveFreed()
			if len(d.turn.changes) >= turnChanges {
				d.submit()
			}
		}
		d.inbox.recycle(events)
		d.look()
		d.tick()
		d.serveFreed()
		d.tellDirectory()
		d.submit()
		d.alarm.arm(d.next(), d.now())
		if closed {
			d.turn.urgent = true
			d.submit()
			d.drain()
			return
		}
	}
}

// drain waits for the batches under way.
func (d *Desk) drain() {
	for len(d.turns) > 0 {
		d.settle(d.inbox.await())
		d.submit()
	}
}

// handle steps one event.
func (d *Desk) handle(e Event) {
	switch e := e.(type) {
	case VisitorAsks:
		d.visitorAsks(e)
	case TabSettled:
		d.tabSettled(e)
	case TabOnline:
		d.tabOnline(e)
	case TabOffline:
		d.tabOffline(e)
	case TabBehind:
		d.tabBehind(e)
	case recalled:
		d.recalled(e)
	case AgentSays:
		d.agentSays(e)
	case AgentPresence:
		d.agentPresence(e)
	case AgentBounced:
		d.agentBounced(e)
	case AgentProbes:
		d.agentProbes(e)
	case AgentLooks:
		d.agentLooks(e)
	case LinkUp:
		d.linkUp(e)
	case LinkDown:
		d.linkDown()
	case LinkConfirmed:
		d.linkConfirmed(e)
	case command:
		d.command(e)
	}
}

func (d *Desk) command(c command) {
	if err := c.do(); err != nil {
		c.done <- err
		return
	}
	d.after(replied{c.done})
}

// submit hands the turn to the store. A turn without changes follows the one
// before it, at once when there is none; one that nobody waits for stays a while.
func (d *Desk) submit() {
	t := d.turn
	switch {
	case d.now().Before(t.due()):
	case len(t.changes) > 0:
		d.turn = &turn{}
		d.turns = append(d.turns, t)
		d.stats.batches.Add(1)
		d.store.Commit(t.changes, d.inbox.outcome)
	case len(t.effects) == 0:
	case len(d.turns) > 0:
		last := d.turns[len(d.turns)-1]
		last.effects = append(last.effects, t.effects...)
		d.turn = &turn{}
	default:
		d.turn = &turn{}
		d.carryOut(t)
	}
}

// settle takes the outcomes of the oldest batches. The first failure drops its
// batch and all later ones, with or without an outcome so far.
func (d *Desk) settle(outcomes []ledger.Committed) {
	for i, c := range outcomes {
		if c.Err != nil {
			d.fail(len(outcomes)-i, c.Err)
			return
		}
		t := d.turns[0]
		d.turns = d.turns[1:]
		d.carryOut(t)
		for n, claim := range t.claims {
			d.claimed(claim, n < len(c.Granted) && c.Granted[n])
		}
	}
}

// fail waits for the outcomes of the batches under way (known of them are
// there), all of which fail, and takes the state back to what the store has.
func (d *Desk) fail(known int, err error) {
	d.log.Error("the store did not take a batch; the state is loaded again", "err", err)
	for known < len(d.turns) {
		known += len(d.inbox.await())
	}
	dropped := append(d.turns, d.turn)
	d.turns, d.turn = nil, &turn{}
	d.stats.failed.Add(uint64(known))
	d.freed = nil
	if !d.recoverState() {
		return
	}
	for _, t := range dropped {
		for _, e := range t.effects {
			e.failed(d)
		}
	}
	d.flush()
}

// recoverState loads what the store has and fits it to who is here. While the
// store does not answer the desk waits: there is nothing it could promise. It
// gives up when the desk is stopped.
func (d *Desk) recoverState() bool {
	ctx := context.Background()
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := d.store.Reset(ctx)
		if err == nil {
			err = d.load(ctx)
		}
		if err == nil {
			break
		}
		d.log.Error("the store cannot be read; trying again", "err", err)
		if d.inbox.isClosed() {
			return false
		}
		pause(wait)
	}
	d.state.words = nil
	d.look()
	d.stale = true
	d.reconcile()
	return true
}
