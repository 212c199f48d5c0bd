package bosh

import (
	"fmt"
	"net"
	"slices"
	"testing"
	"time"

	"frontdesk/hold"
)

// Connections of these tests are TCP: what the kernel says cannot be faked.

// one sends a request on a connection of its own and returns the payloads.
func (p *page) one(dial func() *browser, body string) []string {
	p.t.Helper()
	c := dial()
	c.post(body)
	_, text := c.read()
	c.close()
	return readAnswer(p.t, text).payloads
}

// heldOn sends an empty request on that connection and waits until it is parked.
func (p *page) heldOn(c *browser) {
	p.t.Helper()
	c.post(p.next())
	eventually(p.t, "parked", func() bool { return p.m.Stats().Parked == 1 })
}

func TestConnectionForEveryRequest(t *testing.T) {
	b, dial := tcp(t)
	p := dial().session()
	for i := range 200 {
		var got []string
		if i%2 == 0 { // there when the request comes
			p.stream.send(i)
			got = p.one(dial, p.next())
		} else { // while it is held
			c := dial()
			p.heldOn(c)
			p.stream.send(i)
			_, text := c.read()
			c.close()
			got = readAnswer(t, text).payloads
		}
		if !slices.Equal(got, []string{fmt.Sprint(i)}) {
			t.Fatalf("round %d brings %v", i, got)
		}
	}
	if n := b.m.Stats().Doubts; n != 0 {
		t.Errorf("%d doubts", n)
	}
}

// awaitClosed waits until the session knows that the connection of its last
// request is closed, before or after the answer.
func (p *page) awaitClosed() {
	p.t.Helper()
	s := p.m.find(p.sid)
	eventually(p.t, "noticed", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		sl := s.win.find(p.rid)
		return sl.closed || sl.dead
	})
}

func TestAnswerLeftUnreadIsDoubtful(t *testing.T) {
	b, dial := tcp(t)
	p := dial().session()
	c := dial()
	p.heldOn(c)
	p.stream.send(1)
	if _, err := c.in.Peek(1); err != nil { // the answer is here
		t.Fatal(err)
	}
	if err := c.conn.(*net.TCPConn).SetLinger(0); err != nil {
		t.Fatal(err)
	}
	c.close()
	p.awaitClosed()
	if got := p.one(dial, p.next(msg(1))); !slices.Equal(got, []string{"1"}) {
		t.Errorf("then %v", got)
	}
	if b.m.Stats().Doubts != 1 {
		t.Error("not counted")
	}
}

// The news that a connection has ended may be slower than a request on another
// one that was made afterwards.
func TestEndThatComesAfterTheNextRequest(t *testing.T) {
	_, dial := tcpWith(t, hold.Options{LateNews: 10 * time.Second})
	c := dial()
	p := c.session()
	p.heldOn(c)
	p.stream.send(1)
	if _, err := c.in.Peek(1); err != nil { // the answer is here
		t.Fatal(err)
	}
	next := dial()
	next.post(p.next(msg(1)))
	s := p.m.find(p.sid)
	eventually(t, "looked at", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.win.find(p.rid) != nil
	})
	if err := c.conn.(*net.TCPConn).SetLinger(0); err != nil {
		t.Fatal(err)
	}
	c.close()
	next.expect("1")
}

func TestAnswerOnAConnectionThatStaysOpen(t *testing.T) {
	b, dial := tcp(t)
	p := dial().session()
	c := dial()
	p.heldOn(c)
	p.stream.send(1)
	c.expect("1")
	p.stream.send(2)
	if got := p.one(dial, p.next()); !slices.Equal(got, []string{"2"}) {
		t.Errorf("then %v", got)
	}
	if n := b.m.Stats().Doubts; n != 0 {
		t.Errorf("%d doubts", n)
	}
}

func TestEndBeforeTheAnswer(t *testing.T) {
	_, dial := tcp(t)
	p := dial().session()
	c := dial()
	p.heldOn(c)
	if err := c.conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	p.awaitClosed()
	p.stream.send(1)
	if got := p.one(dial, p.next()); !slices.Equal(got, []string{"1"}) {
		t.Errorf("then %v", got)
	}
}

func TestConnectionUsedAgainThatEndsAtOnceIsDoubtful(t *testing.T) {
	for name, parked := range map[string]bool{"parked": true, "answered at once": false} {
		t.Run(name, func(t *testing.T) {
			_, dial := tcp(t)
			c := dial()
			p := c.session()
			if parked {
				p.heldOn(c)
				p.stream.send(1)
			} else {
				p.stream.send(1)
				c.post(p.next())
			}
			c.expect("1")
			c.close()
			p.awaitClosed()
			if got := p.one(dial, p.next(msg(1))); !slices.Equal(got, []string{"1"}) {
				t.Errorf("then %v", got)
			}
		})
	}
}

// TestNavigation is the change of a page: its held request's connection closes
// and at the same moment something comes. The next page, which knows how far
// the last one has got, gets all of it, in order and once.
func TestNavigation(t *testing.T) {
	for name, again := range map[string]bool{"a connection for every request": false, "connections used again": true} {
		t.Run(name, func(t *testing.T) {
			_, dial := tcp(t)
			c := dial()
			p := c.session()
			for round := range 1000 {
				if round == 0 || !again {
					c.close()
					c = dial()
				}
				c = p.navigate(dial, c, round*20, again)
			}
			c.close()
		})
	}
}

// navigate goes through one change of pages. It returns the connection that
// the new page has used.
func (p *page) navigate(dial func() *browser, c *browser, first int, again bool) *browser {
	p.t.Helper()
	p.heldOn(c)
	var want []string
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		for i := range 20 {
			p.stream.send(first + i)
		}
	}()
	for i := range 20 {
		want = append(want, fmt.Sprint(first+i))
	}
	c.close()
	<-sent
	var got []string
	var next *browser
	for len(got) < len(want) {
		if next == nil || !again {
			if next != nil {
				next.close()
			}
			next = dial()
		}
		next.post(p.next())
		_, text := next.read()
		got = append(got, readAnswer(p.t, text).payloads...)
	}
	if !slices.Equal(got, want) {
		p.t.Fatalf("got %v", got)
	}
	return next
}
