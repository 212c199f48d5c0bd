package bosh

import (
	"strings"

	"golang.org/x/net/idna"

	"frontdesk/c2s"
)

// check finds what is wrong with a creation request; "" for nothing.
func (m *Manager) check(c *creation) condition {
	to := normalDomain(c.to)
	switch {
	case c.bad != "":
		return c.bad
	case c.to == "":
		return improperAddressing
	case m.domains[to] != "":
		return ""
	case m.goneDomains[to] != "":
		return hostGone
	}
	return hostUnknown
}

// create serves a session creation request: the answer has the stream's
// features at once (XEP-0206 §4).
func (m *Manager) create(c *creation, info c2s.Info, ex exchange) {
	legacy := c.legacy
	ctype := defaultType
	if c.ctype != "" && plainText(c.ctype) {
		ctype = c.ctype
	}
	refuse := func(r reply) {
		m.count.refused.Add(1)
		ex.answer(ctype, r)
	}
	if bad := m.check(c); bad != "" {
		refuse(terminal(bad, legacy))
		return
	}
	if c.xmpp != "" && !strings.HasPrefix(c.xmpp, "1.") {
		refuse(streamEnd(&c2s.StreamError{Condition: "unsupported-version"}, legacy))
		return
	}
	if m.isDraining() {
		refuse(terminal(systemShutdown, legacy))
		return
	}
	sid := newSid()
	s := m.newSession(c, sid, info, ctype)
	if err := m.open(s, c); err != nil {
		refuse(openError(err, legacy))
		return
	}
	m.welcome(s, c, sid, ex)
}

// open opens the session's stream.
func (m *Manager) open(s *session, c *creation) error {
	from := c.from
	if !plausibleJID(from) {
		from = ""
	}
	stream, err := m.streams.Open(s, c2s.Hello{To: s.domain, From: from, Lang: s.lang})
	s.stream = stream
	return err
}

// openError is the reply when no stream was opened.
func openError(err error, legacy bool) reply {
	se := asStreamError(err)
	switch c := condition(se.Condition); c {
	case hostUnknown, policyViolation, improperAddressing:
		return terminal(c, legacy)
	}
	return streamEnd(se, legacy)
}

// plausibleJID reports whether a from may be passed on as a hint.
func plausibleJID(s string) bool {
	return len(s) <= 3071 && !strings.ContainsAny(s, " \t\r\n\"&'<>") && !strings.HasPrefix(s, "@") &&
		!strings.HasSuffix(s, "@") && strings.Count(s, "@") <= 1
}

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

// normalDomain makes domains comparable: case, IDNA and a trailing dot do not
// count.
func normalDomain(d string) string {
	d = strings.TrimSuffix(strings.ToLower(d), ".")
	if ascii, err := idna.Lookup.ToASCII(d); err == nil {
		return ascii
	}
	return d
}

// normalDomains finds domains by what normalDomain makes of them.
func normalDomains(domains []string) map[string]string {
	by := make(map[string]string, len(domains))
	for _, d := range domains {
		by[normalDomain(d)] = d
	}
	return by
}
