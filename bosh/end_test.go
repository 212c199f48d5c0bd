package bosh

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/c2s"
)

func TestB67_Terminate(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("hold='2'")
		p.stream.slow = true
		first, second := p.send(msg(1)), p.send(msg(2))
		last := p.send("type='terminate'", msg(3))
		if got := p.stream.seen("back"); got != "receive message 1, receive message 2, receive message 3, end" {
			t.Errorf("calls %q", got)
		}
		last.held() // not before its payloads are on disk
		p.send().expect("type=terminate condition=item-not-found")
		p.stream.settle(3)
		first.expect("type=terminate")
		second.expect("")
		last.expect("")
		p.send().expect("type=terminate condition=item-not-found")
		p.at(p.rid).expect("type=terminate condition=item-not-found")
	})
	inBubble(t, Options{}, func(b *bench) { // nothing else open
		p := b.open("")
		p.send().drop()
		c := p.send("type='terminate'")
		if got := c.response(); got != "<body xmlns='http://jabber.org/protocol/httpbind' type='terminate'/>" {
			t.Errorf("answered %s", got)
		}
	})
}

func TestB68_TerminateWaitsForItsTurn(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		last := p.at(1002, "type='terminate'")
		last.held()
		if got := p.stream.seen(); got != "" {
			t.Errorf("calls %q", got)
		}
		p.at(1001, msg(1)).expect("type=terminate")
		last.expect("")
		if got := p.stream.seen("back"); got != "receive message 1, end" {
			t.Errorf("calls %q", got)
		}
	})
	inBubble(t, Options{}, func(b *bench) { // while the login is unfinished
		p := b.open("")
		first := p.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='X'/>")
		p.send("type='terminate'").expect("")
		first.expect("type=terminate")
	})
}

func TestB69_Conditions(t *testing.T) {
	for _, condition := range []string{
		"host-gone", "remote-connection-failed", "system-shutdown", "see-other-uri", "internal-server-error",
	} {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open("")
			c := p.send()
			p.stream.conn.Close(&c2s.StreamError{Condition: condition, Text: "https://other.example/?a&b"})
			want := "type=terminate condition=" + condition
			if condition == "see-other-uri" {
				want += " uri"
				if !strings.Contains(c.response(), "<uri>https://other.example/?a&amp;b</uri>") {
					t.Errorf("answered %s", c.response())
				}
			}
			c.expect(want)
		})
	}
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		c := p.send()
		p.stream.conn.Close(&c2s.StreamError{})
		c.expect("type=terminate condition=undefined-condition")
		b.streams.refuse = errors.New("something else")
		b.post(creationOf("")).expect("type=terminate condition=internal-server-error")
		b.streams.refuse = streamError("resource-constraint")
		b.post(creationOf("")).expect("type=terminate condition=remote-stream-error error")
	})
}

func TestB70_FailedLinkAndShutdown(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		b.streams.refuse = streamError("remote-connection-failed")
		b.post(creationOf("")).expect("type=terminate condition=remote-connection-failed")
		p.send(msg(1)).held() // running sessions are kept
		b.streams.refuse = streamError("system-shutdown")
		b.post(creationOf("")).expect("type=terminate condition=system-shutdown")
	})
	inBubble(t, Options{}, func(b *bench) {
		p, q, r := b.open(""), b.open(""), b.open("")
		held := p.send()
		r.stream.slow = true
		unsettled, bye := r.send(msg(1)), r.send("type='terminate'")
		b.m.Drain()
		b.post(creationOf("")).expect("type=terminate condition=system-shutdown")
		held.held() // running ones go on meanwhile
		if err := b.m.Shutdown(context.Background()); err != nil {
			t.Fatal(err)
		}
		held.expect("type=terminate condition=system-shutdown")
		unsettled.expect("type=terminate")
		bye.expect("")
		if got := p.stream.seen("back") + ", " + q.stream.seen(); got != "end, end" {
			t.Errorf("calls %q", got)
		}
		r.stream.settle(1)
		b.post(creationOf("")).expect("type=terminate condition=system-shutdown")
	})
}

