package ws

import (
	"context"
	"time"

	"frontdesk/c2s"
)

// LastBytes implements [c2s.Socket].
func (c *conn) LastBytes() time.Time {
	return c.socket.opened.Add(time.Duration(c.socket.lastBytes.Load()))
}

// Ping implements [c2s.Socket].
func (c *conn) Ping(pong func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ping != notPinging || c.closing || c.over {
		return
	}
	c.ping, c.pong = pingWaits, pong
	if !c.writing {
		c.sendPing()
	}
}

// sendPing sends the ping that waits, if there is one; mu is held.
func (c *conn) sendPing() {
	if c.ping != pingWaits || c.over {
		return
	}
	c.ping = pingSent
	pong := c.pong
	c.core.work.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), c.core.opt.Ping*3/4) // over before the next
		err := c.ws.Ping(ctx)
		cancel()
		c.mu.Lock()
		c.ping, c.pong = notPinging, nil
		c.mu.Unlock()
		if err == nil {
			c.call(func(c2s.Stream) { pong() })
		}
	})
}

// Drop implements [c2s.Socket].
func (c *conn) Drop() {
	c.socket.failed.Store(true)
	c.socket.interrupt()
}

// pinged is called when the peer pings. A flood ends the socket.
func (c *conn) pinged(context.Context, []byte) bool {
	if c.pings.Take(time.Now()) {
		return true
	}
	c.flood = true
	c.socket.interrupt()
	return false
}
