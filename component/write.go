package component

import (
	"fmt"
	"time"

	"frontdesk/desk"
	"frontdesk/wire"
)

// How often the writer looks for a barrier that is due, and for requests that
// nobody answered.
const (
	tendEvery  = 250 * time.Millisecond
	sweepEvery = time.Second
)

// write sends what is queued, batch by batch, until the connection ends.
func (c *conn) write() error {
	w := &writer{conn: c}
	tick := newTick(tendEvery)
	defer tick.Stop()
	for {
		select {
		case <-c.done:
			return nil
		case <-c.stop:
			return w.goodbye()
		case stanza := <-c.answers:
			w.add(stanza)
		case <-c.wake:
		case <-tick.C:
			if err := w.tend(time.Now()); err != nil {
				return err
			}
		}
		if err := w.drain(); err != nil {
			return err
		}
	}
}

// writer builds batches; it belongs to the writing goroutine.
type writer struct {
	conn    *conn
	batch   []byte
	outbox  int64 // highest Words.Outbox in the batch; 0: no Words
	barrier time.Time
	swept   time.Time
	meant   bool // what the desk sends is meant for this connection
}

// drain writes all that waits.
func (w *writer) drain() error {
	for {
		things, due := w.conn.take()
		if err := w.pending(); err != nil {
			return err
		}
		for range due {
			w.addBarrier()
		}
		for _, thing := range things {
			w.encode(thing)
			if len(w.batch) >= maxBatch {
				if err := w.flush(); err != nil {
					return err
				}
			}
		}
		if len(w.batch) == 0 {
			return nil
		}
		if err := w.flush(); err != nil {
			return err
		}
	}
}

// pending adds the answers that wait.
func (w *writer) pending() error {
	for {
		select {
		case stanza := <-w.conn.answers:
			w.add(stanza)
		default:
			return nil
		}
		if len(w.batch) >= maxBatch {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
}

// encode adds the stanzas for one thing of the desk, unless the desk sent it
// for an earlier connection: confirmed out of its order it would hide the loss
// of what came before it. A panic over it costs
// this thing alone.
func (w *writer) encode(thing desk.ToAgent) {
	before := len(w.batch)
	defer func() {
		if r := recover(); r != nil {
			w.batch = w.batch[:before]
			w.conn.count.panics.Add(1)
			w.conn.log.Error("panic over a stanza to be sent", "err", r)
		}
	}()
	switch t := thing.(type) {
	case desk.Attached:
		w.meant = t.Link == w.conn.number.Load()
		return
	case desk.Words:
		w.place(t.Outbox)
	case desk.RemoveContact:
		w.place(t.Outbox)
	}
	if !w.meant {
		return
	}
	w.send(thing)
}

// place notes what the next barrier confirms.
func (w *writer) place(outbox int64) {
	if w.meant {
		w.outbox = max(w.outbox, outbox)
	}
}

// add appends one stanza unless it is over the limit; then the server would
// end the link for everybody.
func (w *writer) add(stanza []byte) {
	if len(stanza) > maxStanza {
		w.conn.count.dropped.Add(1)
		w.conn.log.Warn("stanza not sent: over the limit", "bytes", len(stanza))
		return
	}
	w.conn.count.out.Add(1)
	w.batch = append(w.batch, stanza...)
}

// now is the time; deadlines are reckoned from it.
func (w *writer) now() time.Time { return time.Now() }

func (w *writer) addBarrier() {
	id := w.conn.barriers.issue(w.outbox)
	w.outbox = 0
	w.barrier = time.Now()
	w.batch = wire.AppendIQ(w.batch, wire.NSAccept, barrierIQ(w.conn.opts.Domain, id))
	w.conn.count.out.Add(1)
}

// flush writes the batch, with a barrier behind it when it holds Words.
func (w *writer) flush() error {
	if w.outbox > 0 {
		w.addBarrier()
	}
	c := w.conn
	if err := c.net.SetWriteDeadline(time.Now().Add(c.opts.Timings.Write)); err != nil {
		return fmt.Errorf("write to the XMPP server: %w", err)
	}
	_, err := c.net.Write(w.batch)
	w.batch = w.batch[:0]
	if err != nil {
		return fmt.Errorf("write to the XMPP server: %w", err)
	}
	if c.barriers.underWay() > 0 {
		c.net.expect()
	}
	return nil
}

// tend does what is due at now: a barrier on an idle link, and the end of
// requests that nobody answered.
func (w *writer) tend(now time.Time) error {
	c := w.conn
	if !c.proven.Load() && now.Sub(c.started) > c.opts.Timings.Prove {
		return errUnproven
	}
	if now.Sub(w.barrier) >= w.pause() {
		w.addBarrier()
	}
	if now.Sub(w.swept) >= sweepEvery {
		w.swept = now
		w.sweep(now)
	}
	return nil
}

// pause is the time between barriers of an idle link. While the link is not
// proven they follow faster: one that comes back after one that did not shows
// that there is another process.
func (w *writer) pause() time.Duration {
	idle := w.conn.opts.Timings.Idle
	if !w.conn.proven.Load() {
		return idle / 5
	}
	return idle
}

// sweep ends what is over its time.
func (w *writer) sweep(now time.Time) {
	c := w.conn
	c.asked.sweep(now)
	for _, look := range c.looks.sweep(now) {
		w.add(look.timeout())
	}
	c.refused.sweep(now)
}

// goodbye sends what is queued and ends the stream (RFC 6120 §4.4).
func (w *writer) goodbye() error {
	if err := w.drain(); err != nil {
		return err
	}
	w.batch = append(w.batch, "</stream:stream>"...)
	return w.flush()
}
