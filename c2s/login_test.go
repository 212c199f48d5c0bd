package c2s

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/roster"
	"frontdesk/wire"
)

func auth(mechanism, text string) string {
	return `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='` + mechanism + `'>` + text + `</auth>`
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func isStreamError(err error, condition string) bool {
	var e *StreamError
	return errors.As(err, &e) && e.Condition == condition
}

// outcome is "success" or the condition of a SASL failure.
func outcome(e *Element) string {
	if e.Name.Local == "failure" {
		return e.Elements()[0].Name.Local
	}
	return e.Name.Local
}

func TestB79_Login(t *testing.T) {
	b := newBench(t)
	jid := roster.VisitorJID("visitor-abc@" + domain)
	token, _, err := b.hub.IssueToken(t.Context(), jid)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ in, want string }{
		"anonymous":            {auth("ANONYMOUS", ""), "success"},
		"anonymous, empty":     {auth("ANONYMOUS", "="), "success"},
		"anonymous with trace": {auth("ANONYMOUS", b64("me@example.net")), "success"},
		"plain":                {auth("PLAIN", b64("\x00visitor-abc\x00"+token)), "success"},
		"plain as itself":      {auth("PLAIN", b64(string(jid)+"\x00visitor-abc\x00"+token)), "success"},
		"plain as another":     {auth("PLAIN", b64("visitor-x@"+domain+"\x00visitor-abc\x00"+token)), "not-authorized"},
		"wrong token":          {auth("PLAIN", b64("\x00visitor-abc\x00"+token+"x")), "not-authorized"},
		"another's token":      {auth("PLAIN", b64("\x00visitor-xyz\x00"+token)), "not-authorized"},
		"empty names":          {auth("PLAIN", b64("\x00\x00")), "not-authorized"},
		"no content":           {auth("PLAIN", ""), "malformed-request"},
		"two parts":            {auth("PLAIN", b64("visitor-abc\x00"+token)), "malformed-request"},
		"trace too long":       {auth("ANONYMOUS", b64(strings.Repeat("x", 256))), "malformed-request"},
		"unknown mechanism":    {auth("SCRAM-SHA-1", ""), "invalid-mechanism"},
		"no base64":            {auth("PLAIN", "!!"), "incorrect-encoding"},
		"response first":       {`<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`, "malformed-request"},
		"abort":                {`<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`, "aborted"},
		"something else":       {`<what xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`, "malformed-request"},
	} {
		t.Run(name, func(t *testing.T) {
			p := b.open("bosh")
			p.send(test.in)
			if got := outcome(p.only()); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestB79_ThreeFailures(t *testing.T) {
	b := newBench(t)
	p := b.open("bosh")
	p.send(auth("PLAIN", b64("\x00a\x00b")))
	p.send(auth("PLAIN", b64("\x00a\x00b")))
	if err := p.try(auth("PLAIN", b64("\x00a\x00b"))); !isStreamError(err, "policy-violation") {
		t.Errorf("after three failures: %v", err)
	}
	if got := p.elements(); len(got) != 3 || outcome(got[2]) != "not-authorized" {
		t.Errorf("answers: %s", dump(got))
	}
}

func TestLoginStoreFails(t *testing.T) {
	b := newBench(t)
	b.store.broken = errors.New("disk full")
	p := b.open("bosh")
	p.send(auth("PLAIN", b64("\x00a\x00b")))
	if got := outcome(p.only()); got != "temporary-auth-failure" {
		t.Errorf("got %s", got)
	}
	b.store.broken = nil
	p.send(auth("ANONYMOUS", ""))
	if got := outcome(p.only()); got != "success" {
		t.Errorf("afterwards: %s", got)
	}
}

func TestT22_VisitorsAreUnpredictable(t *testing.T) {
	b := newBench(t)
	seen := map[string]bool{}
	for range 50 {
		p := b.visitor()
		local := roster.VisitorJID(p.bare()).Local()
		name, ok := strings.CutPrefix(local, "visitor-")
		if !ok || len(name) < 16 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz234567") != "" {
			t.Fatalf("name %q", local)
		}
		if seen[local] || seen[p.stream.ID()] {
			t.Fatalf("%q came twice", local)
		}
		seen[local], seen[p.stream.ID()] = true, true
	}
}

func TestB81_Features(t *testing.T) {
	b := newBench(t)
	p := b.open("bosh")
	names := func() []string {
		e, err := wire.Parse(p.stream.Features())
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, c := range e.Elements() {
			out = append(out, c.Name.Local)
		}
		return out
	}
	equal(t, "before login", names(), []string{"mechanisms"})
	first := p.stream.ID()
	if err := p.stream.Restart(Hello{To: domain}); err != nil {
		t.Fatal(err)
	}
	equal(t, "a restart before login", names(), []string{"mechanisms"})
	if p.stream.ID() != first {
		t.Error("a restart before login changed the stream")
	}
	p.send(auth("ANONYMOUS", ""))
	if err := p.stream.Restart(Hello{}); err != nil {
		t.Fatal(err)
	}
	equal(t, "after login", names(), []string{"bind", "session", "csi"})
	if p.stream.ID() == first {
		t.Error("the new stream has the old id")
	}
	if f := string(p.stream.Features()); !strings.Contains(f, "<optional") {
		t.Errorf("session is not optional: %s", f)
	}
}

func TestB80_Hosts(t *testing.T) {
	b := newBench(t)
	for to, good := range map[string]bool{
		domain: true, "Chat.Example.COM": true, domain + ".": true,
		"": false, "example.com": false, "chat.example.com.evil.net": false, "support@" + domain: false,
		"CHAT\uff0eexample.com": true,
	} {
		s, err := b.hub.Open(&fakeConn{}, Hello{To: to})
		if err == nil {
			defer s.End()
		}
		if good != (err == nil) || !good && !isStreamError(err, "host-unknown") {
			t.Errorf("%q: %v", to, err)
		}
	}
	p := b.open("bosh")
	p.send(auth("ANONYMOUS", ""))
	if err := p.stream.Restart(Hello{To: "example.net"}); !isStreamError(err, "host-unknown") {
		t.Errorf("restart for another host: %v", err)
	}
}

func TestB81_StanzasBeforeBind(t *testing.T) {
	b := newBench(t)
	bind := `<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>`
	stanzas := []string{
		`<presence xmlns='jabber:client'/>`,
		`<message xmlns='jabber:client' to='support@` + domain + `'><body>x</body></message>`,
		`<iq xmlns='jabber:client' type='get' id='1'><query xmlns='jabber:iq:roster'/></iq>`,
		`<iq xmlns='jabber:client' type='get' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>`,
		`<iq xmlns='jabber:client' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>`,
		`<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`,
		`<csi xmlns='urn:xmpp:csi:0'/>`,
	}
	steps := map[string]func(p *browser){
		"at first":     func(*browser) {},
		"no restart":   func(p *browser) { p.send(auth("ANONYMOUS", "")) },
		"after login":  func(p *browser) { p.send(auth("ANONYMOUS", "")); _ = p.stream.Restart(Hello{}) },
		"after a fail": func(p *browser) { p.send(auth("PLAIN", "")) },
	}
	for name, step := range steps {
		for _, stanza := range append(slices.Clone(stanzas), bind) {
			p := b.open("bosh")
			step(p)
			err := p.try(stanza)
			if allowed := stanza == bind && name == "after login"; allowed != (err == nil) ||
				!allowed && !isStreamError(err, "not-authorized") {
				t.Errorf("%s: %s: %v", name, stanza, err)
			}
		}
	}
	if got := b.desk.take(); !slices.Equal(got, []string{"online"}) {
		t.Errorf("posted %v", got)
	}
}

func TestW22_LoginTakesTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		slow, quick := b.open("bosh"), b.open("bosh")
		slow.send(auth("ANONYMOUS", ""))
		quick.send(auth("ANONYMOUS", ""))
		time.Sleep(29 * time.Second)
		quick.bind("")
		synctest.Wait()
		if slow.conn.isClosed() {
			t.Error("closed too early")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if !slow.conn.isClosed() || slow.conn.closed[0].Condition != "connection-timeout" {
			t.Error("a login without end was let be")
		}
		if quick.conn.isClosed() {
			t.Error("a bound stream was closed")
		}
	})
}

func TestBindResources(t *testing.T) {
	b := newBench(t)
	first := b.open("bosh")
	first.send(auth("ANONYMOUS", ""))
	first.bind("page")
	jid := roster.VisitorJID(first.bare())
	other := func(resource string) *browser {
		p := b.open("bosh")
		token, _, err := b.hub.IssueToken(t.Context(), jid)
		if err != nil {
			t.Fatal(err)
		}
		p.plain(jid.Local(), token)
		p.bind(resource)
		return p
	}
	second := other("page") // never conflict
	if second.bare() != first.bare() || second.jid == first.jid || first.conn.isClosed() {
		t.Errorf("the second tab is %s beside %s", second.jid, first.jid)
	}
	if third := other("two"); third.jid != first.bare()+"/two" {
		t.Errorf("a free resource became %s", third.jid)
	}
	if fourth := other(strings.Repeat("x", maxResource+1)); len(fourth.jid) > 100 {
		t.Errorf("a huge resource became %s", fourth.jid)
	}
	first.stream.End()
	if fifth := other("page"); fifth.jid != first.jid {
		t.Errorf("a resource that is free again became %s", fifth.jid)
	}
	p := b.open("bosh")
	p.send(auth("ANONYMOUS", ""))
	_ = p.stream.Restart(Hello{})
	p.take()
	p.send(`<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>&#xFDD0;</resource></bind></iq>`)
	if got := failure(p.only()); got != "bad-request" {
		t.Errorf("a resource that cannot be: %s", got)
	}
	second.take()
	second.send(`<iq xmlns='jabber:client' type='set' id='c'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>`)
	if got := failure(second.only()); got != "not-allowed" {
		t.Errorf("a second bind: %s", got)
	}
	if err := second.try(auth("ANONYMOUS", "")); !isStreamError(err, "policy-violation") {
		t.Errorf("a second login: %v", err)
	}
}
