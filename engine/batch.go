package engine

import (
	"time"

	"frontdesk/desk"
	"frontdesk/ledger"
)

const (
	// fullBatch is how many changes are not kept waiting for more.
	fullBatch = 1 << 9
	// mostChanges is how many wait for a store that refuses: then it is asked
	// before its pause is over, so that whoever sends them hears of it.
	mostChanges = 1 << 12
	// lazyTime is how long what nobody waits for may wait for company.
	lazyTime = 20 * time.Millisecond
)

// batch is the changes of some turns, committed together.
type batch struct {
	changes []ledger.Change
	through uint64    // the number of the last turn
	since   time.Time // when the first of them came
	urgent  bool      // somebody waits for it
}

// add takes a turn's changes.
func (b *batch) add(t desk.Turn, now time.Time) {
	if len(t.Changes) > 0 {
		if len(b.changes) == 0 {
			b.since = now
		}
		b.changes = append(b.changes, t.Changes...)
		b.through = t.Number
	}
	b.urgent = b.urgent || t.Urgent
}

// due is when the batch has to go to the store; the zero time when it is empty.
func (b *batch) due() time.Time {
	switch {
	case len(b.changes) == 0:
		return time.Time{}
	case b.urgent:
		return b.since
	}
	return b.since.Add(lazyTime)
}

// due is when the batch goes to the store: not before it is asked again after it
// refused one.
func (e *Engine) due() time.Time {
	due := e.batch.due()
	if !due.IsZero() && due.Before(e.refusals.until) {
		return e.refusals.until
	}
	return due
}

// submitDue hands the batch to the store when its time has come.
func (e *Engine) submitDue() {
	if due := e.due(); !due.IsZero() && !e.clock.now().Before(due) {
		e.submit()
	}
}

// submitFull hands it over when it is large.
func (e *Engine) submitFull() {
	n := len(e.batch.changes)
	if n >= mostChanges || n >= fullBatch && !e.clock.now().Before(e.refusals.until) {
		e.submit()
	}
}

func (e *Engine) submit() {
	b := e.batch
	e.batch = &batch{}
	if len(b.changes) == 0 {
		return
	}
	e.batches = append(e.batches, b)
	e.counts.Batches++
	e.store.Commit(b.changes, e.inbox.outcome)
}

// drain waits for the batches under way, and for what follows from them. When
// the store refuses one, that is the end.
func (e *Engine) drain() {
	for len(e.batches) > 0 {
		e.settle(e.inbox.await())
		if !e.refusals.running() {
			e.submit()
		}
		e.flush()
	}
	e.flush()
}

// settle takes the outcomes of the oldest batches. The first failure drops its
// batch and all later ones, with or without an outcome so far.
func (e *Engine) settle(outcomes []ledger.Committed) {
	for i, c := range outcomes {
		if c.Err != nil {
			e.fail(len(outcomes)-i, c.Err)
			return
		}
		b := e.batches[0]
		e.batches = e.batches[1:]
		e.accepted()
		e.step(desk.Committed{Through: b.through, Granted: c.Granted})
	}
}

// accepted notes that the store has taken a batch.
func (e *Engine) accepted() {
	if since := e.refusals.since; e.refusals.end() {
		e.log.Info("the store takes batches again", "refused_since", since)
	}
}
