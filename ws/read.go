package ws

import (
	"bytes"
	"context"
	"io"
	"unicode/utf8"

	"github.com/coder/websocket"

	"frontdesk/c2s"
	"frontdesk/wire"
)

// noCode says that the connection is at its end already.
const noCode websocket.StatusCode = 0

// run serves the socket to its end.
func (c *conn) run() {
	c.finish(c.read())
}

// read takes messages until the stream is over, and returns the code to close
// with.
func (c *conn) read() (code websocket.StatusCode) {
	defer func() {
		if p := recover(); p != nil {
			c.core.panicked(p)
			c.Close(&c2s.StreamError{Condition: "internal-server-error"})
			code = websocket.StatusInternalError
		}
	}()
	for {
		kind, r, err := c.ws.Reader(context.Background())
		switch {
		case err != nil:
			return c.broken(err)
		case kind != websocket.MessageText:
			return websocket.StatusUnsupportedData
		}
		if code := c.message(r); code != noMore {
			return code
		}
	}
}

// noMore is the code of a socket that goes on.
const noMore websocket.StatusCode = -1

// message takes one text message.
func (c *conn) message(r io.Reader) websocket.StatusCode {
	b := c.core.buffer()
	defer c.core.release(b)
	if _, err := b.ReadFrom(r); err != nil {
		return c.broken(err)
	}
	c.core.count.bytesIn.Add(int64(b.Len()))
	if !utf8.Valid(b.Bytes()) {
		return websocket.StatusInvalidFramePayloadData
	}
	return c.handle(b)
}

// handle parses a message and acts on it.
func (c *conn) handle(b *bytes.Buffer) websocket.StatusCode {
	e, err := wire.Parse(b.Bytes())
	switch {
	case err == nil && is(e, wire.NSFraming, "close"):
		return c.closed()
	case c.isFailed():
		return noMore
	case err != nil:
		c.Close(frameError(err))
		return noMore
	}
	if err := c.receive(e); err != nil {
		c.Close(asStreamError(err))
	}
	return noMore
}

// closed takes the peer's <close/> and answers it (RFC 7395 §3.6).
func (c *conn) closed() websocket.StatusCode {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sayGoodbye(nil)
	return c.status
}

func (c *conn) isFailed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failed
}

// broken finds what the end of reading means.
func (c *conn) broken(err error) websocket.StatusCode {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.socket.scan.over:
		c.socket.limited = true
		c.sayGoodbye(&c2s.StreamError{Condition: "policy-violation", Text: "message too big"})
		return websocket.StatusMessageTooBig
	case c.socket.failed.Load() || websocket.CloseStatus(err) != -1:
		return noCode
	case c.closing:
		return c.status
	case c.flood:
		return websocket.StatusPolicyViolation
	}
	return websocket.StatusProtocolError
}

// finish ends the stream and closes the socket.
func (c *conn) finish(code websocket.StatusCode) {
	c.mu.Lock()
	c.linkLost = c.linkLost || !c.closing
	if !c.closing {
		c.core.count.lost.Add(1)
	}
	c.over = true
	c.mu.Unlock()
	if c.stream == nil {
		c.core.gate.LeaveSocket(c.info.Remote)
	}
	c.end()
	if code == noCode {
		_ = c.ws.CloseNow()
		c.writers.Wait()
		return
	}
	c.writers.Wait()
	c.socket.resume()
	_ = c.ws.Close(code, "")
}
