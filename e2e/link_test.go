//go:build integration

package e2e_test

import (
	"fmt"
	"strings"
	"testing"

	"frontdesk/internal/peers"
)

// hostile are payloads of a body that XML parsers disagree about or that break
// limits (T1 to T5).
func hostile() map[string]string {
	message := func(inside string) string {
		return "<message xmlns='jabber:client' to='" + support + "' type='chat'><body>x</body>" + inside + "</message>"
	}
	return map[string]string{
		"doubled attribute":          message("<a b='1' b='2'/>"),
		"doubled attribute, stanza":  "<message xmlns='jabber:client' to='a' to='b'><body>x</body></message>",
		"unbound prefix":             message("<foo:x/>"),
		"unbound attribute prefix":   message("<x foo:y='1'/>"),
		"surrogate":                  message("<x>&#xD800;</x>"),
		"surrogate in text":          "<message xmlns='jabber:client' to='" + support + "' type='chat'><body>&#xD800;</body></message>",
		"null character":             message("<x>&#0;</x>"),
		"control character":          message("<x>\x01</x>"),
		"invalid UTF-8":              message("<x>\xc3\x28</x>"),
		"cut UTF-8":                  message("<x>\xe2\x82</x>"),
		"doctype":                    "<!DOCTYPE x>" + message(""),
		"XML declaration inside":     message("<?xml version='1.0'?>"),
		"processing instruction":     message("<?php x?>"),
		"comment":                    message("<!-- x -->"),
		"no space between":           message("<x a='1'b='2'/>"),
		"empty prefix binding":       message("<x xmlns:p=''/>"),
		"xmlns as a prefix":          message("<x xmlns:xmlns='urn:x'/>"),
		"xml bound elsewhere":        message("<x xmlns:xml='urn:x'/>"),
		"stream end":                 message("</stream:stream>"),
		"stream error inside":        message("<error xmlns='http://etherx.jabber.org/streams'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>"),
		"streams namespace":          message("<x xmlns='http://etherx.jabber.org/streams'/>"),
		"smuggled stanza":            message("]]></body></message><message from='alice@localhost' to='bob@localhost'><body>x</body></message>"),
		"CDATA":                      message("<x><![CDATA[</message><message to='bob@localhost'/>]]></x>"),
		"component namespace":        message("<x xmlns='jabber:component:accept'/>"),
		"entity":                     message("<x>&lol;</x>"),
		"billion laughs":             laughs() + message("<x>&l9;</x>"),
		"external entity":            "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>" + message("<x>&e;</x>"),
		"deep":                       message(strings.Repeat("<x>", 40) + strings.Repeat("</x>", 40)),
		"very deep":                  message(strings.Repeat("<x>", 5000) + strings.Repeat("</x>", 5000)),
		"20000 attributes":           message("<x" + manyAttributes(20000) + "/>"),
		"huge name":                  message("<" + strings.Repeat("n", 10000) + "/>"),
		"1 MB of text":               message("<x>" + strings.Repeat("t", 1<<20) + "</x>"),
		"many elements":              message(strings.Repeat("<x/>", 300)),
		"from of an agent":           "<message xmlns='jabber:client' from='alice@localhost' to='" + support + "'><body>x</body></message>",
		"from of the desk":           "<message xmlns='jabber:client' from='" + peers.Domain + "' to='" + support + "'><body>x</body></message>",
		"to that no server can read": "<message xmlns='jabber:client' to='\u2665@" + peers.Domain + "'><body>x</body></message>",
		"text of many escapes":       "<message xmlns='jabber:client' to='" + support + "' type='chat'><body>" + strings.Repeat("&amp;&lt;", 4000) + "</body></message>",
	}
}

func laughs() string {
	var b strings.Builder
	b.WriteString("<!DOCTYPE x [<!ENTITY l0 'ha'>")
	for i := range 9 {
		fmt.Fprintf(&b, "<!ENTITY l%d '%s'>", i+1, strings.Repeat(fmt.Sprintf("&l%d;", i), 10))
	}
	return b.String() + "]>"
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " a%d='1'", i)
	}
	return b.String()
}

// witness is a chat that must go on whatever others do.
type witness struct {
	*stage

	agent   *peers.Agent
	visitor *peers.Visitor
	link    string
	said    int
}

