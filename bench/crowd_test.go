//go:build bench

package bench_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
)

// atOnce is how many sessions are set up at a time, and patience how long any
// one wait may last.
const (
	atOnce   = 16
	patience = 3 * time.Minute
)

// crowd is many sessions of one server.
type crowd struct {
	target   *target
	sessions []*session
	hear     func(*session, string)
}

// grow sets sessions up until there are n: created, bound, presence sent and
// seen, a request held.
func (c *crowd) grow(ctx context.Context, n int) error {
	fresh := make([]*session, n-len(c.sessions))
	first := len(c.sessions)
	err := each(len(fresh), func(i int) error {
		seen := make(chan struct{})
		var once sync.Once
		s, err := open(ctx, c.target, first+i, func(s *session, answer string) {
			if strings.Contains(answer, "<presence") {
				once.Do(func() { close(seen) })
			}
			if c.hear != nil {
				c.hear(s, answer)
			}
		})
		if err != nil {
			return err
		}
		fresh[i] = s
		s.send("<presence xmlns='jabber:client'/>")
		select {
		case <-seen:
			return nil
		case <-ctx.Done():
			return fmt.Errorf("own presence not seen: %w", ctx.Err())
		}
	})
	for _, s := range fresh {
		if s != nil {
			c.sessions = append(c.sessions, s)
		}
	}
	return err
}

// alive returns an error when a session has ended.
func (c *crowd) alive() error {
	for i, s := range c.sessions {
		if err := s.failed(); err != nil {
			return fmt.Errorf("session %d: %w", i, err)
		}
	}
	return nil
}

// close hangs up all sessions.
func (c *crowd) close() {
	for _, s := range c.sessions {
		s.close()
	}
}

// churn opens, logs in and ends n sessions.
func churn(ctx context.Context, t *target, n int) error {
	return each(n, func(i int) error {
		s, err := open(ctx, t, i, nil)
		if err != nil {
			return err
		}
		return s.terminate()
	})
}

// each calls f for 0 to n-1, atOnce at a time, until one fails.
func each(n int, f func(int) error) error {
	var mu sync.Mutex
	var next int
	var failed error
	take := func() (int, bool) {
		mu.Lock()
		defer mu.Unlock()
		i := next
		next++
		return i, i < n && failed == nil
	}
	var work sync.WaitGroup
	for range min(n, atOnce) {
		work.Go(func() {
			for i, ok := take(); ok; i, ok = take() {
				if err := f(i); err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
				}
			}
		})
	}
	work.Wait()
	return failed
}
