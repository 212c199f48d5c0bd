package ledger

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"frontdesk/chat"
	"frontdesk/queue"
	"frontdesk/roster"
)

// Agents returns all agents by their JID.
func (b *Book) Agents() []roster.Agent {
	all := slices.SortedFunc(maps.Values(b.agents), func(x, y roster.Agent) int { return cmp.Compare(x.JID, y.JID) })
	for i := range all {
		all[i].Queues = slices.Clone(all[i].Queues)
	}
	return all
}

// Queues returns all queues by their name.
func (b *Book) Queues() []queue.Queue {
	return slices.SortedFunc(maps.Values(b.queues), func(x, y queue.Queue) int { return cmp.Compare(x.Name, y.Name) })
}

// Contacts returns which visitors may be in which agent's contact list.
func (b *Book) Contacts() []roster.Contact {
	return slices.SortedFunc(maps.Keys(b.contacts), func(x, y roster.Contact) int {
		return cmp.Or(cmp.Compare(x.Agent, y.Agent), cmp.Compare(x.Visitor, y.Visitor))
	})
}

// Visitors returns what is known of these visitors, in their order; those of
// whom nothing is written are left out.
func (b *Book) Visitors(of []roster.VisitorJID) []roster.Visitor {
	var all []roster.Visitor
	for _, jid := range of {
		if v, known := b.visitors[jid]; known {
			all = append(all, v)
		}
	}
	return all
}

// Marks returns the highest Entry.Seq, Entry.Outbox and Chat.Place ever used;
// 0 where none was above it.
func (b *Book) Marks() (seq, outbox, place int64) {
	return b.marks.seq, b.marks.outbox, b.marks.place
}

// Seats returns how many chats hold a seat of the agent.
func (b *Book) Seats(a roster.AgentJID) int {
	n := 0
	for _, r := range b.chats {
		if r.chat.Agent == a && r.chat.HoldsSeat() {
			n++
		}
	}
	return n
}

// OpenChats returns the chats that are not closed, by their place.
func (b *Book) OpenChats() []chat.Chat {
	return b.chatsBy(row.open, func(x, y row) int { return cmp.Compare(x.chat.Place, y.chat.Place) })
}

// Chats returns the open chats, and the closed ones too when all is set, in the
// order in which they were opened.
func (b *Book) Chats(all bool) []chat.Chat {
	return b.chatsBy(func(r row) bool { return all || r.open() }, byOpened)
}

// Chat returns one chat, false when there is none with that id.
func (b *Book) Chat(id chat.ID) (chat.Chat, bool) {
	r, known := b.chats[id]
	return r.chat, known
}

// LastChat returns the visitor's latest chat, false when there was none.
func (b *Book) LastChat(v roster.VisitorJID) (chat.Chat, bool) {
	all := b.chatsBy(func(r row) bool { return r.chat.Visitor == v }, byOpened)
	if len(all) == 0 {
		return chat.Chat{}, false
	}
	return all[len(all)-1], true
}

// chatsBy returns the chats that are wanted in an order; of equals the one that
// was written first comes first.
func (b *Book) chatsBy(wanted func(row) bool, order func(x, y row) int) []chat.Chat {
	var rows []row
	for _, r := range b.chats {
		if wanted(r) {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(x, y row) int { return cmp.Or(order(x, y), cmp.Compare(x.number, y.number)) })
	var all []chat.Chat
	for _, r := range rows {
		all = append(all, r.chat)
	}
	return all
}

func byOpened(x, y row) int { return x.chat.Opened.Compare(y.chat.Opened) }

func (r row) open() bool { return r.chat.State != chat.Closed }

// Undelivered returns, by Seq, the entries of open chats that are not confirmed
// towards an agent or not seen by a visitor, and of closed chats those that are
// on their way to an agent or not seen by a visitor who can come back.
func (b *Book) Undelivered() []Entry {
	return b.entriesOf(func(e Entry) bool {
		if e.Author == FromVisitor {
			return e.Delivery == DeliveryPending && (b.chats[e.Chat].open() || e.Outbox > 0)
		}
		return e.Delivery != DeliverySeen && (b.chats[e.Chat].open() || b.Returns != nil && b.Returns(e.Visitor))
	})
}

// Said returns every entry of the open chats by Seq.
func (b *Book) Said() []Entry {
	return b.entriesOf(func(e Entry) bool { return b.chats[e.Chat].open() })
}

// Transcript returns the entries of a chat by Seq; none for an unknown chat.
func (b *Book) Transcript(id chat.ID) []Entry {
	return b.entriesOf(func(e Entry) bool { return e.Chat == id })
}

func (b *Book) entriesOf(wanted func(Entry) bool) []Entry {
	var all []Entry
	for _, e := range b.entries {
		if wanted(e) {
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(x, y Entry) int { return cmp.Compare(x.Seq, y.Seq) })
	return all
}

// Forget removes the chats that were closed until then, with their entries, and
// what is known of their visitors who have no other chat and cannot come back.
// It returns the number of chats.
func (b *Book) Forget(until time.Time) (removed int) {
	left := map[roster.VisitorJID]bool{}
	for id, r := range b.chats {
		if !r.open() && !r.chat.Closed.After(until) {
			left[r.chat.Visitor] = true
			delete(b.chats, id)
			removed++
		}
	}
	maps.DeleteFunc(b.entries, func(_ int64, e Entry) bool { _, known := b.chats[e.Chat]; return !known })
	for _, r := range b.chats {
		delete(left, r.chat.Visitor)
	}
	for v := range left {
		if b.Returns == nil || !b.Returns(v) {
			delete(b.visitors, v)
		}
	}
	return removed
}
