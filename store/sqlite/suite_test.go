package sqlite

import (
	"context"
	"path/filepath"
	"testing"

	"frontdesk/ledger"
)

// open opens a store in a new directory.
func open(t testing.TB, opts Options) *Store {
	t.Helper()
	return openWith(t, filepath.Join(t.TempDir(), "frontdesk.db"), opts)
}

func openAt(t testing.TB, path string) *Store { return openWith(t, path, Options{}) }

func openWith(t testing.TB, path string, opts Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), "sqlite://"+path, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// commit commits a batch and returns its outcome.
func commit(t testing.TB, s *Store, changes ...ledger.Change) ledger.Committed {
	t.Helper()
	done := make(chan ledger.Committed, 1)
	s.Commit(changes, func(c ledger.Committed) { done <- c })
	return <-done
}

// must commits a batch that has to succeed.
func must(t testing.TB, s *Store, changes ...ledger.Change) []bool {
	t.Helper()
	c := commit(t, s, changes...)
	if c.Err != nil {
		t.Fatal(c.Err)
	}
	return c.Granted
}

func (s *Store) integrity(ctx context.Context) (state string, err error) {
	err = s.reads.QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&state)
	return state, err
}
