package engine

import (
	"time"

	"frontdesk/desk"
)

// run is the engine's goroutine: outcomes first, then events, then what is due.
func (e *Engine) run(rows desk.Rows) {
	defer close(e.done)
	defer e.alarm.stop()
	e.step(desk.Started{Rows: rows})
	for {
		got := e.inbox.take()
		e.settle(got.outcomes)
		for _, event := range got.events {
			e.counts.Events++
			e.step(event)
			e.submitFull()
		}
		e.inbox.recycle(got.events)
		for _, l := range got.looks {
			e.counts.Events++
			l.take(e.desk)
			e.step(desk.Ordered{Ref: l.ref})
		}
		e.step(desk.Tick{})
		e.submitDue()
		e.flush()
		e.alarm.arm(e.next(), e.clock.now())
		if got.closed {
			e.submit()
			e.drain()
			return
		}
	}
}

// step steps the desk, collects what changed and carries out what may be.
func (e *Engine) step(event desk.Event) {
	now := e.clock.now()
	turn := e.desk.Step(event, now)
	e.batch.add(turn, now)
	e.carryOut(turn.Effects)
}

// next is the instant the alarm has to ring.
func (e *Engine) next() time.Time {
	next, due := e.desk.Next(), e.due()
	if next.IsZero() || !due.IsZero() && due.Before(next) {
		return due
	}
	return next
}
