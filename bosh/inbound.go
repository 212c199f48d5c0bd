package bosh

import (
	"errors"

	"frontdesk/c2s"
	"frontdesk/wire"
)

// admit puts a request where its rid belongs. The exchange is answered sooner
// or later, unless the peer goes first.
func (s *session) admit(r *request, ex exchange) {
	v := s.win.judge(r.rid, r.pause > 0 || r.terminate)
	switch {
	case s.phase == over:
		ex.answer(s.ctype, terminal(itemNotFound, s.legacy))
	case s.phase == closing:
		s.admitClosing(v, r, ex)
	case v == outside:
		s.m.count.outside.Add(1)
		s.failNew(itemNotFound, ex)
	case v == fresh:
		s.admitNew(r, ex)
	default:
		s.admitAgain(s.win.find(r.rid), r, ex)
	}
}

// admitNew makes a slot for a new rid.
func (s *session) admitNew(r *request, ex exchange) {
	now := s.m.now()
	if s.overactive(r, now) {
		s.failNew(policyViolation, ex)
		return
	}
	sl := &slot{
		rid: r.rid, req: r, ex: ex, key: r.key, arrived: now,
		special: r.special(), pause: r.pause > 0, leaving: r.leaving,
	}
	ex.watch(s)
	s.win.insert(sl)
	if r.rid != s.win.last+1 && s.gap == 0 {
		s.gap = now
	}
	s.rearm(now)
}

// takeNext takes the next request in order, if it is there.
func (s *session) takeNext() bool {
	sl := s.win.next()
	if sl == nil {
		return false
	}
	if s.look(sl); s.win.next() != sl {
		return true // ended meanwhile
	}
	r := sl.req
	sl.req, sl.state, s.win.last = nil, working, sl.rid
	s.closeGap()
	if !s.checkKey(r) {
		s.fail(itemNotFound, sl)
		return true
	}
	if bad := s.check(r); bad != "" {
		s.fail(bad, sl)
		return true
	}
	s.resolve(sl, r)
	s.begin(sl, r)
	s.tell(r.leaving)
	s.hand(sl, r)
	return true
}

// check finds what is wrong with a request whose turn has come.
func (s *session) check(r *request) condition {
	switch {
	case r.bad != "":
		return r.bad
	case r.acked && s.acks && r.ack > s.win.highest():
		return badRequest
	case r.pause > 0 && seconds(r.pause) > s.m.opt.MaxPause:
		return policyViolation
	}
	return ""
}

// begin sets what follows from the kind of the request.
func (s *session) begin(sl *slot, r *request) {
	s.pause = seconds(r.pause)
	s.lost = r.leaving
	s.toldLost, s.toldBack = false, r.leaving
	sl.force = r.special() && !r.terminate || s.polls() || sl.report != ""
	sl.pending = 1
}

// tell lets the stream know what the request itself says: what has arrived,
// and that the link is back, or going with the page.
func (s *session) tell(leaving bool) {
	if s.sure > s.told {
		s.told = s.sure
		n := s.told
		s.unlocked(func() { s.stream.Delivered(n) })
	}
	if leaving {
		s.lostAt = s.m.now()
		s.toldLost = true
		s.unlocked(s.stream.LinkLost)
		return
	}
	s.toldBack = true
	s.unlocked(s.stream.LinkBack)
}

// hand gives the payloads to the stream.
func (s *session) hand(sl *slot, r *request) {
	switch {
	case r.restart:
		s.restart(sl, r)
	case !r.leaving:
		s.receive(sl, r.payloads)
	}
	if r.terminate && s.phase == running {
		s.terminated(sl)
	}
	s.settleOne(sl)
}

// receive passes the payloads on, one by one, until the session ends.
func (s *session) receive(sl *slot, payloads []*wire.Element) {
	settled := func() { s.settle(sl) }
	for _, p := range payloads {
		if s.phase != running {
			return
		}
		sl.pending++
		s.m.count.stanzasIn.Add(1)
		var err error
		s.unlocked(func() { err = s.stream.Receive(p, settled) })
		if err != nil {
			s.closeWith(asStreamError(err))
			return
		}
	}
}

// settle is called when a payload is on disk.
func (s *session) settle(sl *slot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settleOne(sl)
}

// settleOne counts one settled payload; the last one makes the request ready
// for its answer.
func (s *session) settleOne(sl *slot) {
	sl.pending--
	if sl.pending != 0 || sl.state != working {
		return
	}
	sl.state = held
	if s.bye != nil && s.win.settled() >= s.bye.rid {
		s.sayBye()
		return
	}
	s.pump()
}

// restart begins the stream anew (XEP-0206 §5). Payloads are ignored.
func (s *session) restart(sl *slot, r *request) {
	hello := c2s.Hello{To: s.domain, Lang: s.lang}
	if r.to != "" {
		hello.To = r.to
	}
	if r.lang != "" {
		s.lang, hello.Lang = r.lang, r.lang
	}
	var err error
	var features []byte
	s.unlocked(func() {
		if err = s.stream.Restart(hello); err == nil {
			features = s.stream.Features()
		}
	})
	if err != nil {
		s.closeWith(asStreamError(err))
		return
	}
	sl.lead = [][]byte{features}
}

// asStreamError makes a stream error of any error.
func asStreamError(err error) *c2s.StreamError {
	if se, ok := errors.AsType[*c2s.StreamError](err); ok {
		return se
	}
	return &c2s.StreamError{Condition: string(internalServerError)}
}
