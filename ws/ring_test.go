package ws

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestNoRingAfterTheSocket: nothing may begin for a socket that is over, since
// nobody waits for it.
func TestNoRingAfterTheSocket(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p, began := b.open(), 0
		c := b.streams.last().conn.(*conn)
		b.e.attend(c, func() { began++ })
		synctest.Wait()
		p.conn.Close()
		synctest.Wait()
		b.e.attend(c, func() { began++ })
		c.Ring()
		pass(time.Hour)
		if began != 1 {
			t.Errorf("%d began", began)
		}
	})
}

// TestRingAsTheLastSocketEnds has an alarm ring in the moment in which its
// socket ends, and with it what Shutdown waits for.
func TestRingAsTheLastSocketEnds(t *testing.T) {
	for range 1000 {
		inBubble(t, Options{}, func(b *bench) {
			p := b.dial()
			go func() {
				time.Sleep(leaveWithin)
				_ = p.conn.Close()
			}()
			if err := b.e.Shutdown(b.t.Context()); err != nil {
				b.t.Error(err)
			}
		})
	}
}
