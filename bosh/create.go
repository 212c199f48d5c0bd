package bosh

import (
	"strconv"
	"strings"

	"golang.org/x/net/idna"

	"frontdesk/c2s"
	"frontdesk/wire"
)

// creation is a session creation request (XEP-0124 §7.1).
type creation struct {
	rid    uint64
	to     string
	from   string
	lang   string
	wait   int // seconds; -1: not given
	hold   int
	ver    version
	legacy bool // no ver
	ctype  string
	ack    bool
	newKey string
	xmpp   string // xmpp:version
	bad    condition
}

// readCreation reads the attributes of a body without sid.
func readCreation(e *wire.Element) *creation {
	c := &creation{
		to: e.Attr("to"), from: e.Attr("from"), ctype: e.Attr("content"),
		ack: e.Attr("ack") == "1", newKey: e.Attr("newkey"),
	}
	c.lang, _ = e.Lookup(wire.NSXML, "lang")
	c.xmpp, _ = e.Lookup(wire.NSXBOSH, "version")
	var okRid, okWait, okHold, okVer bool
	c.rid, okRid = parseRid(e.Attr("rid"))
	c.wait, okWait = optional(e, "wait", -1, 1<<31-1)
	c.hold, okHold = optional(e, "hold", 1, 255)
	c.ver, okVer = parseVersion(e)
	_, hasVer := e.Lookup("", "ver")
	c.legacy = !hasVer
	if !okRid || !okWait || !okHold || !okVer || !plainText(c.ctype) || !plausible(c.newKey) {
		c.bad = badRequest
	}
	return c
}

// optional reads an integer between 0 and limit; def when it is missing.
func optional(e *wire.Element, name string, def, limit int) (int, bool) {
	v, ok := e.Lookup("", name)
	if !ok {
		return def, true
	}
	n, err := strconv.Atoi(v)
	return n, digits(v) && err == nil && n <= limit
}

// plainText reports whether a content attribute may be used as a header.
func plainText(s string) bool {
	return len(s) <= 100 && strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}

// plausible reports whether s may be the hash that keys begin with.
func plausible(s string) bool {
	return s == "" || len(s) == 40 && strings.Trim(strings.ToLower(s), "0123456789abcdef") == ""
}

// version is a ver attribute; zero for a legacy client.
type version struct{ major, minor int }

// ours is the version of XEP-0124 that we speak.
func ours() version { return version{1, 11} }

// parseVersion reads ver: two integers with a dot between them.
func parseVersion(e *wire.Element) (version, bool) {
	v, ok := e.Lookup("", "ver")
	if !ok {
		return version{}, true
	}
	major, minor, ok := strings.Cut(v, ".")
	if !ok || !digits(major) || !digits(minor) {
		return version{}, false
	}
	a, errA := strconv.Atoi(major)
	b, errB := strconv.Atoi(minor)
	return version{a, b}, errA == nil && errB == nil && (a > 0 || b > 0)
}

// lower returns the lower of two versions.
func (v version) lower(o version) version {
	if v.major < o.major || v.major == o.major && v.minor < o.minor {
		return v
	}
	return o
}

func (v version) String() string {
	return strconv.Itoa(v.major) + "." + strconv.Itoa(v.minor)
}

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
