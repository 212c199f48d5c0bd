package bosh

import (
	"strconv"
	"strings"

	"frontdesk/wire"
)

// request is one <body/> of a running session (XEP-0124 §8).
type request struct {
	sid       string
	rid       uint64
	pause     int // seconds; 0 when it is no pause request
	restart   bool
	terminate bool
	leaving   bool // the page says goodbye but the session goes on
	acked     bool // it has an ack attribute
	ack       uint64
	key       string
	newKey    string
	to        string
	lang      string
	payloads  []*wire.Element
	bad       condition // what is wrong with its attributes
}

// control reports whether a request is not counted by the rules against
// overactive clients (XEP-0124 §11).
func (r *request) control() bool { return r.restart || r.pause > 0 || r.terminate || r.leaving }

// empty reports whether a request is a mere poll.
func (r *request) empty() bool { return len(r.payloads) == 0 && !r.control() }

// check finds what is wrong with a request whose turn has come; highest is the
// last rid that it may acknowledge.
func (r *request) check(t *terms, highest uint64) condition {
	switch {
	case r.bad != "":
		return r.bad
	case r.acked && t.acks && r.ack > highest:
		return badRequest
	case r.pause > 0 && seconds(r.pause) > t.opt.MaxPause:
		return policyViolation
	}
	return ""
}

// readRequest reads the attributes of a body. plain says that it was sent as
// text/plain. Errors that may end the session are left in bad, because they
// count in the order of the rids only.
func readRequest(e *wire.Element, plain bool) *request {
	r := &request{
		sid: e.Attr("sid"), to: e.Attr("to"),
		key: e.Attr("key"), newKey: e.Attr("newkey"),
		payloads: e.Elements(),
	}
	r.lang, _ = e.Lookup(wire.NSXML, "lang")
	restart, _ := e.Lookup(wire.NSXBOSH, "restart")
	r.restart = restart == "true" || restart == "1"
	r.terminate = e.Attr("type") == "terminate"
	r.readAck(e)
	r.readPause(e)
	r.leaving = plain && !r.terminate && r.pause == 0 && !r.restart && farewell(r.payloads)
	return r
}

func (r *request) readAck(e *wire.Element) {
	v, ok := e.Lookup("", "ack")
	if !ok {
		return
	}
	if r.ack, r.acked = parseRid(v); !r.acked {
		r.bad = badRequest
	}
}

func (r *request) readPause(e *wire.Element) {
	v, ok := e.Lookup("", "pause")
	if !ok {
		return
	}
	n, err := strconv.ParseUint(v, 10, 31)
	switch {
	case err != nil && digits(v):
		r.bad = policyViolation
	case err != nil || n == 0:
		r.bad = badRequest
	default:
		r.pause = int(n)
	}
}

// farewell reports whether a body's only payload is the presence of somebody
// who leaves.
func farewell(payloads []*wire.Element) bool {
	if len(payloads) != 1 {
		return false
	}
	p := payloads[0]
	return p.Name.Local == "presence" && p.Name.Space == wire.NSClient &&
		p.Attr("type") == "unavailable" && p.Attr("to") == ""
}

// parseRid reads a request identifier: a positive decimal integer not above
// 2^53-1, without sign or space (XEP-0124 §14.1).
func parseRid(s string) (uint64, bool) {
	if !digits(s) {
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, 64)
	return n, err == nil && n > 0 && n <= maxRid
}

// digits reports whether s is nothing but decimal digits.
func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
