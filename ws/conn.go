package ws

import (
	"sync"
	"time"

	"github.com/coder/websocket"

	"frontdesk/c2s"
	"frontdesk/roster"
	"frontdesk/wheel"
)

// conn is one socket and, once it is open, its stream. It implements
// [c2s.Socket].
//
// One goroutine reads; a second one lives while there is something to write, a
// third while a ping of the browser is not answered. calls is taken before mu;
// the methods of c2s.Socket take mu alone, and what they call takes locks of
// the endpoint.
type conn struct {
	wheel.Alarm

	e      *Endpoint
	ws     *websocket.Conn
	socket *socket
	info   c2s.Info

	// Of the reader alone.
	pings roster.Pace // of the peer
	flood bool        // they were too many

	// The stream, whose calls go one at a time.
	calls  sync.Mutex
	stream c2s.Stream
	ended  bool

	mu         sync.Mutex
	queue      []frame
	queued     int // bytes of queue
	writing    bool
	ping       pinging
	pong       func()
	headerSent bool // <open/> was sent
	closing    bool // <close/> was sent: nothing goes out any more
	failed     bool // with a stream error: nothing comes in any more
	linkLost   bool // the end of the stream is a lost link
	over       bool
	due        instant // of the present phase; 0: none
	status     websocket.StatusCode

	writers sync.WaitGroup
}

// Send implements [c2s.Conn].
func (c *conn) Send(payload []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing || c.over {
		return
	}
	if len(c.queue) >= maxQueued || c.queued+len(payload) > maxQueuedBytes {
		c.e.count.overflows.Add(1)
		c.queue, c.queued, c.linkLost = nil, 0, true
		c.sayGoodbye(&c2s.StreamError{Condition: "resource-constraint", Text: "the client reads too slowly"})
		return
	}
	c.e.count.stanzasOut.Add(1)
	c.enqueue(payload)
}

// Close implements [c2s.Conn].
func (c *conn) Close(err *c2s.StreamError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sayGoodbye(err)
}

// Info implements [c2s.Conn].
func (c *conn) Info() c2s.Info { return c.info }

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
		c.e.work.Go(c.end) // for the stream it is over now
	}
	c.enqueue(closeText())
	c.closing = true
	c.setDue(closeWithin)
}

// sendHeader sends our header; mu is held.
func (c *conn) sendHeader(id string) {
	c.headerSent = true
	c.enqueue(openText(c.e.opt.Domain, id))
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

// call makes one call of the stream, if there is one.
func (c *conn) call(f func(c2s.Stream)) {
	c.calls.Lock()
	defer c.calls.Unlock()
	if c.stream != nil && !c.ended {
		f(c.stream)
	}
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
	c.due = c.e.now().Add(d)
	c.e.wheel.Hasten(c, c.due)
}

// Ring implements [wheel.Entry].
func (c *conn) Ring() { c.e.attend(c, c.expire) }

// expire ends a socket that takes too long to open its stream, or to close.
func (c *conn) expire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.over || c.due == 0:
	case c.due > c.e.now():
		c.e.wheel.Hasten(c, c.due)
	default:
		c.sayGoodbye(&c2s.StreamError{Condition: "connection-timeout", Text: "no <open/> in time"})
		c.socket.interrupt()
	}
}
