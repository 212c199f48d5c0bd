package c2s

import (
	"frontdesk/wire"
)

// receiveUnbound takes a stanza before bind; only bind itself is allowed
// (RFC 6120 §7.1).
func (s *stream) receiveUnbound(e *Element, settled func()) error {
	refused := &StreamError{"not-authorized", ""}
	if s.phase != binding || e.Name != (wire.Name{Space: wire.NSClient, Local: "iq"}) {
		return refused
	}
	q, err := wire.ReadIQ(e)
	if err != nil || q.Type != "set" || q.Payload == nil || q.Payload.Name != (wire.Name{Space: wire.NSBind, Local: "bind"}) {
		return refused
	}
	resource, ok := wanted(q.Payload)
	if !ok {
		s.sendIQ(&wire.IQ{
			Header: wire.Header{ID: q.ID, Type: "error"},
			Error:  &wire.StanzaError{Type: "modify", Condition: "bad-request"},
		})
		settled()
		return nil
	}
	s.bind(q.ID, resource)
	settled()
	return nil
}

// wanted is the resource the page asks for, "" to leave it to us; false when
// it cannot be one (RFC 6120 §7.7.2.1).
func wanted(bind *Element) (string, bool) {
	resource, err := normalResource(childText(bind, "resource"))
	if len(resource) > maxResource {
		resource = ""
	}
	return resource, err == nil
}

// bind makes the stream a tab of its visitor, online from now on.
func (s *stream) bind(id, resource string) {
	t := &tab{
		core: s.core, key: s.id, returning: s.entrance.login.returning, network: s.Info().Network,
		on: s.connection, live: liveness{patience: s.core.opts.OfflineAfter},
	}
	t.alarm.fire = t.ring
	s.visitors.register(t, s.identity, resource)
	s.becomes(t)
	s.core.counts.bound.Add(1)
	t.mu.Lock()
	t.step(s.begins(streamBound, s.core.wheel))
	t.sendIQ(&wire.IQ{
		Header:  wire.Header{ID: id, Type: "result"},
		Payload: wire.New(wire.NSBind, "bind", nil, wire.New(wire.NSBind, "jid", nil, t.jid)),
	})
	t.mu.Unlock()
	t.conclude()
}

func (s *stream) sendIQ(q *wire.IQ) { s.write(wire.AppendIQ(nil, wire.NSClient, q)) }
