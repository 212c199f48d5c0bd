package component

import (
	"fmt"
	"strings"
	"testing"

	"frontdesk/chat"
	"frontdesk/command"
	"frontdesk/desk"
	"frontdesk/internal/xmpptest"
	"frontdesk/roster"
)

func says(resource, to string, m chat.Message) desk.AgentSays {
	return command.Read(desk.AgentSays{Agent: alice, Resource: resource, Visitor: roster.VisitorJID(to), Message: m})
}

func TestT33_Messages(t *testing.T) {
	const head = "<message from='alice@localhost/a' to='visitor-4f7kq2@chat.localhost' id='1' type='chat'>"
	full := strings.Replace(head, "chat.localhost'", "chat.localhost/web'", 1)
	dead := strings.Replace(head, "chat.localhost'", "chat.localhost/gone tab'", 1)
	self := strings.Replace(head, visitor, testDomain, 1)
	upper := strings.Replace(head, "@chat.localhost", "@CHAT.localhost", 1)
	normal := strings.Replace(head, " type='chat'", "", 1)
	hi := says("a", visitor, chat.Message{ID: "1", Text: "hi"})
	for _, c := range []struct {
		name, xml string
		want      desk.Event // nil: nothing
	}{
		{"bare", head + "<body>hi</body></message>", hi},
		{"full", full + "<body>hi</body></message>", hi},
		{"dead resource", dead + "<body>hi</body></message>", hi},
		{"upper case domain", upper + "<body>hi</body></message>", hi},
		{"desk", self + "<body>hi</body></message>", says("a", "", chat.Message{ID: "1", Text: "hi"})},
		{
			"typing", head + "<composing xmlns='http://jabber.org/protocol/chatstates'/></message>",
			says("a", visitor, chat.Message{ID: "1", Typing: chat.TypingComposing}),
		},
		{
			"receipt without type", normal + "<received xmlns='urn:xmpp:receipts' id='m1'/></message>",
			says("a", visitor, chat.Message{ID: "1", Receipt: "m1"}),
		},
		{
			"displayed", head + "<displayed xmlns='urn:xmpp:chat-markers:0' id='m1'/></message>",
			says("a", visitor, chat.Message{ID: "1", Displayed: "m1"}),
		},
		{"nothing in it", head + "<x xmlns='urn:unknown'/></message>", nil},
		{"empty", head + "</message>", nil},
		{"groupchat", strings.Replace(head, "type='chat'", "type='groupchat'", 1) + "<body>hi</body></message>", nil},
		{"headline", strings.Replace(head, "type='chat'", "type='headline'", 1) + "<body>hi</body></message>", nil},
		{"forged carbon T33", head + "<body>x</body><received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>" +
			"<message xmlns='jabber:client' from='bob@localhost'><body>forged</body></message></forwarded></received></message>", nil},
		{"from our own domain", strings.Replace(head, alice, "other@chat.localhost", 1) + "<body>hi</body></message>", nil},
		{"without from", strings.Replace(head, "from='alice@localhost/a'", "", 1) + "<body>hi</body></message>", nil},
		{"for another domain", strings.Replace(head, visitor, "v@n1.chat.localhost", 1) + "<body>hi</body></message>", nil},
		{
			"bounce", strings.Replace(head, "type='chat'", "type='error'", 1) +
				"<body>ours</body><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
			desk.AgentBounced{Agent: alice, Visitor: visitor, ID: "1", Condition: "service-unavailable"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			act(t, &xmpptest.Server{}, func(p *play) {
				p.desk.take()
				p.says(c.xml)
				if c.want == nil {
					p.heard()
				} else {
					p.heard(c.want)
				}
				p.silent()
			})
		})
	}
}

func TestMessageTooLong(t *testing.T) {
	for _, c := range []struct {
		name string
		size int
		ok   bool
	}{{"at the limit", 8 << 10, true}, {"over it", 8<<10 + 1, false}} {
		t.Run(c.name, func(t *testing.T) {
			act(t, &xmpptest.Server{}, func(p *play) {
				p.desk.take()
				p.says("<message from='alice@localhost/a' to='" + visitor + "' id='1' type='chat'><body>" +
					strings.Repeat("x", c.size) + "</body></message>")
				if c.ok {
					p.silent()
					return
				}
				p.heard()
				p.expect(`type="error"`, "<not-acceptable", `id="1"`, `to="alice@localhost/a"`, `from="`+visitor+`"`)
				p.silent()
			})
		})
	}
}

func TestStrangersRejected(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.says("<message from='alice@localhost' to='" + visitor + "' id='1' type='error'><error type='modify'>" +
			"<policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>" +
			"<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>Messages from strangers are rejected</text></error></message>")
		p.logged("mod_block_strangers")
		p.silent()
	})
}

