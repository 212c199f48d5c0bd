package server

import (
	"context"
	"testing"

	"frontdesk/internal/peers"
)

// TestStopOverTCP: requests that are held are parked connections here, which
// nobody but the connection manager knows.
func TestStopOverTCP(t *testing.T) {
	s := play(t)
	v := s.hire("alice", 1).talks("hello")
	s.until("the request is parked", func() error {
		n := s.server.bosh.Stats().Parked
		return unless(n == 1, "%d parked", n)
	})
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	if err := s.server.Stop(ctx); err != nil {
		t.Error(err)
	}
	end := v.Expect(t, soon, "end", func(got peers.Stanza) bool { return got.Kind == peers.KindOffline })
	if end.Text != "system-shutdown" {
		t.Errorf("the session ended with %q", end.Text)
	}
}
