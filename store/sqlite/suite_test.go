package sqlite

import (
	"context"
	"path/filepath"
	"testing"

	"frontdesk/store/storetest"
)

// TestStore is what every store has to do.
func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Open {
		url := "sqlite://" + filepath.Join(t.TempDir(), "frontdesk.db")
		return func(beforeCommit func() error) (storetest.Store, error) {
			return Open(t.Context(), url, Options{BeforeCommit: beforeCommit})
		}
	})
}

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

// openHeld opens a store whose commits can be held back.
func openHeld(t testing.TB) (*Store, *storetest.Gate) {
	gate := &storetest.Gate{}
	s := open(t, Options{BeforeCommit: gate.BeforeCommit})
	t.Cleanup(func() { gate.Release(nil) }) // before the store is closed
	return s, gate
}

func (s *Store) integrity(ctx context.Context) (state string, err error) {
	err = s.reads.QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&state)
	return state, err
}
