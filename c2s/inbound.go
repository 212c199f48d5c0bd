package c2s

import (
	"errors"
	"strconv"
	"strings"
	"sync"

	"frontdesk/wire"
)

// Receive implements [Stream].
func (s *stream) Receive(e *Element, settled func()) error {
	settled = sync.OnceFunc(settled)
	err := s.receive(e, settled)
	if err != nil {
		settled()
	}
	return err
}

func (s *stream) receive(e *Element, settled func()) error {
	if s.socket != nil && s.tab != nil {
		s.tab.pageSpoke(s)
	}
	switch {
	case e.Name.Space == wire.NSSASL:
		return s.receiveSASL(e, settled)
	case e.Name.Space == wire.NSSM:
		return s.receiveSM(e, settled)
	case s.tab == nil:
		return s.receiveUnbound(e, settled)
	case e.Name.Space == wire.NSCSI:
		s.tab.receiveCSI(e.Name.Local)
		settled()
		return nil
	case e.Name.Space != wire.NSClient:
		return &StreamError{"unsupported-stanza-type", ""}
	}
	if !s.tab.isFrom(e.Attr("from")) {
		return &StreamError{"invalid-from", ""}
	}
	return s.receiveStanza(e, settled)
}

func (s *stream) receiveStanza(e *Element, settled func()) error {
	s.hub.counts.stanzas.Add(1)
	if sm := s.tab.management(); sm != nil {
		settled = sm.track(settled)
	}
	in := inbound{s.tab, settled}
	switch e.Name.Local {
	case "message":
		return in.message(e)
	case "presence":
		return in.presence(e)
	case "iq":
		return in.iq(e)
	}
	return &StreamError{"unsupported-stanza-type", ""}
}

// receiveCSI takes the state of the page (XEP-0352): nobody looks at an
// inactive one.
func (t *tab) receiveCSI(state string) {
	switch state {
	case "active":
		t.happens(event{kind: pageActive})
	case "inactive":
		t.happens(event{kind: pageInactive})
	}
}

// inbound is one stanza of a visitor. Whoever takes it calls settled.
type inbound struct {
	*tab
	settled func()
}

// unreadable answers a stanza that wire refused. One whose header cannot be
// trusted ends the stream.
func (in inbound) unreadable(local string, h wire.Header, err error) error {
	var refused *wire.Error
	if !errors.As(err, &refused) || refused.Kind != wire.BadStanza {
		return &StreamError{"policy-violation", "stanza over a limit"}
	}
	in.fail(local, h, &wire.StanzaError{Type: "modify", Condition: "bad-request"})
	in.settled()
	return nil
}

// touch is a return of a visitor who had said `unavailable`.
func (in inbound) touch() {
	in.mu.Lock()
	left := in.live.left
	in.mu.Unlock()
	if left {
		in.happens(event{kind: visitorSpoke})
	}
}

// answers takes a stanza that answers a ping of ours; it is nothing else.
func (in inbound) answers(q *wire.IQ) bool {
	number, ours := strings.CutPrefix(q.ID, pingID)
	if !ours {
		return false
	}
	n, _ := strconv.ParseUint(number, 10, 64) // what is no number is no ping's
	in.mu.Lock()
	if in.stream.socket != nil {
		in.step(event{kind: pageAnswered, n: n})
	}
	in.mu.Unlock()
	in.conclude()
	return true
}

// notFound is what every address answers that a visitor cannot reach.
func notFound() *wire.StanzaError {
	return &wire.StanzaError{Type: "cancel", Condition: "item-not-found"}
}

func unavailable() *wire.StanzaError {
	return &wire.StanzaError{Type: "cancel", Condition: "service-unavailable"}
}

func notAcceptable(text string) *wire.StanzaError {
	return &wire.StanzaError{Type: "modify", Condition: "not-acceptable", Text: text}
}
