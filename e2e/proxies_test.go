//go:build integration

package e2e_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"frontdesk/internal/peers"
)

const (
	nginxFile = "../contrib/nginx.conf"
	caddyFile = "../contrib/Caddyfile"

	held       = 29 * time.Second // a request is answered after 30 s
	perAddress = 30               // visitors at once
)

// front is a reverse proxy, number n.
type front struct {
	*peers.Front

	name string
	n    int
}

// TestIntegrationProxies puts the reverse proxies of contrib/ in front, with
// TLS and all else as the files there say: visitors on the site's own pages
// talk, are seen to go and come back, a held request is let wait, and everybody
// counts for his own address.
func TestIntegrationProxies(t *testing.T) {
	t.Parallel() // it waits for the held requests
	s := set(t, peers.Prosody(t), map[string]string{
		"http.origins": "[]", "limits.sessions_per_address": fmt.Sprint(perAddress),
	})
	alice := s.hire("alice", 100)
	fronts := []front{
		{peers.Caddy(t, caddyFile, s.desk.HTTPAddr), "caddy", 1},
		{peers.NginxTLS(t, nginxFile, s.desk.HTTPAddr), "nginx", 2},
		{peers.NginxTLS(t, nginxFile, s.desk.HTTPAddr, "proxy_buffering off;", "proxy_buffering on;"), "nginx with buffers", 3},
	}
	var quiet []page
	var lines []*line
	for _, f := range fronts {
		for _, way := range ways() {
			l := newLine(t, f, way)
			quiet, lines = append(quiet, s.comes(t, alice, way.over, l, f.URL())), append(lines, l)
		}
	}
	for _, f := range fronts {
		t.Run(f.name+"/site", func(t *testing.T) { s.serves(t, f) })
		for _, way := range ways() {
			t.Run(f.name+"/"+way.name, func(t *testing.T) { s.leavesAndReturns(t, alice, f, way) })
		}
		t.Run(f.name+"/addresses", func(t *testing.T) { countsAddresses(t, f) })
	}
	for i, p := range quiet {
		l := lines[i]
		if p.over.name == "BOSH" {
			peers.Until(t, held+soon, l.name+" is answered late", l.waited)
		}
		p.talk(t, alice, "still here")
		if got := l.troubles(); len(got) > 0 {
			t.Errorf("%s: %q", l.name, got)
		}
		if found := alice.All(peers.Showing(p.token.JID, "unavailable")); len(found) > 0 {
			t.Errorf("%s: the agent saw %v", l.name, found)
		}
	}
}

// serves: the script is the same as without a proxy, and the site's own pages
// may chat, others not.
func (s *stage) serves(t *testing.T, f front) {
	const path = "/strophe.umd.min.js"
	by := f.Transport(t, f.address(1), true)
	status, want := ask(t, http.DefaultTransport, http.MethodGet, s.desk.URL()+path, nil)
	if status != http.StatusOK {
		t.Fatalf("without a proxy: %d", status)
	}
	if status, got := ask(t, by, http.MethodGet, f.URL()+path, nil); status != http.StatusOK || got != want {
		t.Errorf("%d, %d bytes; want %d", status, len(got), len(want))
	}
	for origin, want := range map[string]int{
		f.URL(): http.StatusCreated, "https://elsewhere.example": http.StatusForbidden, "http" + f.URL()[5:]: http.StatusForbidden,
	} {
		if got, _ := ask(t, by, http.MethodPost, f.URL()+"/visitor", http.Header{"Origin": {origin}}); got != want {
			t.Errorf("a page of %s: %d, want %d", origin, got, want)
		}
	}
}

// leavesAndReturns: the browser ends, which the agent sees at once, and the
// visitor comes back.
func (s *stage) leavesAndReturns(t *testing.T, alice *peers.Agent, f front, way way) {
	p := s.comes(t, alice, way.over, newLine(t, f, way), f.URL())
	was := s.only(p.token.JID)
	p.hang()
	alice.Expect(t, soon, "grey", peers.Showing(p.token.JID, "unavailable"))
	l := newLine(t, f, way)
	back := way.over.open(t, l, f.URL(), p.token)
	alice.Expect(t, soon, "back", peers.Showing(p.token.JID, "available"))
	back.talk(t, alice, "back")
	if now := s.only(p.token.JID); now.ID != was.ID || now.State != "active" || now.Agent != alice.JID {
		t.Errorf("chat is %+v, was %+v", now, was)
	}
	if got := l.troubles(); len(got) > 0 {
		t.Errorf("troubles: %q", got)
	}
}

// countsAddresses: one address gets no more than its share, whatever it says
// that it is, and its neighbour still gets something.
func countsAddresses(t *testing.T, f front) {
	one, another := f.Transport(t, f.address(5), false), f.Transport(t, f.address(6), false)
	for _, c := range []struct {
		method, path string
		header       http.Header
		good, full   int
	}{
		{http.MethodPost, "/visitor", http.Header{}, http.StatusCreated, http.StatusTooManyRequests},
		{http.MethodGet, "/xmpp-websocket", http.Header{
			"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Protocol": {"xmpp"},
			"Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"c2l4dGVlbiBieXRlcyAhIQ=="},
		}, http.StatusSwitchingProtocols, http.StatusServiceUnavailable},
	} {
		n, status := 0, c.good
		for ; status == c.good && n < 2*perAddress; n++ {
			c.header.Set("X-Forwarded-For", fmt.Sprintf("198.51.100.%d", n))
			status, _ = ask(t, one, c.method, f.URL()+c.path, c.header)
		}
		if status != c.full || n <= perAddress {
			t.Errorf("%s: number %d of one address gets %d, want %d after %d", c.path, n, status, c.full, perAddress)
		}
		if status, _ := ask(t, another, c.method, f.URL()+c.path, c.header); status != c.good {
			t.Errorf("%s: another address gets %d, want %d", c.path, status, c.good)
		}
	}
}

// ask sends one request and returns the answer; a socket stays open until the
// test ends.
func ask(t *testing.T, by http.RoundTripper, method, url string, header http.Header) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if header != nil {
		req.Header = header.Clone()
	}
	resp, err := by.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode == http.StatusSwitchingProtocols {
		t.Cleanup(func() { resp.Body.Close() })
		return resp.StatusCode, ""
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}
