package desk

import (
	"container/heap"
	"time"
)

// deadlines orders open chats by their earliest deadline.
type deadlines []*openChat

// fix enters, moves or removes a chat after its deadlines changed.
func (h *deadlines) fix(c *openChat) {
	c.due = c.Next()
	switch {
	case c.due.IsZero():
		h.drop(c)
	case c.index >= 0:
		heap.Fix(h, c.index)
	default:
		heap.Push(h, c)
	}
}

// drop takes a chat out.
func (h *deadlines) drop(c *openChat) {
	if c.index >= 0 {
		heap.Remove(h, c.index)
	}
}

// take takes out the chats that are due.
func (h *deadlines) take(now time.Time) []*openChat {
	var due []*openChat
	for len(*h) > 0 && !now.Before((*h)[0].due) {
		c := (*h)[0]
		h.drop(c)
		due = append(due, c)
	}
	return due
}

// next returns the earliest deadline of all; the zero time when there is none.
func (h deadlines) next() time.Time {
	if len(h) == 0 {
		return time.Time{}
	}
	return h[0].due
}

// earlier is the earlier of two instants; the zero time is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
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
