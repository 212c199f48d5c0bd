package link

import (
	"bufio"
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Conn is one connection of the link, from the handshake to its end. One
// goroutine reads and carries out what comes in, one writes. Its exported
// methods may be called by any goroutine unless they say otherwise.
type Conn struct {
	opts     *Options
	log      *slog.Logger
	count    *counters
	receiver Receiver
	up       func() // called once, by the reader, when the link is proven

	net      *socket
	in       *bufio.Reader
	started  time.Time
	barriers *barriers
	requests *tracker

	answers chan []byte   // ready stanzas for the writer
	wake    chan struct{} // something is queued, or a barrier is due
	stop    chan struct{} // closed: say goodbye
	done    chan struct{} // closed: the connection is over

	proven atomic.Bool
	proofs int  // barriers returned before that; the reader's
	warned bool // the log tells of another process; the reader's

	mu          sync.Mutex
	queue       []Item
	barriersDue int
	cause       error
	closed      bool
}

func newConn(l *Link, net *socket, in *bufio.Reader) *Conn {
	c := &Conn{
		opts: &l.opts, log: l.log, count: &l.count,
		net: net, in: in, started: time.Now(),
		barriers: newBarriers(l.started), requests: newTracker(),
		answers: make(chan []byte, maxAnswers), wake: make(chan struct{}, 1),
		stop: make(chan struct{}), done: make(chan struct{}),
	}
	c.receiver = l.handler.Open(c)
	return c
}

// run serves the connection until it ends and returns why; nil when ctx ended
// it. The connection is closed and its goroutines are over when run returns.
func (c *Conn) run(ctx context.Context) error {
	forget := context.AfterFunc(ctx, func() { close(c.stop) })
	defer forget()
	var writer sync.WaitGroup
	writer.Go(func() { c.end(c.write()) })
	c.wantBarrier()
	c.end(c.read())
	writer.Wait()
	c.requests.fail(errLost)
	if ctx.Err() != nil {
		return nil
	}
	return c.cause
}

// end closes the connection; the first caller's reason stays.
func (c *Conn) end(cause error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.closed, c.cause = true, cause
	close(c.done)
	_ = c.net.Close() // it is over either way
}

// Send queues items for the writer; it never blocks. They go out on this
// connection or not at all: when it is over they are dropped, and so is what
// still waits when it ends. A connection with far too much waiting is ended:
// the server does not read.
func (c *Conn) Send(items []Item) {
	c.mu.Lock()
	full := len(c.queue)+len(items) > maxQueue
	if !full && !c.closed {
		c.queue = append(c.queue, items...)
	}
	c.mu.Unlock()
	if full {
		c.end(errOverflow)
		return
	}
	c.wakeWriter()
}

// Answer hands a ready stanza to the writer, ahead of the items; an empty one
// is none. It waits for room, which holds up the reader and, behind it, those
// who ask too much. The writer itself must not call it.
func (c *Conn) Answer(stanza []byte) {
	if len(stanza) == 0 {
		return
	}
	select {
	case c.answers <- stanza:
	case <-c.done:
	}
}

// take returns what is queued and how many barriers are due.
func (c *Conn) take() ([]Item, int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	items, due := c.queue, c.barriersDue
	c.queue, c.barriersDue = nil, 0
	return items, due
}

// waiting counts the items that the writer has not taken.
func (c *Conn) waiting() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.queue)
}

// wantBarrier makes the writer write a barrier soon.
func (c *Conn) wantBarrier() {
	c.mu.Lock()
	c.barriersDue++
	c.mu.Unlock()
	c.wakeWriter()
}

func (c *Conn) wakeWriter() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// errLost fails requests whose connection is over.
var errLost = errors.New("the link is lost")
