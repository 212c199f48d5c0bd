package component

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/internal/xmpptest"
	"frontdesk/roster"
)

func TestWords(t *testing.T) {
	sent := time.Date(2026, 3, 1, 14, 2, 0, 0, time.UTC)
	for _, c := range []struct {
		name  string
		words desk.Words
		want  []string
	}{
		{"text", words(1, "hi <&>"), []string{
			`from="visitor-4f7kq2@chat.localhost/web"`, `to="alice@localhost"`, `type="chat"`, `id="mhi &lt;&amp;&gt;"`,
			"<body>hi &lt;&amp;&gt;</body>", "urn:xmpp:receipts", "<request", "<active", "<origin-id",
		}},
		{
			"delayed",
			desk.Words{Visitor: visitor, Agent: alice, Sent: sent, Message: chat.Message{ID: "1", Text: "x"}},
			[]string{`<delay xmlns="urn:xmpp:delay" from="chat.localhost" stamp="2026-03-01T14:02:00`},
		},
		{
			"correction",
			desk.Words{Visitor: visitor, Agent: alice, Message: chat.Message{ID: "2", Text: "y", Replace: "1"}},
			[]string{`<replace xmlns="urn:xmpp:message-correct:0" id="1"`},
		},
		{
			"typing",
			desk.Words{Visitor: visitor, Agent: alice, Message: chat.Message{ID: "3", Typing: chat.TypingComposing}},
			[]string{"<composing"},
		},
		{
			"receipt",
			desk.Words{Visitor: visitor, Agent: alice, Message: chat.Message{ID: "4", Receipt: "r7"}},
			[]string{`<received xmlns="urn:xmpp:receipts" id="r7"`},
		},
		{
			"nick",
			desk.Words{Visitor: visitor, Agent: alice, Message: chat.Message{ID: "5", Text: "z", Nick: "Eve"}},
			[]string{`<nick xmlns="http://jabber.org/protocol/nick">Eve</nick>`},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			act(t, &xmpptest.Server{}, func(p *play) {
				p.send(c.words)
				s := p.expect(c.want...)
				if c.words.Message.Text == "" && s.Has("<request") {
					t.Errorf("a receipt is asked for what is no text: %s", s)
				}
				p.silent()
			})
		})
	}
}

func TestNoteAndRefuse(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.send(desk.Note{Visitor: visitor, Agent: alice, Text: "chat is over", Gone: true})
		p.expect(`from="visitor-4f7kq2@chat.localhost/web"`, "chat is over", "<gone", "<no-store")
		p.send(desk.Note{Agent: alice, Resource: "a", Text: "help"})
		p.expect(`from="chat.localhost"`, `to="alice@localhost/a"`, "help")
		p.send(desk.Refuse{
			Visitor: visitor, Agent: alice, Resource: "a", ID: "7",
			Refusal: desk.Refusal{Condition: "gone", Type: "cancel", Text: "The visitor has left."},
		})
		p.expect(`from="visitor-4f7kq2@chat.localhost"`, `to="alice@localhost/a"`, `id="7"`, `type="error"`,
			`<error type="cancel"><gone`, "The visitor has left.")
	})
}

// T34: messages to a visitor who is gone get one error a minute.
func TestT34_OneErrorAMinute(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		gone := desk.Refuse{Visitor: visitor, Agent: alice, ID: "7", Refusal: desk.Refusal{Condition: "gone", Type: "cancel"}}
		var storm []desk.ToAgent
		for range 1000 {
			storm = append(storm, gone)
		}
		p.send(storm...)
		p.expect("<gone")
		p.silent()
		p.pass(62 * time.Second)
		p.send(storm...)
		p.expect("<gone")
		p.silent()
		forbidden := gone
		forbidden.Refusal = desk.Refusal{Condition: "forbidden", Type: "auth"}
		p.send(forbidden, forbidden)
		p.expect("<forbidden")
		p.expect("<forbidden")
	})
}

// An agent is told of every word of hers that reached nobody.
func TestAgentsGetAnErrorForEveryWord(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.send(desk.Follow{Agent: alice})
		p.expect("probe")
		for n := range agentErrors {
			p.send(desk.Refuse{Visitor: visitor, Agent: alice, ID: fmt.Sprint("w", n), Refusal: desk.Refusal{Condition: "gone", Type: "cancel"}})
			p.expect("<gone", fmt.Sprintf(`id="w%d"`, n))
		}
		p.send(desk.Refuse{Visitor: visitor, Agent: alice, ID: "flood", Refusal: desk.Refusal{Condition: "gone", Type: "cancel"}})
		p.silent()
	})
}

