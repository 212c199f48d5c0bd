package c2s

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk/wheel"
)

// core is what all streams of a [Hub] have in common.
type core struct {
	opts    Options
	domain  string // in the form in which domains are compared
	desk    Desk
	ids     Identities
	archive Archive
	log     *slog.Logger

	wheel       *wheel.Wheel[*deadline]
	counts      counters
	dir         atomic.Pointer[directory]
	requests    requests
	connections connections

	working sync.Mutex     // for beginning and awaiting work
	work    sync.WaitGroup // calls of the store made on the desk's behalf
}

// checkDomain refuses streams to others.
func (c *core) checkDomain(to string) error {
	if domain, err := normalDomain(to); err != nil || domain != c.domain {
		return &StreamError{"host-unknown", ""}
	}
	return nil
}

// after has d fire when that time has passed from now on, and not before.
func (c *core) after(d *deadline, within time.Duration) {
	c.wheel.Set(d, c.wheel.Now().Add(within))
}

// background makes a call of the store that the desk must not wait for.
func (c *core) background(f func()) {
	c.working.Lock()
	defer c.working.Unlock()
	c.work.Go(f)
}

// finishWork waits for what background has begun.
func (c *core) finishWork() {
	c.working.Lock()
	defer c.working.Unlock()
	c.work.Wait()
}
