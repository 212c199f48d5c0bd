package c2s

import (
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
		s.tab.pageSpoke(s.connection)
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
	s.core.counts.stanzas.Add(1)
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
