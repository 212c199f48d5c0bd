package sqlite

import "time"

// Stats is a snapshot of the writer's work since the start.
type Stats struct {
	Commits      uint64        // transactions
	Operations   uint64        // changes in them
	LargestGroup int           // changes in one transaction
	LastSync     time.Duration // how long the last COMMIT took, sync included
	Queued       int           // batches waiting now
	Failed       uint64        // batches refused
	Failing      bool          // batches are refused until a reset
}

// Stats returns a snapshot.
func (s *Store) Stats() Stats {
	w := s.writer
	w.mu.Lock()
	defer w.mu.Unlock()
	stats := w.stats
	stats.Queued = len(w.batches)
	return stats
}
