package queue

import (
	"cmp"
	"slices"
)

// Line is who waits in one queue, first come first served; ID names a chat. The
// zero value is an empty line. A line is short (max_waiting), so it is a slice.
type Line[ID comparable] struct {
	waiting []Waiting[ID]
}

// Waiting is one place in a line.
type Waiting[ID comparable] struct {
	Chat  ID
	Place int64 // lowest first
}

// Len returns how many wait.
func (l *Line[ID]) Len() int { return len(l.waiting) }

// All returns the line in order; it is not to be changed.
func (l *Line[ID]) All() []Waiting[ID] { return l.waiting }

// Put enters a chat at its place, or moves it there.
func (l *Line[ID]) Put(w Waiting[ID]) {
	l.Remove(w.Chat)
	i, _ := slices.BinarySearchFunc(l.waiting, w.Place, func(x Waiting[ID], place int64) int {
		return cmp.Compare(x.Place, place)
	})
	l.waiting = slices.Insert(l.waiting, i, w)
}

// Remove takes a chat out; it tells whether it was there.
func (l *Line[ID]) Remove(id ID) bool {
	i := l.index(id)
	if i < 0 {
		return false
	}
	l.waiting = slices.Delete(l.waiting, i, i+1)
	return true
}

// Position returns a chat's position counted from 1, and 0 when it does not
// wait here (XEP-0142 §4.5).
func (l *Line[ID]) Position(id ID) int { return l.index(id) + 1 }

// Head returns a place in front of everybody who waits.
func (l *Line[ID]) Head() int64 {
	if len(l.waiting) == 0 {
		return 0
	}
	return min(l.waiting[0].Place-1, 0)
}

func (l *Line[ID]) index(id ID) int {
	return slices.IndexFunc(l.waiting, func(w Waiting[ID]) bool { return w.Chat == id })
}
