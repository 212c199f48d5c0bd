package component

import (
	"strings"
	"testing"
	"testing/synctest"

	"frontdesk/internal/xmpptest"
	"frontdesk/link"
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
func checked(t *testing.T, s *xmpptest.Server, agents ...roster.AgentJID) map[string]link.Finding {
	t.Helper()
	byName := make(map[string]link.Finding)
	synctest.Test(t, func(t *testing.T) {
		s.Domain, s.Secret = testDomain, testSecret
		found, err := Check(t.Context(), link.Options{
			Server: "127.0.0.1:5347", Domain: testDomain, Secret: testSecret, Dial: s.Dial,
		}, agents...)
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
	}, alice, "bob@localhost")
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
	found := checked(t, &xmpptest.Server{Answer: answering("Prosody", "0.12.3")})
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
