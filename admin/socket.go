package admin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// ErrRunning says that somebody answers on the socket already.
var ErrRunning = errors.New("another frontdesk is running")

// socket is a listener that removes its own file, and nobody else's, when it
// is closed.
type socket struct {
	*net.UnixListener
	path string
	file fs.FileInfo
}

// listen makes a socket at path that at no moment anybody but its owner can
// open: it is made inside a new directory of mode 0700 and then moved.
func listen(path string) (*socket, error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := checkDirectory(dir); err != nil {
		return nil, err
	}
	if err := checkVacant(path); err != nil {
		return nil, err
	}
	staging := filepath.Join(dir, "."+strconv.Itoa(os.Getpid()))
	if err := os.RemoveAll(staging); err != nil {
		return nil, err
	}
	if err := os.Mkdir(staging, 0o700); err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(staging) }()
	return listenIn(staging, path)
}

// listenIn makes the socket in a private directory and moves it to path.
func listenIn(staging, path string) (*socket, error) {
	made := filepath.Join(staging, "s")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: made, Net: "unix"})
	if err != nil {
		return nil, err
	}
	l.SetUnlinkOnClose(false)
	s := &socket{UnixListener: l, path: path}
	err = errors.Join(os.Chmod(made, 0o600), os.Rename(made, path))
	if err == nil {
		s.file, err = os.Lstat(path)
	}
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return s, nil
}

// checkDirectory refuses a directory in which others could put a socket of
// theirs in the place of ours.
func checkDirectory(dir string) error {
	about, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if mode := about.Mode(); mode.Perm()&0o022 != 0 && mode&fs.ModeSticky == 0 {
		return fmt.Errorf("others can write to %s (mode %04o); run: chmod 700 %s", dir, mode.Perm(), dir)
	}
	return nil
}

// checkVacant returns nil when there is nothing at path, or a socket that
// nobody answers on.
func checkVacant(path string) error {
	about, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case about.Mode()&fs.ModeSocket == 0:
		return fmt.Errorf("%s exists and is not a socket; choose another admin.socket or remove it", path)
	}
	dialer := net.Dialer{Timeout: time.Second}
	conn, err := dialer.DialContext(context.Background(), "unix", path)
	switch {
	case err == nil:
		_ = conn.Close()
		return fmt.Errorf("%s: %w", path, ErrRunning)
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, fs.ErrNotExist):
		return nil
	}
	return err
}

// Close ends the listener and removes its file, unless somebody has put
// another one there.
func (s *socket) Close() error {
	err := s.UnixListener.Close()
	now, gone := os.Lstat(s.path)
	if gone == nil && os.SameFile(now, s.file) {
		if removed := os.Remove(s.path); !errors.Is(removed, fs.ErrNotExist) { // by a second Close just now
			err = errors.Join(err, removed)
		}
	}
	return err
}
