package server

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk/config"
	"frontdesk/internal/peers"
	"frontdesk/internal/xmpptest"
	"frontdesk/roster"
)

// checkStage is a configuration with a fake XMPP server that is well.
func checkStage(t *testing.T) (config.Config, *xmpptest.Server) {
	t.Helper()
	x := &xmpptest.Server{
		Domain: testDomain, Secret: testSecret, OneLink: true,
		Greeting: xmpptest.Privileges("localhost", testDomain, "2"),
	}
	x.Answer = func(stanza string) string {
		s := xmpptest.Stanza(stanza)
		if !s.Has("jabber:iq:version") {
			return ""
		}
		return "<iq type='result' from='localhost' to='" + testDomain + "' id='" + s.Attr("id") +
			"'><query xmlns='jabber:iq:version'><name>Prosody</name><version>13.0.5</version></query></iq>"
	}
	cfg := testConfig(t)
	cfg.XMPP.Server = xmppPort(t, x)
	return cfg, x
}

func findings(t *testing.T, cfg config.Config) map[string]Finding {
	t.Helper()
	byName := map[string]Finding{}
	for _, f := range Check(t.Context(), cfg) {
		if _, twice := byName[f.Name]; twice {
			t.Errorf("two findings %s", f.Name)
		}
		if !f.OK && f.Remedy == "" {
			t.Errorf("no remedy: %+v", f)
		}
		byName[f.Name] = f
	}
	return byName
}

// only fails unless exactly one finding is a problem, with these parts.
func only(t *testing.T, found map[string]Finding, name, detail, remedy string) {
	t.Helper()
	f := found[name]
	if f.OK || !strings.Contains(f.Detail, detail) || !strings.Contains(f.Remedy, remedy) {
		t.Errorf("%s: %+v, want %q and %q", name, f, detail, remedy)
	}
	for other, f := range found {
		if other != name && !f.OK {
			t.Errorf("also a problem: %+v", f)
		}
	}
}

func TestCheckAllWell(t *testing.T) {
	cfg, _ := checkStage(t)
	found := findings(t, cfg)
	for _, name := range []string{
		"http.listen", "http.tls_cert", "admin.socket", "store.url",
		"xmpp.server", "xmpp.secret", "xmpp.domain", "privileges of localhost", "version of localhost", "second link",
	} {
		if f, ok := found[name]; !ok || !f.OK || strings.Contains(f.Detail, "warning") {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if f := found["agents"]; !f.OK || !strings.Contains(f.Detail, "not looked at") {
		t.Errorf("agents: %+v", f)
	}
	if entries, _ := os.ReadDir(filepath.Dir(cfg.Admin.Socket)); len(entries) > 0 {
		t.Errorf("the check left %v", entries)
	}
}

func TestCheckProblems(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	closedPort := peers.FreeAddr(t)
	for name, c := range map[string]struct {
		change                  func(*config.Config)
		finding, detail, remedy string
	}{
		"component port closed": {func(c *config.Config) { c.XMPP.Server = closedPort }, "xmpp.server", "refused", "listens for components"},
		"wrong secret":          {func(c *config.Config) { c.XMPP.Secret = "wrong" }, "xmpp.secret", "not-authorized", "[xmpp] secret"},
		"unknown domain":        {func(c *config.Config) { c.XMPP.Domain = "x.localhost" }, "xmpp.secret", "host-unknown", "component of the XMPP server"},
		"HTTP port taken":       {func(c *config.Config) { c.HTTP.Listen = taken.Addr().String() }, "http.listen", "in use", "choose another address"},
		"no certificate":        {func(c *config.Config) { c.HTTP.TLSCert, c.HTTP.TLSKey = "/none.pem", "/none.pem" }, "http.tls_cert", "none.pem", "PEM pair"},
		"socket path taken":     {func(c *config.Config) { c.Admin.Socket = file }, "admin.socket", "is no socket", "move it away"},
		"store below a file":    {func(c *config.Config) { c.Store.URL = "sqlite://" + file + "/x.db" }, "store.url", "no directory", "another path"},
		"store not writable":    {func(c *config.Config) { c.Store.URL = "sqlite:///proc/frontdesk.db" }, "store.url", "/proc", "let this user write"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, _ := checkStage(t)
			c.change(&cfg)
			only(t, findings(t, cfg), c.finding, c.detail, c.remedy)
		})
	}
}

func TestCheckWarnings(t *testing.T) {
	cfg, x := checkStage(t)
	x.Greeting, x.OneLink = "", false
	found := findings(t, cfg)
	for name, part := range map[string]string{
		"privileges of localhost": "warning: none announced; grant the component the roster",
		"second link":             "warning: the server accepts a second link",
	} {
		if f := found[name]; !f.OK || !strings.Contains(f.Detail, part) {
			t.Errorf("%s: %+v, want %q", name, f, part)
		}
	}
}

// Another frontdesk on the domain is found, and left alone.
func TestCheckRival(t *testing.T) {
	for name, oneLink := range map[string]bool{"refused": true, "split": false} {
		t.Run(name, func(t *testing.T) {
			s := play(t, func(s *stage) { s.xmpp.OneLink = oneLink })
			cfg := testConfig(t)
			cfg.XMPP.Server = xmppPort(t, s.xmpp)
			only(t, findings(t, cfg), "xmpp.domain", "", "stop the other process")
			if st := s.server.link.Stats(); !st.Up || st.Connects != 1 {
				t.Errorf("the other one lost its link: %+v", st)
			}
		})
	}
}

// A running daemon is asked; nothing is connected beside it.
func TestCheckBesideDaemon(t *testing.T) {
	s := play(t)
	s.hire("alice", 1)
	away := s.hire("bob", 1)
	away.presence("unavailable")
	s.seen(away, roster.Unavailable)
	id := s.server.link.Stats().LinkID
	found := findings(t, s.cfg)
	for name, part := range map[string]string{
		"http.listen":           "the daemon is running",
		"admin.socket":          "the daemon answers",
		"xmpp.server":           "are not tried beside it",
		"agent alice@localhost": "available",
		"agent bob@localhost":   "warning: no presence",
	} {
		if f := found[name]; !f.OK || !strings.Contains(f.Detail, part) {
			t.Errorf("%s: %+v, want %q", name, f, part)
		}
	}
	for _, name := range []string{"second link", "agents"} {
		if f, there := found[name]; there {
			t.Errorf("beside the daemon: %+v", f)
		}
	}
	if now := s.server.link.Stats(); now.LinkID != id || now.Connects != 1 {
		t.Errorf("the link was %s and is %+v", id, now)
	}

	s.xmpp.Down(true)
	s.link.Close()
	s.until("link down", func() error {
		return unless(!s.server.link.Stats().Up, "the link is up")
	})
	only(t, findings(t, s.cfg), "xmpp.server", "link is down", "stop it and check again")
}
