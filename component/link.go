package component

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"frontdesk/desk"
	"frontdesk/engine"
)

// Link is the component link, whatever connection carries it at the moment.
// It implements [engine.Agents]. Its methods may be called by any goroutine.
type Link struct {
	opts      Options
	desk      Desk
	log       *slog.Logger
	started   int64 // of the process's link; an older one wins the domain
	count     counters
	following following
	faces     faces

	cancel context.CancelFunc
	over   sync.WaitGroup

	mu      sync.Mutex
	conn    *conn // the live connection; nil while down
	since   time.Time
	trouble trouble
}

var _ engine.Agents = (*Link)(nil)

// New checks the options; its errors wrap [ErrInvalid]. The link does nothing
// before [Link.Start].
func New(opts Options, d Desk) (*Link, error) {
	opts, err := opts.complete()
	if err != nil {
		return nil, fmt.Errorf("component link: %w", err)
	}
	now := time.Now()
	return &Link{opts: opts, desk: d, log: opts.Log, started: now.UnixNano(), since: now}, nil
}

// Start begins to connect, and to connect again after every loss, until Stop.
// It must be called once.
func (l *Link) Start() {
	ctx, cancel := context.WithCancel(context.Background())
	l.cancel = cancel
	l.over.Go(func() { l.keep(ctx) })
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

// Send queues things for the server; it never blocks. While the link is down
// they are dropped, and on a new connection until the desk has answered its
// [desk.LinkUp] with [desk.Attached]: the desk tells them again then.
func (l *Link) Send(batch []desk.ToAgent) {
	l.mu.Lock()
	c := l.conn
	l.mu.Unlock()
	if c != nil {
		c.enqueue(batch)
	}
}

// Stats returns a snapshot.
func (l *Link) Stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := Stats{
		Up: l.conn != nil, Since: l.since, Trouble: l.trouble.what, Rival: l.trouble.rival,
		StanzasIn: l.count.in.Load(), StanzasOut: l.count.out.Load(),
		BytesIn: l.count.bytesIn.Load(), BytesOut: l.count.bytesOut.Load(),
		Odd: l.count.odd.Load(), Dropped: l.count.dropped.Load(),
		Panics: l.count.panics.Load(), Foreign: l.count.foreign.Load(), Connects: l.count.connects.Load(),
	}
	if l.conn != nil {
		s.LinkID = l.conn.barriers.nonce
		s.Unconfirmed = l.conn.barriers.underWay()
		s.Waiting = l.conn.waiting()
	}
	return s
}

// keep holds a connection until ctx ends.
func (l *Link) keep(ctx context.Context) {
	pauses := backoff{first: l.opts.Timings.Retry, most: l.opts.Timings.RetryMax}
	for {
		upFor, err := l.once(ctx)
		if ctx.Err() != nil {
			return
		}
		why := explain(err)
		if upFor >= settled {
			pauses.reset()
		}
		pause := pauses.pause(why.slow)
		l.blame(why, pause)
		if !wait(ctx, pause) {
			return
		}
	}
}

// once connects and serves that connection to its end. It tells how long the
// link was up.
func (l *Link) once(ctx context.Context) (time.Duration, error) {
	net, in, err := open(ctx, &l.opts, &l.count)
	if err != nil {
		return 0, err
	}
	c := newConn(l, net, in)
	c.up = func() { l.rise(c) }
	err = c.run(ctx)
	return l.fall(c), err
}

// exposedRemedy is what to do about a link that leaves the machine.
const exposedRemedy = "run frontdesk beside the XMPP server, or connect through a tunnel (WireGuard, ssh, stunnel)"

// rise makes c the live connection.
func (l *Link) rise(c *conn) {
	c.number.Store(l.count.connects.Add(1))
	l.mu.Lock()
	l.conn, l.since, l.trouble = c, time.Now(), trouble{}
	l.mu.Unlock()
	l.log.Info("component link is up", "domain", l.opts.Domain, "privileges", c.granted.String())
	if exposed(c.net) {
		l.log.Warn("the component link leaves this machine unencrypted", "server", l.opts.Server,
			"remedy", exposedRemedy)
	}
	l.desk.Post(desk.LinkUp{Link: c.number.Load()})
}

// fall takes c out of service; it tells how long it was in it.
func (l *Link) fall(c *conn) time.Duration {
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
	l.desk.Post(desk.LinkDown{})
	return upFor
}

// blame keeps the trouble for Stats and tells it in the log, once for each
// new one.
func (l *Link) blame(why trouble, pause time.Duration) {
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
