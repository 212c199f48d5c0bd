package link

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/internal/xmpptest"
)

// lookAtVersion asks the server what it runs.
func lookAtVersion(ctx context.Context, c *Conn) []Finding {
	return []Finding{c.Version(ctx, "localhost")}
}

// checked runs Check in a bubble against a server of its own.
func checked(t *testing.T, s *xmpptest.Server, o Options) map[string]Finding {
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
		found, err := Check(t.Context(), o, &recorder{}, lookAtVersion)
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

func TestCheckFindings(t *testing.T) {
	answer := func(stanza string) string {
		s := xmpptest.Stanza(stanza)
		if !s.Has("jabber:iq:version") {
			return ""
		}
		return "<iq type='result' from='localhost' to='chat.localhost' id='" + s.Attr("id") +
			"'><query xmlns='jabber:iq:version'><name>Prosody</name><version>0.12.3</version></query></iq>"
	}
	for _, c := range []struct {
		name   string
		server *xmpptest.Server
		want   []Finding
	}{
		{"one link, old version", &xmpptest.Server{OneLink: true, Answer: answer}, []Finding{
			{"xmpp.server", true, "127.0.0.1:5347", ""},
			{"xmpp.secret", true, "accepts the secret", ""},
			{"xmpp.domain", true, "no other process", ""},
			{"version of localhost", true, "Prosody 0.12.3: ", "update"},
			{"second link", true, "refuses a second link", ""},
		}},
		{"two links, no version", &xmpptest.Server{}, []Finding{
			{"xmpp.server", true, "127.0.0.1:5347", ""},
			{"xmpp.secret", true, "accepts the secret", ""},
			{"xmpp.domain", true, "no other process", ""},
			{"version of localhost", true, "not told", ""},
			{"second link", true, "accepts a second link", "never start two"},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := checked(t, c.server, Options{Server: "127.0.0.1:5347"})
			if len(found) != len(c.want) {
				t.Errorf("found %+v", found)
			}
			for _, want := range c.want {
				f := found[want.Name]
				if f.OK != want.OK || !strings.Contains(f.Detail, want.Detail) ||
					!strings.Contains(f.Remedy, want.Remedy) || (f.Remedy == "") != (want.Remedy == "") {
					t.Errorf("%+v, want %+v", f, want)
				}
			}
		})
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
				found, err := Check(p.Context(), Options{Domain: testDomain, Secret: testSecret, Dial: s.Dial}, &recorder{}, lookAtVersion)
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
	if _, err := Check(t.Context(), Options{}, &recorder{}, lookAtVersion); !errors.Is(err, ErrInvalid) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := &xmpptest.Server{Domain: testDomain, Secret: testSecret}
	defer s.Close()
	if _, err := Check(ctx, Options{Domain: testDomain, Secret: testSecret, Dial: s.Dial}, &recorder{}, lookAtVersion); !errors.Is(err, context.Canceled) {
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
