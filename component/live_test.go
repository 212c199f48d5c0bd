//go:build integration

package component

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/internal/peers"
	"frontdesk/internal/xmpptest"
	"frontdesk/link"
	"frontdesk/roster"
)

const soon = peers.Patience

// live is a link at a real server.
type live struct {
	*testing.T
	server    *peers.Server
	component *Component
	link      *link.Link
	desk      *recorder
	log       *xmpptest.Log
}

// attach starts a component and waits for its link.
func attach(t *testing.T, s *peers.Server) *live {
	t.Helper()
	l := &live{T: t, server: s, desk: &recorder{}, log: &xmpptest.Log{}}
	l.component = New(Options{
		Domain: peers.Domain, Version: "test",
		Queues: func() []Listing { return []Listing{{Name: "support", Title: "Support"}} },
		Log:    slog.New(slog.NewTextHandler(l.log, nil)),
	}, l.desk)
	l.desk.agents = l.component
	var err error
	l.link, err = link.New(linkOptions(s, l.log), l.component)
	if err != nil {
		t.Fatal(err)
	}
	l.link.Start()
	t.Cleanup(l.link.Stop)
	l.up()
	return l
}

func linkOptions(s *peers.Server, log *xmpptest.Log) link.Options {
	return link.Options{
		Server: s.ComponentAddr, Domain: peers.Domain, Secret: peers.Secret,
		Log: slog.New(slog.NewTextHandler(log, nil)),
	}
}

// up waits for the link.
func (l *live) up() {
	l.Helper()
	l.waits("the link", func(e desk.Event) bool { _, ok := e.(desk.LinkUp); return ok })
}

// hears waits for an event.
func (l *live) hears(want desk.Event) {
	l.Helper()
	l.waits(fmt.Sprintf("%#v", want), func(e desk.Event) bool { return fmt.Sprintf("%#v", e) == fmt.Sprintf("%#v", want) })
}

// hearsConfirmed waits for the word that the server has taken something.
func (l *live) hearsConfirmed(number int64) {
	l.Helper()
	l.waits(fmt.Sprint("confirmed ", number), func(e desk.Event) bool {
		c, ok := e.(desk.LinkConfirmed)
		return ok && slices.Contains(c.Numbers, number)
	})
}

func (l *live) waits(what string, match func(desk.Event) bool) desk.Event {
	l.Helper()
	var found desk.Event
	peers.Until(l, soon, what, func() error {
		l.desk.mu.Lock()
		defer l.desk.mu.Unlock()
		for i, e := range l.desk.events {
			if match(e) {
				found = e
				l.desk.events = l.desk.events[i+1:]
				return nil
			}
		}
		return fmt.Errorf("heard %#v\n%s", l.desk.events, l.log)
	})
	return found
}

func (l *live) online(agent roster.AgentJID, online bool) {
	l.Helper()
	l.waits(fmt.Sprintf("presence of %s: %v", agent, online), func(e desk.Event) bool {
		p, ok := e.(desk.AgentPresence)
		return ok && p.Agent == agent && (p.Presence.Show != roster.Unavailable) == online
	})
}

func (l *live) send(things ...desk.ToAgent) { l.component.Send(things) }

func TestIntegrationTalk(t *testing.T) {
	peers.Each(t, func(t *testing.T, s *peers.Server) {
		a := s.Agent(t, "alice")
		l := attach(t, s)
		l.send(desk.Follow{Agent: alice, New: true})
		l.online(alice, true)

		contact := roster.Contact{Agent: alice, Visitor: visitor}
		l.send(desk.AddContact{Contact: contact, Name: "Visitor 4f7k", Group: "Live chat"},
			desk.ShowVisitor{Visitor: visitor, Agent: alice, Show: roster.Available, Status: "Prices", Name: "Visitor 4f7k"},
			desk.Words{Outbox: 1, Visitor: visitor, Agent: alice, Message: chat.Message{ID: "m1", Text: "hello <&>"}})
		a.Expect(t, soon, "presence of the visitor", peers.Showing(visitor, "available"))
		got := a.Expect(t, soon, "words", peers.Saying("hello <&>"))
		if got.From() != visitor+"/web" || got.State() != "active" {
			t.Errorf("words came as %v", got)
		}
		l.hearsConfirmed(1)
		if s.RosterWorks {
			item := a.Roster()[visitor]
			if item.Attr("name") != "Visitor 4f7k" || item.Attr("subscription") != "to" || item.ChildText("group") != "Live chat" {
				t.Errorf("contact %v", item)
			}
		}
		l.waits("receipt", func(e desk.Event) bool {
			says, ok := e.(desk.AgentSays)
			return ok && says.Message.Receipt == "m1" && says.Visitor == visitor
		})
		a.Say(visitor, "to bare")
		a.Say(visitor+"/web", "to full")
		for _, text := range []string{"to bare", "to full"} {
			l.waits(text, func(e desk.Event) bool {
				says, ok := e.(desk.AgentSays)
				return ok && says.Message.Text == text && says.Agent == alice && says.Visitor == visitor
			})
		}
		l.send(desk.ShowVisitor{Visitor: visitor, Agent: alice, Show: roster.Unavailable, Status: "left"},
			desk.RemoveContact{Contact: contact})
		a.Expect(t, soon, "end of the visitor", peers.Showing(visitor, "unavailable"))
		if s.RosterWorks {
			peers.Until(t, soon, "contact removed", func() error {
				if item := a.Roster()[visitor]; item != nil {
					return fmt.Errorf("still there: %v", item)
				}
				return nil
			})
		}
		a.Kill()
		l.online(alice, false)
	})
}

