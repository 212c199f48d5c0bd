package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// What has expired is removed as often as the retention passes, but not more
// often than retentionMin and not less often than retentionMax: removing
// rewrites the file, and the desk waits for that.
const (
	retentionMin = time.Hour
	retentionMax = 24 * time.Hour
)

// retentionStep is how many chats are removed in one transaction, so that the
// desk's batches do not wait for long.
const retentionStep = 100

// checkpointTries is how often a checkpoint is tried while reading goes on.
const checkpointTries = 5

const (
	oldChats = `SELECT num FROM chats WHERE state = 'closed' AND closed <= $1 ORDER BY closed LIMIT $2`
	// Entries go with their chat (ON DELETE CASCADE).
	dropOldChats = `DELETE FROM chats WHERE num IN (` + oldChats + `)`
	// What is known of a visitor goes with the last chat.
	dropOldVisitors = `DELETE FROM visitors WHERE jid IN (SELECT visitor FROM chats WHERE num IN (` + oldChats + `))
AND NOT EXISTS (SELECT 1 FROM chats c WHERE c.visitor = visitors.jid AND c.num NOT IN (` + oldChats + `))
AND NOT EXISTS (SELECT 1 FROM tokens t WHERE t.visitor = visitors.jid)`
)

// keepRetention removes what has expired, now and again, until ctx ends.
func (s *Store) keepRetention(ctx context.Context) {
	ticker := time.NewTicker(min(max(s.retention, retentionMin), retentionMax))
	defer ticker.Stop()
	for {
		removed, err := s.Retain(ctx, time.Now(), s.retention)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			s.log.Error("remove expired transcripts", "err", err)
		case removed > 0:
			s.log.Info("removed expired transcripts", "chats", removed)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// Retain removes the resume tokens that have expired at now, and the chats that
// were closed at least transcripts ago, with their transcripts, delivered or
// not, and what is known of visitors who have no other chat and no token; 0
// keeps all chats. It returns the number of chats removed. When it returns
// without error, no word of them is left in the database's files.
func (s *Store) Retain(ctx context.Context, now time.Time, transcripts time.Duration) (removed int, err error) {
	if err := s.removeTokens(ctx, now); err != nil || transcripts <= 0 {
		return 0, err
	}
	for {
		n, err := s.removeChats(ctx, now.Add(-transcripts))
		removed += n
		if err != nil {
			return removed, err
		}
		if n < retentionStep {
			break
		}
	}
	if removed == 0 {
		return 0, nil
	}
	return removed, s.wipe(ctx)
}

// removeTokens removes the tokens that have expired, if there are any.
func (s *Store) removeTokens(ctx context.Context, now time.Time) error {
	n, err := s.count(ctx, `SELECT count(*) FROM tokens WHERE expires <= $1`, nanos(now))
	if err != nil {
		return fmt.Errorf("look for expired tokens: %w", err)
	}
	if n == 0 {
		return nil
	}
	_, err = s.do(ctx, "remove expired tokens", func(c *connection) (int64, error) {
		return c.exec(expiredTokens, nanos(now))
	})
	return err
}

// removeChats removes the oldest chats closed until then, and returns how many.
func (s *Store) removeChats(ctx context.Context, until time.Time) (int, error) {
	n, err := s.count(ctx, `SELECT count(*) FROM chats WHERE state = 'closed' AND closed <= $1`, nanos(until))
	if err != nil {
		return 0, fmt.Errorf("look for old chats: %w", err)
	}
	if n == 0 {
		return 0, nil
	}
	n, err = s.do(ctx, "remove chats", func(c *connection) (int64, error) {
		if err := c.run(dropOldVisitors, nanos(until), int64(retentionStep)); err != nil {
			return 0, err
		}
		return c.exec(dropOldChats, nanos(until), int64(retentionStep))
	})
	return int(n), err
}

// wipe makes removed rows vanish from the files. Their place has been
// overwritten with zeros (secure_delete), but pages that were split or joined
// may hold older copies, so the database is written anew; then the write-ahead
// log, which holds the pages as they were, is copied into it and cut to nothing.
func (s *Store) wipe(ctx context.Context) error {
	_, err := s.await(ctx, &batch{independent: true, outside: true, work: func(c *connection) (int64, error) { return 0, c.script("VACUUM") }})
	if err != nil {
		return fmt.Errorf("write the database anew: %w", err)
	}
	for range checkpointTries {
		_, err = s.await(ctx, &batch{independent: true, outside: true, work: truncateLog})
		if !errors.Is(err, errBusy) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("wipe removed transcripts: %w", err)
	}
	return nil
}

// errBusy says that reading kept the log from being cut.
var errBusy = errors.New("the database is being read")

func truncateLog(c *connection) (int64, error) {
	busy, err := c.number("PRAGMA wal_checkpoint(TRUNCATE)")
	if err == nil && busy != 0 {
		err = errBusy
	}
	return 0, err
}
