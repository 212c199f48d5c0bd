package desk

import (
	"strings"
	"testing"
	"time"

	"frontdesk/chat"
	"frontdesk/queue"
	"frontdesk/roster"
)

func TestFreedSeatServesEveryQueueOfItsAgent(t *testing.T) {
	for name, leave := range map[string]func(s *stage){
		"grace":  func(s *stage) { s.offline("a") },
		"gone":   func(s *stage) { s.ask("a", Say{Message: chat.Message{Typing: chat.TypingGone}}) },
		"depart": func(s *stage) { s.ask("a", Depart{}) },
	} {
		t.Run(name, func(t *testing.T) {
			play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
				queues := []string{"support", "sales"}
				s.must(AddQueue{queue.Queue{Name: "sales"}})
				s.must(SetAgent{"alice@example.com", roster.AgentPatch{Queues: &queues}})
				s.online("a", "b")
				s.say("a", "one")
				s.ask("b", Say{Queue: "sales", Message: chat.Message{Text: "two"}})
				leave(s)
				s.pass(10 * time.Minute)
				if open := s.Chats(); len(open) != 1 || open[0].Agent == "" {
					t.Errorf("b waits in the other queue although alice is free: %+v", open)
				}
			})
		})
	}
}

func TestRequeuedChatsKeepTheirOrder(t *testing.T) {
	play(t, testOptions(), []string{"alice:3"}, func(s *stage) {
		s.online("a", "b", "c")
		for _, v := range []string{"a", "b", "c"} {
			s.say(v, "hi")
		}
		s.hire("bob:1")
		s.agent("alice", roster.Unavailable)
		s.pass(20 * time.Second)
		for _, c := range s.Chats() {
			if (c.Visitor == jid("a")) != (c.Agent == "bob@example.com") {
				t.Errorf("%s is with %q: the first of them is a", c.Visitor, c.Agent)
			}
		}
	})
}

func TestAloneInLineIsNotBusy(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		s.online("a", "b")
		s.say("a", "hi")
		s.say("b", "hi")
		s.offline("b")
		s.pass(45 * time.Second)
		if len(s.Chats()) != 2 {
			t.Error("b had only the grace of a busy line")
		}
	})
}

func TestUnansweredWordsGoToTheNextAgentAfterARestart(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		s.online("a")
		s.say("a", "help me")
		s.agent("alice", roster.Unavailable)
		s.pass(20 * time.Second)

		s = s.again()
		s.hire("bob:1")
		s.online("a")
		s.expectAmong(`bob gets "help me" from visitor-a`)
	})
}

func TestNobodyLooksGoneAfterARestart(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		s.online("a", "b")
		s.say("a", "help me")
		s.say("b", "me too")

		s = s.again()
		s.agent("alice", roster.Available)
		s.online("b") // a line, which shortens a's grace
		s.Post(AgentProbes{Agent: "alice@example.com", Visitor: jid("a")})
		for _, line := range s.edges.take() {
			if strings.Contains(line, "sees visitor-a unavailable") {
				t.Error("a looks gone while it may come back")
			}
		}
	})
}

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

func TestVisitorsWaitForAgentsWhoMayComeBack(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		s.online("a")
		s.Post(LinkDown{})
		s.Post(LinkUp{})
		s.say("a", "hello")
		s.agent("alice", roster.Available)
		if open := s.Chats(); len(open) != 1 || open[0].Agent != "alice@example.com" {
			t.Errorf("chats %+v", open)
		}
	})
}
