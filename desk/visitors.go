package desk

import (
	"time"

	"frontdesk/roster"
)

// visitors are those who are online, have an open chat, or have something to
// fetch.
type visitors map[roster.VisitorJID]*visitor

type visitor struct {
	roster.Visitor
	tabs      tabs
	chat      *openChat
	network   roster.Network // of the last tab that came
	unsettled unsettled
	until     time.Time       // without a chat: how long that is kept
	last      roster.AgentJID // who talked with the visitor last
}

// of returns a visitor, made known if need be.
func (m visitors) of(jid roster.VisitorJID) *visitor {
	v, ok := m[jid]
	if !ok {
		v = &visitor{Visitor: roster.Visitor{JID: jid}}
		m[jid] = v
	}
	return v
}

// forget drops a visitor of whom nothing has to be known.
func (m visitors) forget(v *visitor) {
	if len(v.tabs) == 0 && v.chat == nil && len(v.unsettled.entries) == 0 {
		delete(m, v.JID)
	}
}

// talksWith tells whether an agent has the visitor's chat.
func (v *visitor) talksWith(a roster.AgentJID) bool {
	return v != nil && v.chat != nil && v.chat.Agent == a
}
