package c2s

import (
	"testing"

	"frontdesk/desk"
	"frontdesk/wire"
)

// FuzzReceive gives a bound stream whatever parses: it is settled once, what
// comes back is well-formed, and what the desk is asked stays within the
// limits.
func FuzzReceive(f *testing.F) {
	for _, seed := range []string{
		`<presence xmlns='jabber:client'><show>away</show></presence>`,
		message("support@"+domain+"/Alice", "<body>x</body>"),
		iq("set", "", `<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='urn:xmpp:browsing:0'><item>`+
			`<page xmlns='urn:xmpp:browsing:0'><title>x</title><uri>https://a.example/?b</uri></page></item></publish></pubsub>`),
		iq("set", "support@"+domain, `<join-queue xmlns='http://jabber.org/protocol/workgroup'><name>x</name></join-queue>`),
		iq("set", "", `<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><max>1</max><before/></set></query>`),
		enable, ackOf(1), auth("PLAIN", b64("\x00a\x00b")),
		`<presence xmlns='jabber:client' to='alice@example.com' type='subscribe'/>`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		e, err := wire.Parse(in)
		if err != nil {
			return
		}
		b := newBench(t)
		b.store.entries = transcript(3)
		p := b.open("websocket")
		p.send(auth("ANONYMOUS", ""))
		p.bind("")
		settled := 0
		_ = p.stream.Receive(e, func() { settled++ })
		if settled != 1 {
			t.Errorf("settled %d times", settled)
		}
		p.elements()
		for _, e := range b.desk.events {
			if asks, ok := e.(desk.VisitorAsks); ok {
				checkAsk(t, asks.What)
			}
		}
	})
}

func checkAsk(t *testing.T, what desk.Ask) {
	t.Helper()
	size, name := 0, ""
	switch ask := what.(type) {
	case desk.Say:
		size = len(ask.Message.Text)
	case desk.Join:
		size, name = len(ask.Question), ask.Name
	case desk.Browse:
		size = len(ask.Page.Title) + len(ask.Page.URI)
	case desk.Rename:
		name = ask.Name
	}
	if size > maxText || len([]rune(name)) > maxRunesName || name != cleanName(name) {
		t.Errorf("asked %T of %d bytes, name %q", what, size, name)
	}
}

// FuzzName: a clean name stays as it is.
func FuzzName(f *testing.F) {
	f.Add("Anna \u202e \u0301\u0301\u0301")
	f.Fuzz(func(t *testing.T, in string) {
		once := cleanName(in)
		if twice := cleanName(once); once != twice {
			t.Errorf("%q becomes %q, then %q", in, once, twice)
		}
	})
}

// FuzzURI: no query, fragment or password gets through.
func FuzzURI(f *testing.F) {
	f.Add("https://a:b@c.example/d?e#f")
	f.Fuzz(func(t *testing.T, in string) {
		out := cleanURI(in, false)
		if len(out) > maxURI || out != cleanURI(out, false) {
			t.Errorf("%q becomes %q", in, out)
		}
	})
}
