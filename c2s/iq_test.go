package c2s

import (
	"strings"
	"testing"

	"frontdesk/desk"
)

func iq(kind, to, inside string) string {
	if to != "" {
		to = ` to='` + to + `'`
	}
	return `<iq xmlns='jabber:client'` + to + ` id='q1' type='` + kind + `'>` + inside + `</iq>`
}

func TestRequests(t *testing.T) {
	b := newBench(t)
	p := b.visitor()
	queue, alice := "support@"+domain, "support@"+domain+"/Alice"
	for name, test := range map[string]struct{ in, want string }{
		"roster": {
			iq("get", "", `<query xmlns='jabber:iq:roster'/>`),
			`<query xmlns="jabber:iq:roster"><item jid="support@chat.example.com" name="Support" subscription="both" />` +
				`<item jid="sales@chat.example.com" name="sales" subscription="both" /></query>`,
		},
		"own roster":   {iq("get", p.bare(), `<query xmlns='jabber:iq:roster'/>`), `subscription="both"`},
		"roster set":   {iq("set", "", `<query xmlns='jabber:iq:roster'><item jid='a@b'/></query>`), "<forbidden"},
		"session":      {iq("set", "", `<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>`), `type="result"`},
		"ping":         {iq("get", domain, `<ping xmlns='urn:xmpp:ping'/>`), `from="chat.example.com" to="ME" id="q1" type="result"`},
		"ping nobody":  {iq("get", "", `<ping xmlns='urn:xmpp:ping'/>`), `type="result"`},
		"ping oneself": {iq("get", p.jid, `<ping xmlns='urn:xmpp:ping'/>`), `type="result"`},
		"ping Alice":   {iq("get", alice, `<ping xmlns='urn:xmpp:ping'/>`), "<service-unavailable"},
		"version": {
			iq("get", domain, `<query xmlns='jabber:iq:version'/>`),
			`<query xmlns="jabber:iq:version"><name>frontdesk</name><version>1.2.3</version></query>`,
		},
		"time": {iq("get", domain, `<time xmlns='urn:xmpp:time'/>`), `<tzo>+00:00</tzo><utc>`},
		"disco": {
			iq("get", domain, `<query xmlns='http://jabber.org/protocol/disco#info'/>`),
			`<identity category="server" type="im" name="frontdesk" />`,
		},
		"disco queue": {
			iq("get", queue, `<query xmlns='http://jabber.org/protocol/disco#info'/>`),
			`<identity category="collaboration" type="workgroup" name="Support" />`,
		},
		"disco Alice":   {iq("get", alice, `<query xmlns='http://jabber.org/protocol/disco#info'/>`), `name="Alice" />`},
		"disco oneself": {iq("get", p.bare(), `<query xmlns='http://jabber.org/protocol/disco#info'/>`), `<feature var="urn:xmpp:mam:2" />`},
		"disco node":    {iq("get", domain, `<query xmlns='http://jabber.org/protocol/disco#info' node='x'/>`), "<item-not-found"},
		"items": {
			iq("get", domain, `<query xmlns='http://jabber.org/protocol/disco#items'/>`),
			`<query xmlns="http://jabber.org/protocol/disco#items"><item jid="support@chat.example.com" name="Support" />` +
				`<item jid="sales@chat.example.com" name="sales" /></query>`,
		},
		"items of a queue":  {iq("get", queue, `<query xmlns='http://jabber.org/protocol/disco#items'/>`), `<query xmlns="http://jabber.org/protocol/disco#items" />`},
		"items of oneself":  {iq("get", p.bare(), `<query xmlns='http://jabber.org/protocol/disco#items'/>`), `<query xmlns="http://jabber.org/protocol/disco#items" />`},
		"items of a node":   {iq("get", domain, `<query xmlns='http://jabber.org/protocol/disco#items' node='x'/>`), "<item-not-found"},
		"card of a queue":   {iq("get", queue, `<vCard xmlns='vcard-temp'/>`), `<vCard xmlns="vcard-temp"><FN>Support</FN></vCard>`},
		"card of Alice":     {iq("get", alice, `<vCard xmlns='vcard-temp'/>`), `<FN>Alice</FN>`},
		"own card":          {iq("get", "", `<vCard xmlns='vcard-temp'/>`), `<vCard xmlns="vcard-temp" />`},
		"own card set":      {iq("set", "", `<vCard xmlns='vcard-temp'><FN>Alice</FN></vCard>`), "<forbidden"},
		"carbons":           {iq("set", "", `<enable xmlns='urn:xmpp:carbons:2'/>`), `type="result"`},
		"carbons get":       {iq("get", "", `<enable xmlns='urn:xmpp:carbons:2'/>`), "<service-unavailable"},
		"private storage":   {iq("get", "", `<query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'/></query>`), "<service-unavailable"},
		"block list":        {iq("get", "", `<blocklist xmlns='urn:xmpp:blocking'/>`), "<service-unavailable"},
		"bookmarks":         {iq("get", "", `<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:bookmarks:1'/></pubsub>`), "<feature-not-implemented"},
		"last activity":     {iq("get", queue, `<query xmlns='jabber:iq:last'/>`), "<service-unavailable"},
		"register":          {iq("set", domain, `<query xmlns='jabber:iq:register'/>`), "<service-unavailable"},
		"search":            {iq("get", domain, `<query xmlns='jabber:iq:search'/>`), "<service-unavailable"},
		"commands":          {iq("set", domain, `<command xmlns='http://jabber.org/protocol/commands' node='x'/>`), "<service-unavailable"},
		"roster of a queue": {iq("get", queue, `<query xmlns='jabber:iq:roster'/>`), "<service-unavailable"},
		"no child":          {iq("get", "", ``), "<bad-request"},
		"two children":      {iq("get", "", `<ping xmlns='urn:xmpp:ping'/><ping xmlns='urn:xmpp:ping'/>`), "<bad-request"},
		"bad type":          {iq("do", "", `<ping xmlns='urn:xmpp:ping'/>`), "<bad-request"},
		"no id":             {`<iq xmlns='jabber:client' type='get'><ping xmlns='urn:xmpp:ping'/></iq>`, "<bad-request"},
		"result":            {iq("result", "", `<ping xmlns='urn:xmpp:ping'/>`), ""},
		"error":             {iq("error", "", ``), ""},
		"result of two":     {iq("result", "", `<a xmlns='a'/><b xmlns='b'/>`), ""},
	} {
		t.Run(name, func(t *testing.T) {
			p.send(test.in)
			got := p.take()
			answer := strings.ReplaceAll(strings.Join(got, "\n"), p.jid, "ME")
			if test.want == "" && answer == "" {
				return
			}
			if len(got) != 1 || test.want == "" || !strings.Contains(answer, test.want) {
				t.Errorf("got  %s\nwant %s", answer, test.want)
			}
			if !strings.Contains(test.in, "id=") == strings.Contains(answer, ` id="`) {
				t.Errorf("id: %s", answer)
			}
		})
	}
	if got := b.desk.take(); len(got) > 0 {
		t.Errorf("posted %v", got)
	}
}

