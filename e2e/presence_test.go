//go:build integration

package e2e_test

import (
	"testing"
	"time"

	"frontdesk/internal/peers"
)

// offlineAfter is what the plays configure as [chat] offline_after.
const offlineAfter = time.Second

// TestIntegrationVisitorsLeave shows the agent every way to leave.
func TestIntegrationVisitorsLeave(t *testing.T) {
	ways := []struct {
		name  string
		leave func(t *testing.T, v *peers.Visitor) error
	}{
		{"terminate", func(t *testing.T, v *peers.Visitor) error { return v.Terminate(t.Context(), "") }},
		{"own unavailable presence", func(_ *testing.T, v *peers.Visitor) error { v.Unavailable(); return nil }},
		{"killed with a request held", func(_ *testing.T, v *peers.Visitor) error { v.Hang(); return nil }},
		{"leaving page's beacon", func(t *testing.T, v *peers.Visitor) error { return v.Leave(t.Context()) }},
	}
	peers.Each(t, func(t *testing.T, server *peers.Server) {
		s := set(t, server, nil)
		alice := s.hire("alice", 10)

		// The power cut takes longest: it runs beside the others.
		cable := peers.NewRelay(t, s.desk.HTTPAddr)
		unplugged := peers.Visit(t, "http://"+cable.Addr+"/http-bind", peers.Domain)
		unplugged.Say(support, "my battery is low")
		alice.Expect(t, soon, "hello", peers.Saying("my battery is low"))
		alice.Expect(t, soon, "available", peers.Showing(unplugged.Bare(), "available"))
		cable.Cut()

		for _, way := range ways {
			t.Run(way.name, func(t *testing.T) {
				v := s.talks(alice, way.name)
				alice.Expect(t, soon, "available", peers.Showing(v.Bare(), "available"))
				if err := way.leave(t, v); err != nil {
					t.Fatal(err)
				}
				alice.Expect(t, soon, "unavailable", peers.Showing(v.Bare(), "unavailable"))
				if row := s.reaches(v, soon, "away"); row.Agent != alice.JID {
					t.Errorf("chat is %+v", row)
				}
			})
		}
		alice.Expect(t, noticed+soon, "unavailable after the cut", peers.Showing(unplugged.Bare(), "unavailable"))
	})
}

// TestIntegrationVisitorsReturn lets one come back in time: the same visitor,
// nothing lost.
func TestIntegrationVisitorsReturn(t *testing.T) {
	peers.Each(t, func(t *testing.T, server *peers.Server) {
		s := set(t, server, nil)
		alice := s.hire("alice", 2)
		v := s.talks(alice, "hello")
		alice.Expect(t, soon, "available", peers.Showing(v.Bare(), "available"))

		v.Hang()
		alice.Expect(t, soon, "grey", peers.Showing(v.Bare(), "unavailable"))
		alice.Say(v.Bare(), "are you there?")
		v.Poll()
		alice.Expect(t, soon, "back", peers.Showing(v.Bare(), "available"))
		v.Expect(t, soon, "what was said meanwhile", peers.Saying("are you there?"))
		if row := s.reaches(v, soon, "active"); row.Agent != alice.JID {
			t.Errorf("chat is %+v", row)
		}
	})
}

// TestIntegrationVisitorsGone lets one go for good: the chat ends, the seat is
// free, the address is dead.
func TestIntegrationVisitorsGone(t *testing.T) {
	peers.Each(t, func(t *testing.T, server *peers.Server) {
		s := set(t, server, map[string]string{"chat.grace": `"2s"`})
		alice := s.hire("alice", 2)
		v := s.talks(alice, "hello")
		alice.Expect(t, soon, "available", peers.Showing(v.Bare(), "available"))
		v.Hang()
		alice.Expect(t, soon, "grey", peers.Showing(v.Bare(), "unavailable"))
		s.reaches(v, soon, "closed")
		if load := s.load(); load[alice.JID] != 0 {
			t.Errorf("seats taken: %v", load)
		}
		if open := s.chats(); len(open) != 0 {
			t.Errorf("open chats: %+v", open)
		}
		id := alice.Say(v.Bare(), "too late")
		got := alice.Expect(t, soon, "gone", peers.Refusing(id, "gone"))
		if got.ErrorText() == "" {
			t.Errorf("no text for people in %v", got)
		}
		if server.RosterWorks {
			if item := alice.Roster()[v.Bare()]; item != nil {
				t.Errorf("still in the contact list: %v", item)
			}
		}
	})
}

// TestIntegrationCloseGreyVisitor lets the agent end the chat of a visitor who
// has left; the next in line is served at once.
func TestIntegrationCloseGreyVisitor(t *testing.T) {
	peers.Each(t, func(t *testing.T, server *peers.Server) {
		s := set(t, server, nil)
		alice := s.hire("alice", 1)
		v := s.talks(alice, "hello")
		next := s.visit()
		next.Say(support, "me too")
		next.Expect(t, soon, "place in line", atPosition("1"))
		if err := v.Terminate(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		alice.Expect(t, soon, "grey", peers.Showing(v.Bare(), "unavailable"))
		alice.Say(v.Bare(), "!close")
		alice.Expect(t, soon, "next in line", peers.Saying("me too"))
		s.reaches(v, soon, "closed")
		if got := s.served(next); got != alice.JID {
			t.Errorf("served by %q", got)
		}
		if load := s.load(); load[alice.JID] != 1 {
			t.Errorf("seats taken: %v", load)
		}
	})
}
