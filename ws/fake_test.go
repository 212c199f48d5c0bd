package ws

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"frontdesk/c2s"
	"frontdesk/wire"
)

// fakeStreams is a c2s that keeps account of what the transport tells it.
type fakeStreams struct {
	mu      sync.Mutex
	refuse  error // for Open
	streams []*fakeStream
}

func (f *fakeStreams) Open(conn c2s.Conn, hello c2s.Hello) (c2s.Stream, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refuse != nil {
		return nil, f.refuse
	}
	s := &fakeStream{conn: conn, hello: hello, id: "first"}
	f.streams = append(f.streams, s)
	return s, nil
}

// last returns the stream opened last.
func (f *fakeStreams) last() *fakeStream {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.streams[len(f.streams)-1]
}

// fakeStream records its calls, in order. An element <success/> logs in,
// <fail/> ends the stream, <panic/> panics.
type fakeStream struct {
	conn  c2s.Conn
	hello c2s.Hello

	mu       sync.Mutex
	id       string
	calls    []string
	inside   int
	overlap  bool // two calls at the same time
	loggedIn bool
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

func (s *fakeStream) ID() string { return s.id }

func (s *fakeStream) Features() []byte {
	defer s.enter()()
	return []byte(`<stream:features xmlns:stream="http://etherx.jabber.org/streams" />`)
}

func (s *fakeStream) Restart(h c2s.Hello) error {
	defer s.enter()()
	if h.To != "chat.example.com" {
		return &c2s.StreamError{Condition: "host-unknown"}
	}
	if s.loggedIn {
		s.id, s.loggedIn = "second", false
	}
	return nil
}

func (s *fakeStream) Receive(e *wire.Element, settled func()) error {
	defer s.enter()()
	defer settled()
	s.note("%s", strings.TrimSpace(e.Name.Local+" "+e.Attr("id")))
	switch e.Name.Local {
	case "success":
		s.loggedIn = true
	case "fail":
		return &c2s.StreamError{Condition: "not-authorized"}
	case "panic":
		panic("asked for")
	}
	return nil
}

func (s *fakeStream) Delivered(n uint64) { defer s.enter()(); s.note("delivered %d", n) }
func (s *fakeStream) LinkLost()          { defer s.enter()(); s.note("lost") }
func (s *fakeStream) LinkBack()          { defer s.enter()(); s.note("back") }
func (s *fakeStream) End()               { defer s.enter()(); s.note("end") }

func (s *fakeStream) Linger() time.Duration { defer s.enter()(); return 0 }

// send sends numbered messages.
func (s *fakeStream) send(ids ...int) {
	for _, id := range ids {
		s.conn.Send(fmt.Appendf(nil, `<message xmlns="jabber:client" id="%d" />`, id))
	}
}

// seen returns the calls since the last time.
func (s *fakeStream) seen() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := strings.Join(s.calls, ", ")
	s.calls = nil
	return out
}
