package server

import (
	"net/http"
	"testing"
	"time"

	"frontdesk/config"
	"frontdesk/internal/peers"
)

func limitEffects() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"limits.sessions":             sessionsFull,
		"limits.sessions_per_address": addressFull,
		"limits.creations_per_second": tooFast,
		"limits.open_chats":           plays("too-many-chats"),
		"limits.chats_per_address":    chatsOfAddress,
	}
}

// from is a transport that says for whom it asks.
type from struct {
	http.RoundTripper

	address string
}

// RoundTrip implements [http.RoundTripper].
func (f from) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("X-Forwarded-For", f.address)
	return f.RoundTripper.RoundTrip(r)
}

// enters opens a page that a proxy on this machine forwards for an address.
func (s *stage) enters(address string) error {
	_, err := s.visitFrom(address)
	return err
}

func (s *stage) visitFrom(address string) (*peers.Visitor, error) {
	transport := s.transport()
	v, err := peers.OpenVisitBy(s.Context(), from{transport, address}, s.url("/http-bind"), testDomain, "")
	s.Cleanup(transport.CloseIdleConnections)
	if err != nil {
		return nil, err
	}
	s.Cleanup(v.Hang)
	return v, nil
}

// only wants n pages to come in and the next to be refused.
func (s *stage) only(n int, address string) {
	s.Helper()
	for range n {
		if err := s.enters(address); err != nil {
			s.Fatalf("refused below the limit: %v", err)
		}
	}
	if s.enters(address) == nil {
		s.Errorf("more than %d are let in", n)
	}
}

func sessionsFull(t *testing.T) {
	play(t, with(func(c *config.Config) { c.Limits.Sessions = 2 })).only(2, "192.0.2.1")
	s := play(t, with(func(c *config.Config) { c.Limits.Sessions = 0 }))
	for range 4 {
		if err := s.enters("192.0.2.1"); err != nil {
			t.Errorf("refused without a limit: %v", err)
		}
	}
}

func addressFull(t *testing.T) {
	s := play(t, with(func(c *config.Config) { c.Limits.SessionsPerAddress = 2 }))
	s.only(2, "192.0.2.1")
	s.only(2, "192.0.2.2")
}

// tooFast: in the same second no more than the key says.
func tooFast(t *testing.T) {
	for _, rate := range []int{1, 3} {
		bubble(t, func(s *stage) {
			s.only(rate, "192.0.2.1")
			s.pass(time.Second)
			s.only(rate, "192.0.2.1")
		}, with(func(c *config.Config) { c.Limits.CreationsPerSecond = rate }))
	}
}

// chatsOfAddress: one address has so many chats, and 0 is no limit.
func chatsOfAddress(t *testing.T) {
	for limit, want := range map[int]int{1: 1, 2: 2, 0: 4} {
		s := play(t, with(func(c *config.Config) { c.Limits.ChatsPerAddress = limit }))
		alice := s.hire("alice", 9)
		for range 4 {
			s.tries("192.0.2.1")
		}
		if got := alice.seats(); got != want {
			t.Errorf("with a limit of %d one address has %d chats", limit, got)
		}
	}
}
