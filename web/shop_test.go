//go:build integration

package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"testing"

	"frontdesk/internal/peers"
	"frontdesk/web"
)

func TestMain(m *testing.M) { os.Exit(withBinary(m)) }

func withBinary(m *testing.M) int {
	dir, err := os.MkdirTemp("", "web-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	binary, err := peers.Build(dir, false)
	if err != nil {
		panic(err)
	}
	if err := os.Setenv(peers.BinaryVariable, binary); err != nil {
		panic(err)
	}
	return m.Run()
}

const soon = peers.Patience

// shop serves the demo beside a desk's BOSH, as `frontdesk serve --demo` does.
func shop(t *testing.T, desk *peers.Frontdesk) string {
	t.Helper()
	target, err := url.Parse(desk.URL())
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/demo/", web.Demo(peers.Domain))
	mux.Handle("/http-bind", httputil.NewSingleHostReverseProxy(target))
	s := httptest.NewServer(mux)
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s.URL
}

// say types into the form and sends it.
func say(b *peers.Browser, text string) {
	b.True(soon, `!document.querySelector('.chat form button').disabled`)
	b.Exec(fmt.Sprintf(`document.querySelector('.chat textarea').value = %q;
		document.querySelector('.chat form').requestSubmit()`, text))
}

func shows(b *peers.Browser, text string) {
	b.True(soon, fmt.Sprintf(`document.querySelector('.lines').textContent.includes(%q)`, text))
}

// A chat goes on over the pages of the shop: the same visitor, nothing lost,
// and the agent sees no unavailable in between.
func TestIntegrationDemoShopKeepsItsChat(t *testing.T) {
	server := peers.Prosody(t)
	alice := server.Agent(t, "alice")
	desk := peers.StartFrontdesk(t, server, map[string]string{"chat.offline_after": `"60s"`}) // no change of pages takes so long
	desk.Do("agent", "add", alice.JID, "--name", "Alice", "--queue", "support")
	base := shop(t, desk)

	b := peers.Chromium(t)
	b.Open(base + "/demo/")
	b.Exec(`document.querySelector('.chat > button').click()`)
	b.True(soon, `document.querySelector('.chat strong').textContent === 'We are here'`)
	say(b, "one")
	visitor := alice.Expect(t, soon, "the first words", peers.Saying("one")).From()
	alice.Say(visitor, "answer one")
	shows(b, "answer one")

	say(b, "two") // goes out just before its page goes
	b.Open(base + "/demo/product.html")
	if got := alice.Expect(t, soon, "the second words", peers.Saying("two")).From(); got != visitor {
		t.Errorf("the visitor became %s, was %s", got, visitor)
	}
	shows(b, "answer one") // the lines are there on the new page
	alice.Say(visitor, "answer two")
	shows(b, "answer two")

	b.Open(base + "/demo/cart.html")
	say(b, "three")
	alice.Expect(t, soon, "the third words", peers.Saying("three"))
	if left := alice.All(peers.Showing(visitor, "unavailable")); len(left) > 0 {
		t.Error("the agent saw the visitor leave")
	}
}
