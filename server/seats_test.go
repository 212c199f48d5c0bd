package server

import (
	"sync"
	"testing"

	"frontdesk/config"
	"frontdesk/internal/peers"
)

// tries opens a page that a proxy forwards for an address, says something, and
// waits until that is answered one way or the other.
func (s *stage) tries(address string) {
	s.Helper()
	v, err := s.visitFrom(address)
	if err != nil {
		s.Errorf("%s: %v", address, err)
		return
	}
	refused := peers.Refusing(v.Say(support, "hello"), "resource-constraint")
	assigned := peers.Saying("You are now talking with Alice.")
	v.Expect(s, soon, "a seat or a refusal", func(stanza peers.Stanza) bool { return refused(stanza) || assigned(stanza) })
}

// seats is how many chats the agent has.
func (a *agent) seats() int {
	a.Helper()
	all, err := a.agents()
	if err != nil {
		a.Fatal(err)
	}
	for _, info := range all {
		if string(info.Agent.JID) == a.jid {
			return info.Chats
		}
	}
	return 0
}

// One household asks for all seats at once: it gets its few, and there are
// seats left for others.
func TestT20_SeatsOfOneAddress(t *testing.T) {
	s := play(t, with(func(c *config.Config) { c.Limits.ChatsPerAddress = 3 }))
	alice := s.hire("alice", 50)
	var clients sync.WaitGroup
	for _, address := range []string{"192.0.2.1", "2001:db8::1", "2001:db8::2"} {
		for range 10 {
			clients.Go(func() { s.tries(address) })
		}
	}
	clients.Wait()
	if got := alice.seats(); got != 6 {
		t.Errorf("two households have %d seats, want 3 each", got)
	}
	s.tries("192.0.2.2")
	s.tries("2001:db8:0:1::1")
	if got := alice.seats(); got != 8 {
		t.Errorf("%d seats are taken, want one more for each who comes from elsewhere", got)
	}
}
