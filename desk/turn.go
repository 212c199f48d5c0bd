package desk

import (
	"frontdesk/ledger"
)

// Turn is what a step gives. Its slices are good until the next step.
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

// turn is the state and what the present step writes. What it rests on is held
// until it is written.
type turn struct {
	state
	held    held
	number  uint64 // the last that was used
	changes []ledger.Change
	urgent  bool
	waiting []Effect // follow from the changes
	effects []Effect // need not wait
}

// save writes changes that somebody waits for.
func (d *turn) save(c ...ledger.Change) {
	d.changes = append(d.changes, c...)
	d.urgent = d.urgent || len(c) > 0
}

// saveLater writes what only keeps a message from coming twice after a crash:
// it shares the commit of the next change that somebody waits for.
func (d *turn) saveLater(c ledger.Change) { d.changes = append(d.changes, c) }

// after has an effect carried out when everything so far is written.
func (d *turn) after(e Effect) { d.waiting = append(d.waiting, e) }

// emit has an effect carried out now.
func (d *turn) emit(e Effect) { d.effects = append(d.effects, e) }

// nextNumber is that of the changes of the present step.
func (d *turn) nextNumber() uint64 { return d.number + 1 }

// beginTurn begins anew; what the last turn gave is used again.
func (d *turn) beginTurn() {
	if len(d.changes)+len(d.waiting)+len(d.effects) == 0 {
		return
	}
	clear(d.changes)
	clear(d.waiting)
	clear(d.effects)
	d.changes, d.waiting, d.effects = d.changes[:0], d.waiting[:0], d.effects[:0]
}

// endTurn decides what has to wait: what follows from changes, and what follows
// from nothing while something waits already.
func (d *turn) endTurn() Turn {
	d.stats.Outbox = d.outbox.len()
	if len(d.changes)+len(d.waiting)+len(d.effects) == 0 && !(d.link.attached && d.outbox.ready()) {
		return Turn{} // most steps change nothing
	}
	out := Turn{Changes: d.changes, Urgent: d.urgent}
	if len(d.changes) > 0 {
		d.number++
		out.Number = d.number
	}
	switch {
	case len(d.waiting) == 0:
	case len(d.changes) > 0 || d.held.waiting():
		d.held.add(d.number, d.waiting)
		out.Urgent = true
	default:
		for _, e := range d.waiting {
			d.release(e)
		}
	}
	if d.link.attached {
		d.effects = d.outbox.next(d.effects)
	}
	out.Effects = d.effects
	d.urgent = false
	return out
}