func TestShowVisitor(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		show := desk.ShowVisitor{Visitor: visitor, Agent: alice, Show: roster.Away, Status: "Prices", Name: "Visitor 4f7k"}
		p.send(show)
		p.expect(`<presence from="visitor-4f7kq2@chat.localhost/web" to="alice@localhost">`, "<show>away</show>",
			"<status>Prices</status>", "vcard-temp:x:update", "<photo>", ">Visitor 4f7k</nick>")
		p.expect(`type="headline"`, `from="visitor-4f7kq2@chat.localhost"`, "pubsub#event", ">Visitor 4f7k</nick>")
		show.Resource, show.Show = "b", roster.Available
		p.send(show)
		if s := p.expect(`to="alice@localhost/b"`); s.Has("<show>") {
			t.Errorf("available has a show: %s", s)
		}
		p.silent() // the name is told once
		show.Show, show.Status = roster.Unavailable, "left 14:02"
		p.send(show)
		p.expect(`type="unavailable"`, "left 14:02")
		p.send(desk.ShowDesk{Agent: alice, Resource: "b"})
		p.expect(`<presence from="chat.localhost" to="alice@localhost/b">`)
	})
}

// T36, T1: what a server would end the link for is never sent.
func TestNeverSent(t *testing.T) {
	agents := []roster.AgentJID{
		"", "alice", "localhost", "@localhost", "alice@", "a b@localhost", "a@b@localhost", "alice@local host",
		"alice@localhost\n", "<alice>@localhost", "bob@chat.localhost", "al\xffice@localhost",
		roster.AgentJID(strings.Repeat("a", 4000) + "@localhost"),
	}
	visitors := []roster.VisitorJID{
		"visitor@elsewhere.example", "visitor@sub.chat.localhost", "chat.localhost", "v@chat.localhost/tab", "v v@chat.localhost",
	}
	act(t, &xmpptest.Server{}, func(p *play) {
		for _, a := range agents {
			p.send(desk.Words{Visitor: visitor, Agent: a, Message: chat.Message{ID: "1", Text: "x"}},
				desk.Follow{Agent: a, New: true}, desk.ShowVisitor{Visitor: visitor, Agent: a, Name: "n", Show: roster.Chat})
		}
		for _, v := range visitors {
			p.send(desk.Words{Visitor: v, Agent: alice, Message: chat.Message{ID: "1", Text: "x"}})
		}
		p.send(desk.Words{
			Outbox: 9, Visitor: visitor, Agent: alice,
			Message: chat.Message{ID: "1", Text: strings.Repeat("&", 16<<10)},
		})
		p.silent()
		if s, l := p.component.Stats(), p.link.Stats(); s.Dropped != uint64(3*len(agents)+len(visitors)) || l.Dropped != 1 || !l.Up {
			t.Errorf("stats %+v, %+v", s, l)
		}
		p.send(words(10, "after"))
		p.expect("after")
	})
}

func TestContacts(t *testing.T) {
	contact := roster.Contact{Agent: alice, Visitor: visitor}
	for _, version := range []string{"1", "2"} {
		t.Run("privilege "+version, func(t *testing.T) {
			s := &xmpptest.Server{Greeting: xmpptest.Privileges("localhost", testDomain, version)}
			act(t, s, func(p *play) {
				p.send(desk.AddContact{Contact: contact, Name: "Visitor 1", Group: "Live chat"})
				p.expect(`<iq from="chat.localhost" to="alice@localhost"`, `type="set"`, "jabber:iq:roster",
					`<item jid="visitor-4f7kq2@chat.localhost" name="Visitor 1" subscription="to"><group>Live chat</group>`)
				p.send(desk.RemoveContact{Contact: contact})
				p.expect(`<item jid="visitor-4f7kq2@chat.localhost" subscription="remove"`)
				p.send(desk.AddContact{Contact: roster.Contact{Agent: "bob@other.example", Visitor: visitor}})
				p.silent()
			})
		})
	}
	t.Run("without", func(t *testing.T) {
		act(t, &xmpptest.Server{}, func(p *play) {
			p.send(desk.AddContact{Contact: contact, Name: "x", Group: "y"}, desk.RemoveContact{Contact: contact})
			p.silent()
		})
	})
}

