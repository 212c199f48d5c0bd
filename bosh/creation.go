package bosh

import (
	"strconv"
	"strings"

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
