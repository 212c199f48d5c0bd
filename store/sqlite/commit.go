package sqlite

import (
	"context"
	"fmt"

	"frontdesk/ledger"
)

// Commit queues a batch; its changes are committed together or not at all. It
// blocks only while the queue is full. done is called once, by the writer's
// goroutine, in the order of the calls; it must not block for long, and must
// not call Commit. After a failed batch all later ones fail too with
// [ledger.ErrFailed], until [Store.Reset]. On a closed store Commit calls done itself.
func (s *Store) Commit(changes []ledger.Change, done func(ledger.Committed)) {
	err := s.enqueue(context.Background(), &batch{changes: changes, done: done})
	if err != nil {
		done(ledger.Committed{Err: err})
	}
}

// Reset makes the store take batches again after a failure. Everything that
// was queued before it has been answered when it returns.
func (s *Store) Reset(ctx context.Context) error {
	_, err := s.await(ctx, &batch{reset: true, independent: true})
	return err
}

// Writable tells, by committing a change of nothing, whether the disk takes
// writes and the batches of the desk are not refused.
func (s *Store) Writable(ctx context.Context) error {
	_, err := s.await(ctx, &batch{independent: true, work: func(c *connection) (int64, error) {
		return c.exec("UPDATE marks SET seq = seq WHERE one = 1")
	}})
	if err == nil && s.Stats().Failing {
		err = ledger.ErrFailed
	}
	return err
}

// enqueue hands a batch to the writer.
func (s *Store) enqueue(ctx context.Context, b *batch) error {
	s.closing.RLock()
	defer s.closing.RUnlock()
	if s.closed {
		return ErrClosed
	}
	select {
	case s.writer.batches <- b:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for the store: %w", ctx.Err())
	}
}

// await hands a batch to the writer, waits for its outcome, and returns the
// rows of its work. When ctx ends first, the batch may still be committed.
func (s *Store) await(ctx context.Context, b *batch) (int64, error) {
	outcome := make(chan error, 1)
	b.done = func(c ledger.Committed) { outcome <- c.Err }
	if err := s.enqueue(ctx, b); err != nil {
		return 0, err
	}
	select {
	case err := <-outcome:
		return b.rows, err
	case <-ctx.Done():
		return 0, fmt.Errorf("wait for the store: %w", ctx.Err())
	}
}
