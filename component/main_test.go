package component

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"frontdesk/desk"
	"frontdesk/engine"
	"frontdesk/internal/xmpptest"
	"frontdesk/link"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	testDomain = "chat.localhost"
	testSecret = "s3cret"
	visitor    = "visitor-4f7kq2@chat.localhost"
	alice      = "alice@localhost"
)

// recorder is a desk that keeps what it hears.
type recorder struct {
	mu     sync.Mutex
	events []desk.Event
	hear   func(desk.Event) // called for each, when set
	agents engine.Agents    // whose LinkUp is answered; nil: nothing is
}

func (r *recorder) Post(e desk.Event) {
	r.mu.Lock()
	r.events = append(r.events, e)
	hear := r.hear
	r.mu.Unlock()
	if up, ok := e.(desk.LinkUp); ok && r.agents != nil {
		r.agents.Send([]desk.ToAgent{desk.Attached(up)})
	}
	if hear != nil {
		hear(e)
	}
}

// take returns what was heard since the last take.
func (r *recorder) take() []desk.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	events := r.events
	r.events = nil
	return events
}

// play is one component with its link, fake server and desk, inside a bubble.
type play struct {
	*testing.T
	server    *xmpptest.Server
	desk      *recorder
	component *Component
	link      *link.Link
	peer      *xmpptest.Peer
	log       *xmpptest.Log
}

// act runs a play: f is called with the link up.
func act(t *testing.T, s *xmpptest.Server, f func(*play)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := begin(t, s, Options{})
		defer p.stop()
		p.connect()
		f(p)
	})
}

// begin makes the parts of a play and starts the link.
func begin(t *testing.T, s *xmpptest.Server, o Options) *play {
	t.Helper()
	s.Domain, s.Secret = testDomain, testSecret
	p := &play{T: t, server: s, desk: &recorder{}, log: &xmpptest.Log{}}
	o.Domain = testDomain
	o.Log = slog.New(slog.NewTextHandler(p.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	p.component = New(o, p.desk)
	p.desk.agents = p.component
	var err error
	p.link, err = link.New(link.Options{Domain: testDomain, Secret: testSecret, Dial: s.Dial, Log: o.Log}, p.component)
	if err != nil {
		t.Fatal(err)
	}
	p.link.Start()
	return p
}

// connect waits for the link.
func (p *play) connect() {
	p.Helper()
	p.peer = p.accept()
	synctest.Wait()
	if !p.link.Stats().Up {
		p.Fatalf("the link is down: %+v\n%s", p.link.Stats(), p.log)
	}
}

func (p *play) accept() *xmpptest.Peer {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.Context(), time.Minute)
	defer cancel()
	peer, err := p.server.Accept(ctx)
	if err != nil {
		p.Fatalf("no link came: %v\n%s", err, p.log)
	}
	return peer
}

func (p *play) stop() {
	p.link.Stop()
	p.server.Close()
}

// pass lets time go by, until the link is idle again.
func (p *play) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// send is what the desk does; it returns when the link is idle again.
func (p *play) send(things ...desk.ToAgent) {
	p.component.Send(things)
	synctest.Wait()
}

// says is what the server brings; it returns when the link is idle again.
func (p *play) says(xml string) {
	p.peer.Send(xml)
	synctest.Wait()
}

// expect takes the stanza with these parts out of those that came.
func (p *play) expect(parts ...string) xmpptest.Stanza {
	p.Helper()
	ctx, cancel := context.WithCancel(p.Context())
	cancel()
	s, err := p.peer.Expect(ctx, parts...)
	if err != nil {
		p.Fatal(err)
	}
	return s
}

// silent fails when a stanza came.
func (p *play) silent() {
	p.Helper()
	if got := p.peer.Received(); len(got) > 0 {
		p.Fatalf("sent %q", got)
	}
}

// heard fails unless the desk heard exactly these events since the last time.
func (p *play) heard(want ...desk.Event) {
	p.Helper()
	got := p.desk.take()
	if fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", want) && len(got)+len(want) > 0 {
		p.Fatalf("the desk heard %#v, want %#v", got, want)
	}
}

func (p *play) logged(part string) {
	p.Helper()
	if !strings.Contains(p.log.String(), part) {
		p.Fatalf("%q is not in the log:\n%s", part, p.log)
	}
}
