package desk

import (
	"testing"
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// A claim that the store refuses takes the agent out of the pool until her
// seats are read again; a second refusal in the same second waits.
func TestRefusedSeatIsReadAgain(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		claims := 0
		s.onClaim = func(ledger.ClaimSeat) { claims++ }
		s.refused = true
		s.online("a")
		s.say("a", "hello")
		if claims != 2 {
			t.Errorf("%d claims at one instant: one, and one more after her seats were read", claims)
		}
		s.pass(10 * time.Second)
		if claims < 5 || claims > 25 {
			t.Errorf("%d claims in ten seconds, want one or two a second", claims)
		}
		s.refused = false
		s.pass(recountPause)
		if got := s.book.Seats("alice@example.com"); got != 1 {
			t.Errorf("alice has %d chats once the store grants it", got)
		}
	})
}

// Seats that the store knows of and the desk does not are load: she gets no
// chat before they are free.
func TestSeatsTakenElsewhere(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		if _, err := s.book.Commit([]ledger.Change{ledger.SaveChat{Chat: foreign(chat.Active)}}); err != nil {
			t.Fatal(err)
		}
		s.online("a")
		s.say("a", "hello")
		s.pass(time.Minute)
		if c := s.Chats()[0]; c.State != chat.Queued {
			t.Errorf("the chat is %s with %q", c.State, c.Agent)
		}
		if _, err := s.book.Commit([]ledger.Change{ledger.SaveChat{Chat: foreign(chat.Closed)}}); err != nil {
			t.Fatal(err)
		}
		s.pass(recountAgain)
		if c := s.Chats()[0]; c.Agent != "alice@example.com" {
			t.Errorf("the chat is %s with %q, want it with alice", c.State, c.Agent)
		}
	})
}

// foreign is a chat of another desk with alice.
func foreign(state chat.State) chat.Chat {
	return chat.Chat{ID: "elsewhere", Visitor: "visitor-x@s1.example.com", Queue: "support", State: state, Agent: "alice@example.com"}
}

// Words that waited for their agent when the store failed with the link down
// are not overtaken by later ones.
func TestWordsThatWaitedWhileTheStoreFailed(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		s.online("a")
		s.say("a", "one")
		s.agent("alice", roster.Unavailable)
		s.say("a", "two")
		s.hold()
		s.agent("alice", roster.Available) // hands "two" over
		s.Post(LinkDown{})
		s.release(true)
		s.edges.words = nil
		s.say("a", "three")
		s.Post(LinkUp{})
		s.agent("alice", roster.Available)
		var got []string
		for _, w := range s.edges.words {
			if w.Message.Text != "" {
				got = append(got, w.Message.Text)
			}
		}
		if len(got) != 2 || got[0] != "two" || got[1] != "three" {
			t.Errorf("alice got %q", got)
		}
	})
}
