package link

import (
	"fmt"
	"time"

	"frontdesk/wire"
)

// How often the writer looks for a barrier that is due, and for what is over
// its time.
const (
	tickEvery  = 250 * time.Millisecond
	sweepEvery = time.Second
)

// write sends what is queued, batch by batch, until the connection ends.
func (c *Conn) write() error {
	w := &Writer{conn: c}
	tick := newTick(tickEvery)
	defer tick.Stop()
	for {
		select {
		case <-c.done:
			return nil
		case <-c.stop:
			return w.goodbye()
		case stanza := <-c.answers:
			w.Add(stanza)
		case <-c.wake:
		case <-tick.C:
			if err := w.tick(time.Now()); err != nil {
				return err
			}
		}
		if err := w.drain(); err != nil {
			return err
		}
	}
}

// Writer builds batches. It belongs to the writing goroutine of one connection
// and is lent to [Item.Build] and [Receiver.Sweep] for the time of the call.
type Writer struct {
	conn    *Conn
	batch   []byte
	items   []int64   // numbers of what was written since the last barrier
	barrier time.Time // the latest was written
	swept   time.Time
}

// Add appends one stanza unless it is over the limit; then the server would
// end the link for everybody. It tells whether it did.
func (w *Writer) Add(stanza []byte) bool {
	if len(stanza) > maxStanza {
		w.conn.count.dropped.Add(1)
		w.conn.log.Warn("stanza not sent: over the limit", "bytes", len(stanza))
		return false
	}
	w.conn.count.out.Add(1)
	w.batch = append(w.batch, stanza...)
	return true
}

// Request adds a get or set from our domain under an id of its own. reply
// hears the outcome. It tells whether it did.
func (w *Writer) Request(q wire.IQ, reply Reply) bool {
	return w.Add(w.conn.request(q, reply))
}

// drain writes all that waits.
func (w *Writer) drain() error {
	for {
		items, due := w.conn.take()
		if err := w.addAnswers(); err != nil {
			return err
		}
		for range due {
			w.addBarrier()
		}
		for _, item := range items {
			w.build(item)
			if err := w.flushFull(); err != nil {
				return err
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

// addAnswers adds the answers that wait.
func (w *Writer) addAnswers() error {
	for {
		select {
		case stanza := <-w.conn.answers:
			w.Add(stanza)
		default:
			return nil
		}
		if err := w.flushFull(); err != nil {
			return err
		}
	}
}

// build adds the stanzas of an item and notes what the next barrier confirms.
func (w *Writer) build(item Item) {
	sent := w.safely(item.Build)
	switch {
	case item.Number == 0:
	case sent:
		w.items = append(w.items, item.Number)
	default:
		w.conn.receiver.Unsent(item.Number)
	}
}

// safely runs the build of an item, of which nothing stays after a panic.
func (w *Writer) safely(build func(*Writer) bool) bool {
	before := len(w.batch)
	defer func() {
		if r := recover(); r != nil {
			w.batch = w.batch[:before]
			w.conn.count.panics.Add(1)
			w.conn.log.Error("panic over a stanza to be sent", "err", r)
		}
	}()
	return build(w)
}

func (w *Writer) addBarrier() {
	id := w.conn.barriers.issue(w.items)
	w.items = nil
	w.barrier = time.Now()
	w.batch = wire.AppendIQ(w.batch, wire.NSAccept, barrierIQ(w.conn.opts.Domain, id))
	w.conn.count.out.Add(1)
}

// flushFull writes the batch when it is long enough.
func (w *Writer) flushFull() error {
	if len(w.batch) < maxBatch {
		return nil
	}
	return w.flush()
}

// flush writes the batch, with a barrier behind it when something in it is to
// be confirmed.
func (w *Writer) flush() error {
	if len(w.items) > 0 {
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

// tick does what is due at now: a barrier on an idle link, and the end of what
// is over its time.
func (w *Writer) tick(now time.Time) error {
	c := w.conn
	if !c.proven.Load() && now.Sub(c.started) > c.opts.Timings.Prove {
		return errUnproven
	}
	if now.Sub(w.barrier) >= w.barrierEvery() {
		w.addBarrier()
	}
	if now.Sub(w.swept) >= sweepEvery {
		w.swept = now
		c.requests.sweep(now)
		c.receiver.Sweep(w, now)
	}
	return nil
}

// barrierEvery is the time between barriers of an idle link. While the link is
// not proven they follow faster: one that comes back after one that did not
// shows that there is another process.
func (w *Writer) barrierEvery() time.Duration {
	idle := w.conn.opts.Timings.Idle
	if !w.conn.proven.Load() {
		return idle / 5
	}
	return idle
}

// goodbye sends what is queued and ends the stream (RFC 6120 §4.4).
func (w *Writer) goodbye() error {
	if err := w.drain(); err != nil {
		return err
	}
	w.batch = append(w.batch, "</stream:stream>"...)
	return w.flush()
}
