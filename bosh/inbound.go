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
		s.all.count.outside.Add(1)
		s.fail(itemNotFound, ex)
	case v == fresh:
		s.admitNew(r, ex)
	default:
		s.admitAgain(s.win.find(r.rid), r, ex)
	}
}

// admitNew makes a slot for a new rid.
func (s *session) admitNew(r *request, ex exchange) {
	now := s.all.now()
	if s.pace.overactive(r, &s.win, &s.terms, now) {
		s.fail(policyViolation, ex)
		return
	}
	sl := &slot{
		rid: r.rid, req: r, ex: ex, key: r.key, arrived: now,
		control: r.control(), pause: r.pause > 0, leaving: r.leaving,
	}
	ex.watch(s)
	s.win.insert(sl)
	if r.rid != s.win.last+1 && s.win.gap == 0 {
		s.win.gap = now
	}
	s.rearm(now)
}

// takeNext takes the next request in order, if it is there.
func (s *session) takeNext() bool {
	sl := s.win.next()
	if sl == nil {
		return false
	}
	if s.askConnections(sl); s.win.next() != sl {
		return true // ended meanwhile
	}
	r := sl.req
	sl.req, sl.state, s.win.last = nil, working, sl.rid
	s.win.closeGap(s.all.now())
	if !s.keys.accept(r) {
		s.fail(itemNotFound, sl.ex)
		return true
	}
	if bad := r.check(&s.terms, s.win.highest()); bad != "" {
		s.fail(bad, sl.ex)
		return true
	}
	s.all.count.doubts.Add(s.resolve(sl, r, s.all.now()))
	s.begin(sl, r)
	s.tellStream(r.leaving)
	s.handOver(sl, r)
	return true
}

// begin sets what follows from the kind of the request.
func (s *session) begin(sl *slot, r *request) {
	s.pause = seconds(r.pause)
	s.lost, s.toldLost, s.toldBack = 0, false, r.leaving
	if r.leaving {
		s.lost = s.all.now()
	}
	sl.atOnce = r.control() && !r.terminate || s.polls() || sl.report != ""
	sl.pending = 1
}

// tellStream lets the stream know what the request itself says: what has arrived,
// and that the link is back, or going with the page.
func (s *session) tellStream(leaving bool) {
	if s.out.sure > s.delivered {
		s.delivered = s.out.sure
		n := s.delivered
		s.unlocked(func() { s.stream.Delivered(n) })
	}
	if leaving {
		s.toldLost = true
		s.unlocked(s.stream.LinkLost)
		return
	}
	s.toldBack = true
	s.unlocked(s.stream.LinkBack)
}

// handOver gives the payloads to the stream.
func (s *session) handOver(sl *slot, r *request) {
	switch {
	case r.restart:
		s.restart(sl, r)
	case !r.leaving:
		s.receive(sl, r.payloads)
	}
	if r.terminate && s.phase == running { // XEP-0124 §13; its answer waits for the payloads
		s.phase, s.terminating = over, sl
		s.out.clear()
	}
	s.settle(sl)
}

// receive passes the payloads on, one by one, until the session ends.
func (s *session) receive(sl *slot, payloads []*wire.Element) {
	settled := func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.settle(sl)
	}
	for _, p := range payloads {
		if s.phase != running {
			return
		}
		sl.pending++
		s.all.count.stanzasIn.Add(1)
		var err error
		s.unlocked(func() { err = s.stream.Receive(p, settled) })
		if err != nil {
			s.closeWith(asStreamError(err))
			return
		}
	}
}

// settle counts one payload that is on disk; the last one makes the request ready
// for its answer.
func (s *session) settle(sl *slot) {
	sl.pending--
	if sl.pending != 0 || sl.state != working {
		return
	}
	sl.state = held
	if s.terminating != nil && s.win.settled() >= s.terminating.rid {
		s.answerTerminate()
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
	sl.features = features
}

// asStreamError makes a stream error of any error.
func asStreamError(err error) *c2s.StreamError {
	if se, ok := errors.AsType[*c2s.StreamError](err); ok {
		return se
	}
	return &c2s.StreamError{Condition: string(internalServerError)}
}
