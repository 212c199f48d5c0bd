//go:build integration

package peers_test

import (
	"fmt"
	"slices"
	"testing"

	"frontdesk/internal/peers"
)

const soon = peers.Patience

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
		a := s.Visit(t, s.BOSHURL())
		b := s.Visit(t, "http://"+relay.Addr+"/http-bind")
		a.Available()
		b.Available()
		var toA, toB []string
		for i := range 20 {
			toA, toB = append(toA, fmt.Sprint("to a ", i)), append(toB, fmt.Sprint("to b ", i))
			a.Say(b.JID, toB[i])
			b.Say(a.JID, toA[i])
		}
		b.Expect(t, soon, "last", peers.Saying("to b 19"))
		a.Expect(t, soon, "last", peers.Saying("to a 19"))
		relay.Cut()
		toB = append(toB, "through the cut")
		a.Say(b.JID, "through the cut")
		a.Say(a.JID, "to myself")
		a.Expect(t, soon, "own", peers.Saying("to myself"))
		if got := b.All(peers.Saying("through the cut")); got != nil {
			t.Errorf("the cut let pass %v", got)
		}
		relay.Mend()
		b.Expect(t, soon, "after the cut", peers.Saying("through the cut"))
		hears(t, a, b, toA)
		hears(t, b, a, toB)
		if s.Name == "prosody" { // COMPAT: ejabberd 23.01 ends a session whose held request died
			repeats(t, relay, a, b)
			nextPage(t, a, b)
		}
		if err := b.Terminate(t.Context(), ""); err != nil {
			t.Error(err)
		}
	})
}

// hears fails unless all that one visitor has from another is said, in order.
func hears(t *testing.T, to, from *peers.Visitor, said []string) {
	t.Helper()
	if got := to.Bodies(from.Bare()); !slices.Equal(got, said) {
		t.Errorf("%s has %q, want %q", to.JID, got, said)
	}
	to.Forget()
}

// repeats lets connections break under what is sent to b: the same rid again
// brings it, once and in order (XEP-0124 §14.3).
//
// COMPAT: Prosody 0.12 repeats for one open request, not for two of which the
// older comes again after the younger; so b says nothing meanwhile.
func repeats(t *testing.T, relay *peers.Relay, a, b *peers.Visitor) {
	t.Helper()
	var toB []string
	for i := range 5 {
		toB = append(toB, fmt.Sprint("into a broken connection ", i))
		relay.Cut()
		a.Say(b.JID, toB[i])
		relay.Drop()
		relay.Mend()
		b.Expect(t, soon, "words after the break", peers.Saying(toB[i]))
	}
	hears(t, b, a, toB)
}

// nextPage lets b go on with its session on another page. The server may not
// know yet that the held request died with the page before: what it answers to
// that one is lost, as nobody repeats it. It is never said twice, and what comes
// when the new page is known arrives.
func nextPage(t *testing.T, a, b *peers.Visitor) {
	t.Helper()
	ask := func(id string) {
		b.Send("<iq xmlns='jabber:client' type='get' id='" + id + "'><ping xmlns='urn:xmpp:ping'/></iq>")
	}
	// COMPAT: Prosody 0.12 ends a session when a request comes two rids early,
	// so the page's last request has to be there before the next page's two.
	ask("last")
	b.Expect(t, soon, "answer on the page", peers.Answering("last"))
	b.Hang()
	a.Say(b.JID, "between the pages")
	b.Poll()
	for i := range 3 { // the last one surely finds a request of the new page
		ask(fmt.Sprint("back-", i))
	}
	b.Expect(t, soon, "answer on the next page", peers.Answering("back-2"))
	a.Say(b.JID, "on the next page")
	b.Expect(t, soon, "words on the next page", peers.Saying("on the next page"))
	var came []string
	for _, s := range b.All(func(s peers.Stanza) bool { return s.Kind == "iq" || s.Body() != "" }) {
		came = append(came, s.Attr("id")+s.Body())
	}
	t.Logf("the next page has %q", came)
	if sorted := slices.Compact(slices.Sorted(slices.Values(came))); len(sorted) != len(came) {
		t.Errorf("something came twice: %q", came)
	}
}