func TestT29_Publish(t *testing.T) {
	b := newBench(t)
	p := b.visitor()
	publish := func(node, item string) string {
		return iq("set", "", `<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='`+node+`'>`+item+`</publish></pubsub>`)
	}
	page := func(inside string) string {
		return publish("urn:xmpp:browsing:0", `<item><page xmlns='urn:xmpp:browsing:0'>`+inside+`</page></item>`)
	}
	nick := "http://jabber.org/protocol/nick"
	for name, test := range map[string]struct{ in, posted, answer string }{
		"a page": {
			page(`<title>Shoes</title><uri>https://shop.example.com/shoes</uri>`),
			"desk.Browse {Page:{Title:Shoes URI:https://shop.example.com/shoes}}", `<publish node="urn:xmpp:browsing:0">`,
		},
		"T29 query": {
			page(`<uri>https://anna:secret@shop.example.com/reset?token=x#y</uri>`),
			"desk.Browse {Page:{Title: URI:https://shop.example.com/reset}}", `type="result"`,
		},
		"T25 script": {page(`<title>x</title><uri>javascript:alert(1)</uri>`), "desk.Browse {Page:{Title:x URI:}}", `type="result"`},
		"T25 file":   {page(`<uri>file:///etc/passwd</uri>`), "desk.Browse {Page:{Title: URI:}}", `type="result"`},
		"long address": {
			page(`<uri>https://x.example/` + strings.Repeat("a", maxURI) + `</uri>`),
			"desk.Browse {Page:{Title: URI:}}", `type="result"`,
		},
		"long title": {
			page(`<title>` + strings.Repeat("a", 300) + `</title>`),
			"desk.Browse {Page:{Title:" + strings.Repeat("a", 256) + " URI:}}", `type="result"`,
		},
		"title in two lines": {page("<title>a\n\u202eb</title>"), "desk.Browse {Page:{Title:a b URI:}}", `type="result"`},
		"no page":            {page(``), "desk.Browse {Page:{Title: URI:}}", `type="result"`},
		"a name": {
			publish(nick, `<item><nick xmlns='`+nick+`'>Anna</nick></item>`),
			"desk.Rename {Name:Anna}", `<publish node="http://jabber.org/protocol/nick">`,
		},
		"no payload":   {publish(nick, `<item/>`), "", "<bad-request"},
		"wrong one":    {publish("urn:xmpp:browsing:0", `<item><nick xmlns='`+nick+`'>Anna</nick></item>`), "", "<bad-request"},
		"no item":      {publish(nick, ``), "", "<item-required"},
		"another node": {publish("urn:xmpp:avatar:data", `<item/>`), "", "<feature-not-implemented"},
		"no node":      {iq("set", "", `<pubsub xmlns='http://jabber.org/protocol/pubsub'/>`), "", "<feature-not-implemented"},
		"for others":   {strings.Replace(publish(nick, `<item/>`), " id=", " to='support@"+domain+"' id=", 1), "", "<service-unavailable"},
		"owner": {
			iq("set", "", `<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><delete node='x'/></pubsub>`),
			"", "<service-unavailable",
		},
	} {
		t.Run(name, func(t *testing.T) {
			clearPace(p)
			p.send(test.in)
			if got := strings.Join(b.desk.take(), "\n"); got != test.posted {
				t.Errorf("posted %s\nwant   %s", got, test.posted)
			}
			if got := strings.Join(p.take(), "\n"); !strings.Contains(got, test.answer) {
				t.Errorf("answer %s", got)
			}
		})
	}
}

