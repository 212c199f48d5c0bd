package desk

import (
	"container/heap"
	"time"
)

// alarm rings once when the earliest deadline is due. It decides nothing: a
// late, early or doubled ring is harmless, because deadlines are data.
type alarm struct {
	ring  func()
	timer *time.Timer
	at    time.Time
}

// arm sets the alarm to an instant; the zero time switches it off.
func (a *alarm) arm(at, now time.Time) {
	if at.Equal(a.at) && !at.IsZero() && now.Before(at) {
		return
	}
	a.stop()
	a.at = at
	if !at.IsZero() {
		a.timer = time.AfterFunc(max(at.Sub(now), 0), a.ring)
	}
}

func (a *alarm) stop() {
	if a.timer != nil {
		a.timer.Stop()
	}
	a.timer, a.at = nil, time.Time{}
}

// pause waits before the store is asked again.
func pause(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	<-t.C
}

// deadlines orders open chats by their earliest deadline.
type deadlines []*openChat

// fix enters, moves or removes a chat after its deadlines changed.
func (h *deadlines) fix(c *openChat) {
	c.due = c.Deadlines.Next()
	switch {
	case c.due.IsZero() && c.index >= 0:
		heap.Remove(h, c.index)
	case c.due.IsZero():
	case c.index >= 0:
		heap.Fix(h, c.index)
	default:
		heap.Push(h, c)
	}
}

// next returns the earliest deadline of all.
func (h deadlines) next() time.Time {
	if len(h) == 0 {
		return time.Time{}
	}
	return h[0].due
}

// Len is for container/heap.
func (h deadlines) Len() int { return len(h) }

// Less is for container/heap.
func (h deadlines) Less(i, j int) bool { return h[i].due.Before(h[j].due) }

// Swap is for container/heap.
func (h deadlines) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

// Push is for container/heap.
func (h *deadlines) Push(x any) {
	c, _ := x.(*openChat)
	c.index = len(*h)
	*h = append(*h, c)
}

// Pop is for container/heap.
func (h *deadlines) Pop() any {
	last := len(*h) - 1
	c := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	c.index = -1
	return c
}

// drop takes a chat out.
func (h *deadlines) drop(c *openChat) {
	if c.index >= 0 {
		heap.Remove(h, c.index)
	}
}
