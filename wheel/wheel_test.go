package wheel_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"frontdesk/wheel"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bell is an entry that does what it is told when it rings.
type bell struct {
	wheel.Alarm
	ring func()
}

func (b *bell) Ring() { b.ring() }

// inBubble runs a test with a wheel whose clock is the bubble's.
func inBubble(t *testing.T, test func(t *testing.T, w *wheel.Wheel[*bell])) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := wheel.New[*bell]()
		defer w.Close()
		test(t, w)
	})
}

// pass lets time go by.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestSmall(t *testing.T) {
	if n := unsafe.Sizeof(wheel.Alarm{}); n > 16 {
		t.Errorf("an alarm has %d bytes", n)
	}
}

func TestAt(t *testing.T) {
	inBubble(t, func(t *testing.T, w *wheel.Wheel[*bell]) {
		began, start := time.Now(), w.Now()
		pass(time.Hour)
		if w.At(began) != start || w.At(time.Now()) != w.Now() {
			t.Errorf("%d and %d, want %d and %d", w.At(began), w.At(time.Now()), start, w.Now())
		}
	})
}

func TestSetHastenDrop(t *testing.T) {
	inBubble(t, func(t *testing.T, w *wheel.Wheel[*bell]) {
		var rang []string
		start := w.Now()
		if start == 0 {
			t.Error("the clock shows 0")
		}
		at := func(s int) wheel.Instant { return start.Add(time.Duration(s) * time.Second) }
		bells := map[string]*bell{}
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			bells[name] = &bell{ring: func() {
				rang = append(rang, fmt.Sprint(name, " ", time.Duration(w.Now()-start)))
			}}
		}
		w.Set(bells["a"], at(3))
		w.Set(bells["a"], at(1)) // earlier
		w.Set(bells["b"], at(1))
		w.Set(bells["b"], at(4)) // later
		w.Hasten(bells["c"], at(7200))
		w.Hasten(bells["c"], at(5)) // earlier
		w.Hasten(bells["d"], at(2))
		w.Hasten(bells["d"], at(6)) // not later
		w.Set(bells["e"], at(2))
		w.Drop(bells["e"])
		w.Drop(bells["e"])
		pass(3 * time.Hour)
		w.Set(bells["e"], at(3)) // long ago
		pass(0)
		w.Hasten(bells["a"], w.Now().Add(time.Minute))
		pass(time.Hour)
		want := []string{"a 1s", "d 2s", "b 4s", "c 5s", "e 3h0m0s", "a 3h1m0s"}
		if diff := cmp.Diff(want, rang); diff != "" {
			t.Error(diff)
		}
	})
}

// TestRingUsesTheWheel: who rings may do everything but close it.
func TestRingUsesTheWheel(t *testing.T) {
	inBubble(t, func(t *testing.T, w *wheel.Wheel[*bell]) {
		start, rang := w.Now(), []string(nil)
		at := func(s int) wheel.Instant { return start.Add(time.Duration(s) * time.Second) }
		named := func(name string) *bell {
			return &bell{ring: func() { rang = append(rang, fmt.Sprint(name, " ", time.Duration(w.Now()-start))) }}
		}
		dropped, moved, hastened, first := named("dropped"), named("moved"), named("hastened"), named("first")
		note := first.ring
		first.ring = func() {
			note()
			w.Drop(first)
			w.Drop(dropped)
			if len(rang) == 1 {
				w.Set(first, at(3))
				w.Set(moved, at(2))
				w.Hasten(hastened, at(1))
			}
		}
		w.Set(first, at(1).Add(-1))
		w.Set(dropped, at(1))
		w.Set(moved, at(1))
		w.Set(hastened, at(60))
		pass(time.Hour)
		want := []string{"first 999.999999ms", "hastened 1s", "moved 2s", "first 3s"}
		if diff := cmp.Diff(want, rang); diff != "" {
			t.Error(diff)
		}
	})
}

// TestOneAtATime: while one rings no other does, however early it was to.
func TestOneAtATime(t *testing.T) {
	inBubble(t, func(t *testing.T, w *wheel.Wheel[*bell]) {
		let, rang := make(chan struct{}), 0
		w.Set(&bell{ring: func() { <-let }}, w.Now())
		pass(0)
		others := make([]*bell, 100)
		for i := range others {
			others[i] = &bell{ring: func() { rang++ }}
			w.Set(others[i], w.Now().Add(-time.Duration(i)))
			pass(0)
		}
		if rang > 0 {
			t.Errorf("%d rang meanwhile", rang)
		}
		w.Drop(others[0])
		close(let)
		pass(0)
		if rang != len(others)-1 {
			t.Errorf("%d rang afterwards", rang)
		}
	})
}

func TestClose(t *testing.T) {
	inBubble(t, func(t *testing.T, w *wheel.Wheel[*bell]) {
		let, rang := make(chan struct{}), 0
		slow := &bell{ring: func() { <-let; rang++ }}
		w.Set(slow, w.Now().Add(time.Second))
		next := &bell{ring: func() { t.Error("rang after the end") }}
		w.Set(next, w.Now().Add(time.Second+1))
		pass(time.Minute)
		var closed atomic.Bool
		go func() {
			w.Close()
			closed.Store(true)
		}()
		pass(time.Minute)
		if closed.Load() {
			t.Error("did not wait")
		}
		close(let)
		pass(0)
		if !closed.Load() || rang != 1 {
			t.Errorf("closed %v, %d rang", closed.Load(), rang)
		}
		w.Set(next, w.Now())
		w.Hasten(next, w.Now())
		w.Drop(next)
		w.Drop(slow)
		pass(time.Minute)
		w.Close()
	})
}
