package sqlite

import (
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk/store/storetest"
)

func TestPathOf(t *testing.T) {
	for url, want := range map[string]string{
		"sqlite:///var/lib/frontdesk/frontdesk.db": "/var/lib/frontdesk/frontdesk.db",
		"sqlite:///tmp/a%20b%3f.db":                "/tmp/a b?.db",
		"sqlite:/tmp/a.db":                         "/tmp/a.db",
	} {
		if got, err := pathOf(url); err != nil || got != want {
			t.Errorf("%s: %q, %v", url, got, err)
		}
	}
	if got, err := pathOf("sqlite:some/frontdesk.db"); err != nil || !filepath.IsAbs(got) || !strings.HasSuffix(got, "/some/frontdesk.db") {
		t.Errorf("relative: %q, %v", got, err)
	}
	for url, want := range map[string]string{
		"postgres://u:secret@db/frontdesk": "not in this version",
		"mysql://db":                       "want sqlite:///",
		"/var/lib/frontdesk.db":            "want sqlite:///",
		"sqlite://var/lib/frontdesk.db":    "third slash",
		"sqlite:///":                       "names no file",
		"sqlite:":                          "names no file",
		"":                                 "want sqlite:///",
	} {
		_, err := pathOf(url)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// TestT41RightsOfFiles: nobody but the owner reads any of the files.
func TestT41RightsOfFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "dir")
	path := filepath.Join(dir, "frontdesk.db")
	s := openAt(t, path)
	storetest.Must(t, s, storetest.Waiting("c"))
	check := func() {
		t.Helper()
		files, err := os.ReadDir(dir)
		if err != nil || len(files) < 3 {
			t.Fatal(files, err)
		}
		for _, f := range files {
			if st, err := f.Info(); err != nil || st.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v, %v", f.Name(), st.Mode(), err)
			}
		}
	}
	check()
	if st, err := os.Stat(dir); err != nil || st.Mode().Perm() != 0o700 {
		t.Errorf("directory: %v, %v", st.Mode(), err)
	}
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	openAt(t, path)
	check()
}

func TestOpenRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(t *testing.T, path string)
		want    error
		remedy  string
	}{
		"text file": {func(t *testing.T, path string) {
			write(t, path, strings.Repeat("this is no database\n", 100))
		}, ErrForeign, "move the file away"},
		"directory": {func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		}, nil, path0},
		"parent is a file": {func(t *testing.T, path string) {
			dir := filepath.Dir(path)
			if err := os.Remove(dir); err != nil {
				t.Fatal(err)
			}
			write(t, dir, "x")
		}, nil, path0},
		"of another program": {func(t *testing.T, path string) {
			script(t, path, "CREATE TABLE other (x)")
		}, ErrForeign, "another program"},
		"newer schema": {func(t *testing.T, path string) {
			if err := openAt(t, path).Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			script(t, path, "PRAGMA user_version = 9999")
		}, ErrNewer, "restore a backup"},
		"open elsewhere": {func(t *testing.T, path string) { openAt(t, path) }, ErrInUse, "stop the other frontdesk"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "dir", "frontdesk.db")
			if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			c.prepare(t, path)
			s, err := Open(t.Context(), "sqlite://"+path, Options{})
			if err == nil {
				t.Fatal("opened", s.Close(t.Context()))
			}
			if c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			if !strings.Contains(err.Error(), c.remedy) || !strings.Contains(err.Error(), path) {
				t.Errorf("error %q, want remedy %q and path", err, c.remedy)
			}
		})
	}
}

// path0 is a remedy of every error: the path.
const path0 = "frontdesk.db"

// TestNotWritable checks the text alone: as root everything is writable.
func TestNotWritable(t *testing.T) {
	err := explain("/data/frontdesk.db", &fs.PathError{Op: "open", Path: "/data/frontdesk.db", Err: fs.ErrPermission})
	if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "must be able to write /data") {
		t.Error(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// script changes a database behind the store's back.
func script(t *testing.T, path, text string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), text); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestClosed(t *testing.T) {
	s := open(t, Options{})
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c := storetest.Commit(s, storetest.Waiting("c")); !errors.Is(c.Err, ErrClosed) {
		t.Errorf("commit on a closed store: %v", c.Err)
	}
	if err := s.Reset(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("reset of a closed store: %v", err)
	}
}
