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
	now := s.m.now()
	if !s.win.anyLive() {
		s.lose(now)
	}
	s.pump()
}

// look asks for connections that are closed and nobody has said so yet: a page
// that goes closes its own before the next one asks.
func (s *session) look(next *slot) {
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
	if !s.lost {
		s.lost, s.toldLost, s.lostAt = true, false, now
	}
}

// life is how long the session lives while nothing is held (XEP-0124 §10).
func (s *session) life() time.Duration {
	switch {
	case s.pause > 0:
		return s.pause
	case s.polls():
		return s.m.opt.pollInactivity()
	}
	return s.m.opt.Inactivity
}

// pollInactivity is longer than inactivity by more than polling (XEP-0124 §12).
func (o *Options) pollInactivity() time.Duration {
	return max(2*o.Inactivity, o.Inactivity+o.Polling+time.Second)
}

// silence is how long after an answer that left nothing held the link counts
// as lost.
func (s *session) silence() time.Duration {
	if s.pause > 0 {
		return s.pause
	}
	return s.m.opt.SilentAfter
}

// end is when the session dies if nothing happens.
func (s *session) end() instant { return max(s.idle.Add(s.life()), s.until) }

// gapEnd is when a request has waited too long for a missing rid.
func (s *session) gapEnd(sl *slot) instant {
	wait := s.wait
	if wait == 0 {
		wait = s.m.opt.Wait
	}
	if s.gap == 0 { // nothing is missing: it is about to be taken
		return sl.arrived.Add(wait)
	}
	return min(sl.arrived.Add(wait), s.gap.Add(s.life()))
}

// closeGap ends or restarts the clock of the missing rid.
func (s *session) closeGap() {
	for _, sl := range s.win.slots {
		if sl.state == waiting {
			if sl.rid != s.win.last+1 {
				s.gap = s.m.now()
			}
			return
		}
	}
	s.gap = 0
}

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
		s.m.wheel.Hasten(s, at)
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
			earliest(s.gapEnd(sl))
		}
	}
	for _, sl := range s.win.ready() {
		if sl.live() {
			earliest(sl.arrived.Add(s.wait))
		}
	}
	if s.idle != 0 {
		earliest(s.end())
		if !s.lost && !s.polls() {
			earliest(s.idle.Add(s.silence()))
		}
	}
	return at
}

// Ring implements [wheel.Entry].
func (s *session) Ring() {
	s.m.spawn(func() {
		s.safely(func() { s.overdue(s.m.now()) })
	})
}

// overdue does what is due.
func (s *session) overdue(now instant) {
	if s.phase == over {
		return
	}
	s.pump()
	for _, sl := range s.win.slots {
		if sl.state == waiting && s.gapEnd(sl) <= now && s.phase == running {
			s.fail(itemNotFound, sl)
			return
		}
	}
	if s.idle != 0 && !s.lost && !s.polls() && s.idle.Add(s.silence()) <= now {
		s.lose(now)
	}
	switch {
	case s.idle == 0 || s.end() > now:
		s.rearm(now)
	case s.phase == closing:
		s.vanish()
	default:
		s.linger = true
	}
}

// askLinger asks the stream whether the session may end, and ends it silently
// when nothing happened meanwhile (XEP-0124 §10).
func (s *session) askLinger() {
	s.linger = false
	var d time.Duration
	s.unlocked(func() { d = s.stream.Linger() })
	now := s.m.now()
	if s.phase != running || s.idle == 0 {
		return
	}
	since := s.idle
	if s.lost {
		since = s.lostAt
	}
	if d > 0 {
		s.until = since.Add(d)
	}
	if s.end() > now {
		s.rearm(now)
		return
	}
	s.m.count.expired.Add(1)
	s.vanish()
}
