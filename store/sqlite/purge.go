package sqlite

import (
	"context"
	"errors"
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

const (
	pieceEntries = 8 // of one transcript
	piecePages   = 8 // given back to the file system
)

// stepsPerCheckpoint is how often the write-ahead log is copied into the
// database, beside the writer, which else would have to do it in a commit.
const stepsPerCheckpoint = 16

// How often the log is cut while it is being read, and how long after.
const (
	cutTries = 40
	cutPause = 50 * time.Millisecond
)

const (
	oldChat        = `SELECT num FROM chats WHERE state = 'closed' AND closed <= $1 ORDER BY closed LIMIT 1`
	dropOldEntries = `DELETE FROM entries WHERE seq IN (SELECT seq FROM entries WHERE chat = (` + oldChat + `) LIMIT $2)`
	dropOldChat    = `DELETE FROM chats WHERE num = (` + oldChat + `)`
	// What is known of a visitor goes with the last chat.
	dropOldVisitor = `DELETE FROM visitors WHERE jid = (SELECT visitor FROM chats WHERE num = (` + oldChat + `))
AND NOT EXISTS (SELECT 1 FROM chats c WHERE c.visitor = visitors.jid AND c.num <> (` + oldChat + `))
AND NOT EXISTS (SELECT 1 FROM tokens t WHERE t.visitor = visitors.jid)`
)

// purge removes old chats from a store and from its files.
type purge struct {
	store *Store
	aside *connection // copies the log into the database
	steps int
}

// piece is a small piece of work: what it counts, and whether there is more.
type piece func(*connection) (n int64, more bool, err error)

// run removes the chats that were closed until then and returns how many.
// secure_delete writes zeros where their rows were; copies that lie elsewhere
// are wiped out, and the log, which holds pages as they were, is cut to nothing.
func (p *purge) run(ctx context.Context, until int64) (removed int, err error) {
	n, err := p.inSteps(ctx, "remove chats", func(c *connection) (int64, bool, error) { return removeOld(c, until) })
	if err != nil || n == 0 {
		return int(n), err
	}
	if err := p.wipeGaps(ctx); err != nil {
		return int(n), fmt.Errorf("wipe removed transcripts: %w", err)
	}
	if _, err := p.inSteps(ctx, "give pages back", givePagesBack); err != nil {
		return int(n), err
	}
	if err := p.cutLog(ctx); err != nil {
		return int(n), fmt.Errorf("wipe removed transcripts: %w", err)
	}
	return int(n), nil
}

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

// removeOld removes some entries of the oldest chat closed until then, or, when
// none is left, that chat; it counts chats.
func removeOld(c *connection, until int64) (int64, bool, error) {
	n, err := c.exec(dropOldEntries, until, int64(pieceEntries))
	if err != nil || n == pieceEntries {
		return 0, true, err
	}
	if err := c.run(dropOldVisitor, until); err != nil {
		return 0, false, err
	}
	n, err = c.exec(dropOldChat, until)
	return n, n > 0, err
}

// givePagesBack takes free pages from the end of the file; it counts pages. A
// file that cannot become smaller keeps them for what comes.
func givePagesBack(c *connection) (int64, bool, error) {
	before, err := c.number("PRAGMA freelist_count")
	if err != nil || before == 0 {
		return 0, false, err
	}
	if _, err := c.value(fmt.Sprintf("PRAGMA incremental_vacuum(%d)", piecePages)); err != nil {
		return 0, false, err
	}
	after, err := c.number("PRAGMA freelist_count")
	return before - after, 0 < after && after < before, err
}

// errBusy says that reading kept the log from being cut.
var errBusy = errors.New("the database is being read")

// cutLog copies the log into the database and cuts it to nothing. Almost all is
// copied while the writer goes on; only then it is kept out for a moment.
func (p *purge) cutLog(ctx context.Context) error {
	for range cutTries {
		if _, err := p.aside.number("PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
			return err
		}
		busy, err := p.aside.number("PRAGMA wal_checkpoint(TRUNCATE)")
		if err == nil && busy == 0 {
			return nil
		}
		if err != nil {
			return err
		}
		if err := rest(ctx, cutPause); err != nil {
			return err
		}
	}
	return errBusy
}

// rest waits, or returns the error of ctx when that ends first.
func rest(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// smallFile is how large, in pages, a file may be to be written anew at the
// start: 64 MiB, a second or two.
const smallFile = 1 << 14

// shrinkable makes a file of an older version one that can give pages back. A
// large one stays as it is: what is removed from it is wiped all the same, and
// its place used again.
func (s *Store) shrinkable(c *connection) {
	mode, err := c.number("PRAGMA auto_vacuum")
	pages, err2 := c.number("PRAGMA page_count")
	if err = errors.Join(err, err2); err == nil && mode == 0 {
		if pages > smallFile {
			s.log.Info("the file of the store does not become smaller when transcripts are removed; "+
				"to change that stop frontdesk and run: sqlite3 FILE 'PRAGMA auto_vacuum = INCREMENTAL; VACUUM;'", "file", s.path)
			return
		}
		err = c.script("PRAGMA auto_vacuum = INCREMENTAL; VACUUM")
	}
	if err != nil {
		s.log.Warn("the file of the store does not become smaller when transcripts are removed", "file", s.path, "err", err)
	}
}
