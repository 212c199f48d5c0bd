package sqlite

import (
	"context"
	"fmt"
	"time"

	"frontdesk/roster"
)

// Two tokens of a visitor are alive at most. When a third is issued, the one
// that was used last keeps its place beside it, or, of two that were never
// used, the newer one.
const (
	thinTokens = `DELETE FROM tokens WHERE visitor = $1 AND serial <> (
	SELECT serial FROM tokens WHERE visitor = $1 ORDER BY used DESC, serial DESC LIMIT 1)`
	addToken = `INSERT INTO tokens (visitor, hash, used, expires) VALUES ($1, $2, 0, $3)
ON CONFLICT (visitor, hash) DO UPDATE SET expires = excluded.expires`
	logIn         = `UPDATE tokens SET used = 1, expires = $4 WHERE visitor = $1 AND hash = $2 AND expires > $3`
	dropOlder     = `DELETE FROM tokens WHERE visitor = $1 AND serial < (SELECT serial FROM tokens WHERE visitor = $1 AND hash = $2)`
	revokeTokens  = `DELETE FROM tokens WHERE visitor = $1`
	expiredTokens = `DELETE FROM tokens WHERE expires <= $1`
)

// IssueToken adds a resume token of a visitor by its hash. The token in use
// stays valid until [Store.UseToken] has succeeded with the new one.
func (s *Store) IssueToken(ctx context.Context, v roster.VisitorJID, hash []byte, expires time.Time) error {
	_, err := s.do(ctx, "issue token", func(c *connection) (int64, error) {
		if err := c.run(thinTokens, string(v)); err != nil {
			return 0, err
		}
		return c.exec(addToken, string(v), hash, nanos(expires))
	})
	return err
}

// UseToken tells whether hash is that of a token of v which has not expired at
// now. If so its expiry becomes newExpires, and an older token is removed.
func (s *Store) UseToken(ctx context.Context, v roster.VisitorJID, hash []byte, now, newExpires time.Time) (bool, error) {
	used, err := s.do(ctx, "use token", func(c *connection) (int64, error) {
		used, err := c.exec(logIn, string(v), hash, nanos(now), nanos(newExpires))
		if err != nil || used == 0 {
			return 0, err
		}
		return used, c.run(dropOlder, string(v), hash)
	})
	return used > 0, err
}

// RevokeTokens removes every token of a visitor.
func (s *Store) RevokeTokens(ctx context.Context, v roster.VisitorJID) error {
	_, err := s.do(ctx, "revoke tokens", func(c *connection) (int64, error) { return c.exec(revokeTokens, string(v)) })
	return err
}

// do has work done by the writer and committed before it returns.
func (s *Store) do(ctx context.Context, what string, work work) (int64, error) {
	rows, err := s.await(ctx, &batch{independent: true, work: work})
	if err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	return rows, nil
}
