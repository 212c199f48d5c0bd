package c2s

import (
	"errors"
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
	s.hub.counts.stanzas.Add(1)
	settled = s.tab.track(settled)
	switch e.Name.Local {
	case "message":
		return s.tab.receiveMessage(e, settled)
	case "presence":
		return s.tab.receivePresence(e, settled)
	case "iq":
		return s.tab.receiveIQ(e, settled)
	}
	return &StreamError{"unsupported-stanza-type", ""}
}

// receiveCSI takes the state of the page (XEP-0352): nobody looks at an
// inactive one.
func (t *tab) receiveCSI(state string) {
	switch state {
	case "active", "inactive":
		t.change(func(l *link) { l.inactive = state == "inactive" })
	}
}

// unreadable answers a stanza that wire refused. One whose header cannot be
// trusted ends the stream.
func (t *tab) unreadable(local string, h wire.Header, err error, settled func()) error {
	var refused *wire.Error
	if !errors.As(err, &refused) || refused.Kind != wire.BadStanza {
		return &StreamError{"policy-violation", "stanza over a limit"}
	}
	t.fail(local, h, &wire.StanzaError{Type: "modify", Condition: "bad-request"})
	settled()
	return nil
}

// fail answers a stanza with an error, unless it is itself an answer
// (RFC 6120 §8.3.1).
func (t *tab) fail(local string, h wire.Header, e *wire.StanzaError) {
	if h.Type == "error" || h.Type == "result" {
		return
	}
	t.hub.counts.failed.Add(1)
	back := wire.Header{From: h.To, ID: h.ID, Type: "error"}
	t.mu.Lock()
	defer t.mu.Unlock()
	switch local {
	case "message":
		t.sendMessage(&wire.Message{Header: back, Error: e})
	case "presence":
		t.sendPresence(&wire.Presence{Header: back, Error: e})
	case "iq":
		back.To = t.jid
		t.sendIQ(&wire.IQ{Header: back, Error: e})
	}
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
