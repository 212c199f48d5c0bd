package bosh

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"frontdesk/c2s"
	"frontdesk/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const fakeFeatures = "<stream:features xmlns:stream='http://etherx.jabber.org/streams'>" +
	"<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>ANONYMOUS</mechanism></mechanisms></stream:features>"

// fakeStreams is a c2s that keeps account of what the transport tells it.
type fakeStreams struct {
	mu      sync.Mutex
	refuse  error // for Open
	streams []*fakeStream
	onOpen  func(*fakeStream)
}

func (f *fakeStreams) Open(conn c2s.Conn, hello c2s.Hello) (c2s.Stream, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refuse != nil {
		return nil, f.refuse
	}
	st := &fakeStream{conn: conn, hello: hello}
	f.streams = append(f.streams, st)
	if f.onOpen != nil {
		f.onOpen(st)
	}
	return st, nil
}

// last returns the stream opened last.
func (f *fakeStreams) last() *fakeStream {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.streams[len(f.streams)-1]
}

// fakeStream records its calls, in order.
type fakeStream struct {
	conn  c2s.Conn
	hello c2s.Hello

	mu        sync.Mutex
	calls     []string
	inside    int
	overlap   bool              // two calls at the same time
	slow      bool              // payloads settle by settle() only
	unsettled []func()          // of slow
	linger    time.Duration     // for Linger
	fail      map[string]error  // for Receive, by element name
	answers   map[string]string // sent by Receive, by element name
	delivered uint64
	gate      chan struct{} // End waits for it
	stall     chan struct{} // Receive waits for it
}

func (s *fakeStream) note(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, fmt.Sprintf(format, args...))
}

// enter finds calls that overlap.
func (s *fakeStream) enter() func() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inside++
	s.overlap = s.overlap || s.inside > 1
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.inside--
	}
}

func (s *fakeStream) ID() string { return "id" }

func (s *fakeStream) Features() []byte {
	defer s.enter()()
	return []byte(fakeFeatures)
}

func (s *fakeStream) Restart(h c2s.Hello) error {
	defer s.enter()()
	s.note("restart %s %s", h.To, h.Lang)
	if h.To != "chat.example.com" {
		return &c2s.StreamError{Condition: "host-unknown"}
	}
	return nil
}

func (s *fakeStream) Receive(e *wire.Element, settled func()) error {
	defer s.enter()()
	s.note("receive %s", describe(e))
	if e.Name.Local == "panic" {
		panic("asked for")
	}
	if s.stall != nil {
		<-s.stall
	}
	s.mu.Lock()
	slow, err, answer := s.slow, s.fail[e.Name.Local], s.answers[e.Name.Local]
	if slow {
		s.unsettled = append(s.unsettled, settled)
	}
	s.mu.Unlock()
	if answer != "" {
		s.conn.Send([]byte(answer))
	}
	if !slow {
		settled()
	}
	return err
}

func (s *fakeStream) Delivered(n uint64) {
	defer s.enter()()
	s.mu.Lock()
	s.delivered = n
	s.mu.Unlock()
	s.note("delivered %d", n)
}

func (s *fakeStream) LinkLost() { defer s.enter()(); s.note("lost") }
func (s *fakeStream) LinkBack() { defer s.enter()(); s.note("back") }

func (s *fakeStream) End() {
	defer s.enter()()
	if s.gate != nil {
		<-s.gate
	}
	s.note("end")
}

func (s *fakeStream) Linger() time.Duration {
	defer s.enter()()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.linger
}

// settle settles the n oldest unsettled payloads.
func (s *fakeStream) settle(n int) {
	s.mu.Lock()
	now := s.unsettled[:n]
	s.unsettled = s.unsettled[n:]
	s.mu.Unlock()
	for _, f := range now {
		f()
	}
}

// send sends numbered messages.
func (s *fakeStream) send(ids ...int) {
	for _, id := range ids {
		s.conn.Send(fmt.Appendf(nil, "<message xmlns='jabber:client' id='%d'/>", id))
	}
}

// seen returns the calls since the last time, without those of no interest.
func (s *fakeStream) seen(ignore ...string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, c := range s.calls {
		if !strings.Contains(" "+strings.Join(ignore, " ")+" ", " "+strings.Fields(c)[0]+" ") {
			out = append(out, c)
		}
	}
	s.calls = nil
	return strings.Join(out, ", ")
}

// describe names an element as the tests write it.
func describe(e *wire.Element) string {
	d := e.Name.Local
	if id := e.Attr("id"); id != "" {
		d += " " + id
	}
	if typ := e.Attr("type"); typ != "" {
		d += " " + typ
	}
	return d
}
