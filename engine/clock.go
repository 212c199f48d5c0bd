package engine

import "time"

// clock is the wall time at the start plus the time that has passed since, so
// that a change of the clock moves no deadline.
type clock struct {
	started time.Time // with its monotonic reading
	wall    time.Time // the same without
}

func newClock() clock {
	now := time.Now()
	return clock{started: now, wall: now.Round(0)}
}

func (c clock) now() time.Time { return c.wall.Add(time.Since(c.started)) }
