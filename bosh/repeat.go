package bosh

// admitAgain serves a rid that has been seen before (XEP-0124 §14.3). Its
// payloads are not looked at.
func (s *session) admitAgain(sl *slot, r *request, ex exchange) {
	now := s.m.now()
	switch {
	case s.nextKey != "" && r.key != sl.key:
		s.failNew(itemNotFound, ex)
		return
	case s.tooOften(sl, now):
		s.failNew(policyViolation, ex)
		return
	}
	s.m.count.repeats.Add(1)
	if !r.leaving {
		s.returned()
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

// returned notes a sign of life that is not a new request.
func (s *session) returned() {
	s.lost, s.toldLost, s.toldBack = false, false, false
}

// tooOften counts the repeats of one rid.
func (s *session) tooOften(sl *slot, now instant) bool {
	if sl.repeats == 0 || now-sl.repeat >= repeatSpan {
		sl.repeat, sl.repeats = now, 0
	}
	sl.repeats++
	return sl.repeats > maxRepeats
}
