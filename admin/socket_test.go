package admin

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk/command"
)

func newServer() *Server {
	return NewServer(&fakeDesk{}, slog.New(slog.DiscardHandler))
}

func mode(t *testing.T, path string) fs.FileMode {
	t.Helper()
	about, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return about.Mode()
}

func TestSocketIsPrivate(t *testing.T) {
	_, path := start(t, &fakeDesk{})
	if m := mode(t, filepath.Dir(path)); m.Perm() != 0o700 {
		t.Errorf("the directory made has mode %v", m)
	}
	if m := mode(t, path); m != fs.ModeSocket|0o600 {
		t.Errorf("the socket has mode %v", m)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if len(left) != 1 || err != nil {
		t.Errorf("the directory holds %v, %v", left, err)
	}
}

func TestSocketInASharedDirectory(t *testing.T) {
	for _, tt := range []struct {
		mode fs.FileMode
		ok   bool
	}{{0o755, true}, {0o777 | fs.ModeSticky, true}, {0o775, false}, {0o757, false}} {
		dir := filepath.Join(t.TempDir(), "d")
		if err := errors.Join(os.Mkdir(dir, 0o700), os.Chmod(dir, tt.mode)); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "admin.sock")
		s := newServer()
		err := s.Listen(path)
		if tt.ok {
			if err != nil || mode(t, path) != fs.ModeSocket|0o600 {
				t.Errorf("%v: %v, socket %v", tt.mode, err, mode(t, path))
			}
		} else if err == nil || !strings.Contains(err.Error(), "chmod 700") {
			t.Errorf("%v: %v, want the remedy", tt.mode, err)
		}
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestLiveSocketIsLeftAlone(t *testing.T) {
	c, path := start(t, &fakeDesk{})
	if err := newServer().Listen(path); !errors.Is(err, ErrRunning) {
		t.Errorf("Listen = %v, want ErrRunning", err)
	}
	if _, err := askStatus(t.Context(), c); err != nil {
		t.Errorf("the first server does not answer any more: %v", err)
	}
}

func TestDeadSocketIsReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "admin.sock")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	serve(t, &fakeDesk{}, path)
	if _, err := askStatus(t.Context(), NewClient(path)); err != nil {
		t.Error(err)
	}
}

func TestOtherFilesAreNeverRemoved(t *testing.T) {
	dir := t.TempDir()
	precious := filepath.Join(dir, "file")
	link := filepath.Join(dir, "link")
	if err := errors.Join(os.WriteFile(precious, []byte("precious"), 0o600), os.Symlink(precious, link)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{precious, link} {
		if err := newServer().Listen(path); err == nil || !strings.Contains(err.Error(), "not a socket") {
			t.Errorf("Listen(%s) = %v", path, err)
		}
	}
	if b, err := os.ReadFile(link); string(b) != "precious" {
		t.Errorf("the file holds %q, %v", b, err)
	}
}

func TestCloseRemovesItsOwnSocketOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "admin.sock")
	first := newServer()
	if err := first.Listen(path); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket is still there: %v", err)
	}
	second := newServer()
	if err := second.Listen(path); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Remove(path), os.WriteFile(path, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := second.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(path); err != nil {
		t.Errorf("somebody else's file is gone: %v", err)
	}
}

func TestLongestPath(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, strings.Repeat("x", 107-len(dir)-1-len("/admin.sock")), "admin.sock")
	serve(t, &fakeDesk{}, path)
	if _, err := askStatus(t.Context(), NewClient(path)); err != nil {
		t.Errorf("%d bytes: %v", len(path), err)
	}
}

func TestClientWithoutDaemon(t *testing.T) {
	_, err := askStatus(t.Context(), NewClient(filepath.Join(t.TempDir(), "none.sock")))
	if !errors.Is(err, ErrUnreachable) {
		t.Errorf("Status = %v, want ErrUnreachable", err)
	}
	if err != nil && strings.Contains(err.Error(), "admin.invalid") {
		t.Errorf("the made-up host shows: %v", err)
	}
}

// TestClientWaitsForTheDaemon has the daemon start after the client's first try.
func TestClientWaitsForTheDaemon(t *testing.T) {
	path := filepath.Join(t.TempDir(), "admin.sock")
	asked := make(chan error, 1)
	go func() {
		_, err := askStatus(context.WithoutCancel(t.Context()), NewClient(path))
		asked <- err
	}()
	serve(t, &fakeDesk{}, path)
	if err := <-asked; err != nil {
		t.Error(err)
	}
}

// TestOwnBudget has one request more than fit at one time.
func TestOwnBudget(t *testing.T) {
	s := newServer()
	called := 0
	h := s.bounded(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		called++
		if len(s.slots) != maxRequests {
			t.Errorf("%d slots are taken, want %d", len(s.slots), maxRequests)
		}
	}))
	for range maxRequests {
		s.slots <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	request := httptest.NewRequestWithContext(ctx, http.MethodGet, "/status", nil)
	h.ServeHTTP(httptest.NewRecorder(), request)
	if called != 0 {
		t.Error("one too many was let in")
	}
	<-s.slots
	h.ServeHTTP(httptest.NewRecorder(), request.WithContext(t.Context()))
	if called != 1 || len(s.slots) != maxRequests-1 {
		t.Errorf("called %d times, %d slots are still taken", called, len(s.slots))
	}
}

// TestWaitsForItsTurn has more requests than fit; all are answered in the end.
func TestWaitsForItsTurn(t *testing.T) {
	inside, leave := make(chan struct{}, maxRequests+1), make(chan struct{})
	c, _ := start(t, &fakeDesk{during: func() { inside <- struct{}{}; <-leave }})
	answers := make(chan error, maxRequests+1)
	for range maxRequests + 1 {
		go func() { _, err := askStatus(context.WithoutCancel(t.Context()), c); answers <- err }()
	}
	for range maxRequests {
		<-inside
	}
	close(leave)
	for range maxRequests + 1 {
		if err := <-answers; err != nil {
			t.Error(err)
		}
	}
}

// TestCloseCutsOff has a request that would never end.
func TestCloseCutsOff(t *testing.T) {
	inside, leave := make(chan struct{}), make(chan struct{})
	path := filepath.Join(t.TempDir(), "admin.sock")
	s := NewServer(&fakeDesk{err: command.ErrStopped, during: func() { close(inside); <-leave }}, slog.New(slog.DiscardHandler))
	if err := s.Listen(path); err != nil {
		t.Fatal(err)
	}
	served, asked := make(chan error, 1), make(chan error, 1)
	go func() { served <- s.Serve() }()
	go func() { _, err := askStatus(context.WithoutCancel(t.Context()), NewClient(path)); asked <- err }()
	<-inside
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Close = %v, want Canceled", err)
	}
	if err := <-asked; err == nil {
		t.Error("the request was answered")
	}
	close(leave)
	if err := <-served; err != nil {
		t.Error(err)
	}
}
