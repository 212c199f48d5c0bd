package c2s

import "sync/atomic"

// entrance is a stream's time from its opening to bind. It is limited, and
// meanwhile a browser whose link is watched from here is asked whether it is
// there.
type entrance struct {
	stream *stream
	by     instant // when it is over
	page   page    // of the alarm alone
	alarm  deadline
	passed atomic.Bool // bound, or at its end
}

// enter begins the entrance of a stream.
func (s *stream) enter() {
	wheel := s.hub.wheel
	now := wheel.Now()
	s.entrance = &entrance{stream: s, by: now.Add(s.hub.opts.LoginWithin), page: newPage(s.begins(streamBound), now)}
	s.entrance.alarm.fire = s.entrance.ring
	wheel.Set(&s.entrance.alarm, s.entrance.next())
}

// pass ends the entrance; idempotent.
func (s *stream) pass() {
	if s.entrance != nil {
		s.entrance.passed.Store(true)
		s.hub.wheel.Drop(&s.entrance.alarm)
		s.entrance = nil
	}
}

// next is when there is something to do.
func (e *entrance) next() instant {
	if e.page.next != 0 {
		return min(e.by, e.page.next)
	}
	return e.by
}

// ring does what is due.
func (e *entrance) ring() {
	s := e.stream
	now := s.hub.wheel.Now()
	switch {
	case e.passed.Load():
		return
	case now >= e.by:
		s.conn.Close(&StreamError{"connection-timeout", "no login in time"})
		return
	case s.socket != nil:
		do := e.page.look(event{lastBytes: s.hub.wheel.At(s.socket.LastBytes())}, now)
		if do.ping {
			s.socket.Ping(func() {})
		}
		if e.page.missed > missedPings+2 {
			s.socket.Drop()
			return
		}
	}
	s.hub.wheel.Set(&e.alarm, e.next())
}
