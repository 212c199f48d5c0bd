//go:build integration

package peers_test

import (
	"fmt"
	"testing"
	"time"

	"frontdesk/internal/peers"
)

const soon = 10 * time.Second

func TestIntegrationServersStart(t *testing.T) {
	peers.Each(t, func(t *testing.T, s *peers.Server) {
		s.AddAccount("alice", "pw-alice")
		s.Restart()
		s.Kill()
		s.Start()
		s.Login(t, s.LoginOf("alice"))
	})
}

func TestIntegrationAgentsTalk(t *testing.T) {
	peers.Each(t, func(t *testing.T, s *peers.Server) {
		alice, bob := s.Agent(t, "alice"), s.Agent(t, "bob")
		id := alice.Say("bob@localhost", "hello <&> you")
		got := bob.Expect(t, soon, "message", peers.Saying("hello <&> you"))
		if got.FromBare() != "alice@localhost" || got.State() != "active" {
			t.Errorf("got %v", got)
		}
		alice.Expect(t, soon, "receipt", func(e peers.Stanza) bool {
			return e.Child("urn:xmpp:receipts", "received").Attr("id") == id
		})
		alice.Raw("<presence type='subscribe' to='bob@localhost'/>")
		alice.Expect(t, soon, "presence of bob", peers.Showing("bob@localhost", "available"))
		bob.Show("dnd")
		alice.Expect(t, soon, "busy bob", peers.Showing("bob@localhost", "dnd"))
		if alice.Roster()["bob@localhost"] == nil {
			t.Error("bob is not in the roster")
		}
		bob.Kill()
		alice.Expect(t, soon, "bob's end", peers.Showing("bob@localhost", "unavailable"))
		s.Restart()
		alice.Expect(t, soon, "the agent is back", func(e peers.Stanza) bool { return e.Kind == peers.KindOffline })
		alice.Expect(t, soon, "the agent is back", func(e peers.Stanza) bool { return e.Kind == peers.KindOnline })
	})
}

func TestIntegrationVisitorsTalk(t *testing.T) {
	peers.Each(t, func(t *testing.T, s *peers.Server) {
		relay := peers.NewRelay(t, s.HTTPAddr)
		a := peers.Visit(t, s.BOSHURL(), peers.AnonymousHost)
		b := peers.Visit(t, "http://"+relay.Addr+"/http-bind", peers.AnonymousHost)
		a.Available()
		b.Available()
		for i := range 20 {
			a.Say(b.JID, fmt.Sprint("to b ", i))
			b.Say(a.JID, fmt.Sprint("to a ", i))
		}
		b.Expect(t, soon, "last", peers.Saying("to b 19"))
		a.Expect(t, soon, "last", peers.Saying("to a 19"))
		if got := b.Bodies(a.Bare()); len(got) != 20 || got[7] != "to b 7" {
			t.Errorf("b got %q", got)
		}
		relay.Cut()
		a.Say(b.JID, "through the cut")
		a.Say(a.JID, "to myself")
		a.Expect(t, soon, "own", peers.Saying("to myself"))
		if got := b.All(peers.Saying("through the cut")); got != nil {
			t.Errorf("the cut let pass %v", got)
		}
		relay.Mend()
		b.Expect(t, soon, "after the cut", peers.Saying("through the cut"))
		if s.Name == "prosody" { // COMPAT: ejabberd 23.01 ends a session whose held request died
			nextPage(t, b)
		}
		if err := b.Terminate(t.Context(), ""); err != nil {
			t.Error(err)
		}
	})
}

// nextPage goes on with a session whose held request died with its page.
func nextPage(t *testing.T, v *peers.Visitor) {
	t.Helper()
	v.Hang()
	v.Poll()
	for range 3 { // COMPAT: the first answers may go into the request that died
		v.Send("<iq xmlns='jabber:client' type='get' id='back'><ping xmlns='urn:xmpp:ping'/></iq>")
	}
	v.Expect(t, soon, "answer on the next page", peers.Answering("back"))
}
