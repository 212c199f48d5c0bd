package sqlite

import (
	"fmt"
	"sync"
	"time"

	"frontdesk/ledger"
)

// GroupLimit is how many operations share one commit at most; a single batch
// may have more.
const GroupLimit = 1024

// waitingLimit is how many batches may wait for the writer.
const waitingLimit = 1024

// batch is what is committed together or not at all.
type batch struct {
	changes     []ledger.Change
	work        work // instead of changes
	outside     bool // work runs outside a transaction
	reset       bool // makes the writer take batches again
	independent bool // its failure concerns nobody else, nor theirs it
	done        func(ledger.Committed)

	// Outcome, written by the writer before done.
	granted []bool
	rows    int64 // what work returned
}

// work is done inside the writer's transaction; it may be done again when
// another batch of its group failed. It returns a count of rows.
type work func(*connection) (int64, error)

func (b *batch) size() int { return max(1, len(b.changes)) }

// grouped tells whether b may share a transaction with others.
func (b *batch) grouped() bool { return !b.reset && !b.outside }

// writer is the only one that changes the database. Its fields below batches
// belong to its goroutine.
type writer struct {
	beforeCommit func() error
	batches      chan *batch // those that wait

	conn   *connection
	next   *batch // taken from batches, did not fit into the group
	failed error  // refuse every batch until a reset
	marks  marks

	mu    sync.Mutex
	stats Stats // guarded by mu
}

func newWriter(conn *connection, beforeCommit func() error) *writer {
	if beforeCommit == nil {
		beforeCommit = func() error { return nil }
	}
	return &writer{beforeCommit: beforeCommit, batches: make(chan *batch, waitingLimit), conn: conn}
}

func (w *writer) close() error { return w.conn.Close() }

// run commits groups until batches is closed and empty.
func (w *writer) run() {
	for {
		group := w.gather()
		if len(group) == 0 {
			return
		}
		if first := group[0]; !first.grouped() {
			w.runSingly(first)
			continue
		}
		w.commit(group)
	}
}

// gather waits for one batch and takes what else is queued, up to the limit. It
// returns nothing when batches is closed. A batch that is not for a group comes
// singly.
func (w *writer) gather() []*batch {
	first := w.next
	w.next = nil
	if first == nil {
		first = <-w.batches
	}
	if first == nil {
		return nil
	}
	group, size := []*batch{first}, first.size()
	if !first.grouped() {
		return group
	}
	for size < GroupLimit {
		select {
		case b := <-w.batches:
			if b == nil {
				return group
			}
			size += b.size()
			if size > GroupLimit || !b.grouped() {
				w.next = b
				return group
			}
			group = append(group, b)
		default:
			return group
		}
	}
	return group
}

// runSingly runs a batch that is not for a group.
func (w *writer) runSingly(b *batch) {
	if b.reset {
		w.failed = nil
		w.count(func(s *Stats) { s.Failing = false })
		b.done(ledger.Committed{})
		return
	}
	var err error
	b.rows, err = b.work(w.conn)
	b.done(ledger.Committed{Err: err})
}

// commit commits a group so that a prefix of it is on disk and the rest is
// refused. A batch that cannot be applied takes all later ones with it, except
// those that are independent; the earlier ones are committed without it.
func (w *writer) commit(group []*batch) {
	for {
		group = w.admit(group)
		if len(group) == 0 {
			return
		}
		applied, err := w.try(group)
		if err == nil {
			w.report(group)
			return
		}
		if applied == len(group) { // the disk refused, not a batch
			w.fail(group, err)
			return
		}
		w.commit(group[:applied])
		w.fail(group[applied:applied+1], err)
		group = group[applied+1:]
	}
}

// admit returns the batches that may be committed, and answers those that may
// not since an earlier one failed.
func (w *writer) admit(group []*batch) []*batch {
	if w.failed == nil {
		return group
	}
	var admitted []*batch
	for _, b := range group {
		if b.independent {
			admitted = append(admitted, b)
			continue
		}
		w.fail([]*batch{b}, fmt.Errorf("%w: %w", ledger.ErrFailed, w.failed))
	}
	return admitted
}

// fail tells the batches that nothing of them is on disk. The first that is not
// independent stops the ones after it.
func (w *writer) fail(group []*batch, err error) {
	for _, b := range group {
		if !b.independent && w.failed == nil {
			w.failed = err
		}
	}
	w.count(func(s *Stats) {
		s.Failed += uint64(len(group))
		s.Failing = w.failed != nil
	})
	for _, b := range group {
		b.done(ledger.Committed{Err: err})
	}
}

func (w *writer) report(group []*batch) {
	for _, b := range group {
		b.done(ledger.Committed{Granted: b.granted})
	}
}

// try commits the group as one transaction. On an error nothing of it is on
// disk, and applied is the number of batches that could be applied.
func (w *writer) try(group []*batch) (applied int, err error) {
	marks := w.marks
	defer func() {
		if err != nil {
			w.rollback()
			w.marks = marks
		}
	}()
	if _, err := w.conn.exec("BEGIN IMMEDIATE"); err != nil {
		return len(group), fmt.Errorf("begin: %w", err)
	}
	operations := 0
	for i, b := range group {
		if err := w.apply(b); err != nil {
			return i, err
		}
		operations += b.size()
	}
	start := time.Now()
	if err := w.finish(); err != nil {
		return len(group), fmt.Errorf("commit: %w", err)
	}
	w.marks.dirty = false
	w.count(func(s *Stats) {
		s.Commits++
		s.Operations += uint64(operations)
		s.LargestGroup = max(s.LargestGroup, operations)
		s.LastSync = time.Since(start)
	})
	return len(group), nil
}

// finish ends the transaction.
func (w *writer) finish() error {
	if err := w.saveMarks(); err != nil {
		return err
	}
	if err := w.beforeCommit(); err != nil {
		return err
	}
	_, err := w.conn.exec("COMMIT")
	return err
}

// rollback forgets the transaction. Its error tells only that SQLite has done so
// itself; a connection that is truly stuck refuses the next BEGIN.
func (w *writer) rollback() {
	_, _ = w.conn.exec("ROLLBACK")
}

func (w *writer) count(change func(*Stats)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change(&w.stats)
}
