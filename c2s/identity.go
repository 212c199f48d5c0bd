package c2s

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"frontdesk/desk"
	"frontdesk/roster"
)

// IssueToken makes a new resume token of the visitor: 256 random bits, of which
// only the hash is kept.
func (c *core) IssueToken(ctx context.Context, v roster.VisitorJID) (token string, expires time.Time, err error) {
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // never fails
	token = base64.RawURLEncoding.EncodeToString(secret[:])
	sum := sha256.Sum256([]byte(token))
	expires = time.Now().Add(c.opts.ResumeTTL)
	if err := c.ids.IssueToken(ctx, v, sum[:], expires); err != nil {
		return "", time.Time{}, fmt.Errorf("issue a resume token: %w", err)
	}
	return token, expires, nil
}

// CheckToken tells whether token is a living resume token of the visitor. It
// takes the same way for visitors who do not exist.
func (c *core) CheckToken(ctx context.Context, jid roster.VisitorJID, token string) (bool, error) {
	if len(jid) > 1024 || len(token) > 1024 {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	sum := sha256.Sum256([]byte(token))
	now := time.Now()
	good, err := c.ids.UseToken(ctx, jid, sum[:], now, now.Add(c.opts.ResumeTTL))
	if err != nil {
		return false, fmt.Errorf("check a resume token: %w", err)
	}
	return good, nil
}

// revoke ends the visitor's identity: no token of it is good any more.
func (c *core) revoke(v roster.VisitorJID) {
	ctx, cancel := context.WithTimeout(context.Background(), storeWithin)
	defer cancel()
	if err := c.ids.RevokeTokens(ctx, v); err != nil {
		c.log.Error("revoke resume tokens", "visitor", v, "err", err)
	}
}

// endIdentity ends the identity of a visitor who has ended the chat. It does not keep
// the desk waiting.
func (c *core) endIdentity(v roster.VisitorJID, a desk.Answer) {
	if a.Err == nil && a.Ended {
		c.background(func() { c.revoke(v) })
	}
}

// NewVisitor makes a visitor's address with 80 random bits, never used before.
func (c *core) NewVisitor() roster.VisitorJID {
	return roster.VisitorJID("visitor-" + randomName(16) + "@" + c.opts.Domain)
}
