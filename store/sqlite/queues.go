package sqlite

import (
	"context"
	"fmt"

	"frontdesk/queue"
)

const (
	dropQueue  = `DELETE FROM queues WHERE name = $1`
	leaveQueue = `DELETE FROM agent_queues WHERE queue = $1`
)

// queueFields are the columns of a queue.
func queueFields(q *queue.Queue) []field {
	return []field{
		{"name", &q.Name},
		{"title", &q.Title},
		{"strategy", (*string)(&q.Strategy)},
		{"grace", (*int64)(&q.Grace)},
		{"max_waiting", &q.MaxWaiting},
		{"closed", &q.Closed},
	}
}

// dropQueue removes a queue, also from the agents who serve it.
func (c *connection) dropQueue(name string) error {
	if err := c.run(leaveQueue, name); err != nil {
		return err
	}
	return c.run(dropQueue, name)
}

// Queues returns all queues by their name.
func (s *Store) Queues(ctx context.Context) ([]queue.Queue, error) {
	t := s.tables.queues
	all, err := list(ctx, s, t.scan, "SELECT "+t.columns+" FROM queues q ORDER BY q.name")
	if err != nil {
		return nil, fmt.Errorf("read queues: %w", err)
	}
	return all, nil
}
