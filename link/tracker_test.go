package link

import (
	"errors"
	"testing"
	"time"

	"frontdesk/wire"
)

// T30: an answer counts only from the address that was asked, once, in time.
func TestT30_Tracker(t *testing.T) {
	type outcome struct {
		from string
		err  error
	}
	var got []outcome
	note := func(q wire.IQ, err error) { got = append(got, outcome{q.From, err}) }
	at := time.Unix(1000, 0)
	answer := func(id, from string) wire.IQ {
		return wire.IQ{Header: wire.Header{ID: id, From: from, Type: "result"}}
	}
	tr := newTracker()
	first, second := tr.add(alice, at, note), tr.add(alice, at, note)
	if first == second || len(first) < 20 {
		t.Fatalf("ids %q %q", first, second)
	}
	tr.take(answer(first, "mallory@localhost"))
	tr.take(answer(first, "alice@localhost/a"))
	tr.take(answer("unknown", alice))
	if len(got) != 0 {
		t.Fatalf("spoofed answers heard: %v", got)
	}
	tr.take(answer(first, alice))
	tr.take(answer(first, alice))
	tr.sweep(at.Add(-time.Second))
	tr.sweep(at)
	tr.sweep(at)
	third := tr.add(alice, at, note)
	tr.fail(errLost)
	tr.add(alice, at, note)
	tr.take(answer(third, alice))
	want := []error{nil, errUnanswered, errLost, errLost}
	if len(got) != len(want) {
		t.Fatalf("outcomes %v", got)
	}
	for i, w := range want {
		if !errors.Is(got[i].err, w) {
			t.Errorf("outcome %d is %v, want %v", i, got[i].err, w)
		}
	}
}

func TestTrackerIsBounded(t *testing.T) {
	tr := newTracker()
	heard := 0
	for range maxRequests + 10 {
		tr.add(alice, time.Unix(1, 0), func(wire.IQ, error) { heard++ })
	}
	tr.fail(errLost)
	if heard != maxRequests {
		t.Errorf("%d requests were kept", heard)
	}
}
