package link

import "frontdesk/wire"

// proofsNeeded is how many barriers must come back, one after the other,
// before a new link counts as ours alone. A server that splits the domain's
// stanzas over two links at random lets this pass once in 2^proofsNeeded times.
const proofsNeeded = 8

// barrierID tells whether an iq is a barrier that came back, as it went out or
// answered by the server in our place.
func (c *Conn) barrierID(q *wire.IQ) (barrierID, bool) {
	if q.From != c.opts.Domain || q.To != c.opts.Domain {
		return barrierID{}, false
	}
	return parseBarrierID(q.ID)
}

// barrierReturned takes a barrier that came back to our domain, ours or
// another process's. An older process has the domain: we go.
func (c *Conn) barrierReturned(id barrierID) error {
	switch {
	case id.started == c.barriers.started && id.nonce == c.barriers.nonce:
		return c.confirm(id.number)
	case id.started == c.barriers.started:
		return nil // of an earlier connection of this process
	case id.started < c.barriers.started:
		return errRival
	}
	c.count.foreign.Add(1)
	if !c.warned {
		c.warned = true
		c.log.Warn("another process serves our domain; it is the younger and has to go", "domain", c.opts.Domain)
	}
	return nil
}

// confirm takes the return of one of our barriers: everything before it is at
// the server, and while the link is new it is one proof more.
func (c *Conn) confirm(barrier uint64) error {
	items, missing, ok := c.barriers.back(barrier)
	if !ok {
		return nil
	}
	if missing > 0 {
		if !c.proven.Load() {
			return errSplit
		}
		c.log.Warn("a barrier went elsewhere: another process may serve our domain", "missing", missing)
	}
	if len(items) > 0 {
		c.receiver.Confirmed(items)
	}
	if !c.proven.Load() {
		c.prove()
	}
	return nil
}

// prove counts a proof; after the last one the link is up. What the server
// announces after the handshake has come by then.
func (c *Conn) prove() {
	c.proofs++
	if c.proofs < proofsNeeded {
		c.wantBarrier()
		return
	}
	c.proven.Store(true)
	c.up()
}
