//go:build integration

package e2e_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/internal/peers"
)

// leavings is how often each way of leaving is timed.
const leavings = 20

// TestIntegrationVisitorsLeaveOverWebSocket shows the agent every way to
// leave, and logs how long she has to wait.
func TestIntegrationVisitorsLeaveOverWebSocket(t *testing.T) {
	installed := installClients(t)
	server := peers.Prosody(t)
	s := set(t, server, nil)
	alice := s.hire("alice", 100)
	direct := "ws://" + s.desk.HTTPAddr + "/xmpp-websocket"

	// The power cuts take longest: they run beside the others.
	cable := peers.NewRelay(t, s.desk.HTTPAddr)
	before := peers.NewRelay(t, peers.Nginx(t, nginxFile, s.desk.HTTPAddr))
	var dark []string
	for _, addr := range []string{cable.Addr, before.Addr} {
		page := startLibrary(t, installed, "xmppjs", "ws://"+addr+"/xmpp-websocket")
		dark = append(dark, arrives(t, alice, page))
	}
	cable.Cut()
	before.Cut()
	cut := time.Now()

	// A page that Chromium keeps for the way back, with its socket: its browser
	// answers, the page does not.
	token, err := peers.NewToken(t.Context(), s.desk.URL())
	if err != nil {
		t.Fatal(err)
	}
	frozen := peers.Chromium(t)
	frozen.Open(socketSite(t, s.desk.HTTPAddr, token, "") + "/")
	frozen.True(soon, "window.online")
	frozen.Exec(fmt.Sprintf("say(%q, 'I may come back')", support))
	alice.Expect(t, soon, "hello", peers.Saying("I may come back"))
	s.settled(token.JID)
	alice.Say(token.JID, "please do")
	s.settled(token.JID)
	frozen.Open("about:blank")
	alice.Say(token.JID, "said to nobody")
	dark = append(dark, token.JID)

	b := peers.Chromium(t)
	for _, way := range []struct {
		name  string
		after time.Duration
		leave func(t *testing.T) (me string, gone time.Time)
	}{
		{"the library says goodbye", 0, func(t *testing.T) (string, time.Time) {
			page := startLibrary(t, installed, "xmppjs", direct)
			me := arrives(t, alice, page)
			gone := time.Now()
			page.order(map[string]string{"do": "leave"})
			return me, gone
		}},
		{"the program is killed", offlineAfter, func(t *testing.T) (string, time.Time) {
			page := startLibrary(t, installed, "xmppjs", direct)
			me := arrives(t, alice, page)
			gone := time.Now()
			page.kill()
			return me, gone
		}},
		{"the page is left", offlineAfter, func(t *testing.T) (string, time.Time) {
			token, err := peers.NewToken(t.Context(), s.desk.URL())
			if err != nil {
				t.Fatal(err)
			}
			b.Open(socketSite(t, s.desk.HTTPAddr, token, "") + "/")
			b.True(soon, "window.online")
			// Chromium would keep the page with its socket, for the way back.
			b.Exec("addEventListener('pagehide', hangUp)")
			hello := "hello from " + token.JID
			b.Exec(fmt.Sprintf("say(%q, %q)", support, hello))
			alice.Expect(t, soon, "hello", peers.Saying(hello))
			gone := time.Now()
			b.Open("about:blank")
			return token.JID, gone
		}},
	} {
		t.Run(way.name, func(t *testing.T) {
			var took []time.Duration
			for range leavings {
				me, gone := way.leave(t)
				at := alice.Expect(t, soon, "unavailable", peers.Showing(me, "unavailable")).At
				took = append(took, at.Sub(gone)-way.after)
			}
			slices.Sort(took)
			t.Logf("unavailable after offline_after (%v) + median %v, longest %v", way.after, took[leavings/2], took[leavings-1])
		})
	}
	for _, me := range dark {
		at := alice.Expect(t, noticed+soon, "unavailable after the cut", peers.Showing(me, "unavailable")).At
		t.Logf("unavailable %v after the cut", at.Sub(cut).Round(time.Millisecond))
	}
	frozen.Open(socketSite(t, s.desk.HTTPAddr, token, "") + "/")
	frozen.True(soon, "got.some(m => m.text === 'said to nobody')")
}

// arrives opens a visitor's chat and returns the bare address.
func arrives(t *testing.T, alice *peers.Agent, page *library) string {
	t.Helper()
	page.connect(t, "", "")
	me := peers.Bare(page.expect(t, "online", "").JID)
	hello := "hello from " + me
	page.order(map[string]string{"do": "say", "to": support, "text": hello})
	alice.Expect(t, soon, "hello", peers.Saying(hello))
	return me
}

// TestIntegrationWebSocketBarred: a visitor whose WebSocket is lost and does
// not come back goes on over BOSH, in the same chat.
func TestIntegrationWebSocketBarred(t *testing.T) {
	installed := installClients(t)
	peers.Each(t, func(t *testing.T, server *peers.Server) {
		s := set(t, server, map[string]string{"chat.offline_after": `"60s"`})
		alice := s.hire("alice", 1)
		token, err := peers.NewToken(t.Context(), s.desk.URL())
		if err != nil {
			t.Fatal(err)
		}
		page := startLibrary(t, installed, "stanza", "ws://"+s.desk.HTTPAddr+"/xmpp-websocket")
		user, _, _ := strings.Cut(token.JID, "@")
		page.connect(t, user, token.Password)
		me := page.expect(t, "online", "").JID
		converse(t, alice, page, me)
		page.kill()
		alice.Say(token.JID, "meanwhile")
		v := peers.Return(t, s.desk.BOSHURL(), peers.Domain, token)
		v.Available()
		v.Expect(t, soon, "what was said meanwhile", peers.Saying("meanwhile"))
		v.Say(support, "now over BOSH")
		alice.Expect(t, soon, "the visitor's words", peers.Saying("now over BOSH"))
		alice.Say(token.JID, "fine")
		v.Expect(t, soon, "the answer", peers.Saying("fine"))
		if found := alice.All(peers.Showing(token.JID, "unavailable")); len(found) > 0 {
			t.Errorf("the agent saw %v", found)
		}
		if rows := s.chats("--all"); len(rows) != 1 || rows[0].State != "active" {
			t.Errorf("chats are %+v", rows)
		}
	})
}
