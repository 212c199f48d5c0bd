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
