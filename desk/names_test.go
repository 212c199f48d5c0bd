package desk

import (
	"testing"

	"frontdesk/chat"
)

// A visitor may call himself anything; agents always see that it is a visitor:
// in the contact list, in presence, beside words, on the card.
func TestT24_NamesAreMarked(t *testing.T) {
	play(t, testOptions(), []string{"alice:9"}, func(s *stage) {
		s.edges.names = nil
		s.online("a")
		s.ask("a", Rename{Name: "Alice"})
		s.say("a", "hello")
		s.Post(AgentLooks{Ref: "1", Agent: "alice@example.com", Visitor: jid("a")})
		s.ask("a", Rename{Name: "Support"})
		s.ask("a", Say{Message: chat.Message{Text: "x", Nick: "admin"}})
		names := s.edges.names
		delete(names, "") // unavailable presence
		for name := range names {
			if name != "Alice (visitor)" && name != "Support (visitor)" {
				t.Errorf("the agent is shown %q", name)
			}
		}
		if len(names) != 2 {
			t.Errorf("names %v", names)
		}
	})
}
