//go:build integration

package e2e_test

import (
	"embed"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"testing"
	"time"

	"frontdesk/internal/peers"
)

//go:embed testdata/page.js
var pageScript embed.FS

// shop is a site of another origin with a chat on each page. A page's head
// comes at once, which ends the page before it; its script comes when the
// play lets it.
type shop struct {
	*httptest.Server

	strophe []byte
	script  []byte
	bosh    string
	left    chan struct{} // a page has gone
	let     chan struct{} // the rest of the next page may come
}

func openShop(t *testing.T, bosh string) *shop {
	t.Helper()
	strophe, err := os.ReadFile("../web/dist/strophe.umd.min.js")
	if err != nil {
		t.Fatal(err)
	}
	script, err := pageScript.ReadFile("testdata/page.js")
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{strophe: strophe, script: script, bosh: bosh, left: make(chan struct{}, 10), let: make(chan struct{}, 10)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /strophe.js", s.file(strophe))
	mux.HandleFunc("GET /page.js", s.file(script))
	mux.HandleFunc("POST /left", func(http.ResponseWriter, *http.Request) { s.left <- struct{}{} })
	mux.HandleFunc("GET /page/{n}", s.page)
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func (s *shop) file(body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write(body)
	}
}

// page writes the head, waits, and writes the rest.
func (s *shop) page(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<!doctype html><title>Page %s</title><body data-bosh='%s' data-domain='%s'><p>A shop.",
		r.PathValue("n"), s.bosh, peers.Domain)
	_ = http.NewResponseController(w).Flush()
	select {
	case <-s.let:
	case <-r.Context().Done():
		return
	}
	fmt.Fprint(w, "<script src='/strophe.js'></script><script src='/page.js' type='module'></script>")
}

// TestIntegrationPagesChange lets a real browser with strophe.js change pages
// three times in one chat, while the agent goes on talking.
func TestIntegrationPagesChange(t *testing.T) {
	peers.Each(t, func(t *testing.T, server *peers.Server) {
		const offlineAfter = 20 * time.Second // no change of pages takes so long
		s := set(t, server, map[string]string{"chat.offline_after": fmt.Sprintf("%q", offlineAfter)})
		alice := s.hire("alice", 1)
		shop := openShop(t, s.desk.BOSHURL())
		browser := peers.Chromium(t)

		shop.let <- struct{}{}
		browser.Open(shop.URL + "/page/0")
		browser.True(soon, "window.online")
		browser.Exec("say('hello')")
		visitor := alice.Expect(t, soon, "hello", peers.Saying("hello")).FromBare()
		alice.Say(visitor, "welcome")
		browser.True(soon, "got.length === 1")

		toVisitor, toAgent := []string{"welcome"}, []string{"hello"}
		origins := []float64{peers.Eval[float64](browser, "performance.timeOrigin")}
		sid := peers.Eval[string](browser, "conn._proto.sid")
		for n := 1; n <= 3; n++ {
			last := fmt.Sprint("last words on page ", n-1)
			toAgent = append(toAgent, last)
			browser.Exec(fmt.Sprintf("void sayAndGo(%q, '/page/%d')", last, n))
			// One goes into the request that dies with the page ...
			dying := fmt.Sprint("into the dying request ", n)
			toVisitor = append(toVisitor, dying)
			alice.Say(visitor, dying)
			receive(t, shop.left)
			// ... and five come between the pages.
			for i := range 5 {
				between := fmt.Sprintf("between pages %d.%d", n, i)
				toVisitor = append(toVisitor, between)
				alice.Say(visitor, between)
			}
			s.waits(visitor, toVisitor[len(toVisitor)-1])
			shop.let <- struct{}{}
			browser.True(soon, "window.online")
			browser.True(soon, fmt.Sprintf("got.length >= %d", len(toVisitor)))
			origins = append(origins, peers.Eval[float64](browser, "performance.timeOrigin"))
			if now := peers.Eval[string](browser, "conn._proto.sid"); now != sid {
				t.Fatalf("page %d has another session", n)
			}
			alice.Expect(t, soon, "the last words", peers.Saying(last))
		}
		browser.Exec("say('that is all')")
		toAgent = append(toAgent, "that is all")
		alice.Expect(t, soon, "the end", peers.Saying("that is all"))

		if got := peers.Eval[[]string](browser, "got.map(m => m.body)"); !slices.Equal(got, toVisitor) {
			t.Errorf("the visitor was shown\n%q, want\n%q", got, toVisitor)
		}
		if got := alice.Bodies(visitor); !slices.Equal(got, toAgent) {
			t.Errorf("the agent was shown\n%q, want\n%q", got, toAgent)
		}
		slices.Sort(origins)
		if len(slices.Compact(origins)) != 4 {
			t.Errorf("the time origins of the documents are %v", origins)
		}
		if all := s.chats("--all"); len(all) != 1 || all[0].Visitor != visitor {
			t.Errorf("chats: %+v", all)
		}
		if grey := alice.All(peers.Showing(visitor, "unavailable")); len(grey) > 0 {
			t.Errorf("the agent was shown %v", grey)
		}

		// The browser is killed with a request held.
		browser.Kill()
		alice.Expect(t, offlineAfter+soon, "grey", peers.Showing(visitor, "unavailable"))
	})
}

// receive waits for a sign, as long as computing takes.
func receive(t *testing.T, sign <-chan struct{}) {
	t.Helper()
	select {
	case <-sign:
	case <-time.After(soon):
		t.Fatal("the page has not gone")
	}
}

// waits returns when the desk has what an agent said.
func (s *stage) waits(visitor, text string) {
	s.Helper()
	peers.Until(s, soon, text+" has come", func() error {
		for _, row := range s.chats() {
			if row.Visitor == visitor && slices.Contains(s.words(row.ID, "agent"), text) {
				return nil
			}
		}
		return fmt.Errorf("it has not")
	})
}
