// Package link is the one connection to the XMPP server as an external
// component (XEP-0114). It knows stanzas and bytes; whom they are for and what
// they say is the matter of the [Handler] that stands on it.
//
// [Link] keeps one connection alive for the life of the process: it connects
// again by itself (backoff.go), proves with barriers that the server has taken
// what was written (barrier.go), steps back when another process serves the
// same domain (rival.go), and tells in words why it is down (trouble.go). A
// [Conn] is one such connection: one goroutine reads (read.go), one writes what
// is queued (write.go). Requests of ours find their answers in tracker.go.
// [Check] tries a configuration once and explains what it finds.
//
// A map, in the order of reading:
//
//	trouble options advice  why it is down, how it is set up, what to do about it
//	backoff barrier stats   when to try again, what the server has taken, numbers
//	ports                   who stands on the link
//	socket dial tracker     the bytes, the handshake (XEP-0114 section 3), answers to requests
//	link conn               the link for the life of the process; one connection of it
//	request check rival      what we ask, a trial of a configuration, another process on our domain
//	read write version       what comes, what goes, who the server is
package link

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Link is the component link, whatever connection carries it at the moment.
// Its methods may be called by any goroutine.
type Link struct {
	opts    Options
	handler Handler
	log     *slog.Logger
	started int64 // of the process's link; an older one wins the domain
	count   counters

	cancel context.CancelFunc
	over   sync.WaitGroup

	mu      sync.Mutex
	conn    *Conn // the live connection; nil while down
	since   time.Time
	trouble trouble
}

// New checks the options; its errors wrap [ErrInvalid]. The link does nothing
// before [Link.Start].
func New(opts Options, h Handler) (*Link, error) {
	opts, err := opts.complete()
	if err != nil {
		return nil, fmt.Errorf("component link: %w", err)
	}
	now := time.Now()
	return &Link{opts: opts, handler: h, log: opts.Log, started: now.UnixNano(), since: now}, nil
}

// Start begins to connect, and to connect again after every loss, until Stop.
// It must be called once.
func (l *Link) Start() {
	ctx, cancel := context.WithCancel(context.Background())
	l.cancel = cancel
	l.over.Go(func() { l.keepConnected(ctx) })
}

// Stop sends what is queued, ends the stream and waits for the link's
// goroutines. A server that does not read holds it up for Timings.Write at
// most. The link cannot be started again.
func (l *Link) Stop() {
	if l.cancel != nil {
		l.cancel()
	}
	l.over.Wait()
}

// keepConnected holds a connection until ctx ends.
func (l *Link) keepConnected(ctx context.Context) {
	pauses := backoff{first: l.opts.Timings.Retry, most: l.opts.Timings.RetryMax}
	for {
		upFor, err := l.connectOnce(ctx)
		if ctx.Err() != nil {
			return
		}
		why := explain(err)
		if upFor >= steadyAfter {
			pauses.reset()
		}
		pause := pauses.pause(why.slow)
		l.report(why, pause)
		if !wait(ctx, pause) {
			return
		}
	}
}

// connectOnce connects and serves that connection to its end. It tells how
// long the link was up.
func (l *Link) connectOnce(ctx context.Context) (time.Duration, error) {
	net, in, err := open(ctx, &l.opts, &l.count)
	if err != nil {
		return 0, err
	}
	c := newConn(l, net, in)
	c.up = func() { l.enterService(c) }
	err = c.run(ctx)
	return l.leaveService(c), err
}

// exposedRemedy is what to do about a link that leaves the machine.
const exposedRemedy = "run frontdesk beside the XMPP server, or connect through a tunnel (WireGuard, ssh, stunnel)"

// enterService makes c the live connection. That the link is up is logged by
// the handler, who knows what the server grants.
func (l *Link) enterService(c *Conn) {
	number := l.count.connects.Add(1)
	l.mu.Lock()
	l.conn, l.since, l.trouble = c, time.Now(), trouble{}
	l.mu.Unlock()
	if exposed(c.net) {
		l.log.Warn("the component link leaves this machine unencrypted", "server", l.opts.Server,
			"remedy", exposedRemedy)
	}
	l.handler.Up(number)
}

// leaveService takes c out of service; it tells how long it was in it.
func (l *Link) leaveService(c *Conn) time.Duration {
	l.mu.Lock()
	was := l.conn == c
	upFor := time.Since(l.since)
	if was {
		l.conn, l.since = nil, time.Now()
	}
	l.mu.Unlock()
	if !was {
		return 0
	}
	l.handler.Down()
	return upFor
}

// report keeps the trouble for Stats and tells it in the log, once for each
// new one.
func (l *Link) report(why trouble, pause time.Duration) {
	l.mu.Lock()
	same := l.trouble == why
	l.trouble = why
	l.mu.Unlock()
	level := slog.LevelWarn
	if same {
		level = slog.LevelDebug
	}
	l.log.Log(context.Background(), level, "component link is down", "domain", l.opts.Domain,
		"reason", why.what, "remedy", why.remedy, "retry", pause)
}
