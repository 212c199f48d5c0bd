package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	modernc "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// pathOf returns the path that a store url names.
func pathOf(raw string) (string, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return "", fmt.Errorf("store url %q: %w", raw, err)
	}
	switch u.Scheme {
	case "sqlite":
	case "postgres", "postgresql":
		return "", fmt.Errorf("store url: PostgreSQL is %w; use sqlite:///var/lib/frontdesk/frontdesk.db", ErrNotSupported)
	default:
		return "", fmt.Errorf("store url %q: want sqlite:///path/to/frontdesk.db: %w", raw, ErrNotSupported)
	}
	if u.Host != "" {
		return "", fmt.Errorf("store url %q: a path starts with a third slash: sqlite:///%s%s: %w", raw, u.Host, u.Path, fs.ErrInvalid)
	}
	path := u.Path
	if u.Opaque != "" {
		if path, err = url.PathUnescape(u.Opaque); err != nil {
			return "", fmt.Errorf("store url %q: %w", raw, err)
		}
	}
	if path == "" || strings.HasSuffix(path, "/") || strings.ContainsRune(path, 0) {
		return "", fmt.Errorf("store url %q: names no file: %w", raw, fs.ErrInvalid)
	}
	return filepath.Abs(path)
}

// prepareFile makes directory and file with the rights of their owner alone,
// and takes the lock that keeps a second process out. Closing the returned file
// releases the lock.
func prepareFile(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil { //nolint:gosec // the admin's own path
		return nil, explain(path, err)
	}
	lock, err := lockFile(path + ".lock")
	if err != nil {
		return nil, explain(path, err)
	}
	if err := makeFile(path); err != nil {
		return nil, errors.Join(explain(path, err), lock.Close())
	}
	return lock, nil
}

// lockFile takes an advisory lock (flock) that ends with the process.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the admin's own path
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = ErrInUse
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
	}
	return f, nil
}

// makeFile makes an empty file, 0600 from its first moment, or takes the rights
// of others away from the one that is there. SQLite gives the rights of the
// database to the files beside it.
func makeFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the admin's own path
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	defer func() { _ = f.Close() }() // nothing was written
	st, err := f.Stat()
	if err != nil {
		return fmt.Errorf("stat: %w", err)
	}
	if !st.Mode().IsRegular() {
		return fmt.Errorf("%s: %w", st.Mode().Type(), ErrForeign)
	}
	if st.Mode().Perm()&0o077 != 0 {
		if err := f.Chmod(0o600); err != nil {
			return fmt.Errorf("take the rights of others away: %w", err)
		}
	}
	if st.Size() > 0 {
		return nil
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes the name of a new file durable.
func syncDir(path string) error {
	dir, err := os.Open(path) //nolint:gosec // the admin's own path
	if err != nil {
		return fmt.Errorf("open directory: %w", err)
	}
	defer func() { _ = dir.Close() }()
	if err := dir.Sync(); err != nil {
		return fmt.Errorf("sync directory: %w", err)
	}
	return nil
}

// explain adds path and remedy to an error of opening.
func explain(path string, err error) error {
	if broken, ok := errors.AsType[*modernc.Error](err); ok {
		switch broken.Code() & 0xff {
		case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
			err = fmt.Errorf("%w: %w", ErrForeign, err)
		case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
			err = fmt.Errorf("%w: %w", fs.ErrPermission, err)
		}
	}
	return fmt.Errorf("open store %s: %w%s", path, err, remedy(path, err))
}

func remedy(path string, err error) string {
	switch {
	case errors.Is(err, ErrInUse):
		return "; stop the other frontdesk, or give this one another [store] url"
	case errors.Is(err, ErrNewer):
		return "; run the newer version, or restore a backup made before the upgrade"
	case errors.Is(err, ErrForeign):
		return "; move the file away or set another [store] url"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Sprintf("; user id %d must be able to write %s and everything in it", os.Getuid(), filepath.Dir(path))
	}
	return ""
}
