package engine

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"frontdesk/chat"
	"frontdesk/desk"
)

// A chat is found by its id: an open one as it stands, a closed one in the
// store, and so is what was said in it.
func TestChatByID(t *testing.T) {
	play(t, []string{"alice:1"}, func(s *stage) {
		s.online("a")
		s.say("a", "hello")
		synctest.Wait()
		open, _ := s.Chats(context.Background(), false)
		id := open[0].ID
		s.wantChat(id, chat.Active)
		s.ask("a", desk.Depart{})
		s.wantChat(id, chat.Closed)
		if _, err := s.Chat(context.Background(), "none"); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("no such chat: %v", err)
		}
		if _, err := s.Transcript(context.Background(), "none"); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("no such transcript: %v", err)
		}
	})
}

func (s *stage) wantChat(id chat.ID, state chat.State) {
	s.Helper()
	synctest.Wait()
	c, err := s.Chat(context.Background(), id)
	if err != nil || c.ID != id || c.State != state || c.Visitor != jid("a") {
		s.Errorf("chat %+v, %v; want it %s", c, err, state)
	}
	said, err := s.Transcript(context.Background(), id)
	if err != nil || len(said) != 1 || said[0].Text != "hello" {
		s.Errorf("transcript %v, %v", said, err)
	}
}
