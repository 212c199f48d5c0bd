package hold

import (
	"bufio"
	"context"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server takes every line for a request and parks its connection where it can.
type server struct {
	t        *testing.T
	conns    *Conns
	listener net.Listener
	requests chan *request
	stay     bool           // goroutines wait, nothing is parked
	early    func(*request) // called before a request is parked
	work     sync.WaitGroup
}

// request is an exchange and its owner.
type request struct {
	Exchange
	line   string
	answer chan string   // taken by Bytes
	told   chan struct{} // closed by Gone
}

func (r *request) Bytes() []byte { return []byte(<-r.answer) }
func (r *request) Gone()         { close(r.told) }

// reply wakes the exchange with an answer.
func (r *request) reply(text string) bool {
	r.answer <- text
	return r.Wake(true)
}

// newServer runs a server on the loopback interface until the test is over.
func newServer(t *testing.T, opt Options) *server {
	t.Helper()
	s := newSilentServer(t, opt)
	s.listener = s.conns.Listener(s.listener)
	s.work.Go(s.accept)
	return s
}

// newSilentServer returns a server that nobody has wrapped or started.
func newSilentServer(t *testing.T, opt Options) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, conns: New(opt), listener: l, requests: make(chan *request, 100)}
	t.Cleanup(func() {
		s.conns.Close()
		_ = s.listener.Close()
		s.work.Wait()
	})
	return s
}

func (s *server) accept() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.work.Go(func() { s.serve(c) })
	}
}

// serve reads requests until one is parked or the connection ends.
func (s *server) serve(c net.Conn) {
	k := CarrierOf(s.conns.Opened(context.Background(), c))
	in := bufio.NewReader(c)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			break
		}
		s.conns.Active(c)
		r := &request{line: line, answer: make(chan string, 1), told: make(chan struct{})}
		r.Begin(k, r)
		if !s.stay && r.CanPark(k) {
			s.conns.Hijacked(c)
			if s.early != nil {
				s.early(r)
			}
			ahead, _ := in.Peek(in.Buffered())
			r.Park(ahead)
			s.requests <- r
			return
		}
		s.requests <- r
		if !s.wait(c, k, r) {
			break
		}
	}
	_ = c.Close()
	s.conns.Closed(c)
}

// wait waits for the answer in this goroutine and writes it.
func (s *server) wait(c net.Conn, k *Carrier, r *request) bool {
	if !r.Wait(s.t.Context()) {
		return false
	}
	k.Carry(&r.Exchange)
	_, err := c.Write(r.Bytes())
	r.Written()
	return err == nil
}

// peer is the other end of a connection.
type peer struct {
	t  *testing.T
	in *bufio.Reader
	*net.TCPConn
}

func (s *server) dial() *peer {
	s.t.Helper()
	c, err := net.Dial("tcp", s.listener.Addr().String())
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = c.Close() })
	_ = c.SetReadDeadline(time.Now().Add(time.Minute))
	return &peer{t: s.t, in: bufio.NewReader(c), TCPConn: c.(*net.TCPConn)}
}

// ask sends a line and returns the request that the server has read.
func (s *server) ask(p *peer, line string) *request {
	s.t.Helper()
	p.say(line)
	return s.next(line)
}

// next is the next request, which has to be that line.
func (s *server) next(line string) *request {
	s.t.Helper()
	r := <-s.requests
	if r.line != line+"\n" {
		s.t.Fatalf("request %q, want %q", r.line, line)
	}
	return r
}

func (p *peer) say(line string) {
	p.t.Helper()
	if _, err := io.WriteString(p, line+"\n"); err != nil {
		p.t.Fatal(err)
	}
}

// expect reads a line.
func (p *peer) expect(want string) {
	p.t.Helper()
	got, err := p.in.ReadString('\n')
	if got != want+"\n" {
		p.t.Fatalf("got %q, want %q: %v", got, want, err)
	}
}

// expectEnd waits until the connection is closed.
func (p *peer) expectEnd() {
	p.t.Helper()
	if rest, _ := io.ReadAll(p.in); len(rest) > 0 {
		p.t.Fatalf("then %q", rest)
	}
}

// reset ends the connection without reading what has come.
func (p *peer) reset() {
	p.t.Helper()
	if err := p.SetLinger(0); err != nil {
		p.t.Fatal(err)
	}
	_ = p.Close()
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for limit := time.After(time.Minute); !ok(); {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatal("never: " + what)
		}
	}
}

// in reports a condition of the exchange.
func (r *request) in(ok func(*Exchange) bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return ok(&r.Exchange)
}

func isIdle(e *Exchange) bool { return e.state == idle }
