package ws

import (
	"context"
	"time"

	"frontdesk/c2s"
)

// ripen has what was written proven by a ping a moment later; mu is held. Where
// only the browser answers pings it does so also for a page that is being left
// and will not see the message any more, but mostly closes such a page's socket
// within that moment.
func (c *conn) ripen() {
	if c.ripens == 0 && c.written > c.proven && !c.over && !c.page.managed {
		c.ripe, c.ripens = c.written, c.e.now().Add(proofAfter)
		c.e.wheel.Hasten(c, c.ripens)
	}
}

// isRipe tells whether a ping would prove something now; mu is held.
func (c *conn) isRipe() bool { return c.ripens != 0 && c.ripens <= c.e.now() }

// probe asks whether the peer is there; mu is held. Until it is known that the
// page answers, the browser is pinged as well.
func (c *conn) probe() {
	c.ask()
	if c.page.answers || c.probing || c.over {
		return
	}
	c.probing = true
	c.e.work.Go(func() {
		for c.ping() {
		}
	})
}

// ping pings once. True: the peer has answered, and there is more to prove.
func (c *conn) ping() bool {
	c.mu.Lock()
	ripe, n := c.isRipe() && !c.page.answers, c.ripe
	c.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), c.e.opt.Ping*3/4) // over before the next
	err := c.ws.Ping(ctx)
	cancel()
	if err == nil {
		c.call(func(s c2s.Stream) {
			c.back(s)
			if ripe {
				s.Delivered(n)
			}
		})
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil && ripe {
		c.proven, c.ripens = n, 0
		c.ripen()
	}
	c.probing = err == nil && ripe && c.isRipe() && !c.over
	return c.probing
}

// hurry sets the end of the present phase; mu is held.
func (c *conn) hurry(d time.Duration) {
	c.due = c.e.now().Add(d)
	c.e.wheel.Hasten(c, c.due)
}

// Ring implements [wheel.Entry].
func (c *conn) Ring() { c.e.attend(c, c.look) }

// look sees what is due, and rings again when something else will be.
func (c *conn) look() {
	next := c.judge(c.e.now())
	c.mu.Lock()
	defer c.mu.Unlock()
	if next != 0 && !c.over {
		c.e.wheel.Hasten(c, next)
	}
}

// judge does what is due and returns when to look again; 0: never.
func (c *conn) judge(now instant) instant {
	c.mu.Lock()
	switch {
	case c.over:
		c.mu.Unlock()
		return 0
	case c.due > now:
		defer c.mu.Unlock()
		return c.due
	case c.due != 0: // no <open/>, or no <close/>, in time
		c.shut(&c2s.StreamError{Condition: "connection-timeout", Text: "no <open/> in time"})
		c.socket.interrupt()
		c.mu.Unlock()
		return 0
	}
	silent := c.listen(now)
	next := now.Add(c.e.opt.Ping)
	if c.missed == 0 {
		next = c.heard.Add(c.e.opt.Ping)
	}
	if c.ripens > now {
		next = min(next, c.ripens)
	}
	c.mu.Unlock()
	if silent && c.gone(now) {
		return 0
	}
	return next
}

// listen pings a peer that is silent; true: it has not answered often enough.
// mu is held. What counts is pings, not time: if this program was stopped
// itself, nobody is lost.
func (c *conn) listen(now instant) bool {
	if heard := instant(c.socket.heard.Load()); heard != c.heard {
		c.heard, c.missed = heard, 0
	}
	quiet := now >= c.heard.Add(c.e.opt.Ping)
	if quiet || c.isRipe() {
		c.probe()
	}
	if !quiet {
		return false
	}
	c.missed++
	return c.missed > missedPings
}

// gone tells the stream of the lost link. The socket stays, because a frozen
// page may wake up; true: that has lasted too long now.
func (c *conn) gone(now instant) bool {
	gone := false
	c.call(func(s c2s.Stream) {
		if !c.lost {
			c.lost, c.lostAt = true, now
			s.LinkLost()
		}
		gone = now >= c.lostAt.Add(max(s.Linger(), 2*c.e.opt.Ping))
	})
	if gone {
		c.socket.failed.Store(true)
		c.socket.interrupt()
	}
	return gone
}

// pinged is called when the peer pings. A flood ends the socket.
func (c *conn) pinged(context.Context, []byte) bool {
	if c.pings.take(c.e.now()) {
		return true
	}
	c.pings.flood = true
	c.socket.interrupt()
	return false
}

// pace is how fast a peer may ping.
type pace struct {
	full  instant // when the bucket is full again
	flood bool
}

func (p *pace) take(now instant) bool {
	next := max(p.full, now).Add(pingEvery)
	if next > now.Add(pingBurst*pingEvery) {
		return false
	}
	p.full = next
	return true
}
