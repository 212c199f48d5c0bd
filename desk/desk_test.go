package desk

import (
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
