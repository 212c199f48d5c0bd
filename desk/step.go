package desk

import (
	"cmp"
	"slices"

	"frontdesk/chat"
	"frontdesk/ledger"
)

// step applies an event to a chat, writes what changed and arranges what
// follows. While a claim is under way the store's answer decides what is
// written next.
func (d *service) step(c *openChat, event chat.Event) {
	before := c.Chat
	after, effects := chat.Step(d.rules(c), before, event, d.at)
	c.Chat = after
	if d.seats.move(before, after, d.at) {
		d.directory.stale = true
	}
	for _, e := range effects {
		d.follow(c, e)
	}
	if stored(before, c.Chat) && !(c.claiming && c.Pending != "") {
		d.save(ledger.SaveChat{Chat: c.Chat})
	}
	if before.Waits() && !c.Waits() {
		d.lines.leave(c, before.Queue)
	}
	if before.Next() != c.Next() {
		d.due.fix(c)
	}
}

// stored tells whether the stored part of a chat changed.
func stored(a, b chat.Chat) bool {
	return a.State != b.State || a.Agent != b.Agent || a.Wanted != b.Wanted || a.Place != b.Place ||
		a.Answered != b.Answered || a.Deadlines != b.Deadlines
}

// follow does what follows from a step of a chat.
func (d *service) follow(c *openChat, e chat.Effect) {
	switch e := e.(type) {
	case chat.Claim:
		d.claim(c, e.Agent)
	case chat.Wait:
		d.lines.enter(c, e.Head)
		d.directory.stale = true // does anybody serve it?
	case chat.Greet:
		d.greet(c)
	case chat.Show:
		if e.Online || !c.hidden {
			d.show(c, "")
		}
	case chat.Part:
		d.part(c, e)
	case chat.Requeued:
		d.stats.Requeued++
		c.position = 0
		d.notice(c, textRequeued, nil)
	case chat.Remind:
		d.after(Note{Visitor: c.Visitor, Agent: e.Agent, Text: textRemind})
	case chat.IdleWarning:
		d.notice(c, textIdle, nil)
	case chat.Ended:
		d.ended(c, e.Reason)
	}
}

// shorten tells the chats whose visitors are gone that others wait now.
func (d *service) shorten(name string) {
	for _, c := range d.chats.sorted() {
		if c.Queue == name && c.State == chat.Away && !c.Waits() {
			d.step(c, chat.LineGrew{})
		}
	}
}

// inReverse sorts chats of one instant by their place backwards, so that
// several that are requeued to the head of a line keep their order.
func inReverse(chats []*openChat) {
	slices.SortFunc(chats, func(a, b *openChat) int { return cmp.Compare(b.Place, a.Place) })
}
