package desk

import (
	"fmt"
	"strings"
	"testing"

	"frontdesk/roster"
)

func TestContactIsForgottenWhenItsRemovalIsConfirmed(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		s.online("a")
		s.say("a", "hi")
		s.lazy = true
		s.reply("alice", "a", "!close")
		s.Post(LinkDown{}) // the removal was on it
		if len(s.book.Contacts()) != 2 {
			t.Fatalf("contacts %v: the visitor's and the desk's own", s.book.Contacts())
		}
		s.edges.take()
		s.lazy = false
		s.Post(LinkUp{})
		s.expectAmong("alice sees visitor-a unavailable", "alice - visitor-a")
		if len(s.book.Contacts()) != 1 {
			t.Errorf("contacts %v after the removal", s.book.Contacts())
		}
	})
}

func TestLinkThatCameUpWhileTheStoreFailed(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		s.online("a")
		s.say("a", "one")
		s.Post(LinkDown{})
		s.edges.take()
		s.hold()
		s.Post(LinkUp{})
		s.release(true)
		s.agent("alice", roster.Available)
		s.say("a", "two")
		s.expectAmong("follow alice false", "alice sees visitor-a available", `alice gets "two" from visitor-a`)
	})
}

func TestReceiptComesOnce(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		s.online("a")
		s.say("a", "hello")
		s.reply("alice", "a", "hi")
		s.edges.take()
		s.Post(TabSettled{Tab: tabOf("a"), Seqs: []int64{2}})
		s.Post(TabSettled{Tab: tabOf("a"), Seqs: []int64{2}})
		s.expect(`alice gets receipt "a-hi" typing 0 from visitor-a`)
	})
}

func TestAgentIsAskedForHerPresenceOnce(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		s = s.again()
		s.expect("follow alice false")
		s.Post(LinkDown{})
		s.Post(LinkUp{})
		s.expect("follow alice false")
	})
}

// A link that is cut in the middle of a replay: what left before the words says
// nothing about them, whatever its number.
func TestCutInTheMiddleOfAReplay(t *testing.T) {
	play(t, testOptions(), []string{"alice:2"}, func(s *stage) {
		s.online("a", "b")
		s.say("a", "hello")
		s.say("b", "hello")
		s.lazy = true
		s.Post(LinkDown{})
		for n := range 9 {
			s.say("a", fmt.Sprint("word ", n))
		}
		s.ask("b", Depart{})
		s.Post(LinkUp{})
		removal := s.wire[0] // of b's contact: it was written before the words
		s.barrier(1)
		s.Post(LinkDown{})
		if got := len(s.book.Undelivered()); got < 9 {
			t.Errorf("%d entries are undelivered after removal %d was confirmed, want the nine words", got, removal)
		}
		s.edges.take()
		s.Post(LinkUp{})
		s.agent("alice", roster.Available)
		var again []string
		for _, line := range s.edges.take() {
			if strings.Contains(line, "word ") {
				again = append(again, line)
			}
		}
		if len(again) != 9 {
			t.Errorf("alice got %q, want nine words", again)
		}
	})
}

// What does not fit into what is kept for a visitor is refused to the agent who
// wrote it; nothing that was taken disappears.
func TestMoreThanIsKeptIsRefused(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		s.online("a")
		s.say("a", "hello")
		s.Post(TabOffline{Tab: tabOf("a"), Ended: true})
		long := strings.Repeat("x", 8<<10)
		for n := range 9 {
			s.edges.take()
			s.reply("alice", "a", fmt.Sprint(n, long))
		}
		s.expect("alice refused resource-constraint")
		s.online("a")
		var got []string
		for _, line := range s.edges.take() {
			if strings.Contains(line, long) {
				got = append(got, line)
			}
		}
		if len(got) != 7 || !strings.Contains(got[0], `"0xx`) {
			t.Errorf("the visitor got %d messages, want the first seven", len(got))
		}
	})
}
