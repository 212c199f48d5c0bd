package c2s

import (
	"fmt"
	"strings"
	"testing"
)

// TestT21_NothingLeaves sends every kind of stanza to every kind of address
// that a visitor must not reach. All of them answer alike, and nothing comes
// to the desk or to anybody else.
func TestT21_NothingLeaves(t *testing.T) {
	b := newBench(t)
	p, victim := b.visitor(), b.visitor()
	victim.send(`<presence xmlns='jabber:client'/>`)
	victim.take()
	b.desk.take()
	addresses := []string{
		"alice@example.com", "alice@example.com/gajim", "example.com", "localhost", "127.0.0.1",
		"nobody@" + domain, "nobody@" + domain + "/Alice", victim.bare(), victim.jid,
		"visitor-aaaaaaaaaaaaaaaa@" + domain, domain + "/admin", "support@example.com", "support@x." + domain,
		"support@" + domain + ".evil.net", "support@@" + domain, "@" + domain, "support@", "a b@" + domain,
		"/Alice", "support/Alice", "supp\u043ert@" + domain,
	}
	stanzas := map[string]string{
		"chat":       `<message xmlns='jabber:client' to='%s' id='1' type='chat'><body>x</body></message>`,
		"normal":     `<message xmlns='jabber:client' to='%s' id='1'><body>x</body></message>`,
		"groupchat":  `<message xmlns='jabber:client' to='%s' id='1' type='groupchat'><body>x</body></message>`,
		"headline":   `<message xmlns='jabber:client' to='%s' id='1' type='headline'><body>x</body></message>`,
		"typing":     `<message xmlns='jabber:client' to='%s' id='1' type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>`,
		"receipt":    `<message xmlns='jabber:client' to='%s' id='1' type='chat'><received xmlns='urn:xmpp:receipts' id='2'/></message>`,
		"error":      `<message xmlns='jabber:client' to='%s' id='1' type='error'><body>x</body></message>`,
		"forwarded":  `<message xmlns='jabber:client' to='%s' id='1'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' to='support@chat.example.com'><body>x</body></message></forwarded></message>`,
		"invitation": `<message xmlns='jabber:client' to='%s' id='1'><x xmlns='jabber:x:conference' jid='room@example.com'/></message>`,

		"presence":     `<presence xmlns='jabber:client' to='%s' id='1'/>`,
		"unavailable":  `<presence xmlns='jabber:client' to='%s' id='1' type='unavailable'/>`,
		"subscribe":    `<presence xmlns='jabber:client' to='%s' id='1' type='subscribe'/>`,
		"subscribed":   `<presence xmlns='jabber:client' to='%s' id='1' type='subscribed'/>`,
		"unsubscribe":  `<presence xmlns='jabber:client' to='%s' id='1' type='unsubscribe'/>`,
		"unsubscribed": `<presence xmlns='jabber:client' to='%s' id='1' type='unsubscribed'/>`,
		"probe":        `<presence xmlns='jabber:client' to='%s' id='1' type='probe'/>`,
		"muc":          `<presence xmlns='jabber:client' to='%s' id='1'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
		"error p":      `<presence xmlns='jabber:client' to='%s' id='1' type='error'/>`,

		"disco":    `<iq xmlns='jabber:client' to='%s' id='1' type='get'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>`,
		"items":    `<iq xmlns='jabber:client' to='%s' id='1' type='get'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>`,
		"ping":     `<iq xmlns='jabber:client' to='%s' id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>`,
		"vcard":    `<iq xmlns='jabber:client' to='%s' id='1' type='get'><vCard xmlns='vcard-temp'/></iq>`,
		"roster":   `<iq xmlns='jabber:client' to='%s' id='1' type='set'><query xmlns='jabber:iq:roster'/></iq>`,
		"register": `<iq xmlns='jabber:client' to='%s' id='1' type='set'><query xmlns='jabber:iq:register'/></iq>`,
		"archive":  `<iq xmlns='jabber:client' to='%s' id='1' type='set'><query xmlns='urn:xmpp:mam:2'/></iq>`,
		"pubsub":   `<iq xmlns='jabber:client' to='%s' id='1' type='set'><pubsub xmlns='http://jabber.org/protocol/pubsub'/></iq>`,
		"join":     `<iq xmlns='jabber:client' to='%s' id='1' type='set'><join-queue xmlns='http://jabber.org/protocol/workgroup'/></iq>`,
		"result":   `<iq xmlns='jabber:client' to='%s' id='1' type='result'/>`,
		"error iq": `<iq xmlns='jabber:client' to='%s' id='1' type='error'/>`,
		"empty iq": `<iq xmlns='jabber:client' to='%s' id='1' type='get'/>`,
	}
	silent := map[string]bool{
		"error": true, "error p": true, "result": true, "error iq": true,
		"unavailable": true, "subscribed": true, "unsubscribe": true, "unsubscribed": true,
	}
	for kind, stanza := range stanzas {
		answers := map[string]bool{}
		for _, to := range addresses {
			p.send(fmt.Sprintf(stanza, to))
			got := p.elements()
			answers[strings.Replace(dump(got), ` from="`+to, ` from="`, 1)] = true
			switch {
			case silent[kind] && len(got) > 0:
				t.Errorf("%s to %s was answered: %s", kind, to, dump(got))
			case !silent[kind] && (len(got) != 1 || failure(got[0]) != "item-not-found" || got[0].Attr("from") != to):
				t.Errorf("%s to %s: %s", kind, to, dump(got))
			}
			clearPace(p)
		}
		if len(answers) != 1 {
			t.Errorf("%s tells addresses apart: %v", kind, answers)
		}
	}
	if leaked := b.desk.take(); len(leaked) > 0 {
		t.Errorf("leaked to the desk: %v", leaked)
	}
	if leaked := victim.take(); len(leaked) > 0 {
		t.Errorf("leaked to another visitor: %v", leaked)
	}
}

// clearPace lets the next burst pass.
func clearPace(p *browser) {
	t := p.stream.(*stream).tab
	fresh := newPace(t.core.opts)
	t.visitor.pace.messages, t.visitor.pace.others = fresh.messages, fresh.others
}

func TestAddressesInReach(t *testing.T) {
	b := newBench(t)
	p := b.visitor()
	for to, want := range map[string]target{
		"":                                   {kind: toNone},
		domain:                               {kind: toDomain},
		"CHAT.example.com":                   {kind: toDomain},
		domain + ".":                         {kind: toDomain},
		"support@" + domain:                  {kind: toQueue, queue: "support"},
		"Support@Chat.Example.Com":           {kind: toQueue, queue: "support"},
		"sales@" + domain:                    {kind: toQueue, queue: "sales"},
		"support@" + domain + "/Alice":       {toAgent, "support", "Alice"},
		"support@" + domain + "/Bob B.":      {toAgent, "support", "Bob B."},
		"support@" + domain + "/alice":       {toAgent, "support", "alice"},
		"support@" + domain + "/not/here":    {toAgent, "support", "not/here"},
		p.bare():                             {kind: toSelf},
		p.jid:                                {kind: toSelf},
		strings.ToUpper(p.bare()):            {kind: toSelf},
		p.bare() + "/another":                {kind: toSelf},
		p.bare() + "x":                       {},
		"support@" + domain + "/" + "\u0001": {toAgent, "support", "\u0001"},
	} {
		if got := b.hub.resolve(p.stream.(*stream).tab.visitor.jid, to); got != want {
			t.Errorf("%q: %+v, want %+v", to, got, want)
		}
	}
}

func TestB86_From(t *testing.T) {
	b := newBench(t)
	p, other := b.visitor(), b.visitor()
	for from, good := range map[string]bool{
		p.jid: true, p.bare(): true, strings.ToUpper(p.bare()): true,
		other.jid: false, other.bare(): false, p.bare() + "/other": false, domain: false, "support@" + domain: false,
		"alice@example.com": false, "a@b@c": false,
	} {
		err := p.try(`<iq xmlns='jabber:client' from='` + from + `' id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>`)
		if good != (err == nil) || !good && !isStreamError(err, "invalid-from") {
			t.Errorf("%s: %v", from, err)
		}
	}
}
