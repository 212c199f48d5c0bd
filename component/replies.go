package component

import (
	"strconv"
	"time"

	"frontdesk/desk"
	"frontdesk/wire"
)

// Namespaces of questions that are answered here alone.
const (
	nsLast = "jabber:iq:last" // XEP-0012
	nsTime = "urn:xmpp:time"  // XEP-0202
)

// deskReply answers a question to the domain itself.
func (c *conn) deskReply(q *wire.IQ) []byte {
	if q.Type == "set" {
		return refusal(q, "cancel", "service-unavailable")
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
		return result(q, wire.New(wire.NSVCard, "vCard", nil, vcardField("FN", c.opts.Name)))
	}
	return commonReply(q)
}

// queueReply answers a question to a queue.
func (c *conn) queueReply(q *wire.IQ, l Listing) []byte {
	if q.Type == "set" {
		return refusal(q, "cancel", "service-unavailable")
	}
	switch q.Payload.Name {
	case wire.Name{Space: wire.NSDiscoInfo, Local: "query"}:
		return c.discoInfo(q, queueIdentity(l), wire.NSDiscoInfo, wire.NSDiscoItems, wire.NSWorkgroup, wire.NSPing)
	case wire.Name{Space: wire.NSDiscoItems, Local: "query"}:
		return c.discoItems(q, nil)
	case wire.Name{Space: wire.NSVCard, Local: "vCard"}:
		return result(q, wire.New(wire.NSVCard, "vCard", nil, vcardField("FN", l.title())))
	}
	return commonReply(q)
}

// visitorReply answers a question to a visitor.
func (c *conn) visitorReply(q *wire.IQ, t *desk.Card) []byte {
	if q.Type == "set" {
		return refusal(q, "cancel", "service-unavailable")
	}
	switch q.Payload.Name {
	case wire.Name{Space: wire.NSDiscoInfo, Local: "query"}:
		return c.discoInfo(q, visitorIdentity(t.Visitor), visitorFeatures()...)
	case wire.Name{Space: wire.NSDiscoItems, Local: "query"}:
		return c.discoItems(q, nil)
	case wire.Name{Space: wire.NSVCard, Local: "vCard"}:
		return result(q, c.vcard(t.Visitor))
	}
	return commonReply(q)
}

// commonReply answers what is the same for everybody; there is nothing in
// anybody's PEP nodes (XEP-0060 §6.5.9.11).
func commonReply(q *wire.IQ) []byte {
	switch q.Payload.Name.Space {
	case wire.NSPing:
		return result(q, nil)
	case wire.NSPubSub:
		return refusal(q, "cancel", "item-not-found")
	}
	return refusal(q, "cancel", "service-unavailable")
}

// version tells what we are (XEP-0092).
func (c *conn) version(q *wire.IQ) []byte {
	return result(q, wire.New(wire.NSVersion, "query", nil,
		wire.New(wire.NSVersion, "name", nil, "frontdesk"),
		wire.New(wire.NSVersion, "version", nil, c.opts.Version)))
}

// last tells for how long the desk has been there (XEP-0012 §4).
func (c *conn) last(q *wire.IQ) []byte {
	seconds := int64(time.Since(time.Unix(0, c.barriers.started)) / time.Second)
	return result(q, wire.New(nsLast, "query", wire.Attrs("seconds", strconv.FormatInt(seconds, 10))))
}

// localTime tells the time (XEP-0202).
func localTime(q *wire.IQ) []byte {
	now := time.Now()
	return result(q, wire.New(nsTime, "time", nil,
		wire.New(nsTime, "tzo", nil, now.Format("-07:00")),
		wire.New(nsTime, "utc", nil, now.UTC().Format("2006-01-02T15:04:05Z"))))
}
