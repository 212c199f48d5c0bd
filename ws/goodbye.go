package ws

import (
	"time"

	"github.com/coder/websocket"

	"frontdesk/c2s"
)

// Close implements [c2s.Conn].
func (c *conn) Close(err *c2s.StreamError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sayGoodbye(err)
}

// stop ends the stream because the program stops.
func (c *conn) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return
	}
	c.sayGoodbye(&c2s.StreamError{Condition: "system-shutdown"})
	c.setDue(leaveWithin)
}

// sayGoodbye ends the stream from here: what is queued, the error if there is one, <close/>
// (RFC 7395 §3.5, §3.6). The peer has some time to say the same. mu is held.
func (c *conn) sayGoodbye(err *c2s.StreamError) {
	if c.closing || c.over {
		return
	}
	if err != nil {
		if !c.headerSent {
			c.sendHeader(newID())
		}
		c.enqueue(errorText(err))
		c.failed, c.status = true, closeCode(err)
		c.core.work.Go(c.end) // for the stream it is over now
	}
	c.enqueue(closeText())
	c.closing = true
	c.setDue(closeWithin)
}

// sendHeader sends our header; mu is held.
func (c *conn) sendHeader(id string) {
	c.headerSent = true
	c.enqueue(openText(c.core.opt.Domain, id))
}

// closeCode is the code of the WebSocket's end after a stream error.
func closeCode(err *c2s.StreamError) websocket.StatusCode {
	switch err.Condition {
	case "system-shutdown":
		return websocket.StatusGoingAway
	case "internal-server-error":
		return websocket.StatusInternalError
	}
	return websocket.StatusNormalClosure
}

// end tells the stream that the socket is over.
func (c *conn) end() {
	c.mu.Lock()
	linkLost := c.linkLost
	c.mu.Unlock()
	c.call(func(s c2s.Stream) {
		c.ended = true
		if linkLost {
			s.LinkLost()
		}
		s.End()
	})
}

// setDue sets the end of the present phase; mu is held.
func (c *conn) setDue(d time.Duration) {
	c.due = c.core.now().Add(d)
	c.core.wheel.Hasten(c, c.due)
}

// Ring implements [wheel.Entry].
func (c *conn) Ring() { c.core.attend(c, c.expire) }

// expire ends a socket that takes too long to open its stream, or to close.
func (c *conn) expire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.over || c.due == 0:
	case c.due > c.core.now():
		c.core.wheel.Hasten(c, c.due)
	default:
		c.sayGoodbye(&c2s.StreamError{Condition: "connection-timeout", Text: "no <open/> in time"})
		c.socket.interrupt()
	}
}
