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
		events, outcomes, closed := e.inbox.take()
		e.settle(outcomes)
		for _, event := range events {
			e.take(event)
			e.submitFull()
		}
		e.inbox.recycle(events)
		e.step(desk.Tick{})
		e.submitDue()
		e.flush()
		e.alarm.arm(e.next(), e.clock.now())
		if closed {
			e.submit()
			e.drain()
			return
		}
	}
}

// take steps an event from outside, or looks at the desk.
func (e *Engine) take(event desk.Event) {
	e.counts.Events++
	if look, ok := event.(look); ok {
		look.at(e.desk)
		event = desk.Ordered{Ref: look.ref}
	}
	e.step(event)
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
	next, due := e.desk.Next(), e.batch.due()
	if next.IsZero() || !due.IsZero() && due.Before(next) {
		return due
	}
	return next
}
