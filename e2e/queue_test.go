//go:build integration

package e2e_test

import (
	"fmt"
	"slices"
	"testing"

	"frontdesk/internal/peers"
)

func TestIntegrationThreeSeatsFourVisitors(t *testing.T) {
	peers.Each(t, func(t *testing.T, server *peers.Server) {
		s := set(t, server, map[string]string{"chat.grace_busy": `"1s"`})
		alice, bob := s.hire("alice", 1), s.hire("bob", 2)

		// Three are served, the least loaded agent takes the next.
		first := s.visit()
		first.Say(support, "one")
		s.served(first)
		second := s.visit()
		second.Say(support, "two")
		s.served(second)
		if load := s.load(); load[alice.JID] != 1 || load[bob.JID] != 1 {
			t.Fatalf("after two visitors the load is %v", load)
		}
		third := s.visit()
		third.Say(support, "three")
		if got := s.served(third); got != bob.JID {
			t.Fatalf("the third visitor talks with %s", got)
		}

		// The fourth waits and is told so.
		fourth := s.visit()
		fourth.Say(support, "four 1")
		fourth.Expect(t, soon, "place in line", atPosition("1"))
		for n := 2; n <= 5; n++ {
			fourth.Say(support, fmt.Sprint("four ", n))
		}
		if row := s.chatOf(fourth); row.State != "queued" || row.Agent != "" {
			t.Fatalf("the fourth chat is %+v", row)
		}

		// One leaves; when the grace is over the fourth is served, in order.
		if err := first.Terminate(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		by := alice
		if s.reaches(fourth, soon, "active").Agent == bob.JID {
			by = bob
		}
		by.Expect(t, soon, "last of what waited", peers.Saying("four 5"))
		want := []string{"four 1", "four 2", "four 3", "four 4", "four 5"}
		if got := by.Bodies(fourth.Bare()); !slices.Equal(got, want) {
			t.Errorf("the agent has %q", got)
		}
		if row := s.chatOf(first); row.State != "closed" {
			t.Errorf("the first chat is %+v", row)
		}
	})
}

// atPosition matches a notice of the place in line (XEP-0142).
func atPosition(n string) func(peers.Stanza) bool {
	return func(e peers.Stanza) bool {
		status := e.Child("http://jabber.org/protocol/workgroup", "queue-status")
		return e.Kind == "message" && status.ChildText("position") == n && e.Body() != "" && e.From() == support
	}
}

func TestIntegrationAskingForAlice(t *testing.T) {
	peers.Each(t, func(t *testing.T, server *peers.Server) {
		s := set(t, server, nil)
		alice, bob := s.hire("alice", 2), s.hire("bob", 3)
		const toAlice = support + "/Alice"

		// Free: she gets both, whoever else is idle.
		first, second := s.visit(), s.visit()
		first.Say(toAlice, "for Alice 1")
		alice.Expect(t, soon, "first", peers.Saying("for Alice 1"))
		second.Say(toAlice, "for Alice 2")
		alice.Expect(t, soon, "second", peers.Saying("for Alice 2"))

		// Full: the third waits for her while others are served.
		third, other := s.visit(), s.visit()
		third.Say(toAlice, "for Alice 3")
		third.Expect(t, soon, "place in line", atPosition("1"))
		other.Say(support, "for anybody")
		bob.Expect(t, soon, "other", peers.Saying("for anybody"))
		if row := s.chatOf(third); row.State != "queued" {
			t.Fatalf("the third chat is %+v", row)
		}
		first.Typing(support, "gone") // ends the chat
		alice.Expect(t, soon, "third", peers.Saying("for Alice 3"))

		// Offline: anybody else.
		second.Typing(support, "gone")
		third.Typing(support, "gone")
		s.reaches(third, soon, "closed")
		alice.Quit()
		s.seen(alice, "unavailable")
		last := s.visit()
		last.Say(toAlice, "for Alice 4")
		bob.Expect(t, soon, "last", peers.Saying("for Alice 4"))
	})
}
