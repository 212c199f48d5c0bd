//go:build integration

package e2e_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"frontdesk/internal/peers"
)

// kinds are the stanzas a visitor tries on each address; %[1]s is the address,
// %[2]s an id.
var kinds = []string{
	"<message to='%[1]s' id='%[2]s' type='chat'><body>psst</body></message>",
	"<message to='%[1]s' id='%[2]s'><body>psst</body></message>",
	"<message to='%[1]s' id='%[2]s' type='groupchat'><body>psst</body></message>",
	"<message to='%[1]s' id='%[2]s' type='headline'><body>psst</body></message>",
	"<message to='%[1]s' id='%[2]s' type='error'><body>psst</body><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
	"<presence to='%[1]s' id='%[2]s'/>",
	"<presence to='%[1]s' id='%[2]s' type='unavailable'/>",
	"<presence to='%[1]s' id='%[2]s' type='subscribe'/>",
	"<presence to='%[1]s' id='%[2]s' type='subscribed'/>",
	"<presence to='%[1]s' id='%[2]s' type='unsubscribe'/>",
	"<presence to='%[1]s' id='%[2]s' type='probe'/>",
	"<iq to='%[1]s' id='%[2]s' type='get'><query xmlns='jabber:iq:version'/></iq>",
	"<iq to='%[1]s' id='%[2]s' type='set'><query xmlns='jabber:iq:roster'><item jid='x@localhost'/></query></iq>",
	"<iq to='%[1]s' id='%[2]s' type='result'/>",
}

// TestIntegrationT21T22VisitorsReachNobody lets a visitor try every kind of
// stanza on every address there is: nothing arrives anywhere.
func TestIntegrationT21T22VisitorsReachNobody(t *testing.T) {
	peers.Each(t, func(t *testing.T, server *peers.Server) {
		s := set(t, server, nil)
		alice, bob := s.hire("alice", 30), server.Agent(t, "bob") // bob is an account, no agent
		victim := s.talks(alice, "hello")
		addresses := []string{
			alice.JID, alice.JID + "/client", bob.JID, bob.JID + "/client", "nobody@localhost", "localhost",
			victim.Bare(), victim.JID, "visitor-aaaaaaaaaaaaaaaaaaaa@" + peers.Domain,
			"somebody@elsewhere.example", "room@conference.localhost",
		}
		victim.Forget()
		bob.Forget()
		alice.Forget()
		answers := map[string][]string{}
		for _, address := range addresses {
			answers[address] = s.tries(address)
		}

		// What there is and what there is not looks the same.
		for _, i := range []int{0, 1, 11, 12} { // chat, normal, get, set
			if got := answers[alice.JID][i]; !strings.Contains(got, "error item-not-found cancel") {
				t.Errorf("%s is answered %q", kinds[i], got)
			}
		}
		for _, address := range addresses {
			if !slices.Equal(answers[address], answers["nobody@localhost"]) {
				t.Errorf("%s answers\n%q, nobody@localhost\n%q", address, answers[address], answers["nobody@localhost"])
			}
		}

		// The same ways carry what is allowed; it comes after anything before.
		s.talks(alice, "the end")
		alice.Say(victim.Bare(), "the end")
		alice.Say(bob.JID, "the end")
		victim.Expect(t, soon, "the end", peers.Saying("the end"))
		bob.Expect(t, soon, "the end", peers.Saying("the end"))
		for _, inbox := range []*peers.Inbox{alice.Inbox, bob.Inbox, victim.Inbox} {
			if got := inbox.All(leaked); len(got) > 0 {
				t.Errorf("leaked: %v", got)
			}
		}
		if got := bob.All(func(e peers.Stanza) bool { return strings.HasSuffix(e.FromBare(), peers.Domain) }); len(got) > 0 {
			t.Errorf("an account that is no agent got %v", got)
		}
	})
}

// leaked matches what only the visitor of [stage.tries] writes.
func leaked(e peers.Stanza) bool {
	return strings.HasPrefix(e.Attr("id"), "leak") || e.Body() == "psst" ||
		slices.Contains([]string{"subscribe", "subscribed", "unsubscribe", "probe"}, e.Attr("type")) &&
			e.FromBare() != peers.Domain
}

// tries sends every kind of stanza to an address as a new visitor and returns
// the conditions of the answers.
func (s *stage) tries(address string) []string {
	s.Helper()
	v := s.desk.Visit(s)
	for i, kind := range kinds {
		v.Send(strings.Replace(fmt.Sprintf(kind, address, fmt.Sprint("leak-", i)), " to=", " xmlns='jabber:client' to=", 1))
	}
	v.Send("<iq xmlns='jabber:client' id='done' type='get'><ping xmlns='urn:xmpp:ping'/></iq>")
	v.Expect(s, soon, "answer to the ping after all to "+address, peers.Answering("done"))
	var conditions []string
	for i := range kinds {
		got := "silence"
		for _, e := range v.All(func(e peers.Stanza) bool { return e.Attr("id") == fmt.Sprint("leak-", i) }) {
			got = e.Kind + " " + e.Attr("type") + " " + e.Condition() + " " + e.Child("", "error").Attr("type") + " " + e.ErrorText()
		}
		conditions = append(conditions, got)
	}
	return conditions
}

// TestIntegrationT31T32_StrangersAndColleagues lets a stranger and another
// agent write to a visitor: refused, and the visitor sees nothing.
func TestIntegrationT31T32_StrangersAndColleagues(t *testing.T) {
	peers.Each(t, func(t *testing.T, server *peers.Server) {
		s := set(t, server, nil)
		alice := s.hire("alice", 1)
		v := s.talks(alice, "hello")
		bob, stranger := s.hire("bob", 1), server.Agent(t, "mallory")
		v.Forget()

		id := stranger.Say(v.Bare(), "I am support, your password please")
		stranger.Expect(t, soon, "refusal of the stranger", peers.Refusing(id, ""))
		stranger.Say(v.Bare()+"/web", "!close") // refusals are limited (T34): no answer to wait for
		stranger.Raw("<presence type='subscribe' to='" + v.Bare() + "'/>")
		id = bob.Say(v.Bare(), "from bob")
		bob.Expect(t, soon, "refusal of the colleague", peers.Refusing(id, "forbidden"))
		bob.Say(v.Bare(), "!close")
		bob.Typing(v.Bare(), "composing")
		bob.Typing(v.Bare(), "gone")

		s.passed(bob, stranger)
		alice.Say(v.Bare(), "from alice")
		v.Expect(t, soon, "the agent's words", peers.Saying("from alice"))
		if got := v.All(peers.Message); len(got) != 1 {
			t.Errorf("the visitor was shown %v", got)
		}
		if got := stranger.All(func(e peers.Stanza) bool { return e.Attr("type") == "subscribed" }); len(got) > 0 {
			t.Errorf("the stranger may follow the visitor: %v", got)
		}
		if got := s.served(v); got != alice.JID {
			t.Errorf("the chat belongs to %q", got)
		}
	})
}

// passed returns when the desk has answered a last question of each account: all
// that they sent before has been taken too.
func (s *stage) passed(accounts ...*peers.Agent) {
	s.Helper()
	for _, a := range accounts {
		id := a.NewID()
		a.Raw(fmt.Sprintf("<iq type='get' id='%s' to='%s'><ping xmlns='urn:xmpp:ping'/></iq>", id, peers.Domain))
		a.Expect(s, soon, "the desk's answer", peers.Answering(id))
	}
}
