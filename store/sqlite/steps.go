package sqlite

import (
	"context"
	"fmt"
	"time"
)

// A purge works in steps. A step is one transaction of the writer, which the
// desk's batches may share, and ends after stepTime or stepPieces pieces of
// work. Between two steps the purge rests stepRests times as long as the step
// took, so that most of the writer's time is the desk's.
const (
	stepTime   = 2 * time.Millisecond
	stepPieces = 64
	stepRests  = 3
	maxRest    = 100 * time.Millisecond
)

// stepsPerCheckpoint is how often the write-ahead log is copied into the
// database, beside the writer, which else would have to do it in a commit.
const stepsPerCheckpoint = 16

// purge removes old chats from a store and from its files.
type purge struct {
	store *Store
	aside *connection // copies the log into the database
	steps int
}

// piece is a small piece of work: what it counts, and whether there is more.
type piece func(*connection) (n int64, more bool, err error)

// inSteps does pieces of work until there is no more, and returns their count.
func (p *purge) inSteps(ctx context.Context, what string, work piece) (total int64, err error) {
	for more := true; more; {
		begun := time.Now()
		n, err := p.store.do(ctx, what, func(c *connection) (n int64, err error) {
			n, more, err = step(c, work)
			return n, err
		})
		total += n
		if err != nil {
			return total, err
		}
		if err := p.afterStep(ctx, time.Since(begun)); err != nil {
			return total, err
		}
	}
	return total, nil
}

// step is as many pieces as fit into one transaction.
func step(c *connection, work piece) (n int64, more bool, err error) {
	begun := time.Now()
	for range stepPieces {
		var done int64
		done, more, err = work(c)
		n += done
		if err != nil || !more || time.Since(begun) >= stepTime {
			break
		}
	}
	return n, more, err
}

// afterStep lets others have the disk.
func (p *purge) afterStep(ctx context.Context, took time.Duration) error {
	if p.steps++; p.steps%stepsPerCheckpoint == 0 {
		if _, err := p.aside.number("PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
			return fmt.Errorf("copy the log: %w", err)
		}
	}
	return rest(ctx, min(stepRests*took, maxRest))
}

// rest waits, or returns the error of ctx when that ends first.
func rest(ctx context.Context, d time.Duration) error {
	pause, end := context.WithTimeout(ctx, d)
	defer end()
	<-pause.Done()
	return ctx.Err()
}
