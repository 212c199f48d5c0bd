package desk

import (
	"testing"
	"time"

	"frontdesk/chat"
	"frontdesk/roster"
)

func TestAssignTalkLeaveReturn(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		s.online("anna")
		s.say("anna", "hello")
		s.expect(
			"visitor-anna/1 done",
			`visitor-anna gets "You are now talking with Alice." from support`,
			"alice + visitor-anna",
			"alice sees visitor-anna available",
			`alice gets "hello" from visitor-anna`,
		)
		s.reply("alice", "anna", "hi")
		s.expect(`visitor-anna gets "hi" from support/Alice`)
		s.Post(TabSettled{Tab: tabOf("anna"), Seqs: []int64{2}})
		s.Post(TabSettled{Tab: tabOf("anna"), Seqs: []int64{2}})
		s.expect(`alice gets receipt "a-hi" typing 0 from visitor-anna`)
		s.offline("anna")
		s.expect("alice sees visitor-anna unavailable")
		s.pass(59 * time.Second)
		s.online("anna")
		s.expect("alice sees visitor-anna available")
		s.pass(24 * time.Hour)
		s.say("anna", "still here")
		s.expect(
			"visitor-anna/2 done",
			`alice gets "still here" from visitor-anna`,
		)
		s.offline("anna")
		s.pass(60 * time.Second)
		s.expect(
			"visitor-anna dismissed false",
			"alice sees visitor-anna unavailable",
			`alice told "The visitor left. The chat is closed." gone true`,
			"alice sees visitor-anna unavailable",
			"alice - visitor-anna",
		)
		s.reply("alice", "anna", "are you there")
		s.expect("alice refused gone")
	})
}

func TestLineIsServedInOrder(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		s.online("a", "b", "c")
		s.say("a", "one")
		s.say("b", "two")
		s.say("c", "three")
		s.say("b", "two more")
		s.edges.take()
		s.ask("b", AskPosition{})
		s.ask("c", AskPosition{})
		s.expect(
			"visitor-b/5 position 1",
			"visitor-c/6 position 2",
		)
		s.reply("alice", "a", "!close")
		s.expect(
			`visitor-a gets "The chat was closed. Thank you for your visit." from support`,
			"visitor-a dismissed false",
			`visitor-b gets "You are now talking with Alice." from support`,
			`visitor-c gets "You are next in line." from support`,
			`alice told "You closed the chat." gone true`,
			"alice sees visitor-a unavailable",
			"alice - visitor-a",
			"alice + visitor-b",
			"alice sees visitor-b available",
			`alice gets "two" from visitor-b`,
			`alice gets "two more" from visitor-b`,
		)
	})
}

func TestAskedForAnAgent(t *testing.T) {
	play(t, testOptions(), []string{"alice:1", "bob:2"}, func(s *stage) {
		s.online("a", "b", "c")
		want := func(v string) {
			s.ask(v, Say{AgentName: "Alice", Message: chat.Message{Text: v + " asks for Alice"}})
		}
		want("a") // free: gets her
		if got := s.book.Seats("alice@example.com"); got != 1 {
			t.Errorf("alice has %d chats, want the one that asked for her", got)
		}
		want("b") // full: waits for her, then anyone
		if got := s.book.Seats("bob@example.com"); got != 0 {
			t.Errorf("bob has %d chats while b waits for alice", got)
		}
		s.pass(30 * time.Second)
		if got := s.book.Seats("bob@example.com"); got != 1 {
			t.Errorf("bob has %d chats, want the one that waited long enough", got)
		}
		s.agent("alice", roster.Unavailable)
		want("c") // offline: anyone
		if got := s.book.Seats("bob@example.com"); got != 2 {
			t.Errorf("bob has %d chats, want two", got)
		}
	})
}

func TestClearAnswersWhenNobodyCanTakeAChat(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		s.online("a", "b", "c", "d", "e", "f")
		s.agent("alice", roster.Unavailable)
		s.say("a", "nobody")
		s.expect("visitor-a/1 refused service-unavailable")
		s.agent("alice", roster.Away)
		s.say("a", "away")
		s.expect(
			`visitor-a gets "You are next in line." from support`,
			"visitor-a/2 done",
		)
		s.say("b", "2")
		s.say("c", "3")
		s.edges.take()
		s.say("d", "line full")
		s.expect("visitor-d/5 refused resource-constraint")
		s.ask("d", Say{Queue: "nowhere", Message: chat.Message{Text: "x"}})
		s.expect("visitor-d/6 refused item-not-found")
	})
}

func TestSecondQueueWhileAChatIsOpen(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		s.online("a")
		s.say("a", "one")
		s.edges.take()
		s.ask("a", Say{Queue: "sales", Message: chat.Message{Text: "two"}})
		s.expect("visitor-a/2 refused conflict")
	})
}

func TestAgentVanishes(t *testing.T) {
	play(t, testOptions(), []string{"alice:2"}, func(s *stage) {
		s.online("a", "b", "c")
		s.say("a", "one")
		s.say("b", "two")
		s.say("c", "three")
		s.edges.take()
		s.agent("alice", roster.Unavailable)
		s.say("a", "while she is gone")
		s.pass(14 * time.Second)
		s.agent("alice", roster.Available)
		s.expect(
			"visitor-a/4 done",
			`alice gets "while she is gone" from visitor-a`,
			"alicer sees visitor-a available",
			"alicer sees visitor-b available",
		)
		s.agent("alice", roster.Unavailable)
		s.pass(15 * time.Second)
		s.agent("alice", roster.Available)
		s.expectAmong(`visitor-a gets "Your agent had to leave. Somebody else will be with you in a moment." from support`)
		chats := s.Chats()
		for i, want := range []roster.VisitorJID{jid("a"), jid("b"), jid("c")} {
			if chats[i].Visitor != want || (chats[i].Agent == "alice@example.com") != (i < 2) {
				t.Errorf("chat %d is %+v: the head of the line belongs to a and b", i, chats[i])
			}
		}
	})
}

