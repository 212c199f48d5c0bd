package c2s

import (
	"container/heap"
	"sync"
	"time"
)

// wheel is the one timer of the package: instants, the earliest first. A
// deadline fires once, on the wheel's goroutine, without any lock held; it may
// fire late, and once more after a cancel that came at the same moment, so what
// it calls looks at its own state.
type wheel struct {
	mu    sync.Mutex
	line  deadlineHeap
	timer *time.Timer
	stop  chan struct{}
	done  chan struct{}
}

// deadline is one entry; the zero value is not set.
type deadline struct {
	at    time.Time
	fire  func()
	index int // in the heap, counted from 1; 0: not there
}

func newWheel() *wheel {
	w := &wheel{timer: time.NewTimer(time.Hour), stop: make(chan struct{}), done: make(chan struct{})}
	go w.run()
	return w
}

// set (re)arms d.
func (w *wheel) set(d *deadline, at time.Time, fire func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	d.at, d.fire = at, fire
	if d.index > 0 {
		heap.Fix(&w.line, d.index-1)
	} else {
		heap.Push(&w.line, d)
	}
	if w.line[0] == d {
		w.timer.Reset(time.Until(at))
	}
}

// cancel takes d out; an unset one is fine.
func (w *wheel) cancel(d *deadline) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if d.index > 0 {
		heap.Remove(&w.line, d.index-1)
	}
}

func (w *wheel) run() {
	defer close(w.done)
	for {
		select {
		case <-w.stop:
			w.timer.Stop()
			return
		case <-w.timer.C:
			for fire := w.next(); fire != nil; fire = w.next() {
				fire()
			}
		}
	}
}

// next returns what is due, or arms the timer and returns nil.
func (w *wheel) next() func() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.line) == 0 {
		return nil
	}
	if left := time.Until(w.line[0].at); left > 0 {
		w.timer.Reset(left)
		return nil
	}
	d := heap.Pop(&w.line).(*deadline)
	return d.fire
}

// close ends the goroutine; nothing fires afterwards.
func (w *wheel) close() {
	close(w.stop)
	<-w.done
}

type deadlineHeap []*deadline

func (h deadlineHeap) Len() int           { return len(h) }
func (h deadlineHeap) Less(i, j int) bool { return h[i].at.Before(h[j].at) }
func (h deadlineHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i+1, j+1
}

func (h *deadlineHeap) Push(x any) {
	d := x.(*deadline)
	*h = append(*h, d)
	d.index = len(*h)
}

func (h *deadlineHeap) Pop() any {
	old := *h
	d := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	d.index = 0
	return d
}
