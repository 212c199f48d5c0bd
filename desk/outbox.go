package desk

import (
	"slices"

	"frontdesk/roster"
)

// OutboxWindow is how many unconfirmed [Words] may be on the link.
const OutboxWindow = 4096

// outbox holds the words to agents that the XMPP server has not confirmed, in
// the order of their numbers. What was on a lost link is sent again on the next
// one with the same ids.
type outbox struct {
	words []Words
	first int // the oldest of them; those before are confirmed
	sent  int // the first that is not on the present link
}

func (o *outbox) len() int { return len(o.words) - o.first }

func (o *outbox) add(w Words) { o.words = append(o.words, w) }

// next appends to effects what the window has room for.
func (o *outbox) next(effects []Effect) []Effect {
	for o.sent < len(o.words) && o.sent-o.first < OutboxWindow {
		effects = append(effects, o.words[o.sent])
		o.sent++
	}
	return effects
}

// confirm forgets everything up to a number; it tells whether there was any.
func (o *outbox) confirm(upTo int64) bool {
	before := o.first
	for o.first < o.sent && o.words[o.first].Outbox <= upTo {
		o.words[o.first] = Words{}
		o.first++
	}
	if o.first == before {
		return false
	}
	if 2*o.first >= len(o.words) { // move what is left to the front, now and then
		n := copy(o.words, o.words[o.first:])
		clear(o.words[n:])
		o.words = o.words[:n]
		o.first, o.sent = 0, o.sent-o.first
	}
	return true
}

// retract takes out what is not on the link yet and meant for one contact.
func (o *outbox) retract(c roster.Contact) {
	written := o.written()
	o.words = slices.DeleteFunc(o.words, func(w Words) bool {
		return w.Outbox > written && w.Agent == c.Agent && w.Visitor == c.Visitor
	})
}

// written is the last number that is on the present link.
func (o *outbox) written() int64 {
	if o.sent == 0 {
		return 0
	}
	return o.words[o.sent-1].Outbox
}

// rewind makes everything unsent: the link is lost.
func (o *outbox) rewind() { o.sent = o.first }
