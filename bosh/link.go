package bosh

import (
	"slices"
	"time"
)

// gone is called when the peer closes the connection of an exchange, before or
// after its answer.
func (s *session) gone(ex exchange) {
	s.safely(func() {
		i := slices.IndexFunc(s.win.slots, func(sl *slot) bool { return sl.ex == ex })
		if i >= 0 {
			s.orphan(s.win.slots[i])
		}
	})
}

// orphan marks the request whose connection is gone. An unanswered one stays
// unanswered, to be repeated or left behind (XEP-0124 §14.3); when it was the
// last, the link is lost.
func (s *session) orphan(sl *slot) {
	if !sl.open() {
		sl.closed = true
		return
	}
	if sl.dead {
		return
	}
	sl.dead = true
	if s.phase != running {
		return
	}
	now := s.all.now()
	if !s.win.anyLive() {
		s.lose(now)
	}
	s.pump()
}

// askConnections asks for connections that are closed and nobody has said so yet: a page
// that goes closes its own before the next one asks.
func (s *session) askConnections(next *slot) {
	for _, sl := range slices.Clone(s.win.slots) {
		if sl.rid >= next.rid || sl.sure || sl.closed || sl.dead {
			continue
		}
		ex, lost := sl.ex, false
		s.unlocked(func() { lost = ex.lost() })
		if lost && sl.ex == ex {
			sl.closed, sl.dead = !sl.open(), sl.open()
		}
	}
}

// lose notes that the link is gone.
func (s *session) lose(now instant) {
	if s.lost == 0 {
		s.lost, s.toldLost = now, false
	}
}

// end is when the session dies if nothing happens.
func (s *session) end() instant { return max(s.idle.Add(s.life(s.pause)), s.until) }

// rearm starts or stops the inactivity clock and sets the session's alarm.
func (s *session) rearm(now instant) {
	switch {
	case s.phase == over:
		return
	case s.win.anyLive():
		s.idle, s.until = 0, 0
	case s.idle == 0:
		s.idle = now
	}
	if at := s.nextAlarm(); at != 0 {
		s.all.wheel.Hasten(s, at)
	}
}

// nextAlarm is the earliest instant at which something has to be done; 0 for
// none.
func (s *session) nextAlarm() instant {
	var at instant
	earliest := func(t instant) {
		if at == 0 || t < at {
			at = t
		}
	}
	for _, sl := range s.win.slots {
		if sl.state == waiting {
			earliest(s.gapEnd(sl, s.pause))
		}
	}
	for _, sl := range s.win.ready() {
		if sl.live() {
			earliest(sl.arrived.Add(s.wait))
		}
	}
	if s.idle != 0 {
		earliest(s.end())
		if s.lost == 0 && !s.polls() {
			earliest(s.idle.Add(s.silence(s.pause)))
		}
	}
	return at
}

// Ring implements [wheel.Entry].
func (s *session) Ring() {
	s.all.spawn(func() {
		s.safely(func() { s.overdue(s.all.now()) })
	})
}

// overdue does what is due.
func (s *session) overdue(now instant) {
	if s.phase == over {
		return
	}
	s.pump()
	for _, sl := range s.win.slots {
		if sl.state == waiting && s.gapEnd(sl, s.pause) <= now && s.phase == running {
			s.fail(itemNotFound, sl.ex)
			return
		}
	}
	if s.idle != 0 && s.lost == 0 && !s.polls() && s.idle.Add(s.silence(s.pause)) <= now {
		s.lose(now)
	}
	switch {
	case s.idle == 0 || s.end() > now:
		s.rearm(now)
	case s.phase == closing:
		s.forget()
	default:
		s.endDue = true
	}
}

// askToEnd asks the stream whether the session may end, and ends it silently
// when nothing happened meanwhile (XEP-0124 §10).
func (s *session) askToEnd() {
	s.endDue = false
	var d time.Duration
	s.unlocked(func() { d = s.stream.Linger() })
	now := s.all.now()
	if s.phase != running || s.idle == 0 {
		return
	}
	since := s.idle
	if s.lost != 0 {
		since = s.lost
	}
	if d > 0 {
		s.until = since.Add(d)
	}
	if s.end() > now {
		s.rearm(now)
		return
	}
	s.all.count.expired.Add(1)
	s.forget()
}
