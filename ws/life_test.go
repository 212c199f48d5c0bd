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

func TestW15_PingsFromUs(t *testing.T) {
	const ping = 12 * time.Second
	t.Run("while nothing is said", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			pass(5 * time.Second)
			p.say(`<message id="m"/>`)
			pass(ping - time.Millisecond)
			if n := p.pinged(); n != 0 {
				t.Errorf("%d pings too early", n)
			}
			pass(time.Hour)
			if n := p.pinged(); n < 299 || n > 301 {
				t.Errorf("%d pings in an hour", n)
			}
			if got := b.streams.last().seen(); strings.Contains(got, "lost") || strings.Contains(got, "back") {
				t.Errorf("the stream saw %q", got)
			}
			p.expect()
		})
	})
	t.Run("two missed are a lost link", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			s := b.streams.last()
			p.muted(true)
			pass(3*ping - time.Millisecond)
			if n := p.pinged(); n != 2 || s.seen() != "" {
				t.Errorf("%d pings", n)
			}
			pass(time.Millisecond)
			if got := s.seen(); got != "lost" {
				t.Errorf("the stream saw %q", got)
			}
			pass(ping)
			p.say(`<message id="awake"/>`) // the page was frozen
			if got := s.seen(); got != "back, message awake" {
				t.Errorf("the stream saw %q", got)
			}
			pass(3 * ping)
			if got := s.seen(); got != "lost" {
				t.Errorf("the stream saw %q", got)
			}
			pass(2*ping - time.Millisecond)
			if got := s.seen(); got != "" {
				t.Errorf("the stream saw %q", got)
			}
			pass(time.Millisecond)
			if got := s.seen(); got != "end" {
				t.Errorf("the stream saw %q", got)
			}
			p.expect("end")
		})
	})
	t.Run("an open chat keeps the socket", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			s := b.streams.last()
			s.lingers(5 * time.Minute)
			p.muted(true)
			pass(3*ping + 5*time.Minute - time.Millisecond)
			if got := s.seen(); got != "lost" {
				t.Errorf("the stream saw %q", got)
			}
			pass(ping)
			if got := s.seen(); got != "end" {
				t.Errorf("the stream saw %q", got)
			}
		})
	})
	t.Run("a pong is a return", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			p.muted(true)
			pass(3 * ping)
			p.muted(false)
			pass(ping)
			if got := b.streams.last().seen(); got != "lost, back" {
				t.Errorf("the stream saw %q", got)
			}
		})
	})
	t.Run("the interval is a setting", func(t *testing.T) {
		inBubble(t, Options{Ping: time.Second}, func(b *bench) {
			p := b.open()
			pass(time.Minute)
			if n := p.pinged(); n < 59 || n > 61 {
				t.Errorf("%d pings", n)
			}
		})
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

// TestDeliveredByPong: the ping comes a moment after the payload, because
// browsers answer pings for pages that are being left.
func TestDeliveredByPong(t *testing.T) {
	t.Run("in time", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			s := b.streams.last()
			s.send(1, 2)
			pass(proofAfter / 2)
			s.send(3)
			pass(proofAfter/2 - 1)
			if got, n := s.seen(), p.pinged(); got != "" || n != 0 {
				t.Errorf("the stream saw %q after %d pings", got, n)
			}
			pass(1)
			if got, n := s.seen(), p.pinged(); got != "delivered 2" || n != 1 {
				t.Errorf("the stream saw %q after %d pings", got, n)
			}
			pass(proofAfter)
			if got := s.seen(); got != "delivered 3" {
				t.Errorf("the stream saw %q", got)
			}
			pass(proofAfter)
			if n := p.pinged(); n != 1 {
				t.Errorf("%d pings with nothing to prove", n)
			}
		})
	})
	t.Run("a page that is left", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			b.streams.last().send(1)
			pass(proofAfter - 1)
			p.close(1001)
			if got := b.streams.last().seen(); got != "lost, end" {
				t.Errorf("the stream saw %q", got)
			}
		})
	})
	t.Run("after pings that were lost", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			s := b.streams.last()
			p.muted(true)
			s.send(1)
			pass(3 * proofAfter)
			s.send(2)
			if got, n := s.seen(), p.pinged(); got != "" || n != 1 {
				t.Errorf("the stream saw %q after %d pings", got, n)
			}
			p.muted(false)
			pass(24 * time.Second)
			if got := s.seen(); got != "delivered 1, delivered 2" {
				t.Errorf("the stream saw %q", got)
			}
		})
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
