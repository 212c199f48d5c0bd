package bosh

import (
	"net/http"
	"strconv"
	"strings"

	"frontdesk/c2s"
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

// size is the length of the formatted body.
func (r *reply) size() int {
	n := len(bodyOpen) + len(r.attrs) + len(bodyClose)
	for _, p := range r.payloads {
		n += len(p)
	}
	return n
}

const (
	bodyOpen  = "<body xmlns='" + nsBind + "'"
	bodyClose = "></body>"
)

// format returns the body; nothing for the status codes of legacy clients.
func (r *reply) format() []byte {
	if r.status != 0 && r.status != http.StatusOK {
		return nil
	}
	b := append(make([]byte, 0, r.size()), bodyOpen...)
	b = append(b, r.attrs...)
	if len(r.payloads) == 0 {
		return append(b, "/>"...)
	}
	b = append(b, '>')
	for _, p := range r.payloads {
		b = append(b, p...)
	}
	return append(b, "</body>"...)
}

// attr formats one attribute with a space before it.
func attr(name, value string) string {
	return " " + name + "='" + escape(value) + "'"
}

func attrInt[T ~int | ~int64 | ~uint64](name string, n T) string {
	return " " + name + "='" + strconv.FormatInt(int64(n), 10) + "'"
}

// escape makes s safe as text and as an attribute's value.
func escape(s string) string {
	if !strings.ContainsAny(s, "&<>'\"\t\r\n") {
		return s
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "'", "&apos;",
		`"`, "&quot;", "\t", "&#9;", "\r", "&#13;", "\n", "&#10;").Replace(s)
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
		r.payloads = [][]byte{[]byte("<uri>" + escape(err.Text) + "</uri>")}
		return r
	case "":
		return terminal(undefinedCondition, legacy)
	}
	r := terminal(remoteStreamError, legacy)
	r.attrs += attr("xmlns:stream", nsStreams)
	r.payloads = [][]byte{formatStreamError(err)}
	return r
}

// formatStreamError writes <stream:error/> (RFC 6120 §4.9).
func formatStreamError(err *c2s.StreamError) []byte {
	b := "<stream:error xmlns:stream='" + nsStreams + "'>" +
		"<" + err.Condition + " xmlns='" + nsErrors + "'/>"
	if err.Text != "" {
		b += "<text xmlns='" + nsErrors + "' xml:lang='en'>" + escape(err.Text) + "</text>"
	}
	return []byte(b + "</stream:error>")
}
