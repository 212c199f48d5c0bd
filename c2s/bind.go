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
	s.pass()
	t := &tab{
		hub: s.hub, key: s.id, returning: s.login.returning, network: s.conn.Info().Network,
		stream: s, conn: s.conn, sent: s.sent, live: liveness{patience: s.hub.opts.OfflineAfter},
	}
	t.alarm.fire = t.ring
	s.hub.register(t, s.identity, resource)
	s.tab, s.phase = t, bound
	s.hub.counts.bound.Add(1)
	t.mu.Lock()
	t.step(s.begins(streamBound))
	t.sendIQ(&wire.IQ{
		Header:  wire.Header{ID: id, Type: "result"},
		Payload: wire.New(wire.NSBind, "bind", nil, wire.New(wire.NSBind, "jid", nil, t.jid)),
	})
	t.mu.Unlock()
	t.conclude()
}

// begins is the beginning of a tab on this stream, or of its second life.
func (s *stream) begins(kind eventKind) event {
	e := event{kind: kind}
	if s.socket != nil {
		e.every, e.lastBytes = s.conn.Info().Ping, s.hub.wheel.At(s.socket.LastBytes())
	}
	return e
}

func (s *stream) sendIQ(q *wire.IQ) { s.write(wire.AppendIQ(nil, wire.NSClient, q)) }
