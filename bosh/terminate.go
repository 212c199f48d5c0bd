package bosh

import (
	"slices"

	"frontdesk/c2s"
)

// fail ends the session with a terminal condition (XEP-0124 §17.2). The
// request that caused it gets the condition and the others other-request;
// without such a request all get the condition.
func (s *session) fail(c condition, culprit *slot) {
	if s.phase == over {
		return
	}
	for _, sl := range s.win.slots {
		switch {
		case !sl.live():
		case culprit != nil && sl != culprit:
			sl.ex.answer(s.ctype, terminal(otherRequest, s.legacy))
		default:
			sl.ex.answer(s.ctype, terminal(c, s.legacy))
		}
	}
	s.vanish()
}

// failNew is fail for a request that has no slot.
func (s *session) failNew(c condition, ex exchange) {
	ex.answer(s.ctype, terminal(c, s.legacy))
	s.fail(c, &slot{})
}

// crash ends the session after a panic in its own code, as far as what is left
// of it allows.
func (s *session) crash() {
	locked := func(f func()) {
		s.m.guard(func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.phase != over {
				f()
			}
		})
	}
	locked(func() { s.fail(internalServerError, nil) })
	locked(s.vanish)
	s.m.guard(s.run)
}

// vanish forgets the session; whoever runs it tells the stream.
func (s *session) vanish() {
	s.phase = over
	s.win.slots = nil
	s.queue, s.queueBytes = nil, 0
	s.m.remove(s)
	s.wake()
}

// terminated begins the end that the client asked for (XEP-0124 §13). The
// stream ends at once; the answers wait until the payloads are settled.
func (s *session) terminated(sl *slot) {
	s.phase = over
	s.bye = sl
	s.queue, s.queueBytes = nil, 0
}

// sayBye answers a terminate request: the oldest open exchange learns of the
// end, the others get empty bodies.
func (s *session) sayBye() {
	told := false
	for _, sl := range s.win.slots {
		switch {
		case !sl.live() || sl == s.bye:
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
	s.bye.ex.answer(s.ctype, last)
	s.bye, s.win.slots = nil, nil
	s.m.remove(s)
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
	s.sayFinal()
}

// flushLast answers the oldest request with what is queued: clients drop the
// payloads of a body that ends the session.
func (s *session) flushLast() {
	now := s.m.now()
	for len(s.queue) > 0 {
		ready := s.win.ready()
		if len(ready) == 0 || !s.win.anyLive() {
			return
		}
		s.answer(ready[0], now, false)
	}
}

// sayFinal gives the reason to whoever waits. With nobody waiting the next
// request gets it.
func (s *session) sayFinal() {
	if s.phase != closing {
		return
	}
	if !s.win.anyLive() {
		s.rearm(s.m.now())
		return
	}
	r := s.final
	r.payloads = slices.Concat(s.queue, r.payloads)
	for _, sl := range s.win.slots {
		if sl.live() && sl.ex.answer(s.ctype, r) {
			r = terminal(otherRequest, s.legacy)
		}
	}
	s.vanish()
}

// admitClosing serves a request that comes after the stream's end.
func (s *session) admitClosing(v verdict, r *request, ex exchange) {
	switch v {
	case replay:
		ex.answer(s.ctype, s.win.find(r.rid).reply)
	case outside:
		s.failNew(itemNotFound, ex)
	default:
		s.win.slots = nil
		s.win.last = r.rid
		s.win.insert(&slot{rid: r.rid, ex: ex, state: held})
		s.flushLast()
		s.sayFinal()
	}
}
