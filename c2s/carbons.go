package c2s

import (
	"frontdesk/wire"
)

// copySent shows the visitor's own message to the other tabs that asked for
// copies (XEP-0280 §7). id is what the archive calls it.
func (in inbound) copySent(m wire.Message, id string) {
	t := in.tab
	if m.Text == "" {
		return
	}
	tabs := t.visitor.home.tabsOf(t.visitor.jid)
	if len(tabs) < 2 {
		return
	}
	inner := wire.Message{
		Header:   wire.Header{From: t.jid, To: m.To, ID: m.Header.ID, Type: "chat"},
		Message:  m.Message,
		StanzaID: id, StanzaBy: string(t.visitor.jid),
	}
	inner.Nick = ""
	e, err := wire.Parse(wire.AppendMessage(nil, wire.NSClient, &inner))
	if err != nil {
		return
	}
	copied := wire.New(wire.NSCarbons, "sent", nil, wire.New(wire.NSForward, "forwarded", nil, e))
	for _, other := range tabs {
		if other != t {
			other.sendCopy(copied)
		}
	}
}

func (t *tab) sendCopy(e *Element) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.carbons {
		return
	}
	t.sendMessage(&wire.Message{
		Header: wire.Header{From: string(t.visitor.jid), Type: "chat"},
		Extra:  []*Element{e},
	})
}

// setCarbons is XEP-0280 enable and disable.
func (c *call) setCarbons() {
	c.tab.mu.Lock()
	c.tab.carbons = c.Payload.Name.Local == "enable"
	c.tab.mu.Unlock()
	c.result(nil)
}
