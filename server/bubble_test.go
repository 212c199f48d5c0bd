package server

import (
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/internal/peers"
)

// pipes is a listener whose connections are pipes in memory.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipes) Addr() net.Addr { return p }

func (*pipes) Network() string { return "pipe" }
func (*pipes) String() string  { return testDomain }

// dial suits http.Transport.
func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return ours, nil
	case <-p.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// bubble plays a whole server, but for the admin's doors, in a time of its
// own: hours pass in an instant.
func bubble(t *testing.T, f func(*stage), options ...option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, options...)
		s.patience = 48 * time.Hour
		t.Cleanup(s.stop)
		s.begin()
		f(s)
	})
}

// begin starts the stage's server in a bubble and waits for its link.
func (s *stage) begin() {
	s.Helper()
	s.pipes = newPipes()
	if err := s.server.assemble(s.Context(), s.pipes); err != nil {
		s.Fatal(err)
	}
	s.server.ready.Store(true)
	s.connect()
}

// restart ends the server in a bubble and starts the next one with what it has
// left.
func (s *stage) restart() {
	s.Helper()
	if err := s.server.Stop(s.Context()); err != nil {
		s.Errorf("stop: %v", err)
	}
	s.server = &Server{version: s.server.version, log: s.server.log, cfg: s.cfg, seams: s.server.seams}
	s.begin()
}

// pass lets time go by, until everybody is idle again.
func (s *stage) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// transport is a new page's way to the server.
func (s *stage) transport() *http.Transport {
	if s.pipes == nil {
		return &http.Transport{}
	}
	return &http.Transport{DialContext: s.pipes.dial}
}

// visitBy opens a page whose requests pass a turnstile.
func (s *stage) visitBy() (*peers.Visitor, *turnstile) {
	s.Helper()
	transport := s.transport()
	by := &turnstile{next: transport}
	v, err := peers.OpenVisitBy(s.Context(), by, s.url("/http-bind"), s.cfg.XMPP.Domain, "")
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() {
		v.Hang()
		transport.CloseIdleConnections()
	})
	v.Available()
	return v, by
}

// turnstile is a page's way to the net; while it is shut new requests wait.
type turnstile struct {
	mu   sync.Mutex
	open chan struct{} // nil while it is open
	next http.RoundTripper
}

// RoundTrip implements [http.RoundTripper].
func (t *turnstile) RoundTrip(r *http.Request) (*http.Response, error) {
	t.mu.Lock()
	open := t.open
	t.mu.Unlock()
	if open != nil {
		select {
		case <-open:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	return t.next.RoundTrip(r)
}

// CloseIdleConnections is for http.Client.
func (t *turnstile) CloseIdleConnections() {
	if transport, ok := t.next.(*http.Transport); ok {
		transport.CloseIdleConnections()
	}
}

func (t *turnstile) shut() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open = make(chan struct{})
}

func (t *turnstile) reopen() {
	t.mu.Lock()
	defer t.mu.Unlock()
	close(t.open)
	t.open = nil
}
