//go:build integration

package e2e_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"frontdesk/internal/peers"
)

// changes is how often a page is changed while the agent talks, and words how
// much she says at each change.
// On every fourth page the visitor stays until all is known to have arrived:
// what is not fills 64 KiB at most.
const (
	changes = 12
	words   = 20
	reads   = 4
)

// TestIntegrationPagesChangeOverWebSocket lets a real browser change pages in
// the middle of the agent's words: with the credentials of POST /visitor
// alone, and with a stream that is resumed. It is the same visitor and the
// same chat, and every word is shown once, in order.
func TestIntegrationPagesChangeOverWebSocket(t *testing.T) {
	server := peers.Prosody(t)
	s := set(t, server, map[string]string{"chat.offline_after": `"60s"`})
	alice := s.hire("alice", 10)
	for mode, online := range map[string]string{"": "bound", "resume": "resumed"} {
		t.Run("page is "+online, func(t *testing.T) {
			token, err := peers.NewToken(t.Context(), s.desk.URL())
			if err != nil {
				t.Fatal(err)
			}
			site := socketSite(t, s.desk.HTTPAddr, token, mode)
			b := peers.Chromium(t)
			b.Open(site + "/0")
			b.True(soon, "window.online === 'bound'")
			b.Exec(fmt.Sprintf("say(%q, 'hello from %s')", support, token.JID))
			alice.Expect(t, soon, "hello", peers.Saying("hello from "+token.JID))
			var want []string
			for n := 1; n <= changes; n++ {
				b.Exec(fmt.Sprintf("void setTimeout(() => { location = '/%d' }, 5)", n))
				text := ""
				for i := range words {
					text = fmt.Sprintf("%s, page %d, word %d", online, n, i)
					alice.Say(token.JID, text)
					want = append(want, text)
				}
				b.True(soon, fmt.Sprintf("location.pathname === '/%d' && window.online === %q", n, online))
				peers.Until(t, soon, "all that was said", func() error {
					if got := peers.Eval[[]string](b, "got.map(m => m.text)"); !slices.Contains(got, text) {
						return fmt.Errorf("the page shows %q", got[max(0, len(got)-words):])
					}
					return nil
				})
				if n%reads == 0 {
					s.settled(token.JID)
				}
			}
			got := peers.Eval[[]string](b, "got.map(m => m.text)")
			if !slices.Equal(got, want) {
				t.Errorf("the page shows %d words, %q, want %d, %q", len(got), got, len(want), want)
			}
			if found := alice.All(peers.Showing(token.JID, "unavailable")); len(found) > 0 {
				t.Errorf("the agent saw %v", found)
			}
			if row := s.chats("--all"); len(slices.DeleteFunc(row, func(r chatRow) bool { return r.Visitor != token.JID })) != 1 {
				t.Errorf("chats are %+v", row)
			}
		})
	}
}

// settled waits until all that the agent said to a visitor has arrived.
func (s *stage) settled(visitor string) {
	s.Helper()
	id := ""
	for _, row := range s.chats() {
		if row.Visitor == visitor {
			id = row.ID
		}
	}
	peers.Until(s, soon, "all has arrived", func() error {
		said := s.transcript(id)
		if last := said[len(said)-1]; last.Delivery != "seen" {
			return fmt.Errorf("the last word is %+v", last)
		}
		return nil
	})
}

// socketSite is a site of another origin, on whose every page the visitor of
// the token chats over WebSocket.
func socketSite(t *testing.T, desk string, token peers.Token, mode string) string {
	t.Helper()
	script, err := os.ReadFile("testdata/socket.js")
	if err != nil {
		t.Fatal(err)
	}
	name, _, _ := strings.Cut(token.JID, "@")
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/socket.js" {
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = w.Write(script)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<!doctype html><title>Page %s</title><body data-url='ws://%s/xmpp-websocket' data-domain='%s'"+
			" data-name='%s' data-password='%s' data-resume='%s'><script src='/socket.js' type='module'></script>",
			r.URL.Path, desk, peers.Domain, name, token.Password, mode)
	}))
	t.Cleanup(site.Close)
	return site.URL
}
