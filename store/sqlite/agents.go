package sqlite

import (
	"context"
	"fmt"

	"frontdesk/queue"
	"frontdesk/roster"
)

const (
	saveAgent = `INSERT INTO agents (jid, name, capacity, grace) VALUES ($1, $2, $3, $4)
ON CONFLICT (jid) DO UPDATE SET name = excluded.name, capacity = excluded.capacity, grace = excluded.grace`
	dropAgent   = `DELETE FROM agents WHERE jid = $1`
	leaveQueues = `DELETE FROM agent_queues WHERE agent = $1`
	joinQueue   = `INSERT INTO agent_queues (agent, queue, position) VALUES ($1, $2, $3) ON CONFLICT (agent, queue) DO NOTHING`
	saveQueue   = `INSERT INTO queues (name, title, strategy, grace, max_waiting, closed) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (name) DO UPDATE SET title = excluded.title, strategy = excluded.strategy, grace = excluded.grace,
	max_waiting = excluded.max_waiting, closed = excluded.closed`
	dropQueue   = `DELETE FROM queues WHERE name = $1`
	leaveQueue  = `DELETE FROM agent_queues WHERE queue = $1`
	saveContact = `INSERT INTO contacts (agent, visitor) VALUES ($1, $2) ON CONFLICT (agent, visitor) DO NOTHING`
	dropContact = `DELETE FROM contacts WHERE agent = $1 AND visitor = $2`
)

func (c *connection) saveAgent(a roster.Agent) error {
	if err := c.run(saveAgent, string(a.JID), a.Name, int64(a.Capacity), int64(a.Grace)); err != nil {
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

func (c *connection) saveQueue(q queue.Queue) error {
	return c.run(saveQueue, q.Name, q.Title, string(q.Strategy), int64(q.Grace), int64(q.MaxWaiting), flag(q.Closed))
}

// dropQueue removes a queue, also from the agents who serve it.
func (c *connection) dropQueue(name string) error {
	if err := c.run(leaveQueue, name); err != nil {
		return err
	}
	return c.run(dropQueue, name)
}

// Agents returns all agents by their JID, each with her queues in the order in
// which they were saved.
func (s *Store) Agents(ctx context.Context) ([]roster.Agent, error) {
	rows, err := list(ctx, s, scanAgent, `SELECT a.jid, a.name, a.capacity, a.grace, coalesce(q.queue, '')
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
func scanAgent(row scanner) (a roster.Agent, err error) {
	var q string
	err = row.Scan(&a.JID, &a.Name, &a.Capacity, &a.Grace, &q)
	if q != "" {
		a.Queues = []string{q}
	}
	return a, err
}

// Queues returns all queues by their name.
func (s *Store) Queues(ctx context.Context) ([]queue.Queue, error) {
	all, err := list(ctx, s, scanQueue, `SELECT name, title, strategy, grace, max_waiting, closed FROM queues ORDER BY name`)
	if err != nil {
		return nil, fmt.Errorf("read queues: %w", err)
	}
	return all, nil
}

func scanQueue(row scanner) (q queue.Queue, err error) {
	err = row.Scan(&q.Name, &q.Title, &q.Strategy, &q.Grace, &q.MaxWaiting, &q.Closed)
	return q, err
}

// Contacts returns which visitors may be in which agent's contact list.
func (s *Store) Contacts(ctx context.Context) ([]roster.Contact, error) {
	all, err := list(ctx, s, scanContact, `SELECT agent, visitor FROM contacts ORDER BY agent, visitor`)
	if err != nil {
		return nil, fmt.Errorf("read contacts: %w", err)
	}
	return all, nil
}

func scanContact(row scanner) (c roster.Contact, err error) {
	err = row.Scan(&c.Agent, &c.Visitor)
	return c, err
}
