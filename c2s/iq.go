package c2s

import (
	"frontdesk/wire"
)

// iq takes a request of a visitor.
func (in inbound) iq(e *Element) error {
	q, err := wire.ReadIQ(e)
	if err != nil {
		return in.unreadable("iq", q.Header, err)
	}
	if q.Type == "result" || q.Type == "error" {
		if !in.answers(&q) {
			in.touch()
		}
		in.settled()
		return nil
	}
	in.touch()
	c := &call{IQ: q, tab: in.tab, to: in.core.resolve(in.visitor.jid, q.To), settled: in.settled}
	switch {
	case c.to.kind == nowhere:
		c.fail(notFound())
	case q.Payload == nil:
		c.fail(badRequest())
	default:
		c.handle()
	}
	return nil
}

// handle finds the handler. What nobody knows is service-unavailable
// (RFC 6120 §8.4).
func (c *call) handle() {
	name := c.Payload.Name
	get := c.Type == "get"
	switch {
	case name == wire.Name{Space: wire.NSPing, Local: "ping"} && get && c.to.kind != toAgent:
		c.result(nil)
	case name == wire.Name{Space: wire.NSDiscoInfo, Local: "query"} && get:
		c.discoInfo()
	case name == wire.Name{Space: wire.NSDiscoItems, Local: "query"} && get:
		c.discoItems()
	case name.Space == wire.NSVersion && get && c.to.kind != toAgent:
		c.version()
	case name == wire.Name{Space: nsTime, Local: "time"} && get && c.to.kind != toAgent:
		c.time()
	case name == wire.Name{Space: wire.NSVCard, Local: "vCard"}:
		c.vCard()
	case name.Space == wire.NSWorkgroup:
		c.workgroup()
	case c.to.kind == toNone || c.to.kind == toSelf:
		c.account()
	default:
		c.fail(unavailable())
	}
}

// account is what a server does for the visitor's own address.
func (c *call) account() {
	name := c.Payload.Name
	switch {
	case name == wire.Name{Space: wire.NSRoster, Local: "query"}:
		c.roster()
	case name == wire.Name{Space: wire.NSSession, Local: "session"} && c.Type == "set":
		c.result(nil)
	case name == wire.Name{Space: wire.NSBind, Local: "bind"}:
		c.fail(&wire.StanzaError{Type: "cancel", Condition: "not-allowed"})
	case name.Space == wire.NSPubSub:
		c.publish()
	case name.Space == wire.NSCarbons && c.Type == "set" && (name.Local == "enable" || name.Local == "disable"):
		c.setCarbons()
	case name == wire.Name{Space: wire.NSMAM, Local: "query"}:
		c.searchArchive()
	default:
		c.fail(unavailable())
	}
}