func TestPresence(t *testing.T) {
	at := func(resource string, p roster.Presence) desk.Event {
		return desk.AgentPresence{Agent: alice, Resource: resource, Presence: p}
	}
	for _, c := range []struct {
		name, xml string
		want      desk.Event
	}{
		{
			"available", "<presence from='alice@localhost/a' to='chat.localhost'><priority>5</priority><status>hi</status>" +
				"<delay xmlns='urn:xmpp:delay' stamp='2026-03-01T14:02:00Z'/></presence>",
			at("a", roster.Presence{Show: roster.Available, Priority: 5, Status: "hi"}),
		},
		{
			"away", "<presence from='alice@localhost/a' to='chat.localhost'><show>away</show></presence>",
			at("a", roster.Presence{Show: roster.Away}),
		},
		{
			"chat", "<presence from='alice@localhost/a' to='chat.localhost'><show>chat</show></presence>",
			at("a", roster.Presence{Show: roster.Chat}),
		},
		{
			"dnd", "<presence from='alice@localhost/a' to='chat.localhost'><show>dnd</show><priority>-1</priority></presence>",
			at("a", roster.Presence{Show: roster.DND, Priority: -1}),
		},
		{
			"xa", "<presence from='alice@localhost/a' to='chat.localhost'><show>xa</show></presence>",
			at("a", roster.Presence{Show: roster.XA}),
		},
		{"abrupt loss", "<presence from='alice@localhost/a' to='chat.localhost' type='unavailable'/>", at("a", roster.Presence{})},
		{"all gone", "<presence from='alice@localhost' to='chat.localhost' type='unavailable'/>", at("", roster.Presence{})},
		{"error to the desk", "<presence from='alice@localhost' to='chat.localhost' type='error'><error type='cancel'>" +
			"<remote-server-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>", at("", roster.Presence{})},
		{
			"error to a visitor", "<presence from='alice@localhost' to='" + visitor + "/web' type='error'><error type='cancel'>" +
				"<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>",
			desk.AgentBounced{Agent: alice, Visitor: visitor, Condition: "service-unavailable"},
		},
		{
			"probe to a visitor", "<presence from='alice@localhost/a' to='" + visitor + "' type='probe'/>",
			desk.AgentProbes{Agent: alice, Resource: "a", Visitor: visitor},
		},
		{
			"probe to the desk", "<presence from='alice@localhost' to='chat.localhost' type='probe'/>",
			desk.AgentProbes{Agent: alice},
		},
		{"to a visitor", "<presence from='alice@localhost/a' to='" + visitor + "'/>", nil},
		{"unknown type", "<presence from='alice@localhost/a' to='chat.localhost' type='invisible'/>", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			act(t, &xmpptest.Server{}, func(p *play) {
				p.desk.take()
				p.says(c.xml)
				if c.want == nil {
					p.heard()
				} else {
					p.heard(c.want)
				}
				p.silent()
			})
		})
	}
}

func TestSubscriptions(t *testing.T) {
	ask := func(who, to, kind string) string {
		return fmt.Sprintf("<presence from='%s' to='%s' type='%s'/>", who, to, kind)
	}
	act(t, &xmpptest.Server{}, func(p *play) {
		p.send(desk.Follow{Agent: alice})
		p.expect("probe")
		p.says("<presence from='alice@localhost/a' to='chat.localhost'/>")
		p.desk.take()

		p.says(ask(alice, testDomain, "subscribe"))
		p.expect(`to="alice@localhost" type="subscribed"`)
		p.expect(`<presence from="chat.localhost" to="alice@localhost" />`)
		p.says(ask("mallory@localhost", testDomain, "subscribe"))
		p.expect(`to="mallory@localhost" type="unsubscribed"`)
		p.says(ask("Alice@localhost", testDomain, "subscribe"))
		p.expect(`type="unsubscribed"`)
		p.says(ask(alice, visitor, "subscribe"))
		p.expect(`from="`+visitor+`"`, `type="unsubscribed"`)
		p.says(ask(alice, testDomain, "unsubscribe"))
		p.expect(`type="unsubscribed"`)
		p.heard()
		p.says(ask(alice, testDomain, "unsubscribed"))
		p.heard(desk.AgentPresence{Agent: alice})
		p.says(ask(alice, testDomain, "subscribed"))
		p.says(ask("mallory@localhost", testDomain, "unsubscribed"))
		p.heard()
		p.silent()
	})
}

