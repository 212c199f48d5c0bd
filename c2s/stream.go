package c2s

import (
	"net/netip"
	"sync"
	"time"

	"frontdesk/roster"
	"frontdesk/wire"
)

// phase is how far a stream has come.
type phase uint8

const (
	loggingIn  phase = iota
	restarting       // logged in; the stream has to begin anew (RFC 6120 §6.4.6)
	binding
	bound
)

// stream is one connection of a visitor's page. The transport serialises its
// calls; only mu's fields are touched by others.
type stream struct {
	hub    *Hub
	conn   Conn
	socket Socket // conn, when the link has to be watched from here; else nil
	remote netip.Addr

	id       string
	sent     uint64 // payloads before bind
	phase    phase
	login    login
	identity roster.VisitorJID // set after the login
	tab      *tab              // set after bind
	entrance *entrance         // until bind
	end      sync.Once
}

// ID implements [Stream].
func (s *stream) ID() string { return s.id }

// Restart implements [Stream].
func (s *stream) Restart(hello Hello) error {
	if hello.To != "" {
		if err := s.hub.checkDomain(hello.To); err != nil {
			return err
		}
	}
	if s.phase == restarting {
		s.phase = binding
		s.id = newStreamID()
	}
	return nil
}

// Features implements [Stream].
func (s *stream) Features() []byte {
	features := wire.New(wire.NSStreams, "features", nil)
	add := func(e *Element) { features.Children = append(features.Children, wire.Node{Element: e}) }
	if s.phase == loggingIn {
		add(wire.New(wire.NSSASL, "mechanisms", nil,
			wire.New(wire.NSSASL, "mechanism", nil, anonymousName),
			wire.New(wire.NSSASL, "mechanism", nil, plainName)))
		return wire.AppendElement(nil, features, "")
	}
	add(wire.New(wire.NSBind, "bind", nil))
	add(wire.New(wire.NSSession, "session", nil, wire.New(wire.NSSession, "optional", nil)))
	add(wire.New(wire.NSCSI, "csi", nil))
	if !s.conn.Info().Acknowledges {
		add(wire.New(wire.NSSM, "sm", nil))
	}
	return wire.AppendElement(nil, features, "")
}

// send sends one element that is no stanza, before bind.
func (s *stream) send(e *Element) { s.write(wire.AppendElement(nil, e, "")) }

func (s *stream) write(payload []byte) {
	s.sent++
	s.conn.Send(payload)
}

// LinkLost implements [Stream].
func (s *stream) LinkLost() {
	if s.tab != nil {
		s.tab.of(s, event{kind: linkLost})
	}
}

// LinkBack implements [Stream].
func (s *stream) LinkBack() {
	if s.tab != nil {
		s.tab.of(s, event{kind: linkBack})
	}
}

// Linger implements [Stream].
func (s *stream) Linger() time.Duration {
	if s.tab == nil {
		return 0
	}
	return s.tab.visitor.linger()
}

// Delivered implements [Stream].
func (s *stream) Delivered(n uint64) {
	if s.tab != nil {
		s.tab.delivered(s, n)
	}
}

// End implements [Stream].
func (s *stream) End() {
	s.end.Do(func() {
		s.pass()
		if s.tab != nil {
			s.tab.streamEnded(s)
		}
		s.hub.release(s)
	})
}
