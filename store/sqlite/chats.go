package sqlite

import (
	"context"
	"encoding/json"
	"fmt"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// saveChat inserts a chat or replaces it. Closed is final: a row that is closed
// stays as it is. It saves what the desk says, also of seats that are released;
// that nobody gets a seat without claimSeat is the desk's part.
const saveChat = `INSERT INTO chats (id, visitor, queue, state, agent, wanted, refused, place, answered,
	opened, closed, reason, grace, agent_grace, answer, idle, idle_warn, invite, wanted_wait)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
ON CONFLICT (id) DO UPDATE SET visitor = excluded.visitor, queue = excluded.queue, state = excluded.state,
	agent = excluded.agent, wanted = excluded.wanted, refused = excluded.refused, place = excluded.place,
	answered = excluded.answered, opened = excluded.opened, closed = excluded.closed, reason = excluded.reason,
	grace = excluded.grace, agent_grace = excluded.agent_grace, answer = excluded.answer, idle = excluded.idle,
	idle_warn = excluded.idle_warn, invite = excluded.invite, wanted_wait = excluded.wanted_wait
WHERE chats.state <> 'closed'`

// claimSeat is the only way to a seat: it changes one row or none, whatever
// was claimed meanwhile. Seats are counted by the index chats_seats.
const claimSeat = `UPDATE chats SET state = 'active', agent = $2
WHERE id = $1 AND state = 'queued' AND agent = '' AND (
	SELECT count(*) FROM chats AS held
	WHERE held.agent = $2 AND held.agent <> '' AND held.state <> 'queued' AND held.state <> 'closed'
) < (SELECT capacity FROM agents WHERE jid = $2)`

const selectChats = `SELECT id, visitor, queue, state, agent, wanted, refused, place, answered,
	opened, closed, reason, grace, agent_grace, answer, idle, idle_warn, invite, wanted_wait FROM chats `

func (c *connection) saveChat(v chat.Chat) error {
	refused := ""
	if len(v.Refused) > 0 {
		text, err := json.Marshal(v.Refused)
		if err != nil {
			return err
		}
		refused = string(text)
	}
	d := v.Deadlines
	return c.run(saveChat, string(v.ID), string(v.Visitor), v.Queue, v.State.String(), string(v.Agent), string(v.Wanted), refused,
		v.Place, flag(v.Answered), nanos(v.Opened), nanos(v.Closed), string(v.Reason),
		nanos(d.Grace), nanos(d.AgentGrace), nanos(d.Answer), nanos(d.Idle), nanos(d.IdleWarn), nanos(d.Invite), nanos(d.Wanted))
}

func (c *connection) claimSeat(v ledger.ClaimSeat) (bool, error) {
	changed, err := c.exec(claimSeat, string(v.Chat), string(v.Agent))
	return changed == 1, err
}

// OpenChats returns the chats that are not closed, by their place.
func (s *Store) OpenChats(ctx context.Context) ([]chat.Chat, error) {
	return s.chats(ctx, "WHERE state <> 'closed' ORDER BY place, num")
}

// Chats returns the open chats, and the closed ones too when all is set, in the
// order in which they were opened.
func (s *Store) Chats(ctx context.Context, all bool) ([]chat.Chat, error) {
	if all {
		return s.chats(ctx, "ORDER BY opened, num")
	}
	return s.chats(ctx, "WHERE state <> 'closed' ORDER BY opened, num")
}

func (s *Store) chats(ctx context.Context, which string) ([]chat.Chat, error) {
	all, err := list(ctx, s, scanChat, selectChats+which)
	if err != nil {
		return nil, fmt.Errorf("read chats: %w", err)
	}
	return all, nil
}

// Chat returns one chat, false when there is none with that id.
func (s *Store) Chat(ctx context.Context, id chat.ID) (chat.Chat, bool, error) {
	one, found, err := first(ctx, s, scanChat, selectChats+"WHERE id = $1", string(id))
	if err != nil {
		return chat.Chat{}, false, fmt.Errorf("read chat %s: %w", id, err)
	}
	return one, found, nil
}

// LastChat returns the visitor's latest chat, false when there was none.
func (s *Store) LastChat(ctx context.Context, v roster.VisitorJID) (chat.Chat, bool, error) {
	last, found, err := first(ctx, s, scanChat, selectChats+"WHERE visitor = $1 ORDER BY opened DESC, num DESC LIMIT 1", string(v))
	if err != nil {
		return chat.Chat{}, false, fmt.Errorf("read last chat: %w", err)
	}
	return last, found, nil
}

func scanChat(row scanner) (c chat.Chat, err error) {
	var state, refused string
	d := &c.Deadlines
	err = row.Scan(&c.ID, &c.Visitor, &c.Queue, &state, &c.Agent, &c.Wanted, &refused,
		&c.Place, &c.Answered, instant{&c.Opened}, instant{&c.Closed}, &c.Reason,
		instant{&d.Grace}, instant{&d.AgentGrace}, instant{&d.Answer}, instant{&d.Idle}, instant{&d.IdleWarn},
		instant{&d.Invite}, instant{&d.Wanted})
	if err != nil {
		return chat.Chat{}, err
	}
	if c.State, err = stateOf(state); err != nil {
		return chat.Chat{}, fmt.Errorf("chat %s: %w", c.ID, err)
	}
	if refused != "" {
		err = json.Unmarshal([]byte(refused), &c.Refused)
	}
	return c, err
}

func stateOf(word string) (chat.State, error) {
	for state := chat.Queued; state <= chat.Closed; state++ {
		if state.String() == word {
			return state, nil
		}
	}
	return 0, fmt.Errorf("unknown state %q", word)
}
