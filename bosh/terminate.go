package bosh

import (
	"slices"

	"frontdesk/c2s"
)

// fail ends the session with a terminal condition (XEP-0124 §17.2). The
// request that caused it gets the condition and the others other-request;
// without such a request all get the condition.
func (s *session) fail(c condition, culprit exchange) {
	if s.phase == over {
		return
	}
	if culprit != nil {
		culprit.answer(s.ctype, terminal(c, s.legacy))
		c = otherRequest
	}
	for _, sl := range s.win.slots {
		if sl.live() {
			sl.ex.answer(s.ctype, terminal(c, s.legacy))
		}
	}
	s.forget()
}

// crash ends the session after a panic in its own code, as far as what is left
// of it allows.
func (s *session) crash() {
	locked := func(f func()) {
		s.all.guard(func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.phase != over {
				f()
			}
		})
	}
	locked(func() { s.fail(internalServerError, nil) })
	locked(s.forget)
	s.all.guard(s.run)
}

// forget forgets the session; whoever runs it tells the stream.
func (s *session) forget() {
	s.phase = over
	s.win.slots = nil
	s.out.clear()
	s.all.remove(s)
	s.wake()
}

// answerTerminate answers a terminate request (XEP-0124 §13): the oldest open
// exchange learns of the end, the others get empty bodies.
func (s *session) answerTerminate() {
	told := false
	for _, sl := range s.win.slots {
		switch {
		case !sl.live() || sl == s.terminating:
		case told:
			sl.ex.answer(s.ctype, reply{})
		default:
			told = sl.ex.answer(s.ctype, terminal("", s.legacy))
		}
	}
	last := reply{}
	if !told {
		last = terminal("", s.legacy)
	}
	s.terminating.ex.answer(s.ctype, last)
	s.terminating, s.win.slots = nil, nil
	s.all.remove(s)
}

// closeWith ends the session because its stream is over: what was sent goes
// out first, then the reason, as soon as a request is there (XEP-0206 §6).
func (s *session) closeWith(err *c2s.StreamError) {
	if s.phase != running {
		return
	}
	s.phase = closing
	s.final = streamEnd(err, s.legacy)
	s.flushLast()
	s.answerFinal()
}

// flushLast answers the oldest request with what is queued: clients drop the
// payloads of a body that ends the session.
func (s *session) flushLast() {
	now := s.all.now()
	for len(s.out.queue) > 0 {
		ready := s.win.ready()
		if len(ready) == 0 || !s.win.anyLive() {
			return
		}
		s.give(ready[0], now, false)
	}
}

// answerFinal gives the reason to whoever waits. With nobody waiting the next
// request gets it.
func (s *session) answerFinal() {
	if s.phase != closing {
		return
	}
	if !s.win.anyLive() {
		s.rearm(s.all.now())
		return
	}
	r := s.final
	r.payloads = slices.Concat(s.out.queue, r.payloads)
	for _, sl := range s.win.slots {
		if sl.live() && sl.ex.answer(s.ctype, r) {
			r = terminal(otherRequest, s.legacy)
		}
	}
	s.forget()
}

// shutdown ends the session because the program stops. A page that is there but
// has no request waiting is told with its next one.
func (s *session) shutdown() {
	s.safely(func() {
		if s.terminating != nil {
			s.answerTerminate()
		}
		if s.phase != running || s.win.anyLive() || s.lost != 0 {
			s.fail(systemShutdown, nil)
			return
		}
		s.phase, s.final = closing, terminal(systemShutdown, s.legacy)
	})
}

// admitClosing serves a request that comes after the stream's end.
func (s *session) admitClosing(v verdict, r *request, ex exchange) {
	switch v {
	case replay:
		ex.answer(s.ctype, s.win.find(r.rid).reply)
	case outside:
		s.fail(itemNotFound, ex)
	default:
		s.win.slots = nil
		s.win.last = r.rid
		s.win.insert(&slot{rid: r.rid, ex: ex, state: held})
		s.flushLast()
		s.answerFinal()
	}
}
