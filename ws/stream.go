package ws

import (
	"errors"
	"strings"

	"frontdesk/c2s"
	"frontdesk/wire"
)

// Send implements [c2s.Conn].
func (c *conn) Send(payload []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing || c.over {
		return
	}
	if len(c.queue) >= maxQueued || c.queued+len(payload) > maxQueuedBytes {
		c.core.count.overflows.Add(1)
		c.queue, c.queued, c.linkLost = nil, 0, true
		c.sayGoodbye(&c2s.StreamError{Condition: "resource-constraint", Text: "the client reads too slowly"})
		return
	}
	c.core.count.stanzasOut.Add(1)
	c.enqueue(payload)
}

// receive acts on one element that is no <close/>.
func (c *conn) receive(e *wire.Element) error {
	switch {
	case c.stream == nil: // only this goroutine sets it
		return c.open(e)
	case is(e, wire.NSFraming, "open"):
		return c.restart(e)
	case e.Name.Space == wire.NSFraming:
		return &c2s.StreamError{Condition: "bad-format"}
	case is(e, wire.NSStreams, "error"): // the peer ends the stream
		c.Close(nil)
		return nil
	}
	c.core.count.stanzasIn.Add(1)
	var err error
	c.call(func(s c2s.Stream) { err = s.Receive(e, func() {}) })
	return err
}

// open takes the first element (RFC 7395 §3.4).
func (c *conn) open(e *wire.Element) error {
	hello, err := readOpen(e)
	if err != nil {
		return err
	}
	stream, err := c.core.streams.Open(c, hello)
	if err != nil {
		return err
	}
	c.core.count.opened.Add(1)
	c.core.gate.LeaveSocket(c.info.Remote)
	c.calls.Lock()
	c.stream = stream
	c.calls.Unlock()
	c.welcome()
	return nil
}

// restart begins the stream anew after the login (RFC 7395 §3.7). At any other
// time a second header is an error.
func (c *conn) restart(e *wire.Element) error {
	hello, err := readOpen(e)
	if err != nil {
		return err
	}
	before, after := "", ""
	c.call(func(s c2s.Stream) {
		before = s.ID()
		err = s.Restart(hello)
		after = s.ID()
	})
	switch {
	case err != nil:
		c.mu.Lock()
		c.sendHeader(newID())
		c.mu.Unlock()
		return err
	case before == after:
		return &c2s.StreamError{Condition: "bad-format", Text: "the stream is open"}
	}
	c.welcome()
	return nil
}

// welcome sends our header, and the features in a message of their own.
func (c *conn) welcome() {
	c.call(func(s c2s.Stream) {
		id, features := s.ID(), s.Features()
		c.mu.Lock()
		defer c.mu.Unlock()
		if !c.closing {
			c.due = 0
		}
		c.sendHeader(id)
		c.enqueue(features)
	})
}

// is compares an element's name.
func is(e *wire.Element, space, local string) bool {
	return e.Name.Local == local && e.Name.Space == space
}

// readOpen reads a header.
func readOpen(e *wire.Element) (c2s.Hello, error) {
	refuse := func(condition string) (c2s.Hello, error) {
		return c2s.Hello{}, &c2s.StreamError{Condition: condition}
	}
	version := e.Attr("version")
	switch {
	case e.Name.Local == "open" && e.Name.Space != wire.NSFraming:
		return refuse("invalid-namespace")
	case e.Name.Local != "open":
		return refuse("bad-format")
	case e.Attr("to") == "":
		return refuse("improper-addressing")
	case version != "1" && !strings.HasPrefix(version, "1."):
		return refuse("unsupported-version")
	}
	hello := c2s.Hello{To: e.Attr("to"), From: e.Attr("from")}
	hello.Lang, _ = e.Lookup(wire.NSXML, "lang")
	return hello, nil
}

// asStreamError makes a stream error of any error.
func asStreamError(err error) *c2s.StreamError {
	if se, ok := errors.AsType[*c2s.StreamError](err); ok {
		return se
	}
	return &c2s.StreamError{Condition: "internal-server-error"}
}
