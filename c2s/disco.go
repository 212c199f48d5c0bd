package c2s

import (
	"time"

	"frontdesk/wire"
)

const nsTime = "urn:xmpp:time"

// discoInfo tells what an address is and can (XEP-0030 §3).
func (c *call) discoInfo() {
	node := c.Payload.Attr("node")
	if node != "" {
		c.fail(notFound())
		return
	}
	e := wire.New(wire.NSDiscoInfo, "query", nil)
	add := func(local string, attrs ...string) {
		e.Children = append(e.Children, wire.Node{Element: wire.New(wire.NSDiscoInfo, local, wire.Attrs(attrs...))})
	}
	features := []string{wire.NSDiscoInfo, wire.NSDiscoItems, wire.NSPing}
	switch c.to.kind {
	case toDomain:
		add("identity", "category", "server", "type", "im", "name", c.tab.core.opts.Name)
		features = append(features, wire.NSVersion, nsTime, wire.NSCarbons)
	case toQueue:
		add("identity", "category", "collaboration", "type", "workgroup", "name",
			titleOf(*c.tab.core.dir.Load().byName[c.to.queue]))
		features = append(features, wire.NSWorkgroup, wire.NSVCard, wire.NSChatStates, wire.NSReceipts)
	case toAgent:
		add("identity", "category", "client", "type", "pc", "name", c.to.agent)
		features = []string{wire.NSDiscoInfo, wire.NSChatStates, wire.NSReceipts, wire.NSCorrect}
	default:
		add("identity", "category", "account", "type", "anonymous")
		add("identity", "category", "pubsub", "type", "pep")
		features = append(features, wire.NSCarbons, wire.NSMAM, wire.NSStanzaID, wire.NSPubSub+"#publish")
	}
	for _, f := range features {
		add("feature", "var", f)
	}
	c.result(e)
}

// discoItems lists the queues below the domain, and nothing anywhere else
// (XEP-0030 §4): visitors do not see each other.
func (c *call) discoItems() {
	if c.Payload.Attr("node") != "" {
		c.fail(notFound())
		return
	}
	e := wire.New(wire.NSDiscoItems, "query", nil)
	if c.to.kind == toDomain {
		for _, q := range c.tab.core.dir.Load().queues {
			e.Children = append(e.Children, wire.Node{Element: wire.New(wire.NSDiscoItems, "item", wire.Attrs(
				"jid", q.Name+"@"+c.tab.core.opts.Domain, "name", titleOf(q)))})
		}
	}
	c.result(e)
}

// version is XEP-0092; the system is nobody's business.
func (c *call) version() {
	o := c.tab.core.opts
	c.result(wire.New(wire.NSVersion, "query", nil,
		wire.New(wire.NSVersion, "name", nil, o.Name),
		wire.New(wire.NSVersion, "version", nil, o.Version)))
}

// time is XEP-0202, in UTC.
func (c *call) time() {
	c.result(wire.New(nsTime, "time", nil,
		wire.New(nsTime, "tzo", nil, "+00:00"),
		wire.New(nsTime, "utc", nil, time.Now().UTC().Format(time.RFC3339))))
}

// vCard shows a queue's title or an agent's display name (XEP-0054).
func (c *call) vCard() {
	switch {
	case c.Type != "get":
		c.fail(forbidden())
	case c.to.kind == toQueue:
		c.result(card(titleOf(*c.tab.core.dir.Load().byName[c.to.queue])))
	case c.to.kind == toAgent:
		c.result(card(c.to.agent))
	case c.to.kind == toDomain:
		c.result(card(c.tab.core.opts.Name))
	default:
		c.result(wire.New(wire.NSVCard, "vCard", nil))
	}
}

func card(name string) *Element {
	return wire.New(wire.NSVCard, "vCard", nil, wire.New(wire.NSVCard, "FN", nil, name))
}
