package c2s

import (
	"frontdesk/wire"
)

// roster answers with the queues as contacts (RFC 6121 §2.1.3). Visitors
// cannot change it.
func (c *call) roster() {
	if c.Type != "get" {
		c.fail(forbidden())
		return
	}
	list := wire.New(wire.NSRoster, "query", nil)
	for _, q := range c.tab.core.dir.Load().queues {
		list.Children = append(list.Children, wire.Node{Element: wire.New(wire.NSRoster, "item", wire.Attrs(
			"jid", q.Name+"@"+c.tab.core.opts.Domain, "name", titleOf(q), "subscription", "both"))})
	}
	c.result(list)
}
