package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// What has expired is removed as often as the retention passes, but not more
// often than retentionMin and not less often than retentionMax: afterwards every
// page of the file is looked at.
const (
	retentionMin = time.Hour
	retentionMax = 24 * time.Hour
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
//
// It works in short steps, between which the writer takes the desk's batches: a
// transcript under removal may be read with its first words missing.
func (s *Store) Retain(ctx context.Context, now time.Time, transcripts time.Duration) (removed int, err error) {
	if err := s.removeTokens(ctx, now); err != nil || transcripts <= 0 {
		return 0, err
	}
	until := nanos(now.Add(-transcripts))
	n, err := s.count(ctx, `SELECT count(*) FROM chats WHERE state = 'closed' AND closed <= $1`, until)
	if err != nil {
		return 0, fmt.Errorf("look for old chats: %w", err)
	}
	if n == 0 {
		return 0, nil
	}
	aside, err := connect(ctx, s.path, asidePragmas())
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, aside.Close()) }()
	return (&purge{store: s, aside: aside}).run(ctx, until)
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
