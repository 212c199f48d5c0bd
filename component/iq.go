package component

import (
	"time"

	"frontdesk/desk"
	"frontdesk/roster"
	"frontdesk/wire"
)

// iq takes an iq stanza. A get or set gets exactly one answer, a result or
// error never any (RFC 6120 §8.2.3). Its error ends the link.
func (c *conn) iq(e *wire.Element) error {
	q, err := wire.ReadIQ(e)
	if id, ok := c.barrier(&q); ok {
		return c.returned(id)
	}
	if q.Type == "result" || q.Type == "error" {
		c.asked.take(q)
		return nil
	}
	from, to, ok := c.ours(q.Header)
	switch {
	case !ok:
	case err != nil:
		c.odd("iq cannot be read", err)
		c.answer(refusal(&q, "modify", "bad-request"))
	case q.Payload == nil:
		c.answer(refusal(&q, "modify", "bad-request"))
	default:
		c.request(q, from, to)
	}
	return nil
}

// barrier tells whether an iq is a barrier that came back, as it went out or
// answered by the server in our place.
func (c *conn) barrier(q *wire.IQ) (barrierID, bool) {
	if q.From != c.opts.Domain || q.To != c.opts.Domain {
		return barrierID{}, false
	}
	return parseBarrierID(q.ID)
}

// request answers somebody's question to the desk or one of its queues, or
// asks the desk when it is about a visitor.
func (c *conn) request(q wire.IQ, from, to address) {
	if to.local == "" {
		c.answer(c.deskReply(&q))
		return
	}
	if listing, ok := c.queueAt(to.local); ok {
		c.answer(c.queueReply(&q, listing))
		return
	}
	ref, ok := c.looks.add(q, time.Now().Add(c.opts.Timings.Answer))
	if !ok {
		c.answer(refusal(&q, "wait", "resource-constraint"))
		return
	}
	c.desk.Post(desk.AgentLooks{
		Ref: ref, Agent: roster.AgentJID(from.bare()), Visitor: c.visitorAt(to),
	})
}

// card answers the question about a visitor with what the desk knows.
func (w *writer) card(t desk.Card) {
	q, ok := w.conn.looks.take(t.Ref)
	switch {
	case !ok:
	case !t.Known:
		w.add(refusal(&q, "cancel", "item-not-found"))
	default:
		w.add(w.conn.visitorReply(&q, &t))
	}
}

// result is the answer to q with a payload, which may be nil.
func result(q *wire.IQ, payload *wire.Element) []byte {
	return wire.AppendIQ(nil, wire.NSAccept, &wire.IQ{
		Header:  wire.Header{From: q.To, To: q.From, ID: q.ID, Type: "result"},
		Payload: payload,
	})
}

// refusal is the answer to q with an error (RFC 6120 §8.3).
func refusal(q *wire.IQ, kind, condition string) []byte {
	return wire.AppendIQ(nil, wire.NSAccept, &wire.IQ{
		Header: wire.Header{From: q.To, To: q.From, ID: q.ID, Type: "error"},
		Error:  &wire.StanzaError{Type: kind, Condition: condition},
	})
}
