package ws

import (
	"context"

	"github.com/coder/websocket"
)

// enqueue has a message written soon; mu is held.
func (c *conn) enqueue(text frame) {
	if c.closing || c.over {
		return
	}
	c.queue = append(c.queue, text)
	c.queued += len(text)
	if !c.writing {
		c.writing = true
		c.writers.Go(c.write)
	}
}

// write writes until there is nothing left.
func (c *conn) write() {
	for batch := c.next(); batch != nil; batch = c.next() {
		if c.send(batch) != nil { // writing stays true: nothing goes out any more
			c.socket.failed.Store(true)
			c.socket.interrupt()
			return
		}
	}
}

// next takes what is queued. When there is nothing, the writer has to go.
func (c *conn) next() []frame {
	c.mu.Lock()
	defer c.mu.Unlock()
	batch := c.queue
	c.queue, c.queued = nil, 0
	if batch == nil {
		c.writing = false
		c.sendPing()
	}
	return batch
}

// send writes messages in one piece.
func (c *conn) send(batch []frame) error {
	b := c.core.buffer()
	defer c.core.release(b)
	c.socket.collect(b)
	for _, f := range batch {
		if err := c.ws.Write(context.Background(), websocket.MessageText, f); err != nil {
			return err
		}
		c.core.count.bytesOut.Add(int64(len(f)))
	}
	return c.socket.flush()
}
