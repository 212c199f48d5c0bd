package ws

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/c2s"
)

func TestW12_LostSockets(t *testing.T) {
	t.Run("cut", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			p.conn.Close()
			synctest.Wait()
			if got := b.streams.last().seen(); got != "lost, end" {
				t.Errorf("the stream saw %q", got)
			}
		})
	})
	t.Run("closed by the page's end", func(t *testing.T) { // no <close/>
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			p.close(1001)
			p.expect("closed 1001", "end")
			if got := b.streams.last().seen(); got != "lost, end" {
				t.Errorf("the stream saw %q", got)
			}
			if n := b.e.Stats().Lost; n != 1 {
				t.Errorf("%d lost", n)
			}
		})
	})
}

// TestW15_PingsOnDemand: who asks, and what an answer means, is the stream's
// affair.
func TestW15_PingsOnDemand(t *testing.T) {
	answered := func(s *fakeStream) func() { return func() { defer s.enter()(); s.note("pong") } }
	t.Run("answered", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			s, c := b.streams.last(), b.streams.last().conn.(c2s.Socket)
			pass(time.Hour)
			if n := p.pinged(); n != 0 {
				t.Errorf("%d pings that nobody asked for", n)
			}
			before := c.LastBytes()
			c.Ping(answered(s))
			synctest.Wait()
			if got, n := s.seen(), p.pinged(); got != "pong" || n != 1 {
				t.Errorf("the stream saw %q after %d pings", got, n)
			}
			if after := c.LastBytes(); after.Sub(before) != time.Hour {
				t.Errorf("the last bytes came at %s and %s", before, after)
			}
		})
	})
	t.Run("behind what was sent", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			s, c := b.streams.last(), b.streams.last().conn.(c2s.Socket)
			p.muted(true)
			s.send(1, 2)
			c.Ping(answered(s))
			p.expect("text <message ", "text <message ")
			if n := p.pinged(); n != 1 {
				t.Errorf("%d pings", n)
			}
		})
	})
	t.Run("one at a time", func(t *testing.T) {
		inBubble(t, Options{Ping: 12 * time.Second}, func(b *bench) {
			p := b.open()
			s, c := b.streams.last(), b.streams.last().conn.(c2s.Socket)
			p.muted(true)
			c.Ping(answered(s))
			pass(8 * time.Second)
			c.Ping(answered(s))
			if n := p.pinged(); n != 1 {
				t.Errorf("%d pings", n)
			}
			pass(time.Second) // the first counts as lost
			p.muted(false)
			c.Ping(answered(s))
			synctest.Wait()
			if got := s.seen(); got != "pong" {
				t.Errorf("the stream saw %q", got)
			}
		})
	})
	t.Run("not while it closes", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			s, c := b.streams.last(), b.streams.last().conn.(c2s.Socket)
			c.Close(nil)
			c.Ping(answered(s))
			p.expect(closeWord)
			if n := p.pinged(); n != 0 {
				t.Errorf("%d pings", n)
			}
		})
	})
}

func TestDropSaysNothing(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open()
		s := b.streams.last()
		s.conn.(c2s.Socket).Drop()
		p.expect("end")
		if got := s.seen(); got != "lost, end" {
			t.Errorf("the stream saw %q", got)
		}
	})
}

func TestW15_PingsOfThePeer(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.dial()
		p.write(frameOf(true, 9, []byte("before the header")))
		p.expect("pong before the header")
		p.say(openFrame)
		p.expect("text <open ", "text <stream:features ")
		long := strings.Repeat("x", 125)
		p.write(frameOf(true, 9, []byte(long)))
		p.expect("pong " + long)
		p.say(" ") // a keepalive of TCP's kind
		p.expect(streamError("not-well-formed"), closeWord)
	})
}

func TestW18_CloseCodes(t *testing.T) {
	const bye = `<close xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>`
	t.Run("the program stops", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			polite, silent, unopened := b.open(), b.open(), b.dial()
			done := make(chan error)
			go func() { done <- b.e.Shutdown(context.Background()) }()
			polite.expect(streamError("system-shutdown"), closeWord)
			for _, s := range b.streams.streams {
				if got := s.seen(); got != "end" {
					t.Errorf("a stream saw %q", got)
				}
			}
			polite.say(bye)
			polite.expect("closed 1001")
			polite.close(1001)
			polite.expect("end")
			pass(leaveWithin)
			silent.expect(streamError("system-shutdown"), closeWord, "closed 1001")
			unopened.expect("text <open ", streamError("system-shutdown"), closeWord, "closed 1001")
			if _, resp := b.request(handshake); resp.StatusCode != 503 {
				t.Errorf("new socket: %s", resp.Status)
			}
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	})
	t.Run("the program cannot wait", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			b.open()
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			if err := b.e.Shutdown(ctx); err == nil {
				t.Error("no error")
			}
			if n := b.e.Stats().Sockets; n != 0 {
				t.Errorf("%d sockets", n)
			}
		})
	})
	t.Run("an internal error", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			b.streams.last().conn.Close(&c2s.StreamError{Condition: "internal-server-error"})
			p.say(bye)
			p.expect(streamError("internal-server-error"), closeWord, "closed 1011")
		})
	})
	t.Run("a panic", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			p.say(`<panic/>`)
			p.expect(streamError("internal-server-error"), closeWord, "closed 1011")
			if got := b.streams.last().seen(); got != "panic, end" {
				t.Errorf("the stream saw %q", got)
			}
			if n := b.e.count.panics.Swap(0); n != 1 {
				t.Errorf("%d panics", n)
			}
		})
	})
	t.Run("theirs is echoed", func(t *testing.T) {
		for _, code := range []uint16{1000, 1001, 3000, 4999} {
			inBubble(t, Options{}, func(b *bench) {
				p := b.open()
				p.close(code)
				p.expect("closed "+itoa(code), "end")
			})
		}
	})
}

func TestW22_TimeLimits(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.dial()
		pass(openWithin - time.Millisecond)
		p.expect()
		pass(time.Millisecond)
		p.expect("text <open ", streamError("connection-timeout"), closeWord, "closed 1000")
		pass(closeWithin)
		p.expect("end")
	})
	inBubble(t, Options{}, func(b *bench) { // the time to bind is the stream's
		p := b.open()
		pass(openWithin)
		p.expect()
	})
}
