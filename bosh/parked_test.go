package bosh

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/hold"
)

// tcp runs a manager behind a real listener with parking.
func tcp(t *testing.T) (b *bench, dial func() *browser) {
	t.Helper()
	return tcpWith(t, hold.Options{})
}

func tcpWith(t *testing.T, opt hold.Options) (b *bench, dial func() *browser) {
	t.Helper()
	b = newBenchBehind(t, pagesOf("https://a.example"), Options{})
	b.m.conns = hold.New(opt)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: b.m, ConnContext: b.m.ConnContext, ConnState: b.m.ConnState}
	ended := make(chan error, 1)
	parking := b.m.Listener(l)
	go func() { ended <- srv.Serve(parking) }()
	var conns []net.Conn
	t.Cleanup(func() {
		if err := b.m.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		_ = srv.Close()
		<-ended
		for _, c := range conns {
			_ = c.Close()
		}
	})
	return b, func() *browser {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		conns = append(conns, c)
		return &browser{b: b, conn: c, in: bufio.NewReader(c), real: true}
	}
}

// eventually waits until a condition holds.
func eventually(t testing.TB, what string, ok func() bool) {
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

// session opens a session over the connection.
func (c *browser) session() *page {
	c.b.t.Helper()
	c.post(creationOf(""))
	_, body := c.read()
	return &page{bench: c.b, sid: sidOf(body), rid: firstRid, stream: c.b.streams.last()}
}

func (s *fakeStream) has(call string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.calls, call)
}

func TestParkedRequestsNeedNoGoroutines(t *testing.T) {
	b, dial := tcp(t)
	before := runtime.NumGoroutine()
	var lines []*browser
	var pages []*page
	for range 100 {
		c := dial()
		lines, pages = append(lines, c), append(pages, c.session())
	}
	for round := range 3 { // on the same connections
		for i, c := range lines {
			c.post(pages[i].next())
		}
		eventually(t, "all requests are parked", func() bool { return b.m.Stats().Parked == len(lines) })
		eventually(t, "their goroutines have ended", func() bool { return runtime.NumGoroutine() < before+20 })
		for i, c := range lines {
			pages[i].stream.send(round)
			c.expect(fmt.Sprint(round))
		}
		if n := b.m.Stats().Waiting; n != 0 {
			t.Errorf("%d requests wait", n)
		}
	}
}

func TestParkedRequestsNoticeTheirPeersGoing(t *testing.T) {
	_, dial := tcp(t)
	c := dial()
	p := c.session()
	c.post(p.next())
	eventually(t, "parked", func() bool { return p.m.Stats().Parked == 1 })
	c.close()
	eventually(t, "lost", func() bool { return p.stream.has("lost") })
	p.stream.send(1)
	c = dial()
	c.post(p.next())
	c.expect("1")
	eventually(t, "back", func() bool { return p.m.Stats().Parked == 0 })
}

func TestParkedAnswersMayBeDoubtful(t *testing.T) {
	b, dial := tcp(t)
	c := dial()
	p := c.session()
	c.post(p.next())
	eventually(t, "parked", func() bool { return b.m.Stats().Parked == 1 })
	p.stream.send(1)
	c.expect("1")
	c.close()
	s := b.m.find(p.sid)
	eventually(t, "doubtful", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.win.find(p.rid).closed
	})
	c = dial()
	c.post(p.next())
	c.expect("1")
	if b.m.Stats().Doubts != 1 {
		t.Error("not counted")
	}
}

func TestParkedConnectionsTakePipelinedRequests(t *testing.T) {
	b, dial := tcp(t)
	c := dial()
	p := c.session()
	c.write(postText(p.next(msg(1)), "") + postText(p.next(msg(2)), ""))
	eventually(t, "the first one", func() bool { return p.stream.has("receive message 1") })
	p.stream.send(7)
	c.expect("7")
	eventually(t, "the second one", func() bool { return p.stream.has("receive message 2") })
	p.stream.send(8)
	c.expect("8")
	c.post(p.next()) // and one that comes while it is parked
	eventually(t, "parked", func() bool { return b.m.Stats().Parked == 1 })
	c.post(p.next(msg(3)))
	p.stream.send(9)
	c.expect("9")
	eventually(t, "the next one", func() bool { return p.stream.has("receive message 3") })
}

func TestParkedAnswersAreCompleteResponses(t *testing.T) {
	b, dial := tcp(t)
	c := dial()
	p := c.session()
	c.write(postText(p.next(), "Origin: https://a.example\r\nAccept-Encoding: gzip\r\n"))
	eventually(t, "parked", func() bool { return b.m.Stats().Parked == 1 })
	p.stream.conn.Send([]byte("<message xmlns='jabber:client'>" + strings.Repeat("x", 3000) + "</message>"))
	resp, _ := c.read()
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin": "https://a.example", "Cache-Control": "no-store", "Content-Encoding": "gzip",
		"Content-Type": "text/xml; charset=utf-8", "X-Content-Type-Options": "nosniff",
	} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if resp.Header.Get("Date") == "" || len(resp.Header["Vary"]) != 2 {
		t.Errorf("headers %v", resp.Header)
	}
}

func TestParkedRequestsLearnOfTheShutdown(t *testing.T) {
	b, dial := tcp(t)
	c := dial()
	p := c.session()
	c.post(p.next())
	eventually(t, "parked", func() bool { return b.m.Stats().Parked == 1 })
	if err := b.m.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	c.expect("type=terminate condition=system-shutdown")
	if n := b.m.Stats().Parked; n != 0 {
		t.Errorf("%d parked", n)
	}
}
