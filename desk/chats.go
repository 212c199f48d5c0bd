package desk

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// chats are the chats that are not closed.
type chats map[chat.ID]*openChat

// openChat is one of them, with what the desk has to know of it now.
type openChat struct {
	chat.Chat
	references
	due        time.Time      // its earliest deadline …
	index      int            // … and where it stands in deadlines; -1: not there
	network    roster.Network // where it is counted; see networks
	claiming   bool           // a claim is under way
	hidden     bool           // since a restart: its agent was not told that the visitor is gone
	position   int            // in the line, as the visitor was told
	pending    []ledger.Entry // said, and sent to no agent yet
	unanswered []ledger.Entry // sent to its agent and followed by no word of hers
}

// hear takes an entry of the chat's past.
func (c *openChat) hear(e ledger.Entry) {
	c.remember(e)
	switch {
	case e.Author != ledger.FromVisitor:
		c.unanswered = nil
	case e.Outbox == 0:
		c.pending = append(c.pending, e)
	default:
		c.unanswered = append(c.unanswered, e)
	}
}

// heldBy returns the chats that hold a seat of an agent, by their place.
func (m chats) heldBy(jid roster.AgentJID) []*openChat {
	var of []*openChat
	for _, c := range m {
		if c.Agent == jid && c.HoldsSeat() {
			of = append(of, c)
		}
	}
	slices.SortFunc(of, byPlace)
	return of
}

// sorted returns the chats by their place.
func (m chats) sorted() []*openChat { return slices.SortedFunc(maps.Values(m), byPlace) }

func byPlace(a, b *openChat) int { return cmp.Compare(a.Place, b.Place) }
