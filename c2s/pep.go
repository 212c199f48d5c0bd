package c2s

import (
	"net/url"
	"strings"
	"time"

	"frontdesk/desk"
	"frontdesk/roster"
	"frontdesk/wire"
)

const (
	maxTitle = 256  // characters
	maxURI   = 1024 // bytes
)

// publish takes the two things a visitor publishes (XEP-0163): where the page
// is (XEP-0195), and a name (XEP-0172). They go to the desk and nowhere else.
func (c *call) publish() {
	var node, item *Element
	if c.Payload.Name.Local == "pubsub" {
		node = c.Payload.Child(wire.NSPubSub, "publish")
	}
	if c.Type == "get" || node == nil {
		c.fail(notImplemented())
		return
	}
	if i := node.Child(wire.NSPubSub, "item"); i != nil {
		item = i
	}
	name := node.Attr("node")
	if name != wire.NSBrowsing && name != wire.NSNick {
		c.fail(notImplemented())
		return
	}
	if item == nil {
		c.fail(&wire.StanzaError{Type: "modify", Condition: "bad-request", AppSpace: nsPubSubErr, AppName: "item-required"})
		return
	}
	if !c.tab.visitor.pace.other(time.Now()) {
		c.fail(tooFast())
		return
	}
	c.publishItem(name, item)
}

const nsPubSubErr = "http://jabber.org/protocol/pubsub#errors"

func (c *call) publishItem(node string, item *Element) {
	published := func(desk.Answer) *Element {
		return wire.New(wire.NSPubSub, "pubsub", nil, wire.New(wire.NSPubSub, "publish", wire.Attrs("node", node),
			wire.New(wire.NSPubSub, "item", wire.Attrs("id", "current"))))
	}
	invalid := &wire.StanzaError{Type: "modify", Condition: "bad-request", AppSpace: nsPubSubErr, AppName: "invalid-payload"}
	switch node {
	case wire.NSBrowsing:
		page := item.Child(wire.NSBrowsing, "page")
		if page == nil {
			c.fail(invalid)
			return
		}
		c.ask(desk.Browse{Page: roster.Page{
			Title: cleanLine(childText(page, "title"), maxTitle),
			URI:   cleanURI(childText(page, "uri"), c.tab.core.opts.KeepQuery),
		}}, published)
	case wire.NSNick:
		nick := item.Child(wire.NSNick, "nick")
		if nick == nil {
			c.fail(invalid)
			return
		}
		c.ask(desk.Rename{Name: cleanName(nick.Text())}, published)
	}
}

// cleanURI keeps of a page's address what an agent needs: secrets live in
// queries, fragments and passwords. What is no web address is dropped.
func cleanURI(s string, keepQuery bool) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	if !keepQuery {
		u.RawQuery, u.ForceQuery = "", false
	}
	out := u.String()
	if len(out) > maxURI {
		return ""
	}
	return out
}