// ejabberd before 23.10 grants the roster and refuses every set.
func TestContactsRefused(t *testing.T) {
	s := &xmpptest.Server{
		Greeting: xmpptest.Privileges("localhost", testDomain, "1"),
		Answer: func(stanza string) string {
			id := xmpptest.Stanza(stanza).Attr("id")
			if !strings.Contains(stanza, "jabber:iq:roster") {
				return ""
			}
			return "<iq type='error' from='alice@localhost' to='chat.localhost' id='" + id +
				"'><error type='wait'><internal-server-error xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
		},
	}
	act(t, s, func(p *play) {
		p.send(desk.Follow{Agent: alice, New: true})
		p.expect("jabber:iq:roster")
		p.expect(`type="probe"`)
		p.expect(`type="subscribe"`)
		p.logged("refuses to change them")
		p.send(desk.AddContact{Contact: roster.Contact{Agent: alice, Visitor: visitor}, Name: "x"})
		p.silent()
	})
}

// Prosody answers one set with two results; an item that is not there cannot
// be removed, which is no reason to give up.
func TestContactsOddAnswers(t *testing.T) {
	s := &xmpptest.Server{
		Greeting: xmpptest.Privileges("localhost", testDomain, "2"),
		Answer: func(stanza string) string {
			id := xmpptest.Stanza(stanza).Attr("id")
			head := "from='alice@localhost' to='chat.localhost' id='" + id + "'"
			if strings.Contains(stanza, `"remove"`) {
				return "<iq type='error' " + head + "><error type='modify'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
			}
			return "<iq type='result' " + head + "/><iq type='result' " + head + "/>"
		},
	}
	act(t, s, func(p *play) {
		contact := roster.Contact{Agent: alice, Visitor: visitor}
		p.send(desk.RemoveContact{Contact: contact}, desk.AddContact{Contact: contact, Name: "x"})
		p.expect(`"remove"`)
		p.expect(`"to"`)
		p.send(desk.AddContact{Contact: contact, Name: "y"})
		p.expect(`name="y"`)
	})
}

func TestFollow(t *testing.T) {
	t.Run("without privilege", func(t *testing.T) {
		act(t, &xmpptest.Server{}, func(p *play) {
			p.send(desk.Follow{Agent: alice, New: true})
			p.expect(`type="probe"`)
			p.expect(`type="subscribe"`, `from="chat.localhost"`)
			p.silent()
			p.send(desk.Follow{Agent: alice})
			p.expect(`type="probe"`)
			p.silent()
			p.send(desk.Unfollow{Agent: alice})
			p.expect(`type="unsubscribe"`)
			p.expect(`type="unsubscribed"`)
			p.silent()
		})
	})
	t.Run("with privilege", func(t *testing.T) {
		s := &xmpptest.Server{Greeting: xmpptest.Privileges("localhost", testDomain, "2")}
		act(t, s, func(p *play) {
			p.send(desk.Follow{Agent: alice, New: true})
			p.expect(`<item jid="chat.localhost" name="Live chat" subscription="both"`)
			p.expect(`type="probe"`)
			p.silent()
			p.send(desk.Unfollow{Agent: alice})
			p.expect(`<item jid="chat.localhost" subscription="remove"`)
		})
	})
}

// Prosody answers a probe by somebody who may not see the agent, and with that
// forgets the request that waits for her.
func TestProbeRefused(t *testing.T) {
	const no = "<presence from='alice@localhost' to='chat.localhost' type='unsubscribed'/>"
	act(t, &xmpptest.Server{}, func(p *play) {
		p.send(desk.Follow{Agent: alice, New: true})
		p.expect(`type="subscribe"`)
		p.desk.take()
		p.says(no) // before she was asked
		p.silent()
		p.heard(desk.AgentPresence{Agent: alice})
		p.send(desk.Follow{Agent: alice})
		p.expect(`type="probe"`)
		p.says(no)
		p.expect(`type="subscribe"`)
		p.says(no) // she says no
		p.silent()
		p.logged("does not let us see")
	})
}
