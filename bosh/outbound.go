package bosh

import (
	"slices"

	"frontdesk/c2s"
	"frontdesk/wire"
)

// Send queues a payload for the visitor. It implements [c2s.Conn].
func (s *session) Send(payload []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.phase != running {
		return
	}
	if len(s.queue) >= maxQueued || s.queueBytes+len(payload) > maxQueuedBytes {
		s.m.count.overflows.Add(1)
		s.fail(policyViolation, nil)
		s.wake()
		return
	}
	s.queue = append(s.queue, payload)
	s.queueBytes += len(payload)
	s.m.count.stanzasOut.Add(1)
	if len(s.win.ready()) > 0 {
		s.flushSoon()
	}
}

// Close ends the session after what was sent. It implements [c2s.Conn].
func (s *session) Close(err *c2s.StreamError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closeWith(err)
	s.wake()
}

// Info says what is known of the connection. It implements [c2s.Conn].
func (s *session) Info() c2s.Info { return s.info }

// flushSoon lets payloads that come in a burst share one body: somebody else
// answers, after the caller has gone on.
func (s *session) flushSoon() {
	if s.flushing {
		return
	}
	s.flushing = s.m.spawn(func() {
		s.safely(func() {
			s.flushing = false
			s.pump()
		})
	})
}

// pump answers every request that has to be answered now, oldest first. Once
// more are held than agreed, because a new one has come, payloads are for the
// youngest: it proves that the page is there, and the connections of the others
// may be at their end already.
func (s *session) pump() {
	if s.phase == over {
		return
	}
	now := s.m.now()
	surplus := countLive(s.win.ready()) > s.hold
	for {
		ready := s.win.ready()
		if len(ready) == 0 || !s.mustAnswer(ready, now) {
			break
		}
		s.answer(ready[0], now, surplus && slices.ContainsFunc(ready[1:], (*slot).takes))
	}
	if s.phase == running {
		s.rearm(now)
	}
}

// mustAnswer decides about the oldest request that may be answered (XEP-0124
// §8): there is something to send, a younger one has to be answered, more are
// held than agreed, or its time is up.
func (s *session) mustAnswer(ready []*slot, now instant) bool {
	for _, sl := range ready {
		if sl.force || sl.live() && sl.arrived.Add(s.wait) <= now {
			return true
		}
	}
	if ready[0].dead {
		return len(ready) > 1
	}
	return countLive(ready) > s.hold || len(s.queue) > 0 && !s.leavingAfter(ready[0])
}

// answer writes the reply to a request, or keeps it for a repeat when nobody
// is there any more. An empty one leaves the queue to a younger request.
func (s *session) answer(sl *slot, now instant, empty bool) {
	take := 0
	if !empty && sl.takes() && !s.leavingAfter(sl) {
		take = s.fit(sl)
	}
	sl.reply = s.compose(sl, take)
	if !sl.dead && !sl.ex.answer(s.ctype, sl.reply) {
		sl.dead = true
		return
	}
	if sl.dead {
		sl.silent = true
	}
	sl.state, sl.sent, sl.lead = answered, now, nil
	s.unqueue(take)
	sl.counted, sl.upTo = take, s.taken
	s.lastEmpty = s.lastEmpty && len(sl.reply.payloads) == 0
	s.win.trim(s.acks)
	s.checkKept()
}

// fit returns how many queued payloads go into the next body.
func (s *session) fit(sl *slot) int {
	n, size := 0, 0
	for _, p := range sl.lead {
		size += len(p)
	}
	for n < len(s.queue) {
		size += len(s.queue[n])
		if size > maxAnswerBytes && n > 0 {
			break
		}
		n++
	}
	return n
}

// compose makes the reply with the first n queued payloads.
func (s *session) compose(sl *slot, n int) reply {
	r := reply{attrs: sl.report}
	if ack := s.win.settled(); s.acks && ack > sl.rid {
		r.attrs += attrInt("ack", ack)
	}
	if len(sl.lead) > 0 {
		r.attrs += attr("xmlns:stream", wire.NSStreams)
	}
	r.payloads = append(append(r.payloads, sl.lead...), s.queue[:n]...)
	return r
}

// unqueue removes the first n payloads.
func (s *session) unqueue(n int) {
	for _, p := range s.queue[:n] {
		s.queueBytes -= len(p)
	}
	s.queue = s.queue[n:]
	if len(s.queue) == 0 {
		s.queue = nil
	}
	s.taken += uint64(n)
}

// leavingAfter reports whether a page has said goodbye in a later request:
// nobody reads what would go out now.
func (s *session) leavingAfter(sl *slot) bool {
	for _, later := range s.win.slots {
		if later.rid > sl.rid && later.leaving && later.state != waiting {
			return true
		}
	}
	return false
}
