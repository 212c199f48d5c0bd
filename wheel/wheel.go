// Package wheel wakes thousands of entries with a single timer.
//
// An entry is a pointer to a struct that embeds an [Alarm], so that it costs
// 24 bytes to stand in a wheel and nothing to be moved. A [Wheel] also is the
// clock that its instants are read from.
package wheel

import (
	"container/heap"
	"sync"
	"time"
)

// Instant is a time as nanoseconds since the wheel was made. A wheel's clock
// never shows 0, so 0 may stand for none.
type Instant int64

// Add returns the instant d later.
func (t Instant) Add(d time.Duration) Instant { return t + Instant(d) }

// Entry is what can stand in a wheel.
type Entry interface {
	placed
	// Ring is called once when the time has come, for one entry of a wheel after
	// the other and with no lock of the wheel held. It should not be long about
	// it. An entry that is dropped or moved at that very moment may ring all the
	// same, so Ring looks at what it finds.
	Ring()
}

// Wheel rings entries when their time has come. All its methods may be called
// at the same time and, but for Close, by what rings.
type Wheel[E Entry] struct {
	epoch time.Time

	mu      sync.Mutex
	line    line[E]
	timer   *time.Timer // nil until there is an entry
	ringing bool        // a tick is under way
	quiet   sync.Cond   // it is no longer
	closed  bool
}

// New returns a wheel without entries. The caller closes it.
func New[E Entry]() *Wheel[E] {
	w := &Wheel[E]{epoch: time.Now()}
	w.quiet.L = &w.mu
	return w
}

// Now is the present instant.
func (w *Wheel[E]) Now() Instant { return Instant(time.Since(w.epoch)) + 1 }

// At is that time as an instant.
func (w *Wheel[E]) At(t time.Time) Instant { return Instant(t.Sub(w.epoch)) + 1 }

// Set has e ring at that instant and not when it was to ring before.
func (w *Wheel[E]) Set(e E, at Instant) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.move(e, at)
}

// Hasten has e ring at that instant at the latest. One that rings earlier stays
// as it is and can be set again when it does; this is the cheap way to put off
// what is put off all the time.
func (w *Wheel[E]) Hasten(e E, at Instant) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if a := e.place(); a.index == 0 || at < a.at {
		w.move(e, at)
	}
}

// move puts e where it belongs; mu is held.
func (w *Wheel[E]) move(e E, at Instant) {
	if w.closed {
		return
	}
	a := e.place()
	a.at = at
	if a.index > 0 {
		heap.Fix(&w.line, a.index-1)
	} else {
		heap.Push(&w.line, e)
	}
	if a.index == 1 {
		w.arm()
	}
}

// Drop takes e out, if it is in. It may be set again.
func (w *Wheel[E]) Drop(e E) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if i := e.place().index; i > 0 && !w.closed {
		heap.Remove(&w.line, i-1)
	}
}

// arm sets the timer to the earliest entry; mu is held. A tick under way does
// so at its end.
func (w *Wheel[E]) arm() {
	if w.ringing || len(w.line) == 0 {
		return
	}
	d := time.Duration(w.line[0].place().at - w.Now())
	if w.timer == nil {
		w.timer = time.AfterFunc(d, w.tick)
		return
	}
	w.timer.Reset(d)
}

// tick rings everything that is due, unless another tick is about it.
func (w *Wheel[E]) tick() {
	if !w.begin() {
		return
	}
	for e, due := w.next(); due; e, due = w.next() {
		e.Ring()
	}
}

func (w *Wheel[E]) begin() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	before := w.ringing
	w.ringing = true
	return !before
}

// next takes out the next entry that is due. When there is none, the tick is
// over.
func (w *Wheel[E]) next() (e E, due bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.line) > 0 && w.line[0].place().at <= w.Now() {
		return heap.Pop(&w.line).(E), true
	}
	w.ringing = false
	w.quiet.Broadcast()
	w.arm()
	return e, false
}

// Close takes everything out for good. It waits for an entry that is ringing;
// nothing rings afterwards.
func (w *Wheel[E]) Close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed, w.line = true, nil
	if w.timer != nil {
		w.timer.Stop()
	}
	for w.ringing {
		w.quiet.Wait()
	}
}
