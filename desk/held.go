package desk

import (
	"frontdesk/chat"
	"frontdesk/roster"
)

// held is what waits for commits: effects, and claims of seats, in order.
type held struct {
	effects []heldEffect
	first   int // those before are released
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

func (h *held) waiting() bool { return h.first < len(h.effects) }

func (h *held) add(number uint64, effects []Effect) {
	for _, e := range effects {
		h.effects = append(h.effects, heldEffect{number, e})
	}
}

// next takes out the first effect that waited for changes up to a number.
func (h *held) next(number uint64) (Effect, bool) {
	if !h.waiting() || h.effects[h.first].number > number {
		return nil, false
	}
	e := h.effects[h.first].Effect
	h.effects[h.first] = heldEffect{}
	h.first++
	if 2*h.first >= len(h.effects) { // move what is left to the front, now and then
		n := copy(h.effects, h.effects[h.first:])
		clear(h.effects[n:])
		h.effects, h.first = h.effects[:n], 0
	}
	return e, true
}

// nextClaim takes out the first claim among changes up to a number.
func (h *held) nextClaim(number uint64) (claim, bool) {
	if len(h.claims) == 0 || h.claims[0].number > number {
		return claim{}, false
	}
	c := h.claims[0]
	h.claims = h.claims[1:]
	return c, true
}
