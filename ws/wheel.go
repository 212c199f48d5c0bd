package ws

import (
	"container/heap"
	"sync"
	"time"
)

// alarm is a connection's place in the wheel.
type alarm struct {
	at    instant
	index int  // in the heap, counted from 1; 0 when not there
	never bool // it was dropped
}

// wheel wakes connections with a single timer. An alarm rings once; one that
// should ring later than it was set for is set again when it rings, so a
// connection in use costs nothing here.
type wheel struct {
	now  func() instant
	ring func(*conn)

	mu     sync.Mutex
	line   alarms
	timer  *time.Timer
	closed bool
}

// set makes c ring at that instant at the latest.
func (w *wheel) set(c *conn, at instant) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.closed || c.alarm.never || c.alarm.index > 0 && c.alarm.at <= at:
		return
	case c.alarm.index > 0:
		c.alarm.at = at
		heap.Fix(&w.line, c.alarm.index-1)
	default:
		c.alarm.at = at
		heap.Push(&w.line, c)
	}
	if c.alarm.index == 1 {
		w.arm()
	}
}

// drop forgets c: it does not ring afterwards.
func (w *wheel) drop(c *conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c.alarm.never = true
	if c.alarm.index > 0 {
		heap.Remove(&w.line, c.alarm.index-1)
	}
}

// arm sets the timer to the earliest alarm.
func (w *wheel) arm() {
	if len(w.line) == 0 {
		return
	}
	d := time.Duration(w.line[0].alarm.at - w.now())
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
	for now := w.now(); !w.closed && len(w.line) > 0 && w.line[0].alarm.at <= now; {
		w.ring(heap.Pop(&w.line).(*conn))
	}
	if !w.closed {
		w.arm()
	}
}

// close stops the timer; nothing rings afterwards.
func (w *wheel) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	if w.timer != nil {
		w.timer.Stop()
	}
}

// alarms is a heap of connections by alarm.
type alarms []*conn

func (a alarms) Len() int           { return len(a) }
func (a alarms) Less(i, j int) bool { return a[i].alarm.at < a[j].alarm.at }

func (a alarms) Swap(i, j int) {
	a[i], a[j] = a[j], a[i]
	a[i].alarm.index, a[j].alarm.index = i+1, j+1
}

// Push implements [heap.Interface].
func (a *alarms) Push(x any) {
	c := x.(*conn)
	*a = append(*a, c)
	c.alarm.index = len(*a)
}

// Pop implements [heap.Interface].
func (a *alarms) Pop() any {
	old := *a
	c := old[len(old)-1]
	old[len(old)-1] = nil
	*a = old[:len(old)-1]
	c.alarm.index = 0
	return c
}
