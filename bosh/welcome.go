package bosh

import (
	"strings"
	"time"

	"frontdesk/c2s"
)

// newSession makes the session of a creation request.
func (m *Manager) newSession(c *creation, sid string, info c2s.Info, ctype string) *session {
	s := &session{
		all: &m.sessions, id: hashSid(sid), info: info, lang: c.lang,
		toldBack: true, busy: true,
	}
	s.terms = terms{
		opt: &m.opt, domain: m.domains[normalDomain(c.to)], ctype: ctype,
		legacy: c.legacy, acks: c.ack, hold: min(c.hold, maxHold), wait: m.opt.Wait,
	}
	s.keys.next = strings.ToLower(c.newKey)
	s.pace.lastNew = -instant(m.opt.Polling) // the first poll is never early
	if c.wait >= 0 {
		s.wait = min(s.wait, time.Duration(c.wait)*time.Second)
	}
	s.win = window{last: c.rid, size: 1, acked: c.rid - 1}
	if !s.polls() {
		s.win.size = uint64(max(min(c.hold, maxAskedHold), 1) + 1)
	}
	return s
}

// welcome registers an open session and answers its creation request.
func (m *Manager) welcome(s *session, c *creation, sid string, ex exchange) {
	features := s.stream.Features()
	s.mu.Lock()
	s.busy = false
	sl := &slot{rid: c.rid, state: answered, ex: ex, sent: m.now()}
	sl.reply = reply{attrs: s.creationAttrs(c, sid, s.win.size), payloads: [][]byte{features}}
	switch {
	case s.phase == closing:
		s.win.insert(&slot{rid: c.rid, state: held, ex: ex})
		s.answerFinal()
	case s.phase == over:
		ex.answer(s.ctype, terminal(policyViolation, s.legacy))
	case !m.add(s):
		s.phase = over
		ex.answer(s.ctype, terminal(systemShutdown, s.legacy))
	default:
		ex.watch(s)
		s.win.insert(sl)
		if !ex.answer(s.ctype, sl.reply) {
			sl.silent = true
		}
		m.count.created.Add(1)
		s.rearm(m.now())
	}
	s.mu.Unlock()
	s.run()
}
