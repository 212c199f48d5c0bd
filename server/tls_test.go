package server

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"frontdesk/config"
	"frontdesk/internal/peers"
)

// writePair makes a certificate of our own for 127.0.0.1, with that name, and
// writes it with its key.
func writePair(t testing.TB, h config.HTTP, name string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	cert, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for path, block := range map[string]*pem.Block{
		h.TLSCert: {Type: "CERTIFICATE", Bytes: cert},
		h.TLSKey:  {Type: "EC PRIVATE KEY", Bytes: secret},
	} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// withTLS turns TLS on with a pair in a directory of its own.
func withTLS(t testing.TB, name string) option {
	dir := t.TempDir()
	return with(func(c *config.Config) {
		c.HTTP.TLSCert, c.HTTP.TLSKey = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
		writePair(t, c.HTTP, name)
	})
}

// seenOver connects and returns the certificate's name and the protocol.
func (s *stage) seenOver(protocols ...string) (name, protocol string) {
	s.Helper()
	d := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, NextProtos: protocols}}
	c, err := d.DialContext(s.Context(), "tcp", s.server.Addr())
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	state := c.(*tls.Conn).ConnectionState()
	return state.PeerCertificates[0].Subject.CommonName, state.NegotiatedProtocol
}

// browser is a client that trusts every certificate and speaks HTTP/2.
func browser() *http.Client {
	t := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}
	return &http.Client{Transport: t}
}

// TestTLSListener: requests come by HTTP/2, WebSockets by HTTP/1.1, visitors
// are known to be secure, and plain HTTP is no way in.
func TestTLSListener(t *testing.T) {
	s := play(t, withTLS(t, "first"))
	secure := strings.Replace(s.url(""), "http:", "https:", 1)
	by := browser()
	defer by.CloseIdleConnections()
	resp, err := by.Get(secure + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.ProtoMajor != 2 {
		t.Errorf("%s over %s", resp.Status, resp.Proto)
	}
	if _, protocol := s.seenOver("http/1.1"); protocol != "http/1.1" {
		t.Errorf("an HTTP/1.1 client got %q", protocol)
	}
	s.socket(t, strings.Replace(secure, "https:", "wss:", 1))
	a := s.hire("alice", 1)
	v, err := peers.OpenVisitBy(t.Context(), by.Transport, secure+"/http-bind", testDomain, "")
	if err != nil {
		t.Fatal(err)
	}
	defer v.Hang()
	v.Say(support, "over HTTP/2")
	a.expect("<body>over HTTP/2</body>", v.Bare())
	a.says(v.Bare(), "a1", "it works")
	v.Expect(t, soon, "the answer", peers.Saying("it works"))
	if status, _, err := fetch(http.DefaultClient, s.url("/healthz")); err == nil && status != http.StatusBadRequest {
		t.Errorf("plain HTTP: %d", status)
	}
}

// socket opens a stream over a WebSocket, no further than its features.
func (s *stage) socket(t *testing.T, base string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	by := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	c, _, err := websocket.Dial(ctx, base+"/xmpp-websocket",
		&websocket.DialOptions{Subprotocols: []string{"xmpp"}, HTTPClient: by})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.CloseNow() }()
	const open = `<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="` + testDomain + `" version="1.0"/>`
	if err := c.Write(ctx, websocket.MessageText, []byte(open)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<open ", "<stream:features "} {
		_, text, err := c.Read(ctx)
		if err != nil || !strings.HasPrefix(string(text), want) {
			t.Fatalf("%s, %v; want %s", text, err, want)
		}
		if strings.Contains(string(text), "starttls") {
			t.Errorf("TLS inside TLS: %s", text)
		}
	}
}

// TestW16_NoSTARTTLS also without TLS below.
func TestW16_NoSTARTTLS(t *testing.T) {
	s := play(t)
	s.socket(t, s.url(""))
}

// TestReloadOfTheCertificate: new files are taken, bad ones are not, and other
// paths need no restart.
func TestReloadOfTheCertificate(t *testing.T) {
	s := play(t, withTLS(t, "first"))
	reload := func(cfg config.Config, want string) {
		t.Helper()
		if keys := s.server.Reload(cfg); len(keys) != 0 {
			t.Errorf("restart for %v", keys)
		}
		if name, _ := s.seenOver("h2"); name != want {
			t.Errorf("shows %q, want %q", name, want)
		}
	}
	writePair(t, s.cfg.HTTP, "second")
	reload(s.cfg, "second")

	if err := os.WriteFile(s.cfg.HTTP.TLSKey, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	reload(s.cfg, "second")
	if !strings.Contains(s.log.String(), "the old one stays") {
		t.Error("nothing was said of the bad pair")
	}

	moved := &stage{TB: t, cfg: s.cfg}
	withTLS(t, "third")(moved)
	reload(moved.cfg, "third")

	plain := s.cfg
	plain.HTTP.TLSCert, plain.HTTP.TLSKey = "", ""
	if keys := s.server.Reload(plain); len(keys) != 1 || keys[0] != "[http]" {
		t.Errorf("TLS off: restart for %v", keys)
	}
}

// TestBadCertificateAtStart is refused with the keys named.
func TestBadCertificateAtStart(t *testing.T) {
	s := newStage(t, withTLS(t, "first"), with(func(c *config.Config) { c.HTTP.TLSKey = c.HTTP.TLSCert }))
	err := s.server.Start(t.Context())
	if err == nil || !strings.Contains(err.Error(), "http.tls_cert, http.tls_key") {
		t.Errorf("started: %v", err)
	}
}

func socketEffects() map[string]func(*testing.T) {
	shown := func(t *testing.T) {
		if name, protocol := play(t, withTLS(t, "ours")).seenOver("h2"); name != "ours" || protocol != "h2" {
			t.Errorf("shows %q over %q", name, protocol)
		}
	}
	return map[string]func(*testing.T){
		"http.tls_cert":  shown,
		"http.tls_key":   shown,
		"websocket.ping": pingedInTime,
	}
}

// pingedInTime: a silent socket is pinged as often as the key says.
func pingedInTime(t *testing.T) {
	for _, d := range []time.Duration{5 * time.Second, 20 * time.Second} {
		bubble(t, func(s *stage) {
			pings := make(chan struct{}, 100)
			by := s.transport()
			defer by.CloseIdleConnections()
			c, _, err := websocket.Dial(s.Context(), "ws://"+testDomain+"/xmpp-websocket", &websocket.DialOptions{
				Subprotocols: []string{"xmpp"}, HTTPClient: &http.Client{Transport: by},
				OnPingReceived: func(context.Context, []byte) bool { pings <- struct{}{}; return true },
			})
			if err != nil {
				s.Fatal(err)
			}
			defer func() { _ = c.CloseNow() }()
			const open = `<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="` + testDomain + `" version="1.0"/>`
			if err := c.Write(s.Context(), websocket.MessageText, []byte(open)); err != nil {
				s.Fatal(err)
			}
			done := make(chan struct{})
			go func() {
				defer close(done)
				for _, _, err := c.Read(s.Context()); err == nil; _, _, err = c.Read(s.Context()) {
				}
			}()
			s.pass(d - time.Millisecond)
			if n := len(pings); n != 0 {
				s.Errorf("%d pings too early", n)
			}
			s.pass(time.Millisecond)
			if n := len(pings); n != 1 {
				s.Errorf("%d pings", n)
			}
			_ = c.CloseNow()
			<-done
		}, with(func(c *config.Config) { c.WebSocket.Ping = d }))
	}
}
