package server

import (
	"testing"
	"time"

	"frontdesk/internal/peers"
)

// A visitor who is online is never ended, however silent. The page polls for
// 24 hours; then both find that the chat is as it was.
func TestSilentVisitorStays(t *testing.T) {
	bubble(t, func(s *stage) {
		alice := s.hire("alice", 1)
		v := alice.talks("hello")
		id := s.server.link.Stats().LinkID
		s.pass(24 * time.Hour)
		for _, stanza := range s.link.Received() {
			if stanza.Has("<presence", "unavailable") || stanza.Has("<message") {
				t.Errorf("in 24 hours of silence the agent got %s", stanza)
			}
		}
		if state, agent := s.state(v.Bare()); state != "active" || agent != alice.jid {
			t.Errorf("the chat is %s with %q", state, agent)
		}
		if now := s.server.link.Stats(); now.LinkID != id || v.Over() {
			t.Errorf("the link was %s and is %+v; session over: %v", id, now, v.Over())
		}
		v.Say(support, "still here")
		alice.expect("<body>still here</body>", v.Bare())
		alice.says(v.Bare(), "a1", "so am I")
		v.Expect(s, soon, "answer", peers.Saying("so am I"))
	})
}
