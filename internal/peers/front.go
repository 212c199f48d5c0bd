package peers

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// site is the name that the files in contrib/ serve.
const site = "chat.example.com"

// Front is a reverse proxy with TLS in front of frontdesk. It is what a file
// in contrib/ says, but for addresses and a certificate made for the test.
type Front struct {
	addr  string
	roots *x509.CertPool
}

// URL is where it is, without a path, and the origin of pages there.
func (f *Front) URL() string { return "https://" + site + ":" + port(f.addr) }

// BOSHURL is its BOSH.
func (f *Front) BOSHURL() string { return f.URL() + "/http-bind" }

// SocketURL is its WebSocket.
func (f *Front) SocketURL() string {
	return "wss" + strings.TrimPrefix(f.URL(), "https") + "/xmpp-websocket"
}

// Transport connects to it from a loopback address, over HTTP/2 or HTTP/1.1,
// until the test ends.
func (f *Front) Transport(t testing.TB, from string, http2 bool) *http.Transport {
	t.Helper()
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: 10 * time.Second}
	tr := &http.Transport{
		ForceAttemptHTTP2: http2,
		TLSClientConfig:   &tls.Config{RootCAs: f.roots, MinVersion: tls.VersionTLS12},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, f.addr)
		},
	}
	t.Cleanup(tr.CloseIdleConnections)
	return tr
}

// contributed is the text of a file in contrib/ with changes, each an old text
// that has to be there and the new one.
func contributed(t testing.TB, path string, changes ...string) string {
	t.Helper()
	text := readFile(path)
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(text, changes[i]) {
			t.Fatalf("%s has no %q", path, changes[i])
		}
	}
	return strings.NewReplacer(changes...).Replace(text)
}
