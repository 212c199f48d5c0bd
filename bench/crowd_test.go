//go:build bench

package bench_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
)

// atOnce is how many pages are opened at a time, and patience how long any
// one wait may last.
const (
	atOnce   = 16
	patience = 3 * time.Minute
)

// page is a visitor's page as the server sees it.
type page interface {
	send(payload string)
	failed() error // what ended it early
	close()
}

// opener opens the page number n of a target, logged in and bound; hear gets
// everything that comes after that.
type opener func(ctx context.Context, t *target, n int, hear func(string)) (page, error)

func overBOSH(ctx context.Context, t *target, n int, hear func(string)) (page, error) {
	return open(ctx, t, n, hear)
}

// crowd is many pages of one server.
type crowd struct {
	target *target
	open   opener
	hear   func(string)
	pages  []page
}

// grow opens pages until there are n: created, bound, presence sent and seen, a
// request held.
func (c *crowd) grow(ctx context.Context, n int) error {
	first := len(c.pages)
	fresh := make([]page, n-first)
	err := each(len(fresh), func(i int) error {
		seen := make(chan struct{})
		p, err := c.open(ctx, c.target, first+i, c.watch(seen))
		if err != nil {
			return err
		}
		fresh[i] = p
		p.send("<presence xmlns='jabber:client'/>")
		select {
		case <-seen:
			return nil
		case <-ctx.Done():
			return fmt.Errorf("own presence not seen: %w", ctx.Err())
		}
	})
	for _, p := range fresh {
		if p != nil {
			c.pages = append(c.pages, p)
		}
	}
	return err
}

// watch closes seen at the first presence and passes everything on.
func (c *crowd) watch(seen chan struct{}) func(string) {
	var once sync.Once
	return func(answer string) {
		if strings.Contains(answer, "<presence") {
			once.Do(func() { close(seen) })
		}
		if c.hear != nil {
			c.hear(answer)
		}
	}
}

// alive returns an error when a page has ended.
func (c *crowd) alive() error {
	for i, p := range c.pages {
		if err := p.failed(); err != nil {
			return fmt.Errorf("page %d: %w", i, err)
		}
	}
	return nil
}

// close hangs up all pages.
func (c *crowd) close() {
	for _, p := range c.pages {
		p.close()
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
