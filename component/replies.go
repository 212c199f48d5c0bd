package component

import (
	"strconv"
	"time"

	"frontdesk/roster"
	"frontdesk/wire"
)

// Namespaces of questions that are answered here alone.
const (
	nsLast = "jabber:iq:last" // XEP-0012
	nsTime = "urn:xmpp:time"  // XEP-0202
)

// deskReply answers a question to the domain itself.
func (c *connection) deskReply(q *wire.IQ) []byte {
	if q.Type == "set" {
		return errorReply(q, "cancel", "service-unavailable")
	}
	switch q.Payload.Name {
	case wire.Name{Space: wire.NSDiscoInfo, Local: "query"}:
		return c.discoInfo(q, deskIdentity(c.opts.Name), deskFeatures()...)
	case wire.Name{Space: wire.NSDiscoItems, Local: "query"}:
		return c.discoItems(q, c.listings())
	case wire.Name{Space: wire.NSVersion, Local: "query"}:
		return c.version(q)
	case wire.Name{Space: nsLast, Local: "query"}:
		return c.last(q)
	case wire.Name{Space: nsTime, Local: "time"}:
		return localTime(q)
	case wire.Name{Space: wire.NSVCard, Local: "vCard"}:
		return resultReply(q, wire.New(wire.NSVCard, "vCard", nil, vcardField("FN", c.opts.Name)))
	}
	return commonReply(q)
}

// queueReply answers a question to a queue.
func (c *connection) queueReply(q *wire.IQ, l Listing) []byte {
	if q.Type == "set" {
		return errorReply(q, "cancel", "service-unavailable")
	}
	switch q.Payload.Name {
	case wire.Name{Space: wire.NSDiscoInfo, Local: "query"}:
		return c.discoInfo(q, queueIdentity(l), wire.NSDiscoInfo, wire.NSDiscoItems, wire.NSWorkgroup, wire.NSPing)
	case wire.Name{Space: wire.NSDiscoItems, Local: "query"}:
		return c.discoItems(q, nil)
	case wire.Name{Space: wire.NSVCard, Local: "vCard"}:
		return resultReply(q, wire.New(wire.NSVCard, "vCard", nil, vcardField("FN", l.title())))
	}
	return commonReply(q)
}

// visitorReply answers a question to a visitor.
func (c *connection) visitorReply(q *wire.IQ, v roster.Visitor) []byte {
	if q.Type == "set" {
		return errorReply(q, "cancel", "service-unavailable")
	}
	switch q.Payload.Name {
	case wire.Name{Space: wire.NSDiscoInfo, Local: "query"}:
		return c.discoInfo(q, visitorIdentity(v), visitorFeatures()...)
	case wire.Name{Space: wire.NSDiscoItems, Local: "query"}:
		return c.discoItems(q, nil)
	case wire.Name{Space: wire.NSVCard, Local: "vCard"}:
		return resultReply(q, c.vcard(v))
	}
	return commonReply(q)
}

// commonReply answers what is the same for everybody; there is nothing in
// anybody's PEP nodes (XEP-0060 §6.5.9.11).
func commonReply(q *wire.IQ) []byte {
	switch q.Payload.Name.Space {
	case wire.NSPing:
		return resultReply(q, nil)
	case wire.NSPubSub:
		return errorReply(q, "cancel", "item-not-found")
	}
	return errorReply(q, "cancel", "service-unavailable")
}

// version tells what we are (XEP-0092).
func (c *connection) version(q *wire.IQ) []byte {
	return resultReply(q, wire.New(wire.NSVersion, "query", nil,
		wire.New(wire.NSVersion, "name", nil, "frontdesk"),
		wire.New(wire.NSVersion, "version", nil, c.opts.Version)))
}

// last tells for how long the desk has been there (XEP-0012 §4).
func (c *connection) last(q *wire.IQ) []byte {
	seconds := int64(time.Since(c.started) / time.Second)
	return resultReply(q, wire.New(nsLast, "query", wire.Attrs("seconds", strconv.FormatInt(seconds, 10))))
}

// localTime tells the time (XEP-0202).
func localTime(q *wire.IQ) []byte {
	now := time.Now()
	return resultReply(q, wire.New(nsTime, "time", nil,
		wire.New(nsTime, "tzo", nil, now.Format("-07:00")),
		wire.New(nsTime, "utc", nil, now.UTC().Format("2006-01-02T15:04:05Z"))))
}

// resultReply is the answer to q with a payload, which may be nil.
func resultReply(q *wire.IQ, payload *wire.Element) []byte {
	return wire.AppendIQ(nil, wire.NSAccept, &wire.IQ{
		Header:  wire.Header{From: q.To, To: q.From, ID: q.ID, Type: "result"},
		Payload: payload,
	})
}

// errorReply is the answer to q with an error (RFC 6120 §8.3).
func errorReply(q *wire.IQ, kind, condition string) []byte {
	return wire.AppendIQ(nil, wire.NSAccept, &wire.IQ{
		Header: wire.Header{From: q.To, To: q.From, ID: q.ID, Type: "error"},
		Error:  &wire.StanzaError{Type: kind, Condition: condition},
	})
}