func TestPrivilegeAnnouncements(t *testing.T) {
	announce := func(from, to, perms string) string {
		return fmt.Sprintf("<message from='%s' to='%s'><privilege xmlns='urn:xmpp:privilege:2'>%s</privilege></message>", from, to, perms)
	}
	const roster = "<perm access='roster' type='both'/>"
	for _, c := range []struct {
		name, greeting, want string
	}{
		{"nested namespaces", announce("localhost", testDomain, roster+"<perm access='iq'><namespace ns='a' type='get'>"+
			"<namespace ns='b' type='get'/></namespace></perm>"), "localhost: roster both, iq a b"},
		{
			"two hosts", announce("localhost", testDomain, roster) + announce("b.example", testDomain, "<perm access='roster' type='get'/>"),
			"b.example: roster get; localhost: roster both",
		},
		{"foreign to", announce("localhost", "n1.chat.localhost", roster), "privileges=none"},
		{"from an account T31", announce("mallory@localhost", testDomain, roster), "privileges=none"},
		{"to a visitor", announce("localhost", visitor, roster), "privileges=none"},
		{"empty", announce("localhost", testDomain, ""), "localhost: nothing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			act(t, &xmpptest.Server{Greeting: c.greeting}, func(p *play) {
				p.logged(c.want)
				p.heard(desk.LinkUp{Link: 1})
			})
		})
	}
}

// What one account can send, or have bounced to us, must not end the link for
// everybody.
func TestOddStanzas(t *testing.T) {
	deep := strings.Repeat("<a>", 5000) + strings.Repeat("</a>", 5000)
	for _, c := range []struct{ name, xml string }{
		{"empty get", "<iq type='get' from='eve@localhost/x' to='chat.localhost' id='1'/>"},
		{"empty error", "<iq type='error' from='eve@localhost/x' to='chat.localhost' id='1'/>"},
		{"text in get", "<iq type='get' from='eve@localhost/x' to='chat.localhost' id='1'>text</iq>"},
		{"text in result", "<iq type='result' from='eve@localhost/x' to='chat.localhost' id='1'>text</iq>"},
		{"stream element inside", "<message from='eve@localhost/x' to='chat.localhost'><a xmlns='http://etherx.jabber.org/streams'/></message>"},
		{"forged conflict", "<message from='eve@localhost/x' to='chat.localhost'><error xmlns='http://etherx.jabber.org/streams'>" +
			"<conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error></message>"},
		{"stream end inside", "<message from='eve@localhost/x' to='chat.localhost'><stream xmlns='http://etherx.jabber.org/streams'></stream></message>"},
		{"heart", "<message from='eve@localhost/x' to='\u2665@chat.localhost'><body>x</body></message>"},
		{"new emoji", "<message from='eve@localhost/x' to='v@chat.localhost/\U0001FAE9'><body>x</body></message>"},
		{"joiner", "<message from='a\u200db@localhost/x' to='v@chat.localhost/\u0378'><body>x</body></message>"},
		{"underscore", "<message from='eve@local_host/x' to='v@chat.localhost'><body>x</body></message>"},
		{"bounce with stream element", "<message type='error' from='eve@localhost/x' to='v@chat.localhost'><error type='cancel'>" +
			"<stream:error xmlns:stream='http://etherx.jabber.org/streams'/></error></message>"},
		{"unprefixed child", "<message from='eve@localhost/x' to='v@chat.localhost'><p:y xmlns:p='urn:p'><z xmlns='jabber:client'/></p:y></message>"},
		{"deep", "<message from='eve@localhost/x' to='v@chat.localhost'>" + deep + "</message>"},
		{"big", "<message from='eve@localhost/x' to='v@chat.localhost'><body>" + strings.Repeat("x", 300<<10) + "</body></message>"},
		{"doubled id", "<iq type='get' from='eve@localhost/x' to='chat.localhost' id='1'><a xmlns='urn:a'/><b xmlns='urn:b'/></iq>"},
		{"unknown iq type", "<iq type='what' from='eve@localhost/x' to='chat.localhost' id='1'><a xmlns='urn:a'/></iq>"},
		{"not a stanza", "<features xmlns='urn:x'/>"},
		{"jabber:client", "<message xmlns='jabber:client' from='eve@localhost/x' to='v@chat.localhost'><body>x</body></message>"},
		{"foreign barrier", "<iq type='get' from='eve@localhost/x' to='chat.localhost' id='1.x.1'><barrier xmlns='urn:frontdesk:barrier:0'/></iq>"},
		{"keepalive", " \n "},
	} {
		t.Run(c.name, func(t *testing.T) {
			act(t, &xmpptest.Server{}, func(p *play) {
				id := p.link.Stats().LinkID
				p.says(c.xml)
				p.desk.take()
				p.says("<message from='alice@localhost/a' to='" + visitor + "' id='1'><body>hi</body></message>")
				p.heard(says("a", visitor, chat.Message{ID: "1", Text: "hi"}))
				if p.link.Stats().LinkID != id {
					t.Errorf("the link was lost:\n%s", p.log)
				}
			})
		})
	}
}
