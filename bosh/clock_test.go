package bosh

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestB59_Inactivity(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		c := p.send()
		time.Sleep(30 * time.Second) // does not count while held
		c.expect("")
		time.Sleep(30*time.Second - 1)
		synctest.Wait()
		if n := b.m.Stats().Sessions; n != 1 {
			t.Fatal("ended too early")
		}
		time.Sleep(1)
		synctest.Wait()
		if n := b.m.Stats().Sessions; n != 0 {
			t.Fatal("not ended")
		}
		p.send().expect("type=terminate condition=item-not-found")
		if got := p.stream.seen("back"); got != "lost, end" {
			t.Errorf("calls %q", got)
		}
	})
	inBubble(t, Options{}, func(b *bench) { // longer while the stream says so
		p := b.open("")
		p.stream.linger = time.Minute
		p.send().drop()
		time.Sleep(time.Minute - 1)
		p.send().held()
		if got := p.stream.seen(); got != "back, lost, back" {
			t.Errorf("calls %q", got)
		}
	})
	inBubble(t, Options{}, func(b *bench) { // counted from the loss of the link
		p := b.open("")
		p.stream.linger = time.Minute
		p.stream.send(1)
		p.send().expect("1")
		time.Sleep(70*time.Second - 1) // ten seconds of silence are no loss
		synctest.Wait()
		if n := b.m.Stats().Sessions; n != 1 {
			t.Error("ended too early")
		}
		time.Sleep(1)
		synctest.Wait()
		if got := p.stream.seen(); got != "back, lost, end" {
			t.Errorf("calls %q", got)
		}
	})
}

func TestB60_EndByInactivityIsADisconnect(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		p.send("<presence xmlns='jabber:client'/>").drop()
		p.stream.send(1, 2)
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := p.stream.seen("back"); got != "receive presence, lost, end" {
			t.Errorf("calls %q", got)
		}
		p.stream.send(3) // late, and harmless
		p.stream.conn.Close(nil)
		if b.m.Stats().Expired != 1 {
			t.Error("not counted")
		}
	})
}

func TestB61_Pause(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		held := p.send()
		p.stream.slow = true
		last := p.send("pause='60'", msg(1))
		p.stream.send(1)
		p.stream.settle(1)
		held.expect("1")
		last.expect("") // never payloads
		time.Sleep(time.Minute - 1)
		p.send().held()
	})
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		p.stream.send(1)
		p.send("pause='60'").expect("")
		time.Sleep(time.Minute)
		p.send().expect("type=terminate condition=item-not-found")
	})
	inBubble(t, Options{}, func(b *bench) { // a pause may be short
		p := b.open("")
		p.send("pause='3'")
		time.Sleep(3 * time.Second)
		p.send().expect("type=terminate condition=item-not-found")
	})
}

func TestB62_ImpossiblePauses(t *testing.T) {
	for pause, want := range map[string]string{
		"121": "policy-violation", "99999999999999999999": "policy-violation", "0": "bad-request", "-1": "bad-request",
		"": "bad-request", "x": "bad-request", "1.5": "bad-request",
	} {
		inBubble(t, Options{}, func(b *bench) {
			b.open("").send("pause='" + pause + "'").expect("type=terminate condition=" + want)
		})
	}
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		p.send("pause='120'", msg(1)).expect("")
		p.stream.send(1)
		p.at(p.rid).expect("") // a repeat brings nothing
		if got := p.stream.seen("back"); got != "receive message 1" {
			t.Errorf("calls %q", got)
		}
		p.send().expect("1")
	})
}

func TestB63_AfterThePause(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		p.send("pause='100'").expect("")
		time.Sleep(90 * time.Second)
		p.stream.send(1)
		p.send().expect("1")
		time.Sleep(30 * time.Second)
		p.send().expect("type=terminate condition=item-not-found")
	})
	for _, what := range []string{"pause='9'", "type='terminate'"} { // one more request than the window has
		inBubble(t, Options{}, func(b *bench) {
			p := b.open("")
			p.stream.slow = true
			p.send(msg(1))
			p.send(msg(2))
			p.send(what).held()
			if got := p.stream.seen("back", "receive"); (got == "end") != (what != "pause='9'") {
				t.Errorf("calls %q", got)
			}
			p.stream.settle(2)
		})
	}
}

