package cmd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"frontdesk/admin"
)

// leakChecked is a test run in which a leftover goroutine is a failure.
type leakChecked struct{ *testing.M }

func (m leakChecked) Run() int {
	code := m.M.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		_, _ = fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func TestMain(m *testing.M) {
	testscript.Main(leakChecked{m}, map[string]func(){"frontdesk": func() { os.Exit(Main()) }})
}

// configuration is every script's; port 1 is nobody's, port 0 is any free one.
const configuration = `[xmpp]
server = "127.0.0.1:1"
domain = "chat.example.com"
secret = "s3cret"
[http]
listen = "127.0.0.1:0"
[store]
url = "sqlite://WORK/frontdesk.db"
[admin]
socket = "WORK/run/admin.sock"
`

// TestScripts runs the command in a process of its own; the daemon it asks is
// the admin's half of a real one, in this process.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("FRONTDESK_CONFIG", e.WorkDir+"/frontdesk.toml")
			if err := listenAsSystemd(e); err != nil {
				return err
			}
			text := strings.ReplaceAll(configuration, "WORK", e.WorkDir)
			return os.WriteFile(e.WorkDir+"/frontdesk.toml", []byte(text), 0o600)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"daemon":   startDaemon,
			"exits":    exits,
			"sends":    sends,
			"notified": notified,
		},
	})
}

// listenerKey is where a script's environment keeps who listens to the daemon.
type listenerKey struct{}

// listenAsSystemd makes this test the daemon's service manager.
func listenAsSystemd(e *testscript.Env) error {
	path := e.WorkDir + "/notify"
	l, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		return err
	}
	e.Defer(func() { _ = l.Close() })
	e.Setenv("NOTIFY_SOCKET", path)
	e.Values[listenerKey{}] = l
	return nil
}

// startDaemon serves a desk with two visitors until the script ends.
func startDaemon(ts *testscript.TestScript, _ bool, _ []string) {
	s := admin.NewServer(newFakeDesk(), slog.New(slog.DiscardHandler))
	ts.Check(s.Listen(ts.MkAbs("run/admin.sock")))
	done := make(chan error, 1)
	go func() { done <- s.Serve() }()
	ts.Defer(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		ts.Check(errors.Join(s.Close(ctx), <-done))
	})
}

// exits CODE command... runs a command and wants that exit code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("%v: exit code %d, want %d", args[1:], got, want)
	}
}

// notified STATE waits until the daemon tells its service manager that state.
func notified(ts *testscript.TestScript, _ bool, args []string) {
	l, ok := ts.Value(listenerKey{}).(*net.UnixConn)
	if !ok {
		ts.Fatalf("nobody listens")
	}
	ts.Check(l.SetReadDeadline(time.Now().Add(time.Minute)))
	b := make([]byte, 100)
	n, err := l.Read(b)
	ts.Check(err)
	if got, _, _ := strings.Cut(string(b[:n]), "\n"); got != args[0] {
		ts.Fatalf("the daemon says %s, want %s", got, args[0])
	}
}

// sends TERM, INT or HUP to the daemon in the background.
func sends(ts *testscript.TestScript, _ bool, args []string) {
	signals := map[string]os.Signal{"TERM": syscall.SIGTERM, "INT": syscall.SIGINT, "HUP": syscall.SIGHUP}
	for _, c := range ts.BackgroundCmds() {
		ts.Check(c.Process.Signal(signals[args[0]]))
	}
}
