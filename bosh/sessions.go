package bosh

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"frontdesk/wheel"
)

// sidHash is what is kept of a session identifier: whoever reads our memory
// or logs cannot take over a session.
type sidHash [16]byte

func hashSid(sid string) sidHash {
	sum := sha256.Sum256([]byte(sid))
	return sidHash(sum[:16])
}

// newSid returns an unpredictable session identifier of 192 bits.
func newSid() string {
	b := make([]byte, 24)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// sessions are the sessions of a manager and what they share: limits, clock,
// counters and goroutines.
type sessions struct {
	opt   Options
	log   *slog.Logger
	wheel *wheel.Wheel[*session] // the clock, too
	count counters

	mu       sync.RWMutex
	byID     map[sidHash]*session
	draining bool          // no new sessions
	empty    chan struct{} // closed when the last session is gone after that
	stopped  bool          // no new work
	work     sync.WaitGroup
}

// now is the present instant; never 0.
func (all *sessions) now() instant { return all.wheel.Now() }

// spawn runs f in a goroutine that stop waits for. False: too late.
func (all *sessions) spawn(f func()) bool {
	all.mu.RLock()
	defer all.mu.RUnlock()
	if all.stopped {
		return false
	}
	all.work.Go(func() { all.guard(f) })
	return true
}

// guard runs f and reports whether it did not panic.
func (all *sessions) guard(f func()) (ok bool) {
	defer func() {
		if p := recover(); p != nil {
			all.panicked(p)
		}
	}()
	f()
	return true
}

// panicked counts and logs a panic.
func (all *sessions) panicked(p any) {
	all.count.panics.Add(1)
	all.log.Error("panic in bosh", "err", p, "stack", string(debug.Stack()))
}

// find returns the session of a sid; nil when there is none.
func (all *sessions) find(sid string) *session {
	id := hashSid(sid)
	all.mu.RLock()
	defer all.mu.RUnlock()
	return all.byID[id]
}

// add registers a session. False: there are no new ones any more.
func (all *sessions) add(s *session) bool {
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.draining {
		return false
	}
	all.byID[s.id] = s
	return true
}

// remove forgets a session.
func (all *sessions) remove(s *session) {
	all.mu.Lock()
	delete(all.byID, s.id)
	if all.empty != nil && len(all.byID) == 0 {
		close(all.empty)
		all.empty = nil
	}
	all.mu.Unlock()
	all.wheel.Drop(s)
}

// drain refuses new sessions.
func (all *sessions) drain() {
	all.mu.Lock()
	defer all.mu.Unlock()
	all.draining = true
}

func (all *sessions) isDraining() bool {
	all.mu.RLock()
	defer all.mu.RUnlock()
	return all.draining
}

// farewellTime is how long pages that are there have to fetch the end of their
// session, when the program stops while they have no request waiting.
const farewellTime = time.Second

// stop ends all sessions and returns when their streams have been told and then
// has been called, or with the context's error.
func (all *sessions) stop(ctx context.Context, then func()) error {
	all.drain()
	for _, s := range all.list() {
		all.spawn(s.shutdown)
	}
	all.awaitEmpty(ctx)
	all.wheel.Close()
	for _, s := range all.list() {
		all.spawn(func() { s.safely(func() { s.fail(systemShutdown, nil) }) })
	}
	all.mu.Lock()
	all.stopped = true
	all.mu.Unlock()
	done := make(chan struct{})
	go func() { // ends with the work it waits for
		all.work.Wait()
		then()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// awaitEmpty returns when every session is gone, or their time is over.
func (all *sessions) awaitEmpty(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, farewellTime)
	defer cancel()
	empty := make(chan struct{})
	all.mu.Lock()
	if len(all.byID) == 0 {
		close(empty)
	} else {
		all.empty = empty
	}
	all.mu.Unlock()
	select {
	case <-empty:
	case <-ctx.Done():
	}
}

func (all *sessions) list() []*session {
	all.mu.RLock()
	defer all.mu.RUnlock()
	list := make([]*session, 0, len(all.byID))
	for _, s := range all.byID {
		list = append(list, s)
	}
	return list
}
