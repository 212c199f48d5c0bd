package desk

import (
	"cmp"
	"maps"
	"slices"

	"frontdesk/roster"
)

// contacts are the visitors that may be in agents' contact lists; one without a
// visitor is the desk itself.
type contacts map[roster.Contact]contactState

// contactState tells how a contact stands: held, or leaving. A leaving one is
// the number in the outbox with which it is gone; 0: to be asked for again.
type contactState int64

const contactHeld contactState = -1

// hold notes that an agent's list may hold somebody; it tells whether that is
// new.
func (m contacts) hold(c roster.Contact) (isNew bool) {
	_, known := m[c]
	m[c] = contactHeld
	return !known
}

// leave notes that a contact is gone once the server has taken everything up
// to a number.
func (m contacts) leave(c roster.Contact, number int64) { m[c] = contactState(number) }

// linkLost forgets what was on the link: the removals have to be asked for
// again, under other numbers.
func (m contacts) linkLost() {
	for c, state := range m {
		if state > 0 {
			m[c] = 0
		}
	}
}

// gone drops the contacts that leave with one of these numbers, and returns
// them.
func (m contacts) gone(numbers []int64) []roster.Contact {
	if len(numbers) == 0 {
		return nil
	}
	var gone []roster.Contact
	for _, c := range m.sorted() {
		if state := m[c]; state > 0 && slices.Contains(numbers, int64(state)) {
			delete(m, c)
			gone = append(gone, c)
		}
	}
	return gone
}

// sorted returns the contacts by agent and visitor.
func (m contacts) sorted() []roster.Contact {
	return slices.SortedFunc(maps.Keys(m), func(a, b roster.Contact) int {
		return cmp.Or(cmp.Compare(a.Agent, b.Agent), cmp.Compare(a.Visitor, b.Visitor))
	})
}
