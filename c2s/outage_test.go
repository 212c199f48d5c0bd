package c2s

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestB70_OutageOfTheLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		p := b.visitor()
		b.hub.Link(false)
		time.Sleep(20 * time.Second)
		b.hub.Link(false)
		if err := b.hub.outage.refusal(); err != nil {
			t.Errorf("refused after 20 s: %v", err)
		}
		time.Sleep(11 * time.Second)
		var refused *StreamError
		if _, err := b.hub.Open(p.conn, Hello{To: domain}); !errors.As(err, &refused) || refused.Condition != "remote-connection-failed" {
			t.Errorf("open after 31 s: %v", err)
		}
		b.hub.Link(true)
		time.Sleep(time.Hour)
		synctest.Wait()
		if p.conn.isClosed() {
			t.Error("a stream was ended although the link came back")
		}
		b.hub.Link(false)
		time.Sleep(10*time.Minute + time.Second)
		synctest.Wait()
		if !p.conn.isClosed() {
			t.Error("a stream outlived ten minutes without a link")
		}
	})
}
