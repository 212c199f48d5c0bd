package gate

import (
	"context"
	"time"

	"frontdesk/roster"
)

// Identities makes and checks what visitors log in with.
type Identities interface {
	// NewVisitor makes an address that nobody has had.
	NewVisitor() roster.VisitorJID
	// IssueToken makes a new resume token of the visitor.
	IssueToken(ctx context.Context, v roster.VisitorJID) (token string, expires time.Time, err error)
	// CheckToken tells whether token is a living resume token of the visitor. It
	// takes the same way for visitors who do not exist.
	CheckToken(ctx context.Context, v roster.VisitorJID, token string) (bool, error)
}
