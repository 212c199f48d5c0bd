package cmd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
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

// TestScripts runs the command in a process of its own; the daemon it asks is
// the admin's half of a real one, in this process.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("FRONTDESK_CONFIG", e.WorkDir+"/frontdesk.toml")
			return os.WriteFile(e.WorkDir+"/frontdesk.toml", []byte(fmt.Sprintf(`[xmpp]
domain = "chat.example.com"
secret = "s3cret"
[admin]
socket = "%s/run/admin.sock"
`, e.WorkDir)), 0o600)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"daemon": startDaemon,
			"exits":  exits,
		},
	})
}

// startDaemon serves a desk with two visitors until the script ends.
func startDaemon(ts *testscript.TestScript, _ bool, _ []string) {
	s := admin.NewServer(newFakeDesk(), "1.2.3", slog.New(slog.DiscardHandler))
	ts.Check(s.Listen(ts.MkAbs("run/admin.sock")))
	done := make(chan error, 1)
	go func() { done <- s.Serve() }()
	ts.Defer(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
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
