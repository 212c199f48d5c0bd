//go:build integration

package e2e_test

import (
	"fmt"
	"slices"
	"testing"

	"frontdesk/internal/peers"
)

// TestIntegrationTalk has a whole conversation: words, typing, receipts and
// corrections, both ways; with and without roster privilege.
func TestIntegrationTalk(t *testing.T) {
	t.Run("privilege", func(t *testing.T) { peers.Each(t, talk) })
	t.Run("none", func(t *testing.T) { peers.Each(t, talk, peers.WithoutPrivilege) })
}

func talk(t *testing.T, server *peers.Server) {
	s := set(t, server, nil)
	alice := s.hire("alice", 1)
	v := s.visit()
	v.Send("<message xmlns='jabber:client' to='" + support + "' type='chat' id='first'><body>hello &lt;&amp;&gt;</body>" +
		"<request xmlns='urn:xmpp:receipts'/></message>")
	hello := alice.Expect(t, soon, "hello", peers.Saying("hello <&>"))
	if hello.FromBare() != v.Bare() || hello.Attr("id") == "first" {
		t.Errorf("the agent got %v", hello)
	}
	if server.RosterWorks {
		if item := alice.Roster()[v.Bare()]; item == nil || item.Attr("subscription") != "to" {
			t.Errorf("in the contact list: %v", item)
		}
	}
	alice.Expect(t, soon, "presence", peers.Showing(v.Bare(), "available"))
	v.Expect(t, soon, "receipt of the agent's client", received("first"))

	alice.Typing(v.Bare(), "composing")
	v.Expect(t, soon, "typing", func(e peers.Stanza) bool { return e.State() == "composing" })
	id := alice.Say(v.Bare(), "how can I hepl?")
	said := v.Expect(t, soon, "answer", peers.Saying("how can I hepl?"))
	if said.From() != support+"/Alice" {
		t.Errorf("the visitor got %v", said)
	}
	alice.Expect(t, soon, "receipt by the desk", received(id))
	alice.Correct(v.Bare(), id, "how can I help?")
	corrected := v.Expect(t, soon, "correction", peers.Saying("how can I help?"))
	if corrected.Child("urn:xmpp:message-correct:0", "replace").Attr("id") != said.Attr("id") {
		t.Errorf("the visitor got %v for %v", corrected, said)
	}

	v.Typing(support, "composing")
	alice.Expect(t, soon, "typing", func(e peers.Stanza) bool { return e.State() == "composing" && e.FromBare() == v.Bare() })
	for n := range 5 {
		v.Say(support, fmt.Sprint("more ", n))
	}
	alice.Expect(t, soon, "the last", peers.Saying("more 4"))
	want := []string{"hello <&>", "more 0", "more 1", "more 2", "more 3", "more 4"}
	if got := alice.Bodies(v.Bare()); !slices.Equal(got, want) {
		t.Errorf("the agent has %q", got)
	}
	row := s.chatOf(v)
	if got := s.words(row.ID, "visitor"); !slices.Equal(got, want) {
		t.Errorf("the transcript has %q", got)
	}
	if n := len(alice.All(received(id))); n != 1 {
		t.Errorf("%d receipts for one message", n)
	}
}

// received matches a receipt (XEP-0184).
func received(id string) func(peers.Stanza) bool {
	return func(e peers.Stanza) bool {
		return e.Kind == "message" && e.Child("urn:xmpp:receipts", "received").Attr("id") == id
	}
}

// TestIntegrationReturnAfterCrash kills frontdesk in the middle of a chat; the
// visitor logs in again with the resume token and goes on.
func TestIntegrationReturnAfterCrash(t *testing.T) {
	peers.Each(t, func(t *testing.T, server *peers.Server) {
		s := set(t, server, nil)
		alice := s.hire("alice", 1)
		token, err := peers.NewToken(t.Context(), s.desk.URL())
		if err != nil {
			t.Fatal(err)
		}
		v := peers.Return(t, s.desk.BOSHURL(), peers.Domain, token)
		v.Say(support, "hello")
		alice.Expect(t, soon, "hello", peers.Saying("hello"))
		before := s.reaches(v, soon, "active")

		s.desk.Kill()
		v.Hang()
		s.desk.Start()
		s.seen(alice, "available")
		alice.Say(v.Bare(), "are you back?")
		back := peers.Return(t, s.desk.BOSHURL(), peers.Domain, token)
		if back.Bare() != v.Bare() {
			t.Fatalf("came back as %s, was %s", back.Bare(), v.Bare())
		}
		back.Expect(t, soon, "what was said meanwhile", peers.Saying("are you back?"))
		back.Say(support, "yes")
		alice.Expect(t, soon, "words", peers.Saying("yes"))
		if now := s.reaches(back, soon, "active"); now.ID != before.ID || now.Agent != alice.JID {
			t.Errorf("chat is %+v, was %+v", now, before)
		}
		if grey := alice.All(peers.Showing(v.Bare(), "unavailable")); len(grey) > 0 {
			t.Errorf("a short restart was shown: %v", grey)
		}
	})
}