func TestIntegrationWithoutPrivilege(t *testing.T) {
	peers.Each(t, func(t *testing.T, s *peers.Server) {
		a := s.Agent(t, "alice")
		l := attach(t, s)
		l.send(desk.Follow{Agent: alice, New: true})
		l.online(alice, true)
		l.send(desk.AddContact{Contact: roster.Contact{Agent: alice, Visitor: visitor}, Name: "x"},
			desk.ShowVisitor{Visitor: visitor, Agent: alice, Show: roster.Chat, Name: "x"}, words(1, "hi"))
		a.Expect(t, soon, "presence of the visitor", peers.Showing(visitor, "chat"))
		a.Expect(t, soon, "words", peers.Saying("hi"))
		if item := a.Roster()[visitor]; item != nil {
			t.Errorf("contact %v", item)
		}
	}, peers.WithoutPrivilege)
}

// What agents' clients ask about the desk, a queue and a visitor.
func TestIntegrationQuestions(t *testing.T) {
	peers.Each(t, func(t *testing.T, s *peers.Server) {
		a := s.Agent(t, "alice")
		l := attach(t, s)
		l.desk.mu.Lock()
		l.desk.hear = func(e desk.Event) {
			if look, ok := e.(desk.AgentLooks); ok {
				l.component.Send([]desk.ToAgent{desk.Card{
					Ref: look.Ref, Known: look.Visitor == visitor,
					Visitor: roster.Visitor{JID: visitor, Name: "Eve"},
				}})
			}
		}
		l.desk.mu.Unlock()
		for i, q := range []struct{ to, payload, want string }{
			{peers.Domain, "<query xmlns='http://jabber.org/protocol/disco#info'/>", "gateway"},
			{peers.Domain, "<query xmlns='http://jabber.org/protocol/disco#items'/>", "support@chat.localhost"},
			{peers.Domain, "<query xmlns='jabber:iq:version'/>", "frontdesk"},
			{peers.Domain, "<ping xmlns='urn:xmpp:ping'/>", "result"},
			{"support@" + peers.Domain, "<query xmlns='http://jabber.org/protocol/disco#info'/>", "workgroup"},
			{visitor, "<query xmlns='http://jabber.org/protocol/disco#info'/>", "Eve"},
			{visitor + "/web", "<query xmlns='http://jabber.org/protocol/disco#info'/>", "Eve"},
			{visitor, "<vCard xmlns='vcard-temp'/>", "image/png"},
			{visitor, "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='x'/></pubsub>", "item-not-found"},
			{"visitor-gone@" + peers.Domain, "<query xmlns='http://jabber.org/protocol/disco#info'/>", "item-not-found"},
		} {
			id := fmt.Sprint("q", i)
			a.Raw("<iq type='get' id='" + id + "' to='" + q.to + "'>" + q.payload + "</iq>")
			answer := a.Expect(t, soon, "answer of "+q.to, peers.Answering(id))
			if !strings.Contains(answer.String(), q.want) {
				t.Errorf("%s %s: %v", q.to, q.payload, answer)
			}
		}
	})
}

