package sqlite

import (
	"path/filepath"
	"slices"
	"testing"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/store/storetest"
)

// schemaOf returns the SQL of everything in the database, and its version.
func schemaOf(t *testing.T, s *Store) []string {
	t.Helper()
	texts, err := list(t.Context(), s, func(row scanner) (text string, err error) {
		err = row.Scan(&text)
		return text, err
	}, `SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// migrated makes a database at path with these steps.
func migrated(t *testing.T, path string, steps []string) error {
	t.Helper()
	c, err := connect(t.Context(), path, writePragmas())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}()
	return migrate(t.Context(), c, steps)
}

// TestMigratedSchemaIsFreshSchema: from whatever version, one step at a time,
// the result is that of a new database.
func TestMigratedSchemaIsFreshSchema(t *testing.T) {
	fresh := schemaOf(t, open(t, Options{}))
	if len(fresh) < 20 || len(steps()) == 0 {
		t.Fatalf("schema has %d parts, %d steps", len(fresh), len(steps()))
	}
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	for n := range steps() {
		if err := migrated(t, path, steps()[:n+1]); err != nil {
			t.Fatal(err)
		}
	}
	if got := schemaOf(t, openAt(t, path)); !slices.Equal(got, fresh) {
		t.Errorf("migrated\n%q\nfresh\n%q", got, fresh)
	}
}

// TestMigrationKeepsRows: a later step finds the rows of the earlier version.
func TestMigrationKeepsRows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	s := openAt(t, path)
	storetest.Must(t, s, storetest.Waiting("c"), storetest.Words(1, "c"))
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := migrated(t, path, append(steps(), "ALTER TABLE chats ADD COLUMN colour TEXT NOT NULL DEFAULT 'red';")); err != nil {
		t.Fatal(err)
	}
	c, err := connect(t.Context(), path, writePragmas())
	if err != nil {
		t.Fatal(err)
	}
	red, err := c.number("SELECT count(*) FROM chats WHERE colour = 'red'")
	version, err2 := c.number("PRAGMA user_version")
	if err != nil || err2 != nil || red != 1 || version != int64(len(steps())+1) {
		t.Errorf("%d rows, version %d, %v, %v", red, version, err, err2)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestBadMigrationChangesNothing: all steps are one transaction.
func TestBadMigrationChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	s := openAt(t, path)
	before := schemaOf(t, s)
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := migrated(t, path, append(steps(), "CREATE TABLE extra (x);", "DROP TABLE chats; CREATE TABLE nonsense")); err == nil {
		t.Fatal("a bad step was taken")
	}
	s = openAt(t, path) // also: the version is still ours
	if got := schemaOf(t, s); !slices.Equal(got, before) {
		t.Errorf("schema after a bad step %q", got)
	}
	storetest.Must(t, s, ledger.SaveChat{Chat: chat.Chat{ID: "c"}})
}
