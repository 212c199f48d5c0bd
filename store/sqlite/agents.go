package sqlite

import (
	"context"
	"fmt"

	"frontdesk/roster"
)

const (
	dropAgent   = `DELETE FROM agents WHERE jid = $1`
	leaveQueues = `DELETE FROM agent_queues WHERE agent = $1`
	joinQueue   = `INSERT INTO agent_queues (agent, queue, position) VALUES ($1, $2, $3) ON CONFLICT (agent, queue) DO NOTHING`
)

// agentFields are the columns of an agent. Her queues are rows of their own.
func agentFields(a *roster.Agent) []field {
	return []field{
		{"jid", (*string)(&a.JID)},
		{"name", &a.Name},
		{"capacity", &a.Capacity},
		{"grace", (*int64)(&a.Grace)},
	}
}

func (c *connection) saveAgent(a roster.Agent) error {
	if err := save(c, c.tables.agents, a); err != nil {
		return err
	}
	if err := c.run(leaveQueues, string(a.JID)); err != nil {
		return err
	}
	for i, q := range a.Queues {
		if err := c.run(joinQueue, string(a.JID), q, int64(i)); err != nil {
			return err
		}
	}
	return nil
}

// Agents returns all agents by their JID, each with her queues in the order in
// which they were saved.
func (s *Store) Agents(ctx context.Context) ([]roster.Agent, error) {
	rows, err := list(ctx, s, s.scanAgent, "SELECT "+s.tables.agents.columns+`, coalesce(q.queue, '')
FROM agents a LEFT JOIN agent_queues q ON q.agent = a.jid ORDER BY a.jid, q.position`)
	if err != nil {
		return nil, fmt.Errorf("read agents: %w", err)
	}
	var all []roster.Agent
	for _, row := range rows {
		if n := len(all); n > 0 && all[n-1].JID == row.JID {
			all[n-1].Queues = append(all[n-1].Queues, row.Queues...)
			continue
		}
		all = append(all, row)
	}
	return all, nil
}

// scanAgent reads an agent with one of her queues, or none.
func (s *Store) scanAgent(row scanner) (a roster.Agent, err error) {
	var q string
	err = row.Scan(append(s.tables.agents.into(&a), &q)...)
	if q != "" {
		a.Queues = []string{q}
	}
	return a, err
}