func (s *stage) watch(agent *peers.Agent) *witness {
	s.Helper()
	w := &witness{stage: s, agent: agent, visitor: s.talks(agent, "I watch"), link: s.status().LinkID}
	if w.link == "" {
		s.Fatal("status names no link_id")
	}
	return w
}

// holds fails when the link is not the same or words do not flow both ways.
func (w *witness) holds(t *testing.T) {
	t.Helper()
	w.said++
	if w.said%8 == 0 { // a visitor may say ten things in a burst, no more
		w.visitor.Hang()
		w.visitor = w.talks(w.agent, fmt.Sprint("I watch on ", w.said))
	}
	there, back := fmt.Sprint("there ", w.said), fmt.Sprint("back ", w.said)
	w.agent.Say(w.visitor.Bare(), back)
	w.visitor.Expect(t, soon, "the agent's words", peers.Saying(back))
	w.visitor.Say(support, there)
	w.agent.Expect(t, soon, "the visitor's words", func(e peers.Stanza) bool { return e.Body() == there })
	if status := w.status(); status.LinkID != w.link {
		t.Fatalf("the link was %s and is %s (up: %v)", w.link, status.LinkID, status.Link)
	}
}

// TestIntegrationT1ToT5LinkSurvivesVisitors sends every hostile payload over a
// visitor's stream; the link to the XMPP server must not notice.
func TestIntegrationT1ToT5LinkSurvivesVisitors(t *testing.T) {
	peers.Each(t, func(t *testing.T, server *peers.Server) {
		s := set(t, server, nil)
		w := s.watch(s.hire("alice", 1000))
		for name, payload := range hostile() {
			ok := t.Run(name, func(t *testing.T) {
				v := s.desk.Visit(t)
				v.Say(support, "hello")
				// Refused below or inside BOSH, or taken and made harmless.
				answer, err := v.Inject(t.Context(), payload)
				t.Logf("%.200v %v", answer, err)
				w.holds(t)
			})
			if !ok {
				return
			}
		}
	})
}

// strange are stanzas of an ordinary account that have closed the links of
// other components; %[1]s is the id.
var strange = []string{
	"<iq type='get' to='chat.localhost' id='%[1]s'/>",
	"<iq type='error' to='chat.localhost' id='%[1]s'/>",
	"<iq type='get' to='chat.localhost' id='%[1]s'>text</iq>",
	"<iq type='result' to='chat.localhost' id='%[1]s'>text</iq>",
	"<iq type='result' to='chat.localhost' id='%[1]s'/>",
	"<message to='chat.localhost'><x xmlns='urn:x'><y xmlns='http://etherx.jabber.org/streams'/></x></message>",
	"<message to='chat.localhost'><error xmlns='http://etherx.jabber.org/streams'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error></message>",
	"<message to='\u2665@chat.localhost'><body>x</body></message>",
	"<message to='v@chat.localhost/\U0001FAE9'><body>x</body></message>",
	"<message to='v@chat.localhost/a\u200db'><body>x</body></message>",
	"<message to='v@chat.localhost/\u0378'><body>x</body></message>",
	"<presence to='\u2665@chat.localhost'/>",
	"<iq type='get' to='\u2665@chat.localhost' id='%[1]s'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
	"<message to='chat.localhost' type='error'><error type='cancel'><x xmlns='http://etherx.jabber.org/streams'/></error></message>",
	"<message to='chat.localhost' type='strange'><body>x</body></message>",
	"<presence to='chat.localhost' type='strange'/>",
	"<message to='chat.localhost'><body>" + "x</body><body>y</body></message>",
	"<message to='chat.localhost'><p:x xmlns:p='urn:p'><z/></p:x></message>",
	"<message to='chat.localhost'><thread/><subject/><body/></message>",
	"<iq type='set' to='chat.localhost' id='%[1]s'><pubsub xmlns='http://jabber.org/protocol/pubsub'/></iq>",
}

