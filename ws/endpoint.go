package ws

import (
	"bytes"
	"context"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"frontdesk/c2s"
	"frontdesk/gate"
	"frontdesk/wheel"
)

// Endpoint serves XMPP over WebSocket. All its methods may be called at the
// same time.
type Endpoint struct {
	opt     Options
	streams c2s.Streams
	log     *slog.Logger
	gate    *gate.Gate
	wheel   *wheel.Wheel[*conn] // the clock, too
	count   counters
	buffers sync.Pool // of *bytes.Buffer

	mu       sync.Mutex
	conns    map[*conn]struct{}
	draining bool // no new sockets
	work     sync.WaitGroup
}

// New returns an endpoint that asks the gate who sends a request, and opens its
// streams through streams.
func New(streams c2s.Streams, gate *gate.Gate, opt Options, log *slog.Logger) *Endpoint {
	if opt.Ping == 0 {
		opt.Ping = 12 * time.Second
	}
	e := &Endpoint{
		opt: opt, streams: streams, log: log, wheel: wheel.New[*conn](),
		gate:  gate,
		conns: map[*conn]struct{}{},
	}
	e.buffers.New = func() any { return new(bytes.Buffer) }
	return e
}

// now is the present instant; never 0.
func (e *Endpoint) now() instant { return e.wheel.Now() }

// enter admits one more socket; false when the program stops.
func (e *Endpoint) enter() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.draining {
		return false
	}
	e.work.Add(1)
	return true
}

// start serves a socket that was admitted. Its goroutine ends with it.
func (e *Endpoint) start(c *conn) {
	due := c.due // nobody else knows c yet
	e.mu.Lock()
	e.conns[c] = struct{}{}
	draining := e.draining
	e.mu.Unlock()
	e.wheel.Hasten(c, due)
	e.count.accepted.Add(1)
	if draining {
		c.stop()
	}
	go func() {
		defer e.work.Done()
		defer e.forget(c)
		c.run()
	}()
}

// attend calls f in a goroutine that Shutdown waits for, while there is the
// socket; one that is over may be all that it waits for.
func (e *Endpoint) attend(c *conn, f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, there := e.conns[c]; there {
		e.work.Go(f)
	}
}

// forget drops a socket that is over.
func (e *Endpoint) forget(c *conn) {
	e.wheel.Drop(c)
	e.mu.Lock()
	delete(e.conns, c)
	e.mu.Unlock()
}

// Shutdown ends all streams with system-shutdown and closes their sockets with
// 1001. Sockets that are left when ctx ends are closed as they are; its error
// is returned then.
func (e *Endpoint) Shutdown(ctx context.Context) error {
	for _, c := range e.drain() {
		c.stop()
	}
	done := make(chan struct{})
	go func() { // ends with the work it waits for
		e.work.Wait()
		close(done)
	}()
	var err error
	select {
	case <-done:
	case <-ctx.Done():
		err = ctx.Err()
		for _, c := range e.drain() {
			_ = c.socket.Close()
		}
		<-done
	}
	e.wheel.Close()
	return err
}

// drain admits no more sockets and returns those there are.
func (e *Endpoint) drain() []*conn {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.draining = true
	all := make([]*conn, 0, len(e.conns))
	for c := range e.conns {
		all = append(all, c)
	}
	return all
}

// buffer returns an empty buffer, to be given back with release.
func (e *Endpoint) buffer() *bytes.Buffer {
	b := e.buffers.Get().(*bytes.Buffer)
	b.Reset()
	return b
}

func (e *Endpoint) release(b *bytes.Buffer) {
	if b.Cap() <= maxMessage {
		e.buffers.Put(b)
	}
}

// panicked counts and logs a panic.
func (e *Endpoint) panicked(p any) {
	e.count.panics.Add(1)
	e.log.Error("panic in ws", "err", p, "stack", string(debug.Stack()))
}
