package bosh

import (
	"slices"

	"frontdesk/c2s"
)

// Send queues a payload for the visitor. It implements [c2s.Conn].
func (s *session) Send(payload []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.phase != running {
		return
	}
	if !s.out.add(payload) {
		s.all.count.overflows.Add(1)
		s.fail(policyViolation, nil)
		s.wake()
		return
	}
	s.all.count.stanzasOut.Add(1)
	if s.pumping || len(s.win.ready()) == 0 {
		return
	}
	// Payloads that come in a burst share one body: somebody else answers, after
	// the caller has gone on.
	s.pumping = s.all.spawn(func() {
		s.safely(func() {
			s.pumping = false
			s.pump()
		})
	})
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

// pump answers every request that has to be answered now, oldest first. Once
// more are held than agreed, because a new one has come, payloads are for the
// youngest: it proves that the page is there, and the connections of the others
// may be at their end already.
func (s *session) pump() {
	if s.phase == over {
		return
	}
	now := s.all.now()
	surplus := countLive(s.win.ready()) > s.hold
	for {
		ready := s.win.ready()
		if len(ready) == 0 || !s.due(ready, now) {
			break
		}
		s.give(ready[0], now, surplus && slices.ContainsFunc(ready[1:], (*slot).takesPayloads))
	}
	if s.phase == running {
		s.rearm(now)
	}
}

// give answers a request, without payloads when empty.
func (s *session) give(sl *slot, now instant, empty bool) {
	if !s.answer(sl, now, empty) {
		return
	}
	s.pace.lastEmpty = s.pace.lastEmpty && len(sl.reply.payloads) == 0
	if s.keepsTooMuch() {
		s.fail(policyViolation, nil)
	}
}
