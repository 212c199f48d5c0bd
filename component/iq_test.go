package component

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/desk"
	"frontdesk/internal/xmpptest"
	"frontdesk/roster"
)

// knows makes the play's desk answer questions about visitors: it knows one.
func (p *play) knows(v roster.Visitor) {
	p.desk.hear = func(e desk.Event) {
		if look, ok := e.(desk.AgentLooks); ok {
			p.component.Send([]desk.ToAgent{desk.Card{Ref: look.Ref, Known: look.Visitor == v.JID, Visitor: v}})
		}
	}
}

func TestIQ(t *testing.T) {
	queues := func() []Listing { return []Listing{{Name: "support", Title: "Support"}, {Name: "sales"}} }
	const queue = "support@chat.localhost"
	for _, c := range []struct {
		name, kind, to, payload string
		want                    []string
	}{
		{
			"info of the desk", "get", testDomain, "<query xmlns='http://jabber.org/protocol/disco#info'/>",
			[]string{`type="result"`, `category="gateway" type="http" name="Live chat"`, `var="http://jabber.org/protocol/disco#items"`, `var="vcard-temp"`},
		},
		{
			"info of a node", "get", testDomain, "<query xmlns='http://jabber.org/protocol/disco#info' node='x'/>",
			[]string{"<item-not-found"},
		},
		{
			"items of the desk", "get", testDomain, "<query xmlns='http://jabber.org/protocol/disco#items'/>",
			[]string{`jid="support@chat.localhost" name="Support"`, `jid="sales@chat.localhost" name="sales"`},
		},
		{"ping", "get", testDomain, "<ping xmlns='urn:xmpp:ping'/>", []string{`type="result"`}},
		{"version", "get", testDomain, "<query xmlns='jabber:iq:version'/>", []string{"<name>frontdesk</name><version>1.2.3</version>"}},
		{"last", "get", testDomain, "<query xmlns='jabber:iq:last'/>", []string{`seconds="0"`}},
		{"time", "get", testDomain, "<time xmlns='urn:xmpp:time'/>", []string{"<utc>2000-01-01T00:00:00Z</utc>"}},
		{"vcard of the desk", "get", testDomain, "<vCard xmlns='vcard-temp'/>", []string{"<FN>Live chat</FN>"}},
		{"set to the desk", "set", testDomain, "<vCard xmlns='vcard-temp'/>", []string{"<service-unavailable"}},
		{"unknown", "get", testDomain, "<x xmlns='urn:unknown'/>", []string{"<service-unavailable"}},
		{"bad", "get", testDomain, "", []string{"<bad-request"}},
		{"text", "get", testDomain, "text", []string{"<bad-request"}},
		{"two children", "get", testDomain, "<a xmlns='urn:a'/><b xmlns='urn:b'/>", []string{"<bad-request"}},
		{
			"info of a queue", "get", queue, "<query xmlns='http://jabber.org/protocol/disco#info'/>",
			[]string{`category="collaboration" type="workgroup" name="Support"`},
		},
		{"items of a queue", "get", queue, "<query xmlns='http://jabber.org/protocol/disco#items'/>", []string{`type="result"`}},
		{"vcard of a queue", "get", queue, "<vCard xmlns='vcard-temp'/>", []string{"<FN>Support</FN>"}},
		{"set to a queue", "set", queue, "<vCard xmlns='vcard-temp'/>", []string{"<service-unavailable"}},
		{
			"info of a visitor", "get", visitor + "/web", "<query xmlns='http://jabber.org/protocol/disco#info'/>",
			[]string{`from="` + visitor + `/web"`, `category="client" type="web" name="Eve (visitor)"`, `var="urn:xmpp:receipts"`},
		},
		{"items of a visitor", "get", visitor, "<query xmlns='http://jabber.org/protocol/disco#items'/>", []string{`type="result"`}},
		{"ping of a visitor", "get", visitor, "<ping xmlns='urn:xmpp:ping'/>", []string{`type="result"`}},
		{
			"vcard of a visitor", "get", visitor, "<vCard xmlns='vcard-temp'/>",
			[]string{"<FN>Eve (visitor)</FN>", "<USERID>eve@example.org</USERID>", "<URL>https://shop/?a=1&amp;b</URL>", "<TYPE>image/png</TYPE>"},
		},
		{"device list of a visitor", "get", visitor, "<pubsub xmlns='http://jabber.org/protocol/pubsub'>" +
			"<items node='eu.siacs.conversations.axolotl.devicelist'/></pubsub>", []string{"<item-not-found"}},
		{"set to a visitor", "set", visitor, "<x xmlns='urn:x'/>", []string{"<service-unavailable"}},
		{
			"vanished visitor", "get", "visitor-gone@chat.localhost", "<query xmlns='http://jabber.org/protocol/disco#info'/>",
			[]string{"<item-not-found", `from="visitor-gone@chat.localhost"`},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := begin(t, &xmpptest.Server{}, Options{Queues: queues, Version: "1.2.3"})
				defer p.stop()
				p.connect()
				p.knows(roster.Visitor{
					JID: visitor, Name: "Eve (visitor)", Email: "eve@example.org",
					Page: roster.Page{Title: "Shop", URI: "https://shop/?a=1&b"},
				})
				p.says(fmt.Sprintf("<iq type='%s' from='alice@localhost/a' to='%s' id='7'>%s</iq>", c.kind, c.to, c.payload))
				p.expect(append(c.want, `id="7"`, `to="alice@localhost/a"`, `from="`+c.to+`"`)...)
				p.silent() // exactly one answer
			})
		})
	}
}

