package link

import (
	"context"
	"math/rand/v2"
	"time"
)

// steadyAfter is how long a link must have been up before the next loss counts as
// a first one.
const steadyAfter = 5 * time.Second

// backoff gives the pauses between attempts to connect: doubling, with jitter,
// so that many components do not return to a restarted server at one moment.
type backoff struct {
	first, most time.Duration
	next        time.Duration
}

// pause returns the next pause: between half of the present step and all of
// it. For troubles that only an admin can end it is the longest one at once,
// with so much jitter that two processes on one domain do not keep meeting.
func (b *backoff) pause(slow bool) time.Duration {
	if slow {
		return b.most - rand.N(b.most/5+1) //nolint:gosec // jitter
	}
	if b.next < b.first {
		b.next = b.first
	}
	step := min(b.next, b.most)
	b.next = min(2*step, b.most)
	return step/2 + rand.N(step/2+1) //nolint:gosec // jitter
}

// reset starts over after a link that worked.
func (b *backoff) reset() { b.next = 0 }

// wait waits for d or until ctx ends; it tells whether ctx is still alive.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
