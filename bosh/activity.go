package bosh

import "time"

// overactive applies the rules of XEP-0124 §11 and §12 to a new request.
// Requests whose connection is gone do not count: a page change leaves them
// behind. A poll that a later request overtook was not early: two connections
// keep no order.
func (s *session) overactive(r *request, now instant) bool {
	if r.special() {
		return false
	}
	early := s.m.opt.Polling > 0 && now-s.lastNew < instant(s.m.opt.Polling)
	afterEmpty := s.lastEmpty
	s.lastNew, s.lastEmpty = now, r.empty()
	open, overtaken := uint64(1), false
	for _, sl := range s.win.slots {
		if sl.live() && !sl.special {
			open++
		}
		overtaken = overtaken || sl.rid > r.rid
	}
	switch {
	case open > s.win.size:
		return true
	case !early || !r.empty():
		return false
	case s.polls():
		return afterEmpty
	}
	return open == s.win.size && !overtaken && s.strike(now)
}

// strike counts early polls; a few are forgiven, since clients exist that poll
// after every response while another request is open.
func (s *session) strike(now instant) bool {
	if s.strikes == 0 || now-s.strikeAt >= strikeSpan {
		s.strikes, s.strikeAt = 0, now
	}
	s.strikes++
	return s.m.opt.Strict || s.strikes >= maxStrikes
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
