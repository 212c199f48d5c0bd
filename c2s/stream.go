package c2s

import (
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

// stream is one connection of a visitor's page, and what has become of it. The
// transport serialises its calls.
type stream struct {
	*connection
	core     *core
	visitors *visitors

	id       string
	phase    phase
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
		if err := s.core.checkDomain(hello.To); err != nil {
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
	if !s.Info().Acknowledges {
		add(wire.New(wire.NSSM, "sm", nil))
	}
	return wire.AppendElement(nil, features, "")
}

// send sends one element that is no stanza, before bind.
func (s *stream) send(e *Element) { s.write(wire.AppendElement(nil, e, "")) }

// becomes makes the stream one of a tab: its entrance is over.
func (s *stream) becomes(t *tab) {
	s.entrance.pass()
	s.entrance, s.tab, s.phase = nil, t, bound
}

// LinkLost implements [Stream].
func (s *stream) LinkLost() {
	if s.tab != nil {
		s.tab.of(s.connection, event{kind: linkLost})
	}
}

// LinkBack implements [Stream].
func (s *stream) LinkBack() {
	if s.tab != nil {
		s.tab.of(s.connection, event{kind: linkBack})
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
		s.tab.delivered(s.connection, n)
	}
}

// End implements [Stream].
func (s *stream) End() {
	s.end.Do(func() {
		if s.tab != nil {
			s.tab.streamEnded(s.connection)
		} else {
			s.entrance.pass()
		}
		s.core.connections.leave(s.connection)
	})
}

// receiveSASL takes one element of the negotiation.
func (s *stream) receiveSASL(e *Element, settled func()) error {
	if s.phase != loggingIn {
		return &StreamError{"policy-violation", "logged in already"}
	}
	name, text, done := s.entrance.login.step(e.Name.Local, e.Attr("mechanism"), e.Text())
	settled()
	switch {
	case done:
		s.identity, s.phase = s.entrance.login.visitor, restarting
	case name == "failure":
		s.entrance.login.exchange = nil
		s.entrance.login.failures++
		s.send(wire.New(wire.NSSASL, name, nil, wire.New(wire.NSSASL, text, nil)))
		if s.entrance.login.failures >= maxFailures {
			return &StreamError{"policy-violation", "too many failed logins"}
		}
		return nil
	}
	s.send(wire.New(wire.NSSASL, name, nil, text))
	return nil
}
