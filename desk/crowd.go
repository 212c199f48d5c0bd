package desk

import "net/netip"

// crowd counts the open chats of each address, so that nobody fills all seats
// alone. A chat stays with the address that opened it; after a restart its
// place is not known until its visitor is back.
type crowd map[netip.Prefix]int

// enter counts a chat, unless it is counted already or nobody knows where its
// visitor is.
func (w crowd) enter(c *openChat, where netip.Prefix) {
	if where.IsValid() && !c.where.IsValid() {
		c.where = where
		w[where]++
	}
}

// count counts all open chats where they were, or where their visitors are.
func (s *state) count(old *state) {
	for id, c := range s.chats {
		if was := old.chats[id]; was != nil {
			s.crowd.enter(c, was.where)
		}
		s.crowd.enter(c, s.visitors[c.Visitor].where)
	}
}

func (w crowd) leave(c *openChat) {
	if w[c.where]--; w[c.where] <= 0 {
		delete(w, c.where)
	}
}
