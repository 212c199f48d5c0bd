package hold

import (
	"context"
	"testing"
)

// A server that nobody has given a listener works, and tells less.
func TestWithoutAListener(t *testing.T) {
	s := newSilentServer(t, Options{})
	s.work.Go(s.accept)
	p := s.dial()
	r := s.ask(p, "a")
	if r.conn != nil || r.CanPark(nil) {
		t.Error("parkable")
	}
	if r.Lost() {
		t.Error("lost")
	}
	if !r.reply("1\n") {
		t.Error("gone")
	}
	p.expect("1")
	_ = p.Close()
	<-r.told // nobody knows whether it has arrived
}

func TestWait(t *testing.T) {
	r := &request{told: make(chan struct{})}
	r.Begin(nil, r)
	woken := make(chan bool)
	go func() { woken <- r.Wait(t.Context()) }()
	eventually(t, "waits", func() bool { return r.in(func(e *Exchange) bool { return e.answered != nil }) })
	if !r.Wake(true) || !<-woken || !r.Wait(t.Context()) {
		t.Error("not woken")
	}
	r.Exchange.Gone()
	r.Exchange.Gone() // tells once
	<-r.told
}

func TestWaitEndsWithTheConnection(t *testing.T) {
	r := &request{told: make(chan struct{})}
	r.Begin(nil, r)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r.Wait(ctx) {
		t.Error("woken")
	}
	<-r.told
	if r.Wake(true) {
		t.Error("somebody is there")
	}
}

// The connection may end between the answer and its writing.
func TestCarriedByAClosedConnection(t *testing.T) {
	c := New(Options{})
	k := &Carrier{conns: c}
	k.end()
	r := &request{told: make(chan struct{})}
	r.Begin(k, r)
	r.Wake(true)
	k.Carry(&r.Exchange)
	<-r.told
	var none *Carrier
	none.Carry(&r.Exchange)
}
