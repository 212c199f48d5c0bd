package server

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk/config"
	"frontdesk/internal/peers"
	"frontdesk/internal/xmpptest"
)

func linkEffects() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"xmpp.server": serverIsUsed,
		"xmpp.domain": domainIsOurs,
		"xmpp.secret": secretIsShown,
	}
}

// serverIsUsed: the link goes to the port of the key.
func serverIsUsed(t *testing.T) {
	one := &xmpptest.Server{Domain: testDomain, Secret: testSecret}
	other := &xmpptest.Server{Domain: testDomain, Secret: testSecret}
	ports := map[*xmpptest.Server]string{one: xmppPort(t, one), other: xmppPort(t, other)}
	for x, port := range ports {
		s := play(t, with(func(c *config.Config) { c.XMPP.Server = port }), func(s *stage) {
			s.server.seams.dial = nil
			s.xmpp = x
		})
		s.stop()
	}
}

// domainIsOurs: visitors get addresses in the key's domain.
func domainIsOurs(t *testing.T) {
	s := play(t, with(func(c *config.Config) { c.XMPP.Domain = "desk.localhost" }),
		func(s *stage) { s.xmpp.Domain = "desk.localhost" })
	if v := s.visit(); !strings.HasSuffix(v.Bare(), "@desk.localhost") {
		t.Errorf("the visitor is %s", v.JID)
	}
}

// secretIsShown: the right one makes a link, another one trouble.
func secretIsShown(t *testing.T) {
	s := newStage(t, with(func(c *config.Config) { c.XMPP.Secret = "another" }))
	if err := s.server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	s.until("trouble", func() error {
		status, err := s.status()
		if err != nil {
			return err
		}
		return unless(!status.Link && strings.Contains(status.Trouble, "not-authorized"), "status %+v", status)
	})
	play(t, with(func(c *config.Config) { c.XMPP.Secret = "another" }), func(s *stage) { s.xmpp.Secret = "another" })
}

func httpEffects() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"http.listen":          listensThere,
		"http.origins":         pagesMayUseUs,
		"http.public_url":      discovered,
		"http.trusted_proxies": proxiesAreBelieved,
	}
}

func listensThere(t *testing.T) {
	addr := peers.FreeAddr(t)
	s := play(t, with(func(c *config.Config) { c.HTTP.Listen = addr }))
	if status, _ := s.get("/healthz"); s.server.Addr() != addr || status != http.StatusOK {
		t.Errorf("listens at %s, not %s: %d", s.server.Addr(), addr, status)
	}
}

// pagesMayUseUs: a page of a listed origin may read, on every way in.
func pagesMayUseUs(t *testing.T) {
	const shop, thief = "https://shop.example.com", "https://thief.example.net"
	s := play(t, with(func(c *config.Config) { c.HTTP.Origins = []string{shop} }))
	for _, path := range []string{"/http-bind", "/visitor"} {
		for origin, want := range map[string]string{shop: shop, thief: ""} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, s.url(path), nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Origin", origin)
			r.Header.Set("Access-Control-Request-Method", "POST")
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if got := resp.Header.Get("Access-Control-Allow-Origin"); got != want {
				t.Errorf("%s from %s: allowed %q", path, origin, got)
			}
		}
	}
}

// discovered: host-meta tells the key's address, and nothing without it.
func discovered(t *testing.T) {
	const path = "/.well-known/host-meta.json"
	s := play(t, with(func(c *config.Config) { c.HTTP.PublicURL = "https://desk.example.com/" }))
	if status, body := s.get(path); status != http.StatusOK || !strings.Contains(body, `"https://desk.example.com/http-bind"`) {
		t.Errorf("%d %s", status, body)
	}
	if status, _ := play(t).get(path); status != http.StatusNotFound {
		t.Errorf("without public_url: %d", status)
	}
}

// proxiesAreBelieved: visitors behind a trusted proxy have their own address.
func proxiesAreBelieved(t *testing.T) {
	one := func(c *config.Config) { c.Limits.SessionsPerAddress = 1 }
	s := play(t, with(one))
	s.only(1, "192.0.2.1")
	s.only(1, "192.0.2.2")
	s = play(t, with(one), with(func(c *config.Config) { c.HTTP.TrustedProxies = nil }))
	if s.enters("192.0.2.1") != nil || s.enters("192.0.2.2") == nil {
		t.Error("a proxy that is not trusted was believed")
	}
}

func adminEffects() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"store.url":       storedThere,
		"store.retention": expires,
		"admin.socket":    answersThere,
		"admin.metrics":   counted,
	}
}

func storedThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "elsewhere", "desk.db")
	play(t, with(func(c *config.Config) { c.Store.URL = "sqlite://" + path })).hire("alice", 1).talks("hello")
	if at, err := os.Stat(path); err != nil || at.Size() == 0 {
		t.Errorf("%s: %v", path, err)
	}
}

// expires: a closed chat is kept as long as the key says, or for ever.
func expires(t *testing.T) {
	for retention, want := range map[time.Duration]string{2 * time.Hour: "", 0: "closed"} {
		bubble(t, func(s *stage) {
			v := s.hire("alice", 1).talks("hello")
			if err := v.Terminate(s.Context(), ""); err != nil {
				s.Fatal(err)
			}
			s.pass(time.Hour)
			if state, _ := s.state(v.Bare()); state != "closed" {
				s.Errorf("after an hour it is %q", state)
			}
			s.pass(24 * time.Hour)
			if state, _ := s.state(v.Bare()); state != want {
				s.Errorf("retention %s: after a day it is %q", retention, state)
			}
		}, with(func(c *config.Config) { c.Store.Retention = retention }))
	}
}

func answersThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run", "a.sock")
	s := play(t, with(func(c *config.Config) { c.Admin.Socket = path }))
	if status, err := s.status(); err != nil || !status.Link {
		t.Errorf("%+v %v", status, err)
	}
}

func counted(t *testing.T) {
	s := play(t, with(func(c *config.Config) { c.Admin.Metrics = "127.0.0.1:0" }))
	status, body, err := fetch(http.DefaultClient, "http://"+s.server.MetricsAddr()+"/metrics")
	if err != nil || status != http.StatusOK || !strings.Contains(body, "frontdesk_link_up 1") {
		t.Errorf("%d %v %s", status, err, body)
	}
	if addr := play(t).server.MetricsAddr(); addr != "" {
		t.Errorf("without the key metrics are at %s", addr)
	}
}