func TestPublishIsPaced(t *testing.T) {
	b := newBench(t)
	p := b.visitor()
	for range 100 {
		p.send(iq("set", "", `<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='urn:xmpp:browsing:0'>`+
			`<item><page xmlns='urn:xmpp:browsing:0'><title>x</title></page></item></publish></pubsub>`))
	}
	if n := len(b.desk.take()); n > 45 {
		t.Errorf("%d pages at once", n)
	}
	if got := p.elements(); failure(got[len(got)-1]) != "policy-violation" {
		t.Error("the visitor was not told")
	}
}

func TestKeepQuery(t *testing.T) {
	if got := cleanURI("https://x.example/a?b=c#d", true); got != "https://x.example/a?b=c" {
		t.Errorf("kept %s", got)
	}
}

func TestQueues(t *testing.T) {
	b := newBench(t)
	p := b.visitor()
	form := `<join-queue xmlns='http://jabber.org/protocol/workgroup'><queue-notifications/><x xmlns='jabber:x:data' type='submit'>` +
		`<field var='name'><value>Anna</value></field><field var='email'><value>anna@example.net</value></field>` +
		`<field var='question'><value>Why?</value></field><field var='other'><value>x</value></field></x></join-queue>`
	plain := `<join-queue xmlns='http://jabber.org/protocol/workgroup'><name>A&#x202E;nna</name><question>Why?</question></join-queue>`
	for name, test := range map[string]struct {
		in     string
		answer desk.Answer
		posted string
		want   string
	}{
		"join with a form": {
			iq("set", "support@"+domain, form),
			desk.Answer{Status: &desk.QueueStatus{Position: 2}},
			"desk.Join {Queue:support Name:Anna Email:anna@example.net Question:Why?}",
			`type="result"><queue-status xmlns="http://jabber.org/protocol/workgroup"><position>2</position></queue-status></iq>`,
		},
		"join at once": {
			iq("set", "support@"+domain, plain),
			desk.Answer{},
			"desk.Join {Queue:support Name:Anna Email: Question:Why?}", `type="result" />`,
		},
		"join the default": {
			iq("set", domain, `<join-queue xmlns='http://jabber.org/protocol/workgroup'/>`),
			desk.Answer{},
			"desk.Join {Queue: Name: Email: Question:}", `type="result" />`,
		},
		"nobody there": {
			iq("set", "sales@"+domain, plain),
			desk.Answer{Err: &desk.Refusal{Condition: "service-unavailable", Type: "cancel", Text: "closed"}},
			"desk.Join {Queue:sales Name:Anna Email: Question:Why?}", "<service-unavailable",
		},
		"depart": {
			iq("set", "support@"+domain, `<depart-queue xmlns='http://jabber.org/protocol/workgroup'/>`),
			desk.Answer{},
			"desk.Depart {Queue:support}", `type="result" />`,
		},
		"place": {
			iq("get", "support@"+domain, `<queue-status xmlns='http://jabber.org/protocol/workgroup'/>`),
			desk.Answer{Status: &desk.QueueStatus{Position: 3}},
			"desk.AskPosition {}", "<position>3</position>",
		},
		"no place": {
			iq("get", "support@"+domain, `<queue-status xmlns='http://jabber.org/protocol/workgroup'/>`),
			desk.Answer{},
			"desk.AskPosition {}", `<queue-status xmlns="http://jabber.org/protocol/workgroup" />`,
		},
		"at an agent": {iq("set", "support@"+domain+"/Alice", plain), desk.Answer{}, "", "<service-unavailable"},
		"at oneself":  {iq("set", p.bare(), plain), desk.Answer{}, "", "<service-unavailable"},
		"by get":      {iq("get", "support@"+domain, plain), desk.Answer{}, "", "<service-unavailable"},
		"too long": {iq("set", "support@"+domain, `<join-queue xmlns='http://jabber.org/protocol/workgroup'><question>`+
			strings.Repeat("x", maxText+1)+`</question></join-queue>`), desk.Answer{}, "", "<not-acceptable"},
	} {
		t.Run(name, func(t *testing.T) {
			b.desk.answer = func(desk.Ask) desk.Answer { return test.answer }
			p.send(test.in)
			if got := strings.Join(b.desk.take(), "\n"); got != test.posted {
				t.Errorf("posted %s\nwant   %s", got, test.posted)
			}
			if got := strings.Join(p.take(), "\n"); !strings.Contains(got, test.want) {
				t.Errorf("answer %s\nwant   %s", got, test.want)
			}
		})
	}
}

func TestOtherElements(t *testing.T) {
	b := newBench(t)
	for in, want := range map[string]string{
		`<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`:                                              "unsupported-stanza-type",
		`<hello xmlns='jabber:client'/>`:                                                                   "unsupported-stanza-type",
		`<enable xmlns='urn:xmpp:sm:3'/>`:                                                                  "unsupported-stanza-type",
		`<presence xmlns='jabber:client' id='` + strings.Repeat("x", 2000) + `'/>`:                         "policy-violation",
		`<message xmlns='jabber:client' to='a@` + strings.Repeat("x", 4000) + `'><body>x</body></message>`: "policy-violation",
	} {
		p := b.visitor()
		if err := p.try(in); !isStreamError(err, want) {
			t.Errorf("%.60s: %v", in, err)
		}
	}
	p := b.visitor()
	p.send(`<presence xmlns='jabber:client' type='dancing' id='1'/>`)
	if got := failure(p.only()); got != "bad-request" {
		t.Errorf("an unknown presence type: %s", got)
	}
}
