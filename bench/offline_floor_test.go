//go:build bench

package bench_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"frontdesk/internal/peers"
)

// What the agent says.
const (
	welcome     = "how can I help?"
	anotherWord = "are you still there?"
)

// openFloor starts Prosody, frontdesk and the agent on the servers' core;
// visitors have the other.
func openFloor(t *testing.T) *floor {
	t.Helper()
	f := &floor{}
	onServerCore(func() {
		s := peers.Prosody(t)
		f.desk = peers.StartFrontdesk(t, s, map[string]string{
			"chat.offline_after": fmt.Sprintf("%q", offlineAfter), "chat.grace": `"10m"`, "chat.grace_busy": `"10m"`,
			"chat.agent_grace": `"15s"`, "log.level": `"info"`,
		})
		f.alice = s.Agent(t, "alice")
		f.desk.Do("agent", "add", f.alice.JID, "--name", "Alice", "--capacity", "10000")
	})
	if f.alice == nil {
		t.FailNow()
	}
	peers.Until(t, soon, "the agent can take chats", func() error {
		var rows []struct{ Presence string }
		f.desk.JSON(&rows, "agent", "list")
		if len(rows) != 1 || rows[0].Presence != "available" {
			return fmt.Errorf("agents are %+v", rows)
		}
		return nil
	})
	f.site = f.serve(t)
	return f
}

// serve is a shop of another origin: /BOSH and /WebSocket are pages of it.
func (f *floor) serve(t *testing.T) string {
	t.Helper()
	script, err := os.ReadFile("testdata/visitor.js")
	if err != nil {
		t.Fatal(err)
	}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/visitor.js" {
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = w.Write(script)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		leaves := ""
		switch r.URL.RawQuery {
		case minds:
			leaves = minds
		case unkept:
			w.Header().Set("Cache-Control", "no-store")
		}
		fmt.Fprintf(w, "<!doctype html><title>Shop</title><body data-desk='%s' data-domain='%s' data-minds='%s'>"+
			"<script src='%s/strophe.umd.min.js'></script><script src='/visitor.js' type='module'></script>",
			f.address(r.URL.Path[1:], f.desk.HTTPAddr), peers.Domain, leaves, f.desk.URL())
	}))
	t.Cleanup(site.Close)
	return site.URL
}

// address is where a transport is served behind addr.
func (f *floor) address(over, addr string) string {
	if over == "WebSocket" {
		return "ws://" + addr + "/xmpp-websocket"
	}
	return "http://" + addr + "/http-bind"
}

// arrive opens a visitor's page and returns its bare address when it has a
// chat, has heard the agent, and nothing goes on any more. A page that minds
// takes its leave.
func (f *floor) arrive(t *testing.T, page *peers.Browser, over, kind string) string {
	t.Helper()
	page.Open(f.site + "/" + over + "?" + kind)
	page.True(soon, "window.me")
	me := peers.Eval[string](page, "window.me")
	f.meet(t, me)
	f.settle(page, welcome)
	return me
}

// meet waits for a visitor's chat and answers it.
func (f *floor) meet(t *testing.T, me string) {
	t.Helper()
	f.alice.Expect(t, soon, "hello", peers.Saying("hello from "+me))
	f.alice.Expect(t, soon, "available", peers.Showing(me, "available"))
	f.alice.Say(me, welcome)
}

// settle waits until a page has heard the agent's word and is quiet.
func (f *floor) settle(page *peers.Browser, word string) {
	page.True(soon, fmt.Sprintf("window.heard === %q && quiet()", word))
}
