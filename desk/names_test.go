package desk

import (
	"testing"
	"testing/synctest"

	"frontdesk/chat"
)

// namesTold collects every name that agents are shown.
type namesTold struct {
	*edges
	names map[string]bool
}

func (n namesTold) Send(batch []ToAgent) {
	for _, out := range batch {
		switch x := out.(type) {
		case AddContact:
			n.names[x.Name] = true
		case ShowVisitor:
			n.names[x.Name] = true
		case Words:
			n.names[x.Message.Nick] = true
		case Card:
			n.names[x.Visitor.Name] = true
		}
	}
	n.edges.Send(batch)
}

// A visitor may call himself anything; agents always see that it is a visitor:
// in the contact list, in presence, beside words, on the card.
func TestT24_NamesAreMarked(t *testing.T) {
	play(t, testOptions(), []string{"alice:9"}, func(s *stage) {
		told := namesTold{s.edges, map[string]bool{}}
		s.agents = told // the desk is idle
		s.online("a")
		s.ask("a", Rename{Name: "Alice"})
		s.say("a", "hello")
		synctest.Wait()
		s.Post(AgentLooks{Ref: "1", Agent: "alice@example.com", Visitor: jid("a")})
		s.ask("a", Rename{Name: "Support"})
		s.ask("a", Say{Message: chat.Message{Text: "x", Nick: "admin"}})
		synctest.Wait()
		delete(told.names, "") // unavailable presence
		for name := range told.names {
			if name != "Alice (visitor)" && name != "Support (visitor)" {
				t.Errorf("the agent is shown %q", name)
			}
		}
		if len(told.names) != 2 {
			t.Errorf("names %v", told.names)
		}
	})
}