func TestAgentMayOnlySpeakInHerChats(t *testing.T) {
	play(t, testOptions(), []string{"alice:1", "bob:1"}, func(s *stage) {
		s.online("a")
		s.ask("a", Say{AgentName: "Alice", Message: chat.Message{Text: "hi"}})
		s.edges.take()
		s.reply("bob", "a", "mine now")
		s.expect("bob refused forbidden")
		s.reply("mallory", "a", "let me in")
		s.expect("mallory refused item-not-found")
		s.Post(AgentSays{Agent: "mallory@example.com", Visitor: jid("a"), Message: chat.Message{Typing: chat.TypingComposing}})
		s.expect()
	})
}

func TestHeldStoreHoldsEverything(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		s.online("a")
		s.say("a", "one")
		s.edges.take()
		s.hold()
		s.say("a", "two")
		s.reply("alice", "a", "answer")
		s.ask("a", Say{Message: chat.Message{Typing: chat.TypingComposing}})
		s.pass(time.Minute)
		s.expect()
		s.release(false)
		s.expect(
			"visitor-a/2 done",
			`visitor-a gets "answer" from support/Alice`,
			"visitor-a/3 done",
			`alice gets "two" from visitor-a`,
			`alice gets receipt "" typing 2 from visitor-a`,
		)
	})
}

func TestFailedBatchIsRefusedAndForgotten(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		s.online("a", "b")
		s.say("a", "one")
		s.edges.take()
		s.hold()
		s.say("a", "lost")
		s.say("b", "lost too")
		s.reply("alice", "a", "lost as well")
		s.release(true)
		s.expectAmong("visitor-a/2 refused resource-constraint", "visitor-b/3 refused resource-constraint", "alice refused resource-constraint")
		chats := s.Chats()
		if len(chats) != 1 || chats[0].Visitor != jid("a") {
			t.Errorf("open chats %v: want what the store has", chats)
		}
		s.say("a", "again")
		s.expect(
			"visitor-a/4 done",
			`alice gets "again" from visitor-a`,
		)
	})
}

func TestRestartWaitsForTheVisitor(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		s.online("a", "b")
		s.say("a", "one")
		s.say("b", "two")
		s.reply("alice", "a", "kept for a")

		s = s.again()
		s.agent("alice", roster.Available)
		s.expect(
			"follow alice false",
			"alice + visitor-a",
		)
		s.online("a")
		s.expect(
			`visitor-aa-tab gets "kept for a" from support/Alice`,
			"alice sees visitor-a available",
		)
		s.pass(60 * time.Second)
		if got := s.Chats(); len(got) != 1 || got[0].Visitor != jid("a") {
			t.Errorf("after the grace the open chats are %v", got)
		}
	})
}

func TestLinkLossKeepsChatsAndWords(t *testing.T) {
	play(t, testOptions(), []string{"alice:1"}, func(s *stage) {
		s.online("a")
		s.say("a", "one")
		s.edges.take()
		s.Post(LinkDown{})
		s.say("a", "while down")
		s.pass(time.Hour)
		s.expect("visitor-a/2 done")
		s.Post(LinkUp{})
		s.expect(
			"follow alice false",
			"alice + visitor-a",
			"alice sees visitor-a available",
			`alice gets "while down" from visitor-a`,
		)
		s.pass(59 * time.Second)
		s.agent("alice", roster.Available)
		s.pass(time.Hour)
		if got := s.Chats(); len(got) != 1 || got[0].Agent != "alice@example.com" {
			t.Errorf("the chat did not wait for alice to come back: %v", got)
		}
	})
}

func TestBlockedVisitorIsRequeuedWithoutHer(t *testing.T) {
	play(t, testOptions(), []string{"alice:2", "bob:2"}, func(s *stage) {
		s.online("a")
		s.ask("a", Say{AgentName: "Alice", Message: chat.Message{Text: "hi"}})
		id := s.edges.words[0].Message.ID
		s.edges.take()
		s.Post(AgentBounced{Agent: "alice@example.com", Visitor: jid("a"), ID: "forged", Condition: "service-unavailable"})
		s.expect()
		s.Post(AgentBounced{Agent: "alice@example.com", Visitor: jid("a"), ID: id, Condition: "service-unavailable"})
		s.expect(
			`visitor-a gets "Your agent had to leave. Somebody else will be with you in a moment." from support`,
			`visitor-a gets "You are now talking with Bob." from support`,
			"alice sees visitor-a unavailable",
			"alice - visitor-a",
			"bob + visitor-a",
			"bob sees visitor-a available",
			`bob gets "hi" from visitor-a`,
		)
	})
}

func TestReturningVisitorGetsTheSameAgent(t *testing.T) {
	play(t, testOptions(), []string{"alice:2", "bob:2"}, func(s *stage) {
		s.online("a")
		s.ask("a", Say{AgentName: "Bob", Message: chat.Message{Text: "hi"}})
		s.reply("bob", "a", "!close")
		s.Post(TabOffline{Tab: tabOf("a"), Ended: true})
		s.edges.take()
		s.Post(TabOnline{Tab: tabOf("a"), Returning: true})
		s.say("a", "again")
		if got := s.book.Seats("bob@example.com"); got != 1 {
			t.Errorf("bob has %d chats, want the visitor he knows", got)
		}
	})
}
