package component

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/internal/xmpptest"
	"frontdesk/roster"
)

// answering answers version questions and alice's probe like a real server.
func answering(name, version string) func(string) string {
	return func(stanza string) string {
		s := xmpptest.Stanza(stanza)
		switch {
		case s.Has("jabber:iq:version"):
			return "<iq type='result' from='localhost' to='chat.localhost' id='" + s.Attr("id") +
				"'><query xmlns='jabber:iq:version'><name>" + name + "</name><version>" + version + "</version></query></iq>"
		case s.Has(`type="probe"`, alice):
			return "<presence from='alice@localhost/a' to='chat.localhost'/>"
		}
		return ""
	}
}

// checked runs Check in a bubble against a server of its own.
func checked(t *testing.T, s *xmpptest.Server, o Options, agents ...roster.AgentJID) map[string]Finding {
	t.Helper()
	byName := make(map[string]Finding)
	synctest.Test(t, func(t *testing.T) {
		if s.Domain == "" {
			s.Domain = testDomain
		}
		s.Secret, o.Domain, o.Dial = testSecret, testDomain, s.Dial
		if o.Secret == "" {
			o.Secret = testSecret
		}
		found, err := Check(t.Context(), o, agents...)
		if err != nil {
			t.Error(err)
		}
		for _, f := range found {
			byName[f.Name] = f
		}
		s.Close()
	})
	return byName
}

func TestCheckGood(t *testing.T) {
	found := checked(t, &xmpptest.Server{
		Greeting: xmpptest.Privileges("localhost", testDomain, "2"),
		Answer:   answering("Prosody", "13.0.5"),
		OneLink:  true,
	}, Options{Server: "127.0.0.1:5347"}, alice, "bob@localhost")
	for name, detail := range map[string]string{
		"xmpp.server":             "127.0.0.1:5347",
		"xmpp.secret":             "accepts the secret",
		"xmpp.domain":             "no other process",
		"privileges of localhost": "roster both, message outgoing, presence managed_entity",
		"version of localhost":    "Prosody 13.0.5",
		"agent alice@localhost":   "online",
		"agent bob@localhost":     "no presence",
		"second link":             "refuses a second link",
	} {
		f := found[name]
		if !f.OK || !strings.Contains(f.Detail, detail) {
			t.Errorf("%s: %+v, want %q", name, f, detail)
		}
		if warns := f.Remedy != ""; warns != (name == "agent bob@localhost") {
			t.Errorf("%s: remedy %q", name, f.Remedy)
		}
	}
	if len(found) != 8 {
		t.Errorf("%d findings: %v", len(found), found)
	}
}

func TestCheckWarnings(t *testing.T) {
	found := checked(t, &xmpptest.Server{Answer: answering("Prosody", "0.12.3")}, Options{})
	for name, part := range map[string]string{
		"version of localhost":    "CVE-2026-43506",
		"privileges of localhost": "none announced",
		"second link":             "accepts a second link",
	} {
		if f := found[name]; !f.OK || f.Remedy == "" || !strings.Contains(f.Detail, part) {
			t.Errorf("%s: %+v, want %q", name, f, part)
		}
	}
}

func TestCheckTroubles(t *testing.T) {
	down := &xmpptest.Server{}
	down.Down(true)
	for _, c := range []struct {
		name   string
		server *xmpptest.Server
		secret string
		want   Finding
	}{
		{"closed port", down, "", Finding{"xmpp.server", false, "connection refused", "listens for components"}},
		{"wrong secret", &xmpptest.Server{}, "wrong", Finding{"xmpp.secret", false, "not-authorized", "[xmpp] secret"}},
		{"unknown domain", &xmpptest.Server{Domain: "x.localhost"}, "", Finding{"xmpp.secret", false, "host-unknown", "component of the XMPP server"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := checked(t, c.server, Options{Secret: c.secret})
			f := found[c.want.Name]
			if f.OK || !strings.Contains(f.Detail, c.want.Detail) || !strings.Contains(f.Remedy, c.want.Remedy) {
				t.Errorf("%+v, want %+v", f, c.want)
			}
			for name, other := range found {
				if name != c.want.Name && !other.OK {
					t.Errorf("also %+v", other)
				}
			}
		})
	}
}

// A check beside a running process steps back and leaves it alone.
func TestCheckBesideProcess(t *testing.T) {
	for name, s := range map[string]*xmpptest.Server{
		"one link": {OneLink: true}, "split": {},
	} {
		t.Run(name, func(t *testing.T) {
			act(t, s, func(p *play) {
				time.Sleep(time.Second)
				found, err := Check(p.Context(), Options{Domain: testDomain, Secret: testSecret, Dial: s.Dial})
				if err != nil {
					t.Fatal(err)
				}
				last := found[len(found)-1]
				if last.OK || !strings.Contains(last.Remedy, "stop the other process") {
					t.Errorf("found %+v", found)
				}
				p.pass(time.Minute)
				if st := p.link.Stats(); !st.Up || st.Connects != 1 {
					t.Errorf("the process lost its link: %+v", st)
				}
			})
		})
	}
}

func TestCheckCalledOff(t *testing.T) {
	if _, err := Check(t.Context(), Options{}); !errors.Is(err, ErrInvalid) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := &xmpptest.Server{Domain: testDomain, Secret: testSecret}
	defer s.Close()
	if _, err := Check(ctx, Options{Domain: testDomain, Secret: testSecret, Dial: s.Dial}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// T38.
func TestT38_Advice(t *testing.T) {
	for _, c := range []struct {
		server, version string
		warns           bool
	}{
		{"Prosody", "0.12.3", true},
		{"Prosody", "0.12.5", true},
		{"Prosody", "0.12.6", false},
		{"Prosody", "0.11.13", true},
		{"Prosody", "13.0.4", true},
		{"prosody", "13.0.5", false},
		{"Prosody", "13.1.0", false},
		{"Prosody", "trunk nightly build 1234", false},
		{"Prosody", "", false},
		{"ejabberd", "23.01", true},
		{"ejabberd", "23.10", false},
		{"ejabberd", "24.12", false},
		{"Openfire", "0.1", false},
	} {
		if got := advice(c.server, c.version); (got != "") != c.warns {
			t.Errorf("%s %s: %q", c.server, c.version, got)
		}
	}
}