func TestB64_Overactivity(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) { // more than requests without a response
		p := b.open("")
		p.stream.slow = true
		first, second := p.send(msg(1)), p.send(msg(2))
		p.send(msg(3)).expect("type=terminate condition=policy-violation")
		first.expect("type=terminate condition=other-request")
		second.expect("type=terminate condition=other-request")
	})
	inBubble(t, Options{Strict: true}, func(b *bench) { // as many as requests, the last one empty and early
		p := b.open("")
		first := p.send()
		p.send().expect("type=terminate condition=policy-violation")
		first.expect("type=terminate condition=other-request")
	})
	inBubble(t, Options{Strict: true}, func(b *bench) { // not early, not empty, not counted
		p := b.open("")
		p.send()
		p.send(msg(1))
		time.Sleep(2 * time.Second)
		p.send()
		p.send("xmpp:restart='1'").expect("features")
		p.send().drop()
		p.send().held()
		p.at(p.rid).held()
		p.send("pause='5'").expect("")
	})
	inBubble(t, Options{Strict: true}, func(b *bench) { // not early: a later request overtook the poll
		p := b.open("")
		poll := p.rid + 1
		p.rid = poll
		said := p.send(msg(1))
		p.at(poll).expect("")
		said.held()
	})
	inBubble(t, Options{}, func(b *bench) { // the third time in ten seconds
		p := b.open("")
		p.send()
		p.send()
		p.send().held()
		time.Sleep(10 * time.Second)
		p.send()
		p.send()
		p.send().held()
		p.send().expect("type=terminate condition=policy-violation")
	})
}

func TestB65_PollingSessions(t *testing.T) {
	for _, kind := range []string{"wait='0'", "hold='0'"} {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open(kind)
			if a := p.hello.attrs; a["requests"] != "1" || a["inactivity"] != "60" {
				t.Errorf("terms %v", a)
			}
			p.send().expect("")
			time.Sleep(2 * time.Second)
			p.send().expect("")
			p.send(msg(1)).expect("")
			p.stream.send(1)
			p.send().expect("1")
			p.send().expect("") // a poll after payloads is never too early
			time.Sleep(59 * time.Second)
			p.send().expect("")
			p.send().expect("type=terminate condition=policy-violation")
		})
		inBubble(t, Options{}, func(b *bench) {
			p := b.open(kind)
			p.send().expect("")
			time.Sleep(time.Minute)
			p.send().expect("type=terminate condition=item-not-found")
		})
	}
}

func TestB66_AnyRateWithoutPolling(t *testing.T) {
	for _, kind := range []string{"hold='0'", "hold='1'"} {
		inBubble(t, Options{Polling: -1, Strict: true}, func(b *bench) {
			p := b.open(kind)
			if v, ok := p.hello.attrs["polling"]; ok {
				t.Errorf("polling %q", v)
			}
			if p.hello.attrs["requests"] == "" {
				t.Error("requests is not sent, so any number would have to be allowed")
			}
			for range 50 {
				p.send()
			}
			if got := p.stream.seen("back"); got != "" {
				t.Errorf("calls %q", got)
			}
		})
	}
}

func TestOneTimerForManySessions(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		var pages []*page
		for i := range 50 {
			p := b.post(creationOf(fmt.Sprintf("wait='%d'", 1+i%20)))
			q := &page{bench: b, rid: firstRid, sid: p.answer().attrs["sid"], stream: b.streams.last()}
			q.greet = q.send()
			pages = append(pages, q)
		}
		for s := range 20 {
			for i, p := range pages {
				select {
				case <-p.greet.done:
					if i%20+1 > s {
						t.Errorf("request held for %d s was answered after %d s", i%20+1, s)
					}
				default:
					if i%20+1 <= s {
						t.Errorf("request held for %d s was not answered after %d s", i%20+1, s)
					}
				}
			}
			time.Sleep(time.Second)
			synctest.Wait()
		}
	})
}
