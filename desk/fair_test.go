package desk

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/chat"
	"frontdesk/queue"
	"frontdesk/roster"
)

// hire adds agents of support, "name:capacity", who are online.
func (s *stage) hire(names ...string) {
	s.Helper()
	for _, name := range names {
		name, capacity, _ := strings.Cut(name, ":")
		if err := s.AddAgent(context.Background(), roster.Agent{
			JID: roster.AgentJID(name + "@example.com"), Name: name, Queues: []string{"support"}, Capacity: int(capacity[0] - '0'),
		}); err != nil {
			s.Fatal(err)
		}
		s.agent(name, roster.Available)
	}
	synctest.Wait()
}

func (s *stage) open() []chat.Chat {
	s.Helper()
	chats, err := s.Chats(context.Background(), false)
	if err != nil {
		s.Fatal(err)
	}
	return chats
}

func TestFreedSeatServesEveryQueueOfItsAgent(t *testing.T) {
	for name, leave := range map[string]func(s *stage){
		"grace":  func(s *stage) { s.offline("a") },
		"gone":   func(s *stage) { s.ask("a", Say{Message: chat.Message{Typing: chat.TypingGone}}) },
		"depart": func(s *stage) { s.ask("a", Depart{}) },
	} {
		t.Run(name, func(t *testing.T) {
			play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
				queues := []string{"support", "sales"}
				if err := s.AddQueue(context.Background(), queue.Queue{Name: "sales"}); err != nil {
					t.Fatal(err)
				}
				if err := s.SetAgent(context.Background(), "alice@example.com", AgentPatch{Queues: &queues}); err != nil {
					t.Fatal(err)
				}
				s.online("a", "b")
				s.say("a", "one")
				synctest.Wait()
				s.ask("b", Say{Queue: "sales", Message: chat.Message{Text: "two"}})
				synctest.Wait()
				leave(s)
				s.pass(10 * time.Minute)
				if open := s.open(); len(open) != 1 || open[0].Agent == "" {
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
			synctest.Wait()
		}
		s.hire("bob:1")
		s.agent("alice", roster.Unavailable)
		s.pass(20 * time.Second)
		for _, c := range s.open() {
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
		synctest.Wait()
		s.say("b", "hi")
		synctest.Wait()
		s.offline("b")
		s.pass(45 * time.Second)
		if len(s.open()) != 2 {
			t.Error("b had only the grace of a busy line")
		}
	})
}

func TestUnansweredWordsGoToTheNextAgentAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newShelf()
		s := begin(t, testOptions(), store)
		s.hire("alice:1")
		s.online("a")
		s.say("a", "help me")
		synctest.Wait()
		s.agent("alice", roster.Unavailable)
		s.pass(20 * time.Second)
		s.end()

		s = begin(t, testOptions(), store)
		s.hire("bob:1")
		s.online("a")
		synctest.Wait()
		if lines := s.edges.take(); !slices.Contains(lines, `bob gets "help me" from visitor-a`) {
			t.Errorf("bob does not know what was said: %q", lines)
		}
		s.end()
	})
}

func TestNobodyLooksGoneAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newShelf()
		s := begin(t, testOptions(), store)
		s.hire("alice:1")
		s.online("a", "b")
		s.say("a", "help me")
		synctest.Wait()
		s.say("b", "me too")
		s.end()

		s = begin(t, testOptions(), store)
		s.agent("alice", roster.Available)
		s.online("b") // a line, which shortens a's grace
		s.Post(AgentProbes{Agent: "alice@example.com", Visitor: jid("a")})
		synctest.Wait()
		for _, line := range s.edges.take() {
			if strings.Contains(line, "sees visitor-a unavailable") {
				t.Error("a looks gone while it may come back")
			}
		}
		s.end()
	})
}

func TestContactIsForgottenWhenItsRemovalIsConfirmed(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		s.online("a")
		s.say("a", "hi")
		synctest.Wait()
		s.edges.confirm = false
		s.reply("alice", "a", "!close")
		s.Post(LinkDown{}) // the removal was on it
		synctest.Wait()
		if len(s.store.contacts) != 2 {
			t.Fatalf("contacts %v: the visitor's and the desk's own", s.store.contacts)
		}
		s.edges.take()
		s.edges.confirm = true
		s.Post(LinkUp{})
		synctest.Wait()
		lines := s.edges.take()
		for _, want := range []string{"alice sees visitor-a unavailable", "alice - visitor-a"} {
			if !slices.Contains(lines, want) {
				t.Errorf("missing %q in %q", want, lines)
			}
		}
		if len(s.store.contacts) != 1 {
			t.Errorf("contacts %v after the removal", s.store.contacts)
		}
	})
}

func TestLinkThatCameUpWhileTheStoreFailed(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		s.online("a")
		s.say("a", "one")
		synctest.Wait()
		s.Post(LinkDown{})
		synctest.Wait()
		s.edges.take()
		s.store.hold()
		s.Post(LinkUp{})
		synctest.Wait()
		s.store.release(true)
		synctest.Wait()
		s.agent("alice", roster.Available)
		s.say("a", "two")
		synctest.Wait()
		lines := s.edges.take()
		for _, want := range []string{"follow alice false", "alice sees visitor-a available", `alice gets "two" from visitor-a`} {
			if !slices.Contains(lines, want) {
				t.Errorf("missing %q in %q", want, lines)
			}
		}
	})
}

func TestVisitorsWaitForAgentsWhoMayComeBack(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		s.online("a")
		s.Post(LinkDown{})
		s.Post(LinkUp{})
		s.say("a", "hello")
		synctest.Wait()
		s.agent("alice", roster.Available)
		synctest.Wait()
		if open := s.open(); len(open) != 1 || open[0].Agent != "alice@example.com" {
			t.Errorf("chats %+v", open)
		}
	})
}