// A page that has just got an answer is told with its next request; one that
// does not come is waited for no longer than a moment, one that has gone not at
// all. Whoever asks later is told the same.
func TestShutdownTellsPagesBetweenTwoRequests(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p, gone := b.open(""), b.open("")
		time.Sleep(farewellTime)
		gone.beacon()
		started, done := time.Now(), make(chan error, 1)
		go func() { done <- b.m.Shutdown(context.Background()) }()
		time.Sleep(farewellTime / 2)
		p.send().expect("type=terminate condition=system-shutdown")
		if err := <-done; err != nil || time.Since(started) != farewellTime/2 {
			t.Errorf("shutdown: %v after %s", err, time.Since(started))
		}
		p.send().expect("type=terminate condition=system-shutdown")
	})
	inBubble(t, Options{}, func(b *bench) {
		b.open("")
		started := time.Now()
		if err := b.m.Shutdown(context.Background()); err != nil || time.Since(started) != farewellTime {
			t.Errorf("shutdown: %v after %s", err, time.Since(started))
		}
	})
}

func TestShutdownIsBounded(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		c := p.send()
		p.stream.gate = make(chan struct{}) // a stream that does not answer
		ctx, cancel := context.WithCancel(context.Background())
		err := make(chan error, 1)
		go func() { err <- b.m.Shutdown(ctx) }()
		synctest.Wait()
		c.expect("type=terminate condition=system-shutdown")
		if len(err) != 0 {
			t.Error("did not wait for the stream")
		}
		cancel()
		if got := <-err; !errors.Is(got, context.Canceled) {
			t.Errorf("shutdown: %v", got)
		}
		close(p.stream.gate)
	})
}

func TestB71_LegacyClients(t *testing.T) {
	status := func(b *bench, c *call, want int) {
		b.t.Helper()
		body := c.response()
		if c.rec.Code != want || body != "" {
			b.t.Errorf("status %d, body %q, want %d", c.rec.Code, body, want)
		}
	}
	inBubble(t, Options{}, func(b *bench) {
		status(b, b.post(creationOf("ver=- rid=-")), http.StatusBadRequest)
		b.post(creationOf("ver=- to='x.example'")).expect("type=terminate condition=host-unknown")
		p := b.open("ver=-")
		first := p.send()
		status(b, p.at(5000), http.StatusNotFound)
		first.expect("type=terminate condition=other-request")
		p.send().expect("type=terminate condition=item-not-found") // nobody knows any more
		p = b.open("ver=-")
		status(b, p.send("pause='999'"), http.StatusForbidden)
		p = b.open("ver=-")
		status(b, p.send("ack='x'"), http.StatusBadRequest)
		b.streams.refuse = streamError("policy-violation")
		status(b, b.post(creationOf("ver=-")), http.StatusForbidden)
		b.post("junk").expect("type=terminate condition=bad-request")
	})
}

func TestB72_RecoverableErrors(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		older := p.send(msg(1))
		newer := p.at(p.rid, msg(1))
		older.expect("type=error")
		p.stream.send(1) // the session goes on
		newer.expect("1")
		p.send(msg(2)).held()
		if got := p.stream.seen("back", "delivered"); got != "receive message 1, receive message 2" {
			t.Errorf("calls %q", got)
		}
	})
}

func TestB73_IllegalContent(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		first := p.send()
		p.send("ack='x'", msg(1)).expect("type=terminate condition=bad-request")
		first.expect("type=terminate condition=other-request")
		if got := p.stream.seen("back"); got != "end" {
			t.Errorf("calls %q", got)
		}
	})
	inBubble(t, Options{}, func(b *bench) { // it counts when its turn has come
		p := b.open("")
		bad := p.at(1002, "pause='x'")
		bad.held()
		p.at(1001, msg(1))
		bad.expect("type=terminate condition=bad-request")
		if got := p.stream.seen("back"); got != "receive message 1, end" {
			t.Errorf("calls %q", got)
		}
	})
	inBubble(t, Options{}, func(b *bench) { // what cannot be parsed touches nothing
		p := b.open("")
		first := p.send()
		p.post(p.bodyOf(p.rid+1, "", "<a>")).expect("type=terminate condition=bad-request")
		first.held()
	})
}

func TestB74_ErrorsRevealNothing(t *testing.T) {
	answers := map[string]bool{}
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		known := p.sid
		p.sid = "unknown"
		answers[p.send().response()] = true
		p.sid = known
		answers[p.at(99).response()] = true
		p = b.open(newkey("a", 5))
		answers[p.send(key("b", 4)).response()] = true
		answers[p.send(key("b", 4)).response()] = true // of an ended session
	})
	if len(answers) != 1 {
		t.Errorf("different answers: %v", answers)
	}
}
