package server

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// stopWithin bounds the end of one part.
const stopWithin = 5 * time.Second

// cleanup undoes one step of the start.
type cleanup struct {
	name string
	stop func(context.Context) error
}

func (s *Server) onStop(name string, stop func(context.Context) error) {
	s.cleanups = append(s.cleanups, cleanup{name, stop})
}

// own runs f on a goroutine that Stop waits for.
func (s *Server) own(name string, f func() error) {
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := f(); err != nil {
			s.log.Error("a part of the server failed", "part", name, "err", err)
		}
	})
	s.onStop(name+" goroutine", func(ctx context.Context) error { return wait(ctx, &wg) })
}

func wait(ctx context.Context, wg *sync.WaitGroup) error {
	done := make(chan struct{})
	go func() {
		wg.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Stop undoes Start in reverse: visitors are told, the desk finishes what is
// under way, the store closes last. It is idempotent.
func (s *Server) Stop(ctx context.Context) error {
	s.ready.Store(false)
	var failed []error
	for _, c := range slices.Backward(s.cleanups) {
		bounded, cancel := context.WithTimeout(ctx, stopWithin)
		if err := c.stop(bounded); err != nil {
			failed = append(failed, fmt.Errorf("stop %s: %w", c.name, err))
		}
		cancel()
	}
	s.cleanups = nil
	return errors.Join(failed...)
}
