package bosh

import (
	"slices"
	"time"
)

// resolve draws from a request in order what it tells about earlier answers:
// which have surely arrived, and which may be lost with a dying page.
func (s *session) resolve(sl *slot, r *request) {
	if s.acks {
		s.acknowledge(sl, r)
		return
	}
	i := len(s.win.slots) - 1
	for ; i >= 0; i-- {
		old := s.win.slots[i]
		if old.rid >= sl.rid || old.silent || old.leaving || old.open() && (old.dead || r.leaving) {
			continue
		}
		if old.open() || old.sure || !old.closed && !r.leaving {
			break
		}
		s.requeue(old)
	}
	for ; i >= 0; i-- {
		s.confirm(s.win.slots[i])
	}
}

// requeue puts the payloads of a doubtful answer in front of the queue. The
// connection that carried it closed before the client gave any later sign of
// life on a living connection: the page may have gone without reading it.
func (s *session) requeue(old *slot) {
	n := old.counted
	if n == 0 {
		return
	}
	back := old.reply.payloads[len(old.reply.payloads)-n:]
	s.queue = slices.Concat(back, s.queue)
	for _, p := range back {
		s.queueBytes += len(p)
	}
	s.taken -= uint64(n)
	old.counted, old.sure, old.ex = 0, true, nil
	s.m.count.doubts.Add(1)
}

// confirm notes that an answer has arrived.
func (s *session) confirm(old *slot) {
	if old.open() || old.sure {
		return
	}
	old.sure, old.ex = true, nil // of its connection nothing more is asked
	if old.upTo > s.sure {
		s.sure = old.upTo
	}
}

// acknowledge reads a client's acknowledgement (XEP-0124 §9.2). No ack
// attribute means that all answers have arrived.
func (s *session) acknowledge(sl *slot, r *request) {
	highest := s.win.highest()
	upTo := highest
	if r.acked {
		upTo = r.ack
	}
	for _, old := range s.win.slots {
		if old.rid <= upTo {
			s.confirm(old)
		}
	}
	s.win.acked = max(s.win.acked, upTo)
	s.win.trim(true)
	if upTo < highest {
		s.report(sl, upTo+1)
	}
}

// report tells the client at once which response it has missed.
func (s *session) report(sl *slot, rid uint64) {
	missed := s.win.find(rid)
	if missed == nil || missed.open() {
		return
	}
	ago := time.Duration(s.m.now() - missed.sent)
	sl.report = attrInt("report", rid) + attrInt("time", ago.Milliseconds())
}

// checkKept ends a session whose client acknowledges too little.
func (s *session) checkKept() {
	if !s.acks {
		return
	}
	if n, bytes := s.win.kept(); n > maxUnacked || bytes > maxUnackedBytes {
		s.fail(policyViolation, nil)
	}
}
