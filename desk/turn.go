package desk

import (
	"frontdesk/ledger"
)

// Turn is what a step gives.
type Turn struct {
	// Changes have to be written, in order and all together or not at all.
	Changes []ledger.Change
	// Number is that of the changes, counted from 1; 0 when there are none.
	// [Committed] repeats it.
	Number uint64
	// Urgent: somebody waits for the commit of this turn and of those before it.
	// Else the changes may wait for company for a moment.
	Urgent bool
	// Effects have to be carried out now, in order: all they rest on is written.
	Effects []Effect
}

// turn is the present step's, while it is made.
type turn struct {
	number  uint64 // the last that was used
	changes []ledger.Change
	urgent  bool
	after   []Effect // follow from the changes
	now     []Effect // need not wait
}

// save writes changes that somebody waits for.
func (d *Desk) save(c ...ledger.Change) {
	d.turn.changes = append(d.turn.changes, c...)
	d.turn.urgent = d.turn.urgent || len(c) > 0
}

// saveLater writes what only keeps a message from coming twice after a crash:
// it shares the commit of the next change that somebody waits for.
func (d *Desk) saveLater(c ledger.Change) { d.turn.changes = append(d.turn.changes, c) }

// after has an effect carried out when everything so far is written.
func (d *Desk) after(e Effect) { d.turn.after = append(d.turn.after, e) }

// emit has an effect carried out now.
func (d *Desk) emit(e Effect) { d.turn.now = append(d.turn.now, e) }

// nextNumber is that of the changes of the present step.
func (d *Desk) nextNumber() uint64 { return d.turn.number + 1 }

// endTurn decides what has to wait: what follows from changes, and what follows
// from nothing while something waits already.
func (d *Desk) endTurn() Turn {
	t := &d.turn
	out := Turn{Changes: t.changes, Urgent: t.urgent}
	if len(t.changes) > 0 {
		t.number++
		out.Number = t.number
	}
	switch {
	case len(t.after) == 0:
	case len(t.changes) > 0 || d.held.waiting():
		d.held.add(t.number, t.after)
		out.Urgent = true
	default:
		for _, e := range t.after {
			d.release(e)
		}
	}
	if d.link.attached {
		t.now = d.outbox.next(t.now)
	}
	out.Effects = t.now
	clear(t.after)
	t.changes, t.after, t.now, t.urgent = t.changes[len(t.changes):], t.after[:0], t.now[len(t.now):], false
	d.stats.Outbox = d.outbox.len()
	return out
}
