package c2s

import (
	"context"
	"net/netip"
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// Desk takes what visitors do. Post may block while too many events wait, so
// it is called without a lock that a method of [Hub] takes on the desk's
// behalf.
type Desk interface {
	Post(desk.Event)
}

// Door counts streams in and out. It is called with a lock of [Hub] held and
// does not call back.
type Door interface {
	// Enter admits a stream to those that are open already. The error says why
	// not, in words for the visitor; without one, Leave follows.
	Enter(from netip.Addr, open int) error
	Leave(from netip.Addr)
}

// Identities keeps resume tokens, by their SHA-256 only. A login with a new
// token retires the older ones; at most two of a visitor are alive.
type Identities interface {
	IssueToken(ctx context.Context, v roster.VisitorJID, hash []byte, expires time.Time) error
	// UseToken tells whether the token is good now, and makes it last until
	// newExpires.
	UseToken(ctx context.Context, v roster.VisitorJID, hash []byte, now, newExpires time.Time) (bool, error)
	RevokeTokens(ctx context.Context, v roster.VisitorJID) error
}

// Archive is where a visitor reads what was said before (XEP-0313).
type Archive interface {
	// LastChat returns the visitor's latest chat, false when there was none.
	LastChat(ctx context.Context, v roster.VisitorJID) (chat.Chat, bool, error)
	// Transcript returns what was said in a chat, in order.
	Transcript(ctx context.Context, id chat.ID) ([]ledger.Entry, error)
}
