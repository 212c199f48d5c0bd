package engine

import "time"

// alarm rings once when the earliest deadline is due. It decides nothing: a
// late, early or doubled ring is harmless, because deadlines are data.
type alarm struct {
	ring  func()
	timer *time.Timer
	at    time.Time
}

// arm sets the alarm to an instant; the zero time switches it off.
func (a *alarm) arm(at, now time.Time) {
	if at.Equal(a.at) && !at.IsZero() && now.Before(at) {
		return
	}
	a.stop()
	a.at = at
	if !at.IsZero() {
		a.timer = time.AfterFunc(max(at.Sub(now), 0), a.ring)
	}
}

func (a *alarm) stop() {
	if a.timer != nil {
		a.timer.Stop()
	}
	a.timer, a.at = nil, time.Time{}
}
