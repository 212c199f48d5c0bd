package link

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// Finding is one thing that [Check] looked at. One that is OK and has a Remedy
// is a warning.
type Finding struct {
	Name   string
	OK     bool
	Detail string
	Remedy string
}

// Look looks at what stands above a link that is up, and tells what it found.
type Look func(ctx context.Context, c *Conn) []Finding

// Check connects once with these options and tells what it found, in the order
// in which things depend on each other; what cannot be looked at is left out.
// It steps back at once when another process serves the domain. Once the link
// is up, look is called. Its error wraps [ErrInvalid], or is that of ctx.
func Check(ctx context.Context, o Options, h Handler, look Look) ([]Finding, error) {
	o.Log = slog.New(slog.DiscardHandler) // the findings say it all
	o, err := o.complete()
	if err != nil {
		return nil, fmt.Errorf("check the component link: %w", err)
	}
	c := &checker{opts: o, handler: h, look: look}
	c.run(ctx)
	return c.found, ctx.Err()
}

// checker is one call of Check.
type checker struct {
	opts    Options
	handler Handler
	look    Look
	found   []Finding
}

func (c *checker) add(found ...Finding) { c.found = append(c.found, found...) }

// run looks at one thing after the other until one is not OK.
func (c *checker) run(ctx context.Context) {
	if !c.reach(ctx) {
		return
	}
	net, in, err := open(ctx, &c.opts, &counters{})
	if !c.accepted(err) {
		return
	}
	l := &Link{opts: c.opts, handler: c.handler, log: c.opts.Log, started: time.Now().UnixNano()}
	conn := newConn(l, net, in)
	up := make(chan struct{})
	conn.up = func() { l.enterService(conn); close(up) }
	serving, cancel := context.WithCancel(ctx)
	defer cancel()
	over := make(chan struct{})
	go func() {
		err = conn.run(serving)
		l.leaveService(conn)
		close(over)
	}()
	select {
	case <-up:
		c.add(Finding{Name: "xmpp.domain", OK: true, Detail: "no other process serves " + c.opts.Domain})
		c.add(c.look(ctx, conn)...)
		c.second(ctx) // comes last: it may end the first
		cancel()
		<-over
	case <-over:
		c.failed("xmpp.domain", err)
	}
}

// failed adds the trouble with a thing.
func (c *checker) failed(name string, err error) {
	if err == nil {
		return // the check was called off
	}
	why := explain(err)
	c.add(Finding{Name: name, Detail: why.what, Remedy: why.remedy})
}

// reach tries whether anybody listens.
func (c *checker) reach(ctx context.Context) bool {
	within, cancel := context.WithTimeout(ctx, c.opts.Timings.Negotiate)
	defer cancel()
	conn, err := c.opts.Dial(within)
	if err != nil {
		c.failed("xmpp.server", err)
		return false
	}
	f := Finding{Name: "xmpp.server", OK: true, Detail: "something listens at " + c.opts.Server}
	if exposed(conn) {
		f.Detail += "; the link would leave this machine unencrypted"
		f.Remedy = exposedRemedy
	}
	_ = conn.Close()
	c.add(f)
	return true
}

// accepted tells the outcome of the handshake.
func (c *checker) accepted(err error) bool {
	switch {
	case err != nil && explain(err).rival:
		c.failed("xmpp.domain", err)
		return false
	case err != nil:
		c.failed("xmpp.secret", err)
		return false
	}
	c.add(Finding{Name: "xmpp.secret", OK: true, Detail: "the server accepts the secret for " + c.opts.Domain})
	return true
}

// second tries a second link for the domain and tells what the server does.
func (c *checker) second(ctx context.Context) {
	f := Finding{Name: "second link", OK: true, Detail: "the server refuses a second link for the domain"}
	net, _, err := open(ctx, &c.opts, &counters{})
	switch {
	case err == nil:
		_ = net.Close()
		f.Detail = "the server accepts a second link for the domain and would split its stanzas"
		f.Remedy = "never start two processes for one domain; the younger one steps back, but loses what it got"
	case ctx.Err() != nil:
		return
	case !explain(err).rival:
		f.Detail = "the server refuses a second link for the domain: " + explain(err).what
	}
	c.add(f)
}
