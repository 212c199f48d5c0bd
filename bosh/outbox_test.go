package bosh

import (
	"bytes"
	"testing"
)

// carry puts the first n payloads of the queue into an answer.
func (o *outbox) carry(n int) *slot {
	sl := &slot{state: answered, fromQueue: n}
	sl.reply.payloads = append([][]byte{[]byte("features")}, o.queue[:n]...)
	o.take(n)
	sl.lastPayload = o.taken
	return sl
}

func queueOf(o *outbox) string { return string(bytes.Join(o.queue, nil)) }

func TestOutboxPutsBackInOrder(t *testing.T) {
	var o outbox
	for _, p := range []string{"a", "b", "c", "d"} {
		o.add([]byte(p))
	}
	first, second := o.carry(1), o.carry(2)
	for _, old := range []*slot{second, first} { // the youngest first
		if !o.putBack(old) || old.ex != nil || !old.sure {
			t.Error("not put back")
		}
		if o.putBack(old) {
			t.Error("put back twice")
		}
	}
	if got := queueOf(&o); got != "abcd" || o.bytes != 4 || o.taken != 0 {
		t.Errorf("%q, %d bytes, %d taken", got, o.bytes, o.taken)
	}
	o.confirm(first)
	if o.sure != 0 {
		t.Error("what was put back counts as arrived")
	}
}

func TestOutboxCountsWhatArrived(t *testing.T) {
	var o outbox
	for _, p := range []string{"a", "b", "c"} {
		o.add([]byte(p))
	}
	first, second := o.carry(1), o.carry(1)
	o.confirm(&slot{state: held, lastPayload: 9})
	o.confirm(second)
	o.confirm(first)
	if o.sure != 2 || queueOf(&o) != "c" {
		t.Errorf("%d arrived, queue %q", o.sure, queueOf(&o))
	}
}

func TestOutboxIsBounded(t *testing.T) {
	var o outbox
	half := bytes.Repeat([]byte("x"), maxAnswerBytes/2)
	for range maxQueuedBytes / len(half) {
		if !o.add(half) {
			t.Fatal("refused too soon")
		}
	}
	if o.add([]byte("y")) {
		t.Error("too many bytes")
	}
	if n := o.fit(0); n != 2 {
		t.Errorf("%d fit", n)
	}
	if n := o.fit(maxAnswerBytes); n != 1 {
		t.Errorf("%d fit behind as much: one always goes", n)
	}
	o.clear()
	for range maxQueued {
		o.add(nil)
	}
	if o.add(nil) || o.fit(0) != maxQueued {
		t.Error("too many payloads")
	}
}
