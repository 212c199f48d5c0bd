package bosh

import (
	"container/heap"
	"sync"
	"time"
)

// alarm is a session's place in the wheel.
type alarm struct {
	at    instant
	index int // in the heap, counted from 1; 0 when not there
}

// wheel wakes sessions at their deadlines with a single timer. An alarm that
// is moved to later rings at its old time and is set again then, so that most
// requests touch nothing but a mutex.
type wheel struct {
	now  func() instant
	ring func(*session)

	mu     sync.Mutex
	heap   alarms
	timer  *time.Timer
	closed bool
}

// set makes the session ring at that instant at the latest; 0 sets nothing.
func (w *wheel) set(s *session, at instant) {
	if at == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.closed:
		return
	case s.alarm.index == 0:
		s.alarm.at = at
		heap.Push(&w.heap, s)
	case at < s.alarm.at:
		s.alarm.at = at
		heap.Fix(&w.heap, s.alarm.index-1)
	default:
		return
	}
	if s.alarm.index == 1 {
		w.arm()
	}
}

// drop forgets a session.
func (w *wheel) drop(s *session) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s.alarm.index > 0 && !w.closed {
		heap.Remove(&w.heap, s.alarm.index-1)
	}
}

// arm sets the timer to the earliest alarm.
func (w *wheel) arm() {
	if w.closed || len(w.heap) == 0 {
		return
	}
	d := time.Duration(w.heap[0].alarm.at - w.now())
	if w.timer == nil {
		w.timer = time.AfterFunc(d, w.tick)
		return
	}
	w.timer.Reset(d)
}

// tick rings everything that is due.
func (w *wheel) tick() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for now := w.now(); !w.closed && len(w.heap) > 0 && w.heap[0].alarm.at <= now; {
		s := w.heap[0]
		heap.Pop(&w.heap)
		w.ring(s)
	}
	w.arm()
}

// close stops the timer. A tick under way is waited for.
func (w *wheel) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	if w.timer != nil {
		w.timer.Stop()
	}
	w.heap = nil
}

// alarms is a heap of sessions by alarm.
type alarms []*session

func (a alarms) Len() int           { return len(a) }
func (a alarms) Less(i, j int) bool { return a[i].alarm.at < a[j].alarm.at }

func (a alarms) Swap(i, j int) {
	a[i], a[j] = a[j], a[i]
	a[i].alarm.index, a[j].alarm.index = i+1, j+1
}

// Push implements [heap.Interface].
func (a *alarms) Push(x any) {
	s := x.(*session)
	*a = append(*a, s)
	s.alarm.index = len(*a)
}

// Pop implements [heap.Interface].
func (a *alarms) Pop() any {
	old := *a
	s := old[len(old)-1]
	old[len(old)-1] = nil
	*a = old[:len(old)-1]
	s.alarm.index = 0
	return s
}
