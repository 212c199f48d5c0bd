package engine

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/roster"
)

func TestNothingGoesOutBeforeItsCommit(t *testing.T) {
	play(t, []string{"alice:1"}, func(s *stage) {
		s.online("a")
		s.say("a", "one")
		synctest.Wait()
		s.edges.take()
		s.shelf.hold()
		s.say("a", "two")
		s.reply("alice", "a", "answer")
		s.pass(time.Minute)
		s.expect()
		s.shelf.release(false)
		s.expect("visitor-a/2 done", `visitor-a gets "answer"`, `alice gets "two"`)
	})
}

func TestFailedBatchesAreForgotten(t *testing.T) {
	play(t, []string{"alice:1"}, func(s *stage) {
		s.online("a", "b")
		s.say("a", "one")
		synctest.Wait()
		s.edges.take()
		s.shelf.hold()
		s.say("a", "lost")
		synctest.Wait()
		s.say("b", "lost too")
		s.reply("alice", "a", "lost as well")
		synctest.Wait()
		s.shelf.release(true)
		s.expect(
			"visitor-a/2 refused resource-constraint",
			"visitor-b/3 refused resource-constraint",
			"alice refused resource-constraint",
		)
		if got := s.Stats().Failed; got != 2 {
			t.Errorf("%d batches failed, want 2", got)
		}
		if got, err := s.Chats(context.Background(), false); err != nil || len(got) != 1 || got[0].Visitor != jid("a") {
			t.Errorf("open chats %v, %v: want what the store has", got, err)
		}
		s.say("a", "again")
		s.pass(firstPause)
		s.expect("visitor-a/4 done", `alice gets "again"`)
	})
}

// The order of a batch that fails is answered with the store's error.
func TestOrderThatTheStoreDidNotTake(t *testing.T) {
	play(t, nil, func(s *stage) {
		s.shelf.hold()
		done := make(chan error, 1)
		go func() { done <- s.Order(context.Background(), desk.AddAgent{Agent: agent("alice")}) }()
		synctest.Wait()
		s.shelf.release(true)
		if err := <-done; !errors.Is(err, desk.ErrStore) {
			t.Errorf("%v, want %v", err, desk.ErrStore)
		}
		s.must(desk.AddAgent{Agent: agent("alice")})
	})
}

func agent(name string) roster.Agent {
	return roster.Agent{JID: roster.AgentJID(name + "@example.com"), Name: name, Queues: []string{"support"}, Capacity: 1}
}

// While the store is out of reach the engine waits for it, and stops all the
// same.
func TestStopWhileTheStoreIsGone(t *testing.T) {
	play(t, []string{"alice:1"}, func(s *stage) {
		s.shelf.hold()
		s.online("a")
		s.say("a", "one")
		synctest.Wait()
		s.shelf.mu.Lock()
		s.shelf.gone = true
		s.shelf.mu.Unlock()
		s.shelf.release(true)
		s.pass(time.Minute)
		s.expect()
	})
}

func TestOrdersOfAnEngineThatStopped(t *testing.T) {
	play(t, nil, func(s *stage) {
		s.end()
		if err := s.Order(context.Background(), desk.AddAgent{Agent: agent("alice")}); !errors.Is(err, ErrStopped) {
			t.Errorf("%v, want %v", err, ErrStopped)
		}
	})
}

// The alarm rings by itself: nothing but time ends the grace.
func TestAlarmRings(t *testing.T) {
	play(t, []string{"alice:1"}, func(s *stage) {
		s.online("a")
		s.say("a", "one")
		synctest.Wait()
		s.Post(desk.TabOffline{Tab: tabOf("a")})
		s.pass(59 * time.Second)
		if got, _ := s.Chats(context.Background(), false); len(got) != 1 {
			t.Errorf("chats %v, want one that waits for its visitor", got)
		}
		s.pass(2 * time.Second)
		if got, _ := s.Chats(context.Background(), false); len(got) != 0 {
			t.Errorf("chats %v after the grace", got)
		}
	})
}

// What is said and who has a chat is there after a restart.
func TestRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := begin(t, newShelf())
		s.must(desk.AddAgent{Agent: agent("alice")})
		s.agent("alice", roster.Available)
		s.online("a")
		s.say("a", "one")
		synctest.Wait()
		s.end()

		s = begin(t, s.shelf)
		s.agent("alice", roster.Available)
		s.online("a")
		s.say("a", "two")
		synctest.Wait()
		if got, _ := s.Chats(context.Background(), false); len(got) != 1 || got[0].Agent != "alice@example.com" || got[0].State != chat.Active {
			t.Errorf("chats %+v", got)
		}
		s.end()
	})
}

// A visitor who comes back gets the agent whom the store remembers.
func TestRecall(t *testing.T) {
	play(t, []string{"alice:2", "bob:2"}, func(s *stage) {
		s.online("a")
		s.ask("a", desk.Say{AgentName: "bob", Message: chat.Message{Text: "hi"}})
		synctest.Wait()
		s.ask("a", desk.Depart{})
		s.Post(desk.TabOffline{Tab: tabOf("a"), Ended: true})
		synctest.Wait()
		s.Post(desk.TabOnline{Tab: tabOf("a"), Returning: true})
		synctest.Wait()
		s.say("a", "again")
		synctest.Wait()
		if got, _ := s.shelf.SeatsTaken(context.Background(), "bob@example.com"); got != 1 {
			t.Errorf("bob has %d chats, want the visitor he knows", got)
		}
	})
}