// What an ordinary account can send must not touch the link.
func TestIntegrationOddStanzas(t *testing.T) {
	const streams = "http://etherx.jabber.org/streams"
	peers.Each(t, func(t *testing.T, s *peers.Server) {
		l := attach(t, s)
		id := l.link.Stats().LinkID
		other := s.Agent(t, "mallory")
		for i, xml := range []string{
			"<iq type='get' id='1' to='chat.localhost'/>",
			"<iq type='error' id='1' to='chat.localhost'/>",
			"<iq type='get' id='1' to='chat.localhost'>text</iq>",
			"<iq type='result' id='1' to='chat.localhost'>text</iq>",
			"<message to='chat.localhost'><a xmlns='" + streams + "'/></message>",
			"<message to='chat.localhost'><error xmlns='" + streams + "'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error></message>",
			"<message to='\u2665@chat.localhost'><body>x</body></message>",
			"<message to='v@chat.localhost/\U0001FAE9'><body>x</body></message>",
			"<message to='v@chat.localhost'><body>" + strings.Repeat("x", 100<<10) + "</body></message>",
			"<message to='v@chat.localhost'><p:y xmlns:p='urn:p'><z xmlns='jabber:client'/></p:y></message>",
			"<message to='v@chat.localhost'>" + strings.Repeat("<a xmlns='urn:a'>", 300) + strings.Repeat("</a>", 300) + "</message>",
		} {
			name := fmt.Sprint("eve", i)
			eve := s.Agent(t, name) // the server may end her stream for it
			eve.Raw(xml)
			other.Say(visitor, "still here "+name)
			l.waits("words after "+name, func(e desk.Event) bool {
				says, ok := e.(desk.AgentSays)
				return ok && says.Message.Text == "still here "+name
			})
			if now := l.link.Stats().LinkID; now != id {
				t.Fatalf("%.80s: link %s became %s\n%s", xml, id, now, l.log)
			}
			eve.Kill()
		}
	})
}

// T36: the longest texts that may come, in one batch; and everything that has
// to be escaped.
func TestIntegrationT36Sizes(t *testing.T) {
	peers.Each(t, func(t *testing.T, s *peers.Server) {
		a := s.Agent(t, "alice")
		l := attach(t, s)
		id := l.link.Stats().LinkID
		var all []desk.ToAgent
		for i := range int64(32) {
			all = append(all, desk.Words{Outbox: i + 1, Visitor: visitor, Agent: alice, Message: chat.Message{
				ID: fmt.Sprint("m", i), Text: strings.Repeat("&", maxText-4) + fmt.Sprintf("%04d", i),
			}})
		}
		l.component.Send(all)
		l.hearsConfirmed(32)
		for i := range 32 {
			a.Expect(t, soon, "text", peers.Saying(strings.Repeat("&", maxText-4)+fmt.Sprintf("%04d", i)))
		}
		if now := l.link.Stats().LinkID; now != id {
			t.Errorf("link %s became %s\n%s", id, now, l.log)
		}
	})
}

// The server stops, dies, or stands still: the link is back by itself.
func TestIntegrationServerLost(t *testing.T) {
	peers.Each(t, func(t *testing.T, s *peers.Server) {
		l := attach(t, s)
		a := s.Agent(t, "alice")
		again := func() {
			t.Helper()
			l.hears(desk.LinkDown{})
			l.up()
			l.send(desk.Follow{Agent: alice})
		}
		l.send(desk.Follow{Agent: alice, New: true})
		l.online(alice, true)
		s.Restart()
		again()
		l.online(alice, true)
		s.Kill()
		l.hears(desk.LinkDown{})
		s.Start()
		l.up()
		s.Pause()
		l.hears(desk.LinkDown{})
		s.Resume()
		l.up()
		l.send(words(1, "after all"))
		l.hearsConfirmed(1)
		_ = a
	})
}

func TestIntegrationCheck(t *testing.T) {
	peers.Each(t, func(t *testing.T, s *peers.Server) {
		a := s.Agent(t, "alice")
		first := attach(t, s)
		first.send(desk.Follow{Agent: alice, New: true})
		first.online(alice, true)
		o := linkOptions(s, first.log)
		beside, err := Check(t.Context(), o)
		if err != nil || beside[len(beside)-1].OK {
			t.Errorf("beside a process: %+v, %v", beside, err)
		}
		first.link.Stop()
		var found []link.Finding
		peers.Until(t, soon, "a check", func() error {
			found, err = Check(t.Context(), o, alice)
			if len(found) < 5 {
				return fmt.Errorf("%+v, %w", found, err)
			}
			return nil
		})
		seen := ""
		for _, f := range found {
			if !f.OK {
				t.Errorf("%+v", f)
			}
			seen += f.Name + ": " + f.Detail + "\n"
		}
		for _, part := range []string{"agent alice@localhost: online", s.Version, "roster both"} {
			if !strings.Contains(strings.ToLower(seen), part) {
				t.Errorf("%q is not in\n%s", part, seen)
			}
		}
		_ = a
		o.Secret = "wrong"
		expectFault(t, o, "xmpp.secret", "not-authorized")
		o = linkOptions(s, first.log)
		o.Domain = "unknown.localhost"
		expectFault(t, o, "xmpp.secret", "")
		o = linkOptions(s, first.log)
		o.Server = peers.FreeAddr(t)
		expectFault(t, o, "xmpp.server", "refused")
	})
}

func expectFault(t *testing.T, o link.Options, name, detail string) {
	t.Helper()
	found, err := Check(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	last := found[len(found)-1]
	if last.OK || last.Name != name || !strings.Contains(last.Detail, detail) || last.Remedy == "" {
		t.Errorf("found %+v, want %s with %q", found, name, detail)
	}
}
