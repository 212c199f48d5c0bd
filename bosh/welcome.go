package bosh

import (
	"strings"
	"time"

	"frontdesk/c2s"
	"frontdesk/wire"
)

// newSession makes the session of a creation request.
func (m *Manager) newSession(c *creation, sid string, info c2s.Info, ctype string) *session {
	s := &session{
		m: m, id: hashSid(sid), info: info, ctype: ctype,
		domain: m.domains[normalDomain(c.to)], lang: c.lang,
		legacy: c.legacy, acks: c.ack,
		hold: min(c.hold, maxHold), wait: m.opt.Wait,
		nextKey:  strings.ToLower(c.newKey),
		lastNew:  -instant(m.opt.Polling), // the first poll is never early
		toldBack: true, busy: true,
	}
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
	sl := &slot{rid: c.rid, state: answered, ex: ex, key: "", sent: m.now()}
	sl.reply = reply{attrs: s.greeting(c, sid), payloads: [][]byte{features}}
	switch {
	case s.phase == closing:
		s.win.insert(&slot{rid: c.rid, state: held, ex: ex})
		s.sayFinal()
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

// greeting is the attributes of a creation response (XEP-0124 §7.2).
func (s *session) greeting(c *creation, sid string) string {
	o := &s.m.opt
	b := attr("sid", sid) + attrInt("wait", int64(s.wait/time.Second)) +
		attrInt("requests", s.win.size) + attrInt("hold", s.hold) +
		attrInt("inactivity", int64(s.life()/time.Second)) +
		attrInt("maxpause", int64(o.MaxPause/time.Second)) +
		attr("from", s.domain) + attr("accept", "gzip") + attr("charsets", "UTF-8")
	if o.Polling > 0 {
		b += attrInt("polling", int64(o.Polling/time.Second))
	}
	if !s.legacy {
		b += attr("ver", c.ver.lower(ours()).String())
	}
	if s.acks {
		b += attrInt("ack", c.rid)
	}
	return b + attr("xmlns:xmpp", wire.NSXBOSH) + attr("xmpp:version", "1.0") +
		attr("xmpp:restartlogic", "true") + attr("xmlns:stream", wire.NSStreams)
}

// shutdown ends the session because the program stops.
func (s *session) shutdown() {
	s.safely(func() {
		if s.bye != nil {
			s.sayBye()
		}
		s.fail(systemShutdown, nil)
	})
}
