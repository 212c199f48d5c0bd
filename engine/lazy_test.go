package engine

import (
	"context"
	"testing"
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// mute sends what the agent says without a wish for receipts, so that nobody
// waits for what follows from its delivery.
func (s *stage) mute(v, text string) {
	s.Post(desk.AgentSays{
		Agent: roster.AgentJID("alice@example.com"), Resource: "r", Visitor: jid(v),
		Message: chat.Message{ID: "a-" + text, Text: text},
	})
}

func (s *stage) settled(seq int64) bool {
	said, _ := s.shelf.Said(context.Background())
	for _, e := range said {
		if e.Seq == seq {
			return e.Delivery != ledger.DeliveryPending
		}
	}
	return false
}

// TestWhatNobodyWaitsForSharesACommit: that a visitor has got a message is
// stored with the next change, soon in any case, and before the desk stops.
func TestWhatNobodyWaitsForSharesACommit(t *testing.T) {
	play(t, []string{"alice:1"}, func(s *stage) {
		s.online("anna")
		s.say("anna", "hello") // entry 1
		s.pass(0)
		for _, text := range []string{"one", "two", "three"} {
			s.mute("anna", text) // 2, 3, 4
		}
		s.pass(time.Second)
		batches := s.Stats().Batches

		s.Post(desk.TabSettled{Tab: tabOf("anna"), Seqs: []int64{2}})
		s.pass(lazyTime / 2)
		if s.settled(2) {
			t.Error("stored at once, alone")
		}
		s.say("anna", "more")
		s.pass(0)
		if got := s.Stats().Batches - batches; !s.settled(2) || got != 1 {
			t.Errorf("stored with what came next: %v, in %d batches", s.settled(2), got)
		}
		s.pass(time.Second)

		s.Post(desk.TabSettled{Tab: tabOf("anna"), Seqs: []int64{3}})
		s.pass(lazyTime)
		if !s.settled(3) {
			t.Error("not stored when nothing else came")
		}
		s.Post(desk.TabSettled{Tab: tabOf("anna"), Seqs: []int64{4}})
		s.pass(0)
		if err := s.Stop(context.Background()); err != nil {
			t.Fatal(err)
		}
		if !s.settled(4) {
			t.Error("lost when the desk stopped")
		}
	})
}
