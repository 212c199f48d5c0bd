package link

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

	"frontdesk/internal/xmpptest"
	"frontdesk/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	testDomain = "chat.localhost"
	testSecret = "s3cret"
	alice      = "alice@localhost"
)

// What a handler hears.
type (
	up        struct{ link uint64 }
	down      struct{}
	confirmed struct{ numbers string } // in order, with spaces between them
	unsent    struct{ number int64 }
	received  struct{ kind, from, id string }
)

// recorder is a handler, and the receiver of all its connections, that keeps
// what it hears.
type recorder struct {
	mu    sync.Mutex
	conn  *Conn // opened last
	told  []any
	hear  func(any) // called for each, when set
	swept int
}

func (r *recorder) Open(c *Conn) Receiver {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.conn = c
	return r
}

func (r *recorder) Up(link uint64)      { r.note(up{link}) }
func (r *recorder) Down()               { r.note(down{}) }
func (r *recorder) Confirmed(n []int64) { r.note(confirmed{strings.Trim(fmt.Sprint(n), "[]")}) }
func (r *recorder) Unsent(number int64) { r.note(unsent{number}) }

func (r *recorder) Stanza(e *wire.Element) {
	r.note(received{e.Name.Local, e.Attr("from"), e.Attr("id")})
}

func (r *recorder) Sweep(*Writer, time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.swept++
}

func (r *recorder) note(e any) {
	r.mu.Lock()
	r.told = append(r.told, e)
	hear := r.hear
	r.mu.Unlock()
	if hear != nil {
		hear(e)
	}
}

// latest returns the connection that was opened last.
func (r *recorder) latest() *Conn {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.conn
}

// take returns what was heard since the last take.
func (r *recorder) take() []any {
	r.mu.Lock()
	defer r.mu.Unlock()
	told := r.told
	r.told = nil
	return told
}

// text is an item of one message.
func text(number int64, body string) Item {
	return Item{Number: number, Build: func(w *Writer) bool { return w.Add([]byte(message(body))) }}
}

func message(body string) string {
	return "<message from='v@chat.localhost' to='alice@localhost'><body>" + body + "</body></message>"
}

// play is one link with its fake server and handler, inside a bubble.
type play struct {
	*testing.T
	server  *xmpptest.Server
	handler *recorder
	link    *Link
	peer    *xmpptest.Peer
	log     *xmpptest.Log
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
	p := prepare(t, s, o)
	p.link.Start()
	return p
}

func prepare(t *testing.T, s *xmpptest.Server, o Options) *play {
	t.Helper()
	s.Domain, s.Secret = testDomain, testSecret
	p := &play{T: t, server: s, handler: &recorder{}, log: &xmpptest.Log{}}
	o.Domain, o.Dial = testDomain, s.Dial
	if o.Secret == "" {
		o.Secret = testSecret
	}
	o.Log = slog.New(slog.NewTextHandler(p.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	if p.link, err = New(o, p.handler); err != nil {
		t.Fatal(err)
	}
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

// send is what the handler does; it returns when the link is idle again.
func (p *play) send(items ...Item) {
	p.handler.latest().Send(items)
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

// heard fails unless the handler heard exactly this since the last time.
func (p *play) heard(want ...any) {
	p.Helper()
	if got := p.handler.take(); fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", want) && len(got)+len(want) > 0 {
		p.Fatalf("the handler heard %#v, want %#v", got, want)
	}
}

func (p *play) logged(part string) {
	p.Helper()
	if !strings.Contains(p.log.String(), part) {
		p.Fatalf("%q is not in the log:\n%s", part, p.log)
	}
}
