package component

import (
	"time"

	"frontdesk/desk"
	"frontdesk/link"
	"frontdesk/roster"
	"frontdesk/wire"
)

// connection is what is kept for one connection of the link; it implements
// [link.Receiver].
type connection struct {
	*lasting
	conn      conn
	granted   *privileges
	probes    *probes
	questions *questions
	refusals  *refusals
	named     map[roster.Contact]string // PEP nick told; the writer's

	number   uint64 // of the LinkUp; with attached guarded by Component.mu
	attached bool   // the desk knows this connection: what it sends is meant for it
}

func newConnection(outer *lasting, c conn) *connection {
	return &connection{
		lasting: outer, conn: c,
		granted: newPrivileges(), probes: newProbes(), questions: newQuestions(), refusals: newRefusals(),
		named: make(map[roster.Contact]string),
	}
}

// Stanza implements [link.Receiver].
func (c *connection) Stanza(e *wire.Element) {
	switch e.Name.Local {
	case "message":
		c.message(e)
	case "presence":
		c.presence(e)
	case "iq":
		c.iq(e)
	}
}

// Confirmed implements [link.Receiver].
func (c *connection) Confirmed(numbers []int64) { c.desk.Post(desk.LinkConfirmed{Numbers: numbers}) }

// Unsent implements [link.Receiver].
func (c *connection) Unsent(number int64) { c.desk.Post(desk.LinkUnsent{Number: number}) }

// Sweep implements [link.Receiver].
func (c *connection) Sweep(w *link.Writer, now time.Time) {
	for _, overdue := range c.questions.sweep(now) {
		w.Add(errorReply(&overdue, "wait", "remote-server-timeout"))
	}
	c.refusals.sweep(now)
}

// skip counts a stanza that is skipped.
func (c *connection) skip(reason string, err error) {
	c.odd.Add(1)
	c.log.Debug("stanza skipped", "reason", reason, "err", err)
}

// parties cuts the addresses of a stanza; false unless it is for our domain
// and from somebody else.
func (c *connection) parties(h wire.Header) (from, to address, ok bool) {
	from, to = split(h.From), split(h.To)
	if to.domain != c.opts.Domain || from.domain == "" || from.domain == c.opts.Domain {
		c.skip("address not expected", nil)
		return from, to, false
	}
	return from, to, true
}
