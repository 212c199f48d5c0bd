package bosh

// admitAgain serves a rid that has been seen before (XEP-0124 §14.3). Its
// payloads are not looked at.
func (s *session) admitAgain(sl *slot, r *request, ex exchange) {
	now := s.all.now()
	switch {
	case s.keys.next != "" && r.key != sl.key:
		s.fail(itemNotFound, ex)
		return
	case sl.tooOften(now):
		s.fail(policyViolation, ex)
		return
	}
	s.all.count.repeats.Add(1)
	if !r.leaving { // a sign of life that is not a new request
		s.lost, s.toldLost, s.toldBack = 0, false, false
	}
	if sl.open() {
		s.replace(sl, ex, now)
		return
	}
	sl.ex, sl.closed, sl.silent = ex, false, false
	ex.watch(s)
	ex.answer(s.ctype, sl.reply)
	if s.idle != 0 {
		s.idle = now
	}
	s.rearm(now)
}

// replace lets the newest exchange wait for the answer; the older one is told
// to try again.
func (s *session) replace(sl *slot, ex exchange, now instant) {
	sl.ex.answer(s.ctype, recoverable())
	sl.ex, sl.dead, sl.arrived = ex, false, now
	s.idle = 0
	ex.watch(s)
	s.pump()
}
