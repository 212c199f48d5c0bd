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
func (h *Hub) IssueToken(ctx context.Context, v roster.VisitorJID) (token string, expires time.Time, err error) {
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // never fails
	token = base64.RawURLEncoding.EncodeToString(secret[:])
	sum := sha256.Sum256([]byte(token))
	expires = time.Now().Add(h.opts.ResumeTTL)
	if err := h.ids.IssueToken(ctx, v, sum[:], expires); err != nil {
		return "", time.Time{}, fmt.Errorf("issue a resume token: %w", err)
	}
	return token, expires, nil
}

// CheckToken tells whether token is a living resume token of the visitor. It
// takes the same way for visitors who do not exist.
func (h *Hub) CheckToken(ctx context.Context, jid roster.VisitorJID, token string) (bool, error) {
	if len(jid) > 1024 || len(token) > 1024 {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	sum := sha256.Sum256([]byte(token))
	now := time.Now()
	good, err := h.ids.UseToken(ctx, jid, sum[:], now, now.Add(h.opts.ResumeTTL))
	if err != nil {
		return false, fmt.Errorf("check a resume token: %w", err)
	}
	return good, nil
}

// revoke ends the visitor's identity: no token of it is good any more.
func (h *Hub) revoke(v roster.VisitorJID) {
	ctx, cancel := context.WithTimeout(context.Background(), storeWithin)
	defer cancel()
	if err := h.ids.RevokeTokens(ctx, v); err != nil {
		h.log.Error("revoke resume tokens", "visitor", v, "err", err)
	}
}

// endIdentity ends the identity of a visitor who has ended the chat. It does not keep
// the desk waiting.
func (h *Hub) endIdentity(v roster.VisitorJID, a desk.Answer) {
	if a.Err == nil && a.Ended {
		h.background(func() { h.revoke(v) })
	}
}

// NewVisitor makes a visitor's address with 80 random bits, never used before.
func (h *Hub) NewVisitor() roster.VisitorJID {
	return roster.VisitorJID("visitor-" + randomName(16) + "@" + h.opts.Domain)
}
