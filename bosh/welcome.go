package bosh

import (
	"strings"

	"frontdesk/c2s"
)

// newSession makes the session of a creation request.
func (m *Manager) newSession(c *creation, sid string, info c2s.Info, ctype string) *session {
	s := &session{
		all: &m.sessions, id: hashSid(sid), info: info, lang: c.lang,
		toldBack: true, busy: true,
	}
	s.terms = agree(c, &m.opt, m.domains[normalDomain(c.to)], ctype)
	s.win = window{last: c.rid, size: s.requests(c.hold), acked: c.rid - 1}
	s.keys.next = strings.ToLower(c.newKey)
	s.pace.lastNew = -instant(m.opt.Polling) // the first poll is never early
	return s
}

// welcome registers an open session and answers its creation request.
func (m *Manager) welcome(s *session, c *creation, sid string, ex exchange) {
	features := s.stream.Features()
	s.mu.Lock()
	s.busy = false
	sl := &slot{rid: c.rid, state: answered, ex: ex, sent: m.now()}
	sl.reply = reply{attrs: s.creationAttrs(c, sid), payloads: [][]byte{features}}
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
