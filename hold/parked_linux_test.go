package hold

import (
	"fmt"
	"runtime"
	"testing"
	"time"
)

func TestParkedConnectionsNeedNoGoroutines(t *testing.T) {
	s := newServer(t, Options{})
	before := runtime.NumGoroutine()
	peers := make([]*peer, 100)
	for i := range peers {
		peers[i] = s.dial()
	}
	for round := range 3 { // on the same connections
		requests := make([]*request, len(peers))
		for i, p := range peers {
			requests[i] = s.ask(p, fmt.Sprint(round, i))
		}
		eventually(t, "their goroutines have ended", func() bool { return runtime.NumGoroutine() < before+20 })
		if n := s.conns.Parked(); n != int64(len(peers)) {
			t.Fatalf("%d parked", n)
		}
		for i, p := range peers {
			if !requests[i].reply(fmt.Sprintln("to", i)) {
				t.Fatal("gone")
			}
			p.expect(fmt.Sprint("to ", i))
		}
		if n := s.conns.Parked(); n != 0 {
			t.Fatalf("%d parked", n)
		}
	}
}

func TestOnlyTheFirstAnswerCounts(t *testing.T) {
	s := newServer(t, Options{})
	p := s.dial()
	r := s.ask(p, "a")
	r.reply("1\n")
	if r.Wake(true) {
		t.Error("woken twice")
	}
	p.expect("1")
	s.ask(p, "b").reply("2\n")
	p.expect("2")
}

// An answer may be there before the connection is parked.
func TestWokenBeforeParked(t *testing.T) {
	s := newServer(t, Options{})
	s.early = func(r *request) { r.reply("1\n") }
	p := s.dial()
	s.ask(p, "a")
	p.expect("1")
	s.ask(p, "b")
	p.expect("1")
}

func TestGoneBeforeTheAnswer(t *testing.T) {
	s := newServer(t, Options{})
	for name, end := range map[string]func(*peer){
		"closed": func(p *peer) { _ = p.Close() }, "half closed": func(p *peer) { _ = p.CloseWrite() }, "reset": (*peer).reset,
	} {
		t.Run(name, func(t *testing.T) {
			p := s.dial()
			r := s.ask(p, "a")
			end(p)
			<-r.told
			if !r.Lost() {
				t.Error("not lost")
			}
			if r.Wake(true) {
				t.Error("somebody is there")
			}
			if n := s.conns.Parked(); n != 0 {
				t.Errorf("%d parked", n)
			}
		})
	}
}

// The next request may come while this one is parked, and the peer may go after
// that.
func TestGoneBehindTheNextRequest(t *testing.T) {
	s := newServer(t, Options{})
	p := s.dial()
	r := s.ask(p, "a")
	p.say("b")
	_ = p.Close()
	<-r.told
}

func TestRequestsThatComeEarlyWait(t *testing.T) {
	s := newServer(t, Options{})
	p := s.dial()
	p.say("a\nb") // at once
	s.next("a").reply("1\n")
	p.expect("1")
	r := s.next("b")
	p.say("c") // while it is parked
	r.reply("2\n")
	p.expect("2")
	s.next("c").reply("3\n")
	p.expect("3")
}

func TestIdleConnectionsAreClosed(t *testing.T) {
	s := newServer(t, Options{})
	p, held := s.dial(), s.dial()
	r := s.ask(p, "a")
	r.reply("1\n")
	p.expect("1")
	waiting := s.ask(held, "b")
	eventually(t, "idle", func() bool { return r.in(isIdle) })
	s.conns.poller.sweep(time.Now().Add(idleTime / 2))
	if !r.in(isIdle) {
		t.Error("closed too soon")
	}
	s.conns.poller.sweep(time.Now().Add(idleTime + time.Second))
	p.expectEnd()
	waiting.reply("2\n")
	held.expect("2")
}

func TestClose(t *testing.T) {
	s := newServer(t, Options{})
	waiting, answered, idling := s.dial(), s.dial(), s.dial()
	lost := s.ask(waiting, "a")
	last := s.ask(answered, "b")
	done := s.ask(idling, "c")
	done.reply("3\n")
	idling.expect("3")
	eventually(t, "idle", func() bool { return done.in(isIdle) })
	last.Wake(true) // its bytes come later
	closed := make(chan struct{})
	go func() { defer close(closed); s.conns.Close() }()
	eventually(t, "refuses", func() bool { return !s.conns.ready() })
	last.answer <- "2\n"
	<-closed
	answered.expect("2")
	for _, p := range []*peer{waiting, answered, idling} {
		p.expectEnd()
	}
	<-lost.told
	if n := s.conns.Parked(); n != 0 {
		t.Errorf("%d parked", n)
	}
	s.conns.Close() // again

	s.ask(s.dial(), "d").reply("4\n") // served by a goroutine
}