// T34: results and errors are never answered, whatever they are about.
func TestIQNeverAnswered(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.desk.take()
		for _, to := range []string{testDomain, visitor, "support@chat.localhost"} {
			for _, kind := range []string{"result", "error"} {
				p.says("<iq type='" + kind + "' from='alice@localhost/a' to='" + to + "' id='7'><query xmlns='jabber:iq:version'/></iq>")
				p.says("<iq type='" + kind + "' from='alice@localhost/a' to='" + to + "' id='7'/>")
			}
		}
		p.silent()
		p.heard()
	})
}

func TestQuestionsTimeOut(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.says("<iq type='get' from='alice@localhost/a' to='" + visitor + "' id='7'><ping xmlns='urn:xmpp:ping'/></iq>")
		p.silent()
		p.pass(12 * time.Second)
		p.expect("<remote-server-timeout", `id="7"`)
		p.silent()
	})
}

func TestQuestionsAreBounded(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		ping := "<iq type='get' from='alice@localhost/a' to='" + visitor + "' id='7'><ping xmlns='urn:xmpp:ping'/></iq>"
		p.says(strings.Repeat(ping, maxQuestions))
		p.silent()
		p.says(ping)
		p.expect("<resource-constraint")
		p.silent()
	})
}

// The hash in the presence is that of the picture in the card (XEP-0153).
func TestAvatar(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.knows(roster.Visitor{JID: visitor})
		p.send(desk.ShowVisitor{Visitor: visitor, Agent: alice, Show: roster.Available})
		shown := string(p.expect("<photo>"))
		p.says("<iq type='get' from='alice@localhost/a' to='" + visitor + "' id='7'><vCard xmlns='vcard-temp'/></iq>")
		card := string(p.expect("<BINVAL>"))
		picture, err := base64.StdEncoding.DecodeString(between(t, card, "<BINVAL>", "</BINVAL>"))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha1.Sum(picture)
		if hash := between(t, shown, "<photo>", "</photo>"); hash != hex.EncodeToString(sum[:]) {
			t.Errorf("hash %s of a picture with %x", hash, sum)
		}
	})
}

func between(t *testing.T, s, before, after string) string {
	t.Helper()
	m := regexp.MustCompile(regexp.QuoteMeta(before) + "(.*?)" + regexp.QuoteMeta(after)).FindStringSubmatch(s)
	if m == nil {
		t.Fatalf("no %s in %s", before, s)
	}
	return m[1]
}

func TestPictures(t *testing.T) {
	var f, other pictures
	if f.of("a@x").hash == f.of("b@x").hash {
		t.Error("two visitors look the same")
	}
	for i := range 3 * maxPictures {
		f.of(roster.VisitorJID(fmt.Sprintf("v%d@x", i)))
	}
	if len(f.kept) > maxPictures || len(f.order) > maxPictures {
		t.Errorf("%d pictures are kept", len(f.kept))
	}
	if f.of("a@x").hash != other.of("a@x").hash {
		t.Error("a visitor's picture changes")
	}
}

func TestCardTwice(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.desk.take()
		p.says("<iq type='get' from='alice@localhost/a' to='" + visitor + "' id='7'><ping xmlns='urn:xmpp:ping'/></iq>")
		look, ok := p.desk.take()[0].(desk.AgentLooks)
		if !ok || look.Visitor != visitor || look.Agent != alice {
			t.Fatalf("the desk heard %#v", look)
		}
		card := desk.Card{Ref: look.Ref, Known: true, Visitor: roster.Visitor{JID: visitor}}
		p.send(card, card, desk.Card{Ref: "unknown", Known: true})
		p.expect(`type="result"`)
		p.silent()
		p.pass(time.Minute)
		p.silent() // nor does it time out
	})
}
