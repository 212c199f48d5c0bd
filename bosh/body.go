package bosh

import (
	"net/http"
	"strconv"

	"frontdesk/c2s"
	"frontdesk/wire"
)

// condition is a terminal binding condition (XEP-0124 §17.2).
type condition string

// The conditions of XEP-0124 §17.2.
const (
	badRequest          condition = "bad-request"
	hostGone            condition = "host-gone"
	hostUnknown         condition = "host-unknown"
	improperAddressing  condition = "improper-addressing"
	internalServerError condition = "internal-server-error"
	itemNotFound        condition = "item-not-found"
	otherRequest        condition = "other-request"
	policyViolation     condition = "policy-violation"
	remoteFailed        condition = "remote-connection-failed"
	remoteStreamError   condition = "remote-stream-error"
	seeOtherURI         condition = "see-other-uri"
	systemShutdown      condition = "system-shutdown"
	undefinedCondition  condition = "undefined-condition"
)

// legacyStatus is what a client that sent no ver gets instead of a condition
// (XEP-0124 §17.1).
func (c condition) legacyStatus() int {
	switch c {
	case badRequest:
		return http.StatusBadRequest
	case policyViolation:
		return http.StatusForbidden
	case itemNotFound:
		return http.StatusNotFound
	}
	return http.StatusOK
}

// reply is the answer to one request. It is kept to be repeated byte for byte.
type reply struct {
	status   int      // 0 is 200
	attrs    string   // of the body, each with a space before it
	payloads [][]byte // each declares its own namespaces
}

// size is the most that format returns, in bytes.
func (r *reply) size() int { return wire.BodySize(r.attrs, r.payloads) }

// format returns the body; nothing for the status codes of legacy clients.
func (r *reply) format() []byte {
	if r.status != 0 && r.status != http.StatusOK {
		return nil
	}
	return wire.AppendBody(make([]byte, 0, r.size()), r.attrs, r.payloads)
}

// bodyAttrs are the attributes of a body.
type bodyAttrs []byte

func (a *bodyAttrs) set(name, value string) { *a = wire.AppendBodyAttr(*a, name, value) }

func (a *bodyAttrs) setInt(name string, n int64) { a.set(name, strconv.FormatInt(n, 10)) }

func (a bodyAttrs) String() string { return string(a) }

// attr formats a single attribute.
func attr(name, value string) string {
	return string(wire.AppendBodyAttr(make([]byte, 0, 64), name, value))
}

// terminal is the reply that ends a session; no condition for a plain end.
func terminal(c condition, legacy bool) reply {
	if c == "" {
		return reply{attrs: attr("type", "terminate")}
	}
	if status := c.legacyStatus(); legacy && status != http.StatusOK {
		return reply{status: status}
	}
	return reply{attrs: attr("type", "terminate") + attr("condition", string(c))}
}

// recoverable asks the client to repeat its request (XEP-0124 §17.3).
func recoverable() reply { return reply{attrs: attr("type", "error")} }

// streamEnd is the reply for a stream that ended with err: plainly when nil,
// with a binding condition where there is one of that meaning, else with the
// stream error itself (XEP-0206 §6).
func streamEnd(err *c2s.StreamError, legacy bool) reply {
	if err == nil {
		return terminal("", legacy)
	}
	switch c := condition(err.Condition); c {
	case hostGone, systemShutdown, remoteFailed, internalServerError:
		return terminal(c, legacy)
	case seeOtherURI:
		r := terminal(c, legacy)
		uri := wire.New(wire.NSHTTPBind, "uri", nil, err.Text)
		r.payloads = [][]byte{wire.AppendElement(nil, uri, wire.NSHTTPBind)}
		return r
	case "":
		return terminal(undefinedCondition, legacy)
	}
	r := terminal(remoteStreamError, legacy)
	r.attrs += attr("xmlns:stream", wire.NSStreams)
	r.payloads = [][]byte{wire.AppendBodyError(nil, err.Condition, err.Text)}
	return r
}
