package component

import (
	"frontdesk/roster"
	"frontdesk/wire"
)

// title is what people read; the name when there is none.
func (l Listing) title() string {
	if l.Title == "" {
		return l.Name
	}
	return l.Title
}

func (c *connection) listings() []Listing {
	if c.opts.Queues == nil {
		return nil
	}
	return c.opts.Queues()
}

// queueAt finds the queue with that localpart.
func (c *connection) queueAt(local string) (Listing, bool) {
	for _, l := range c.listings() {
		if l.Name == local {
			return l, true
		}
	}
	return Listing{}, false
}

func identity(category, kind, name string) *wire.Element {
	return wire.New(wire.NSDiscoInfo, "identity", wire.Attrs("category", category, "type", kind, "name", name))
}

// deskIdentity makes agents' clients list the desk among the services of their
// server.
func deskIdentity(name string) *wire.Element { return identity("gateway", "http", name) }

// queueIdentity is that of a workgroup (XEP-0142 §4.1).
func queueIdentity(l Listing) *wire.Element {
	return identity("collaboration", "workgroup", l.title())
}

func visitorIdentity(v roster.Visitor) *wire.Element {
	return identity("client", "web", visitorName(v))
}

func deskFeatures() []string {
	return []string{
		wire.NSDiscoInfo, wire.NSDiscoItems, wire.NSPing, wire.NSVersion, nsLast, nsTime, wire.NSVCard,
	}
}

func visitorFeatures() []string {
	return []string{
		wire.NSDiscoInfo, wire.NSDiscoItems, wire.NSPing, wire.NSVCard,
		wire.NSChatStates, wire.NSReceipts, wire.NSMarkers, wire.NSCorrect, wire.NSNick,
	}
}

// discoInfo answers disco#info (XEP-0030 §3): there are no nodes.
func (c *connection) discoInfo(q *wire.IQ, identity *wire.Element, features ...string) []byte {
	if q.Payload.Attr("node") != "" {
		return errorReply(q, "cancel", "item-not-found")
	}
	query := wire.New(wire.NSDiscoInfo, "query", nil, identity)
	for _, f := range features {
		feature := wire.New(wire.NSDiscoInfo, "feature", wire.Attrs("var", f))
		query.Children = append(query.Children, wire.Node{Element: feature})
	}
	return resultReply(q, query)
}

// discoItems answers disco#items (XEP-0030 §4) with queues.
func (c *connection) discoItems(q *wire.IQ, queues []Listing) []byte {
	if q.Payload.Attr("node") != "" {
		return errorReply(q, "cancel", "item-not-found")
	}
	query := wire.New(wire.NSDiscoItems, "query", nil)
	for _, l := range queues {
		item := wire.New(wire.NSDiscoItems, "item", wire.Attrs("jid", l.Name+"@"+c.opts.Domain, "name", l.title()))
		query.Children = append(query.Children, wire.Node{Element: item})
	}
	return resultReply(q, query)
}
