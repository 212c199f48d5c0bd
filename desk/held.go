package desk

import (
	"frontdesk/chat"
	"frontdesk/roster"
)

// held is what waits for commits: effects, and claims of seats, in order.
type held struct {
	effects []heldEffect
	claims  []claim
}

type heldEffect struct {
	number uint64 // of the changes it waits for
	Effect
}

// claim is a ClaimSeat under way.
type claim struct {
	number uint64
	chat   chat.ID
	agent  roster.AgentJID
}

func (h *held) waiting() bool { return len(h.effects) > 0 }

func (h *held) add(number uint64, effects []Effect) {
	for _, e := range effects {
		h.effects = append(h.effects, heldEffect{number, e})
	}
}

// through takes out what waited for changes up to a number.
func (h *held) through(number uint64) (effects []heldEffect, claims []claim) {
	n, m := 0, 0
	for n < len(h.effects) && h.effects[n].number <= number {
		n++
	}
	for m < len(h.claims) && h.claims[m].number <= number {
		m++
	}
	effects, h.effects = h.effects[:n:n], h.effects[n:]
	claims, h.claims = h.claims[:m:m], h.claims[m:]
	return effects, claims
}

// Committed says that the changes of all turns up to a number are written.
// Granted has the outcome of each ClaimSeat among them, in order.
type Committed struct {
	Through uint64
	Granted []bool
}

func (e Committed) happen(d *Desk) {
	effects, claims := d.held.through(e.Through)
	for _, h := range effects {
		d.release(h.Effect)
	}
	for i, c := range claims {
		d.claimed(c, i < len(e.Granted) && e.Granted[i])
	}
}

// release has an effect carried out whose changes are written. What is meant
// for the link is dropped while none is attached: it is told anew then.
func (d *Desk) release(e Effect) {
	switch e := e.(type) {
	case Words:
		d.releaseWords(e)
	case attach:
		d.attach(e)
	case retract:
		d.outbox.retract(e.contact)
	case accepted:
	case tenure:
		d.emit(Tenured{e.visitor, d.linger(e.visitor)})
	case ToAgent:
		if d.link.attached {
			d.emit(e)
		}
	default:
		d.emit(e)
	}
}

// releaseWords puts words that are kept into the outbox, and as many on the
// link as its window has room for.
func (d *Desk) releaseWords(w Words) {
	switch {
	case w.Outbox > 0:
		d.outbox.add(w)
		if d.link.attached {
			d.turn.now = d.outbox.next(d.turn.now)
		}
	case d.link.attached:
		d.emit(w)
	}
}

// drop tells of an effect whose changes are lost: whoever waits gets an error,
// and what is so all the same is told again.
func (d *Desk) drop(e Effect) {
	switch e := e.(type) {
	case Answered:
		d.stats.Refused++
		d.emit(Answered{e.Tab, e.Ref, Answer{Err: refuse("resource-constraint", "wait", textStoreFailed)}})
	case Replied:
		d.emit(Replied{e.Ref, ErrStore})
	case accepted:
		d.release(refusal(e.says, "resource-constraint", "wait", textStoreFailed))
	case Joined:
		if v, ok := d.visitors[e.Tab.Visitor]; ok {
			d.welcome(v, e.Tab.Stream)
		}
	case attach:
		if e.number == d.link.number {
			d.linkUp(LinkUp{e.link})
		}
	case Card, LinkChanged, Recall:
		d.release(e)
	}
}
