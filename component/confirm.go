package component

import "frontdesk/desk"

// confirm takes the return of one of our barriers: everything before it is at
// the server, and while the link is new it is one proof more.
func (c *conn) confirm(number uint64) error {
	outbox, missing, ok := c.barriers.back(number)
	if !ok {
		return nil
	}
	if missing > 0 {
		if !c.proven.Load() {
			return errSplit
		}
		c.log.Warn("a barrier went elsewhere: another process may serve our domain", "missing", missing)
	}
	if outbox > c.confirmed {
		c.confirmed = outbox
		c.desk.Post(desk.LinkConfirmed{Outbox: outbox})
	}
	if !c.proven.Load() {
		c.prove()
	}
	return nil
}

// prove counts a proof; after the last one the link is up. What the server
// announces after the handshake has come by then.
func (c *conn) prove() {
	c.proofs++
	if c.proofs < proofs {
		c.oweBarrier()
		return
	}
	c.proven.Store(true)
	c.up()
}
