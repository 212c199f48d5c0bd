package sqlite

import (
	"context"
	"fmt"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// closedIsFinal ends the statement that saves a chat: a row that is closed stays
// as it is. All else is saved as the desk says, also seats that are released;
// that nobody gets a seat without claimSeat is the desk's part.
const closedIsFinal = ` WHERE chats.state <> 'closed'`

// seatsTaken counts the seats of an agent, by the index chats_seats. claimSeat is
// the only way to one: it changes one row or none, whatever was claimed
// meanwhile.
const (
	seatsTaken = `SELECT count(*) FROM chats AS held
WHERE held.agent = $1 AND held.agent <> '' AND held.state <> 'queued' AND held.state <> 'closed'`
	claimSeat = `UPDATE chats SET state = 'active', agent = $1
WHERE id = $2 AND state = 'queued' AND agent = '' AND (` + seatsTaken + `) < (SELECT capacity FROM agents WHERE jid = $1)`
)

// chatFields are the columns of a chat. Pending is not kept.
func chatFields(c *chat.Chat) []field {
	return []field{
		{"id", (*string)(&c.ID)},
		{"visitor", (*string)(&c.Visitor)},
		{"queue", &c.Queue},
		{"state", (*stateWord)(&c.State)},
		{"agent", (*string)(&c.Agent)},
		{"wanted", (*string)(&c.Wanted)},
		{"place", &c.Place},
		{"answered", &c.Answered},
		{"opened", &c.Opened},
		{"closed", &c.Closed},
		{"reason", (*string)(&c.Reason)},
		{"grace", &c.Deadlines.Grace},
		{"agent_grace", &c.Deadlines.AgentGrace},
		{"answer", &c.Deadlines.Answer},
		{"idle", &c.Deadlines.Idle},
		{"idle_warn", &c.Deadlines.IdleWarn},
		{"invite", &c.Deadlines.Invite},
		{"wanted_wait", &c.Deadlines.Wanted},
	}
}

func (c *connection) claimSeat(v ledger.ClaimSeat) (bool, error) {
	changed, err := c.exec(claimSeat, string(v.Agent), string(v.Chat))
	return changed == 1, err
}

// Which chats are read, and in what order.
const (
	openByPlace     = "WHERE c.state <> 'closed' ORDER BY c.place, c.num"
	latestOfVisitor = "WHERE c.visitor = $1 ORDER BY c.opened DESC, c.num DESC LIMIT 1"
)

func (s *Store) selectChats(which string) string {
	return "SELECT " + s.tables.chats.columns + " FROM chats c " + which
}

// OpenChats returns the chats that are not closed, by their place.
func (s *Store) OpenChats(ctx context.Context) ([]chat.Chat, error) {
	return s.chats(ctx, openByPlace)
}

// Chats returns the open chats, and the closed ones too when all is set, in the
// order in which they were opened.
func (s *Store) Chats(ctx context.Context, all bool) ([]chat.Chat, error) {
	if all {
		return s.chats(ctx, "ORDER BY c.opened, c.num")
	}
	return s.chats(ctx, "WHERE c.state <> 'closed' ORDER BY c.opened, c.num")
}

func (s *Store) chats(ctx context.Context, which string) ([]chat.Chat, error) {
	all, err := list(ctx, s, s.tables.chats.scan, s.selectChats(which))
	if err != nil {
		return nil, fmt.Errorf("read chats: %w", err)
	}
	return all, nil
}

// Chat returns one chat, false when there is none with that id.
func (s *Store) Chat(ctx context.Context, id chat.ID) (chat.Chat, bool, error) {
	one, found, err := first(ctx, s, s.tables.chats.scan, s.selectChats("WHERE c.id = $1"), string(id))
	if err != nil {
		return chat.Chat{}, false, fmt.Errorf("read chat %s: %w", id, err)
	}
	return one, found, nil
}

// LastChat returns the visitor's latest chat, false when there was none.
func (s *Store) LastChat(ctx context.Context, v roster.VisitorJID) (chat.Chat, bool, error) {
	last, found, err := first(ctx, s, s.tables.chats.scan, s.selectChats(latestOfVisitor), string(v))
	if err != nil {
		return chat.Chat{}, false, fmt.Errorf("read last chat: %w", err)
	}
	return last, found, nil
}

// SeatsTaken counts the chats that hold a seat of an agent, as a claim counts
// them.
func (s *Store) SeatsTaken(ctx context.Context, a roster.AgentJID) (int, error) {
	n, err := s.count(ctx, seatsTaken, string(a))
	if err != nil {
		return 0, fmt.Errorf("count the seats of %s: %w", a, err)
	}
	return int(n), nil
}

// stateWord is a state as it is kept: by its word.
type stateWord chat.State

func (s *stateWord) word() string { return chat.State(*s).String() }

// Scan implements [sql.Scanner].
func (s *stateWord) Scan(src any) error {
	for state := chat.Queued; state <= chat.Closed; state++ {
		if state.String() == src {
			*s = stateWord(state)
			return nil
		}
	}
	return fmt.Errorf("unknown state %q", src)
}
