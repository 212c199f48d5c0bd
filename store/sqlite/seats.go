package sqlite

import (
	"context"
	"fmt"

	"frontdesk/roster"
)

// SeatsTaken counts the chats that hold a seat of an agent, as a claim counts
// them.
func (s *Store) SeatsTaken(ctx context.Context, a roster.AgentJID) (int, error) {
	counts, err := list(ctx, s, scanCount, `SELECT count(*) FROM chats AS held
	WHERE held.agent = $1 AND held.agent <> '' AND held.state <> 'queued' AND held.state <> 'closed'`, string(a))
	if err != nil {
		return 0, fmt.Errorf("count the seats of %s: %w", a, err)
	}
	return counts[0], nil
}

func scanCount(row scanner) (n int, err error) {
	err = row.Scan(&n)
	return n, err
}
