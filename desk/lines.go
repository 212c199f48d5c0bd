package desk

import (
	"time"

	"frontdesk/chat"
	"frontdesk/queue"
)

// lines are the queues by name.
type lines map[string]*line

// line is a queue and who waits in it.
type line struct {
	queue.Queue
	waiting queue.Line[*openChat]
	busy    bool          // somebody waits
	pace    time.Duration // smoothed time between two assignments
	moved   time.Time     // the last assignment
}

// main is the name of the queue for those who name none: preferred, when there
// is one, else the first by name.
func (l lines) main(preferred string) string {
	if _, ok := l[preferred]; ok {
		return preferred
	}
	first := ""
	for name := range l {
		if first == "" || name < first {
			first = name
		}
	}
	return first
}

// front is the place of the first who waits in a queue; the greatest when
// nobody does.
func (l lines) front(name string) int64 {
	line := l[name]
	if line == nil || line.waiting.Len() == 0 {
		return 1<<63 - 1
	}
	return line.waiting.All()[0].Place
}

// enter puts a chat into its line: at its place, or in front of everybody.
func (l lines) enter(c *openChat, head bool) {
	line := l[c.Queue]
	if line == nil {
		return
	}
	if head {
		c.Place = line.waiting.Head()
	}
	line.waiting.Put(queue.Waiting[*openChat]{Chat: c, Place: c.Place})
}

// leave takes a chat out of its line; those behind it move up.
func (l lines) leave(c *openChat, name string) {
	if line := l[name]; line != nil {
		line.waiting.Remove(c)
	}
}

// unclaimed counts who waits without an agent being claimed for them.
func (l *line) unclaimed() int {
	n := 0
	for _, w := range l.waiting.All() {
		if w.Chat.Pending == "" {
			n++
		}
	}
	return n
}

// others tells whether others than one (nil: nobody) wait whose visitors are
// there.
func (l *line) others(one *openChat) bool {
	if l == nil {
		return false
	}
	for _, w := range l.waiting.All() {
		if c := w.Chat; c != one && c.State == chat.Queued && c.Pending == "" {
			return true
		}
	}
	return false
}

// advanced learns how fast the line moves.
func (l *line) advanced(now time.Time) {
	if !l.moved.IsZero() && l.waiting.Len() > 0 {
		if step := now.Sub(l.moved); l.pace == 0 {
			l.pace = step
		} else {
			l.pace += (step - l.pace) / 4
		}
	}
	l.moved = now
}

// status is a chat's position in the line and how long it will wait; nil when
// it does not.
func (l *line) status(c *openChat) *QueueStatus {
	if l == nil || !c.Waits() {
		return nil
	}
	position := l.waiting.Position(c)
	if position == 0 {
		return nil
	}
	return &QueueStatus{Position: position, Wait: (time.Duration(position) * l.pace).Round(time.Second)}
}