// TestIntegrationLinkSurvivesAccounts lets an ordinary account send what has
// closed components' links (stanzas to the desk and to addresses in it).
func TestIntegrationLinkSurvivesAccounts(t *testing.T) {
	peers.Each(t, func(t *testing.T, server *peers.Server) {
		s := set(t, server, nil)
		w := s.watch(s.hire("alice", 10))
		server.AddAccount("mallory", "pw-mallory")
		login := server.LoginOf("mallory")
		login.Reconnect = false
		for i, stanza := range append(strange,
			"<message to='chat.localhost'>"+strings.Repeat("<x>", 200)+strings.Repeat("</x>", 200)+"</message>",
			"<message to='chat.localhost'><body>"+strings.Repeat("x", 200_000)+"</body></message>",
			"<message to='chat.localhost'>"+strings.Repeat("<x/>", 2000)+"</message>",
		) {
			ok := t.Run(fmt.Sprintf("%d %.40s", i, stanza), func(t *testing.T) {
				mallory := server.Login(t, login)
				id := fmt.Sprint("strange-", i)
				mallory.Raw(strings.ReplaceAll(stanza, "%[1]s", id))
				// Either the server ends the stream, or what follows is answered.
				mallory.Raw("<iq type='get' id='after' to='chat.localhost'><ping xmlns='urn:xmpp:ping'/></iq>")
				mallory.Expect(t, soon, "an answer or the end of the stream", func(e peers.Stanza) bool {
					return e.Kind == peers.KindOffline || peers.Answering("after")(e)
				})
				w.holds(t)
			})
			if !ok {
				return
			}
		}
	})
}

// TestIntegrationServerRestart restarts the XMPP server under open chats.
func TestIntegrationServerRestart(t *testing.T) {
	peers.Each(t, func(t *testing.T, server *peers.Server) {
		s := set(t, server, nil)
		alice := s.hire("alice", 3)
		visitors := []*peers.Visitor{s.talks(alice, "one"), s.talks(alice, "two"), s.talks(alice, "three")}
		before := s.status()

		server.Stop()
		for i, v := range visitors {
			v.Say(support, fmt.Sprint("written meanwhile by ", i))
		}
		peers.Until(t, soon, "the desk notices", func() error {
			if s.status().Link {
				return fmt.Errorf("the link is up")
			}
			return nil
		})
		server.Start()

		for i, v := range visitors {
			alice.Expect(t, soon, "written meanwhile", peers.Saying(fmt.Sprint("written meanwhile by ", i)))
			if got := s.reaches(v, soon, "active"); got.Agent != alice.JID {
				t.Errorf("chat is %+v", got)
			}
			if v.Over() {
				t.Errorf("visitor %d has lost the session", i)
			}
			peers.Until(t, soon, "presence is shown again", func() error {
				if got := alice.Latest(v.Bare()); got != "available" {
					return fmt.Errorf("it is %q", got)
				}
				return nil
			})
			alice.Say(v.Bare(), fmt.Sprint("welcome back ", i))
			v.Expect(t, soon, "the agent's words", peers.Saying(fmt.Sprint("welcome back ", i)))
		}
		after := s.status()
		if !after.Link || after.LinkID == before.LinkID {
			t.Errorf("link is %+v, was %+v", after, before)
		}
		if after.Stats.Requeued != 0 {
			t.Errorf("%d chats were requeued", after.Stats.Requeued)
		}
	})
}

// TestIntegrationServerStandsStill stops the server without closing anything:
// the desk notices by its barrier, and goes on when the server does.
func TestIntegrationServerStandsStill(t *testing.T) {
	peers.Each(t, func(t *testing.T, server *peers.Server) {
		cable := peers.NewRelay(t, server.ComponentAddr)
		desk := peers.NewFrontdesk(t, cable.Addr, nil)
		desk.Start()
		s := &stage{T: t, server: server, desk: desk}
		alice := s.hire("alice", 1)
		v := s.talks(alice, "hello")
		cable.Cut()
		v.Say(support, "into the silence")
		peers.Until(t, soon, "the desk notices", func() error {
			if s.status().Link {
				return fmt.Errorf("the link is up")
			}
			return nil
		})
		cable.Reset()
		cable.Mend()
		alice.Expect(t, soon, "what was said", peers.Saying("into the silence"))
		if got := alice.Bodies(v.Bare()); len(got) != 2 {
			t.Errorf("the agent has %q", got)
		}
	})
}
