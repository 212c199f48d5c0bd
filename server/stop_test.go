package server

import (
	"context"
	"testing"
	"time"

	"frontdesk/internal/peers"
)

// Stop tells visitors who wait with a held request at once, keeps what is
// stored, and is over long before anything is cut off.
func TestStopTellsVisitors(t *testing.T) {
	bubble(t, func(s *stage) {
		alice := s.hire("alice", 1)
		v := alice.talks("hello")
		s.pass(5 * time.Second)
		start := time.Now()
		if err := s.server.Stop(context.Background()); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("took %s", took)
		}
		end := v.Expect(t, soon, "end", func(got peers.Stanza) bool { return got.Kind == peers.KindOffline })
		if end.Text != "system-shutdown" {
			t.Errorf("the session ended with %q", end.Text)
		}
		if err := s.server.Stop(context.Background()); err != nil {
			t.Errorf("stopped again: %v", err)
		}
	})
}

// A browser connects before it has anything to ask; that keeps nobody up.
func TestStopWithAnUnusedConnection(t *testing.T) {
	bubble(t, func(s *stage) {
		conn, err := s.pipes.dial(s.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		s.pass(time.Second)
		start := time.Now()
		if err := s.server.Stop(context.Background()); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("took %s", took)
		}
	})
}
