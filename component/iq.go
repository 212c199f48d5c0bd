package component

import (
	"time"

	"frontdesk/desk"
	"frontdesk/roster"
	"frontdesk/wire"
)

// iq takes a get or set, or what pretends to be one. It gets exactly one
// answer (RFC 6120 §8.2.3).
func (c *connection) iq(e *wire.Element) {
	q, err := wire.ReadIQ(e)
	from, to, ok := c.parties(q.Header)
	switch {
	case !ok:
	case err != nil:
		c.skip("iq cannot be read", err)
		c.conn.Answer(errorReply(&q, "modify", "bad-request"))
	case q.Payload == nil:
		c.conn.Answer(errorReply(&q, "modify", "bad-request"))
	default:
		c.request(q, from, to)
	}
}

// request answers somebody's question to the desk or one of its queues, or
// asks the desk when it is about a visitor.
func (c *connection) request(q wire.IQ, from, to address) {
	if to.local == "" {
		c.conn.Answer(c.deskReply(&q))
		return
	}
	if listing, ok := c.queueAt(to.local); ok {
		c.conn.Answer(c.queueReply(&q, listing))
		return
	}
	ref, ok := c.questions.add(q, time.Now().Add(answerWithin))
	if !ok {
		c.conn.Answer(errorReply(&q, "wait", "resource-constraint"))
		return
	}
	c.desk.Post(desk.AgentLooks{
		Ref: ref, Agent: roster.AgentJID(from.bare()), Visitor: c.visitorAt(to),
	})
}
