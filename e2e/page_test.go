//go:build integration

package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"frontdesk/internal/peers"
)

// page is a visitor's page that chats over one transport.
type page struct {
	*peers.Inbox

	over  over
	token peers.Token
	say   func(text string)
	hang  func() // the browser ends
}

// over opens the page of a visitor at base (http://host:port), logged in and
// available.
type over struct {
	name string
	open func(t *testing.T, by http.RoundTripper, base string, token peers.Token) page
}

func overBOSH() over {
	return over{"BOSH", func(t *testing.T, by http.RoundTripper, base string, token peers.Token) page {
		t.Helper()
		v := peers.ReturnBy(t, by, base+"/http-bind", peers.Domain, token)
		v.Available()
		return page{v.Inbox, overBOSH(), token, func(text string) { v.Say(support, text) }, v.Hang}
	}}
}

func overWebSocket() over {
	return over{"WebSocket", func(t *testing.T, by http.RoundTripper, base string, token peers.Token) page {
		t.Helper()
		url := "ws" + strings.TrimPrefix(base, "http") + "/xmpp-websocket"
		v := peers.ReturnBySocketBy(t, by, url, peers.Domain, token)
		if err := v.Available(t.Context()); err != nil {
			t.Fatal(err)
		}
		say := func(text string) {
			if err := v.Say(t.Context(), support, text); err != nil {
				t.Error(err)
			}
		}
		return page{v.Inbox, overWebSocket(), token, say, v.Hang}
	}}
}

// comes opens the page of a new visitor, who talks with the agent.
func (s *stage) comes(t *testing.T, alice *peers.Agent, over over, by http.RoundTripper, base string) page {
	t.Helper()
	token, err := peers.NewToken(t.Context(), s.desk.URL())
	if err != nil {
		t.Fatal(err)
	}
	p := over.open(t, by, base, token)
	p.talk(t, alice, "hello")
	alice.Expect(t, soon, "available", peers.Showing(token.JID, "available"))
	return p
}

// talk says something both ways, and returns when the page is known to have
// it: over BOSH, when its next request is there to be held.
func (p page) talk(t *testing.T, alice *peers.Agent, about string) {
	t.Helper()
	text := fmt.Sprintf("%s from %s <&> ü", about, p.token.JID)
	p.say(text)
	alice.Expect(t, soon, "the visitor's words", peers.Saying(text))
	id := alice.Say(p.token.JID, "you say: "+text)
	p.Expect(t, soon, "the agent's words", peers.Saying("you say: "+text))
	alice.Expect(t, soon, "the receipt", received(id))
}

// only is the one chat that a visitor has ever had.
func (s *stage) only(visitor string) chatRow {
	s.Helper()
	var found []chatRow
	for _, row := range s.chats("--all") {
		if row.Visitor == visitor {
			found = append(found, row)
		}
	}
	if len(found) != 1 {
		s.Fatalf("%s has the chats %+v", visitor, found)
	}
	return found[0]
}
