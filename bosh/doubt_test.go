package bosh

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// overHTTP runs f with a session and a real HTTP server on pipes.
func overHTTP(t *testing.T, more string, f func(p *page, dial func() *browser)) {
	t.Helper()
	inBubble(t, Options{}, func(b *bench) {
		dial, stop := b.serve()
		defer stop()
		f(b.open(more), dial)
	})
}

// next is the body of the next request.
func (p *page) next(what ...string) string {
	p.rid++
	return p.bodyOf(p.rid, "", strings.Join(what, ""))
}

func TestDoubt_AnswerOnADyingConnection(t *testing.T) {
	overHTTP(t, "", func(p *page, dial func() *browser) {
		old := dial()
		old.post(p.next())
		p.stream.send(1, 2)
		old.read()  // the browser has it, the page that goes does not
		old.close() // the socket closes with the request
		p.stream.send(3)
		old = dial()
		old.post(p.next(msg(7)))
		old.expect("1 2 3")
		if got := p.stream.seen(); got != "back, back, receive message 7" {
			t.Errorf("calls %q", got)
		}
		old.post(p.next())
		if got := p.stream.seen(); got != "delivered 3, back" {
			t.Errorf("calls %q", got)
		}
	})
}

func TestDoubt_UnreadAnswer(t *testing.T) {
	overHTTP(t, "", func(p *page, dial func() *browser) {
		old := dial()
		old.post(p.next())
		p.stream.send(1)
		synctest.Wait()
		old.close() // while the answer is being written
		old = dial()
		old.post(p.next())
		old.expect("1")
	})
}

func TestDoubt_ALaterRequestSettlesIt(t *testing.T) {
	overHTTP(t, "", func(p *page, dial func() *browser) {
		old, other := dial(), dial()
		old.post(p.next())
		p.stream.send(1)
		old.expect("1")
		other.post(p.next()) // in order: the answer has arrived
		old.close()
		p.stream.send(2)
		other.expect("2")
		if got := p.stream.seen("back"); got != "delivered 1" {
			t.Errorf("calls %q", got)
		}
	})
}

func TestDoubt_ALivingConnectionSettlesIt(t *testing.T) {
	overHTTP(t, "", func(p *page, dial func() *browser) {
		old, other, third := dial(), dial(), dial()
		old.post(p.next())
		p.stream.slow = true
		other.post(p.next(msg(5))) // still being stored: the older one stays open
		p.stream.send(1)
		old.expect("1")
		old.close() // a browser closes idle connections
		p.stream.settle(1)
		third.post(p.next())
		other.expect("") // no second 1: the page is alive on this connection
		third.close()
	})
}

func TestDoubt_BothConnectionsDie(t *testing.T) {
	overHTTP(t, "", func(p *page, dial func() *browser) {
		old, other, third := dial(), dial(), dial()
		old.post(p.next())
		p.stream.slow = true
		other.post(p.next(msg(5)))
		p.stream.send(1)
		old.expect("1")
		p.stream.settle(1)
		p.stream.send(2)
		other.expect("2")
		old.close()
		other.close()
		third.post(p.next())
		third.expect("1 2") // in their order
	})
}

func TestDoubt_RepeatGetsTheSameAnswer(t *testing.T) {
	overHTTP(t, "", func(p *page, dial func() *browser) {
		old := dial()
		old.post(p.next())
		p.stream.send(1)
		_, first := old.read()
		old.close()
		old = dial()
		old.post(p.bodyOf(p.rid, "", ""))
		if _, again := old.read(); again != first {
			t.Errorf("repeat gives %s, not %s", again, first)
		}
		old.post(p.next(msg(3)))
		if got := p.stream.seen("back", "receive"); got != "delivered 1" {
			t.Errorf("calls %q", got)
		}
	})
}

func TestDoubt_AcknowledgedAnswers(t *testing.T) {
	overHTTP(t, "ack='1'", func(p *page, dial func() *browser) {
		old := dial()
		old.post(p.next())
		p.stream.send(1)
		old.expect("1")
		old.close()
		old = dial()
		p.rid++
		old.post(p.bodyOf(p.rid, "ack='1001'", ""))
		if got := p.stream.seen("back"); got != "delivered 1" {
			t.Errorf("calls %q", got)
		}
	})
}

func TestDoubt_NotWhenTheConnectionClosesAnyway(t *testing.T) {
	for _, header := range []string{"Connection: close\r\n", ""} {
		overHTTP(t, "", func(p *page, dial func() *browser) {
			old := dial()
			text := postText(p.next(), header)
			if header == "" {
				text = strings.Replace(text, "HTTP/1.1", "HTTP/1.0", 1)
			}
			old.write(text)
			p.stream.send(1)
			old.expect("1")
			old.close()
			old = dial()
			old.post(p.next())
			if got := p.stream.seen("back"); got != "delivered 1" {
				t.Errorf("calls %q", got)
			}
		})
	}
}

// Of two requests the younger one proves that the page is there.
func TestDoubt_TheYoungestRequestGetsThePayloads(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		p.stream.slow = true
		older := p.send(msg(1))
		p.stream.send(1)
		older.held()
		younger := p.send()
		younger.held()
		p.stream.settle(1)
		older.expect("")
		younger.expect("1")
	})
}

func TestDoubt_LeavingPage(t *testing.T) {
	overHTTP(t, "", func(p *page, dial func() *browser) {
		old, beacon := dial(), dial()
		old.post(p.next())
		p.stream.send(1)
		old.expect("1") // and the page goes before it reads it
		beacon.write(postText(p.next("<presence xmlns='jabber:client' type='unavailable'/>"), "Content-Type: text/plain\r\n"))
		beacon.expect("")
		time.Sleep(time.Second)
		old.post(p.next(msg(2)))
		old.expect("1")
		if got := p.stream.seen(); got != "back, lost, back, receive message 2" {
			t.Errorf("calls %q", got)
		}
	})
}

func TestHeldRequestNoticesItsPeerGoing(t *testing.T) {
	overHTTP(t, "", func(p *page, dial func() *browser) {
		c := dial()
		c.post(p.next())
		time.Sleep(15 * time.Second) // longer than the time for a body: no deadline is left over
		synctest.Wait()
		if got := p.stream.seen(); got != "back" {
			t.Errorf("calls %q", got)
		}
		c.close()
		if got := p.stream.seen(); got != "lost" {
			t.Errorf("calls %q", got)
		}
		p.stream.send(1)
		c = dial()
		c.post(p.next())
		c.expect("1")
	})
}
