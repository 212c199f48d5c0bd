package component

import (
	"bufio"
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk/desk"
	"frontdesk/roster"
)

// conn is one connection of the link, from the handshake to its end. One
// goroutine reads and carries out what comes in, one writes.
type conn struct {
	opts      *Options
	desk      Desk
	log       *slog.Logger
	count     *counters
	following *following
	up        func() // called once, by the reader, when the link is proven

	net      *watched
	in       *bufio.Reader
	barriers *barriers
	granted  *privileges
	asked    *tracker
	probes   *probes
	looks    *looks
	faces    *faces
	refused  *refusals
	named    map[roster.Contact]string // PEP nick told; the writer's

	answers chan []byte   // ready stanzas for the writer
	wake    chan struct{} // something is queued, or a barrier is due
	stop    chan struct{} // closed: say goodbye
	done    chan struct{} // closed: the connection is over

	number    atomic.Uint64 // of the LinkUp; 0 before
	proven    atomic.Bool
	proofs    int   // barriers returned before that; the reader's
	confirmed int64 // highest outbox told to the desk; the reader's
	alarmed   bool  // the log tells of another process; the reader's
	started   time.Time

	mu     sync.Mutex
	queue  []desk.ToAgent
	due    int // barriers to write
	cause  error
	closed bool
}

func newConn(l *Link, net *watched, in *bufio.Reader) *conn {
	return &conn{
		opts: &l.opts, desk: l.desk, log: l.log, count: &l.count, following: &l.following,
		net: net, in: in,
		barriers: newBarriers(l.started), granted: newPrivileges(), asked: newTracker(),
		probes: newProbes(), looks: newLooks(), faces: &l.faces, refused: newRefusals(),
		named:   make(map[roster.Contact]string),
		answers: make(chan []byte, maxAnswers), wake: make(chan struct{}, 1),
		stop: make(chan struct{}), done: make(chan struct{}),
		started: time.Now(),
	}
}

// run serves the connection until it ends and returns why; nil when ctx ended
// it. The connection is closed and its goroutines are over when run returns.
func (c *conn) run(ctx context.Context) error {
	forget := context.AfterFunc(ctx, func() { close(c.stop) })
	defer forget()
	var writer sync.WaitGroup
	writer.Go(func() { c.end(c.write()) })
	c.oweBarrier()
	c.end(c.read())
	writer.Wait()
	c.asked.fail(errLinkLost)
	if ctx.Err() != nil {
		return nil
	}
	return c.cause
}

// end closes the connection; the first caller's reason stays.
func (c *conn) end(cause error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.closed, c.cause = true, cause
	close(c.done)
	_ = c.net.Close() // it is over either way
}

// enqueue adds what the desk wants sent; it never blocks. A link with far too
// much waiting is ended: the server does not read, and after a new start the
// desk tells everything again.
func (c *conn) enqueue(batch []desk.ToAgent) {
	c.mu.Lock()
	full := len(c.queue)+len(batch) > maxQueue
	if !full && !c.closed {
		c.queue = append(c.queue, batch...)
	}
	c.mu.Unlock()
	if full {
		c.end(errOverflow)
		return
	}
	c.rouse()
}

// take returns what is queued and how many barriers are due.
func (c *conn) take() ([]desk.ToAgent, int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	batch, due := c.queue, c.due
	c.queue, c.due = nil, 0
	return batch, due
}

func (c *conn) waiting() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.queue)
}

// oweBarrier makes the writer write a barrier soon.
func (c *conn) oweBarrier() {
	c.mu.Lock()
	c.due++
	c.mu.Unlock()
	c.rouse()
}

func (c *conn) rouse() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// answer hands a ready stanza to the writer. It waits for room, which holds
// up the reader and, behind it, those who ask too much.
func (c *conn) answer(stanza []byte) {
	if len(stanza) == 0 {
		return
	}
	select {
	case c.answers <- stanza:
	case <-c.done:
	}
}

// errLinkLost fails requests whose link is gone.
var errLinkLost = errors.New("the link is lost")
